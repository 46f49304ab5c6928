"""What convicts a client is in the transcript, and the mistake has its right name."""

from __future__ import annotations

from harness.drivers import ObjectClient
from harness.events import Finding, Status
from harness.mutants import adapter_with
from harness.run import RunSettings, run


def finding(requirement: str, mistake: str) -> Finding:
    settings = RunSettings(dialect="reference", seed=1, requirements=(requirement,))
    (result,) = run(settings, ObjectClient(reference=adapter_with(mistake)), ()).results
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
