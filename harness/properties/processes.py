"""Several processes with one key: strategies and oracles for programs that start together, share a key, or fork."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from harness.cases import Call, Case, Fork, Restart, SessionPlan, Step, Together
from harness.drivers.driver import Failed, Succeeded
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import Observation, Record, refused_for
from harness.properties.evidence import enough, falls, nonce_value, repeated
from harness.setting import Setting
from harness.strategies import calls
from signer import Kind, Reason

#: So many requests for one call, and it is not called spinning.
FEW = 10

_TWO = (SessionPlan(name="a"), SessionPlan(name="b", second=True))


# --- oracles


def no_nonce_in_common(case: Case, observation: Observation) -> Judgement:
    """Programs that start together, or one after another, draw no nonce that another has drawn."""
    seen: Counter[str] = Counter()
    for view in observation.keys.values():
        if (pair := repeated(view.private)) is not None:
            nonce = pair[0].fields.nonce if pair[0].fields else ""
            return Broken(
                summary=f"Nonce {nonce} was drawn {case.about['by']}.",
                diagnosis=("RANDOM-NONCE-FORESEEABLE",),
                culprits=pair,
            )
        seen["requests"] += len(view.private)
    return enough(observation, seen)


def programs_co_operate(case: Case, observation: Observation) -> Judgement:
    """Two programs with one key do not refuse each other's nonces, or say that it is the nonce and stop."""
    seen: Counter[str] = Counter()
    promised = observation.setting.has("persistent_nonce")
    for view in observation.keys.values():
        for entry in view.private:
            if promised and refused_for(entry) == Reason.NONCE_NOT_INCREASING.value:
                earlier = [other for other in view.private if other.answered_ns < entry.answered_ns]
                higher = [other for other in earlier if (nonce_value(other) or 0) >= (nonce_value(entry) or 0)]
                return Broken(
                    summary=f"Nonce {nonce_value(entry)} was refused: the other program with the same key had been "
                    "there before.",
                    diagnosis=("NONCE-NOT-SHARED",),
                    culprits=(*higher[-1:], entry),
                )
        seen["requests"] += len(view.private)
    for record in observation.records:
        if (broken := _misbehaved(record)) is not None:
            return broken
    return enough(observation, seen)


def _misbehaved(record: Record) -> Broken | None:
    if record.together:
        return None
    refused = [entry for entry in record.entries if refused_for(entry) == Reason.NONCE_NOT_INCREASING.value]
    if len(refused) > FEW:
        return Broken(
            summary=f"One call was refused for its nonce {len(refused)} times: it is retried without end.",
            diagnosis=("NONCE-RETRY-SPINS",),
            culprits=tuple(refused),
        )
    last = [entry for entry in record.entries if entry.fields is not None][-1:]
    if not refused or last != refused[-1:]:
        return None
    if isinstance(record.reply, Succeeded):
        return Broken(
            summary=f"{record.call.operation} was refused for its nonce and was reported as a success.",
            diagnosis=("REFUSAL-AS-SUCCESS",),
            culprits=tuple(refused),
        )
    if isinstance(record.reply, Failed) and record.reply.kind not in ("nonce", "unknown"):
        return Broken(
            summary=f"{record.call.operation} was refused for its nonce and was reported as {record.reply.kind}.",
            diagnosis=("NONCE-REFUSAL-MISNAMED",),
            culprits=tuple(refused),
        )
    return None


def child_goes_its_own_way(case: Case, observation: Observation) -> Judgement:
    """A forked child does not draw what its parent draws."""
    forks = observation.client_side.forks
    if not forks or forks[0] is None:
        return Unseen(reason="only a synchronous client in the harness's own process can be forked", cannot_try=True)
    begin, end, _ended = forks[0]
    view = observation.key
    if not any(begin < entry.number <= end for entry in view.private):
        return Unseen(reason="the forked child sent nothing")
    pair = repeated(view.private)
    if pair is None and Kind.RISING_NONCE in observation.setting.dialect.scheme.kinds:
        pair = falls(view.private)
    if pair is not None:
        nonce = pair[1].fields.nonce if pair[1].fields else ""
        return Broken(
            summary=f"After a fork, child and parent both went on from the same place: nonce {nonce} came"
            f" {'twice' if pair[0].fields and pair[0].fields.nonce == nonce else 'after a higher one'}.",
            diagnosis=("FORK-CONTINUES",),
            culprits=pair,
        )
    return Held(seen={"forks": 1})


# --- strategies


def started_together(setting: Setting) -> Sequence[Case]:
    """Return two programs that are started in the same moment, and the calls of both."""
    harmless = list(calls.reads(setting)) or list(calls.plain_calls(setting))
    turns = tuple(_in(session, harmless[index % len(harmless)]) for index in range(4) for session in "ab")
    about = {"by": "by two programs that were started in the same moment"}
    return [Case(steps=(Restart(both=True), *turns), sessions=_TWO, about=about)]


def restarted_often(setting: Setting) -> Sequence[Case]:
    """Return a program that is killed and started again and again, with two calls in between."""
    harmless = calls.read(setting) or calls.plain_calls(setting)[0]
    turn: tuple[Step, ...] = (harmless, harmless, Restart(kill=True))
    about = {"by": "again after a restart"}
    return [Case(steps=(*turn * 3, harmless, harmless), about=about)]


def with_one_key(setting: Setting) -> Sequence[Case]:
    """Return two programs with one key: their calls in turn, a few of one and then of the other, and together."""
    harmless = calls.read(setting) or calls.plain_calls(setting)[0]
    turns: list[Step] = [_in(session, harmless) for session in "ababaaabbbab"]
    if setting.has("concurrent"):
        turns.append(Together(calls=tuple(_in(session, harmless) for session in "abab")))
    return [Case(steps=tuple(turns), sessions=_TWO)]


def _in(session: str, call: Call) -> Call:
    return Call(operation=call.operation, params=call.params, session=session)


def forked(setting: Setting) -> Sequence[Case]:
    """Return calls, a fork whose child makes a call, and calls of the parent after it."""
    harmless = calls.read(setting) or calls.plain_calls(setting)[0]
    return [Case(steps=(harmless,) * 3 + (Fork(call=harmless),) + (harmless,) * 2)]
