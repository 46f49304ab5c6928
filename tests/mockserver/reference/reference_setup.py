"""What the tests of the reference dialect share: an exchange without a socket, and a customer who signs by hand.

The signature is computed here from the specification with nothing but hashlib and hmac, so that signer and server
cannot agree on one misreading.
"""

import hashlib
import hmac
import json
from typing import Any

from mockserver.core.exchange import Exchange
from mockserver.core.journal import Entry
from mockserver.dialects.reference import DIALECT
from mockserver.settings import Settings
from signer import Request

NOW = 1_700_000_000_000
SECRET = "reference-secret"
KEY = "0123456789abcdef0123456789abcdef"

ORDER = {"market": "BTC/USDT", "side": "buy", "price": "20000", "amount": "0.1"}


def new_exchange(**settings: Any) -> Exchange:
    return Exchange(DIALECT, Settings(dialect="reference", **settings))


def signature(method: str, target: str, nonce: str, timestamp: str, body: bytes, secret: str = SECRET) -> str:
    text = "\n".join([method, target, nonce, timestamp, hashlib.sha512(body).hexdigest()])
    return hmac.new(secret.encode(), text.encode("latin-1"), hashlib.sha512).hexdigest()


class Customer:
    """Someone with a key, who counts nonces and signs."""

    def __init__(self, exchange: Exchange | None = None, *, key: str = KEY, **options: Any) -> None:
        self.exchange = exchange or new_exchange()
        self.key = key
        self.nonce = 0
        self.exchange.registry.create_key(key=key, secret=SECRET, **options)

    def request(
        self,
        method: str,
        target: str,
        body: bytes | dict[str, Any] = b"",
        *,
        nonce: int | str | None = None,
        timestamp: int | str = NOW,
        content_type: str | None = "application/json",
        **changes: str | None,
    ) -> Request:
        """A signed request; `changes` replace headers (`api_key`, `sign`, ...) after signing, None leaves one out."""
        if isinstance(body, dict):
            body = json.dumps(body).encode()
        if nonce is None:
            self.nonce += 1
            nonce = self.nonce
        fields: dict[str, str | None] = {
            "api_key": self.key,
            "nonce": str(nonce),
            "timestamp": str(timestamp),
            "sign": signature(method, target, str(nonce), str(timestamp), body),
        }
        fields.update(changes)
        headers = [
            (name.replace("_", "-").title().encode(), value.encode("latin-1"))
            for name, value in fields.items()
            if value is not None
        ]
        if body and content_type is not None:
            headers.append((b"Content-Type", content_type.encode()))
        return Request(method=method, target=target.encode("latin-1"), headers=tuple(headers), body=body)

    def send(self, method: str, target: str, body: bytes | dict[str, Any] = b"", **options: Any) -> Entry:
        return self.exchange.handle(self.request(method, target, body, **options), NOW)

    def get(self, target: str, **options: Any) -> Any:
        return value_of(self.send("GET", target, **options))

    def post(self, target: str, body: bytes | dict[str, Any] = b"", **options: Any) -> Any:
        return value_of(self.send("POST", target, body, **options))

    def place(self, **changes: Any) -> Any:
        return self.post("/v1/orders", ORDER | changes)


def public(exchange: Exchange, target: str) -> Any:
    return value_of(exchange.handle(Request(method="GET", target=target.encode()), NOW))


def value_of(entry: Entry) -> Any:
    assert entry.answer is not None
    assert entry.answer.status == 200, entry.answer.body
    return json.loads(entry.answer.body)


def refusal_of(entry: Entry) -> tuple[int, str]:
    """Status and code of a refusal, whose problem details are checked on the way."""
    answer = entry.answer
    assert answer is not None
    assert answer.content_type == "application/problem+json"
    problem = json.loads(answer.body)
    assert problem["type"] == "about:blank"
    assert problem["status"] == answer.status
    assert problem["detail"].endswith(".")
    assert b"\n" not in answer.body
    return answer.status, problem["code"]


def problem_of(entry: Entry) -> dict[str, Any]:
    assert entry.answer is not None
    assert entry.answer.status >= 400
    problem: dict[str, Any] = json.loads(entry.answer.body)
    return problem
