"""What a call does besides: the strategy and the oracle of OPS-003."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from harness.cases import Call, Case
from harness.drivers.driver import Succeeded
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import Observation, Record
from harness.properties.evidence import own_requests
from harness.properties.reporting import judged, marked, unsaid
from harness.setting import Setting
from harness.strategies import calls
from mockserver import Entry

#: What an exchange's pages ask for besides an operation's own endpoint.
DOCUMENTED: Mapping[tuple[str, str], frozenset[str]] = {
    ("poloniex", "deposit_address"): frozenset({"generateNewAddress"}),
}


def no_errands(case: Case, observation: Observation) -> Judgement:
    """A call leads to requests to its own endpoint alone; one, if it changes something. A read may turn pages."""
    seen = 0
    for record in judged(observation):
        if (unseen := unsaid(record)) is not None:
            return unseen
        if not isinstance(record.reply, Succeeded):
            return Unseen(reason=f"{record.call.operation} failed")
        besides = _besides(observation, record)
        if besides:
            names = ", ".join(dict.fromkeys(entry.endpoint or "an unknown endpoint" for entry in besides))
            return Broken(
                summary=f"{record.call.operation} led to {len(besides)} more private requests than it needs: {names}.",
                diagnosis=("HIDDEN-CALLS",),
                culprits=tuple(entry for entry in record.entries if entry.fields is not None),
            )
        seen += 1
    return Held(seen={"calls": seen}) if seen else Unseen(reason="no call was made")


def _besides(observation: Observation, record: Record) -> Sequence[Entry]:
    operation = record.call.operation
    allowed = DOCUMENTED.get((observation.setting.dialect.name, operation), frozenset())
    own = [entry for entry in own_requests(record) if entry.fields is not None]
    if operation == "raw":
        return own[1:]
    repeated = own[1:] if operation in calls.STATE_CHANGING else []
    others = [entry for entry in record.entries if entry.fields is not None and entry not in own]
    return [*repeated, *(entry for entry in others if entry.endpoint not in allowed)]


def each_alone(setting: Setting) -> Sequence[Case]:
    """Return every operation once, in a session that has made no call before."""
    found = [Case(steps=(marked(call),)) for call in (*calls.plain_calls(setting), *_public(setting))]
    if setting.can("place_order", "cancel_order"):
        order = replace(calls.place(setting), label="order")
        found.append(Case(steps=(order, marked(calls.cancel("order", str(order.params["market"]))))))
    return found


def _public(setting: Setting) -> Sequence[Call]:
    wanted = setting.dialect.markets[0].name
    return [call for call in calls.public_calls(setting) if call.params["market"] == wanted]
