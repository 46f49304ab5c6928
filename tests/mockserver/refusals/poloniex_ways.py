"""How Poloniex is brought to each no (facts 2)."""

from __future__ import annotations

from collections.abc import Mapping

from tests.mockserver.refusals.gate_ways import EVERYWHERE, IN_THE_FORM, NUMBERED, read
from tests.mockserver.refusals.play import Play, Row, Way, lost, way

CHEAP = {"currencyPair": "BTC_ETH", "rate": "0.001", "amount": "1"}
DEAR = {"currencyPair": "BTC_ETH", "rate": "5", "amount": "0.1"}
LOAN = {"currency": "BTC", "amount": "0.1", "duration": "2", "autoRenew": "0", "lendingRate": "0.001"}
CHART = {"currencyPair": "BTC_ETH", "start": "1699990000", "end": "1700000000", "period": "300"}


def call(command: str, base: Mapping[str, str] | None = None, /, **changes: str | None) -> Way:
    """Send a command once, with `base` changed; None takes a parameter out."""
    wanted = {name: value for name, value in {**(base or {}), **changes}.items() if value is not None}
    return way(lambda play: play.send(command, **wanted))


def after_an_order(command: str, /, **changes: str) -> Way:
    """Place an order that rests, and send a command about it."""

    def act(play: Play) -> None:
        key = play.key()
        number = str(play.send("buy", key, **CHEAP).json["orderNumber"])
        play.send(command, key, orderNumber=number, **changes)

    return way(act)


def addresses(pause_ms: int) -> Way:
    """Ask for two addresses, so long after each other."""

    def act(play: Play) -> None:
        key = play.key()
        for _ in range(2):
            play.send("generateNewAddress", key, currency="BTC")
            play.exchange.clock.shift(ms=pause_ms)

    return way(act)


def long_chart(play: Play) -> None:
    play.exchange.clock.shift(ms=150 * 86_400_000)
    now = play.exchange.clock.now_ms() // 1000
    play.send("returnChartData", **CHART | {"start": "1600000000", "end": str(now)})


def in_a_market(state: str) -> Way:
    return way(lambda play: play.send("buy", **CHEAP), market=state)


def heedless(calls: int) -> Way:
    """Go on calling where that has consequences."""

    def act(play: Play) -> None:
        play.exchange.rate_limits = True
        try:
            key = play.key()
            for _ in range(calls):
                read(play, key)
        finally:
            play.exchange.rate_limits = False
            play.exchange.clock.shift(ms=600_000)

    return way(act, bans="some")


def too_many_orders(play: Play) -> None:
    key = play.key()
    for _ in range(2):
        play.send("buy", key, **CHEAP)


def on_margin(play: Play, key: object, amount: str) -> None:
    play.send("transferBalance", key, currency="BTC", amount="0.5", fromAccount="exchange", toAccount="margin")
    play.send("marginBuy", key, **DEAR | {"rate": "0.08", "amount": amount})


def in_danger(play: Play) -> None:
    key = play.key()
    on_margin(play, key, "10")
    play.send("transferBalance", key, currency="BTC", amount="0.1", fromAccount="margin", toAccount="exchange")


def late(command: str, base: Mapping[str, str] | None = None, /, **changes: str) -> Way:
    """As `call`, at Poloniex as it was in its last years."""
    return way(call(command, base, **changes).act, members="2022")


WAYS: Mapping[Row, Way] = {
    **EVERYWHERE,
    **NUMBERED,
    **IN_THE_FORM,
    ("unknown_endpoint", ""): call("returnBalances", command="returnNothing"),
    ("unknown_endpoint", "path"): way(lambda play: read(play, instead=lost)),
    ("permission_denied", ""): way(lambda play: play.send("withdraw", play.key(permissions=["read", "trade"]))),
    ("permission_denied", "trade"): way(lambda play: play.send("buy", play.key(permissions=["read"]), **CHEAP)),
    ("rate_limited", "throttled"): heedless(6 + 10),
    ("rate_limited", "banned"): heedless(6 + 40),
    ("missing_parameter", ""): call("cancelOrder"),
    ("missing_parameter", "public"): call("returnOrderBook"),
    ("missing_parameter", "public_currency"): call("returnLoanOrders"),
    ("invalid_parameter", ""): call("buy", CHEAP, rate="abc"),
    ("invalid_parameter", "public_depth"): call("returnOrderBook", currencyPair="BTC_ETH", depth="abc"),
    ("invalid_parameter", "public_start"): call("public returnTradeHistory", currencyPair="BTC_ETH", start="abc"),
    ("invalid_parameter", "public_end"): call("public returnTradeHistory", currencyPair="BTC_ETH", end="abc"),
    ("invalid_parameter", "public_window"): call(
        "public returnTradeHistory", currencyPair="BTC_ETH", start="1600000000", end="1700000000"
    ),
    ("invalid_parameter", "public_limit"): call("public returnTradeHistory", currencyPair="BTC_ETH", limit="abc"),
    ("invalid_parameter", "public_period"): call("returnChartData", CHART, period="301"),
    ("invalid_parameter", "public_range"): way(long_chart),
    ("invalid_parameter", "rate_bound"): call("buy", CHEAP, rate="1000000001"),
    ("unknown_market", ""): call("buy", CHEAP, currencyPair="BTC_NONE"),
    ("unknown_market", "public"): call("returnOrderBook", currencyPair="BTC_NONE"),
    ("unknown_currency", ""): call("generateNewAddress", currency="NONE"),
    ("unknown_currency", "public"): call("returnLoanOrders", currency="NONE"),
    ("below_minimum", ""): call("buy", CHEAP, amount="0.01"),
    ("below_minimum", "amount"): call("buy", DEAR, rate="5000", amount="0.0000001"),
    ("below_minimum", "move"): after_an_order("moveOrder", rate="0.00000002"),
    ("below_minimum", "move_amount"): after_an_order("moveOrder", rate="5000", amount="0.0000001"),
    ("insufficient_funds", ""): call("buy", CHEAP, amount="100000"),
    ("insufficient_funds", "move"): after_an_order("moveOrder", rate="0.002", amount="100000"),
    ("insufficient_funds", "loan"): call("createLoanOffer", LOAN, amount="1000"),
    ("rejected", ""): call("buy", CHEAP, fillOrKill="1"),
    ("rejected", "post_only"): call("buy", DEAR, postOnly="1"),
    ("rejected", "flags"): call("buy", CHEAP, postOnly="1", fillOrKill="1"),
    ("rejected", "move"): after_an_order("moveOrder", rate="0.9", postOnly="1"),
    ("rejected", "move_flags"): after_an_order("moveOrder", rate="0.001", postOnly="1", immediateOrCancel="1"),
    ("rejected", "address_per_day"): addresses(0),
    ("rejected", "address_previous"): addresses(86_400_000),
    ("rejected", "frozen"): in_a_market("frozen"),
    ("rejected", "disabled"): in_a_market("disabled"),
    ("rejected", "closed"): in_a_market("closed"),
    ("rejected", "paused"): in_a_market("paused"),
    ("rejected", "bounds"): in_a_market("banded"),
    ("rejected", "reduce"): way(lambda play: on_margin(play, play.key(), "1"), market="reduce only"),
    ("rejected", "open_orders"): way(too_many_orders, open_orders="1"),
    ("rejected", "margin_danger"): way(in_danger),
    ("rejected", "loan"): call("createLoanOffer", LOAN, duration="1"),
    ("rejected", "loan_rate"): call("createLoanOffer", LOAN, lendingRate="0.06"),
    ("order_not_found", ""): call("cancelOrder", orderNumber="1"),
    ("order_not_found", "trades"): call("returnOrderTrades", orderNumber="1"),
    ("order_not_found", "status"): call("returnOrderStatus", orderNumber="1"),
    ("order_not_found", "zero"): call("cancelOrder", orderNumber="0"),
    ("order_not_found", "completed"): late("cancelOrder", orderNumber="1"),
    ("order_not_found", "client_order_id"): call("cancelOrder", clientOrderId="12345"),
    ("order_not_found", "renew"): call("toggleAutoRenew", orderNumber="1"),
    ("order_not_found", "loan"): call("cancelLoanOffer", orderNumber="1"),
}
