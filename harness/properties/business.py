"""Refusals of business, of the families ERR and RETRY: orders that are not there, money, parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from harness.cases import Call, Case, KeyPlan, SessionPlan
from harness.drivers.driver import Failed, Succeeded
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import Observation
from harness.properties.evidence import own_requests
from harness.properties.refusals import kind_fits, no_money
from harness.properties.reporting import judged, marked, unsaid
from harness.setting import Setting
from harness.strategies import calls, faults, spoken

#: How a client that looks at parameters itself may call what is wrong with them.
_LOCALLY = frozenset({"invalid_request", "not_found", "unknown"})

#: Exchanges that refuse to cancel what is cancelled already; `reference` and Bitunix answer as if it had stood.
_REFUSES_A_SECOND = frozenset({"poloniex", "exmo"})

# --- oracles

absence_is_named = kind_fits(lambda row: row.kinds, "ABSENCE-MISNAMED")
want_of_money_is_named = kind_fits(lambda row: row.kinds, "WANT-OF-MONEY-MISNAMED")
_refused_parameters_are_named = kind_fits(lambda row: row.kinds, "PARAMETERS-MISNAMED")


def parameters_are_named(case: Case, observation: Observation) -> Judgement:
    """Bad parameters are reported as such, by the exchange's word or by the client's own."""
    for record in judged(observation):
        if isinstance(record.reply, Failed) and not own_requests(record) and unsaid(record) is None:
            if record.reply.kind not in _LOCALLY:
                return Broken(
                    summary=f"{record.call.operation} with a bad parameter was refused by the client itself as "
                    f"{record.reply.kind}: {record.reply.message!r}.",
                    diagnosis=("PARAMETERS-MISNAMED",),
                )
            return Held(seen={"provocations": 1})
    return _refused_parameters_are_named(case, observation)


def gone_is_told_apart(case: Case, observation: Observation) -> Judgement:
    """A cancellation of an order that is gone already is not reported as one that failed for another reason."""
    if not observation.all_struck:
        return Unseen(reason="fault not struck")
    if all(isinstance(record.reply, Succeeded) for record in judged(observation)) and _gone(observation):
        return Held(seen={"provocations": 1})  # whether that may be called a success is asked by ERR-001
    return kind_fits(lambda row: row.kinds, "GONE-AS-FAILED")(case, observation)


def _gone(observation: Observation) -> bool:
    return any(entry.refused is not None for record in judged(observation) for entry in own_requests(record))


# --- strategies


def absent_things(setting: Setting) -> Sequence[Case]:
    """Return cancellations of orders that do not exist or are another account's, and calls that go to nowhere."""
    found: list[Case] = []
    if setting.can("cancel_order"):
        found.append(Case(steps=(marked(calls.cancel_unknown(setting)),)))
        said = faults.refuse("order_not_found", "cancel_order", times=None)
        found.append(Case(steps=(said, marked(calls.cancel_unknown(setting)))))
    if setting.can("place_order", "cancel_order"):
        order = replace(calls.place(setting, session="b"), label="theirs")
        stranger = marked(calls.cancel("theirs", str(order.params["market"])))
        keys = (KeyPlan(), KeyPlan(name="other", order_id_start=77_000_000_001))
        sessions = (SessionPlan(), SessionPlan(name="b", key="other"))
        found.append(Case(steps=(order, stranger), keys=keys, sessions=sessions))
    if setting.can("raw"):
        for method in calls.raw_methods(setting):
            call = calls.raw(setting, {}, method=method)
            nowhere = {**call.params, "target": spoken.nowhere(setting.dialect)}
            found.append(Case(steps=(marked(replace(call, params=nowhere)),)))
    return found


def without_money(setting: Setting) -> Sequence[Case]:
    """Return orders and withdrawals of an account that holds nothing, and orders for all the money there is."""
    found = list(no_money(setting))
    if setting.can("place_order"):
        market = setting.dialect.markets[0]
        for side, currency in (("buy", market.quote), ("sell", market.base)):
            order = calls.place(setting, side=side)
            poor = KeyPlan(balances={currency: "0.00000001"})
            found.append(Case(steps=(marked(order),), keys=(poor,)))
    return found


def bad_parameters(setting: Setting) -> Sequence[Case]:
    """Return calls with a market that does not exist, and with an amount or a price of nothing."""
    market = setting.dialect.markets[0]
    order = calls.place(setting)
    found: list[Call] = []
    if setting.can("open_orders"):
        found.append(Call(operation="open_orders", params={"market": f"XYZZY/{market.quote}"}))
    if setting.can("place_order"):
        found += [
            replace(order, params={**order.params, "market": f"XYZZY/{market.quote}"}),
            replace(order, params={**order.params, "amount": "0"}),
            replace(order, params={**order.params, "price": "0"}),
        ]
    if setting.can("withdraw"):
        sent = calls.withdraw(setting)
        found.append(replace(sent, params={**sent.params, "amount": "0"}))
    return [Case(steps=(marked(call),)) for call in found]


def cancelled_twice(setting: Setting) -> Sequence[Case]:
    """Return orders that are cancelled while the answer is lost, and cancelled again, which is refused.

    Where an exchange answers a second cancellation like the first, the refusal is planned.
    """
    order = replace(calls.place(setting), label="order")
    cancel = calls.cancel("order", str(order.params["market"]))
    gone = faults.refuse("order_not_found", "cancel_order", times=None)
    says_so = setting.dialect.name in _REFUSES_A_SECOND
    return [
        Case(steps=(order, arm, cancel, marked(cancel)) if says_so else (order, arm, cancel, gone, marked(cancel)))
        for arm in (
            faults.lost_answer("cancel_order"),
            faults.reset("cancel_order", at="after_handler"),
            faults.unavailable("cancel_order", at="after_handler", status=504),
        )
    ]
