"""The doctor against wrong signatures in the hundreds, none of which was made with its own tables."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from signer import Credentials, scheme_named
from signer.doctor import examine
from tests.signer.wrong_signatures import FAMILIES, Case, Family

#: Sets of mistakes that give one text under one key, so that nobody could tell them apart.
SAME = {
    frozenset({"KEY-AS-SECRET", "PLAIN-HASH"}): frozenset({"KEY-IN-FRONT", "HASH-WITHOUT-SECRET"}),
    frozenset({"HMAC-INSTEAD-OF-HASH", "HASH-WITHOUT-SECRET"}): frozenset({"HMAC-INSTEAD-OF-HASH", "SECRET-EMPTY"}),
    # A line break behind the last line, which is the body, stands behind the text as well.
    frozenset({"BODY-NOT-HASHED", "NEWLINE-ADDED"}): frozenset({"JSON-SPACES-DIFFER", "BODY-NOT-HASHED"}),
}

each_family = pytest.mark.parametrize(
    "family", FAMILIES, ids=[f"{family.dialect}-{family.case().request.method}" for family in FAMILIES]
)


def found(case: Case) -> list[frozenset[str]]:
    credentials = Credentials(key=case.key, secret=case.secret)
    examination = examine(scheme_named(case.dialect), case.request, credentials)
    return [frozenset(diagnosis.code.split("+")) for diagnosis in examination.diagnoses]


def judged(cases: Iterable[Case]) -> tuple[int, list[str], list[str]]:
    """Return how many cases there are, which were not named first, and which were blamed on something else."""
    number, missed, blamed = 0, [], []
    for case in cases:
        number += 1
        names = found(case)
        meant = {case.mistakes, SAME.get(case.mistakes, case.mistakes)}
        if not names or names[0] not in meant:
            missed.append(case.name)
        if names and not meant & set(names):
            blamed.append(f"{case.name}: {[sorted(name) for name in names]}")
    return number, missed, blamed


@each_family
def test_a_right_signature_of_plain_code_is_accepted(family: Family) -> None:
    case = family.case()
    credentials = Credentials(key=case.key, secret=case.secret)
    examination = examine(scheme_named(case.dialect), case.request, credentials)
    assert examination.accepted
    assert examination.diagnoses == ()


@each_family
def test_every_single_mistake_is_named_first(family: Family) -> None:
    number, missed, blamed = judged(family.cases(1))
    assert number > 20
    assert missed == []
    assert blamed == []


@each_family
def test_pairs_of_mistakes_are_named_first_and_never_blamed_on_others(family: Family) -> None:
    pairs = [case for case in family.cases(2) if len(case.mistakes) == 2]
    assert len(pairs) > 150
    number, missed, blamed = judged(pairs[::6])
    assert len(missed) <= 0.03 * number
    assert blamed == []


@pytest.mark.slow
@each_family
def test_all_pairs_of_mistakes(family: Family) -> None:
    number, missed, blamed = judged(family.cases(2))
    assert len(missed) <= 0.03 * number
    assert blamed == []
