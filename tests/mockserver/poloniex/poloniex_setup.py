"""What the tests of the Poloniex dialect share: an exchange without a socket, and a customer who signs by hand.

The signature is `openssl dgst -sha512 -hmac` over the body as it is sent, computed here without our signer.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from mockserver.core.answers import Answer
from mockserver.core.exchange import Exchange
from mockserver.core.journal import Entry
from mockserver.dialects import dialect_named
from mockserver.settings import Settings
from signer import Request

NOW = 1_546_398_245_678
DATE = "2019-01-02 03:04:05"
KEY = "7BCLAZQZ-HKLK9K6U-3MP1RNV9-2LS1L33J"
SECRET = "0123456789abcdef" * 8
FORM = "application/x-www-form-urlencoded"


def new_exchange(*, habits: Mapping[str, str] | None = None, **settings: Any) -> Exchange:
    chosen = habits or {}
    dialect = dialect_named("poloniex", **chosen)
    return Exchange(dialect, Settings(dialect="poloniex", habits=chosen, **settings))


def signature(body: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha512).hexdigest()


class Customer:
    """Someone with a key, who counts nonces and signs."""

    def __init__(self, exchange: Exchange | None = None, *, key: str = KEY, **options: Any) -> None:
        self.exchange = exchange or new_exchange()
        self.key = key
        self.nonce = 154_264_078_495_300
        self.now = NOW
        self.exchange.registry.create_key(key=key, secret=SECRET, **options)

    def post(
        self,
        body: bytes | str,
        *,
        target: str = "/tradingApi",
        method: str = "POST",
        content_type: str | None = FORM,
        headers: dict[str, str | None] | None = None,
    ) -> Entry:
        """Send a body as it stands; `headers` replace Key and Sign after signing, None leaves one out."""
        raw = body.encode() if isinstance(body, str) else body
        fields: dict[str, str | None] = {"Key": self.key, "Sign": signature(raw), "Content-Type": content_type}
        fields.update(headers or {})
        sent = tuple((name.encode(), value.encode("latin-1")) for name, value in fields.items() if value is not None)
        return self.exchange.handle(Request(method=method, target=target.encode(), headers=sent, body=raw), self.now)

    def call(self, command: str, /, *, nonce: int | str | None = None, **parameters: str) -> Entry:
        """Send a command with the next nonce; parameters are written as they are."""
        if nonce is None:
            self.nonce += 1
            nonce = self.nonce
        pairs = {"command": command, **parameters, "nonce": str(nonce)}
        return self.post("&".join(f"{name}={value}" for name, value in pairs.items()))

    def ask(self, command: str, /, **parameters: str) -> Any:
        return value_of(self.call(command, **parameters))

    def buy_entry(self, **changes: str) -> Entry:
        return self.call("buy", **({"currencyPair": "BTC_ETH", "rate": "0.01", "amount": "1"} | changes))

    def buy(self, **changes: str) -> Any:
        return value_of(self.buy_entry(**changes))


def public(exchange: Exchange, query: str, now: int = NOW) -> Entry:
    return exchange.handle(Request(method="GET", target=f"/public?{query}".encode()), now)


def answer_of(entry: Entry) -> Answer:
    assert entry.answer is not None
    assert entry.answer.content_type == "application/json"
    return entry.answer


def value_of(entry: Entry) -> Any:
    answer = answer_of(entry)
    assert answer.status == 200
    assert b'"error"' not in answer.body, answer.body
    return json.loads(answer.body)


def said(entry: Entry) -> tuple[int, bytes]:
    """Status and exact body."""
    answer = answer_of(entry)
    return answer.status, answer.body
