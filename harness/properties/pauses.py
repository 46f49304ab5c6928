"""How long a client waits before it tries again: the row RETRY-008."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import mean, quantiles

from harness.cases import Case, KeyPlan, SessionPlan, Together
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import KeyView, Observation
from harness.properties.reporting import TOO_BUSY, timed
from harness.setting import Setting
from harness.strategies import calls, faults

#: So many sessions meet the same failure at once, so many times over; one after the other, and fewer, where the client
#: promises nothing about calls that are made together.
AT_ONCE, TIMES, APART = 3, 7, 8
#: The limit of their calls.
LIMIT_S = 2.0
#: Pauses that grow are so many times longer in the end than at first, on average. Pauses that double and are drawn from
#: nought to their whole are twice as long; with so many sessions chance hardly ever hides that.
LEAST_GROWTH, SESSIONS_FOR_GROWTH = 1.2, 20
#: Last pauses of which half are longer than the shortest by no more than this part of it have no jitter. What a busy
#: machine does to them it does to the longer half.
LEAST_SPREAD = 0.025
#: So many times what the machine usually is late a pause may be off.
LATE = 2
#: A quarter of the pauses shorter than this is none.
LEAST_PAUSE_MS = 6.0


def spread_out(case: Case, observation: Observation) -> Judgement:
    """Pauses between retries grow, and differ from session to session."""
    if not observation.all_struck:
        return Unseen(reason="fault not struck")
    pauses = [_pauses(view) for view in observation.keys.values()]
    most = max((len(waits) for waits in pauses), default=0)
    if not most:
        return Unseen(reason="nothing was tried again")
    complete = [waits for waits in pauses if len(waits) == most]
    if len(complete) < APART:
        return Unseen(reason="too few sessions tried again as often as the others")
    firsts, lasts = [waits[0] for waits in complete], [waits[-1] for waits in complete]
    first, last = mean(firsts), mean(lasts)
    retries = tuple(entry for view in observation.keys.values() for entry in view.private)[: most + 1]
    if _quarters(lasts)[0] < LEAST_PAUSE_MS:
        return Broken(
            summary=f"{most} retries follow their failure after {last:.1f} ms on average: without a pause.",
            diagnosis=("RETRY-PAUSES-DO-NOT-GROW",),
            culprits=retries,
        )
    enough = most > 1 and len(complete) >= SESSIONS_FOR_GROWTH
    noise_ms = LATE * observation.beside.usual_late_ms
    # All of them, so that a session that the machine kept waiting says nothing about the others.
    levels = list(zip(_levels(firsts), _levels(lasts), strict=True))
    if enough and not any(late > early * LEAST_GROWTH for early, late in levels):
        if any(late + noise_ms > (early - noise_ms) * LEAST_GROWTH for early, late in levels):
            return Unseen(reason=TOO_BUSY)
        return Broken(
            summary=f"Of {most} retries the first waits {first:.0f} ms on average, and the last {last:.0f} ms.",
            diagnosis=("RETRY-PAUSES-DO-NOT-GROW",),
            culprits=retries,
        )
    if _alike(lasts):
        return Broken(
            summary=f"{len(complete)} sessions that failed together tried again together, {most} times, all after "
            f"{', '.join(f'{mean(waits[index] for waits in complete):.0f}' for index in range(most))} ms.",
            diagnosis=("RETRY-PAUSES-WITHOUT-JITTER",),
            culprits=retries,
        )
    if _alike(lasts, noise_ms):
        return Unseen(reason=TOO_BUSY)
    return Held(seen={"sessions": len(complete), "growth": int(enough)})


def _pauses(view: KeyView) -> list[float]:
    """Return how long the client waited after each failure of one session's call, in milliseconds."""
    entries = sorted((entry for entry in view.private if entry.fault is not None), key=lambda entry: entry.arrived_ns)
    # Counted from when it was asked: when its answer was written down may be later than when it was read.
    return [(late.arrived_ns - early.arrived_ns) / 1e6 for early, late in pairwise(entries)]


def _quarters(waits: Sequence[float]) -> tuple[float, float, float]:
    lower, middle, upper = quantiles(waits, n=4)
    return lower, middle, upper


def _levels(waits: Sequence[float]) -> tuple[float, float, float]:
    """Return how long pauses are, in three ways that a busy machine disturbs differently."""
    lower, middle, _ = _quarters(waits)
    return lower, middle, mean(waits)


def _alike(waits: Sequence[float], noise_ms: float = 0.0) -> bool:
    return _quarters(waits)[1] - min(waits) < LEAST_SPREAD * min(waits) + noise_ms


def at_once(setting: Setting) -> Sequence[Case]:
    """Return a read that is answered with 503 each time, in several sessions at once, and again in others."""
    read = calls.read(setting)
    if read is None:
        return []
    names = [f"s{number}" for number in range(AT_ONCE * TIMES if setting.has("concurrent") else APART)]
    arms = tuple(replace(faults.unavailable(faults.aimed_at(read), times=None), key=name) for name in names)
    made = tuple(replace(read, session=name) for name in names)
    together = tuple(Together(calls=made[start : start + AT_ONCE]) for start in range(0, len(made), AT_ONCE))
    case = Case(
        steps=(*arms, *together),
        keys=tuple(KeyPlan(name=name) for name in names),
        sessions=tuple(SessionPlan(name=name, key=name, timeout_s=LIMIT_S) for name in names),
    )
    return [timed(case, alone=True)]
