"""What the gate asks of every schedule: nonces used once and rising, signatures that verify, timestamps in the window.

The oracles of single requirements judge a schedule wherever they hold for any schedule; where they suppose a certain
one, the same question is asked here of requests whose origin is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

from harness.campaign.lives import Origin, alone, each_key, known, origins, unplanned
from harness.cases import Case, Reopen, Restart, ShiftClock
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import Observation, refused_for
from harness.properties import restarts, times
from harness.properties.evidence import copies, nonce_value
from mockserver import Entry
from signer import Reason, TimeRule

#: Skews nearer to the edge of the window than this are not asked for.
MARGIN_MS = 2_000

Oracle = Callable[[Case, Observation], Judgement]
#: Whether two requests with one key, the earlier first, are what a rule is about.
Between = Callable[[Origin, Origin], bool]


def one_session(earlier: Origin, later: Origin) -> bool:
    """Two requests of one session, not handed over together."""
    return earlier.is_one_with(later) and not in_one_batch(earlier, later)


def in_one_batch(earlier: Origin, later: Origin) -> bool:
    """Two requests of one session that were handed over together."""
    return earlier.is_one_with(later) and earlier.batch == later.batch != -1


def several_sessions(earlier: Origin, later: Origin) -> bool:
    """Two requests of several sessions with one key, or of one that was opened again, in one life of the program."""
    return earlier.start == later.start and not earlier.is_one_with(later)


def never_equal(between: Between, code: str) -> Oracle:
    """Return an oracle: two requests that stand so to each other never carry the same nonce."""

    def judge(case: Case, observation: Observation) -> Judgement:
        where = origins(case, observation)
        seen: Counter[str] = Counter()
        for view in observation.keys.values():
            requests = list(known(view, where))
            for (earlier, before), (later, after) in _twins(requests):
                if between(before, after):
                    nonce = later.fields.nonce if later.fields else ""
                    return Broken(
                        summary=f"Nonce {nonce} was sent twice with one key.",
                        diagnosis=_code_of(earlier, later, code),
                        culprits=(earlier, later),
                    )
            seen["requests"] += _asked(requests, between)
        return _seen(seen)

    return judge


def _twins(requests: list[tuple[Entry, Origin]]) -> Iterator[tuple[tuple[Entry, Origin], tuple[Entry, Origin]]]:
    found: dict[str, list[tuple[Entry, Origin]]] = {}
    for entry, origin in requests:
        nonce = entry.fields.nonce if entry.fields else None
        if nonce is None:
            continue
        for earlier in found.get(nonce, ()):
            yield earlier, (entry, origin)
        found.setdefault(nonce, []).append((entry, origin))


def _code_of(earlier: Entry, later: Entry, code: str) -> tuple[str, ...]:
    return ("REQUEST-REPLAYED", code) if code == "NONCE-REPEATED" and copies(earlier, later) else (code,)


def _asked(requests: list[tuple[Entry, Origin]], between: Between) -> int:
    """Return how many requests followed one that stands so to them."""
    origins_seen: list[Origin] = []
    count = 0
    for _, origin in requests:
        count += any(between(before, origin) for before in origins_seen)
        if origin not in origins_seen or origin.batch != -1:
            origins_seen.append(origin)
    return count


def rising(between: Between, code: str) -> Oracle:
    """Return an oracle: of calls made one after another that stand so to each other, each has a greater nonce."""

    def judge(case: Case, observation: Observation) -> Judgement:
        where = origins(case, observation)
        seen: Counter[str] = Counter()
        for view in observation.keys.values():
            requests = list(known(view, where))
            for index, (later, after) in enumerate(requests):
                mine = nonce_value(later)
                if mine is None or after.batch != -1:
                    continue
                for earlier, before in requests[:index]:
                    theirs = nonce_value(earlier)
                    if theirs is not None and theirs >= mine and between(before, after):
                        word = "equals" if theirs == mine else "is below"
                        return Broken(
                            summary=f"Nonce {mine} {word} {theirs}, which the same key had sent before.",
                            diagnosis=("NONCE-REPEATED",) if theirs == mine else (code,),
                            culprits=(earlier, later),
                        )
            seen["requests"] += _asked(requests, between)
        return _seen(seen)

    return judge


def not_overtaken(between: Between) -> Oracle:
    """Return an oracle: no request is refused because another, handed over together with it, overtook it."""

    def judge(case: Case, observation: Observation) -> Judgement:
        where = origins(case, observation)
        seen: Counter[str] = Counter()
        for view in observation.keys.values():
            requests = list(known(view, where))
            for entry, origin in requests:
                if origin.batch == -1:
                    continue
                seen["requests"] += 1
                if refused_for(entry) != Reason.NONCE_NOT_INCREASING.value:
                    continue
                mine = nonce_value(entry) or 0
                for other, its in requests:
                    ahead = 0 < other.judged < entry.judged and (nonce_value(other) or 0) > mine
                    if ahead and its.batch == origin.batch and between(its, origin):
                        return Broken(
                            summary=f"Nonce {mine} arrived after a higher one: calls made together overtook each "
                            "other.",
                            diagnosis=("SENT-OUT-OF-ORDER",),
                            culprits=(other, entry),
                        )
        return _seen(seen)

    return judge


def sessions_cooperate(case: Case, observation: Observation) -> Judgement:
    """Several sessions with one key, side by side or one after another, do not spoil each other's nonces."""
    for oracle in (
        never_equal(several_sessions, "NONCE-REPEATED"),
        rising(several_sessions, "NONCE-WENT-BACK"),
        not_overtaken(several_sessions),
    ):
        judged = oracle(case, observation)
        if isinstance(judged, Broken):
            return judged
    return never_equal(several_sessions, "NONCE-REPEATED")(case, observation)


def survives(*, kill: bool) -> Oracle:
    """Return an oracle: the first nonce after a restart of this kind exceeds the last one before it.

    Asked of keys that one session uses, which is never closed: several sessions are another matter.
    """

    def judge(case: Case, observation: Observation) -> Judgement:
        kinds = [step.kill for step in case.steps if isinstance(step, Restart)]
        moments = tuple(
            moment for moment, killed in zip(observation.restarted_at, kinds, strict=False) if killed is kill
        )
        owners = [session.key for session in case.sessions]
        opened_again = {step.session for step in case.steps if isinstance(step, Reopen)}
        unsteady = {session.key for session in case.sessions if session.name in opened_again}
        restarted = 0
        for alone_with in each_key(case, observation):
            key = next(iter(alone_with.keys))
            if owners.count(key) != 1 or key in unsteady:
                continue
            judged = restarts.above_the_last(case, replace(alone_with, restarted_at=moments))
            if isinstance(judged, Broken):
                return judged
            restarted += judged.seen["restarts"] if isinstance(judged, Held) else 0
        return Held(seen={"restarts": restarted}) if restarted else Unseen(reason="too few requests around a restart")

    return judge


def stamped_now(case: Case, observation: Observation) -> Judgement:
    """While nobody steps a clock, timestamps are now, in the documented unit, and none is refused."""
    if any(isinstance(step, ShiftClock) for step in case.steps):
        return Unseen(reason="a clock was stepped")
    judged = times.documented_unit(case, unplanned(observation))
    return judged if isinstance(judged, Broken) else _late(observation) or judged


def stamped_inside(case: Case, observation: Observation) -> Judgement:
    """No request is refused for its time while the clocks differ by less than the window."""
    steps = [step.ms for step in case.steps if isinstance(step, ShiftClock)]
    rule = observation.setting.dialect.scheme.time_rule
    if not steps or rule is None:
        return Unseen(reason="no clock was stepped")
    reach_ms = inside_ms(rule)
    offset_ms = 0
    for step in steps:
        offset_ms += step
        if abs(offset_ms) > reach_ms:
            return Unseen(reason="a clock was stepped out of the window")
    return _late(observation) or Held(seen={"requests": sum(1 for _ in observation.private())})


def _late(observation: Observation) -> Broken | None:
    for _view, entry in observation.private():
        if refused_for(entry) in times.REFUSED_FOR_TIME:
            return Broken(
                summary="A request was refused for its timestamp although the clocks differ by less than the window.",
                diagnosis=("TIMESTAMP-OFF",),
                culprits=(entry,),
            )
    return None


def inside_ms(rule: TimeRule) -> int:
    """Return how far a clock may be stepped, to either side, so that any two such skews are less than a window apart.

    A client that follows the exchange's clock is behind by the whole step when it jumps from one side to the other.
    """
    ahead = rule.past_ms if rule.future_ms is None else rule.future_ms
    return max(0, min(rule.past_ms, ahead) // 2 - MARGIN_MS)


def refusal_for_time_is_told(case: Case, observation: Observation) -> Judgement:
    """A refusal for time is reported as a failure and not retried for ever."""
    return times.refusal_for_time_is_told(case, replace(unplanned(observation), records=tuple(alone(observation))))


def _seen(seen: Counter[str]) -> Judgement:
    return Held(seen=seen) if seen["requests"] else Unseen(reason="no two requests stood so to each other")
