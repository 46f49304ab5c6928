"""Each of these mistakes is found by the machine, named, and shown by a schedule of a few lines."""

import sys
from dataclasses import replace

import pytest

from harness.cases import Call, Case, Restart
from harness.drivers import ProgramClient
from tests.harness.campaign.campaigns import failed, search, wrong

#: Mistake, dialect, the requirement that it breaks, its diagnosis, and the longest schedule that may be left; a race
#: does not always come again when its schedule is made shorter.
CAUGHT = (
    ("nonce-in-seconds", "poloniex", "NONCE-002", "NONCE-REPEATED", 3),
    ("nonce-drawn", "exmo", "NONCE-001", "NONCE-WENT-BACK", 4),
    ("nonces-for-each-session", "reference", "CONC-004", "", 10),
    ("counter-races", "exmo", "CONC-001", "NONCE-NOT-LOCKED", 10),
    ("calls-overtake", "reference", "CONC-002", "SENT-OUT-OF-ORDER", 10),
    ("answers-in-one-box", "bitunix", "CONC-003", "ANSWER-MISDELIVERED", 10),
    ("orders-sent-again", "reference", "RETRY-001", "EFFECT-TWICE", 3),
    ("dropped-requests-replayed", "bitunix", "RETRY-002", "REQUEST-REPLAYED", 4),
    ("retries-not-signed-anew", "poloniex", "RETRY-004", "RETRY-KEEPS-NONCE", 3),
    ("open-outcome-is-a-refusal", "exmo", "ERR-012", "OPEN-OUTCOME-AS-REFUSAL", 3),
    ("cut-answers-taken", "reference", "CONN-002", "CUT-ANSWER-AS-DATA", 3),
    ("secret-in-messages", "poloniex", "SECR-003", "SECRET-IN-ERROR", 3),
    ("redirects-followed", "bitunix", "REDIR-001", "CREDENTIALS-FOLLOW-REDIRECT", 3),
    ("timestamp-in-local-time", "bitunix", "TIME-001", "TIMESTAMP-IN-LOCAL-TIME", 2),
    ("sides-swapped", "exmo", "OPS-001", "EFFECT-NOT-AS-ASKED", 2),
)


@pytest.mark.parametrize(("mistake", "dialect", "requirement", "diagnosis", "longest"), CAUGHT)
def test_a_mistake_is_caught(mistake: str, dialect: str, requirement: str, diagnosis: str, longest: int) -> None:
    finding = failed(search(wrong(mistake), dialect, requirement, schedules=120, overture=False))[requirement]
    assert not diagnosis or diagnosis in finding.diagnosis
    steps = [line for line in finding.minimal_example if not line.startswith("Session")]
    assert len(steps) <= longest


def program(mistake: str) -> ProgramClient:
    return ProgramClient(argv=(sys.executable, "-m", "harness.mutants", "--mistake", mistake))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mistake", "requirement"), [("nonce-counts-from-one", "PERS-001"), ("nonce-noted-at-closing", "PERS-002")]
)
def test_a_nonce_that_does_not_survive_a_restart_is_caught(mistake: str, requirement: str) -> None:
    finding = failed(search(program(mistake), "poloniex", requirement, schedules=60, overture=False))[requirement]
    assert "NONCE-LOST-ON-RESTART" in finding.diagnosis
    assert any("starts anew" in line for line in finding.minimal_example)


def test_a_schedule_with_a_restart_convicts_by_itself() -> None:
    read = Call(operation="balances")
    schedule = Case(steps=(read, read, Restart(kill=False), replace(read)))
    found = failed(search(program("nonce-counts-from-one"), "poloniex", "PERS-001", schedule=schedule))
    assert "NONCE-LOST-ON-RESTART" in found["PERS-001"].diagnosis
    assert len(found["PERS-001"].minimal_example) == 3


def test_one_loud_mistake_does_not_drown_another() -> None:
    found = failed(search(wrong("nonce-used-twice"), "exmo", "NONCE-00*", "CONC-001", schedules=30))
    assert {"NONCE-001", "NONCE-002", "CONC-001"} <= set(found)
