"""Every mistake of signing can be made on a request at hand, and the doctor names what was made."""

from __future__ import annotations

from dataclasses import replace

import pytest

from signer import Credentials, Fields, Request, check_signature, scheme_named, sign
from signer.doctor import Demonstration, demonstrations, diagnose, mistaken

#: Mistakes whose text is always that of another one as well, which has the better name.
IN_OTHER_WORDS = {"NONCE-SIGNED-LAST": "EMPTY-PAIRS-LEFT-OUT", "TARGET-DECODED": "SIGNED-UNENCODED"}
SHOWN = {code: shown for code, shown in demonstrations().items() if not shown.stale}
CREDENTIALS = Credentials(key="k", secret="0123")
BALANCES = Request(method="POST", target=b"/tradingApi", body=b"command=returnBalances")


def without_its_mistake(shown: Demonstration) -> Request:
    return shown.scheme.place(shown.request, Fields(key=shown.credentials.key, signature=shown.right))


@pytest.mark.parametrize("code", sorted(SHOWN))
def test_a_mistake_that_is_made_is_named(code: str) -> None:
    shown = SHOWN[code]
    right = without_its_mistake(shown)
    about = {"previous": shown.previous, "other_secrets": shown.other_secrets}
    wrong = mistaken(shown.scheme, code, right, shown.credentials, **about)
    assert wrong is not None
    assert wrong != right
    found = diagnose(shown.scheme, wrong, shown.credentials, **about)
    named = {name for diagnosis in found for name in diagnosis.code.split("+")}
    assert {code, IN_OTHER_WORDS.get(code, code)} & named


@pytest.mark.parametrize("code", sorted(SHOWN))
def test_a_request_keeps_everything_but_its_signature_and_key(code: str) -> None:
    shown = SHOWN[code]
    right = without_its_mistake(shown)
    wrong = mistaken(
        shown.scheme,
        code,
        right,
        shown.credentials,
        previous=shown.previous,
        other_secrets=shown.other_secrets,
    )
    assert wrong is not None
    assert (wrong.method, wrong.target, wrong.body) == (right.method, right.target, right.body)
    before, after = shown.scheme.read(right), shown.scheme.read(wrong)
    assert replace(after, signature=before.signature, key=before.key) == before


def test_a_mistake_that_makes_no_difference_is_not_made() -> None:
    poloniex = scheme_named("poloniex")
    signed = sign(poloniex, BALANCES, CREDENTIALS, nonce=7).request
    for code in ("SPACE-SIGNED-AS-PLUS", "NONCE-SIGNED-LAST", "QUERY-NOT-SORTED", "PREVIOUS-NONCE-SIGNED"):
        assert mistaken(poloniex, code, signed, CREDENTIALS) is None


def test_what_is_no_mistake_of_signing_cannot_be_made() -> None:
    poloniex = scheme_named("poloniex")
    signed = sign(poloniex, BALANCES, CREDENTIALS, nonce=7).request
    assert mistaken(poloniex, "NONCE-REPEATED", signed, CREDENTIALS) is None
    assert mistaken(poloniex, "NO-SUCH-MISTAKE", signed, CREDENTIALS) is None


def test_a_mistake_in_a_reading_that_clients_of_one_exchange_took_is_made_there() -> None:
    bitunix = scheme_named("bitunix")
    asked = Request(method="GET", target=b"/api/spot/v1/order?b=2&a=1")
    signed = sign(bitunix, asked, CREDENTIALS, nonce="n" * 32, timestamp_ms=1_735_689_600_000).request
    wrong = mistaken(bitunix, "QUERY-NOT-SORTED", signed, CREDENTIALS)
    assert wrong is not None
    assert diagnose(bitunix, wrong, CREDENTIALS)[0].code == "QUERY-NOT-SORTED"


def test_a_doubled_separator_is_not_taken_for_a_name_that_was_sent_twice() -> None:
    poloniex = scheme_named("poloniex")
    asked = replace(BALANCES, body=b"command=returnBalances&&account=all")
    signed = sign(poloniex, asked, CREDENTIALS, nonce=7).request
    wrong = mistaken(poloniex, "EMPTY-PAIRS-LEFT-OUT", signed, CREDENTIALS)
    assert wrong is not None
    named = {diagnosis.code for diagnosis in diagnose(poloniex, wrong, CREDENTIALS)}
    assert "EMPTY-PAIRS-LEFT-OUT" in named
    assert "DUPLICATES-COLLAPSED" not in named
    assert check_signature(poloniex, signed, poloniex.read(signed), CREDENTIALS).signature
