"""Balances, withdrawals, addresses, and what everybody may see."""

import json
from decimal import Decimal
from random import Random

import pytest

from mockserver.core.exchange import Exchange
from mockserver.dialects.bitunix import DIALECT
from signer import Request
from tests.mockserver.bitunix.bitunix_talk import NOW, PREFIX, Talk, body_of


def test_balances_are_numbers_digit_for_digit() -> None:
    talk = Talk(balances={"USDT": "1000.5", "BTC": "0.00000001", "ETH": "0"})
    talk.order(volume="0.001", price="20000")
    entry = talk.serve(talk.signed("GET", "/user/account"))
    assert body_of(entry) == (
        b'{"code":"0","msg":"result.success","data":[{"coin":"BTC","balance":0.00000001,"balanceLocked":0},'
        b'{"coin":"USDT","balance":980.5,"balanceLocked":20}],"success":true}'
    )


def test_an_account_without_a_coin_is_null() -> None:
    assert Talk(balances={}).get("/user/account") is None


def test_a_new_account_holds_the_opening_balances() -> None:
    rows = Talk().get("/user/account")
    assert {row["coin"]: row["balance"] for row in rows} == {"BTC": 1, "USDT": 10000, "ETH": 10}


def test_the_user_has_a_number() -> None:
    assert isinstance(Talk().get("/user/info")["uid"], int)


@pytest.mark.parametrize("amount", [b"0.5", b'"0.5"', b"5e-1", b"0.50000000"])
def test_a_withdrawal_is_answered_with_its_id_as_text(amount: bytes) -> None:
    talk = Talk()
    body = b'{"coin":"btc","network":"Bitcoin","address":"bc1q x\\u00e9","amount":' + amount + b"}"
    entry = talk.serve(talk.signed("POST", "/withdraw", body))
    assert body_of(entry) == b'{"code":"0","msg":"result.success","data":"5000001","success":true}'
    (row,) = talk.post("/withdraw_transfer/page", {})
    assert (row["coin"], row["amount"], row["address"], row["network"]) == ("BTC", "0.5", "bc1q xé", "Bitcoin")
    assert row["ctime"] == NOW


@pytest.mark.parametrize(
    "changes",
    [
        {"coin": None},
        {"network": ""},
        {"address": None},
        {"amount": 0},
        {"amount": -1},
        {"amount": "0.000000001"},
        {"amount": "0.100000001"},
        {"amount": 1e30},
        {"amount": "x"},
    ],
)
def test_a_withdrawal_that_makes_no_sense_is_a_parameter_error(changes: dict[str, object]) -> None:
    given = {"coin": "BTC", "network": "Bitcoin", "address": "bc1q", "amount": 0.5, **changes}
    entry = Talk().send("/withdraw", given)
    assert body_of(entry) == b'{"code":"2","msg":"Parameter error","data":null,"success":false}'
    assert entry.effects == ()


def test_withdrawals_are_filtered_and_odd_filters_change_nothing() -> None:
    talk = Talk()
    for coin, network in (("BTC", "Bitcoin"), ("ETH", "Ethereum (ERC-20)"), ("BTC", "Bitcoin")):
        talk.post("/withdraw", {"coin": coin, "network": network, "address": "a", "amount": "0.1"})
    assert [row["id"] for row in talk.post("/withdraw_transfer/page", {})] == ["5000003", "5000002", "5000001"]
    assert [row["id"] for row in talk.post("/withdraw_transfer/page", {"coin": "eth"})] == ["5000002"]
    assert [row["id"] for row in talk.post("/withdraw_transfer/page", {"limit": 1, "page": [1]})] == ["5000003"]
    assert talk.post("/withdraw_transfer/page", {"type": "inside_transfer_out"}) == []
    assert talk.post("/deposit/page", {"limit": "x"}) == []


def test_an_address_belongs_to_a_coin_and_a_network() -> None:
    talk = Talk()
    tron, again, chain = (
        talk.post("/deposit/address", {"coin": "USDT", "network": network})
        for network in ("Tron (TRC-20)", "Tron (TRC-20)", "Ethereum (ERC-20)")
    )
    assert tron == again
    assert list(tron[0]) == ["coin", "network", "address", "memo"]
    assert tron[0]["address"] != chain[0]["address"]


def test_every_coin_has_a_usual_network() -> None:
    exchange = Exchange(DIALECT)
    assert set(DIALECT.default_network) == set(exchange.venue.currencies)


def test_the_last_price_is_bare_text() -> None:
    talk = Talk()
    assert talk.look("/market/last_price?symbol=btcusdt") == "64250.51"
    entry = talk.serve(Request(method="GET", target=f"{PREFIX}/market/last_price".encode()))
    assert body_of(entry) == b'{"code":"2","msg":"Parameter error","data":null,"success":false}'


def test_a_public_call_may_be_signed_by_anybody() -> None:
    request = Request(
        method="GET",
        target=f"{PREFIX}/market/last_price?symbol=BTCUSDT".encode(),
        headers=((b"api-key", b""), (b"sign", b"nonsense")),
    )
    assert Talk().serve(request).refused is None


def test_the_book_is_put_together_by_the_precision() -> None:
    talk = Talk()
    fine = talk.look("/market/depth?symbol=BTCUSDT&precision=0.01")
    coarse = talk.look("/market/depth?symbol=BTCUSDT&precision=1000")
    assert fine["ts"] == str(NOW)
    assert [row["price"] for row in coarse["bids"]] == ["64000", "63000"]
    assert [row["price"] for row in coarse["asks"]] == ["65000"]
    for side in ("asks", "bids"):
        totals = [sum(Decimal(row["volume"]) for row in book[side]) for book in (fine, coarse)]
        assert totals[0] == totals[1]
    assert Decimal(fine["bids"][0]["price"]) < Decimal(fine["asks"][0]["price"])


@pytest.mark.parametrize("precision", ["", "0", "-1", "x", "1e1"])
def test_a_precision_is_a_step_above_zero(precision: str) -> None:
    target = f"{PREFIX}/market/depth?symbol=BTCUSDT&precision={precision}"
    entry = Talk().serve(Request(method="GET", target=target.encode()))
    assert json.loads(body_of(entry))["code"] == "2"


def test_pairs_are_lower_case_and_say_what_an_order_needs() -> None:
    rows = Talk().look("/common/coin_pair/list")
    assert [row["symbol"] for row in rows] == ["btcusdt", "ethusdt", "ethbtc", "1inchusdt"]
    row = rows[0]
    assert (row["base"], row["quote"], row["basePrecision"], row["quotePrecision"]) == ("BTC", "USDT", 5, 2)
    assert (row["minPrice"], row["minVolume"]) == ("10.0000000000000000", "0.0000500000000000")
    assert row["precisions"][0] == "0.0100000000000000"


def test_rates_and_coins_are_listed() -> None:
    talk = Talk()
    assert talk.look("/common/rate/list")[0] == {"baseSymbol": "BTC", "quoteSymbol": "USDT", "rate": "64250.51"}
    coins = {row["name"]: row for row in talk.look("/common/coin/coin_network/list")}
    assert coins["USDT"]["networks"][0]["network"] == "Tron (TRC-20)"


def test_credentials_have_32_hex_digits_each() -> None:
    pair = DIALECT.new_credentials(Random(7))
    assert (len(pair.key), len(pair.secret)) == (32, 32)
    assert set(pair.key + pair.secret) <= set("0123456789abcdef")


# Vectors of the Bitunix page, section 2.2: G0 and P1s (a body with blanks).
@pytest.mark.parametrize(
    ("method", "path", "body", "signature"),
    [
        ("GET", "/user/account", b"", b"56111cfae0b7313f242efb11359a701fd5e21587b948e4ec290958801d607e36"),
        (
            "POST",
            "/order/place_order",
            b'{"side": 2, "type": 1, "volume": "0.0125", "price": "64250.5", "symbol": "BTCUSDT"}',
            b"8058e75b29b49ce062ffca3bb8975a64cf2754407f7ebb1004ff3cd650c32a70",
        ),
    ],
)
def test_the_vectors_of_the_page_are_let_in(method: str, path: str, body: bytes, signature: bytes) -> None:
    key = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
    talk = Talk(key=key, secret="00112233445566778899aabbccddeeff")
    headers = (
        (b"Api-Key", key.encode()),
        (b"Nonce", b"a1b2c3d4e5f60718293a4b5c6d7e8f90"),
        (b"Timestamp", b"1735689600000"),
        (b"Sign", signature),
    )
    target = (PREFIX + path).encode()
    assert talk.serve(Request(method=method, target=target, headers=headers, body=body)).refused is None
