"""A user who asks again is a part of a schedule, and what he does is told apart from what the client does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from harness.campaign.ledger import accounts
from harness.campaign.lives import played
from harness.cases import Again, Call, Case, Step
from harness.drivers.driver import Reply, Succeeded
from harness.observation import Record
from tests.harness.properties.observed import ORDER, READ, failed, observed

OPEN = failed("network")
LABELLED = replace(ORDER, label="order1")
LOOK = Call(operation="open_orders", params={"market": "BTC/USDT"})


def record(call: Call, reply: Reply) -> Record:
    return Record(call=call, reply=reply, started_ns=0, ended_ns=1, entries=())


def by_step(steps: Sequence[Step], records: Sequence[Record]) -> list[list[str]]:
    case = Case(steps=tuple(steps))
    seen = replace(observed(READ, OPEN), records=tuple(records))
    return [[record.call.operation for record in found] for _, _, found in played(case, seen)]


def test_a_prudent_user_looks_and_asks_again() -> None:
    steps = [LABELLED, Again(label="order1", user="prudent"), READ]
    records = [record(LABELLED, OPEN), record(LOOK, Succeeded(value=[])), record(LABELLED, OPEN), record(READ, OPEN)]
    assert by_step(steps, records) == [["place_order"], ["open_orders", "place_order"], ["balances"]]


def test_a_user_who_heard_of_no_failure_does_nothing() -> None:
    steps = [LABELLED, Again(label="order1", user="hasty"), READ]
    records = [record(LABELLED, Succeeded(value={})), record(READ, OPEN)]
    assert by_step(steps, records) == [["place_order"], [], ["balances"]]


def test_an_order_that_was_asked_for_twice_may_stand_twice() -> None:
    seen = replace(observed(READ, OPEN), records=(record(LABELLED, OPEN), record(LABELLED, OPEN)))
    (account,) = accounts(seen)
    assert account.asked == 2
    account.stands = 2
    assert account.mistake is None
    account.stands = 3
    assert account.mistake == "EFFECT-TWICE"
