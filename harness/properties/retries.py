"""Retries: strategies and oracles of the family RETRY that ask what is sent again, and what becomes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from harness.arrivals import Unreadable, endpoint_of, parameters
from harness.cases import Arm, Call, Case
from harness.drivers.driver import Failed
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import Observation, Record
from harness.properties.evidence import answered_ms, own_requests, repeated
from harness.properties.outcomes import EFFECTS
from harness.properties.reporting import a_read_and_an_order, changes, harmed, judged, unsaid
from harness.properties.times import timestamp_ms
from harness.setting import Setting
from harness.strategies import calls, faults
from mockserver import Entry
from signer import Kind, Scheme, TimeRule

#: Two requests so far apart cannot carry the same timestamp in milliseconds by chance.
APART_MS = 20
#: A timestamp may be rounded down by so much.
TICK_MS = 1
#: A request whose stamp is older than this on its arrival was stamped by a clock that is behind.
ON_ITS_WAY_MS = 100
GIVEN_ID = "918273645501"


# --- oracles


def one_effect(case: Case, observation: Observation) -> Judgement:
    """A call takes effect once, whatever became of its answer."""
    if not observation.all_struck:
        return Unseen(reason="fault not struck")
    for record in judged(observation):
        if (unseen := unsaid(record)) is not None:
            return unseen
        operation = record.call.operation
        asked = sum(call.operation == operation for call in case.calls())
        entries = [
            entry for entry in observation.key.entries for effect in entry.effects if effect.kind == EFFECTS[operation]
        ]
        if len(entries) > asked:
            times = len(entries) - asked + 1
            return Broken(
                summary=f"One {operation}{_whose_answer_was_lost(case)} took effect {times} times.",
                diagnosis=("EFFECT-TWICE",),
                culprits=tuple(entries),
                consequence=_in_money(record.call, times),
            )
    return Held(seen={"provocations": 1, "warm": _warm(observation, standing=True)})


def _warm(observation: Observation, *, standing: bool = False) -> int:
    """Return how many requests were harmed on a connection that had served before.

    Args:
        observation: What was seen.
        standing: Whether only requests count that took effect.
    """
    found = 0
    for view in observation.keys.values():
        served: Counter[int] = Counter()
        for entry in view.private:
            harmed_here = entry.fault is not None and served[entry.connection] > 0
            found += harmed_here and (bool(entry.effects) or not standing)
            served[entry.connection] += 1
    return found


def _whose_answer_was_lost(case: Case) -> str:
    lost = any(arm.fault in ("drop_answer", "reset", "close", "status") for arm in case.faults())
    return ", whose answer was lost," if lost else ""


def _in_money(call: Call, times: int) -> str:
    params = call.params
    if call.operation == "cancel_order":
        return ""
    amount = Decimal(str(params["amount"]))
    if call.operation == "withdraw":
        return f"The user sent {amount} {params['currency']} away, and {times * amount} {params['currency']} have gone."
    base, _, quote = str(params["market"]).partition("/")
    price = Decimal(str(params["price"]))
    what = f"{params['side']} {amount} {base} at {price} {quote}"
    return f"The user asked once to {what}, and now has {times} such orders: {times * amount} {base}."


def no_replay(case: Case, observation: Observation) -> Judgement:
    """No signed request arrives twice byte for byte."""
    if not observation.all_struck:
        return Unseen(reason="fault not struck")
    seen: Counter[str] = Counter()
    for record in judged(observation):
        if (unseen := unsaid(record)) is not None:
            return unseen
        seen["provocations"] += 1
    scheme = observation.setting.dialect.scheme
    for view in observation.keys.values():
        if (pair := _same_bytes(view.private, scheme)) is not None:
            return _replayed(pair, judged(observation))
    seen["warm"] += _warm(observation)
    return Held(seen=seen)


def _same_bytes(entries: Iterable[Entry], scheme: Scheme) -> tuple[Entry, Entry] | None:
    first: dict[tuple[object, ...], Entry] = {}
    for entry in entries:
        fields = entry.fields
        if fields is None or fields.signature is None:
            continue
        known = (entry.request.method, entry.request.target, entry.request.body, fields.nonce, fields.signature)
        if known in first and would_differ(first[known], scheme):
            return first[known], entry
        first.setdefault(known, entry)
    return None


def would_differ(entry: Entry, scheme: Scheme) -> bool:
    """Tell whether a request that was made anew after an answer, or after its loss, could not be the same bytes.

    A nonce makes it another one. Where there is a timestamp alone, an attempt in the same tick is the same text though
    it was stamped and signed again; one that followed a tick or more after the first arrived is not.
    """
    if scheme.nonce_rule is not None or scheme.time_rule is None:
        return True
    return entry.answered_ns - entry.arrived_ns >= tick_ms(scheme.time_rule) * 1_000_000


def tick_ms(rule: TimeRule) -> int:
    """Return how far apart two moments must be so that their timestamps differ: a second, say, or a millisecond."""
    moment_ms = 1_700_000_000_000
    return next((ms for ms in (1, 10, 100, 1000) if rule.write(moment_ms + ms) != rule.write(moment_ms)), 60_000)


def _replayed(pair: tuple[Entry, Entry], records: Sequence[Record]) -> Broken:
    first, second = pair
    told = next((record.reply for record in records if isinstance(record.reply, Failed)), None)
    refused = f"; the second was refused ({second.refused.refusal.value})" if second.refused else ""
    stands = first.effects and told is not None
    return Broken(
        summary=f"A {first.request.method} whose connection broke was sent again byte for byte{refused}.",
        diagnosis=("REQUEST-REPLAYED",),
        culprits=pair,
        consequence=f"The call took effect, and the user is told: {told.kind}." if stands and told else "",
    )


def same_order_id(case: Case, observation: Observation) -> Judgement:
    """Every attempt at an order carries the same client order id: the given one, or the one that the client made."""
    if not observation.all_struck:
        return Unseen(reason="fault not struck")
    seen: Counter[str] = Counter()
    for record in judged(observation):
        if (unseen := unsaid(record)) is not None:
            return unseen
        attempts = own_requests(record)
        ids = [_order_id(observation, entry) for entry in attempts]
        if len(set(ids)) > 1:
            shown = ", ".join(repr(found) for found in ids)
            return Broken(
                summary=f"One order was tried {len(ids)} times with different client order ids: {shown}.",
                diagnosis=("ORDER-ID-NOT-KEPT",),
                culprits=tuple(attempts),
                consequence="The exchange cannot tell the attempts apart: each may become an order.",
            )
        seen["provocations"] += bool(attempts)
        seen["retries"] += max(len(attempts) - 1, 0)
    return Held(seen=seen) if seen["provocations"] else Unseen(reason="no order arrived")


def _order_id(observation: Observation, entry: Entry) -> object:
    endpoint = endpoint_of(observation.setting, entry)
    names = (
        [parameter.name for parameter in endpoint.parameters if "client" in parameter.name.lower()] if endpoint else []
    )
    try:
        given = parameters(entry.request)
    except Unreadable:
        return None
    return next((str(value) for name in names for value in given.get(name, ())), None)


def signed_anew(case: Case, observation: Observation) -> Judgement:
    """Every attempt at a call has a nonce, a timestamp and a signature of its own."""
    if not observation.all_struck:
        return Unseen(reason="fault not struck")
    seen: Counter[str] = Counter()
    for record in judged(observation):
        if (unseen := unsaid(record)) is not None:
            return unseen
        attempts = [entry for entry in own_requests(record) if entry.fields is not None]
        if (pair := repeated(attempts)) is not None:
            return _kept(record, "nonce", "RETRY-KEEPS-NONCE", pair)
        for earlier, later in pairwise(attempts):
            if earlier.fields is None or later.fields is None:
                continue
            if earlier.fields.signature == later.fields.signature:
                return _kept(record, "signature", "RETRY-KEEPS-SIGNATURE", (earlier, later))
            apart = later.server_ms - earlier.server_ms >= APART_MS
            same = later.fields.timestamp == earlier.fields.timestamp
            if same and apart and _drawn_before(observation, earlier, later):
                return _kept(record, "timestamp", "RETRY-KEEPS-TIMESTAMP", (earlier, later))
        seen["provocations"] += bool(attempts)
        seen["retries"] += max(len(attempts) - 1, 0)
    return Held(seen=seen) if seen["provocations"] else Unseen(reason="no request arrived")


def _drawn_before(observation: Observation, earlier: Entry, later: Entry) -> bool:
    """Tell whether a stamp is older than the answer to the attempt before, however late the machine is.

    A clock of whole seconds shows one for a second, and one that is behind showed it later than it says.
    """
    drawn_ms, stamped_ms = timestamp_ms(observation, later), timestamp_ms(observation, earlier)
    if drawn_ms is None or stamped_ms is None:
        return False
    tick = 1000 if drawn_ms % 1000 == 0 else TICK_MS
    age_ms = earlier.server_ms - stamped_ms
    behind_ms = age_ms if tick == TICK_MS and age_ms > ON_ITS_WAY_MS else 0
    return drawn_ms + behind_ms + tick <= answered_ms(earlier)


def _kept(record: Record, what: str, code: str, pair: tuple[Entry, Entry]) -> Broken:
    return Broken(
        summary=f"{record.call.operation} was tried again with the {what} of the attempt before.",
        diagnosis=(code,),
        culprits=pair,
    )


def cause_is_told(case: Case, observation: Observation) -> Judgement:
    """The error tells that the answer was lost, not that a repetition was refused as a replay."""
    if not observation.struck or not observation.struck[0][1]:
        return Unseen(reason="fault not struck")
    for record in judged(observation):
        if (unseen := unsaid(record)) is not None:
            return unseen
        requests = own_requests(record)
        last = requests[-1].refused.refusal.value if requests and requests[-1].refused is not None else ""
        reply = record.reply
        if isinstance(reply, Failed) and (reply.kind == "nonce" or (last.startswith("nonce_") and _blames(reply))):
            return Broken(
                summary=f"The answer to {record.call.operation} was lost; its user is told {reply.kind}: "
                f"{reply.message!r}.",
                diagnosis=("CAUSE-HIDDEN-BY-RETRY",),
                culprits=tuple(requests),
                consequence="The call took effect. The user, told of a nonce, makes it again: he owns two.",
            )
    return Held(seen={"provocations": 1})


def _blames(reply: Failed) -> bool:
    return reply.kind in ("authentication", "timestamp", "permission")


# --- strategies


def lost_answers(setting: Setting) -> Sequence[Case]:
    """Return changes whose answers are lost, on a fresh connection and on one that has served before."""
    found: list[Case] = []
    targets = [(call, ()) for call in changes(setting)]
    for call, before in [*targets, *_cancelling(setting)]:
        for warm in (False, True):
            steps = (*_warming(setting, call), *before) if warm else before
            arms = _losses(call.operation)
            found.extend(_and_after(setting, harmed(call, arm, before=steps)) for arm in arms)
    return found


def _cancelling(setting: Setting) -> Sequence[tuple[Call, tuple[Call, ...]]]:
    if not setting.can("place_order", "cancel_order"):
        return []
    order = replace(calls.place(setting), label="order")
    return [(calls.cancel("order", str(order.params["market"])), (order,))]


def _warming(setting: Setting, call: Call) -> tuple[Call, ...]:
    """Return a call that goes well before: where a client keeps connections, it leaves one behind."""
    return (calls.read(setting) or replace(call, label=""),)


def _losses(operation: str | None) -> Sequence[Arm]:
    return [
        faults.lost_answer(operation),
        faults.reset(operation, at="after_handler"),
        faults.unavailable(operation, at="after_handler", status=504),
    ]


def _and_after(setting: Setting, case: Case) -> Case:
    """Let a harmless call follow: what the client still has in hand arrives before it."""
    read = calls.read(setting)
    return replace(case, steps=(*case.steps, read)) if read is not None else case


def dropped_connections(setting: Setting) -> Sequence[Case]:
    """Return every call, in every method, on a connection that breaks when the request has been read."""
    found: list[Case] = []
    targets: list[tuple[Call, tuple[Call, ...]]] = [(call, ()) for call in calls.plain_calls(setting)]
    for call, before in [*targets, *_cancelling(setting)]:
        operation = faults.aimed_at(call)
        late = _a_tick_later(setting, operation)
        warm = (*_warming(setting, call), *before)
        found.append(_then(setting, call, *late, faults.lost_answer(operation), before=warm))
        found.append(_then(setting, call, *late, faults.lost_answer(operation), before=before))
        closed = Arm(fault="close", at="before_handler", operation=operation)
        found.append(_then(setting, call, *late, closed, before=warm))
    return found


def _a_tick_later(setting: Setting, operation: str | None) -> tuple[Arm, ...]:
    """Have the request wait where a timestamp alone tells two attempts apart; see `would_differ`."""
    rule = setting.dialect.scheme.time_rule
    if setting.dialect.scheme.nonce_rule is not None or rule is None:
        return ()
    wait_ms = tick_ms(rule) + 10
    note = "the request waits, so that another attempt has another timestamp"
    return (Arm(fault="delay", at="before_handler", operation=operation, settings={"ms": wait_ms}, note=note),)


def _then(setting: Setting, call: Call, *arms: Arm, before: Sequence[Call]) -> Case:
    return _and_after(setting, harmed(call, *arms, before=before))


def retried_orders(setting: Setting) -> Sequence[Case]:
    """Return orders whose first two attempts fail, with a client order id and without."""
    plain = calls.place(setting)
    named = replace(plain, params={**plain.params, "client_order_id": GIVEN_ID})
    arms = [
        faults.lost_answer("place_order", times=2),
        faults.unavailable("place_order", times=2),
        faults.reset("place_order", times=2),
    ]
    return [harmed(call, arm) for call in (named, plain) for arm in arms]


def passing_failures(setting: Setting) -> Sequence[Case]:
    """Return calls whose first two attempts fail in a way that invites another."""
    found: list[Case] = []
    for call in a_read_and_an_order(setting):
        operation = faults.aimed_at(call)
        arms = [
            faults.unavailable(operation, times=2),
            faults.unavailable(operation, status=429, body="json"),
            faults.reset(operation),
            faults.reset(operation, at="before_gate"),
            faults.lost_answer(operation),
        ]
        if Kind.RISING_NONCE in setting.dialect.scheme.kinds:
            arms.append(faults.refuse("nonce_not_increasing", operation, times=2))
        found.extend(harmed(call, arm) for arm in arms)
        # An answer in the same tick leaves it open whether a timestamp was drawn before it or after it.
        found.append(harmed(call, _slow(operation), faults.unavailable(operation)))
    return found


def _slow(operation: str | None) -> Arm:
    note = "the answer takes some ticks of the clock"
    return Arm(fault="delay", at="before_gate", operation=operation, settings={"ms": 5 * TICK_MS}, note=note)


def lost_and_refused(setting: Setting) -> Sequence[Case]:
    """Return changes that take effect, whose answers are lost, and whose repetition would be refused."""
    found: list[Case] = []
    rising = Kind.RISING_NONCE in setting.dialect.scheme.kinds
    for call in changes(setting):
        operation = call.operation
        refused = replace(faults.refuse("nonce_not_increasing" if rising else "nonce_reused", operation), skip=1)
        for before in ((), _warming(setting, call)):
            found.extend(harmed(call, arm, before=before) for arm in _losses(operation)[:2])
        found.append(harmed(call, faults.lost_answer(operation), refused))
    return found
