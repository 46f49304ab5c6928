"""The examples of the EXMO page, held against our answers: the same members in the same order, of the same kinds."""

import json
import re
from collections.abc import Callable
from decimal import Decimal

import pytest

from mockserver.core.orders import Side
from mockserver.core.wallets import Wallet
from signer import Request
from tests.mockserver.exmo.exmo_talk import NOW, Talk, body_of

#: Names that are data: pairs and currencies.
DATA = re.compile(r"[A-Z0-9]+(_[A-Z0-9]+)?").fullmatch

NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?").fullmatch


def kinds(value: object) -> object:
    """Return what a value is made of; of what is alike (rows, pairs, currencies) the first alone."""
    match value:
        case dict() if value and all(DATA(name) for name in value):
            return {"DATA": kinds(next(iter(value.values())))}
        case dict():
            return [(name, kinds(member)) for name, member in value.items()]
        case list() if value and all(isinstance(item, str) and not NUMBER(item) for item in value):
            return ["text"]
        case list() if value and all(isinstance(item, str) for item in value):
            return [kinds(item) for item in value]
        case list():
            return [kinds(item) for item in value[:1]]
        case bool():
            return "flag"
        case int() | float() | Decimal():
            return "number"
        case str():
            return "number in quotes" if NUMBER(value) else "text"
    raise TypeError(f"{value!r} is no JSON")


def traded(talk: Talk) -> None:
    """Buy at a price that rests, and let it be met."""
    talk.buy(price="30126", quantity="0.25")
    talk.ask("order_create", pair="BTC_USD", quantity="0.25", price="30126", type="sell")


def looked(method: str, **parameters: object) -> Callable[[Talk], object]:
    return lambda talk: talk.look(method, **parameters)


def asked(method: str, **parameters: object) -> Callable[[Talk], object]:
    return lambda talk: talk.ask(method, **parameters)


def placed(talk: Talk) -> object:
    return talk.ask("order_create", pair="BTC_USD", quantity="0.25", price="20000", type="buy")


def stopped(talk: Talk) -> object:
    return talk.ask("stop_market_order_create", pair="BTC_USD", quantity="0.1", trigger_price="28000", type="sell")


def both_open(talk: Talk) -> object:
    talk.buy(price="29000", quantity="0.25")
    stopped(talk)
    return talk.ask("user_open_orders")


def own_deals(talk: Talk) -> object:
    traded(talk)
    return talk.ask("user_trades", pair="BTC_USD")


def deals_of_the_purchase(talk: Talk) -> object:
    traded(talk)
    bought = talk.ask("user_trades", pair="BTC_USD")["BTC_USD"][-1]
    assert bought["type"] == Side.BUY
    return talk.ask("order_trades", order_id=bought["order_id"])


def cancelled(talk: Talk) -> object:
    talk.ask("order_cancel", order_id=talk.buy())
    return talk.ask("user_cancelled_orders")


def sent(talk: Talk) -> str:
    answer = talk.ask("withdraw_crypt", amount="0.1", currency="BTC", address="1ExampleAddr")
    return str(answer["task_id"])


def withdrawn(talk: Talk) -> object:
    talk.key.venue.complete_withdrawal(talk.key.account, int(sent(talk)), NOW)
    return talk.ask("wallet_history")


def transaction(talk: Talk) -> object:
    task = sent(talk)
    talk.key.venue.complete_withdrawal(talk.key.account, int(task), NOW)
    return talk.ask("withdraw_get_txid", task_id=task)


def deposited(talk: Talk) -> object:
    talk.key.venue.deposit(talk.key.account, "BTC", Decimal("0.2"), NOW)
    return talk.ask("wallet_operations")


def margin_wallet(talk: Talk) -> object:
    desk = talk.exchange.desk(talk.key.credentials.key, NOW)
    desk.transfer("USD", Decimal(10), Wallet.SPOT, Wallet.MARGIN)
    return {"wallets": {"USD": talk.ask("margin/user/wallet/list")["wallets"]["USD"]}}


CANDLES = {"symbol": "BTC_USD", "resolution": "1", "from": 1_699_999_990, "to": 1_700_000_060}

EXAMPLES: dict[str, tuple[str, Callable[[Talk], object]]] = {
    "3.1": (
        '{"BTC_USD":[{"trade_id":9001,"date":1700000042,"type":"sell","quantity":"0.5","price":"30100.2",'
        '"amount":"15050.1"}]}',
        looked("trades", pair="BTC_USD"),
    ),
    "3.2": (
        '{"BTC_USD":{"ask_quantity":"0.7","ask_amount":"21091.5","ask_top":"30130","bid_quantity":"1",'
        '"bid_amount":"30120","bid_top":"30120","ask":[["30130","0.5","15065"],["30132.5","0.2","6026.5"]],'
        '"bid":[["30120","1","30120"]]}}',
        looked("order_book", pair="BTC_USD"),
    ),
    "3.3": (
        '{"BTC_USD":{"buy_price":"30120","sell_price":"30130","last_trade":"30125.5","high":"30500","low":"29800",'
        '"avg":"30110.25","vol":"12.5","vol_curr":"376378.125","updated":1700000050}}',
        looked("ticker"),
    ),
    "3.4": (
        '{"BTC_USD":{"min_quantity":"0.0001","max_quantity":"1000","min_price":"1","max_price":"200000",'
        '"max_amount":"500000","min_amount":"1","price_precision":2,"commission_taker_percent":"0.3",'
        '"commission_maker_percent":"0.3"}}',
        looked("pair_settings"),
    ),
    "3.5": ('["BTC","ETH","USD"]', looked("currency")),
    "3.6": (
        '[{"name":"BTC","description":"Bitcoin"},{"name":"USD","description":"US Dollar"}]',
        looked("currency/list/extended"),
    ),
    "3.7": (
        '{"quantity":"2","amount":"60262.5","avg_price":"30131.25"}',
        looked("required_amount", pair="BTC_USD", quantity="2"),
    ),
    "3.8": (
        '{"candles":[{"t":1700000040000,"o":30100,"c":30125.5,"h":30130,"l":30099.5,"v":1.25}]}',
        looked("candles_history", **CANDLES),
    ),
    "3.9": (
        '{"BTC":[{"type":"deposit","name":"BTC","currency_name":"BTC","min":"0.001","max":"0","enabled":true,'
        '"comment":"","commission_desc":"0%","currency_confirmations":1},{"type":"withdraw","name":"BTC",'
        '"currency_name":"BTC","min":"0.001","max":"350","enabled":true,"comment":"","commission_desc":"0.0005 BTC",'
        '"currency_confirmations":6}]}',
        looked("payments/providers/crypto/list"),
    ),
    "4.1": (
        '{"uid":4242,"server_date":1700000060,"balances":{"BTC":"0.5","USD":"1000"},"reserved":{"BTC":"0",'
        '"USD":"150"}}',
        asked("user_info"),
    ),
    "4.2": ('{"result":true,"error":"","order_id":36000000001}', placed),
    "4.4": (
        '{"client_id":0,"parent_order_id":507056272792275001,"parent_order_id_str":"507056272792275001"}',
        stopped,
    ),
    "4.6": (
        '{"BTC_USD":[{"order_id":"36000000001","client_id":"0","created":"1700000070","type":"buy","pair":"BTC_USD",'
        '"quantity":"0.25","price":"29000","amount":"7250"},{"parent_order_id":"507056272792275001","client_id":"0",'
        '"created":"1700000071","type":"stop_market_sell","pair":"BTC_USD","quantity":"0.1","trigger_price":"28000",'
        '"amount":"2800"}]}',
        both_open,
    ),
    "4.7": (
        '{"BTC_USD":[{"trade_id":9002,"client_id":0,"date":1700000080,"type":"buy","pair":"BTC_USD",'
        '"quantity":"0.25","price":"29000","amount":"7250","order_id":36000000001,"exec_type":"maker",'
        '"commission_amount":"0.00075","commission_currency":"BTC","commission_percent":"0.3"}]}',
        own_deals,
    ),
    "4.8": (
        '[{"order_id":"36000000002","client_id":"0","created":"1700000090","type":"sell","pair":"BTC_USD",'
        '"quantity":"0.1","price":"40000","amount":"4000"}]',
        cancelled,
    ),
    "4.10": ('{"BTC":"1ExampleAddr","XRP":"rExampleAddress,1234"}', asked("deposit_address")),
    "4.11": (
        '{"result":true,"error":"","task_id":"700001"}',
        asked("withdraw_crypt", amount="0.1", currency="BTC", address="1ExampleAddr"),
    ),
    "4.12": ('{"result":true,"error":"","status":true,"txid":"ab12"}', transaction),
    "4.16": (
        '{"result":true,"error":"","begin":"1699920000","end":"1700006400","history":[{"dt":1700000100,'
        '"type":"withdrawal","curr":"BTC","status":"paid","provider":"BTC","amount":"-0.1",'
        '"account":"BTC: 1ExampleAddr","txid":"ab12"}]}',
        withdrawn,
    ),
    "4.17": (
        '{"items":[{"operation_id":47412538520634001,"created":1700000110,"updated":1700000111,"type":"deposit",'
        '"currency":"BTC","status":"Paid","amount":"0.2","provider":"BTC","commission":"0","account":"",'
        '"order_id":69000001,"extra":{"txid":"cd34","excode":"","invoice":""},"error":""}],"count":1}',
        deposited,
    ),
    "5": ('{"wallets":{"USD":{"balance":"10","free":"6","used":"4"}}}', margin_wallet),
}


@pytest.mark.parametrize("section", EXAMPLES)
def test_an_answer_is_made_like_the_example(section: str) -> None:
    example, provoke = EXAMPLES[section]
    assert kinds(provoke(Talk())) == kinds(json.loads(example, parse_float=Decimal))


def test_both_kinds_of_open_orders_are_made_like_the_example() -> None:
    example = json.loads(EXAMPLES["4.6"][0])["BTC_USD"]
    talk = Talk()
    ours = both_open(talk)
    assert isinstance(ours, dict)
    assert [kinds(row) for row in ours["BTC_USD"]] == [kinds(row) for row in example]


def test_a_purchase_says_what_came_in_and_went_out_like_the_example() -> None:
    example = (
        '{"type":"buy","in_currency":"BTC","in_amount":"0.25","out_currency":"USD","out_amount":"7250","trades":'
        '[{"trade_id":9002,"client_id":0,"date":1700000080,"type":"buy","pair":"BTC_USD","order_id":36000000001,'
        '"quantity":"0.25","price":"29000","amount":"7250","exec_type":"maker","commission_amount":"0.00075",'
        '"commission_currency":"BTC","commission_percent":"0.3"}]}'
    )
    # The order stands before the amounts here, and behind them in 4.7.
    assert kinds(deals_of_the_purchase(Talk())) == kinds(json.loads(example))


@pytest.mark.parametrize(
    ("request_body", "body"),
    [
        ("order_cancel", b'{"result":true,"error":""}'),
        ("stop_market_order_cancel", b"{}"),
    ],
)
def test_a_cancelled_order_is_answered_to_the_byte(request_body: str, body: bytes) -> None:
    talk = Talk()
    stop = talk.ask("stop_market_order_create", pair="BTC_USD", quantity="0.1", trigger_price="28000", type="sell")
    form = f"order_id={talk.buy()}&parent_order_id={stop['parent_order_id_str']}"
    assert body_of(talk.serve(talk.signed(request_body, form))) == body


def test_the_captured_probe_of_an_order_book_is_answered_to_the_byte() -> None:
    entry = Talk().serve(Request(method="GET", target=b"/v1.1/order_book"))
    assert body_of(entry) == b'{"error":"Error 50013: Parameter \'pair\' is not specified","result":false}'
