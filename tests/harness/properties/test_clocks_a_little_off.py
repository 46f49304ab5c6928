"""A clock that is a little behind, or shows whole seconds, draws no stale timestamp."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from harness.cases import Case
from harness.judging import Broken, Held
from harness.properties import times
from tests.harness.properties.observed import READ, failed, observed, request

NOW_MS = 1_700_000_000_123


def judged(stamps: list[tuple[int, int]]) -> list[bool]:
    """Return whether each of the two oracles holds for requests by (timestamp, arrival), in milliseconds from now.

    Each is answered when the next one comes.
    """
    entries = [
        replace(
            request(number, operation="balances", timestamp=str(NOW_MS + stamp), at_ms=NOW_MS + at),
            answered_ns=(next_at - at) * 1_000_000,
        )
        for number, ((stamp, at), (_, next_at)) in enumerate(pairwise([*stamps, stamps[-1]]), start=1)
    ]
    seen = observed(READ, failed("network"), entries)
    return [isinstance(oracle(Case(steps=()), seen), Held) for oracle in ORACLES]


ORACLES = (times.stamped_when_sent, times.retry_stamped_anew)


@pytest.mark.parametrize(
    "stamps",
    [
        pytest.param([(0, 1), (700, 701)], id="right"),
        pytest.param([(-900, 1), (-200, 701)], id="behind"),
        pytest.param([(877, 1000), (877, 1850), (1877, 2800)], id="whole seconds"),
    ],
)
def test_stamps_drawn_when_they_were_sent_pass(stamps: list[tuple[int, int]]) -> None:
    assert judged(stamps) == [True, True]


@pytest.mark.parametrize(
    "stamps",
    [
        pytest.param([(0, 1), (0, 701)], id="right but for the second"),
        pytest.param([(-900, 1), (-900, 701)], id="behind"),
        pytest.param([(877, 1000), (877, 2800)], id="whole seconds"),
    ],
)
def test_stamps_drawn_long_before_do_not(stamps: list[tuple[int, int]]) -> None:
    assert judged(stamps) == [False, False]


def test_both_oracles_say_what_is_wrong() -> None:
    entries = [request(number, timestamp=str(NOW_MS), at_ms=NOW_MS + late) for number, late in ((1, 0), (2, 800))]
    judgement = times.stamped_when_sent(Case(steps=()), observed(READ, failed("network"), entries))
    assert isinstance(judgement, Broken)
    assert judgement.diagnosis == ("TIMESTAMP-TAKEN-TOO-EARLY",)
