"""`explain`: the exchange's own refusal to the byte, and beside it, in headers, what was done wrong."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path

import pytest

from mockserver import MockExchange, Settings
from signer import Credentials, Request, scheme_named, sign

DIALECTS = ("reference", "poloniex", "exmo", "bitunix")
CALLS = {
    "reference": Request(method="GET", target=b"/v1/balances"),
    "poloniex": Request(method="POST", target=b"/tradingApi", body=b"command=returnBalances"),
    "exmo": Request(method="POST", target=b"/v1.1/user_info"),
    "bitunix": Request(method="GET", target=b"/api/spot/v1/user/account"),
}


class Client:
    """Signs as it is told, rightly or not."""

    def __init__(self, exchange: MockExchange, dialect: str, *, explain: bool = False) -> None:
        self.exchange, self.scheme, self.call = exchange, scheme_named(dialect), CALLS[dialect]
        self.key = exchange.create_key(explain=explain)

    def send(
        self, *, secret: str | None = None, nonce: int | str = 7, late_ms: int = 0
    ) -> tuple[dict[str, str], bytes]:
        credentials = Credentials(key=self.key.key, secret=secret if secret is not None else self.key.secret)
        if self.scheme.name == "bitunix":
            nonce = f"{nonce:>032}"
        stamp = self.exchange.clock.now_ms() - late_ms
        request = sign(self.scheme, self.call, credentials, nonce=nonce, timestamp_ms=stamp).request
        connection = HTTPConnection("127.0.0.1", self.exchange.port, timeout=10)
        try:
            headers = {name.decode(): value.decode() for name, value in request.headers}
            connection.request(request.method, request.target.decode(), request.body or None, headers)
            answer = connection.getresponse()
            return dict(answer.getheaders()), answer.read()
        finally:
            connection.close()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_wrong_signature_is_named_and_the_answer_s_body_is_the_exchange_s_own(dialect: str) -> None:
    with MockExchange(dialect, explain=True) as explaining, MockExchange(dialect) as silent:
        told, hushed = Client(explaining, dialect), Client(silent, dialect)
        headers, body = told.send(secret=told.key.secret + "\n")
        assert headers["X-Noncense-Diagnosis"] == "SECRET-WITH-NEWLINE"
        assert "Strip the line end" in headers["X-Noncense-Explanation"]
        plain, same = hushed.send(secret=hushed.key.secret + "\n")
        assert body == same
        assert not [name for name in plain if name.startswith("X-Noncense")]


def explained(headers: dict[str, str]) -> bool:
    return any(name.startswith("X-Noncense") for name in headers)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_key_that_asked_for_it_is_told_and_its_neighbour_is_not(dialect: str) -> None:
    with MockExchange(dialect) as exchange:
        asked, silent = Client(exchange, dialect, explain=True), Client(exchange, dialect)
        headers, body = asked.send(secret=asked.key.secret + "\n")
        assert headers["X-Noncense-Diagnosis"] == "SECRET-WITH-NEWLINE"
        plain, same = silent.send(secret=silent.key.secret + "\n")
        assert not explained(plain)
        assert body == same


def test_a_key_may_ask_for_it_later_and_think_better_of_it() -> None:
    with MockExchange("poloniex") as exchange:
        client = Client(exchange, "poloniex")
        assert not explained(client.send(secret="wrong")[0])
        exchange.change_key(client.key, explain=True)
        assert explained(client.send(secret="wrong")[0])
        exchange.change_key(client.key, permissions=["read"])
        assert explained(client.send(secret="wrong")[0])
        exchange.change_key(client.key, explain=False)
        assert not explained(client.send(secret="wrong")[0])


def test_the_choice_is_kept_with_the_key(tmp_path: Path) -> None:
    settings = Settings(dialect="poloniex", store=f"sqlite:{tmp_path}/exchange.db")
    with MockExchange(settings=settings) as exchange:
        key = exchange.create_key(explain=True)
    with MockExchange(settings=settings) as exchange:
        client = Client(exchange, "poloniex")
        client.key = key
        assert explained(client.send(secret="wrong")[0])


def test_a_stale_nonce_says_what_would_have_passed() -> None:
    with MockExchange("poloniex", explain=True) as exchange:
        client = Client(exchange, "poloniex")
        assert "X-Noncense-Explanation" not in client.send(nonce=9)[0]
        headers, _ = client.send(nonce=9)
        assert headers["X-Noncense-Diagnosis"] == "NONCE-REPEATED"
        assert "any integer above 9" in headers["X-Noncense-Explanation"]


def test_a_stale_timestamp_says_by_how_much() -> None:
    with MockExchange("reference", explain=True) as exchange:
        headers, _ = Client(exchange, "reference").send(late_ms=61_000)
        assert headers["X-Noncense-Diagnosis"] == "CLOCK-BEHIND"
        assert "60000 ms are allowed" in headers["X-Noncense-Explanation"]


def test_a_signature_of_the_request_before_is_told_from_a_wrong_one() -> None:
    with MockExchange("poloniex", explain=True) as exchange:
        client = Client(exchange, "poloniex")
        client.send(nonce=1)
        scheme, credentials = client.scheme, Credentials(key=client.key.key, secret=client.key.secret)
        first = sign(scheme, client.call, credentials, nonce=1).stages.signature
        second = sign(scheme, client.call, credentials, nonce=2).request.with_header(b"Sign", first.encode())
        connection = HTTPConnection("127.0.0.1", exchange.port, timeout=10)
        connection.request(
            "POST", "/tradingApi", second.body, {name.decode(): value.decode() for name, value in second.headers}
        )
        answer = connection.getresponse()
        answer.read()
        connection.close()
        assert answer.headers["X-Noncense-Diagnosis"] == "SIGNATURE-OF-PREVIOUS-REQUEST"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_header_holds_the_secret(dialect: str) -> None:
    with MockExchange(dialect, explain=True) as exchange:
        client = Client(exchange, dialect)
        client.call = replace(client.call, target=client.call.target + b"?x=" + client.key.secret.encode())
        for secret in ("", client.key.key, client.key.secret.upper()):
            headers, body = client.send(secret=secret)
            assert client.key.secret not in repr(headers) + repr(body)


def test_an_unknown_key_and_other_refusals_are_left_alone() -> None:
    with MockExchange("reference", explain=True) as exchange:
        client = Client(exchange, "reference")
        exchange.revoke(client.key)
        assert "X-Noncense-Diagnosis" not in client.send()[0]


def test_the_digests_of_these_tests_are_not_ours_alone() -> None:
    credentials = Credentials(key="k", secret="s")
    signed = sign(scheme_named("poloniex"), CALLS["poloniex"], credentials, nonce=7)
    assert signed.stages.signature == hmac.new(b"s", b"command=returnBalances&nonce=7", hashlib.sha512).hexdigest()
