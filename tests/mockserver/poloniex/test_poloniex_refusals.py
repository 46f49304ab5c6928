"""Every row of Poloniex's table is provoked, by its own cause where one can exist here, and answered to the byte."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from mockserver import MockExchange
from mockserver.core.journal import Entry
from mockserver.core.keys import KeyState
from mockserver.dialects.poloniex import DIALECT
from tests.mockserver.poloniex.poloniex_setup import KEY, Customer, answer_of, new_exchange, public
from tests.mockserver.raw_client import ask

Row: TypeAlias = tuple[str, str]
Cause: TypeAlias = Callable[[], Entry]

PAIR = "BTC_ETH"
ORDER = {"currencyPair": PAIR, "rate": "0.01", "amount": "1"}
LOAN = {"currency": "BTC", "amount": "0.1", "duration": "2", "autoRenew": "0", "lendingRate": "0.0003"}
LONG = {"currencyPair": PAIR, "rate": "0.07", "amount": "1.5"}
BAD_PAIR = r'{"error":"Invalid API key\/secret pair."}'
DENIED = '{"error":"Permission denied."}'
NOT_THERE = "Order not found, or you are not the person who placed it."
FLAGS = "No more than one of the post-only, fill-or-kill, and immediate-or-cancel flags should be set at the same time."
THROTTLED = "This IP has been temporarily throttled. Please ensure your requests are valid"
DAY = 86_400_000


def call(command: str, /, **parameters: str) -> Cause:
    return lambda: Customer(permissions=["read", "trade", "withdraw"]).call(command, **parameters)


def order(**changes: str) -> Cause:
    return call("buy", **(ORDER | changes))


def seen(query: str) -> Cause:
    return lambda: public(new_exchange(), query)


def sent(headers: dict[str, str | None] | None = None, **options: Any) -> Cause:
    """A good call with other headers, or of a key that was made otherwise."""
    return lambda: Customer(**options).post("command=returnBalances&nonce=1", headers=headers)


def carried(condition: str) -> Cause:
    """What has no cause here: it stands against the key."""
    return lambda: Customer(conditions=[condition]).call("returnBalances")


def played(command: str = "buy", /, parameters: dict[str, str] | None = None, **habits: str) -> Cause:
    return lambda: Customer(new_exchange(habits=habits)).call(command, **(parameters or ORDER))


def moved(**changes: str) -> Cause:
    """Move an order of 1 ETH at 0.01 BTC."""

    def cause() -> Entry:
        customer = Customer()
        return customer.call("moveOrder", orderNumber=customer.buy()["orderNumber"], **({"rate": "0.01"} | changes))

    return cause


def gone(command: str, **habits: str) -> Cause:
    """Do something to an order that was cancelled."""

    def cause() -> Entry:
        customer = Customer(new_exchange(habits=habits))
        number = customer.buy()["orderNumber"]
        customer.ask("cancelOrder", orderNumber=number)
        return customer.call(command, orderNumber=number)

    return cause


def frozen() -> Entry:
    customer = Customer()
    owner = customer.exchange.registry.key(KEY)
    owner.venue.freeze(owner.account)
    return customer.call("returnBalances")


def closed() -> Entry:
    customer = Customer()
    customer.exchange.gate.maintenance = 30
    return customer.call("returnBalances")


def hurried(calls: int, **habits: str) -> Cause:
    def cause() -> Entry:
        customer = Customer(new_exchange(habits=habits, rate_limits=True))
        for _ in range(calls - 1):
            customer.call("returnBalances")
        return customer.call("returnBalances")

    return cause


def crowded() -> Entry:
    customer = Customer(new_exchange(habits={"open_orders": "1"}))
    customer.buy()
    return customer.buy_entry()


def another_address(days: int) -> Cause:
    def cause() -> Entry:
        customer = Customer()
        customer.ask("generateNewAddress", currency="BTC")
        customer.now += days * DAY
        return customer.call("generateNewAddress", currency="BTC")

    return cause


def endangered() -> Entry:
    customer = Customer()
    customer.ask("transferBalance", currency="BTC", amount="0.12", fromAccount="exchange", toAccount="margin")
    customer.ask("marginBuy", **LONG)
    return customer.call("transferBalance", currency="BTC", amount="0.07", fromAccount="margin", toAccount="exchange")


def shrinking() -> Entry:
    customer = Customer(new_exchange(habits={"market": "reduce only"}))
    customer.ask("transferBalance", currency="BTC", amount="0.5", fromAccount="exchange", toAccount="margin")
    return customer.call("marginBuy", **LONG)


def error(text: str) -> str:
    return json.dumps({"error": text}, separators=(",", ":")).replace("/", "\\/")


CAUSES: dict[Row, tuple[Cause, str]] = {
    ("maintenance", ""): (closed, error("Currently in maintenance mode.")),
    ("rate_limited", ""): (hurried(7), error("Please do not make more than 8 API calls per second.")),
    ("rate_limited", "throttled"): (
        hurried(20, bans="some"),
        error(
            "This IP has been temporarily throttled. Please ensure your requests are valid and try again in one minute."
        ),
    ),
    ("rate_limited", "banned"): (
        hurried(60, bans="some"),
        error("This IP has been banned for 2 minutes. Please adjust your timeout to 130 seconds."),
    ),
    ("rate_limited", "throttled_2017"): (
        carried("rate_limited:throttled_2017"),
        error(f"{THROTTLED} and try again."),
    ),
    ("rate_limited", "moment"): (
        carried("rate_limited:moment"),
        error("Too many requests. Please try again in a moment."),
    ),
    ("rate_limited", "minutes"): (
        carried("rate_limited:minutes"),
        error("Too many requests. Please try again in a few minutes."),
    ),
    ("unknown_endpoint", ""): (call("returnEverything"), error("Invalid command.")),
    ("unknown_endpoint", "path"): (
        lambda: Customer().post("command=returnBalances&nonce=1", target="/api"),
        error("Invalid command."),
    ),
    ("missing_key", ""): (sent({"Key": None}), BAD_PAIR),
    ("missing_signature", ""): (sent({"Sign": None}), BAD_PAIR),
    ("unknown_key", ""): (sent({"Key": KEY[::-1]}), BAD_PAIR),
    ("inactive_key", ""): (sent(state=KeyState.REVOKED.value), BAD_PAIR),
    ("bad_signature", ""): (sent({"Sign": "0" * 128}), BAD_PAIR),
    ("address_not_allowed", ""): (sent(addresses=["192.0.2.0/24"]), DENIED),
    ("permission_denied", ""): (
        lambda: Customer().call("withdraw", currency="BTC", amount="1", address="x"),
        DENIED,
    ),
    ("permission_denied", "trade"): (
        lambda: Customer(permissions=["read"]).buy_entry(),
        error("This API key does not have permission to trade."),
    ),
    ("permission_denied", "undotted"): (carried("permission_denied:undotted"), error("Permission denied")),
    ("permission_denied", "country"): (
        carried("permission_denied:country"),
        error(
            "Our systems have detected that you may reside in a location we cannot provide service to. Please log into "
            "your account to resolve this issue."
        ),
    ),
    ("missing_nonce", ""): (lambda: Customer().post("command=returnBalances"), error("Invalid nonce parameter.")),
    ("malformed_nonce", ""): (
        lambda: Customer().call("returnBalances", nonce="1.5"),
        error("Invalid nonce parameter."),
    ),
    ("nonce_not_increasing", ""): (
        lambda: Customer(last_nonce=100).call("returnBalances", nonce=100),
        error("Nonce must be greater than 100. You provided 100."),
    ),
    ("account_frozen", ""): (frozen, error("This account is frozen.")),
    ("account_frozen", "trading"): (carried("account_frozen:trading"), error("This account is frozen for trading.")),
    ("account_frozen", "locked"): (carried("account_frozen:locked"), error("This account is locked.")),
    ("account_frozen", "closed"): (carried("account_frozen:closed"), error("This account is closed.")),
    ("missing_parameter", ""): (order(currencyPair=""), error("Required parameter missing.")),
    ("missing_parameter", "public"): (seen("command=returnOrderBook"), error("Please specify a currency pair.")),
    ("missing_parameter", "public_currency"): (seen("command=returnLoanOrders"), error("You must specify a currency.")),
    ("invalid_parameter", ""): (order(rate="x"), error("Invalid rate parameter.")),
    ("invalid_parameter", "rate_zero"): (
        carried("invalid_parameter:rate_zero"),
        error("Rate must be greater than zero."),
    ),
    ("invalid_parameter", "rate_bound"): (order(rate="1000000001"), error("Rate must be less than 1000000000.")),
    ("invalid_parameter", "public_depth"): (
        seen("command=returnOrderBook&currencyPair=BTC_ETH&depth=x"),
        error("Invalid depth."),
    ),
    ("invalid_parameter", "public_start"): (
        seen("command=returnTradeHistory&currencyPair=BTC_ETH&start=x"),
        error("Invalid start time."),
    ),
    ("invalid_parameter", "public_end"): (
        seen("command=returnTradeHistory&currencyPair=BTC_ETH&end=x"),
        error("Invalid end time."),
    ),
    ("invalid_parameter", "public_limit"): (
        seen("command=returnTradeHistory&currencyPair=BTC_ETH&limit=x"),
        error("Invalid limit."),
    ),
    ("invalid_parameter", "public_window"): (
        seen("command=returnTradeHistory&currencyPair=BTC_ETH&start=0"),
        error("Please specify a time window of no more than 1 month."),
    ),
    ("invalid_parameter", "public_period"): (
        seen("command=returnChartData&currencyPair=BTC_ETH&period=1&start=1"),
        error("Please specify a valid period."),
    ),
    ("unknown_market", ""): (order(currencyPair="BTC_NONE"), error("Invalid currencyPair parameter.")),
    ("unknown_market", "public"): (
        seen("command=returnOrderBook&currencyPair=BTC_NONE"),
        error("Invalid currency pair."),
    ),
    ("unknown_market", "move"): (carried("unknown_market:move"), error("Invalid currency pair.")),
    ("unknown_currency", ""): (call("generateNewAddress", currency="btc"), error("Invalid currency parameter.")),
    ("unknown_currency", "public"): (seen("command=returnLoanOrders&currency=btc"), error("Invalid currency.")),
    ("below_minimum", ""): (order(rate="0.00001"), error("Total must be at least 0.0001.")),
    ("below_minimum", "amount"): (
        order(amount="0.0000001", rate="10000"),
        error("Amount must be at least 0.000001."),
    ),
    ("below_minimum", "move"): (moved(rate="0.00001"), '{"success":0,"error":"Total must be at least 0.0001."}'),
    ("below_minimum", "move_amount"): (
        moved(rate="10000", amount="0.0000001"),
        '{"success":0,"error":"Amount must be at least 0.000001."}',
    ),
    ("insufficient_funds", ""): (order(amount="1000"), error("Not enough BTC.")),
    ("insufficient_funds", "move"): (moved(amount="1000"), '{"success":0,"error":"Not enough BTC."}'),
    ("insufficient_funds", "loan"): (
        call("createLoanOffer", **LOAN),
        '{"error":"Not enough BTC available to offer.","success":0}',
    ),
    ("rejected", ""): (order(fillOrKill="1"), error("Unable to fill order completely.")),
    ("rejected", "post_only"): (
        order(postOnly="1", rate="1", amount="0.5"),
        error("Unable to place post-only order at this price."),
    ),
    ("rejected", "flags"): (order(postOnly="1", fillOrKill="1"), error(FLAGS)),
    ("rejected", "move"): (
        moved(rate="0.07", postOnly="1"),
        '{"success":0,"error":"Unable to place post-only order at this price."}',
    ),
    ("rejected", "move_flags"): (
        moved(immediateOrCancel="1", postOnly="1"),
        f'{{"success":0,"error":"{FLAGS}"}}',
    ),
    ("rejected", "open_orders"): (
        crowded,
        error("You may not have more than 1 open orders in a single market."),
    ),
    ("rejected", "frozen"): (played(market="frozen"), error("This market is frozen.")),
    ("rejected", "disabled"): (played(market="disabled"), error("Market is disabled.")),
    ("rejected", "closed"): (played(market="closed"), error("Trading is disabled in this market.")),
    ("rejected", "paused"): (played(market="paused"), error("Order matching is currently disabled.")),
    ("rejected", "bounds"): (
        played(parameters=ORDER | {"rate": "0.001"}, market="banded"),
        '{"error":"Order is beyond acceptable bounds.","fee":"0.00250000","currencyPair":"BTC_ETH"}',
    ),
    ("rejected", "reduce"): (shrinking, error("You may only place orders that reduce your position.")),
    ("rejected", "busy"): (
        carried("rejected:busy"),
        error("You have already called cancelOrder or moveOrder on this order. Please wait for that call's response."),
    ),
    ("rejected", "busy_later"): (
        carried("rejected:busy_later"),
        error(
            "You have already called cancelOrder, moveOrder, or cancelReplace on this order. Please wait for that "
            "call's response."
        ),
    ),
    ("rejected", "address_per_day"): (
        another_address(0),
        '{"success":0,"response":"You may only generate one deposit address per currency per day."}',
    ),
    ("rejected", "address_previous"): (
        another_address(1),
        '{"success":0,"response":"Please use the following previously generated deposit address: {address}"}',
    ),
    ("rejected", "margin_danger"): (
        endangered,
        error(
            "Transferring 0.07000000 BTC from your margin account would bring your current margin to {margin}%, "
            "putting you in greater danger of a forced liquidation. Please confirm this action by passing confirmed=1 "
            "with your request."
        ),
    ),
    ("rejected", "loan"): (
        call("createLoanOffer", **(LOAN | {"duration": "1"})),
        '{"success":0,"error":"Duration must be at least 2 days."}',
    ),
    ("rejected", "loan_rate"): (
        call("createLoanOffer", **(LOAN | {"lendingRate": "0.06"})),
        '{"success":0,"error":"Rate cannot be greater than 5%."}',
    ),
    ("order_not_found", ""): (
        gone("cancelOrder"),
        '{"error":"Invalid order number, or you are not the person who placed the order.","success":0}',
    ),
    ("order_not_found", "completed"): (
        gone("cancelOrder", members="2022"),
        '{"error":"Order 9007199254740993 is either completed or does not exist.","success":0}',
    ),
    ("order_not_found", "client_order_id"): (
        call("cancelOrder", clientOrderId="5"),
        '{"error":"Order with clientOrderId 5 is either completed or does not exist.","success":0}',
    ),
    ("order_not_found", "trades"): (gone("returnOrderTrades"), error(NOT_THERE)),
    ("order_not_found", "status"): (
        gone("returnOrderStatus"),
        f'{{"result":{{"error":"{NOT_THERE}"}},"success":0}}',
    ),
    ("order_not_found", "zero"): (
        call("cancelOrder", orderNumber="0"),
        error("Transaction failed. Please try again."),
    ),
    ("order_not_found", "loan"): (
        call("cancelLoanOffer", orderNumber="5"),
        '{"error":"Error canceling loan order, or you are not the person who placed it.","success":0}',
    ),
    ("order_not_found", "renew"): (
        call("toggleAutoRenew", orderNumber="5"),
        '{"success":0,"message":"Loan not found, or you are not the person who placed it."}',
    ),
    ("unavailable", ""): (carried("unavailable"), error("Connection timed out. Please try again.")),
    ("unavailable", "book"): (carried("unavailable:book"), error("Error pulling order book")),
    ("unavailable", "transaction"): (
        carried("unavailable:transaction"),
        error("Transaction failed. Please try again."),
    ),
    ("internal_error", ""): (carried("internal_error"), error("Internal error. Please try again.")),
}

#: Rows that take a socket, or more trades than a test has: shown below, and among the charts.
ELSEWHERE: set[Row] = {
    ("too_large", ""),
    ("too_large", "headers"),
    ("invalid_request", ""),
    ("invalid_parameter", "public_range"),
}
ROWS = {(row.refusal.value, row.variant): row for row in DIALECT.refusals}


def test_every_row_has_a_cause() -> None:
    assert set(CAUSES) | ELSEWHERE == set(ROWS)
    assert not set(CAUSES) & ELSEWHERE


@pytest.mark.parametrize("row", CAUSES, ids=":".join)
def test_a_refusal_is_told_to_the_byte(row: Row) -> None:
    cause, body = CAUSES[row]
    entry = cause()
    answer = answer_of(entry)
    assert entry.refused is not None
    assert (entry.refused.refusal.value, entry.refused.variant if row[1] else "") == row
    for name in ("address", "margin"):
        body = body.replace(f"{{{name}}}", str(entry.refused.facts.get(name)))
    assert (answer.status, answer.body.decode()) == (ROWS[row].status, body)
    assert answer.reason == ("" if answer.status == 422 else None)


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"what is this\r\n\r\n", 400),
        (b"GET /public HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 70_000 + b"\r\n\r\n", 431),
        (b"POST /tradingApi HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n", 413),
    ],
    ids=["no HTTP", "headers", "body"],
)
def test_what_cannot_be_read_is_no_command(request_bytes: bytes, status: int) -> None:
    with MockExchange("poloniex") as exchange:
        reply = ask(exchange, request_bytes)
    assert (reply.status, reply.body) == (status, b'{"error":"Invalid command."}')
