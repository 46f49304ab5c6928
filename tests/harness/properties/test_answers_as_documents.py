"""What convicts a client of needing an answer to look in one way, and what it may do with strange ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest

from harness.cases import Call, Case
from harness.drivers.driver import Hung, Reply, Succeeded
from harness.judging import Broken, Held, Unseen
from harness.observation import Record
from harness.properties import contents, documents
from harness.properties.reporting import JUDGED
from harness.strategies import members
from mockserver import Answer, Endpoint, Order, Side
from tests.harness.properties.observed import READ, case_of, failed, observed, request, setting

DIALECTS = ("reference", "poloniex", "exmo", "bitunix")
LISTING = Call(operation="open_orders", params={"market": "BTC/USDT"}, label=JUDGED)
ABOUT: Mapping[str, object] = {"what": "There is a member more", "code": "UNKNOWN-MEMBER-REFUSED"}
ONE = {"order_id": "1", "market": "BTC/USDT", "side": "buy", "price": "1", "amount": "2"}


def changed(call: Call, before: Reply, after: Reply, *, path: str = "", body: bytes = b'{"a":{"b":1}}') -> object:
    answered = replace(request(1, operation=call.operation), answer=Answer(status=200, body=body))
    plain = replace(call, label=documents.PLAIN)
    earlier = Record(call=plain, reply=before, started_ns=0, ended_ns=1, entries=(answered,))
    case = replace(case_of(call), about={**ABOUT, "path": path})
    seen = observed(call, after, [request(2, operation=call.operation)], before=[earlier])
    return documents.unknown_members_ignored(case, seen)


def test_the_same_report_as_before_is_well() -> None:
    assert changed(READ, Succeeded(value={"BTC": "1"}), Succeeded(value={"BTC": "1"})) == Held(seen={"provocations": 1})


def test_what_the_contract_does_not_promise_of_an_order_may_differ() -> None:
    other = {**ONE, "client_order_id": "7", "noncense_extra": {"new": True}}
    assert isinstance(changed(LISTING, Succeeded(value=[ONE]), Succeeded(value=[other])), Held)


@pytest.mark.parametrize("after", [failed("bad_response"), Hung(limit_s=10.0), Succeeded(value={"BTC": "2"})])
def test_another_report_than_before_convicts(after: Reply) -> None:
    judgement = changed(READ, Succeeded(value={"BTC": "1"}), after)
    assert isinstance(judgement, Broken)
    assert judgement.diagnosis == ("UNKNOWN-MEMBER-REFUSED",)


def test_a_call_that_failed_before_anything_was_changed_says_nothing() -> None:
    assert isinstance(changed(READ, failed("network"), failed("network")), Unseen)


def test_a_place_that_the_answer_has_not_says_nothing() -> None:
    before, after = Succeeded(value={}), failed("bad_response")
    assert isinstance(changed(READ, before, after, path="a.c"), Unseen)
    assert isinstance(changed(READ, before, after, path="a.b"), Broken)
    assert isinstance(changed(READ, before, after, body=b"no json"), Broken)
    assert isinstance(changed(READ, before, after, path="a", body=b"no json"), Unseen)


@pytest.mark.parametrize(
    ("path", "found"),
    [("", 1), ("rows", 1), ("rows.*", 2), ("rows.*.a", 1), ("rows.1.b", 1), ("rows.2", 0), ("nothing.*", 0)],
)
def test_a_path_leads_to_all_that_it_names(path: str, found: int) -> None:
    assert len(members.found({"rows": [{"a": 1}, {"b": 2}]}, path)) == found


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_endpoint_of_an_operation_is_known_by_its_shape(dialect: str) -> None:
    where = setting(dialect)
    spoken = [endpoint for endpoint in where.dialect.endpoints if endpoint.operation]
    assert all(isinstance(endpoint, Endpoint) and endpoint.answer is not None for endpoint in spoken)
    assert members.records(where, "place_order")[0] == ""


@pytest.mark.parametrize("dialect", DIALECTS)
def test_there_is_an_optional_member_to_leave_out_on_every_exchange(dialect: str) -> None:
    assert documents.without_optional(setting(dialect))


# Strange contents.


@pytest.mark.parametrize(
    ("reply", "convicts"),
    [
        (failed("bad_response"), False),
        (failed("unknown"), False),
        (Succeeded(value={"BTC": "1"}), False),
        (Succeeded(value={"BTC": "9" * 400}), False),
        (Succeeded(value={"BTC": None}), False),
        (Succeeded(value=[]), False),
        (Succeeded(value={"BTC": "NaN"}), True),
        (Succeeded(value={"BTC": "Infinity"}), True),
        (Succeeded(value={"BTC": "INF"}), True),
        (Hung(limit_s=10.0), True),
    ],
)
def test_a_hostile_document_may_end_in_anything_but_silence_and_no_numbers(reply: Reply, convicts: bool) -> None:
    judgement = contents.hostile_is_survived(case_of(READ, what="NaN for a balance"), observed(READ, reply))
    assert isinstance(judgement, Broken) is convicts


TEXT = "naïve 🦊"


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Succeeded(value={"note": f"note {TEXT}."}), Held),
        (Succeeded(value={"data": [{"note": f"note {TEXT}."}]}), Held),
        (failed("unknown", f"HTTP 400 note {TEXT}."), Held),
        (failed("unknown", "note na\\xefve \\U0001f98a."), Held),
        (failed("unknown", '{"detail": "note na\\u00efve \\ud83e\\udd8a."}'), Held),
        (failed("unknown", "note naÃ¯ve."), Broken),
        (failed("unknown", "note na?ve ??."), Broken),
        (failed("unknown", "the exchange says no"), Unseen),
        (Succeeded(value=None), Unseen),
    ],
)
def test_text_is_unharmed_however_it_is_shown(reply: Reply, expected: type[object]) -> None:
    case = replace(case_of(READ), about={"text": TEXT, "around": "note", "how": "as UTF-8"})
    assert isinstance(contents.text_unharmed(case, observed(READ, reply)), expected)


def test_who_hands_no_text_on_has_no_way_to_harm_it() -> None:
    case = replace(case_of(READ), about={"text": TEXT, "around": "note", "how": "as UTF-8"})
    judgement = contents.text_unharmed(case, observed(READ, failed("unknown", "no")))
    assert judgement == Unseen(reason="the client hands no text of an answer on", cannot_try=True)


# Lists: real orders of the exchange, in the orders that a client may hand them on in.


def listed(orders: tuple[Order, ...], shown: list[str]) -> object:
    items = [{**ONE, "order_id": name} for name in shown]
    seen = observed(LISTING, Succeeded(value=items), [request(9, operation="open_orders")])
    placing = [Call(operation="place_order") for _ in orders]
    case = Case(steps=(*placing, LISTING))
    return contents.lists_complete(case, replace(seen, keys={"k": replace(seen.key, orders=orders)}))


def order(number: int, price: str) -> Order:
    return Order(
        order_id=number,
        account_id=1,
        market="BTC/USDT",
        side=Side.BUY,
        price=Decimal(price),
        amount=Decimal(1),
        remaining=Decimal(1),
        at_ms=0,
    )


THREE = (order(1, "20"), order(2, "30"), order(3, "10"))


@pytest.mark.parametrize("shown", ["1 2 3", "3 2 1", "3 1 2", "2 1 3"])
def test_lists_by_age_and_by_price_either_way_are_well(shown: str) -> None:
    assert isinstance(listed(THREE, shown.split()), Held)


@pytest.mark.parametrize(
    ("shown", "code"),
    [
        ("1 2", "LIST-INCOMPLETE"),
        ("", "LIST-INCOMPLETE"),
        ("1 2 3 3", "LISTED-TWICE"),
        ("1 3 2", "LIST-WITHOUT-ORDER"),
        ("2 3 1", "LIST-WITHOUT-ORDER"),
    ],
)
def test_lists_that_lack_repeat_or_jumble_convict(shown: str, code: str) -> None:
    judgement = listed(THREE, shown.split())
    assert isinstance(judgement, Broken)
    assert judgement.diagnosis == (code,)


def test_a_list_of_other_orders_than_were_asked_for_says_nothing() -> None:
    seen = observed(LISTING, Succeeded(value=[]), [])
    case = Case(steps=(Call(operation="place_order"), LISTING))
    assert contents.lists_complete(case, seen) == Unseen(reason="0 of 1 orders were placed")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_orders_of_a_long_list_stand_by_price_otherwise_than_by_age(dialect: str) -> None:
    longest = contents.open_lists(setting(dialect))[-1]
    prices = [Decimal(str(call.params["price"])) for call in longest.calls() if call.operation == "place_order"]
    assert len(set(prices)) == len(prices) == contents.MANY
    assert prices not in (sorted(prices), sorted(prices, reverse=True))
