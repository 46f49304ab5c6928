"""Whatever a wrong client does to its signature, the finding calls it by the name that the doctor has for it."""

from __future__ import annotations

import pytest

from harness.catalogue import requirements
from harness.events import Status
from harness.mutants.own import played
from harness.proving import MEASURED, WRONG_CLIENTS, Verdict, client_with, read
from harness.proving.wrong_clients import WrongClient, can_run
from harness.run import RunSettings, run
from signer.doctor import CODES

SEED = 20261121
BUILT = {row.id: row for row in requirements()}
#: Families in which a mistake can make a signature wrong; in the others a refused signature would be collateral.
SIGNED = {"SIGN", "CANON", "ENC", "UNI", "CRED", "SIZE", "NONCE", "TIME"}
#: Mistakes around the signing, of which the oracle knows more than the doctor can see in a single request.
AROUND = {
    "ANSWER-CHANGES-SIGNING",
    "CREDENTIAL-REPAIRED",
    "LENGTH-IN-CHARACTERS",
    "LONG-TEXT-SIGNED-IN-PART",
    "SHARED-BETWEEN-CALLS",
    "SIGNATURE-MISSPELLED",
    "SIGNATURE-REUSED",
    "WINDOW-NOT-SIGNED",
}
#: Their requirement names no mistake: it says that calls do not succeed, and the client itself says why.
NAMELESS = {"skew-not-tolerated"}


def test_every_wrong_client_says_by_which_name_it_must_be_called() -> None:
    assert {wrong.name for wrong in WRONG_CLIENTS if not wrong.diagnoses} == NAMELESS


def test_none_that_was_measured_was_called_by_another_name() -> None:
    cells = read(MEASURED).cells
    assert [place for place, verdicts in cells.items() if Verdict.MISNAMED in verdicts] == []


def everything_about_signing() -> list[object]:
    return [
        pytest.param(wrong, dialect, id=f"{wrong.kills}-{wrong.name}-{dialect}")
        for wrong in WRONG_CLIENTS
        if wrong.kills in BUILT and wrong.kills.partition("-")[0] in SIGNED
        for dialect in wrong.dialects
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("wrong", "dialect"), everything_about_signing())
def test_a_wrong_client_that_breaks_signing_is_diagnosed_by_name(wrong: WrongClient, dialect: str) -> None:
    if not can_run(wrong):
        pytest.skip("its language is not on this machine")
    row = BUILT[wrong.kills]
    settings = RunSettings(dialect=played(dialect), seed=SEED, requirements=(row.id,))
    summary = run(settings, client_with(wrong, row, settings.dialect), ())
    (result,) = summary.results
    assert result.status is Status.FAILED, result.reason
    assert result.finding is not None
    named = result.finding.diagnosis
    assert {name for code in named for name in code.split("+")} & set(wrong.diagnoses) or wrong.name in NAMELESS
    if any("refused: bad_signature" in str(page["verdict"]) for page in result.finding.transcript):
        assert [code for code in named if set(code.split("+")) & set(CODES)] or set(named) & AROUND, named
