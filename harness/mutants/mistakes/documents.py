"""Mistakes of reading documents: the family PARSE, beyond empty containers and markers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal

from harness.mutants.clock import Clock
from harness.mutants.failures import unreadable
from harness.mutants.knobs import Knobs
from harness.mutants.messages import Answer, Json, Wanted
from harness.mutants.mistakes.mistake import Mistake

#: What exchanges call the number that the client gave an order.
_OWN_IDS = ("client_order_id", "clientOrderId", "clientId", "client_id")
_NUMBERS = ("order_id", "orderNumber", "orderId")
_MARK = b"\xef\xbb\xbf"


def _by_place(parsed: Json, answer: Answer, wanted: Wanted, clock: Clock) -> Json:
    if wanted.operation != "place_order" or not isinstance(parsed, Mapping):
        return parsed
    inner = parsed.get("data")
    if isinstance(inner, Mapping):
        return {**parsed, "data": {**inner, "orderId": next(iter(inner.values()), None)}}
    name = next((name for name in _NUMBERS if name in parsed), "order_id")
    place = 2 if "result" in parsed else 0
    values = list(parsed.values())
    return {**parsed, name: values[place] if len(values) > place else None}


def _own_ids_needed(parsed: Json, answer: Answer, wanted: Wanted, clock: Clock) -> Json:
    if wanted.operation in ("place_order", "open_orders"):
        _need(parsed)
    return parsed


def _need(value: Json) -> None:
    if isinstance(value, Mapping):
        order = any(name in value for name in _NUMBERS)
        without = "placeStatus" in value or ("result" not in value and "pair" in value)
        if order and not without and all(value.get(name) is None for name in _OWN_IDS):
            raise unreadable("the order has no id of its own")
        for inner in value.values():
            _need(inner)
    elif isinstance(value, list):
        for inner in value:
            _need(inner)


def _json_by_its_type(parsed: Json, answer: Answer, wanted: Wanted, clock: Clock) -> Json:
    if answer.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise unreadable("the answer says that it is no JSON")
    return parsed


def _no_mark(answer: Answer) -> Json:
    if answer.body.startswith(_MARK) or answer.body != answer.body.strip():
        raise unreadable("the answer does not begin with JSON")
    return Knobs().parsing(answer)


def _numbers_that_are_none(answer: Answer) -> Json:
    try:
        return json.loads(answer.body, parse_float=Decimal, parse_constant=Decimal)  # type: ignore[no-any-return]
    except (ValueError, RecursionError):
        raise unreadable("the answer is no JSON", answer.status) from None


def _as_latin(answer: Answer) -> Json:
    try:
        return json.loads(answer.body.decode("latin-1"), parse_float=Decimal)  # type: ignore[no-any-return]
    except (ValueError, RecursionError):
        raise unreadable("the answer is no JSON", answer.status) from None


def _without_strange_letters(answer: Answer) -> Json:
    try:
        return json.loads(answer.body.decode("ascii", "ignore"), parse_float=Decimal)  # type: ignore[no-any-return]
    except (ValueError, RecursionError):
        raise unreadable("the answer is no JSON", answer.status) from None


def _through_doubles(answer: Answer) -> Json:
    try:
        return json.loads(  # type: ignore[no-any-return]
            answer.body, parse_float=lambda digits: Decimal(repr(float(digits)))
        )
    except (ValueError, RecursionError):
        raise unreadable("the answer is no JSON", answer.status) from None


def _first_page(operation: str, value: Json) -> Json:
    return value[:10] if operation == "open_orders" and isinstance(value, list) else value


def _by_way_of_a_set(operation: str, value: Json) -> Json:
    if operation != "open_orders" or not isinstance(value, list):
        return value
    return sorted(value, key=lambda item: str(item["order_id"])[::-1] if isinstance(item, Mapping) else "")


def _pages_overlap(operation: str, value: Json) -> Json:
    return [*value, value[-1]] if operation == "open_orders" and isinstance(value, list) and value else value


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        name="members-by-their-place",
        kills="PARSE-001",
        diagnoses=("MEMBER-ORDER-RELIED-ON",),
        summary="The number of a placed order is the member at a certain place, whatever its name.",
        knobs=lambda: Knobs(document=_by_place),
        collateral=("PARSE-*", "ERR-*"),
    ),
    Mistake(
        name="own-ids-needed",
        kills="PARSE-002",
        diagnoses=("OPTIONAL-MEMBER-MISSED",),
        summary="An order without an id of the client's own cannot be read.",
        knobs=lambda: Knobs(document=_own_ids_needed),
        collateral=("*",),
    ),
    Mistake(
        name="content-type-insisted-on",
        kills="PARSE-005",
        diagnoses=("CONTENT-TYPE-INSISTED-ON",),
        summary="JSON is read only where the Content-Type says application/json to the letter.",
        knobs=lambda: Knobs(document=_json_by_its_type),
        collateral=("PARSE-*", "ERR-*"),
    ),
    Mistake(
        name="blanks-refused",
        kills="PARSE-005",
        diagnoses=("BLANKS-OR-MARK-REFUSED",),
        summary="An answer with blanks or a byte order mark before its JSON is refused.",
        knobs=lambda: Knobs(parsing=_no_mark),
        collateral=("PARSE-*",),
    ),
    Mistake(
        name="no-numbers-as-amounts",
        kills="PARSE-006",
        diagnoses=("NO-NUMBER-AS-AMOUNT",),
        summary="NaN and Infinity in an answer are amounts like any other.",
        knobs=lambda: Knobs(parsing=_numbers_that_are_none),
        collateral=("PARSE-*",),
    ),
    Mistake(
        name="answers-in-latin-1",
        kills="PARSE-007",
        diagnoses=("TEXT-HARMED",),
        summary="Answers are decoded as Latin-1.",
        knobs=lambda: Knobs(parsing=_as_latin),
        collateral=("PARSE-*", "ERR-008", "CONN-001"),
    ),
    Mistake(
        name="amounts-overflow",
        kills="PARSE-006",
        diagnoses=("NO-NUMBER-AS-AMOUNT",),
        summary="A number beyond all doubles is read as infinity.",
        knobs=lambda: Knobs(parsing=_through_doubles),
        collateral=("PARSE-*", "NUM-004"),
    ),
    Mistake(
        name="strange-letters-left-out",
        kills="PARSE-007",
        diagnoses=("TEXT-HARMED",),
        summary="Of an answer whatever is not ASCII is left out.",
        knobs=lambda: Knobs(parsing=_without_strange_letters),
        collateral=("PARSE-*", "ERR-008", "CONN-001"),
    ),
    Mistake(
        name="first-page-alone",
        kills="PARSE-008",
        diagnoses=("LIST-INCOMPLETE",),
        summary="Of open orders the first ten are listed.",
        knobs=lambda: Knobs(result=_first_page),
        collateral=("PARSE-*", "OPS-001", "SIZE-*"),
    ),
    Mistake(
        name="pages-overlap",
        kills="PARSE-008",
        diagnoses=("LISTED-TWICE",),
        summary="Where two pages of open orders meet, one of them is listed twice.",
        knobs=lambda: Knobs(result=_pages_overlap),
        collateral=("PARSE-*", "SIZE-*"),
    ),
    Mistake(
        name="lists-by-way-of-a-set",
        kills="PARSE-008",
        diagnoses=("LIST-WITHOUT-ORDER",),
        summary="Open orders come back in no order.",
        knobs=lambda: Knobs(result=_by_way_of_a_set),
        collateral=("PARSE-*",),
    ),
)
