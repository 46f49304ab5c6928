"""A conversation with EXMO without a socket: one exchange, one key, and a nonce that rises by itself."""

import hmac
import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from mockserver.core.dialect import Dialect, Profile
from mockserver.core.exchange import Exchange
from mockserver.core.journal import Entry
from mockserver.dialects.exmo import DIALECT
from mockserver.settings import Settings
from signer import Credentials, Request, sign

NOW = 1_700_000_060_000


class Talk:
    """Calls of one key; every one of them is signed rightly unless the test says otherwise."""

    def __init__(
        self,
        dialect: Dialect = DIALECT,
        *,
        profile: Profile = Profile.DOCUMENTED,
        rate_limits: bool = False,
        **key: Any,
    ) -> None:
        self.exchange = Exchange(dialect, Settings(dialect="exmo", profile=profile, rate_limits=rate_limits))
        key.setdefault("permissions", {"read", "trade", "withdraw"})
        self.key = self.exchange.registry.create_key(**key)
        self.nonce = 1_700_000_000_000

    def signed(self, method: str, body: str = "", *, version: str = "v1.1", nonce: int | None = None) -> Request:
        if nonce is None:
            self.nonce += 1
            nonce = self.nonce
        request = Request(method="POST", target=f"/{version}/{method}".encode(), body=body.encode())
        return sign(DIALECT.scheme, request, self.key.credentials, nonce=nonce).request

    def sealed(self, method: str, body: bytes, *, version: str = "v1.1") -> Request:
        """Sign a body as it stands, whatever it says about a nonce."""
        pair = self.key.credentials
        signature = hmac.digest(pair.secret.encode(), body, "sha512").hex()
        headers = ((b"Key", pair.key.encode()), (b"Sign", signature.encode()))
        return Request(method="POST", target=f"/{version}/{method}".encode(), headers=headers, body=body)

    def serve(self, request: Request, *, peer: str = "127.0.0.1") -> Entry:
        entry = self.exchange.handle(request, NOW, peer=peer)
        assert not self.exchange.own_faults
        return entry

    def ask(self, method: str, *, version: str = "v1.1", **parameters: object) -> Any:
        """Make a private call and return its answer, which has status 200 as everything has here."""
        entry = self.serve(self.signed(method, urlencode(parameters), version=version))
        assert entry.answer is not None
        assert entry.answer.status == 200
        assert entry.answer.content_type == "application/json; charset=utf-8"
        return json.loads(entry.answer.body)

    def look(self, method: str, *, version: str = "v1.1", **parameters: object) -> Any:
        """Make a public call by GET."""
        target = f"/{version}/{method}?{urlencode(parameters)}".encode()
        entry = self.serve(Request(method="GET", target=target))
        assert entry.answer is not None
        assert entry.answer.status == 200
        return json.loads(entry.answer.body)

    def buy(self, price: str = "20000", quantity: str = "0.25", **more: object) -> int:
        """Place an order that rests, and return its id."""
        answer = self.ask("order_create", pair="BTC_USD", quantity=quantity, price=price, type="buy", **more)
        assert answer["result"] is True
        return int(answer["order_id"])


def without(request: Request, header: bytes) -> Request:
    return replace(request, headers=tuple(pair for pair in request.headers if pair[0].lower() != header.lower()))


def with_secret(talk: Talk, secret: str) -> Request:
    """Sign with another secret than the key's."""
    wrong = Credentials(key=talk.key.credentials.key, secret=secret)
    talk.nonce += 1
    request = Request(method="POST", target=b"/v1.1/user_info")
    return sign(DIALECT.scheme, request, wrong, nonce=talk.nonce).request


def body_of(entry: Entry) -> bytes:
    assert entry.answer is not None
    return entry.answer.body
