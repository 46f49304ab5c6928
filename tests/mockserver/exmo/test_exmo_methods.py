"""What the private methods do and how their answers look, version by version."""

import json

import pytest

from signer import Request
from tests.mockserver.exmo.exmo_talk import Talk, body_of


def test_user_info_lists_every_currency_in_both_maps() -> None:
    talk = Talk(balances={"USD": "1000", "BTC": "0.5"})
    talk.buy(price="600", quantity="0.25")
    answer = talk.ask("user_info")
    assert list(answer) == ["uid", "server_date", "balances", "reserved"]
    assert answer["server_date"] == 1_700_000_060
    assert isinstance(answer["uid"], int)
    assert answer["balances"] == {
        "BTC": "0.5",
        "USD": "850",
        "EUR": "0",
        "USDT": "0",
        "ETH": "0",
        "1INCH": "0",
        "XRP": "0",
    }
    assert answer["reserved"] == {
        "BTC": "0",
        "USD": "150",
        "EUR": "0",
        "USDT": "0",
        "ETH": "0",
        "1INCH": "0",
        "XRP": "0",
    }


def test_a_new_account_holds_the_opening_balances() -> None:
    balances = Talk().ask("user_info")["balances"]
    assert {name: balances[name] for name in ("BTC", "ETH", "USDT", "USD")} == {
        "BTC": "1",
        "ETH": "10",
        "USDT": "10000",
        "USD": "10000",
    }


def test_an_order_is_answered_with_a_number_of_eleven_digits() -> None:
    talk = Talk()
    entry = talk.serve(talk.signed("order_create", "pair=BTC_USD&quantity=0.25&price=20000&type=buy"))
    assert body_of(entry) == b'{"result":true,"error":"","order_id":36000000001}'
    assert [effect.kind for effect in entry.effects] == ["order_placed"]


def test_a_client_id_is_echoed_by_the_order_and_by_every_list() -> None:
    talk = Talk()
    answer = talk.ask(
        "order_create", pair="BTC_USD", quantity="0.1", price="40000.5", type="buy", client_id="999999999999999999"
    )
    assert answer["client_id"] == 999_999_999_999_999_999
    order_id = talk.buy(client_id="7")
    assert talk.ask("user_open_orders")["BTC_USD"][-1]["client_id"] == "7"
    assert talk.ask("user_trades", pair="BTC_USD")["BTC_USD"][0]["client_id"] == 999_999_999_999_999_999
    talk.ask("order_cancel", order_id=order_id)
    assert talk.ask("user_cancelled_orders")[0]["client_id"] == "7"


@pytest.mark.parametrize("client_id", ["0", "-1", "1.5", "x", "9223372036854775808"])
def test_a_client_id_is_a_positive_integer(client_id: str) -> None:
    answer = Talk().ask("order_create", pair="BTC_USD", quantity="0.25", price="20000", type="buy", client_id=client_id)
    assert answer == {"result": False, "error": "Error 50049: Parameter is not a number 'client_id'"}


@pytest.mark.parametrize("price", ["1e4", "1,5", "0x10", "\u0661", "NaN", "Infinity", "1_000", "--1", "9" * 60])
def test_only_plain_decimals_are_numbers(price: str) -> None:
    answer = Talk().ask("order_create", pair="BTC_USD", quantity="0.25", price=price, type="buy")
    assert answer["error"] == "Error 50049: Parameter is not a number 'price'"


@pytest.mark.parametrize(("price", "quantity"), [("20000.10", "0.250000000000"), ("020000.", "+.25")])
def test_trailing_zeros_and_the_like_change_nothing(price: str, quantity: str) -> None:
    talk = Talk()
    talk.buy(price=price, quantity=quantity)
    assert talk.ask("user_open_orders")["BTC_USD"][0]["quantity"] == "0.25"


def test_a_quantity_has_eight_decimals_at_most() -> None:
    answer = Talk().ask("order_create", pair="BTC_USD", quantity="0.123456789", price="20000", type="buy")
    assert answer["error"] == "Error 50381: More than 8 decimal places are not permitted for pair BTC_USD"


def test_open_orders_are_text_by_pair_and_show_what_is_left() -> None:
    talk = Talk()
    assert talk.ask("user_open_orders") == {}
    order_id = talk.buy(price="29000", quantity="0.25")
    row = {
        "order_id": str(order_id),
        "client_id": "0",
        "created": "1700000060",
        "type": "buy",
        "pair": "BTC_USD",
        "quantity": "0.25",
        "price": "29000",
        "amount": "7250",
    }
    assert talk.ask("user_open_orders") == {"BTC_USD": [row]}
    assert list(talk.ask("user_open_orders", version="v1")["BTC_USD"][0]) == [
        name for name in row if name != "client_id"
    ]
    assert talk.ask("user_open_orders", pair="BTC_USD") == {"BTC_USD": [row]}
    assert talk.ask("user_open_orders", pair="ETH_USD") == {}
    assert talk.ask("user_open_orders", pair="NONE") == {}
    assert talk.ask("user_open_orders", nonsense="1", page="x") == {"BTC_USD": [row]}


def test_an_open_order_that_traded_in_part_shows_the_rest() -> None:
    talk = Talk()
    talk.buy(price="30126", quantity="0.25")
    talk.ask("order_create", pair="BTC_USD", quantity="0.1", price="30126", type="sell")
    (row,) = talk.ask("user_open_orders")["BTC_USD"]
    assert (row["quantity"], row["amount"]) == ("0.15", "4518.9")


def test_cancelling_says_so_once() -> None:
    talk = Talk()
    order_id = talk.buy()
    entry = talk.serve(talk.signed("order_cancel", f"order_id={order_id}"))
    assert body_of(entry) == b'{"result":true,"error":""}'
    assert talk.ask("order_cancel", order_id=order_id)["error"] == f"Error 50173: Order was not found '#{order_id}'"
    assert talk.ask("user_open_orders") == {}


@pytest.mark.parametrize("order_id", ["x", "-1", "9" * 400, "1.0", '"<'])
def test_what_is_no_order_id_is_not_found(order_id: str) -> None:
    talk = Talk()
    for method in ("order_cancel", "order_trades"):
        assert "was not found" in talk.ask(method, order_id=order_id)["error"]


def test_cancelled_orders_look_like_open_ones_or_as_version_one_documents() -> None:
    talk = Talk()
    assert talk.ask("user_cancelled_orders") == []
    orders = [talk.buy(price="20000", quantity="0.1"), talk.buy(price="20001", quantity="0.1")]
    for order_id in orders:
        talk.ask("order_cancel", order_id=order_id)
    newest, oldest = talk.ask("user_cancelled_orders")
    assert (newest["order_id"], oldest["order_id"]) == (str(orders[1]), str(orders[0]))
    assert newest["amount"] == "2000.1"
    assert talk.ask("user_cancelled_orders", limit=1, offset=1) == [oldest]
    assert talk.ask("user_cancelled_orders", version="v1")[1] == {
        "date": 1_700_000_060,
        "order_id": orders[0],
        "order_type": "buy",
        "pair": "BTC_USD",
        "price": 20000,
        "quantity": 0.1,
        "amount": 2000,
    }


def test_a_deal_is_shown_with_its_commission() -> None:
    talk = Talk()
    maker = talk.buy(price="30126", quantity="0.25")
    taker = talk.ask("order_create", pair="BTC_USD", quantity="0.1", price="30126", type="sell")["order_id"]
    sold, bought = talk.ask("user_trades", pair="BTC_USD")["BTC_USD"]
    assert list(bought) == [
        "trade_id",
        "client_id",
        "date",
        "type",
        "pair",
        "quantity",
        "price",
        "amount",
        "order_id",
        "exec_type",
        "commission_amount",
        "commission_currency",
        "commission_percent",
    ]
    assert (bought["order_id"], bought["exec_type"], bought["type"]) == (maker, "maker", "buy")
    assert (bought["commission_amount"], bought["commission_currency"]) == ("0.0003", "BTC")
    assert (sold["order_id"], sold["exec_type"], sold["type"]) == (taker, "taker", "sell")
    assert (sold["commission_amount"], sold["commission_currency"]) == ("9.0378", "USD")
    assert (sold["commission_percent"], sold["amount"]) == ("0.3", "3012.6")


def test_deals_of_version_one_are_numbers_without_a_commission() -> None:
    talk = Talk()
    talk.ask("order_create", pair="BTC_USD", quantity="0.01", price="40000", type="buy")
    entry = talk.serve(talk.signed("user_trades", "pair=BTC_USD", version="v1"))
    row = json.loads(body_of(entry))["BTC_USD"][0]
    assert list(row) == ["trade_id", "date", "type", "pair", "quantity", "price", "amount", "order_id"]
    assert b'"quantity":0.01,' in body_of(entry)


def test_deals_are_keyed_by_every_known_pair_of_the_list() -> None:
    talk = Talk()
    assert talk.ask("user_trades", pair="BTC_USD,ETH_USD,NO_PAIR") == {"BTC_USD": [], "ETH_USD": []}
    assert talk.ask("user_trades")["error"] == "Error 50013: Parameter 'pair' is not specified"


def test_the_deals_of_an_order_say_what_went_in_and_out() -> None:
    talk = Talk()
    talk.buy(price="30126", quantity="0.25")
    sold = talk.ask("order_create", pair="BTC_USD", quantity="0.1", price="30126", type="sell")["order_id"]
    answer = talk.ask("order_trades", order_id=sold)
    assert {name: answer[name] for name in answer if name != "trades"} == {
        "type": "sell",
        "in_currency": "USD",
        "in_amount": "3012.6",
        "out_currency": "BTC",
        "out_amount": "0.1",
    }
    assert [trade["order_id"] for trade in answer["trades"]] == [sold]
    resting = talk.buy()
    assert talk.ask("order_trades", order_id=resting)["error"] == f"Error 50304: Order was not found '{resting}'"


def test_a_market_order_takes_what_stands_in_the_book() -> None:
    talk = Talk()
    assert talk.ask("order_create", pair="BTC_USD", quantity="0.01", price="0", type="market_buy")["result"] is True
    total = talk.ask("order_create", pair="BTC_USD", quantity="100", price="0", type="market_buy_total")
    assert total["result"] is True
    spent = talk.ask("order_trades", order_id=total["order_id"])["out_amount"]
    assert 99 < float(spent) <= 100
    assert talk.ask("user_open_orders") == {}
    assert talk.ask("order_create", pair="BTC_USD", quantity="-1", price="0", type="market_sell")["result"] is False


def test_there_is_an_address_for_every_chain_and_none_for_money_of_states() -> None:
    talk = Talk()
    addresses = talk.ask("deposit_address")
    assert set(addresses) == {"BTC", "ETH", "USDT", "USDTERC20", "USDTTRC20", "1INCH", "1INCHERC20", "XRP"}
    assert len(set(addresses.values())) == len(addresses)
    assert talk.ask("deposit_address") == addresses


def test_a_withdrawal_is_answered_with_a_task_as_text() -> None:
    talk = Talk()
    entry = talk.serve(talk.signed("withdraw_crypt", "amount=0.5&currency=BTC&address=bc1q%20x&transport=BTC"))
    assert body_of(entry) == b'{"result":true,"error":"","task_id":"5000001"}'
    assert talk.ask("user_info")["balances"]["BTC"] == "0.4995"
    withdrawn = talk.key.venue.withdrawals_of(talk.key.account)[0]
    assert (withdrawn.address, withdrawn.network) == ("bc1q x", "BTC")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("amount=2&currency=BTC&address=a", "Error 50052: Insufficient funds"),
        ("amount=0&currency=BTC&address=a", "Error 50013: Parameter 'amount' is not valid"),
        ("amount=-1&currency=BTC&address=a", "Error 50013: Parameter 'amount' is not valid"),
        ("amount=0.00099999&currency=BTC&address=a", "Error 50013: Parameter 'amount' is not valid"),
        ("amount=0.100000001&currency=BTC&address=a", "Error 50013: Parameter 'amount' is not valid"),
        ("amount=x&currency=BTC&address=a", "Error 50049: Parameter is not a number 'amount'"),
        ("amount=1&currency=USD&address=a", "Error 50013: Parameter 'currency' is not valid"),
        ("amount=1&currency=BTC", "Error 50013: Parameter 'address' is not specified"),
    ],
)
def test_a_withdrawal_that_makes_no_sense_is_refused(body: str, said: str) -> None:
    talk = Talk()
    assert json.loads(body_of(talk.serve(talk.signed("withdraw_crypt", body))))["error"] == said


@pytest.mark.parametrize("body", [b"nil&nonce=%d", b"(null)&nonce=%d", b"nonce=%d&&limit=9", b"nonce=1&nonce=%d&"])
def test_junk_beside_the_nonce_is_signed_and_passed_over(body: bytes) -> None:
    talk = Talk()
    assert "uid" in json.loads(body_of(talk.serve(talk.sealed("user_info", body % 1_700_000_000_009))))


def test_bytes_that_are_no_text_are_a_parameter_like_any_other() -> None:
    talk = Talk()
    entry = talk.serve(talk.sealed("order_create", b"nonce=1700000000009&pair=%ff%fe\xff&type=%00"))
    assert json.loads(body_of(entry))["error"] == "Error 50013: Parameter 'pair' is not valid"


def test_a_slash_at_the_end_of_the_path_changes_nothing() -> None:
    talk = Talk()
    assert "uid" in talk.ask("user_info/")
    assert "uid" in talk.ask("user_info/", version="v1")


@pytest.mark.parametrize(
    "target", [b"/v1.1/user_info//", b"//v1.1/user_info", b"/v2/user_info", b"/v1.1/%75ser_info", b"*"]
)
def test_another_spelling_of_a_path_is_another_path(target: bytes) -> None:
    entry = Talk().serve(Request(method="POST", target=target))
    assert b"Error 40015: API function do not exist - " in body_of(entry)
