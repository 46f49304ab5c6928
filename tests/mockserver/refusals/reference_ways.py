"""How the reference exchange is brought to each no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from signer import Request
from tests.mockserver.refusals.gate_ways import EVERYWHERE, NUMBERED, STAMPED, read, repeated
from tests.mockserver.refusals.play import Play, Row, Way, way

ORDER = {"market": "BTC/USDT", "side": "buy", "price": "20000", "amount": "0.1"}
PLACE = "POST /v1/orders"


def order(play: Play, **changes: object) -> None:
    wanted = {name: value for name, value in (ORDER | changes).items() if value is not None}
    play.send(PLACE, **wanted)


def with_header(field: bytes, value: bytes) -> Way:
    def act(play: Play) -> None:
        from tests.mockserver.raw_client import ask, travelling

        key = play.key()
        names = {b"Api-Key": key.key.encode(), b"Nonce": b"1", b"Timestamp": b"1", b"Sign": b"0" * 128} | {field: value}
        ask(play.exchange, travelling(Request(method="GET", target=b"/v1/balances", headers=tuple(names.items()))))

    return way(act)


def unparsed(request: Request) -> Request:
    return replace(request, body=b'{"market":')


WAYS: Mapping[Row, Way] = {
    **{row: act for row, act in EVERYWHERE.items() if row[0] != "account_frozen"},
    **NUMBERED,
    **STAMPED,
    ("method_not_allowed", ""): way(lambda play: read(play, instead=lambda request: replace(request, method="DELETE"))),
    ("malformed_header", ""): repeated("nonce"),
    ("malformed_nonce", ""): with_header(b"Nonce", b"01"),
    ("malformed_timestamp", ""): with_header(b"Timestamp", b"1.5"),
    ("invalid_request", ""): way(lambda play: play.send(PLACE, instead=unparsed)),
    ("missing_parameter", ""): way(lambda play: order(play, price=None)),
    ("invalid_parameter", ""): way(lambda play: order(play, price="1e5")),
    ("unknown_currency", ""): way(lambda play: play.send("GET /v1/deposit-address", currency="DOGE")),
    ("rejected", ""): way(lambda play: order(play, price="1000", time_in_force="fok")),
    ("insufficient_funds", ""): way(lambda play: order(play, amount="1000")),
    ("below_minimum", ""): way(lambda play: order(play, amount="0.00000001")),
    ("order_not_found", ""): way(lambda play: play.send("POST /v1/orders/{order_id}/cancel", order_id="1")),
    ("unknown_market", ""): way(lambda play: play.send("GET /v1/ticker", market="DOGE/USDT")),
}
