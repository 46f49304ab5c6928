"""Random days at Poloniex: whatever two customers do, no money is made or lost, and doing it again gives the same."""

from __future__ import annotations

from typing import TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.core.exchange import Exchange
from mockserver.core.ledger import ESCROW
from mockserver.dialects.poloniex.loans import LoanMarket
from tests.mockserver.poloniex.poloniex_setup import KEY, Customer, answer_of, new_exchange
from tests.mockserver.trading.invariants import check_the_account, check_the_ledger

Step: TypeAlias = tuple[int, str, dict[str, str]]

PAIRS = st.sampled_from(["BTC_ETH", "USDT_BTC", "USDT_ETH"])
RATES = st.sampled_from(["0.05", "0.0665", "0.067", "0.1", "2000", "29000", "31000"])
AMOUNTS = st.sampled_from(["0.001", "0.05", "0.3", "1", "2.5", "8"])
ACCOUNTS = st.sampled_from(["exchange", "margin", "lending"])
CURRENCIES = st.sampled_from(["BTC", "ETH", "USDT"])
NUMBERS = st.sampled_from(["{last}", "{first}", "1002013188", "1002013189", "7"])
SWITCH = st.sampled_from(["0", "1"])


def command(name: str, **parameters: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, dict[str, str]]]:
    return st.tuples(st.just(name), st.fixed_dictionaries(parameters))


ORDER = {"currencyPair": PAIRS, "rate": RATES, "amount": AMOUNTS}
COMMANDS = st.one_of(
    command("buy", **ORDER, immediateOrCancel=SWITCH),
    command("sell", **ORDER, postOnly=SWITCH),
    command("cancelOrder", orderNumber=NUMBERS),
    command("moveOrder", orderNumber=NUMBERS, rate=RATES),
    command("cancelReplace", orderNumber=NUMBERS, rate=RATES, amount=AMOUNTS),
    command("cancelAllOrders"),
    command("transferBalance", currency=CURRENCIES, amount=AMOUNTS, fromAccount=ACCOUNTS, toAccount=ACCOUNTS),
    command("marginBuy", **ORDER),
    command("marginSell", **ORDER),
    command("closeMarginPosition", currencyPair=PAIRS),
    command(
        "createLoanOffer",
        currency=CURRENCIES,
        amount=AMOUNTS,
        duration=st.just("2"),
        autoRenew=SWITCH,
        lendingRate=st.sampled_from(["0.0001", "0.01"]),
    ),
    command("cancelLoanOffer", orderNumber=NUMBERS),
    command("toggleAutoRenew", orderNumber=NUMBERS),
    command("swapCurrencies", fromCurrency=st.just("BTC"), toCurrency=st.just("WBTC"), amount=AMOUNTS),
    command("withdraw", currency=CURRENCIES, amount=AMOUNTS, address=st.just("somewhere")),
    command("returnActiveLoans"),
    command("returnMarginAccountSummary"),
    command("returnCompleteBalances", account=st.just("all")),
)
DAYS = st.lists(st.tuples(st.integers(0, 1), COMMANDS), min_size=5, max_size=30)


def lived(steps: list[tuple[int, tuple[str, dict[str, str]]]]) -> tuple[Exchange, list[bytes]]:
    """Let two customers of one exchange do something every seven hours; return what they were told."""
    exchange = new_exchange(seed=3)
    people = [
        Customer(exchange, key=key, permissions=["read", "trade", "withdraw"], balances={"BTC": "5", "ETH": "9"})
        for key in (KEY, KEY[::-1])
    ]
    for person in people:
        person.ask("transferBalance", currency="BTC", amount="1", fromAccount="exchange", toAccount="margin")
        person.ask("transferBalance", currency="BTC", amount="1", fromAccount="exchange", toAccount="lending")
    told: list[bytes] = []
    numbers = ["7"]
    for who, (name, parameters) in steps:
        people[who].now = people[0].now = people[0].now + 7 * 3_600_000
        filled = {key: value.format(first=numbers[0], last=numbers[-1]) for key, value in parameters.items()}
        told.append(answer_of(people[who].call(name, **filled)).body)
        numbers += [str(order.order_id) for person in (1, 2) for order in exchange.venue.orders_of(person)][-1:]
    return exchange, told


def check_the_loans(exchange: Exchange) -> None:
    """What lies in the exchange's keeping is what is offered and lent."""
    loans = exchange.venue.desk(1, 0).venue_annex(LoanMarket)
    for currency in exchange.venue.currencies:
        owned = [loan.amount for loan in (*loans.offers.values(), *loans.lent.values()) if loan.currency == currency]
        assert exchange.venue.ledger.available(ESCROW, currency) == sum(owned)


@settings(max_examples=60)
@given(steps=DAYS)
def test_whatever_two_customers_do_money_is_neither_made_nor_lost(
    steps: list[tuple[int, tuple[str, dict[str, str]]]],
) -> None:
    exchange, told = lived(steps)
    assert exchange.own_faults == []
    check_the_ledger(exchange.venue)
    for account_id in (1, 2):
        check_the_account(exchange.venue, account_id)
    check_the_loans(exchange)
    assert lived(steps)[1] == told
