"""Clients that do things in another way, none of them wrong, break no MUST: habits are not mistakes."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from harness.catalogue import requirements
from harness.drivers import ObjectClient, ProgramClient
from harness.events import Level, Status
from harness.mutants.variations import VARIATIONS, Variation, adapter_varied, variation_named
from harness.run import RunSettings, run

#: Rows that a variation may trip over, and that take a moment.
TELLING = ("SIGN-001", "SIGN-007", "NONCE-002", "OPS-001")
#: What can be seen of a client that is an object.
IN_PROCESS = tuple(row.id for row in requirements() if not row.needs_program and not row.needs_watch)


def broken(
    variation: Variation, dialect: str, rows: tuple[str, ...], *, seed: int, profile: str = "documented"
) -> list[str]:
    settings = RunSettings(dialect=dialect, seed=seed, profile=profile, requirements=rows)
    summary = run(settings, ObjectClient(reference=lambda: adapter_varied(variation)), ())
    assert summary.fault is None, summary.fault
    return [
        f"{result.id} {result.status}: {result.reason}"
        for result in summary.results
        if result.level is Level.MUST and result.status not in (Status.PASSED, Status.SKIPPED)
    ]


def one_dialect_each() -> list[object]:
    return [
        pytest.param(variation, variation.dialects[index % len(variation.dialects)], id=variation.name)
        for index, variation in enumerate(VARIATIONS)
    ]


def test_there_are_enough_of_them() -> None:
    names = {variation.name for variation in VARIATIONS}
    assert len(names) == len(VARIATIONS) >= 25
    assert variation_named("parameters-sorted").summary


def as_a_program(*told: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "harness.mutants", *told]
    describe = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "describe", "params": {}})
    return subprocess.run(command, input=f"{describe}\n", capture_output=True, text=True, timeout=60, check=False)


def test_one_can_be_a_program_too_and_unknown_ones_are_refused() -> None:
    described = json.loads(as_a_program("--variation", "one-call-at-a-time").stdout)["result"]
    assert described["name"] == "varied: one-call-at-a-time"
    assert "concurrent" not in described["features"]
    assert "concurrent" in json.loads(as_a_program().stdout)["result"]["features"]
    for told in (("--variation", "nobody"), ("--variation", "parameters-sorted", "--mistake", "orders-sent-again")):
        assert as_a_program(*told).returncode == 2


@pytest.mark.parametrize(
    "name", ["nonce-in-microseconds", "nonce-in-nanoseconds", "nonce-by-tens", "nonce-kept-as-text"]
)
def test_whatever_its_nonces_a_program_notes_them(name: str) -> None:
    client = ProgramClient(argv=(sys.executable, "-m", "harness.mutants", "--variation", name))
    (result,) = run(RunSettings(dialect="reference", seed=1, requirements=("PERS-003",)), client, ()).results
    assert result.status is Status.PASSED, result.reason


@pytest.mark.parametrize(("variation", "dialect"), one_dialect_each())
def test_a_variation_passes_what_it_may_trip_over(variation: Variation, dialect: str) -> None:
    assert broken(variation, dialect, TELLING, seed=1) == []


@pytest.mark.slow
@pytest.mark.parametrize("profile", ["documented", "observed"])
@pytest.mark.parametrize("dialect", ["reference", "poloniex", "exmo", "bitunix"])
@pytest.mark.parametrize("variation", VARIATIONS, ids=lambda variation: variation.name)
def test_a_variation_breaks_no_must(variation: Variation, dialect: str, profile: str) -> None:
    if dialect not in variation.dialects:
        pytest.skip("it cannot be made there")
    for seed in (1, 2, 3):
        assert broken(variation, dialect, IN_PROCESS, seed=seed, profile=profile) == []
