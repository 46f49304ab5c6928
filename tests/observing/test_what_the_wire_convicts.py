"""Wrong clients that nobody adapted, seen from the exchange alone."""

from __future__ import annotations

import pytest

from harness.events import Status
from harness.leaks import find_leak
from harness.mutants import Adapter, adapter_with
from signer import Credentials
from tests.observing import bot, watching

#: A wrong client for each matter, with the dialect that it speaks, and what the finding must name.
WITHOUT_HARM = [
    ("SIGN-001", "another-hash", "exmo", "OTHER-HASH"),
    ("SIGN-008", "query-not-signed", "reference", "QUERY-NOT-SIGNED"),
    ("CANON-001", "not-sorted", "bitunix", "QUERY-NOT-SORTED"),
    ("CANON-003", "repeated-names-collapse", "reference", "DUPLICATES-COLLAPSED"),
    ("ENC-002", "spaces-two-ways", "reference", "SPACE-SIGNED-AS-PERCENT-20"),
    ("ENC-006", "length-and-chunks", "reference", "FRAMING-BROKEN"),
    ("CRED-001", "key-sent-twice", "reference", "KEY-REPEATED"),
    ("NONCE-002", "nonce-used-twice", "reference", "NONCE-REPEATED"),
    ("NONCE-003", "nonce-in-seconds", "reference", "NONCE-TOO-COARSE"),
    ("NONCE-004", "nonce-as-a-float", "reference", "NONCE-HAS-FRACTION"),
    ("TIME-001", "timestamp-in-seconds", "bitunix", "TIMESTAMP-IN-SECONDS"),
    ("SECR-001", "secret-on-the-wire", "poloniex", "SECRET-ON-THE-WIRE"),
    ("PUB-002", "key-on-public-calls", "reference", "KEY-ON-PUBLIC-CALL"),
]
WITH_HARM = [
    ("RETRY-002", "dropped-requests-replayed", "drop_answer", "REQUEST-REPLAYED"),
    ("REDIR-001", "redirects-followed", "redirect", "CREDENTIALS-FOLLOW-REDIRECT"),
    ("REDIR-004", "redirects-followed-at-home", "detour", "REDIRECT-FOLLOWED"),
]
#: What may be the user's doing, until he says that it is not.
VOUCHED = [
    ("RETRY-001", "orders-sent-again", "drop_answer", "EFFECT-TWICE", "once"),
    ("RETRY-006", "final-refusals-retried", "refuse", "FINAL-REFUSAL-RETRIED", "once"),
    ("RATE-002", "retry-after-not-heard", "rate_limit", "RETRY-AFTER-IGNORED", "once"),
]


def busy_with(adapter, dialect, *, rounds=1, only=()):
    """Return what a bot does with a client, one call after the other."""

    def act(exchange, keys):
        session = bot.session_at(adapter, dialect, exchange.url, keys[0].key, keys[0].secret)
        todo = [call for call in bot.script(dialect) if not only or call.operation in only]
        for _ in range(rounds):
            bot.work(session, todo)
        session.close()

    return act


def judged(mistake, dialect, **settings):
    adapter = adapter_with(mistake) if mistake else Adapter()
    rounds, only = settings.pop("rounds", 1), settings.pop("only", ())
    return watching.results_of(
        watching.observing(dialect, **settings), busy_with(adapter, dialect, rounds=rounds, only=only)
    )


@pytest.mark.parametrize(("requirement", "mistake", "dialect", "code"), WITHOUT_HARM)
def test_a_wrong_client_is_convicted_by_its_plain_traffic(requirement, mistake, dialect, code):
    result = judged(mistake, dialect)[requirement]
    assert result.status is Status.FAILED, result.reason
    assert code in result.finding.diagnosis


@pytest.mark.parametrize(("requirement", "mistake", "provocation", "code"), WITH_HARM)
def test_a_wrong_client_is_convicted_once_it_is_provoked(requirement, mistake, provocation, code):
    quiet = {"only": ("balances", "open_orders", "deposit_address", "place_order"), "rounds": 3}
    assert judged(mistake, "reference", **quiet)[requirement].status is Status.SKIPPED
    result = judged(mistake, "reference", provoke=(provocation,), share=0.5, **quiet)[requirement]
    assert result.status is Status.FAILED, result.reason
    assert code in result.finding.diagnosis


@pytest.mark.parametrize(("requirement", "mistake", "provocation", "code", "promise"), VOUCHED)
def test_what_may_be_the_users_doing_is_a_suspicion_until_he_says_that_it_is_not(
    requirement, mistake, provocation, code, promise
):
    quiet = {
        "only": ("balances", "place_order"),
        "rounds": 4,
        "provoke": (provocation,),
        "share": 0.5,
        "requirements": (requirement,),
    }
    doubt = judged(mistake, "reference", **quiet)[requirement]
    assert doubt.status is Status.INCONCLUSIVE
    assert f"--promise {promise}" in doubt.reason
    result = judged(mistake, "reference", promises=frozenset({promise}), **quiet)[requirement]
    assert result.status is Status.FAILED, result.reason
    assert code in result.finding.diagnosis


@pytest.mark.parametrize("dialect", ["reference", "poloniex", "exmo", "bitunix"])
def test_the_right_client_is_convicted_of_nothing_whatever_is_done_to_it(dialect):
    everything = {"provoke": (), "promises": frozenset({"once", "one_client", "concurrent"})}
    results = judged("", dialect, rounds=2, share=0.34, **everything)
    assert watching.failed(results) == {}
    assert sum(result.status is Status.PASSED for result in results.values()) > 25


def test_a_finding_shows_the_two_requests_that_repeat_a_nonce_and_no_more():
    finding = judged("nonce-used-twice", "reference", requirements=("NONCE-002",))["NONCE-002"].finding
    assert len(finding.transcript) == 2
    assert finding.minimal_example[0] == "The command: bot"
    assert finding.reproduce == "noncense observe --dialect reference --requirement NONCE-002 --seed 1 -- bot"


def test_no_secret_stands_in_a_finding_nor_in_the_line_that_shows_it_again():
    secret = "an-Indiscreet-Secret-Of-Ours-123456"
    results = judged(
        "secret-on-the-wire", "reference", keys=(Credentials(key="KEY-OF-OURS-1", secret=secret),), argv=("bot", secret)
    )
    finding = results["SECR-001"].finding
    assert secret not in repr(finding)
    assert not [result.id for result in results.values() if find_leak(secret, repr(result))]
    assert "KEY-OF-OURS-1" in finding.reproduce
