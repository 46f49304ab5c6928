"""Genuine signatures over nonsense: whatever a client that holds a key sends, no fault of ours comes of it."""

from __future__ import annotations

import json
from random import Random
from urllib.parse import quote, urlencode

import pytest

from mockserver import DIALECT_NAMES, Dialect, Endpoint, Settings, dialect_named
from mockserver.core.exchange import Exchange
from signer import Request, sign

NOW = 1_700_000_000_000

TEXTS = (
    *("", "0", "-0", "-1", "+5", "--1", "1.", ".5", "1e5", "1e-8", "1_000", "1,000", "NaN", "Infinity", "0x10"),
    *("9" * 400, "0.000000001", "99999999999999999999999999.99999999", "100000000000000000000", "a" * 5000),
    *("\uff11\uff12", "\x00", "\n", "é", "😀", "'", '"', "%", "%zz", "&", "=", ";", " ", "true", "null", "[]", "{}"),
    *("BTC", "USDT", "BTC/USDT", "BTC_USDT", "USDT_BTC", "BTCUSDT", "buy", "sell", "all", "gtc", "fok", "limit"),
    *("1", "2", "30000.5", "0.01"),
)
VALUES = (None, True, False, 0, -1, 1.5, 1e308, 10**30, [], {}, [[]], "", {"a": {}}, [1, "2"])
BODIES = (
    b"",
    b"{",
    b"[]",
    b"null",
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"market":1,"market":2}',
    b"&&=&%&nonce=1",
    b"\x00" * 9,
)


class Mischief:
    """Draws requests to an exchange's own endpoints, with what does not belong there."""

    def __init__(self, dialect: Dialect, chance: Random) -> None:
        self.dialect = dialect
        self.chance = chance

    def request(self) -> Request:
        endpoint = self.chance.choice(self.dialect.endpoints)
        method = (
            self.chance.choice(("GET", "POST", "PUT", "OPTIONS")) if self.chance.random() < 0.05 else endpoint.method
        )
        method = self.chance.choice(("GET", "POST")) if method == "*" else method
        parameters: dict[str, object] = {
            parameter.name: self.value(parameter.choices)
            for parameter in endpoint.parameters
            if self.chance.random() < 0.85
        }
        if self.dialect.name == "poloniex":
            parameters["command"] = endpoint.name
        path = self.path(endpoint)
        if method != "POST":
            query = urlencode(parameters) + self.chance.choice(("",) * 9 + ("&", "%", "?", "&%ff", "&a=%zz"))
            return Request(method=method, target=f"{path}?{query}".encode())
        return Request(method=method, target=path.encode(), **self.body(parameters))

    def value(self, choices: tuple[str, ...]) -> str:
        return self.chance.choice(choices if choices and self.chance.random() < 0.5 else TEXTS)

    def path(self, endpoint: Endpoint) -> str:
        path = endpoint.path
        while "{" in path:
            before, _, rest = path.partition("{")
            path = before + quote(self.chance.choice(TEXTS)[:60], safe="%") + rest.partition("}")[2]
        return path

    def body(self, parameters: dict[str, object]) -> dict[str, object]:
        json_spoken = self.dialect.name in ("reference", "bitunix")
        kind = b"application/json" if json_spoken else b"application/x-www-form-urlencoded"
        if json_spoken:
            odd = {name: self.chance.choice(VALUES) for name in parameters if self.chance.random() < 0.2}
            data = json.dumps({**parameters, **odd}).encode()
        else:
            data = urlencode(parameters).encode()
        if self.chance.random() < 0.1:
            data = self.chance.choice(BODIES)
        return {"headers": ((b"Content-Type", kind),), "body": data}


@pytest.mark.parametrize("name", DIALECT_NAMES)
@pytest.mark.parametrize("seed", range(3))
def test_signed_nonsense_is_answered_as_documented(name, seed):
    dialect = dialect_named(name)
    exchange = Exchange(dialect, Settings(dialect=name, journal_entries=10))
    key = exchange.registry.create_key(permissions=("read", "trade", "withdraw"))
    mischief = Mischief(dialect, Random(seed))
    rule = dialect.scheme.nonce_rule
    answers = set()
    for number in range(1, 401):
        nonce = number if rule is not None and rule.rising else f"{number:032d}"
        request = sign(dialect.scheme, mischief.request(), key.credentials, nonce=nonce, timestamp_ms=NOW).request
        entry = exchange.handle(request, NOW)
        assert entry.answer is not None
        answers.add(None if entry.refused is None else entry.refused.refusal)
    assert exchange.own_faults == []
    assert len(answers) > 3, "the mischief reaches several rules"
