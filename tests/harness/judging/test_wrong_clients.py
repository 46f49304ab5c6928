"""Every wrong client is caught by its own requirement, and the right one is not: no check that cannot fail."""

from __future__ import annotations

import pytest

from harness.catalogue import requirements
from harness.drivers import Client
from harness.events import RequirementResult, Status
from harness.mutants import MISTAKES, Mistake, mistake_named
from harness.mutants.own import played
from harness.proving import client_with
from harness.run import RunSettings, run

SEED = 20261121
BUILT = {row.id: row for row in requirements()}
WITNESSED = [mistake for mistake in MISTAKES if mistake.kills in BUILT]

#: Clients that sign wrongly, one for each way in which a finding comes by its name: an exchange's own misreading of the
#: query, a mistake that shows under load alone, two at once, one of the request before, and one that a second request
#: has to tell from another.
TELLING = [
    ("signs-query-as-sent", "bitunix"),
    ("signs-nonce-and-timestamp-swapped", "reference"),
    ("signs-signature-percent-encoded", "exmo"),
    ("signs-signature-of-previous-request", "poloniex"),
    ("signs-parameters-reversed", "exmo"),
]


def judged(client: Client, dialect: str, requirement: str) -> RequirementResult:
    summary = run(RunSettings(dialect=played(dialect), seed=SEED, requirements=(requirement,)), client, ())
    assert summary.fault is None, summary.fault
    return summary.results[0]


def first_of_each_row() -> list[tuple[Mistake, str]]:
    """Return one wrong client for each row, the dialects in turn; the others are for those who have time."""
    firsts: dict[str, Mistake] = {}
    for mistake in WITNESSED:
        firsts.setdefault(mistake.kills, mistake)
    return [(mistake, mistake.dialects[index % len(mistake.dialects)]) for index, mistake in enumerate(firsts.values())]


def everything_else() -> list[tuple[Mistake, str]]:
    taken = {*((mistake.name, dialect) for mistake, dialect in first_of_each_row()), *TELLING}
    pairs = [(mistake, dialect) for mistake in WITNESSED for dialect in mistake.dialects]
    return [(mistake, dialect) for mistake, dialect in pairs if (mistake.name, dialect) not in taken]


def named(pairs: list[tuple[Mistake, str]]) -> list[object]:
    return [
        pytest.param(mistake, dialect, id=f"{mistake.kills}-{mistake.name}-{dialect}") for mistake, dialect in pairs
    ]


def convicts(mistake: Mistake, dialect: str) -> None:
    result = judged(client_with(mistake, BUILT[mistake.kills], played(dialect)), dialect, mistake.kills)
    assert result.status is Status.FAILED, f"{mistake.summary} {result.status}: {result.reason}"
    assert result.finding is not None
    assert result.finding.summary
    # Caught for what it did, and not for something else that it broke.
    named = {name for code in result.finding.diagnosis for name in code.split("+")}
    assert not mistake.diagnoses or named & set(mistake.diagnoses)
    assert f"--requirement {mistake.kills}" in result.finding.reproduce
    assert f"--seed {SEED}" in result.finding.reproduce


@pytest.mark.parametrize(("mistake", "dialect"), named(first_of_each_row()))
def test_a_wrong_client_fails_its_own_requirement(mistake: Mistake, dialect: str) -> None:
    convicts(mistake, dialect)


@pytest.mark.parametrize(("name", "dialect"), TELLING, ids=[name for name, _ in TELLING])
def test_a_wrong_signature_is_called_by_the_name_of_its_mistake(name: str, dialect: str) -> None:
    convicts(mistake_named(name), dialect)


@pytest.mark.slow
@pytest.mark.parametrize(("mistake", "dialect"), named(everything_else()))
def test_the_other_wrong_clients_and_dialects_are_no_luckier(mistake: Mistake, dialect: str) -> None:
    convicts(mistake, dialect)


def test_every_requirement_has_a_wrong_client() -> None:
    witnessed = {mistake.kills for mistake in WITNESSED}
    assert sorted(set(BUILT) - witnessed) == []
