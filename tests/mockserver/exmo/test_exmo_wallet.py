"""The wallet: what comes in and goes out, and what it remembers of it."""

from decimal import Decimal
from typing import Any

import pytest

from mockserver.dialects.exmo import DIALECT
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
        b'"type":"withdrawal","curr":"BTC","status":"processing","provider":"BTC","amount":"-0.1005",'
        b'"account":"BTC: 1ExampleAddr","txid":""}]}'
    )


@pytest.mark.parametrize("version", ["v1", "v1.1"])
def test_the_history_lists_the_newest_first_under_both_versions(version: str) -> None:
    talk = Talk()
    withdrawn(talk)
    withdrawn(talk, amount="2", currency="ETH", address="0x1")
    history = talk.ask("wallet_history", version=version)["history"]
    assert [row["amount"] for row in history] == ["-2.004", "-0.1005"]


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
        b'"currency":"USDT","status":"Processing","amount":"26.5","provider":"USDT(TRC20)","commission":"1",'
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


def test_a_withdrawal_reaches_its_chain_when_somebody_says_so() -> None:
    talk = Talk()
    task = withdrawn(talk)
    entry = talk.serve(talk.signed("withdraw_get_txid", f"task_id={task}"))
    assert body_of(entry) == b'{"result":true,"error":"","status":false,"txid":""}'
    talk.key.venue.complete_withdrawal(talk.key.account, int(task), NOW + 5000)
    answer = talk.ask("withdraw_get_txid", task_id=task)
    assert answer["status"] is True
    assert len(answer["txid"]) == 64
    (item,) = talk.ask("wallet_operations")["items"]
    assert (item["status"], item["updated"], item["extra"]["txid"]) == ("Paid", 1_700_000_065, answer["txid"])
    (row,) = talk.ask("wallet_history")["history"]
    assert (row["status"], row["txid"]) == ("paid", answer["txid"])


def test_a_withdrawal_that_is_taken_back_gives_its_money_back() -> None:
    talk = Talk()
    task = withdrawn(talk)
    talk.exchange.desk(talk.key.credentials.key, NOW).cancel_withdrawal(int(task))
    assert talk.ask("user_info")["balances"]["BTC"] == "1"
    assert talk.ask("wallet_history")["history"][0]["status"] == "cancelled"


def test_a_deposit_is_remembered_by_both_lists() -> None:
    talk = Talk()
    talk.key.venue.deposit(talk.key.account, "USDT", Decimal("12.5"), NOW, network="TRC20")
    assert talk.ask("user_info")["balances"]["USDT"] == "10012.5"
    (row,) = talk.ask("wallet_history")["history"]
    assert (row["type"], row["status"], row["provider"], row["amount"], row["account"]) == (
        "deposit",
        "paid",
        "USDT(TRC20)",
        "12.5",
        "",
    )
    (item,) = talk.ask("wallet_operations", type="deposit")["items"]
    assert (item["type"], item["status"], item["amount"], item["commission"]) == ("deposit", "Paid", "12.5", "0")
    assert item["extra"] == {"txid": row["txid"], "excode": "", "invoice": ""}
    assert talk.ask("wallet_operations", type="withdraw") == {"items": [], "count": 0}


def test_an_address_that_is_shared_asks_for_an_invoice() -> None:
    talk = Talk(balances={"XRP": "100"})
    address, _, invoice = talk.ask("deposit_address")["XRP"].partition(",")
    assert address
    assert invoice == str(100_000 + talk.key.account)
    given = {"currency": "XRP", "amount": "20", "address": "rExampleAddress"}
    assert talk.ask("withdraw_crypt", **given)["error"] == "Error 50013: Parameter 'invoice' is not specified"
    assert talk.ask("withdraw_crypt", **given, invoice="1234")["result"] is True
    assert talk.ask("wallet_operations")["items"][0]["extra"]["invoice"] == "1234"


def test_the_fee_of_a_way_is_what_the_list_of_providers_says_and_comes_on_top() -> None:
    talk = Talk()
    providers = talk.look("payments/providers/crypto/list")["USDT"]
    fees = {row["name"]: row["commission_desc"] for row in providers if row["type"] == "withdraw"}
    assert fees == {"USDT(ERC20)": "10 USDT", "USDT(TRC20)": "1 USDT"}
    for transport, left in (("", "9890"), ("TRC20", "9789")):
        withdrawn(talk, currency="USDT", amount="100", transport=transport)
        assert talk.ask("user_info")["balances"]["USDT"] == left


def test_the_task_of_another_account_is_not_found() -> None:
    talk, other = Talk(), Talk()
    task = withdrawn(other)
    answer = talk.ask("withdraw_get_txid", task_id=task, version="v1")
    assert answer == {"result": False, "error": f"Error 10193: Withdrawal task not found {task}"}
    assert talk.ask("withdraw_get_txid")["error"] == "Error 50013: Parameter 'task_id' is not specified"


@pytest.mark.parametrize(
    "method",
    [
        "stop_market_order_cancel",
        "wallet_operations",
        "code_check",
        "stop_market_order_create",
        *(endpoint.name for endpoint in DIALECT.endpoints if endpoint.name.startswith("margin/")),
    ],
)
def test_version_one_does_not_have_what_came_later(method: str) -> None:
    answer = Talk().ask(method, version="v1")
    assert answer == {"result": False, "error": f"Error 40015: API function do not exist - /v1/{method}/"}
