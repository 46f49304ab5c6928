"""Calls made together: strategies and oracles of the family CONC."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from harness.cases import Arm, Call, Case, KeyPlan, SessionPlan, Step, Together
from harness.drivers.driver import Failed, Hung, Succeeded
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import Observation, refused_for
from harness.properties.evidence import enough, nonce_value, repeated, requests_of, untried
from harness.setting import Setting
from harness.strategies import calls, faults
from mockserver import Order
from signer import Reason

#: How long the adversarial gate waits for a later request before it lets an earlier one go.
PATIENCE_MS = 120
#: Marks the call whose answer does not come.
STALLED = "stalled"


# --- oracles


def no_equal_nonces(case: Case, observation: Observation) -> Judgement:
    """Calls made together never carry equal nonces."""
    seen: Counter[str] = Counter()
    for view in observation.keys.values():
        if (pair := repeated(view.private)) is not None:
            first = pair[0]
            return Broken(
                summary=f"Two calls made together carry the same nonce {first.fields.nonce if first.fields else ''}.",
                diagnosis=("NONCE-NOT-LOCKED",),
                culprits=pair,
            )
        seen["requests"] += len(view.private)
    return enough(observation, seen)


def no_overtaking(case: Case, observation: Observation) -> Judgement:
    """Calls made together are not refused because one overtook another, nor calls of sessions that take turns."""
    seen: Counter[str] = Counter()
    in_turn = {entry.number for record in observation.records if not record.together for entry in record.entries}
    for view in observation.keys.values():
        for entry in view.private:
            if refused_for(entry) == Reason.NONCE_NOT_INCREASING.value:
                mine = nonce_value(entry)
                # A request that was held arrived before those that went through the gate ahead of it.
                ahead = [other for other in view.private if other.answered_ns < entry.answered_ns]
                higher = [other for other in ahead if (nonce_value(other) or 0) > (mine or 0)]
                twins = [other for other in ahead if nonce_value(other) == mine]
                if entry.number in in_turn and len(case.sessions) > 1:
                    word = "a second time" if twins else "after a higher one"
                    return Broken(
                        summary=f"Nonce {mine} was sent {word}: the sessions of one key count each by itself.",
                        diagnosis=("NONCE-REPEATED",) if twins else ("NONCE-WENT-BACK",),
                        culprits=(*(twins or higher)[-1:], entry),
                    )
                return Broken(
                    summary=f"Nonce {mine} was sent by two calls made together."
                    if twins
                    else f"Nonce {mine} arrived after a higher one: calls made together overtook each other.",
                    diagnosis=("NONCE-NOT-LOCKED",) if twins else ("SENT-OUT-OF-ORDER",),
                    culprits=(*(twins or higher)[-1:], entry),
                )
        seen["requests"] += len(view.private)
    for record in observation.records:
        if isinstance(record.reply, Hung):
            return Broken(summary=f"{record.call.operation}, made together with others, never ended.")
    return enough(observation, seen)


def answers_reach_their_calls(case: Case, observation: Observation) -> Judgement:
    """Each answer reaches the call that asked."""
    orders = {str(order.order_id): order for order in observation.key.orders}
    seen: Counter[str] = Counter()
    for record in observation.records:
        if (unseen := untried(record)) is not None:
            return unseen
        if record.call.operation != "place_order" or not isinstance(record.reply, Succeeded):
            continue
        value = record.reply.value
        order_id = value.get("order_id") if isinstance(value, Mapping) else None
        order = orders.get(str(order_id))
        if order is None:
            return Broken(
                summary=f"place_order returned the id {order_id!r}, which no order of this key has.",
                diagnosis=("ANSWER-MISDELIVERED",),
            )
        if not _is(order, record.call.params):
            return Broken(
                summary=f"place_order of {record.call.params['amount']} at {record.call.params['price']} gave the id of"
                f" an order of {format(order.amount, 'f')} at {format(order.price, 'f')}.",
                diagnosis=("ANSWER-MISDELIVERED",),
                consequence="The user cancels or follows somebody else's order.",
            )
        seen["answers"] += 1
    return enough(observation, seen)


def _is(order: Order, params: Mapping[str, object]) -> bool:
    return (
        order.market == params["market"]
        and order.side.value == params["side"]
        and order.price == Decimal(str(params["price"]))
        and order.amount == Decimal(str(params["amount"]))
    )


def still_usable(case: Case, observation: Observation) -> Judgement:
    """After a call that timed out the session works, and answers reach their own calls."""
    if not observation.all_struck:
        return Unseen(reason="fault not struck")
    provoked = 0
    for session in case.sessions:
        records = tuple(record for record in observation.records if record.call.session == session.name)
        if session.key is None or not records:
            continue
        own = replace(observation, records=records, keys={session.key: observation.keys[session.key]})
        judged = _usable(case, own)
        if not isinstance(judged, Held):
            return judged
        provoked += 1
    return Held(seen={"provocations": provoked}) if provoked else Unseen(reason="no call was made")


def _usable(case: Case, observation: Observation) -> Judgement:
    """Judge the calls of one session."""
    at = next((index for index, record in enumerate(observation.records) if record.call.label == STALLED), None)
    if at is None:
        return Unseen(reason="no call was made")
    before, stalled, later = observation.records[:at], observation.records[at], observation.records[at + 1 :]
    if isinstance(stalled.reply, Succeeded) and len(requests_of(case, observation, stalled)) < 2:
        return Broken(summary=f"{stalled.call.operation} was reported as a success although its answer never came.")
    worked = {record.call.operation for record in before if isinstance(record.reply, Succeeded)}
    for record in later:
        if (unseen := untried(record)) is not None:
            return unseen
        if not isinstance(record.reply, Succeeded):
            if record.call.operation not in worked:
                return Unseen(reason=f"{record.call.operation} fails without any harm as well")
            kind = record.reply.kind if isinstance(record.reply, Failed) else type(record.reply).__name__.lower()
            return Broken(
                summary=f"After a call that timed out, {record.call.operation} fails as well ({kind}).",
                diagnosis=("SESSION-UNUSABLE-AFTER-TIMEOUT",),
                culprits=record.entries,
            )
    judged = answers_reach_their_calls(case, observation)
    return judged if isinstance(judged, Broken) else Held(seen={"provocations": 1})


def others_are_served(case: Case, observation: Observation) -> Judgement:
    """An unreadable answer to one call does not block those behind it."""
    if not observation.all_struck:
        return Unseen(reason="fault not struck")
    requests = {entry.number: entry for record in observation.records for entry in record.entries}
    if any(refused_for(entry) for entry in requests.values()):
        # They stood in each other's way, with or without the answer that could not be read: CONC-001, 002 and SIGN-001.
        return Unseen(reason="calls made together were refused")
    failed = [record for record in observation.records if not isinstance(record.reply, Succeeded)]
    for record in failed:
        if isinstance(record.reply, Hung):
            if len(requests) > len(observation.records):
                return Unseen(reason="the client was still trying again when the limit came")
            if len(failed) == 1:
                break  # It is the one whose answer could not be read, and ERR-010 judges that; the others were served.
            return Broken(summary="After one unreadable answer another call never ended.", diagnosis=("QUEUE-BLOCKED",))
        if (unseen := untried(record)) is not None:
            return unseen
    if len(failed) > 1:
        return Broken(
            summary=f"One unreadable answer made {len(failed)} of {len(observation.records)} calls fail.",
            diagnosis=("QUEUE-BLOCKED",),
        )
    # Whether the one call was told of it is not asked here: it may have been repeated, and ERR-010 judges the rest.
    return Held(seen={"provocations": 1})


# --- strategies


def together(setting: Setting) -> SearchStrategy[Case]:
    """Draw two to thirty-two calls released together."""
    plain = list(calls.reads(setting)) or list(calls.plain_calls(setting))
    batch = st.lists(st.sampled_from(plain), min_size=2, max_size=32)
    return batch.map(lambda drawn: Case(steps=(Together(calls=tuple(drawn)),)))


def overtaken(setting: Setting) -> Sequence[Case]:
    """Return batches of which the first request is held back until a later one has been read."""
    harmless = calls.read(setting) or calls.plain_calls(setting)[0]
    return [
        Case(
            steps=(
                harmless,
                Arm(
                    fault="hold",
                    at="before_gate",
                    times=1,
                    settings={"count": count, "ms": PATIENCE_MS, "order": order},
                    note=f"{count} requests are held back and let go in the order {order}",
                ),
                Together(calls=(harmless,) * size),
            ),
            axis=f"{size} calls, order {order}",
        )
        for size, count, order in ((2, 2, (1, 0)), (3, 3, (2, 1, 0)), (8, 4, (3, 1, 2, 0)))
    ]


def distinct_orders(setting: Setting) -> SearchStrategy[Case]:
    """Draw orders that differ, placed together, their answers let go in another order."""
    drawn = st.lists(calls.orders(setting), min_size=2, max_size=6, unique_by=lambda order: tuple(order.items()))

    def case(orders: list[Mapping[str, str]]) -> Case:
        batch = tuple(Call(operation="place_order", params=params) for params in orders)
        hold = Arm(
            fault="hold",
            at="after_handler",
            operation="place_order",
            times=1,
            settings={"count": len(batch), "ms": PATIENCE_MS, "order": tuple(reversed(range(len(batch))))},
            note="answers are let go in another order",
        )
        return Case(steps=(hold, Together(calls=batch)))

    return drawn.map(case)


def timed_out(setting: Setting) -> Sequence[Case]:
    """Return a call whose answer stops in the middle, five calls after it, and each of their kinds once before it."""
    harmless = calls.read(setting) or calls.plain_calls(setting)[0]
    orders = tuple(calls.place(setting) for _ in range(2)) if setting.can("place_order") else ()
    after = (harmless,) * (5 - len(orders)) + orders
    before, stalled = (harmless, *orders[:1]), replace(harmless, label=STALLED)
    stalls, limit_s = (faults.stall(), faults.stall(after=4)), 0.6
    if not setting.has("concurrent"):
        limited = (SessionPlan(timeout_s=limit_s),)
        return [Case(steps=(*before, stall, stalled, *after), sessions=limited) for stall in stalls]
    # Both sessions wait at once, and then each goes on by itself.
    steps: list[Step] = [replace(call, session=name) for name in "ab" for call in before]
    steps.extend(replace(stall, key=name) for stall, name in zip(stalls, "ab", strict=True))
    steps.append(Together(calls=tuple(replace(stalled, session=name) for name in "ab")))
    steps.extend(replace(call, session=name) for name in "ab" for call in after)
    return [
        Case(
            steps=tuple(steps),
            keys=tuple(KeyPlan(name=name) for name in "ab"),
            sessions=tuple(SessionPlan(name=name, key=name, timeout_s=limit_s) for name in "ab"),
        )
    ]


def one_unreadable(setting: Setting) -> Sequence[Case]:
    """Return calls made together of which the first gets rubbish for an answer."""
    harmless = calls.read(setting) or calls.plain_calls(setting)[0]
    rubbish = [
        Arm(
            fault="body",
            at="after_handler",
            settings={"body": body, "status": status, "content_type": kind},
            note=f"the answer is no JSON, status {status}",
        )
        for status, kind, body in (
            (200, "application/json", "<<< not JSON"),
            (502, "text/html", "<html><body>Bad gateway</body></html>"),
        )
    ]
    return [Case(steps=(arm, Together(calls=(harmless,) * size))) for arm in rubbish for size in (3, 6)]


def taking_turns(setting: Setting) -> Sequence[Case]:
    """Return calls of two sessions with one key that take turns, three each."""
    mine, theirs = (_readers(setting, session)[0] for session in "ab")
    return [Case(steps=(mine, theirs) * 3, sessions=(SessionPlan(name="a"), SessionPlan(name="b")), axis="in turn")]


def two_sessions(setting: Setting) -> SearchStrategy[Case]:
    """Draw calls of two sessions with one key, one after another and together."""
    plain = [call for session in "ab" for call in _readers(setting, session)]
    one = st.sampled_from(plain)
    batch = st.lists(one, min_size=2, max_size=8).map(lambda drawn: Together(calls=tuple(drawn)))
    steps = st.lists(st.one_of(one, batch) if setting.has("concurrent") else one, min_size=2, max_size=6)
    sessions = (SessionPlan(name="a"), SessionPlan(name="b"))
    return steps.map(lambda drawn: Case(steps=tuple(drawn), sessions=sessions))


def _readers(setting: Setting, session: str) -> Sequence[Call]:
    return list(calls.reads(setting, session=session)) or list(calls.plain_calls(setting, session=session))
