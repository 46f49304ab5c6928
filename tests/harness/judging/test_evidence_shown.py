"""What convicts a client is in the transcript, and the mistake has its right name."""

from __future__ import annotations

import io
import json
from pathlib import Path

from harness.cases import Arm, Call, Case, Restart, SessionPlan, ShiftClock
from harness.drivers import ObjectClient
from harness.events import Evidence, Finding, RunSummary, Status
from harness.mutants import adapter_with
from harness.provoked import provoked_by
from harness.reports import json_report
from harness.reports.reading_back import summary_of
from harness.reports.terminal import TerminalReport
from harness.run import RunSettings, run
from tests.harness.properties.observed import READ, failed, observed


def finding(requirement: str, mistake: str) -> Finding:
    for seed in range(1, 5):  # a mistake that hangs on where a second begins may not show a second time
        settings = RunSettings(dialect="reference", seed=seed, requirements=(requirement,))
        (result,) = run(settings, ObjectClient(reference=adapter_with(mistake)), ()).results
        if not result.reason.startswith("unstable"):
            break
    assert result.status is Status.FAILED, result.reason
    assert result.finding is not None
    return result.finding


def test_a_followed_redirect_shows_the_request_that_was_redirected_and_the_one_that_followed() -> None:
    shown = [page["request"] for page in finding("REDIR-004", "redirects-followed-at-home").transcript]
    assert shown == ["GET /v1/balances", "GET /redirected"]


def test_an_overtaken_call_is_shown_with_the_call_that_overtook_it() -> None:
    found = finding("CONC-002", "calls-overtake")
    assert found.diagnosis[0] == "SENT-OUT-OF-ORDER"
    assert len(found.transcript) == 2


def test_a_nonce_of_one_tick_is_not_simply_called_a_kept_signature() -> None:
    found = finding("SIGN-006", "nonce-in-seconds")
    assert found.diagnosis[0] == "NONCE-REPEATED"
    # What follows hangs on how many requests of the case fell into one second.
    assert set(found.diagnosis) <= {"NONCE-REPEATED", "SIGNATURE-REUSED", "NONCE-TOO-COARSE"}
    assert len(found.diagnosis) > 1
    assert "tick of a clock" in found.summary


RIGHT = str(Path(__file__).parents[2] / "clients" / "right.py")
PROVOKED = {
    "a prudent user who is told of a failure": 8,
    "reset": 4,
    "status 504 with a body of html": 2,
    "the request takes effect and its answer is lost": 2,
}


def judged(*rows: str, trace: bool = False) -> tuple[RunSummary, str]:
    shown = io.StringIO()
    settings = RunSettings(dialect="exmo", seed=1, requirements=rows, trace=trace)
    with TerminalReport(shown, trace=trace) as terminal:
        return run(settings, ObjectClient(reference=RIGHT), (terminal,)), shown.getvalue()


def test_a_pass_shows_what_was_provoked_and_how_often() -> None:
    summary, shown = judged("RETRY-012", "RETRY-003", trace=True)
    third, last = summary.results
    covered = {"a listing that shows the client's own ids": 7}
    assert last.evidence == Evidence(seen={"provocations": 8}, covered=covered, provoked=PROVOKED)
    assert third.evidence is not None
    assert third.evidence.not_covered == ("an order that the client tried again",)
    assert "8 cases: a prudent user who is told of a failure" in shown


def test_what_a_pass_rests_on_can_be_read_from_the_report() -> None:
    summary, _ = judged("RETRY-012")
    document = json.loads(json_report.render(summary))
    (row,) = document["requirements"]
    assert row["evidence"]["provoked"] == PROVOKED
    (back,) = summary_of(document, origin="here").results
    assert back.evidence == summary.results[0].evidence


def test_a_fault_that_struck_nobody_was_not_provoked() -> None:
    arm = Arm(fault="reset", at="before_gate")
    seen = observed(READ, failed("network"))
    assert arm not in [struck for struck, _ in seen.struck]
    assert provoked_by(Case(steps=(arm, READ)), seen) == provoked_by(Case(steps=()), seen)


def test_clocks_programs_and_sessions_are_told_of_in_words() -> None:
    case = Case(
        steps=(ShiftClock(ms=5), Restart(kill=True, spoil="cut"), Call(operation="balances")),
        sessions=(SessionPlan(wrong_secret=True, door="tls"),),
        about={"frozen": True},
    )
    assert provoked_by(case, observed(READ, failed("network"))) >= {
        "the exchange's clock jumps",
        "the program is killed and starts anew, its notes spoilt meanwhile",
        "a secret that is not the key's",
        "another way to the exchange (tls)",
        "a clock that stands still",
    }
