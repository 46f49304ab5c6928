"""A conversation with Bitunix without a socket: one exchange, one key, and a fresh nonce for every call."""

import json
from typing import Any

from mockserver.core.dialect import Dialect, Profile
from mockserver.core.exchange import Exchange
from mockserver.core.journal import Entry
from mockserver.dialects.bitunix import DIALECT
from mockserver.settings import Settings
from signer import Request, sign

NOW = 1_735_689_600_000
PREFIX = "/api/spot/v1"
FUTURES = "/api/v1/futures"


def whole(path: str) -> bytes:
    """Return the path of a spot call, or one that is whole already."""
    return (path if path.startswith("/api/") else PREFIX + path).encode()


class Talk:
    """Calls of one key; every one of them is signed rightly unless the test says otherwise."""

    def __init__(
        self,
        dialect: Dialect = DIALECT,
        *,
        profile: Profile = Profile.DOCUMENTED,
        rate_limits: bool = False,
        single_use_nonces: bool = False,
        **key: Any,
    ) -> None:
        settings = Settings(
            dialect="bitunix", profile=profile, rate_limits=rate_limits, single_use_nonces=single_use_nonces
        )
        self.exchange = Exchange(dialect, settings)
        key.setdefault("permissions", {"read", "trade", "withdraw"})
        self.key = self.exchange.registry.create_key(**key)
        self.calls = 0

    def signed(
        self, method: str, path: str, body: bytes = b"", *, nonce: str | None = None, timestamp_ms: int | None = None
    ) -> Request:
        self.calls += 1
        return sign(
            DIALECT.scheme,
            Request(method=method, target=whole(path), body=body),
            self.key.credentials,
            nonce=f"{self.calls:032d}" if nonce is None else nonce,
            timestamp_ms=NOW if timestamp_ms is None else timestamp_ms,
        ).request

    def serve(self, request: Request, *, peer: str = "127.0.0.1", at_ms: int = NOW) -> Entry:
        entry = self.exchange.handle(request, at_ms, peer=peer)
        assert not self.exchange.own_faults
        return entry

    def send(self, path: str, body: object) -> Entry:
        """POST a JSON body."""
        return self.serve(self.signed("POST", path, json.dumps(body, separators=(",", ":")).encode()))

    def post(self, path: str, body: object) -> Any:
        """POST a JSON body that is understood, and return the answer's `data`."""
        return data_of(self.send(path, body))

    def get(self, path: str) -> Any:
        """Make a signed GET that is understood, and return the answer's `data`."""
        return data_of(self.serve(self.signed("GET", path)))

    def look(self, path: str) -> Any:
        """Make a public GET that is understood, and return the answer's `data`."""
        return data_of(self.serve(Request(method="GET", target=whole(path))))

    def order(self, **changes: object) -> Any:
        """Place a limit order that rests, with these values changed."""
        given = {"side": 2, "type": 1, "volume": "0.0125", "price": "60000.5", "symbol": "BTCUSDT", **changes}
        return self.post("/order/place_order", given)


def body_of(entry: Entry) -> bytes:
    assert entry.answer is not None
    return entry.answer.body


def data_of(entry: Entry) -> Any:
    """Return what an envelope of success holds."""
    assert entry.answer is not None
    assert entry.answer.status == 200
    assert entry.answer.content_type == "application/json"
    envelope = json.loads(entry.answer.body)
    assert list(envelope) == ["code", "msg", "data", "success"]
    assert (envelope["code"], envelope["msg"], envelope["success"]) == ("0", "result.success", True)
    return envelope["data"]
