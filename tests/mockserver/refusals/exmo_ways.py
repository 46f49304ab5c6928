"""How EXMO is brought to each no (facts 2.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tests.mockserver.refusals.gate_ways import EVERYWHERE, IN_THE_FORM, NUMBERED, read
from tests.mockserver.refusals.play import Play, Row, Way, way

ORDER = {"pair": "BTC_USD", "quantity": "0.1", "price": "20000", "type": "buy"}
STOP = {"pair": "BTC_USD", "quantity": "0.1", "trigger_price": "20000", "type": "sell"}
MARGIN = {"pair": "BTC_USD", "quantity": "0.1", "price": "20000", "type": "limit_buy", "leverage": "2"}
CANDLES = {"symbol": "BTC_USD", "resolution": "30", "from": "1699990000", "to": "1700000000"}


def call(method: str, base: Mapping[str, str] | None = None, /, **changes: str | None) -> Way:
    """Call a method once, with `base` changed; None takes a parameter out."""
    changed = {name.rstrip("_"): value for name, value in changes.items()}
    wanted = {name: value for name, value in {**(base or {}), **changed}.items() if value is not None}
    return way(lambda play: play.send(method, **{f"{name}_": value for name, value in wanted.items()}))


def hurried_history(play: Play) -> None:
    play.exchange.rate_limits = True
    try:
        key = play.key()
        for _ in range(11):
            play.send("wallet_history", key)
            play.exchange.clock.shift(ms=200)
    finally:
        play.exchange.rate_limits = False
        play.exchange.clock.shift(ms=60_000)


WAYS: Mapping[Row, Way] = {
    **{row: act for row, act in EVERYWHERE.items() if row != ("too_large", "headers")},
    **NUMBERED,
    **IN_THE_FORM,
    ("method_not_allowed", ""): way(lambda play: read(play, instead=lambda request: replace(request, method="GET"))),
    ("query_on_post", ""): way(
        lambda play: read(play, instead=lambda request: replace(request, target=request.target + b"?limit=1"))
    ),
    ("permission_denied", "withdraw"): way(
        lambda play: play.send("withdraw_crypt", play.key(permissions=["read", "trade"]))
    ),
    ("rate_limited", "wallet"): way(hurried_history, rate="minute"),
    ("missing_parameter", ""): call("order_book"),
    ("invalid_parameter", ""): call("order_create", ORDER, price="abc"),
    ("invalid_parameter", "choice"): call("order_create", ORDER, type="hold"),
    ("invalid_parameter", "places"): call("order_create", ORDER, price="20000.123456789"),
    ("invalid_parameter", "price_low"): call("order_create", ORDER, price="0"),
    ("invalid_parameter", "price_high"): call("order_create", ORDER, price="1000000000"),
    ("invalid_parameter", "quantity_high"): call("order_create", ORDER, quantity="1000000000"),
    ("invalid_parameter", "amount_high"): call("order_create", ORDER, quantity="1000000", price="9000000"),
    ("invalid_parameter", "candles_integer"): call("candles_history", CANDLES, from_="abc"),
    ("invalid_parameter", "candles_range"): call("candles_history", CANDLES, from_="1600000000"),
    ("invalid_parameter", "candles_resolution"): call("candles_history", CANDLES, resolution="7"),
    ("invalid_parameter", "service_places"): call("stop_market_order_create", STOP, trigger_price="20000.123456789"),
    ("unknown_market", ""): call("order_create", ORDER, pair="BTC_NONE"),
    ("unknown_currency", ""): call("withdraw_crypt", amount="1", currency="NONE", address="1" * 30),
    ("insufficient_funds", ""): call("order_create", ORDER, type="sell", quantity="100"),
    ("insufficient_funds", "buy"): call("order_create", ORDER, quantity="20"),
    ("insufficient_funds", "margin"): call("margin/user/order/create", MARGIN),
    ("below_minimum", ""): call("order_create", ORDER, quantity="0.00000001"),
    ("below_minimum", "amount"): call("order_create", ORDER, quantity="0.001", price="0.01"),
    ("order_not_found", ""): call("order_cancel", order_id="1"),
    ("order_not_found", "trades"): call("order_trades", order_id="1"),
    ("order_not_found", "task"): call("withdraw_get_txid", task_id="1"),
    ("order_not_found", "stop"): call("stop_market_order_cancel", parent_order_id="1"),
    ("order_not_found", "margin"): call("margin/user/order/cancel", order_id="1"),
    ("order_not_found", "position"): call("margin/user/position/close", position_id="1"),
    ("order_not_found", "code"): call("excode_load", code="EX-CODE_1_BTC" + "a" * 40),
    ("rejected", ""): call("order_create", ORDER, exec_type="fok", price="1000", quantity="1"),
}
