"""What is known to be wrong with three third-party SDKs, untouched, is found and named.

Each SDK is judged once, as a program, by the rows that its known defects break and by some that it is known to keep.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from harness.drivers import ProgramClient
from harness.events import RequirementResult, RunSummary, Status
from harness.run import RunSettings, run

ROOT = Path(__file__).parents[2]
SEED = 20261121

pytestmark = pytest.mark.sdk


@pytest.fixture(scope="session", autouse=True)
def installed() -> None:
    """Fetch the SDKs, or skip where they are neither here nor to be had. One worker of several does it."""
    script = ROOT / "scripts" / "install-sdks"
    environment = {**os.environ, "PYTHON": sys.executable}
    with script.open() as turnstile:
        fcntl.flock(turnstile, fcntl.LOCK_EX)
        fetched = subprocess.run([script], env=environment, capture_output=True, text=True, check=False, timeout=300)
    if fetched.returncode != 0:
        pytest.skip(f"the SDKs could not be fetched: {fetched.stderr[-300:]}")


def judged(dialect: str, argv: list[str], rows: Mapping[str, str | None]) -> Mapping[str, RequirementResult]:
    """Judge a client by some rows; the smoke at the start and at the end is part of it."""
    settings = RunSettings(
        dialect=dialect, seed=SEED, requirements=tuple(rows), timeout_s=1.0, call_timeout_s=3.0, examples=10
    )
    summary: RunSummary = run(settings, ProgramClient(argv=tuple(argv)), [])
    assert summary.fault is None, f"{summary.fault}\n{summary.fault_stderr}"
    return {result.id: result for result in summary.results}


def diagnosis(result: RequirementResult) -> str | None:
    """Return the mistake that a result names first; None for a row that holds."""
    if result.finding is None:
        assert result.status is Status.PASSED, f"{result.id} {result.status.value}: {result.reason}"
        return None
    return result.finding.diagnosis[0] if result.finding.diagnosis else "UNNAMED"


POLONIEXAPI = {
    "CANON-003": "UNNAMED",
    "ENC-001": None,
    "CONC-001": "NONCE-NOT-LOCKED",
    "CONC-002": "SENT-OUT-OF-ORDER",
    "ERR-009": "ERROR-AS-SUCCESS",
    "RETRY-001": "EFFECT-TWICE",
    "REDIR-001": "CREDENTIALS-FOLLOW-REDIRECT",
    "NUM-001": None,
    "NUM-004": None,
}

BITUNIX = {
    "NONCE-008": "NONCE-OF-WRONG-LENGTH",
    "TIME-001": None,
    "CONC-001": None,
    "ERR-001": "REFUSAL-AS-SUCCESS",
    "ERR-009": "ERROR-AS-SUCCESS",
    "RETRY-010": "TIME-LIMIT-EXCEEDED",
    "REDIR-001": "CREDENTIALS-FOLLOW-REDIRECT",
    "SECR-005": "SIGNATURE-LOGGED",
    "NUM-004": "AMOUNT-AS-FLOAT",
    "OPS-001": None,
    "PUB-001": "PUBLIC-NEEDS-CREDENTIALS",
}

EXMO_TS_API = {
    "SIGN-002": None,
    "CRED-004": "SENT-WITHOUT-CREDENTIALS",
    "NONCE-001": None,
    "CONC-002": "SENT-OUT-OF-ORDER",
    "ERR-010": "RUBBISH-AS-DATA",
    "ERR-011": "ODD-ERROR-AS-SUCCESS",
    "RETRY-001": None,
    "REDIR-001": "CREDENTIALS-FOLLOW-REDIRECT",
    "NUM-005": "IDENTIFIER-ROUNDED",
    "OPS-001": None,
    "PUB-002": "KEY-ON-PUBLIC-CALL",
    "SECR-001": None,
    "SECR-004": "SECRET-IN-REPR",
    "SECR-005": "SIGNATURE-LOGGED",
}


@pytest.fixture(scope="module")
def poloniexapi() -> Mapping[str, RequirementResult]:
    return judged("poloniex", [sys.executable, str(ROOT / "gallery/poloniexapi/adapter.py")], POLONIEXAPI)


@pytest.fixture(scope="module")
def bitunix() -> Mapping[str, RequirementResult]:
    return judged("bitunix", [sys.executable, str(ROOT / "gallery/bitunix/adapter.py")], BITUNIX)


@pytest.fixture(scope="module")
def exmo_ts_api() -> Mapping[str, RequirementResult]:
    node = shutil.which("node")
    if node is None or not (ROOT / ".sdks/node/node_modules/exmo-ts-api").is_dir():
        pytest.skip("there is no node, or no npm to fetch the SDK with")
    return judged("exmo", [node, str(ROOT / "gallery/exmo-ts-api/adapter.js")], EXMO_TS_API)


@pytest.mark.parametrize("row", POLONIEXAPI)
def test_poloniexapi_is_judged_as_it_is(row: str, poloniexapi: Mapping[str, RequirementResult]) -> None:
    result = poloniexapi[row]
    if row == "CONC-001" and result.status is Status.INCONCLUSIVE:
        # Its threads race. A machine that lets them do so once, and not again, makes the finding unstable.
        assert "the same nonce" in result.reason
    else:
        assert diagnosis(result) == POLONIEXAPI[row]


def test_the_order_that_poloniexapi_sends_twice_is_told_in_money(poloniexapi: Mapping[str, RequirementResult]) -> None:
    finding = poloniexapi["RETRY-001"].finding
    assert finding is not None
    assert finding.summary == "One place_order, whose answer was lost, took effect 2 times."
    assert "now has 2 such orders" in finding.consequence


@pytest.mark.parametrize("row", BITUNIX)
def test_bitunix_is_judged_as_it_is(row: str, bitunix: Mapping[str, RequirementResult]) -> None:
    assert diagnosis(bitunix[row]) == BITUNIX[row]


def test_the_length_of_bitunix_nonces_is_told(bitunix: Mapping[str, RequirementResult]) -> None:
    assert bitunix["NONCE-008"].reason.startswith("The nonce has 44 characters (")


def test_it_is_told_that_bitunix_prints_key_and_signature(bitunix: Mapping[str, RequirementResult]) -> None:
    finding = bitunix["SECR-005"].finding
    assert finding is not None
    assert finding.summary == "The key and signature of a request that is still valid were printed or logged."
    assert "'api-key': " in finding.stderr
    assert "'sign': " in finding.stderr


@pytest.mark.parametrize("row", EXMO_TS_API)
def test_exmo_ts_api_is_judged_as_it_is(row: str, exmo_ts_api: Mapping[str, RequirementResult]) -> None:
    assert diagnosis(exmo_ts_api[row]) == EXMO_TS_API[row]


def test_the_id_that_exmo_ts_api_makes_of_another_is_told(exmo_ts_api: Mapping[str, RequirementResult]) -> None:
    reason = exmo_ts_api["NUM-005"].reason
    assert reason == "The client reports order id 9007199254740992; the exchange gave 9007199254740993."
