"""Trading on margin at Poloniex: orders on borrowed money, the positions they make, and what may leave the account."""

from decimal import Decimal
from typing import Any

import pytest

from tests.mockserver.poloniex.poloniex_setup import DATE, NOW, Customer, new_exchange, said

PAIR = "BTC_ETH"
LONG = {"currencyPair": PAIR, "rate": "0.07", "amount": "1.5"}
SHORT = {"currencyPair": PAIR, "rate": "0.06", "amount": "1.5"}


def trader(btc: str = "0.5") -> Customer:
    """Somebody with so many BTC in the margin account."""
    customer = Customer()
    customer.ask("transferBalance", currency="BTC", amount=btc, fromAccount="exchange", toAccount="margin")
    return customer


def position(customer: Customer) -> Any:
    return customer.ask("getMarginPosition", currencyPair=PAIR)


def test_an_order_on_margin_that_rests_has_no_trades() -> None:
    customer = trader()
    entry = customer.call("marginBuy", **(LONG | {"rate": "0.02", "clientOrderId": "5"}))
    body = (
        b'{"orderNumber":"9007199254740993","resultingTrades":[],"message":"Margin order placed.","clientOrderId":"5"}'
    )
    assert said(entry) == (200, body)
    (order,) = customer.ask("returnOpenOrders", currencyPair=PAIR)
    assert (order["margin"], order["type"], order["amount"]) == (1, "buy", "1.50000000")
    assert customer.ask("cancelOrder", orderNumber=order["orderNumber"])["success"] == 1
    assert customer.ask("returnAvailableAccountBalances", account="margin") == {"margin": {"BTC": "0.50000000"}}


def test_a_long_position_owes_what_it_cost() -> None:
    customer = trader()
    placed = customer.ask("marginBuy", **LONG)
    assert list(placed["resultingTrades"]) == [PAIR]
    (trade,) = placed["resultingTrades"][PAIR]
    held = position(customer)
    assert (held["type"], held["amount"], held["total"]) == ("long", "1.50000000", f"-{trade['total']}")
    assert held["basePrice"] == trade["rate"]
    assert float(held["pl"]) == pytest.approx(0, abs=1e-8)  # the last price is its own
    assert held["liquidationPrice"] == -1 or held["liquidationPrice"] < float(trade["rate"])
    (mine,) = customer.ask("returnTradeHistory", currencyPair=PAIR)
    assert mine["category"] == "marginTrade"
    used = customer.ask("returnActiveLoans")["used"]
    assert [(loan["currency"], loan["amount"]) for loan in used] == [("BTC", trade["total"])]
    assert used[0]["date"] == DATE


def test_a_short_position_owes_what_it_sold() -> None:
    customer = trader()
    (trade,) = customer.ask("marginSell", **SHORT)["resultingTrades"][PAIR]
    held = position(customer)
    assert (held["type"], held["amount"], held["total"]) == ("short", "-1.50000000", trade["total"])
    assert held["liquidationPrice"] > float(trade["rate"])
    assert customer.ask("returnActiveLoans")["used"][0]["currency"] == "ETH"
    assert customer.ask("getMarginPosition", currencyPair="all") == {PAIR: held}


def test_the_summary_tells_what_was_borrowed_and_how_well_it_is_covered() -> None:
    customer = trader()
    (trade,) = customer.ask("marginBuy", **LONG)["resultingTrades"][PAIR]
    summary = customer.ask("returnMarginAccountSummary")
    assert summary["totalBorrowedValue"] == trade["total"]
    fee = float(trade["total"]) * 0.0025
    assert float(summary["totalValue"]) == pytest.approx(0.5 - fee, abs=1e-7)
    assert float(summary["netValue"]) == pytest.approx(float(summary["totalValue"]) + float(summary["pl"]), abs=1e-7)
    assert float(summary["currentMargin"]) == pytest.approx(
        float(summary["netValue"]) / float(trade["total"]), abs=1e-7
    )


def test_margin_allows_to_trade_more_than_is_there() -> None:
    tradable = trader().ask("returnTradableBalances")[PAIR]
    assert float(tradable["BTC"]) == pytest.approx(1.25)
    assert float(tradable["ETH"]) == pytest.approx(1.25 / 0.06666666)


def test_a_position_is_closed_at_market() -> None:
    customer = trader()
    customer.ask("marginBuy", **LONG)
    closed = customer.ask("closeMarginPosition", currencyPair=PAIR)
    assert closed["message"] == "Successfully closed margin position."
    assert [trade["type"] for trade in closed["resultingTrades"][PAIR]] == ["sell"]
    assert position(customer)["type"] == "none"
    assert customer.ask("returnActiveLoans")["used"] == []
    again = b'{"success":1,"message":"You do not have an open position in this market.","resultingTrades":[]}'
    assert said(customer.call("closeMarginPosition", currencyPair=PAIR)) == (200, again)


def test_an_order_that_makes_a_position_smaller_may_be_small() -> None:
    customer = trader()
    customer.ask("marginBuy", **LONG)
    small = {"currencyPair": PAIR, "rate": "0.06", "amount": "0.1"}
    assert customer.ask("marginSell", **small)["message"] == "Margin order placed."
    assert position(customer)["amount"] == "1.40000000"


def test_an_order_on_margin_is_moved_without_its_flags() -> None:
    customer = trader()
    number = customer.ask("marginBuy", **(LONG | {"rate": "0.02"}))["orderNumber"]
    moved = customer.ask("moveOrder", orderNumber=number, rate="0.07", postOnly="1")
    assert len(moved["resultingTrades"][PAIR]) == 1
    assert position(customer)["type"] == "long"


@pytest.mark.parametrize(
    ("change", "status", "body"),
    [
        ({"rate": "x", "amount": "x"}, 422, '{"error":"Invalid rate parameter."}'),
        ({"amount": "-1"}, 422, '{"error":"Invalid amount parameter."}'),
        ({"rate": "0.0000001"}, 422, '{"error":"Total must be at least 0.0001."}'),
        ({"rate": "0.01"}, 422, '{"error":"Total must be at least 0.02."}'),
        ({"currencyPair": ""}, 422, '{"error":"Required parameter missing."}'),
        ({"currencyPair": "USDT_BTC", "rate": "100"}, 422, '{"error":"Invalid currencyPair parameter."}'),
        ({"lendingRate": "x"}, 422, '{"error":"Invalid lendingRate parameter."}'),
        ({"lendingRate": "2"}, 200, '{"success":0,"error":"Rate cannot be greater than 5%."}'),
        ({"clientOrderId": "x"}, 422, '{"error":"Invalid clientOrderId parameter."}'),
        ({"amount": "20"}, 200, '{"error":"Not enough BTC."}'),
        ({"rate": "1000000000.1"}, 422, '{"error":"Rate must be less than 1000000000."}'),
    ],
)
def test_an_order_on_margin_is_refused(change: dict[str, str], status: int, body: str) -> None:
    customer = trader()
    assert said(customer.call("marginBuy", **(LONG | change))) == (status, body.encode())
    assert position(customer)["type"] == "none"


def test_a_loan_of_five_per_cent_is_just_not_too_dear() -> None:
    assert trader().ask("marginBuy", **(LONG | {"lendingRate": "0.05"}))["message"] == "Margin order placed."


def test_where_positions_may_only_shrink_none_is_opened() -> None:
    customer = Customer(new_exchange(habits={"market": "reduce only"}))
    customer.ask("transferBalance", currency="BTC", amount="0.5", fromAccount="exchange", toAccount="margin")
    refused = (200, b'{"error":"You may only place orders that reduce your position."}')
    assert said(customer.call("marginBuy", **LONG)) == refused


def test_money_that_a_position_needs_leaves_only_when_that_is_confirmed() -> None:
    customer = trader("0.12")
    customer.ask("marginBuy", **LONG)
    leaving = {"currency": "BTC", "amount": "0.07", "fromAccount": "margin", "toAccount": "exchange"}
    status, body = said(customer.call("transferBalance", **leaving))
    assert status == 200
    assert body.startswith(
        b'{"error":"Transferring 0.07000000 BTC from your margin account would bring your current margin to '
    )
    assert body.endswith(
        b"%, putting you in greater danger of a forced liquidation. Please confirm this action by passing confirmed=1 "
        b'with your request."}'
    )
    assert customer.ask("transferBalance", **leaving, confirmed="1")["success"] == 1


def test_a_position_that_the_exchange_closes_is_a_settlement() -> None:
    customer = trader("0.05")
    customer.ask("marginBuy", **LONG)
    customer.exchange.venue.move_price("ETH/BTC", Decimal("0.035"), NOW)
    assert position(customer)["type"] == "none"
    newest, oldest = customer.ask("returnTradeHistory", currencyPair=PAIR)
    assert (newest["type"], newest["category"]) == ("sell", "settlement")
    assert oldest["category"] == "marginTrade"
