"""The wallet's memory, the vouchers that nobody gets, and the empty rooms of margin trading."""

import json
from typing import Any

import pytest

from tests.mockserver.exmo.exmo_talk import NOW, Talk, body_of

DAY = 1_699_920_000


def withdrawn(talk: Talk, **changes: object) -> str:
    """Take something out, and return the task."""
    given = {"amount": "0.1", "currency": "BTC", "address": "1ExampleAddr", **changes}
    return str(talk.ask("withdraw_crypt", **given)["task_id"])


def test_the_history_of_a_day_is_shown_within_its_bounds() -> None:
    talk = Talk()
    withdrawn(talk)
    assert body_of(talk.serve(talk.signed("wallet_history"))) == (
        b'{"result":true,"error":"","begin":"1699920000","end":"1700006400","history":[{"dt":1700000060,'
        b'"type":"withdrawal","curr":"BTC","status":"processing","provider":"BTC","amount":"-0.1",'
        b'"account":"BTC: 1ExampleAddr","txid":""}]}'
    )


@pytest.mark.parametrize("version", ["v1", "v1.1"])
def test_the_history_lists_the_newest_first_under_both_versions(version: str) -> None:
    talk = Talk()
    withdrawn(talk)
    withdrawn(talk, amount="2", currency="ETH", address="0x1")
    history = talk.ask("wallet_history", version=version)["history"]
    assert [row["amount"] for row in history] == ["-2", "-0.1"]


@pytest.mark.parametrize(
    ("date", "begin", "rows"),
    [(DAY, DAY, 1), (DAY + 86_399, DAY, 1), (DAY - 1, DAY - 86_400, 0), (DAY + 86_400, DAY + 86_400, 0), (0, 0, 0)],
)
def test_a_date_is_any_second_of_its_day(date: int, begin: int, rows: int) -> None:
    talk = Talk()
    withdrawn(talk)
    answer = talk.ask("wallet_history", date=date)
    assert (answer["begin"], answer["end"]) == (str(begin), str(begin + 86_400))
    assert len(answer["history"]) == rows


def test_midnight_belongs_to_the_day_that_begins() -> None:
    talk = Talk()
    body = "amount=0.1&currency=BTC&address=a"
    assert talk.exchange.handle(talk.signed("withdraw_crypt", body), DAY * 1000).refused is None
    assert len(talk.ask("wallet_history", date=DAY)["history"]) == 1
    assert talk.ask("wallet_history", date=DAY - 1)["history"] == []


@pytest.mark.parametrize("date", ["x", "-1", "1.5", "2023-11-14", "9223372036854775808"])
def test_a_date_that_is_no_number_is_refused(date: str) -> None:
    answer = Talk().ask("wallet_history", date=date)
    assert answer == {"result": False, "error": "Error 50049: Parameter is not a number 'date'"}


def test_an_operation_has_every_field_and_neither_result_nor_error() -> None:
    talk = Talk()
    withdrawn(talk, currency="USDT", amount="25.50", transport="TRC20", address="Taddr")
    assert body_of(talk.serve(talk.signed("wallet_operations"))) == (
        b'{"items":[{"operation_id":47000000005000001,"created":1700000060,"updated":1700000060,"type":"withdraw",'
        b'"currency":"USDT","status":"Processing","amount":"25.5","provider":"USDT(TRC20)","commission":"0",'
        b'"account":"USDT: Taddr","order_id":5000001,"extra":{"txid":"","excode":"","invoice":""},"error":""}],'
        b'"count":1}'
    )


@pytest.mark.parametrize(
    ("filters", "orders", "count"),
    [
        ({}, [5000003, 5000002, 5000001], 3),
        ({"limit": 1}, [5000003], 3),
        ({"limit": 1, "offset": 2}, [5000001], 3),
        ({"limit": "x", "offset": "-1"}, [5000003, 5000002, 5000001], 3),
        ({"offset": 3}, [], 3),
        ({"currency": "ETH"}, [5000002], 1),
        ({"currency": "XRP"}, [], 0),
        ({"provider": "BTC"}, [5000003, 5000001], 2),
        ({"type": "withdraw"}, [5000003, 5000002, 5000001], 3),
        ({"type": "deposit"}, [], 0),
        ({"order_id": 5000001}, [5000001], 1),
        ({"order_id": "x"}, [], 0),
    ],
)
def test_operations_are_filtered_and_paged(filters: dict[str, Any], orders: list[int], count: int) -> None:
    talk = Talk()
    for currency in ("BTC", "ETH", "BTC"):
        withdrawn(talk, currency=currency)
    answer = talk.ask("wallet_operations", **filters)
    assert [item["order_id"] for item in answer["items"]] == orders
    assert answer["count"] == count


def test_a_page_of_operations_has_at_most_a_hundred() -> None:
    talk = Talk()
    for _ in range(101):
        withdrawn(talk, amount="0.001")
    for limit in ("", "100", "101"):
        answer = talk.ask("wallet_operations", limit=limit)
        assert (len(answer["items"]), answer["count"]) == (100, 101)


def test_a_withdrawal_is_not_on_a_chain_yet() -> None:
    talk = Talk()
    task = withdrawn(talk)
    entry = talk.serve(talk.signed("withdraw_get_txid", f"task_id={task}"))
    assert body_of(entry) == b'{"result":true,"error":"","status":false,"txid":""}'


def test_the_task_of_another_account_is_not_found() -> None:
    talk, other = Talk(), Talk()
    task = withdrawn(other)
    answer = talk.ask("withdraw_get_txid", task_id=task, version="v1")
    assert answer == {"result": False, "error": f"Error 10193: Withdrawal task not found {task}"}
    assert talk.ask("withdraw_get_txid")["error"] == "Error 50013: Parameter 'task_id' is not specified"


@pytest.mark.parametrize(
    ("method", "versions"),
    [("excode_create", ("v1", "v1.1")), ("excode_load", ("v1", "v1.1")), ("code_check", ("v1.1",))],
)
def test_vouchers_are_opened_to_nobody(method: str, versions: tuple[str, ...]) -> None:
    talk = Talk()
    for version in versions:
        entry = talk.serve(talk.signed(method, "code=EX-CODE_1&currency=BTC&amount=0.1", version=version))
        assert body_of(entry) == b'{"result":false,"error":"Error 10519: API method is not allowed"}'
        assert entry.effects == ()
    assert talk.ask("user_info")["balances"]["BTC"] == "1"


@pytest.mark.parametrize(
    "method",
    [
        "stop_market_order_cancel",
        "wallet_operations",
        "code_check",
        "margin/user/wallet/list",
        "margin/user/order/list",
        "margin/user/order/history",
        "margin/user/order/trades",
        "margin/trades",
    ],
)
def test_version_one_does_not_have_what_came_later(method: str) -> None:
    answer = Talk().ask(method, version="v1")
    assert answer == {"result": False, "error": f"Error 40015: API function do not exist - /v1/{method}/"}


@pytest.mark.parametrize("body", ["", "parent_order_id=", "parent_order_id=x"])
def test_no_stop_order_is_found_whatever_is_asked_for(body: str) -> None:
    talk = Talk()
    entry = talk.serve(talk.signed("stop_market_order_cancel", body))
    assert json.loads(body_of(entry)) == {"error": {"code": 191021, "msg": "complex order not found"}}


def test_the_margin_wallet_holds_nothing_of_every_currency() -> None:
    talk = Talk()
    wallets = talk.ask("margin/user/wallet/list")["wallets"]
    assert set(wallets) == set(talk.ask("user_info")["balances"])
    assert all(wallet == {"balance": "0", "free": "0", "used": "0"} for wallet in wallets.values())


@pytest.mark.parametrize(
    ("method", "answer"),
    [
        ("margin/user/order/list", b'{"orders":[]}'),
        ("margin/user/order/history", b'{"items":[]}'),
        ("margin/user/order/trades", b'{"trades":[]}'),
        ("margin/trades", b'{"trades":{}}'),
    ],
)
def test_the_lists_of_margin_trading_are_empty(method: str, answer: bytes) -> None:
    talk = Talk()
    entry = talk.serve(talk.signed(method, "order_id=1&pair_name=BTC_USD"))
    assert body_of(entry) == answer
    assert entry.server_ms == NOW
