"""Whatever a case or an observation is made of becomes plain data, and itself again."""

from __future__ import annotations

import json
import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.cases import Arm, Call, Case, FromReply, KeyPlan, Restart, SessionPlan, Together
from harness.drivers.driver import Failed, Succeeded
from harness.recording.plain import NotPlain, read, written
from mockserver import Answer, Effect, Entry, Side
from signer import Request

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary() | st.floats(allow_nan=False) | st.decimals(),
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(st.text(), inner)
        | st.dictionaries(st.integers(), inner)
        | st.frozensets(st.integers() | st.text())
    ),
    max_leaves=12,
)


def again(value: object) -> object:
    return read(json.loads(json.dumps(written(value))))


def spelled(value: object) -> str:
    """Return a value's text, where no-numbers equal themselves and sets have no order."""
    match value:
        case frozenset():
            return f"frozenset({sorted(map(spelled, value))})"
        case list() | tuple():
            return f"{type(value).__name__}({[spelled(member) for member in value]})"
        case dict():
            return f"dict({[(spelled(name), spelled(member)) for name, member in value.items()]})"
        case _:
            return f"{type(value).__name__} {value!r}"


@given(VALUES)
def test_any_value_comes_back_as_it_was(value: object) -> None:
    found = again(value)
    assert type(found) is type(value)
    assert spelled(found) == spelled(value)


def test_a_case_comes_back_as_it_was() -> None:
    case = Case(
        steps=(
            Call(operation="place_order", params={"amount": Decimal("1.50"), "ids": [1, (2, "3")]}, label="o"),
            Together(calls=(Call(operation="cancel_order", params={"id": FromReply(label="o", member="id")}),)),
            Arm(fault="status", at="after_handler", settings={"body": b"\xff\x00", "$": 1, 5: math.inf}, times=None),
            Restart(during=Call(operation="balances"), wait_for="arrival"),
        ),
        keys=(KeyPlan(permissions=frozenset({"read"}), balances={"BTC": "1"}),),
        sessions=(SessionPlan(options={"pool": True}),),
        axis="odd",
        about={"set": {"b", "a"}, "lone": "\ud800"},
    )
    assert again(case) == case


def test_bytes_that_travelled_are_text_and_no_byte_is_lost() -> None:
    request = Request(method="POST", target=b"/\xc3\xa9?x", headers=((b"X-Odd", b"\x80 b"),), body=bytes(range(256)))
    assert again(request) == request


def test_an_entry_that_is_told_of_twice_is_one_entry_again() -> None:
    entry = Entry(number=3, connection=1, server_ms=2, arrived_ns=1, request=Request(method="GET", target=b"/"))
    entry.answer = Answer(status=200, body=b"{}")
    entry.effects = (Effect(kind="order_placed", subject="7"),)
    other = Entry(number=4, connection=1, server_ms=2, arrived_ns=1, request=Request(method="GET", target=b"/"))
    found = again((entry, other, entry, other))
    assert isinstance(found, tuple)
    assert found[0] == entry
    assert found[0] is found[2]
    assert found[1] is found[3]
    assert found[1] is not found[0]


@pytest.mark.parametrize("value", [Succeeded(value=[{"a": (1,)}]), Failed(kind="nonce", message="m"), Side.BUY])
def test_replies_and_choices_keep_their_class(value: object) -> None:
    found = again(value)
    assert type(found) is type(value)
    assert found == value


def test_what_no_record_knows_is_refused_rather_than_lost() -> None:
    with pytest.raises(NotPlain, match="cannot hold a range"):
        written({"about": range(3)})
    with pytest.raises(NotPlain, match="'Marvel'"):
        read({"$": "Marvel"})


def test_a_member_of_another_version_is_left_out_and_one_that_is_missing_is_named() -> None:
    assert read({"$": "Call", "operation": "balances", "colour": "red"}) == Call(operation="balances")
    with pytest.raises(NotPlain, match="operation"):
        read({"$": "Call"})
