"""Shapes as people read them in the documents."""

import pytest

from harness.documents.shape_words import notes, sketch
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
    nullable,
    number,
    record,
    row,
    text,
)


@pytest.mark.parametrize(
    ("shape", "told"),
    [
        (record(a=integer(), b=text()).lacking("b"), '{"a": integer, "b"?: "text"}'),
        (listing(row(price=decimal(8), amount=number())), '[[price: "0.00000000", amount: number], …]'),
        (mapping(decimal(), keys="currency"), '{currency: "decimal", …}'),
        (nullable(choice("buy", "sell")), '"buy" or "sell" or null'),
        (either(flag(), integer(choices=(0, 1))), "true or false or 0 or 1"),
        (record(id=digits(), rest=anything()), '{"id": "integer", "rest": …}'),
    ],
)
def test_a_shape_is_sketched_as_a_person_would(shape, told):
    assert sketch(shape) == told


def test_notes_name_the_member_and_stand_once():
    shape = record(at=integer("seconds"), inner=record(at=integer("seconds"), ids=mapping(text(), keys="id")))
    listed = mapping(shape, keys="pair", empty_list=True, note="newest first")
    assert notes(listed) == ["newest first", "at: seconds", "[] where it is empty"]
