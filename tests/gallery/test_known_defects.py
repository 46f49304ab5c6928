"""What is known to be wrong with third-party SDKs, untouched, is found and named.

Each client of the gallery is judged once, as a program, by the rows that its description calls known: those that its
defects break, and some that it is known to keep. What every commit judges is few; the others are left to `make slow`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from harness.drivers import ProgramClient
from harness.events import RequirementResult, RunSummary, Status
from harness.run import RunSettings, run
from harness.scoreboard.entries import HOLDS, Client, Entry, read_entries

ROOT = Path(__file__).parents[2]
SEED = 20261121

ENTRIES = read_entries(ROOT / "gallery")
CLIENTS = {client.name: (entry, client) for entry in ENTRIES for client in entry.clients if client.known}

pytestmark = pytest.mark.sdk

#: The last judging of each client, so that each is judged once: its rows follow one another.
_judged: dict[str, Mapping[str, RequirementResult]] = {}


def judged(entry: Entry, client: Client) -> Mapping[str, RequirementResult]:
    """Judge a client by its known rows; the smoke at the start and at the end is part of it."""
    if client.name not in _judged:
        settings = RunSettings(
            dialect=entry.dialect,
            seed=SEED,
            requirements=tuple(client.known),
            timeout_s=1.0,
            call_timeout_s=3.0,
            examples=10,
        )
        words = [sys.executable if word == "python" else word for word in client.command]
        argv = tuple(str(entry.folder / word) if (entry.folder / word).is_file() else word for word in words)
        summary: RunSummary = run(settings, ProgramClient(argv=argv), [])
        assert summary.fault is None, f"{summary.fault}\n{summary.fault_stderr}"
        _judged[client.name] = {result.id: result for result in summary.results}
    return _judged[client.name]


def diagnosis(result: RequirementResult) -> str:
    """Return the mistake that a result names first."""
    if result.finding is None:
        assert result.status is Status.PASSED, f"{result.id} {result.status.value}: {result.reason}"
        return HOLDS
    return result.finding.diagnosis[0] if result.finding.diagnosis else "UNNAMED"


def rows() -> list[object]:
    """Return a case for each client and known row; the clients that not every commit judges are marked slow."""
    return [
        pytest.param(
            name,
            row,
            marks=[] if entry.every_commit else [pytest.mark.slow],
            id=f"{name}-{row}",
        )
        for name, (entry, client) in CLIENTS.items()
        for row in client.known
    ]


@pytest.mark.parametrize(("name", "row"), rows())
def test_a_client_is_judged_as_it_is(name: str, row: str, fetched: Callable[[Entry], None]) -> None:
    entry, client = CLIENTS[name]
    fetched(entry)
    result = judged(entry, client)[row]
    if row.startswith("CONC") and result.status is Status.INCONCLUSIVE:
        # Threads race. A machine that lets them do so once, and not again, makes the finding unstable.
        assert result.reason.startswith("unstable")
    elif row == "CONC-002" and client.known.get("CONC-001") == "NONCE-NOT-LOCKED":
        # Who draws nonces without a lock may draw one twice where another time two overtake each other.
        assert diagnosis(result) in ("NONCE-NOT-LOCKED", client.known[row])
    else:
        assert diagnosis(result) == client.known[row]


def told(name: str, row: str, fetched: Callable[[Entry], None]) -> RequirementResult:
    entry, client = CLIENTS[name]
    fetched(entry)
    return judged(entry, client)[row]


def test_the_order_that_poloniexapi_sends_twice_is_told_in_money(fetched: Callable[[Entry], None]) -> None:
    finding = told("poloniexapi", "RETRY-001", fetched).finding
    assert finding is not None
    assert finding.summary == "One place_order, whose answer was lost, took effect 2 times."
    assert "now has 2 such orders" in finding.consequence


def test_the_length_of_bitunix_nonces_is_told(fetched: Callable[[Entry], None]) -> None:
    assert told("bitunix", "NONCE-008", fetched).reason.startswith("The nonce has 44 characters (")


def test_it_is_told_that_bitunix_prints_key_and_signature(fetched: Callable[[Entry], None]) -> None:
    finding = told("bitunix", "SECR-005", fetched).finding
    assert finding is not None
    assert finding.summary == "The key and signature of a request that is still valid were printed or logged."
    assert "'api-key': " in finding.stderr
    assert "'sign': " in finding.stderr


def test_the_id_that_exmo_ts_api_makes_of_another_is_told(fetched: Callable[[Entry], None]) -> None:
    reason = told("exmo-ts-api", "NUM-005", fetched).reason
    assert reason == "The client reports order id 9007199254740992; the exchange gave 9007199254740993."
