"""Money that goes to other customers, to the futures wallet, out and back."""

from decimal import Decimal

import pytest

from mockserver.core.wallets import Wallet
from tests.mockserver.bitunix.bitunix_talk import NOW, Talk, body_of

GIFT = {"coin": "BTC", "amount": 0.25, "toType": "uid"}
PARAMETER = b'{"code":"2","msg":"Parameter error","data":null,"success":false}'


def balance(talk: Talk, coin: str) -> float:
    return next((row["balance"] for row in talk.get("/user/account") or () if row["coin"] == coin), 0)


def neighbour_of(talk: Talk) -> int:
    return talk.exchange.registry.create_key(permissions={"read"}, balances={}).account


def test_a_gift_arrives_at_once_and_stands_in_both_pages() -> None:
    talk = Talk()
    payee = neighbour_of(talk)
    number = talk.post("/inside_transfer", {**GIFT, "toUid": payee, "remark": "rent", "outBizId": "a-1"})
    assert number == "7000001"
    assert balance(talk, "BTC") == 0.75
    (sent,) = talk.post("/withdraw_transfer/page", {"type": "inside_transfer_out"})
    assert (sent["id"], sent["amount"], sent["status"], sent["toType"], sent["toUid"]) == (
        number,
        "0.25",
        "success",
        "uid",
        payee,
    )
    assert (sent["outBizId"], sent["remark"], sent["fee"], sent["ctime"]) == ("a-1", "rent", None, NOW)
    desk = talk.exchange.venue.desk(payee, NOW)
    assert str(desk.balances()["BTC"].available) == "0.25"


def test_who_receives_a_gift_sees_it_among_the_deposits() -> None:
    talk = Talk()
    payee = talk.exchange.registry.create_key(permissions={"read"}, balances={})
    talk.post("/inside_transfer", {**GIFT, "toUid": payee.account})
    talk.key = payee
    (row,) = talk.post("/deposit/page", {})
    assert row == {
        "id": 7000001,
        "transactionHash": None,
        "coin": "BTC",
        "network": None,
        "type": "inside_transfer_in",
        "fromAddress": None,
        "toAddress": None,
        "amount": "0.25",
        "status": "success",
        "ctime": NOW,
    }
    assert talk.post("/deposit/page", {"type": "deposit"}) == []


def test_the_same_out_biz_id_moves_nothing_twice() -> None:
    talk = Talk()
    given = {**GIFT, "toUid": neighbour_of(talk), "outBizId": "7" * 32}
    assert talk.post("/inside_transfer", given) == talk.post("/inside_transfer", {**given, "amount": 0.5})
    assert balance(talk, "BTC") == 0.75
    assert len(talk.post("/withdraw_transfer/page", {"outBizId": "7" * 32})) == 1


@pytest.mark.parametrize(
    "to",
    [
        {"toType": "email", "toEmail": "somebody@example.org"},
        {"toType": "phone", "toPhoneCountryCode": "+49", "toPhoneNumber": "0301234"},
    ],
)
def test_a_gift_to_somebody_unknown_waits_and_can_be_taken_back(to: dict[str, str]) -> None:
    talk = Talk()
    number = talk.post("/inside_transfer", {**GIFT, **to})
    assert balance(talk, "BTC") == 0.75
    assert talk.post("/withdraw_transfer/page", {"id": number})[0]["status"] == "pending"
    assert talk.post("/inside_transfer/cancel", {"insideTransferId": number}) is None
    assert balance(talk, "BTC") == 1
    (row,) = talk.post("/withdraw_transfer/page", {"id": number})
    assert {name: row[name] for name in (*to, "status")} == {**to, "status": "cancelled"}
    assert body_of(talk.send("/inside_transfer/cancel", {"insideTransferId": number})) == PARAMETER


def test_a_gift_that_arrived_is_not_taken_back() -> None:
    talk = Talk()
    number = talk.post("/inside_transfer", {**GIFT, "toUid": neighbour_of(talk)})
    assert body_of(talk.send("/inside_transfer/cancel", {"insideTransferId": number})) == PARAMETER
    assert balance(talk, "BTC") == 0.75


@pytest.mark.parametrize(
    "changes",
    [
        {"toType": "pigeon"},
        {"toType": "email"},
        {"toType": "phone", "toPhoneNumber": "1"},
        {"toUid": "x"},
        {"toUid": None},
        {"amount": 0},
        {"amount": 2},
        {"coin": "XXX"},
        {"outBizId": "x" * 33},
        {"remark": "x" * 257},
    ],
)
def test_a_gift_that_makes_no_sense_is_a_parameter_error(changes: dict[str, object]) -> None:
    talk = Talk()
    entry = talk.send("/inside_transfer", {**GIFT, "toUid": neighbour_of(talk), **changes})
    assert body_of(entry) == PARAMETER
    assert entry.effects == ()


def test_nobody_sends_a_gift_to_himself() -> None:
    talk = Talk()
    assert body_of(talk.send("/inside_transfer", {**GIFT, "toUid": talk.key.account})) == PARAMETER


def test_money_goes_to_the_futures_wallet_and_back() -> None:
    talk = Talk()
    there = talk.post("/funds_transfer", {"type": "spot_futures", "coin": "usdt", "amount": 250.5})
    back = talk.post("/funds_transfer", {"type": "futures_spot", "coin": "USDT", "amount": "0.5"})
    assert (there, back) == ("7000001", "7000002")
    assert balance(talk, "USDT") == 9750
    desk = talk.exchange.venue.desk(talk.key.account, NOW)
    assert desk.balances(Wallet.FUTURES)["USDT"].available == 250
    for way, amount in (("futures_spot", 251), ("spot_futures", 1_000_000), ("spot_moon", 1)):
        entry = talk.send("/funds_transfer", {"type": way, "coin": "USDT", "amount": amount})
        assert body_of(entry) == PARAMETER


def test_a_withdrawal_can_be_taken_back_while_it_is_pending() -> None:
    talk = Talk()
    number = talk.post(
        "/withdraw", {"coin": "BTC", "network": "Bitcoin", "address": "bc1q", "amount": 0.5, "memo": "m"}
    )
    assert talk.post("/withdraw_transfer/page", {})[0]["memo"] == "m"
    assert talk.post("/withdraw/cancel", {"withdrawId": number}) is None
    assert balance(talk, "BTC") == 1
    assert talk.post("/withdraw_transfer/page", {})[0]["status"] == "cancelled"
    assert body_of(talk.send("/withdraw/cancel", {"withdrawId": number})) == PARAMETER
    assert body_of(talk.send("/withdraw/cancel", {})) == PARAMETER


def test_a_withdrawal_that_arrived_has_a_transaction_and_is_found_by_it() -> None:
    talk = Talk()
    number = talk.post("/withdraw", {"coin": "BTC", "network": "Bitcoin", "address": "bc1q", "amount": 0.5})
    talk.exchange.venue.complete_withdrawal(talk.key.account, int(number), NOW)
    (row,) = talk.post("/withdraw_transfer/page", {})
    assert row["status"] == "success"
    assert len(row["transactionHash"]) == 64
    assert talk.post("/withdraw_transfer/page", {"transactionHash": row["transactionHash"]}) == [row]
    assert body_of(talk.send("/withdraw/cancel", {"withdrawId": number})) == PARAMETER


def test_the_fee_of_a_network_is_part_of_the_amount() -> None:
    talk = Talk()
    talk.post("/withdraw", {"coin": "USDT", "network": "Ethereum (ERC-20)", "address": "0x0", "amount": 100})
    (row,) = talk.post("/withdraw_transfer/page", {})
    assert (row["amount"], row["fee"], row["feeCoin"]) == ("100", "4.5", "USDT")
    assert balance(talk, "USDT") == 9900


def test_a_deposit_that_comes_in_is_shown() -> None:
    talk = Talk()
    talk.exchange.venue.deposit(talk.key.account, "BTC", Decimal("0.125"), now_ms=NOW)
    (row,) = talk.post("/deposit/page", {"coin": "btc"})
    assert (row["id"], row["amount"], row["network"], row["status"]) == (6000001, "0.125", "Bitcoin", "success")
    assert talk.post("/deposit/page", {"transactionHash": row["transactionHash"]}) == [row]
    assert talk.post("/deposit/page", {"id": "6000002"}) == []
    assert balance(talk, "BTC") == 1.125


@pytest.mark.parametrize("path", ["/inside_transfer", "/inside_transfer/cancel", "/withdraw/cancel"])
def test_a_key_that_may_not_withdraw_sends_nothing(path: str) -> None:
    entry = Talk(permissions={"read", "trade"}).send(path, {})
    assert body_of(entry) == b'{"code":"110033","msg":"OPEN_API_KEY_NO_AUTHORITY","data":null,"success":false}'
