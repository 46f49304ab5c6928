"""What happens to orders, and how the answers look."""

import json

import pytest

from mockserver import dialect_named
from mockserver.dialects.bitunix import DIALECT
from tests.mockserver.bitunix.bitunix_talk import NOW, Talk, body_of

ORDER_FIELDS = [
    "orderId",
    "userId",
    "orderType",
    "type",
    "side",
    "symbol",
    "base",
    "quote",
    "price",
    "avgPrice",
    "amount",
    "dealAmount",
    "leftAmount",
    "volume",
    "dealVolume",
    "leftVolume",
    "status",
    "progress",
    "fee",
    "feeCoin",
    "ctime",
    "utime",
    "clientId",
]


def test_a_placed_order_is_answered_with_what_was_asked_for() -> None:
    talk = Talk()
    sent = {"side": 2, "type": 1, "volume": "0.0125", "price": "60000.5", "symbol": "BTCUSDT"}
    entry = talk.send("/order/place_order", sent)
    assert body_of(entry) == (
        b'{"code":"0","msg":"result.success","data":{"orderId":"730000000000000001","side":2,"type":1,'
        b'"volume":"0.0125","price":"60000.5","symbol":"BTCUSDT","placeStatus":1},"success":true}'
    )
    assert [effect.kind for effect in entry.effects] == ["order_placed"]


@pytest.mark.parametrize(
    ("body", "volume", "price"),
    [
        (b'{"side":"2","type":"1","volume":0.0125,"price":60000.5,"symbol":"btcusdt"}', "0.0125", "60000.5"),
        (b'{"side":2,"type":1,"volume":125e-4,"price":60000,"symbol":"BtcUsdt"}', "0.0125", "60000"),
        (
            b'{ "side" : 2, "type": 1, "volume": "0.01250", "price": "060000.50", "symbol": "BTCUSDT" }',
            "0.0125",
            "60000.5",
        ),
    ],
)
def test_numbers_and_text_are_taken_for_one_another(body: bytes, volume: str, price: str) -> None:
    talk = Talk()
    answer = json.loads(body_of(talk.serve(talk.signed("POST", "/order/place_order", body))))
    assert (answer["data"]["volume"], answer["data"]["price"]) == (volume, price)
    assert answer["data"]["symbol"] == "BTCUSDT"


@pytest.mark.parametrize(
    "changes",
    [
        {"volume": "0"},
        {"volume": "-0.0125"},
        {"volume": "1E-2"},
        {"volume": "1_000"},
        {"volume": "\u0661"},
        {"volume": ""},
        {"volume": None},
        {"volume": True},
        {"volume": ["1"]},
        {"volume": 1e300},
        {"volume": 10**400},
        {"price": "0"},
        {"price": "60000.501"},
        {"price": "nan"},
        {"price": "9" * 31},
        {"price": None},
        {"side": True},
        {"side": 0},
        {"type": {"a": 1}},
        {"symbol": 5},
        {"symbol": ""},
    ],
)
def test_an_order_that_makes_no_sense_is_a_parameter_error(changes: dict[str, object]) -> None:
    talk = Talk()
    given = {"side": 2, "type": 1, "volume": "0.0125", "price": "60000.5", "symbol": "BTCUSDT", **changes}
    entry = talk.send("/order/place_order", given)
    assert body_of(entry) == b'{"code":"2","msg":"Parameter error","data":null,"success":false}'
    assert entry.effects == ()


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"null",
        b'"text"',
        b"\xff\xfe",
        b'{"volume":NaN}',
        b'{"a":"\\ud800"}',
        b"[" * 100_000,
        b'{"a":' * 2000 + b"1" + b"}" * 2000,
        b'{"volume":1.5,"x":' + b"9" * 5000 + b"}",
        b'{"volume":1e999999999999999999999}',
    ],
)
def test_a_body_that_is_no_object_is_refused_and_harms_nobody(body: bytes) -> None:
    talk = Talk()
    entry = talk.serve(talk.signed("POST", "/order/place_order", body))
    assert body_of(entry) == b'{"code":"2","msg":"Parameter error","data":null,"success":false}'


def test_an_order_is_shown_as_text_throughout() -> None:
    talk = Talk()
    order_id = talk.order(price="64250.5")["orderId"]
    talk.order(side=1, volume="0.005", price="64250.5")
    (row,) = talk.post("/order/pending/list", {"symbol": "btcusdt"})
    assert list(row) == ORDER_FIELDS
    assert row | {"userId": ""} == {
        "orderId": order_id,
        "userId": "",
        "orderType": "1",
        "type": "1",
        "side": "2",
        "symbol": "BTCUSDT",
        "base": "BTC",
        "quote": "USDT",
        "price": "64250.5",
        "avgPrice": "64250.5",
        "amount": "803.13125",
        "dealAmount": "321.2525",
        "leftAmount": "481.87875",
        "volume": "0.0125",
        "dealVolume": "0.005",
        "leftVolume": "0.0075",
        "status": "3",
        "progress": "40",
        "fee": "0.000004",
        "feeCoin": "BTC",
        "ctime": "2025-01-01T00:00:00Z",
        "utime": "2025-01-01T00:00:00Z",
        "clientId": None,
    }
    assert talk.get(f"/order/detail?orderId={order_id}") == row


def test_no_pending_order_is_null_and_the_newest_stands_first() -> None:
    talk = Talk()
    assert talk.post("/order/pending/list", {"symbol": "BTCUSDT"}) is None
    placed = [talk.order(clientId="7" * 40)["orderId"], talk.order(clientId=7)["orderId"]]
    rows = talk.post("/order/pending/list", {"symbol": "BTCUSDT"})
    assert [row["orderId"] for row in rows] == placed[::-1]
    assert [row["clientId"] for row in rows] == ["7", "7" * 32]
    assert talk.post("/order/pending/list", {"symbol": "ETHUSDT"}) is None


def test_a_cancel_succeeds_whatever_it_names() -> None:
    talk = Talk()
    first, second = talk.order()["orderId"], talk.order()["orderId"]
    named = [
        {"orderId": first, "symbol": "btcusdt"},
        {"orderId": "1", "symbol": "BTCUSDT"},
        {"orderId": second, "symbol": "ETHUSDT"},
        {"clientId": "5", "symbol": "BTCUSDT"},
    ]
    entry = talk.send("/order/cancel", {"orderIdList": named})
    assert body_of(entry) == b'{"code":"0","msg":"result.success","data":null,"success":true}'
    assert [effect.subject for effect in entry.effects] == [first]
    assert [row["orderId"] for row in talk.post("/order/pending/list", {"symbol": "BTCUSDT"})] == [second]
    assert talk.get(f"/order/detail?orderId={first}")["status"] == "4"


def test_an_order_id_may_be_a_number_of_eighteen_digits() -> None:
    talk = Talk()
    order_id = int(talk.order()["orderId"])
    talk.post("/order/cancel", {"orderIdList": [{"orderId": order_id, "symbol": "BTCUSDT"}]})
    assert talk.get(f"/order/detail?orderId={order_id}")["status"] == "4"


@pytest.mark.parametrize(
    "body",
    [{}, {"orderIdList": []}, {"orderIdList": {}}, {"orderIdList": ["1"]}, {"orderIdList": [{"symbol": "BTCUSDT"}]}],
)
def test_a_cancel_that_names_nothing_is_a_parameter_error(body: object) -> None:
    assert body_of(Talk().send("/order/cancel", body)).startswith(b'{"code":"2",')


def test_a_batch_has_a_result_for_each() -> None:
    talk = Talk()
    good = {"side": 2, "type": 1, "volume": "0.0125", "price": "60000.5", "symbol": "BTCUSDT"}
    results = talk.post("/order/place_order/batch", {"orderList": [good, {**good, "volume": "1"}, {"side": 2}, 5]})
    assert [result["placeStatus"] for result in results] == [1, 0, 0, 0]
    assert results[1] == {"orderId": None, "placeStatus": 0, "placeCode": 10034, "placeMsg": "余额不足"}
    assert [result["placeCode"] for result in results[2:]] == [2, 2]


def test_a_market_sale_counts_the_base_and_a_market_purchase_the_quote() -> None:
    talk = Talk()
    sold = talk.order(side=1, type=2, volume="0.001", price="0")["orderId"]
    bought = talk.post("/order/place_order", {"side": 2, "type": 2, "volume": "100", "symbol": "BTCUSDT"})["orderId"]
    sale, purchase = (talk.get(f"/order/detail?orderId={order_id}") for order_id in (sold, bought))
    assert (sale["status"], sale["type"], sale["volume"], sale["feeCoin"]) == ("2", "2", "0.001", "USDT")
    assert purchase["status"] == "2"
    assert 99 < float(purchase["dealAmount"]) <= 100
    assert talk.post("/order/pending/list", {"symbol": "BTCUSDT"}) is None


def test_the_history_is_paged_newest_first_in_data_inside_of_data() -> None:
    talk = Talk()
    placed = [talk.order()["orderId"] for _ in range(3)]
    talk.post("/order/cancel", {"orderIdList": [{"orderId": placed[0], "symbol": "BTCUSDT"}]})
    page = talk.post("/order/history/page", {"symbol": "BTCUSDT", "page": 1, "pageSize": 2})
    assert {name: page[name] for name in page if name != "data"} == {"total": 3, "pageNum": 1, "pageSize": 2}
    assert [row["orderId"] for row in page["data"]] == [placed[2], placed[1]]
    cancelled = talk.post("/order/history/page", {"symbol": "BTCUSDT", "status": "4"})
    assert [row["orderId"] for row in cancelled["data"]] == [placed[0]]
    window = {"symbol": "BTCUSDT", "startTime": "2025-01-01T00:00:00Z", "endTime": "2025-01-01T01:00:00+01:00"}
    assert talk.post("/order/history/page", window)["total"] == 3
    assert talk.post("/order/history/page", {**window, "startTime": "2025-01-01T00:00:01"})["total"] == 0
    assert body_of(talk.send("/order/history/page", {**window, "endTime": "soon"})).startswith(b'{"code":"2",')


def test_what_is_not_there_is_silent() -> None:
    talk = Talk()
    assert talk.get("/order/detail?orderId=1") is None
    assert talk.get("/order/detail?orderId=x") is None
    assert talk.post("/order/deal/list", {"orderId": "1", "symbol": "BTCUSDT"}) == []


def test_the_deals_of_an_order_say_their_role() -> None:
    talk = Talk()
    maker = talk.order(price="64250.5")["orderId"]
    taker = talk.order(side=1, volume="0.005", price="64250.5")["orderId"]
    (bought,) = talk.post("/order/deal/list", {"orderId": maker, "symbol": "BTCUSDT"})
    assert list(bought) == ["id", "volume", "price", "fee", "feeCoin", "role", "ctime"]
    assert (bought["volume"], bought["fee"], bought["feeCoin"], bought["role"]) == ("0.005", "0.000004", "BTC", 1)
    (sold,) = talk.post("/order/deal/list", {"orderId": taker, "symbol": "BTCUSDT"})
    assert (sold["id"], sold["feeCoin"], sold["role"]) == (bought["id"], "USDT", 2)
    assert talk.post("/order/deal/list", {"orderId": maker, "symbol": "ETHUSDT"}) == []


@pytest.mark.parametrize("market", [market.name for market in DIALECT.markets])
def test_every_market_can_be_traded_by_its_symbol(market: str) -> None:
    talk = Talk()
    symbol = DIALECT.market_name(market)
    found = next(known for known in DIALECT.markets if known.name == market)
    price = found.opening_price - found.price_step * 10
    volume = max(found.minimum_amount, (found.minimum_total / price * 2).quantize(found.amount_step))
    placed = talk.order(symbol=symbol, price=f"{price:f}", volume=f"{volume:f}")
    assert placed["placeStatus"] == 1


def test_a_cancel_by_client_id_blocks_others_for_a_minute_where_live_servers_are_played() -> None:
    talk = Talk(dialect_named("bitunix", answers="live"))
    placed = talk.order(clientId="mine")["orderId"]

    def cancel(at_ms: int, **named: str) -> str:
        body = json.dumps({"orderIdList": [{"symbol": "BTCUSDT", **named}]}).encode()
        entry = talk.serve(talk.signed("POST", "/order/cancel", body, timestamp_ms=at_ms), at_ms=at_ms)
        assert body_of(entry) == b'{"code":"0","msg":"result.success","data":null,"success":true}'
        return str(talk.get(f"/order/detail?orderId={placed}")["status"])

    assert cancel(NOW, clientId="nobody's") == "1"
    assert cancel(NOW, clientId="mine") == "1"
    assert cancel(NOW + 59_999, orderId=placed) == "1"
    assert cancel(NOW + 60_000, orderId=placed) == "4"


def test_a_client_id_cancels_nothing_and_blocks_nothing_where_documents_are_played() -> None:
    talk = Talk()
    placed = talk.order(clientId="mine")["orderId"]
    for named in ({"clientId": "mine"}, {"orderId": placed}):
        talk.post("/order/cancel", {"orderIdList": [{"symbol": "BTCUSDT", **named}]})
    assert talk.get(f"/order/detail?orderId={placed}")["status"] == "4"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/order/cancel", {"orderIdList": [{"orderId": "1"}]}),
        ("/order/history/page", {"symbol": "NOPE"}),
        ("/order/history/page", {"symbol": "BTCUSDT", "startTime": "soon"}),
        ("/order/deal/list", {"symbol": "BTCUSDT"}),
        ("/order/deal/list", {"orderId": "1"}),
        ("/order/place_order/batch", {"orderList": []}),
        ("/order/place_order/batch", {"orderList": [{}] * 1001}),
        ("/order/cancel", {"orderIdList": [{"orderId": "1", "symbol": "BTCUSDT"}] * 1001}),
    ],
)
def test_a_call_that_lacks_something_is_a_parameter_error(path: str, body: object) -> None:
    assert body_of(Talk().send(path, body)) == b'{"code":"2","msg":"Parameter error","data":null,"success":false}'


def test_a_detail_without_an_id_is_a_parameter_error() -> None:
    talk = Talk()
    assert body_of(talk.serve(talk.signed("GET", "/order/detail"))).startswith(b'{"code":"2",')


def test_the_volume_of_a_market_order_has_decimals_of_what_it_counts() -> None:
    talk = Talk()
    assert talk.order(side=2, type=2, volume="100.12345678")["placeStatus"] == 1
    for side, volume in ((2, "100.123456789"), (1, "0.001001")):
        given = {"side": side, "type": 2, "volume": volume, "symbol": "BTCUSDT"}
        assert body_of(talk.send("/order/place_order", given)).startswith(b'{"code":"10058",')
