"""What an answer looks like, as a value, and where one departs from it."""

import json
from decimal import Decimal

import pytest

from mockserver import DIALECT_NAMES, ShapeKind, dialect_named
from mockserver.core.shapes import (
    anything,
    choice,
    decimal,
    digits,
    either,
    flag,
    integer,
    listing,
    mapping,
    mismatches,
    null,
    nullable,
    number,
    record,
    row,
    text,
    utc,
)


def found(shape, body):
    return list(mismatches(shape, json.loads(body, parse_float=Decimal)))


@pytest.mark.parametrize(
    ("shape", "body"),
    [
        (text(), '""'),
        (text(form="[a-z]+"), '"abc"'),
        (choice("buy", "sell"), '"sell"'),
        (integer(), "12"),
        (integer(choices=(0, 1)), "1"),
        (number(), "1.5"),
        (number(), "2"),
        (decimal(8), '"0.00000001"'),
        (decimal(8), '"-1.00000000"'),
        (decimal(), '"1.5"'),
        (decimal(), '"100"'),
        (decimal(0), '"100"'),
        (digits(), '"90071992547409931"'),
        (flag(), "true"),
        (null(), "null"),
        (utc(), '"2019-01-31 23:59:59"'),
        (nullable(integer()), "null"),
        (either(integer(), text()), '"a"'),
        (anything(), '{"a": [1]}'),
        (listing(integer()), "[]"),
        (listing(integer()), "[1, 2]"),
        (row(price=decimal(), amount=number()), '["1.5", 3]'),
        (row(price=decimal(), amount=number()).lacking("amount"), '["1.5"]'),
        (record(a=integer(), b=text()), '{"a": 1, "b": "x"}'),
        (record(a=integer(), b=text()).lacking("a"), '{"b": "x"}'),
        (record({"24h": integer()}, b=text()), '{"24h": 1, "b": "x"}'),
        (mapping(integer(), keys="currency"), "{}"),
        (mapping(integer(), keys="currency"), '{"BTC": 1}'),
        (mapping(integer(), keys="currency", empty_list=True), "[]"),
    ],
)
def test_what_is_of_a_shape_is_not_faulted(shape, body):
    assert found(shape, body) == []


@pytest.mark.parametrize(
    ("shape", "body", "said"),
    [
        (text(), "1", "answer should be text in quotes, not 1"),
        (text(form="[a-z]+"), '"abc1"', "answer should look like [a-z]+, not 'abc1'"),
        (choice("buy", "sell"), '"hold"', "answer should be one of buy, sell, not 'hold'"),
        (integer(), '"12"', "answer should be a JSON integer, not '12'"),
        (integer(), "1.0", "answer should be a JSON integer, not Decimal('1.0')"),
        (integer(), "true", "answer should be a JSON integer, not True"),
        (integer(choices=(0, 1)), "2", "answer should be one of 0, 1, not 2"),
        (number(), '"1.5"', "answer should be a JSON number, not '1.5'"),
        (decimal(8), '"1.5"', "answer should have 8 digits behind its point: '1.5'"),
        (decimal(8), '"1e3"', "answer should be a decimal number, not '1e3'"),
        (decimal(8), "1.5", "answer should be decimal in quotes, not Decimal('1.5')"),
        (decimal(), '"1.50"', "answer should have no trailing zero: '1.50'"),
        (decimal(), '"01.5"', "answer should be a decimal number, not '01.5'"),
        (digits(), '"1.5"', "answer should be digits, not '1.5'"),
        (flag(), "1", "answer should be true or false, not 1"),
        (null(), "0", "answer should be null, not 0"),
        (utc(), '"2019-01-31T23:59:59Z"', "answer should look like"),
        (nullable(integer()), '"a"', "answer is none of 2 shapes"),
        (listing(integer()), "{}", "answer should be an array, not {}"),
        (listing(integer()), '[1, "2"]', "answer[1] should be a JSON integer"),
        (row(price=decimal(), amount=number()), '["1.5"]', "answer should be an array of price, amount"),
        (row(price=decimal(), amount=number()), '["1.5", 3, 4]', "answer should be an array of price, amount"),
        (row(price=decimal(), amount=number()), '["x", 3]', "answer.price should be a decimal number"),
        (record(a=integer(), b=text()), '{"a": 1}', "answer lacks b"),
        (record(a=integer()), '{"a": 1, "c": 2}', "answer has c, which is not described"),
        (record(a=integer(), b=text()), '{"b": "x", "a": 1}', "answer has its members in the order b, a, not a, b"),
        (record(a=integer()), "[]", "answer should be an object, not []"),
        (mapping(integer(), keys="currency"), "[]", "answer should be an object by currency, not []"),
        (mapping(integer(), keys="currency"), '{"BTC": "1"}', "answer[BTC] should be a JSON integer"),
        (mapping(integer(), keys="currency", empty_list=True), "{}", "answer should be an object by currency, not {}"),
    ],
)
def test_what_departs_from_a_shape_is_faulted_where_it_does(shape, body, said):
    (only,) = found(shape, body)
    assert only.startswith(said)


@pytest.mark.parametrize("name", DIALECT_NAMES)
def test_every_shape_of_a_dialect_is_whole(name):
    """What holds members has them, what holds items has some, and what is one of several shapes has several."""

    def look(shape):
        inner = [*(shape.members or {}).values(), *([shape.items] if shape.items else []), *shape.shapes]
        if shape.kind in (ShapeKind.RECORD, ShapeKind.ROW):
            assert shape.members is not None
            assert shape.optional <= set(shape.members)
        if shape.kind in (ShapeKind.LISTING, ShapeKind.MAPPING):
            assert shape.items is not None
        assert (shape.kind is ShapeKind.EITHER) == (len(shape.shapes) > 1)
        for one in inner:
            look(one)

    for endpoint in dialect_named(name).endpoints:
        if endpoint.answer is not None:
            look(endpoint.answer)
