"""A schedule is plain data: written, sent, read and played again, it is the same schedule."""

import base64
import json
import zlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.campaign import as_word, from_word
from harness.campaign.schedules import AXIS, as_json, from_json
from harness.cases import (
    Again,
    Arm,
    Call,
    Case,
    FromReply,
    KeyPlan,
    Pause,
    Reopen,
    Restart,
    Revoke,
    SessionPlan,
    SetLastNonce,
    ShiftClock,
    Step,
    Together,
    in_english,
)
from harness.errors import UsageError

ORDER = Call(operation="place_order", params={"market": "BTC/USDT", "price": "1"}, session="b", label="order1")
CANCEL = Call(operation="cancel_order", params={"order_id": FromReply(label="order1", member="order_id")})
STEPS: tuple[Step, ...] = (
    ORDER,
    CANCEL,
    Together(calls=(ORDER, CANCEL)),
    Arm(fault="hold", at="before_gate", settings={"count": 2, "ms": 60, "order": (1, 0)}, note="held", times=None),
    ShiftClock(ms=-28_000),
    SetLastNonce(key="k", nonce=9_000_000_000_000_000_000),
    Revoke(key="k"),
    Restart(kill=True, during=ORDER, wait_for="arrival"),
    Reopen(session="b"),
    Again(label="order1", user="hasty"),
    Pause(ms=5),
)


@given(steps=st.lists(st.sampled_from(STEPS), max_size=6))
def test_a_schedule_survives_being_a_word(steps: list[Step]) -> None:
    case = Case(
        steps=tuple(steps),
        keys=(KeyPlan(name="k", permissions=frozenset({"read"})), KeyPlan(name="m", last_nonce=7)),
        sessions=(SessionPlan(name="a", timeout_s=0.8), SessionPlan(name="b", key="m")),
    )
    word = as_word(case)
    assert from_word(word) == from_word(as_json(case)) == replace(case, axis=AXIS)
    assert in_english(from_word(word)) == in_english(case)
    assert not set(word) - set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


def test_what_is_usual_is_left_out() -> None:
    assert json.loads(as_json(Case(steps=(Call(operation="balances"),)))) == {
        "format": 1,
        "case": {"$": "Case", "steps": [{"$": "Call", "operation": "balances"}]},
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not base64!",
        "AAAA",
        as_word(Case(steps=STEPS))[:-8],
        base64.urlsafe_b64encode(zlib.compress(b"x" * 5_000_000)).decode(),
        "{}",
        '{"format":1}',
        '{"format":1,"case":[]}',
        '{"format":1,"case":{"$":"Case","steps":5}}',
        '{"format":1,"case":{"$":"Case","steps":[{"$":"Dance"}]}}',
        '{"format":1,"case":{"$":"Case","steps":[{"$":"Call"}]}}',
        '{"format":1,"case":{"$":"Case","steps":["balances"]}}',
        '{"format":1,"case":{"$":"Case","steps":[{"$":"Call","operation":"x","session":"z"}]}}',
        "[" * 100_000,
    ],
)
def test_what_is_no_schedule_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(UsageError, match="no schedule of a campaign"):
        from_word(text)


def test_a_format_from_the_future_is_refused_by_its_number() -> None:
    with pytest.raises(UsageError, match="format 2"):
        from_json('{"format":2}')
