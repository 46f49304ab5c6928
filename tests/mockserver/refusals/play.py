"""A stage on which refusals are provoked: an exchange on a socket, and a customer who calls endpoints by name."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from mockserver import Access, Endpoint, Entry, KeyHandle, MockExchange, RefusalRow, Settings, dialect_named
from mockserver.dialects.bitunix.futures.refusals import futures_row
from signer import Request, sign
from tests.mockserver.raw_client import Reply, ask, travelling

NOW = 1_700_000_000_000
Row = tuple[str, str]


class Play:
    """One exchange; every way to provoke a refusal gets customers and a market of its own."""

    def __init__(self, name: str, *, single_use_nonces: bool = False, **habits: str) -> None:
        settings = Settings(dialect=name, habits=habits, single_use_nonces=single_use_nonces)
        self.exchange = MockExchange(settings=settings)
        self.futures = False
        self.dialect = self.exchange.dialect
        self._nonces = itertools.count(NOW + 1)
        self._endpoints = {endpoint.name: endpoint for endpoint in self.dialect.endpoints}

    def __enter__(self) -> Play:
        self.exchange.__enter__()
        self.exchange.clock.freeze(NOW)
        return self

    def __exit__(self, *error: object) -> None:
        self.exchange.__exit__(None, None, None)

    def key(self, **options: object) -> KeyHandle:
        options.setdefault("permissions", ["read", "trade", "withdraw"])
        options.setdefault("private_venue", "account_of" not in options)
        return self.exchange.create_key(**options)

    def request(self, name: str, parameters: Mapping[str, object]) -> Request:
        """Write a call to an endpoint, its parameters where its description puts them; nothing is signed yet."""
        endpoint = self._endpoints[name]
        places = {item.name: item.place for item in endpoint.parameters}
        fixed = {item.name: item.choices[0] for item in endpoint.parameters if item.name == "command"}
        target, query, body = endpoint.path, {}, {}
        for parameter, value in {**fixed, **parameters}.items():
            place = places.get(parameter, "json" if self.takes_json(endpoint) else "form")
            if place == "path":
                target = target.replace(f"{{{parameter}}}", str(value))
            elif place == "query" or endpoint.method in ("GET", "*"):
                query[parameter] = value
            else:
                body[parameter] = value
        if query:
            target += f"?{urlencode(query)}"
        method = "GET" if endpoint.method == "*" else endpoint.method
        headers: tuple[tuple[bytes, bytes], ...] = ()
        data = b""
        if method == "POST":
            as_json = self.takes_json(endpoint)
            media = "application/json" if as_json else "application/x-www-form-urlencoded"
            headers = ((b"Content-Type", media.encode()),)
            data = (json.dumps(body, separators=(",", ":")) if as_json else urlencode(body)).encode()
        return Request(method=method, target=target.encode(), headers=headers, body=data)

    def takes_json(self, endpoint: Endpoint) -> bool:
        return self.dialect.name in ("reference", "bitunix")

    def send(
        self,
        name: str,
        key: KeyHandle | None = None,
        *,
        nonce: int | str | None = None,
        secret: str | None = None,
        as_key: str | None = None,
        timestamp_ms: int = NOW,
        without: str | None = None,
        twice: str | None = None,
        besides: tuple[str, str] | None = None,
        instead: Callable[[Request], Request] | None = None,
        **parameters: object,
    ) -> Reply:
        """Call an endpoint rightly, save for what a test wants to be wrong.

        `without` names a header that is left out after signing, `twice` one that is repeated, `besides` adds one;
        `instead` changes the request before it is signed.
        """
        request = self.request(name, {given.rstrip("_"): value for given, value in parameters.items()})
        if instead is not None:
            request = instead(request)
        if self._endpoints[name].access is not Access.PUBLIC:
            credentials = (key or self.key()).credentials
            if secret is not None:
                credentials = replace(credentials, secret=secret)
            if as_key is not None:
                credentials = replace(credentials, key=as_key)
            rising = self.dialect.scheme.nonce_rule is not None and self.dialect.scheme.nonce_rule.rising
            drawn = next(self._nonces)
            fresh = drawn if rising else f"{drawn:032d}"
            request = sign(
                self.dialect.scheme,
                request,
                credentials,
                nonce=fresh if nonce is None else nonce,
                timestamp_ms=timestamp_ms,
            ).request
        if without is not None:
            kept = tuple(pair for pair in request.headers if pair[0].lower() != without.lower().encode())
            request = replace(request, headers=kept)
        if twice is not None:
            besides = (twice, "again")
        if besides is not None:
            added = (besides[0].encode(), besides[1].encode())
            request = replace(request, headers=(*request.headers, added))
        return ask(self.exchange, travelling(request))

    def said(self) -> Row | None:
        """Return refusal and variant of the newest request, as the exchange noted them."""
        entry = self.exchange.journal.all()[-1]
        if entry.refused is None:
            return None
        assert entry.fault is None
        row = self.row(entry)
        return row.refusal.value, row.variant

    def row(self, entry: Entry) -> RefusalRow:
        """Return how a refusal is said; Bitunix says it in two ways, one for each of its products."""
        on_futures = entry.request.path.startswith(b"/api/v1/futures/")
        return futures_row(entry.refused) if on_futures else self.dialect.row(entry.refused)


@dataclass(frozen=True, slots=True)
class Way:
    """A way to provoke a refusal: what is done, and the habits of the exchange that it needs."""

    act: Callable[[Play], object]
    habits: Mapping[str, object]


def way(act: Callable[[Play], object], **habits: object) -> Way:
    return Way(act, habits)


def on_futures(spot: Way) -> Way:
    """Do the same with the calls of the other product."""

    def act(play: Play) -> None:
        play.futures = True
        try:
            spot.act(play)
        finally:
            play.futures = False

    return Way(act, spot.habits)


def refused_alike(name: str) -> set[Row]:
    """Return every row of a dialect, worn with no habit and with each choice of each."""
    plain = dialect_named(name)
    worn = [dialect_named(name, **{habit.name: choice}) for habit in plain.habits for choice in habit.choices]
    return {(row.refusal.value, row.variant) for dialect in (plain, *worn) for row in dialect.refusals}


def header_of(dialect_name: str, field: str) -> str:
    return dialect_named(dialect_name).scheme.places[field].removeprefix("header ")


def too_large(request: Request) -> Request:
    return replace(request, body=request.body + b" " * 1_100_000)


def lost(request: Request) -> Request:
    path, mark, query = request.target.partition(b"?")
    return replace(request, target=path + b"/nowhere" + mark + query)
