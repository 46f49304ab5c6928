"""What was asked, what stands and what was told: where two of them disagree somebody loses money, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.cases import Call, Case
from harness.drivers.driver import Hung, Reply, Succeeded
from harness.judging import Broken, Held, Unseen
from harness.observation import Observation, Record
from harness.properties import outcomes
from harness.properties.outcomes import Standing, Told
from harness.properties.reporting import JUDGED
from mockserver import Entry
from tests.harness.properties.observed import CANCEL, ORDER, WITHDRAWAL, case_of, failed, observed, request

PLACED = request(1, effect="order_placed")
AGAIN = request(2, effect="order_placed")
EVERY_CODE = ("OPEN-OUTCOME-AS-SUCCESS", "OPEN-OUTCOME-AS-REFUSAL", "EFFECT-TWICE", "EFFECT-NOT-AS-ASKED")


def judged(call: Call, reply: Reply, *entries: Entry) -> object:
    return outcomes.agreeing(*EVERY_CODE)(case_of(call), observed(call, reply, entries))


@pytest.mark.parametrize(
    ("reply", "entries"),
    [
        (Succeeded(value={"order_id": "1"}), (PLACED,)),
        (failed("network"), (PLACED,)),
        (failed("unknown"), (PLACED,)),
        (failed("timeout"), ()),
        (failed("insufficient_funds"), ()),
        (Hung(limit_s=10.0), (PLACED,)),
    ],
)
def test_accounts_that_agree_or_leave_it_open_convict_nobody(reply: Reply, entries: tuple[Entry, ...]) -> None:
    assert judged(ORDER, reply, *entries) == Held(seen={"provocations": 1})


@pytest.mark.parametrize(
    ("reply", "entries", "code"),
    [
        (Succeeded(value={"order_id": "1"}), (request(1),), "OPEN-OUTCOME-AS-SUCCESS"),
        (failed("insufficient_funds"), (PLACED,), "OPEN-OUTCOME-AS-REFUSAL"),
        (Succeeded(value={"order_id": "1"}), (PLACED, AGAIN), "EFFECT-TWICE"),
        (failed("network"), (PLACED, AGAIN), "EFFECT-TWICE"),
    ],
)
def test_accounts_that_disagree_convict(reply: Reply, entries: tuple[Entry, ...], code: str) -> None:
    judgement = judged(ORDER, reply, *entries)
    assert isinstance(judgement, Broken)
    assert judgement.diagnosis == (code,)


def test_a_conviction_says_what_it_costs() -> None:
    judgement = judged(ORDER, failed("network"), PLACED, AGAIN)
    assert isinstance(judgement, Broken)
    assert judgement.summary == (
        "The user asked for an order; more than was asked (2 times) stands; he was told of an open outcome (network)."
    )
    assert judgement.consequence == "The user wanted to buy 0.5 BTC, and 1.0 BTC are ordered."


def test_money_that_went_twice_is_counted() -> None:
    twice = (
        request(1, operation="withdraw", effect="withdrawal"),
        request(2, operation="withdraw", effect="withdrawal"),
    )
    judgement = judged(WITHDRAWAL, failed("timeout"), *twice)
    assert isinstance(judgement, Broken)
    assert judgement.consequence == "The user sent 0.5 BTC away, and 1.0 have gone."


def test_an_order_that_is_gone_may_be_called_not_found_by_who_cancelled_it() -> None:
    gone = request(1, operation="cancel_order", effect="order_cancelled")
    assert isinstance(judged(CANCEL, failed("order_not_found"), gone), Held)
    assert isinstance(judged(CANCEL, failed("invalid_request"), gone), Broken)


def test_an_effect_that_comes_when_the_call_is_over_counts_for_it() -> None:
    seen = observed(ORDER, failed("network"), [PLACED])
    late = replace(seen.key, entries=(PLACED, AGAIN))
    (account,) = outcomes.accounts(replace(seen, keys={"k": late}))
    assert (account.stands, account.times, account.told) == (Standing.MORE, 2, Told.OPEN)


def test_a_call_that_its_user_made_again_is_one_intent() -> None:
    first = Record(call=ORDER, reply=failed("network"), started_ns=0, ended_ns=1, entries=(PLACED,))
    seen = observed(ORDER, Succeeded(value={"order_id": "2"}), [AGAIN], before=[first])
    (account,) = outcomes.accounts(seen)
    assert account.times == 2


def test_a_fault_that_never_struck_says_nothing() -> None:
    seen = observed(ORDER, Succeeded(value={}), struck=0)
    assert outcomes.agreeing(*EVERY_CODE)(case_of(ORDER), seen) == Unseen(reason="fault not struck")


# A user in doubt.

NAMED = Call(operation="place_order", params={**ORDER.params, "client_order_id": "77"}, label=JUDGED)


def with_body(entry: Entry, body: bytes) -> Entry:
    return replace(entry, request=replace(entry.request, body=body))


def in_doubt(entry: Entry, listing: object) -> Observation:
    order = Record(call=NAMED, reply=failed("network"), started_ns=0, ended_ns=1, entries=(entry,))
    look = Call(operation="open_orders", params={"market": "BTC/USDT"})
    return observed(look, Succeeded(value=listing), [request(9, operation="open_orders")], before=[order])


def test_an_id_that_is_not_sent_convicts() -> None:
    judgement = outcomes.can_be_found_out(Case(steps=()), in_doubt(PLACED, []))
    assert isinstance(judgement, Broken)
    assert judgement.diagnosis == ("ORDER-ID-NOT-SENT",)


def test_an_id_that_is_sent_is_enough_where_the_listing_shows_none() -> None:
    sent = with_body(request(1), b'{"client_order_id":"77"}')
    assert outcomes.can_be_found_out(Case(steps=()), in_doubt(sent, [])) == Held(seen={"provocations": 1, "shown": 0})
