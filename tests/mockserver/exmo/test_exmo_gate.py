"""Who gets in, and in which order the questions are asked."""

import hmac
from dataclasses import replace
from random import Random

import pytest

from mockserver.core.exchange import Exchange
from mockserver.core.refusals import Refusal
from mockserver.dialects.exmo import DIALECT
from signer import Request
from tests.mockserver.exmo.exmo_talk import NOW, Talk, body_of, with_secret, without

SECRET = "S-ffeeddccbbaa99887766554433221100ffeeddcc"

# Vectors of the EXMO page, section 1.2.
VECTORS = {
    b"nonce=1": "ea4f15770886c5f73499679390397224848cb681a4d664e48c760c714cfb96b9"
    "42757e4403f3c7c79bdd1bf84b4abbfbdd63c3346552b0601ff973d9ff006876",
    b"pair=BTC_USD%2CETH_BTC&limit=10&offset=0&nonce=1700000000002": "31002ff4ee799cef7e6f0015ce749b2619d4f0a4a224761e"
    "f679c5fba607027b97ccafad3d7e7aece28a99ced7a35a2c6d77b0644e6706fc3e54aa4e7f793159",
    b"nonce=1700000003&&limit=100&offset=0": "9c6b9ad2142d4cf07870a4ae0f4ec9d34868f98d9946861d5043add2a04f9464"
    "7269f735655632637146bdd1ce1736ed385ca6b7c6b82e46c050561e29efb6b2",
}


@pytest.mark.parametrize("body", VECTORS)
def test_the_published_vectors_are_let_in(body: bytes) -> None:
    talk = Talk(key="K-" + "ab" * 20, secret=SECRET)
    headers = ((b"Key", b"K-" + b"ab" * 20), (b"Sign", VECTORS[body].encode()))
    entry = talk.serve(Request(method="POST", target=b"/v1.1/user_info", headers=headers, body=body))
    assert entry.refused is None


def refusal_of(talk: Talk, request: Request) -> Refusal:
    entry = talk.serve(request)
    assert entry.refused is not None
    return entry.refused.refusal


def test_an_empty_key_counts_as_absent_and_is_said_before_the_signature() -> None:
    talk = Talk()
    request = with_secret(talk, "S-wrong").with_header(b"Key", b"")
    assert refusal_of(talk, request) is Refusal.MISSING_KEY


def test_an_empty_signature_counts_as_absent() -> None:
    talk = Talk()
    assert refusal_of(talk, talk.signed("user_info").with_header(b"Sign", b"")) is Refusal.MISSING_SIGNATURE


def test_an_unknown_key_is_said_before_the_signature() -> None:
    talk = Talk()
    request = Request(method="POST", target=b"/v1.1/user_info", headers=((b"Key", b"dummy"), (b"Sign", b"dummy")))
    assert refusal_of(talk, request) is Refusal.UNKNOWN_KEY


def test_an_unknown_method_is_said_before_the_missing_key() -> None:
    talk = Talk()
    assert refusal_of(talk, Request(method="POST", target=b"/v1.1/none")) is Refusal.UNKNOWN_ENDPOINT


def test_a_query_beside_a_post_is_said_before_the_missing_key() -> None:
    talk = Talk()
    assert refusal_of(talk, Request(method="POST", target=b"/v1.1/user_info?a=1")) is Refusal.QUERY_ON_POST


def test_a_query_beside_a_public_post_is_refused_too() -> None:
    talk = Talk()
    assert refusal_of(talk, Request(method="POST", target=b"/v1.1/ticker?a=1")) is Refusal.QUERY_ON_POST


def test_a_private_method_by_get_asks_for_the_key_first() -> None:
    talk = Talk()
    request = Request(method="GET", target=b"/v1.1/user_info")
    assert refusal_of(talk, request) is Refusal.MISSING_KEY
    assert refusal_of(talk, request.with_header(b"key", b"K-1")) is Refusal.METHOD_NOT_ALLOWED


def test_a_missing_nonce_is_said_after_the_signature() -> None:
    talk = Talk()
    wrong = replace(talk.sealed("user_info", b"limit=1"), body=b"limit=2")
    assert refusal_of(talk, wrong) is Refusal.BAD_SIGNATURE


def test_a_wrong_signature_spends_no_nonce_and_a_wrong_parameter_does() -> None:
    talk = Talk()
    name = talk.key.credentials.key
    before = talk.exchange.nonces.last(name)
    talk.serve(with_secret(talk, "S-wrong"))
    assert talk.exchange.nonces.last(name) == before
    talk.ask("order_cancel", order_id="1")
    assert talk.exchange.nonces.last(name) == talk.nonce


def test_one_count_of_nonces_holds_for_both_versions() -> None:
    talk = Talk()
    talk.ask("user_info", version="v1")
    assert refusal_of(talk, talk.signed("user_info", nonce=talk.nonce)) is Refusal.NONCE_NOT_INCREASING


def test_an_upper_case_signature_is_another_one() -> None:
    talk = Talk()
    request = talk.signed("user_info", "address=a")
    upper = request.values(b"Sign")[0].upper()
    assert refusal_of(talk, request.with_header(b"Sign", upper)) is Refusal.BAD_SIGNATURE


def test_credentials_have_the_documented_form_and_work() -> None:
    pair = DIALECT.new_credentials(Random(3))
    assert (pair.key[:2], len(pair.key)) == ("K-", 42)
    assert (pair.secret[:2], len(pair.secret)) == ("S-", 42)
    exchange = Exchange(DIALECT)
    exchange.registry.create_key(key=pair.key, secret=pair.secret)
    sign = hmac.digest(pair.secret.encode(), b"nonce=5", "sha512").hex().encode()
    request = Request(
        method="POST", target=b"/v1/user_info/", headers=((b"key", pair.key.encode()), (b"SIGN", sign)), body=b"nonce=5"
    )
    assert exchange.handle(request, NOW).refused is None


def test_the_key_of_a_public_call_is_not_looked_at() -> None:
    talk = Talk()
    request = Request(method="POST", target=b"/v1.1/ticker", headers=((b"Key", b""), (b"Sign", b"x")), body=b"nonce=1")
    assert b"BTC_USD" in body_of(talk.serve(without(request, b"none")))
