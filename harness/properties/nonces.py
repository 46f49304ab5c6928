"""Nonces: strategies and oracles of the family NONCE."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from harness.cases import Arm, Call, Case, SessionPlan, SetLastNonce, Step, Together
from harness.drivers.driver import Failed, Succeeded
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import Observation, Record
from harness.properties.evidence import copies, enough, falls, nonce_value, own_requests, repeated, untried
from harness.setting import Setting
from harness.strategies import calls, faults
from mockserver import Entry
from signer import Kind
from signer.dialects import bitunix

#: A call that is refused for its nonce may be tried again so many times before it is called spinning.
FEW = 10
TEN_YEARS_MS = 10 * 365 * 86_400_000
_WITH_EXPONENT = re.compile(r"[+-]?[0-9](\.[0-9]+)?[eE][+-]?[0-9]{1,3}")  # other texts with an e are hex


# --- oracles


def rising(case: Case, observation: Observation) -> Judgement:
    """Each nonce exceeds every earlier one of its key, in the order of arrival, for calls made one after another."""
    seen: Counter[str] = Counter()
    for view in observation.keys.values():
        if (pair := falls(view.private)) is not None:
            return _not_rising(*pair)
        seen["requests"] += len(view.private)
    return enough(observation, seen)


def _not_rising(earlier: Entry, later: Entry) -> Broken:
    before, after = nonce_value(earlier), nonce_value(later)
    word = "equals" if before == after else "is below"
    if before is not None and after is not None and 0 < after * 100 < before:
        return Broken(
            summary=f"Nonce {after} counts a coarser unit than {before}, which the same key had sent before.",
            diagnosis=("NONCE-IN-SECONDS",),
            culprits=(earlier, later),
        )
    return Broken(
        summary=f"Nonce {after} {word} {before}, which the same key had sent before.",
        diagnosis=("NONCE-REPEATED",) if before == after else ("NONCE-WENT-BACK",),
        culprits=(earlier, later),
    )


def never_twice(case: Case, observation: Observation) -> Judgement:
    """No nonce is sent twice with one key."""
    seen: Counter[str] = Counter()
    for view in observation.keys.values():
        if (pair := repeated(view.private)) is not None:
            first, second = pair
            assert first.fields is not None  # noqa: S101
            # Two calls that ask alike look alike; a request that was sent again belongs to the call of the first.
            one_call = any(_made_both(record, pair) for record in observation.records if not record.together)
            copied = one_call and copies(first, second)
            return Broken(
                summary=f"Nonce {first.fields.nonce} was sent twice with one key.",
                diagnosis=("REQUEST-REPLAYED", "NONCE-REPEATED") if copied else ("NONCE-REPEATED",),
                culprits=pair,
            )
        seen["requests"] += len(view.private)
    return enough(observation, seen)


def _made_both(record: Record, pair: tuple[Entry, Entry]) -> bool:
    numbers = {entry.number for entry in record.entries}
    return all(entry.number in numbers for entry in pair)


def _made_together(case: Case) -> bool:
    return any(isinstance(step, Together) for step in case.steps)


def rising_in_a_tick(case: Case, observation: Observation) -> Judgement:
    """Calls as fast as possible get different, rising nonces; calls made together only different ones."""
    judged = never_twice(case, observation)
    if isinstance(judged, Broken):
        return judged
    if not _made_together(case):
        return rising(case, observation)
    return judged


def written_as_digits(case: Case, observation: Observation) -> Judgement:
    """The nonce is plain decimal digits."""
    seen: Counter[str] = Counter()
    for _view, entry in observation.private():
        nonce = entry.fields.nonce if entry.fields else None
        if nonce is None:
            continue
        if not (nonce.isascii() and nonce.isdigit()) or nonce.startswith("0"):
            return Broken(
                summary=f"The nonce is written {nonce!r}, not as plain decimal digits.",
                diagnosis=_miswritten(nonce),
                culprits=(entry,),
            )
        seen["requests"] += 1
    return enough(observation, seen)


def _miswritten(nonce: str) -> tuple[str, ...]:
    if _WITH_EXPONENT.fullmatch(nonce):
        return ("NONCE-IN-SCIENTIFIC-NOTATION",)
    return ("NONCE-HAS-FRACTION",) if "." in nonce else ("NONCE-MISWRITTEN",)


def inside_range(case: Case, observation: Observation) -> Judgement:
    """The nonce, grown at its own pace for ten years, stays inside the documented range."""
    rule = observation.setting.dialect.scheme.nonce_rule
    if rule is None or rule.maximum is None:
        return Unseen(reason="the dialect documents no range")
    seen: Counter[str] = Counter()
    for _view, entry in observation.private():
        value = nonce_value(entry)
        if value is None:
            continue
        pace = value / max(entry.server_ms, 1)
        if value > rule.maximum or value + pace * TEN_YEARS_MS > rule.maximum:
            return Broken(
                summary=f"Nonce {value} leaves the documented range (up to {rule.maximum}) within ten years.",
                diagnosis=("NONCE-OUT-OF-RANGE",),
                culprits=(entry,),
            )
        seen["requests"] += 1
    return enough(observation, seen)


def spent_by_failures(case: Case, observation: Observation) -> Judgement:
    """A nonce is spent even when the call fails."""
    if not observation.all_struck:
        return Unseen(reason="fault not struck")
    if isinstance(judged := never_twice(case, observation), Broken):
        return judged
    if Kind.RISING_NONCE in observation.setting.dialect.scheme.kinds and isinstance(
        judged := rising(case, observation), Broken
    ):
        return judged
    return Held(seen={"provocations": len(observation.struck)})


def documented_shape(case: Case, observation: Observation) -> Judgement:
    """Random nonces have the documented length and alphabet."""
    rule = bitunix.STRICT_NONCE_RULE
    seen: Counter[str] = Counter()
    for _view, entry in observation.private():
        nonce = entry.fields.nonce if entry.fields else None
        if nonce is None:
            continue
        if rule.parse(nonce) is None:
            return Broken(
                summary=f"The nonce has {len(nonce)} characters ({nonce!r}); the documents ask for {rule.describe}.",
                diagnosis=("NONCE-OF-WRONG-LENGTH",) if len(nonce) != 32 else ("NONCE-OF-WRONG-ALPHABET",),
                culprits=(entry,),
            )
        seen["requests"] += 1
    return enough(observation, seen)


def refusal_is_told(case: Case, observation: Observation) -> Judgement:
    """A refused nonce is reported as such; a retry has a higher nonce, and there are few of them."""
    provoked = 0
    for record in observation.records:
        if (unseen := untried(record)) is not None:
            return unseen
        requests = [entry for entry in own_requests(record) if entry.fields is not None]
        refused = [entry for entry in requests if entry.refused and entry.refused.refusal.value.startswith("nonce_")]
        if not refused:
            continue
        provoked += 1
        if len(requests) > FEW:
            return Broken(
                summary=f"One call led to {len(requests)} requests while its nonces were refused.",
                diagnosis=("NONCE-RETRY-SPINS",),
                culprits=tuple(requests),
            )
        if (pair := falls(requests)) is not None:
            return _not_rising(*pair)
        if isinstance(record.reply, Succeeded) and requests[-1] in refused:
            return Broken(summary="A refused nonce was reported as a success.", culprits=tuple(refused))
        if isinstance(record.reply, Failed) and record.reply.kind not in ("nonce", "unknown"):
            return Broken(
                summary=f"A refused nonce was reported as {record.reply.kind}.",
                diagnosis=("NONCE-REFUSAL-MISNAMED",),
                culprits=tuple(refused),
            )
    return Held(seen={"provocations": provoked}) if provoked else Unseen(reason="fault not struck")


# --- strategies


def sequences(setting: Setting) -> SearchStrategy[Case]:
    """Draw calls made one after another."""
    steps = st.lists(calls.private_calls(setting), min_size=2, max_size=12)
    return steps.map(lambda drawn: Case(steps=tuple(drawn)))


def every_way(setting: Setting) -> SearchStrategy[Case]:
    """Draw calls one after another, together, after harm, and in two sessions with one key."""
    plain = list(calls.plain_calls(setting))
    second = list(calls.plain_calls(setting, session="b"))
    one = st.sampled_from(plain + second)
    kinds: list[SearchStrategy[tuple[Step, ...]]] = [one.map(lambda call: (call,))]
    if setting.has("concurrent"):
        batch = st.lists(one, min_size=2, max_size=8)
        kinds.append(batch.map(lambda drawn: (Together(calls=tuple(drawn)),)))
    harmed = st.tuples(faults.transient(setting), st.sampled_from(plain))
    kinds.append(harmed.map(lambda pair: pair))
    return st.lists(st.one_of(kinds), min_size=1, max_size=5).map(
        lambda drawn: Case(
            steps=tuple(step for steps in drawn for step in steps),
            sessions=(SessionPlan(name="a"), SessionPlan(name="b")),
        )
    )


def bursts(setting: Setting) -> Sequence[Case]:
    """Return calls as fast as possible: one after another, together where promised, and in process in frozen time."""
    readers = list(calls.reads(setting)) or list(calls.plain_calls(setting))
    many = tuple(readers[index % len(readers)] for index in range(120))
    found = [Case(steps=many, axis="one after another")]
    if setting.has("concurrent"):
        found.append(Case(steps=tuple(Together(calls=many[:24]) for _ in range(4)), axis="together"))
    if setting.form == "in-process":
        found.insert(0, Case(steps=many[:3], axis="frozen clock", about={"frozen": True}))
        found.append(Case(steps=many[:40], axis="frozen clock, many", about={"frozen": True}))
    return found


def failing(setting: Setting) -> SearchStrategy[Case]:
    """Draw a call that fails in some way, and calls after it."""
    plain = list(calls.plain_calls(setting))
    return st.builds(
        lambda fault, harmed, after: Case(steps=(harmed, fault, harmed, *after)),
        faults.any_failure(setting),
        st.sampled_from(list(calls.reads(setting)) or plain),
        st.lists(st.sampled_from(plain), min_size=1, max_size=3),
    )


def long_runs(setting: Setting) -> SearchStrategy[Case]:
    """Draw a run of fifteen calls."""
    plain = list(calls.plain_calls(setting))
    return st.lists(st.sampled_from(plain), min_size=15, max_size=15).map(lambda drawn: Case(steps=tuple(drawn)))


def refused_nonces(setting: Setting) -> Sequence[Case]:
    """Return schedules that refuse the next one to five valid nonces."""
    harmless = calls.read(setting) or calls.plain_calls(setting)[0]
    return [
        Case(
            steps=(
                harmless,
                Arm(
                    fault="refuse",
                    at="before_gate",
                    times=times,
                    settings={"refusal": "nonce_not_increasing"},
                    note="a valid nonce is refused",
                ),
                harmless,
            )
        )
        for times in (1, 2, 5)
    ]


def far_ahead(setting: Setting) -> Sequence[Case]:
    """Return a key whose last nonce is far ahead of every clock."""
    harmless: Call = calls.read(setting) or calls.plain_calls(setting)[0]
    far = 9_000_000_000_000_000_000
    return [Case(steps=(SetLastNonce(key="k", nonce=far), harmless, harmless))]
