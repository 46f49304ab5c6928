"""How much evidence is just enough: the least that a row asks for, and not one less."""

from __future__ import annotations

from collections import Counter

import pytest

from harness.catalogue import requirement
from harness.concluding import concluded
from harness.events import RequirementResult, Status
from harness.search import Outcome

#: A row that asks for thirty requests.
ROW = requirement("NONCE-001")
LEAST = ROW.property.least["requests"]


def status(seen: int, *, share: float = 1.0) -> Status:
    blank = RequirementResult(id=ROW.id, level=ROW.level, title=ROW.title, status=Status.SKIPPED)
    return concluded(ROW, blank, Outcome(examples=1, seen=Counter(requests=seen), share=share), "again").status


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (0, Status.INCONCLUSIVE),
        (LEAST - 1, Status.INCONCLUSIVE),
        (LEAST, Status.PASSED),
        (LEAST + 1, Status.PASSED),
    ],
)
def test_the_least_evidence_is_enough_and_one_less_is_not(seen: int, expected: Status) -> None:
    assert status(seen) is expected


def test_who_asks_for_half_the_cases_is_owed_half_the_evidence_and_not_one_less() -> None:
    half = -(-LEAST // 2)
    assert status(half, share=0.5) is Status.PASSED
    assert status(half - 1, share=0.5) is Status.INCONCLUSIVE


def test_one_is_owed_however_few_cases_were_asked_for() -> None:
    assert status(0, share=0.0001) is Status.INCONCLUSIVE
    assert status(1, share=0.0001) is Status.PASSED
