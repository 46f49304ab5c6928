"""Every wrong client is caught by its own requirement, and the right one is not: no check that cannot fail."""

from __future__ import annotations

import sys

import pytest

from harness.catalogue import requirements
from harness.drivers import Client, ObjectClient, ProgramClient
from harness.events import RequirementResult, Status
from harness.mutants import MISTAKES, Mistake, adapter_with
from harness.run import RunSettings, run

SEED = 20261121
BUILT = {row.id: row for row in requirements()}
WITNESSED = [mistake for mistake in MISTAKES if mistake.kills in BUILT]


def judged(client: Client, dialect: str, requirement: str) -> RequirementResult:
    summary = run(RunSettings(dialect=dialect, seed=SEED, requirements=(requirement,)), client, ())
    assert summary.fault is None, summary.fault
    return summary.results[0]


def client_with(mistake: Mistake) -> Client:
    if BUILT[mistake.kills].needs_program or "in-process" not in mistake.forms:
        return ProgramClient(argv=(sys.executable, "-m", "harness.mutants", "--mistake", mistake.name))
    return ObjectClient(reference=lambda: adapter_with(mistake))


def one_dialect_each() -> list[tuple[Mistake, str]]:
    return [(mistake, mistake.dialects[index % len(mistake.dialects)]) for index, mistake in enumerate(WITNESSED)]


def all_other_dialects() -> list[tuple[Mistake, str]]:
    taken = {(mistake.name, dialect) for mistake, dialect in one_dialect_each()}
    pairs = [(mistake, dialect) for mistake in WITNESSED for dialect in mistake.dialects]
    return [(mistake, dialect) for mistake, dialect in pairs if (mistake.name, dialect) not in taken]


def named(pairs: list[tuple[Mistake, str]]) -> list[object]:
    return [
        pytest.param(mistake, dialect, id=f"{mistake.kills}-{mistake.name}-{dialect}") for mistake, dialect in pairs
    ]


def convicts(mistake: Mistake, dialect: str) -> None:
    result = judged(client_with(mistake), dialect, mistake.kills)
    assert result.status is Status.FAILED, f"{mistake.summary} {result.status}: {result.reason}"
    assert result.finding is not None
    assert result.finding.summary
    # Caught for what it did, and not for something else that it broke.
    assert not mistake.diagnoses or set(result.finding.diagnosis) & set(mistake.diagnoses)
    assert f"--requirement {mistake.kills}" in result.finding.reproduce
    assert f"--seed {SEED}" in result.finding.reproduce


@pytest.mark.parametrize(("mistake", "dialect"), named(one_dialect_each()))
def test_a_wrong_client_fails_its_own_requirement(mistake: Mistake, dialect: str) -> None:
    convicts(mistake, dialect)


@pytest.mark.slow
@pytest.mark.parametrize(("mistake", "dialect"), named(all_other_dialects()))
def test_a_wrong_client_fails_its_own_requirement_on_its_other_dialects(mistake: Mistake, dialect: str) -> None:
    convicts(mistake, dialect)


def test_every_requirement_has_a_wrong_client() -> None:
    witnessed = {mistake.kills for mistake in WITNESSED}
    assert sorted(set(BUILT) - witnessed) == []
