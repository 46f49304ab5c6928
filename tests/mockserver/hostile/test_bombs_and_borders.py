"""Signed requests whose bodies, numbers and names are out of all bounds: refused in the dialect's words."""

import json
from dataclasses import replace
from decimal import Decimal
from urllib.parse import urlencode

import pytest

from mockserver import MockExchange, Settings
from signer import sign
from tests.mockserver.hostile.siege import FORM, QUIET, posting, signed, statuses, told
from tests.mockserver.raw_client import JSON, ORDER, travelling

JSON_BOMBS = {
    "arrays 100 000 deep": b"[" * 100_000 + b"]" * 100_000,
    "objects 100 000 deep": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "a deep value": b'{"market":' + b"[" * 900 + b"]" * 900 + b',"price":1.5}',
    "sixty thousand names": json.dumps({str(number): "x" for number in range(60_000)}).encode(),
    "one name 150 000 times": b"{" + b",".join([b'"a":1'] * 150_000) + b"}",
    "an integer of 500 000 digits": b'{"symbol":"BTCUSDT","market":"BTC/USDT","price":' + b"9" * 500_000 + b"}",
    "huge exponents": b'{"symbol":"BTCUSDT","side":2,"type":1,"price":1e999999999,"volume":1e-999999999}',
    "not a number": b'{"market":"BTC/USDT","side":"buy","price":NaN,"amount":Infinity}',
    "a lone surrogate": b'{"market":"\\ud800","symbol":"\\udfff","side":"buy","price":"1","amount":"1"}',
    "a lone surrogate in a name": b'{"\\ud800":1.5}',
    "NUL": b'{"market":"\\u0000","symbol":"\\u0000","side":2,"type":1,"volume":"1","price":"1"}',
    "a byte order mark": b'\xef\xbb\xbf{"market":"x"}',
    "UTF-16": '{"market":"x"}'.encode("utf-16"),
    "no UTF-8": b'{"market":"\xff"}',
    "null": b"null",
    "200 000 orders that are none": json.dumps({"orderList": [[]] * 200_000}).encode(),
    "20 000 cancellations": json.dumps({"orderIdList": [{"symbol": "BTCUSDT", "orderId": "1"}] * 20_000}).encode(),
}

FORM_BOMBS = {
    "260 000 pairs of one name": b"&".join([b"a=1"] * 260_000),
    "120 000 names": b"&".join(b"%d=" % number for number in range(120_000)),
    "a million ampersands": b"&" * 1_000_000,
    "a million percent signs": b"%" * 1_000_000,
    "350 000 escapes": b"%41" * 349_000,
    "a million plus signs": b"+" * 1_000_000,
    "NULs": b"\x00" * 100,
    "no UTF-8": b"\xff\xfe=%ff%fe&%c0%af=1",
}

#: Digits, and `int()` takes them for such; but nobody documents them.
FULL_WIDTH = "\uff11\uff12"

AMOUNTS = [
    "1e400", "0.1e-9", FULL_WIDTH, "Infinity", "NaN", "-1", "-0", "9" * 5000, "0." + "9" * 5000, "1_0",
    "+1", "0x10", "1,5", "", "null", "0.000000000001", "٣", "1\n", ".5", "5.", "1" + "0" * 39, "-" * 100_000,
]  # fmt: skip

NONCES = [
    "9" * 5000,
    FULL_WIDTH,
    "٣",
    "1e9",
    "-1",
    "+5",
    " 5",
    "1_000",
    "0x5",
    "5.0",
    "NaN",
    "",
    str(2**63),
    str(2**64),
]

ORDERS = {
    "reference": (b"/v1/orders", ORDER, "price", "amount"),
    "poloniex": (
        b"/tradingApi",
        {"command": "buy", "currencyPair": "USDT_BTC", "rate": "20000", "amount": "0.01"},
        "rate",
        "amount",
    ),
    "exmo": (
        b"/v1.1/order_create",
        {"pair": "BTC_USDT", "quantity": "0.001", "price": "20000", "type": "buy"},
        "price",
        "quantity",
    ),
    "bitunix": (
        b"/api/spot/v1/order/place_order",
        {"symbol": "BTCUSDT", "side": 2, "type": 1, "volume": "0.001", "price": "20000"},
        "price",
        "volume",
    ),
}


def in_form(exchange):
    return exchange.dialect.name in ("poloniex", "exmo")


def test_a_body_that_is_a_bomb_is_refused_or_answered_and_breaks_nothing(besieged):
    key = besieged.create_key(permissions=["read", "trade", "withdraw"])
    name = besieged.dialect.name
    bombs = FORM_BOMBS if in_form(besieged) else JSON_BOMBS
    paths = {ORDERS[name][0]}
    if name == "bitunix":
        paths |= {b"/api/spot/v1/order/place_order/batch", b"/api/spot/v1/order/cancel"}
    if name == "exmo":
        paths |= {b"/v1/user_trades", b"/v1.1/order_book"}
    for path in sorted(paths):
        for label, bomb in bombs.items():
            body = (b"command=buy&" if name == "poloniex" else b"") + bomb
            request = posting(path, body, FORM if in_form(besieged) else JSON)
            answered = statuses(told(besieged.port, signed(besieged, key, request)))
            assert answered, (path, label)
            assert answered[0] < 500, (path, label)
    assert besieged.own_faults == ()
    assert besieged.orders(key) == ()


def test_an_amount_out_of_all_bounds_is_refused_and_moves_nothing(besieged):
    key = besieged.create_key(private_venue=True)
    path, order, *numbers = ORDERS[besieged.dialect.name]
    before = besieged.balances(key)
    for number in numbers:
        for amount in AMOUNTS:
            fields = {**order, number: amount}
            body = (urlencode(fields) if in_form(besieged) else json.dumps(fields)).encode()
            request = posting(path, body, FORM if in_form(besieged) else JSON)
            answered = statuses(told(besieged.port, signed(besieged, key, request)))
            assert answered, (number, amount[:20])
            assert answered[0] < 500, (number, amount[:20])
    assert besieged.own_faults == ()
    for order in besieged.orders(key):  # what some dialects read more kindly than others is an order like any other
        assert Decimal("0") < order.price < 10**12
        assert order.amount > 0
    if not besieged.orders(key):
        assert besieged.balances(key) == before


@pytest.mark.parametrize("field", ["nonce", "timestamp", "key", "signature"])
def test_a_field_of_authentication_out_of_all_bounds_is_refused(besieged, field):
    scheme = besieged.dialect.scheme
    if field not in scheme.places:
        return
    key = besieged.create_key()
    now_ms = besieged.clock.now_ms()
    for text in NONCES:
        travelled = text.encode().decode("latin-1")
        given = {
            "nonce": travelled if field == "nonce" else "0" * 31 + "7",
            "timestamp_ms": travelled if field == "timestamp" else now_ms,
        }
        request = sign(scheme, QUIET[besieged.dialect.name], key.credentials, **given).request
        if field in ("key", "signature"):
            request = scheme.place(request, replace(scheme.read(request), **{field: travelled}))
        before = besieged.journal.last_number
        answered = statuses(told(besieged.port, travelling(request)))
        assert answered, text[:20]
        assert answered[0] < 500, text[:20]
        entry = besieged.journal.since(before)[0]
        if besieged.dialect.name == "reference":
            assert entry.refused is not None, text[:20]
    assert besieged.own_faults == ()


def test_a_key_does_not_open_what_another_one_signed(besieged):
    mine, yours = besieged.create_key(), besieged.create_key()
    scheme = besieged.dialect.scheme
    data = signed(besieged, mine, QUIET[besieged.dialect.name])
    before = besieged.journal.last_number
    told(besieged.port, data.replace(mine.key.encode(), yours.key.encode()))
    entry = besieged.journal.since(before)[0]
    assert entry.refused is not None
    assert entry.refused.refusal.value == "bad_signature"
    assert scheme.read(entry.request).key == yours.key


def test_candles_over_many_trades_are_made_in_one_pass():
    with MockExchange("exmo") as exchange:
        key = exchange.create_key(balances={"USDT": "100000000", "BTC": "1000"}, private_venue=False)
        deal = urlencode({"pair": "BTC_USDT", "quantity": "0.001", "price": "0", "type": "market_buy"}).encode()
        for _ in range(20):
            told(exchange.port, signed(exchange, key, posting(b"/v1.1/order_create", deal, FORM)))
        now = exchange.clock.now_ms() // 1000
        asked = b"/v1.1/candles_history?symbol=BTC_USDT&resolution=1&from=%d&to=%d" % (now - 179_000, now + 60)
        answer = told(exchange.port, b"GET " + asked + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        candles = json.loads(answer.partition(b"\r\n\r\n")[2])["candles"]
        assert len(candles) >= 2983
        assert sum(candle["v"] for candle in candles) >= 0.02
        assert all(candle["l"] <= candle["o"] <= candle["h"] for candle in candles)


def test_the_books_stay_open_after_a_grant_out_of_all_bounds(exchange):
    from mockserver import LedgerError

    for amount in ("1e400", "1e30", "1e-400", "0.000000001", "NaN", "sNaN", "Infinity", "-1", "9" * 5000):
        with pytest.raises(LedgerError):
            exchange.create_key(balances={"BTC": amount})
    assert exchange.create_key(balances={"BTC": "1"}).key


def test_the_clock_stays_within_the_calendar(besieged):
    from mockserver import SettingsError

    for ms in (10**4000, 10**20, 253_402_300_800_000, -1, -(10**15)):
        for refused in (besieged.clock.freeze, lambda ms: besieged.clock.step(to_ms=ms)):
            with pytest.raises(SettingsError):
                refused(ms)
    with pytest.raises(SettingsError):
        besieged.clock.set_offset(ms=10**18)
    assert besieged.clock.offset_ms == 0
    with pytest.raises(SettingsError):
        MockExchange(settings=Settings(clock_offset_ms=10**20))


def test_at_both_ends_of_the_calendar_everything_is_answered(besieged):
    key = besieged.create_key()
    try:
        for ms in (0, 253_402_300_799_999):
            besieged.clock.freeze(ms)
            for endpoint in besieged.dialect.endpoints:
                path = endpoint.path.replace("{order_id}", "1").encode()
                told(besieged.port, b"GET " + path + b" HTTP/1.1\r\nHost: x\r\n\r\n")
            told(besieged.port, signed(besieged, key, QUIET[besieged.dialect.name]))
    finally:
        besieged.clock.set_offset(ms=0)
    assert besieged.own_faults == ()
