"""What happens to futures orders, one by one and several at once."""

import pytest

from tests.mockserver.bitunix.bitunix_talk import NOW
from tests.mockserver.bitunix.futures_talk import ORDER, FuturesTalk, said

BATCH = {name: ORDER[name] for name in ORDER if name != "symbol"}
FIELDS = [
    "orderId",
    "symbol",
    "marginCoin",
    "qty",
    "tradeQty",
    "price",
    "avgPrice",
    "positionMode",
    "marginMode",
    "leverage",
    "side",
    "orderType",
    "effect",
    "clientId",
    "reduceOnly",
    "status",
    "fee",
    "realizedPNL",
]


def detail(talk: FuturesTalk, number: str) -> dict[str, object]:
    return talk.see(f"/trade/get_order_detail?orderId={number}")


def test_an_order_that_rests_is_shown_with_every_field_of_the_page() -> None:
    talk = FuturesTalk()
    row = detail(talk, talk.open(clientId="c-1"))
    assert list(row)[: len(FIELDS)] == FIELDS
    assert list(row)[-2:] == ["ctime", "mtime"]
    assert {name: row[name] for name in FIELDS[1:]} == {
        "symbol": "BTCUSDT",
        "marginCoin": "USDT",
        "qty": "0.01",
        "tradeQty": "0",
        "price": "60000",
        "avgPrice": "0",
        "positionMode": "ONE_WAY",
        "marginMode": "CROSS",
        "leverage": 20,
        "side": "BUY",
        "orderType": "LIMIT",
        "effect": "GTC",
        "clientId": "c-1",
        "reduceOnly": False,
        "status": "NEW",
        "fee": "0",
        "realizedPNL": "0",
    }


def test_the_price_of_a_market_order_is_a_word() -> None:
    talk = FuturesTalk()
    row = detail(talk, talk.open(orderType="MARKET", price=None))
    assert (row["price"], row["status"], row["tradeQty"], row["effect"]) == ("market", "FILLED", "0.01", "IOC")
    assert float(row["avgPrice"]) > 64250


def test_fees_are_in_the_margin_coin_and_the_quantity_stays_whole() -> None:
    talk = FuturesTalk()
    row = detail(talk, talk.open(orderType="MARKET", price=None, qty="0.1"))
    (position,) = talk.see("/position/get_pending_positions")
    assert position["qty"] == "0.1"
    assert float(row["fee"]) == pytest.approx(float(row["avgPrice"]) * 0.1 * 0.001)


@pytest.mark.parametrize(
    ("effect", "price", "statuses"),
    [
        ("IOC", "64000", ["CANCELED"]),
        ("IOC", "65000", ["FILLED"]),
        ("FOK", "65000", ["FILLED"]),
        ("POST_ONLY", "60000", ["NEW"]),
        ("GTC", "60000", ["NEW"]),
    ],
)
def test_an_effect_says_what_becomes_of_the_rest(effect: str, price: str, statuses: list[str]) -> None:
    talk = FuturesTalk()
    row = detail(talk, talk.open(effect=effect, price=price))
    assert ([row["status"]], row["effect"]) == (statuses, effect)


@pytest.mark.parametrize(("effect", "price", "code"), [("FOK", "64000", 20004), ("POST_ONLY", "65000", 30011)])
def test_an_effect_that_cannot_be_had_places_nothing(effect: str, price: str, code: int) -> None:
    talk = FuturesTalk()
    assert talk.refused("/trade/place_order", {**ORDER, "effect": effect, "price": price}) == code
    assert talk.see("/trade/get_history_orders")["total"] == 0


def test_numbers_are_taken_for_text_and_a_symbol_in_any_case() -> None:
    talk = FuturesTalk()
    row = detail(talk, talk.open(symbol="btcusdt", qty=0.01, price=60000, reduceOnly="false"))
    assert (row["symbol"], row["qty"], row["price"]) == ("BTCUSDT", "0.01", "60000")


def test_a_client_id_is_used_once_and_finds_its_order() -> None:
    talk = FuturesTalk()
    number = talk.open(clientId="mine")
    assert talk.refused("/trade/place_order", {**ORDER, "clientId": "mine"}) == 30042
    assert talk.see("/trade/get_order_detail?clientId=mine")["orderId"] == number
    talk.order(clientId="spot")
    talk.open(clientId="spot")


def test_an_order_without_either_id_is_not_named() -> None:
    talk = FuturesTalk()
    assert said(talk.ask("GET", "/trade/get_order_detail"))[0] == 10002
    for query in ("orderId=1", "orderId=x", "clientId=x"):
        assert said(talk.ask("GET", f"/trade/get_order_detail?{query}"))[0] == 20007


def test_the_products_do_not_see_each_others_orders() -> None:
    talk = FuturesTalk()
    spot, futures = talk.order()["orderId"], talk.open()
    assert talk.get(f"/order/detail?orderId={futures}") is None
    assert talk.post("/order/deal/list", {"orderId": futures, "symbol": "BTCUSDT"}) == []
    assert [row["orderId"] for row in talk.post("/order/pending/list", {"symbol": "BTCUSDT"})] == [spot]
    talk.post("/order/cancel", {"orderIdList": [{"orderId": futures, "symbol": "BTCUSDT"}]})
    assert said(talk.ask("GET", f"/trade/get_order_detail?orderId={spot}"))[0] == 20007
    assert [row["orderId"] for row in talk.see("/trade/get_pending_orders")["orderList"]] == [futures]
    assert talk.post("/order/history/page", {"symbol": "BTCUSDT"})["total"] == 1


def test_several_orders_succeed_and_fail_one_by_one() -> None:
    talk = FuturesTalk()
    sent = [BATCH, {**BATCH, "qty": "99", "clientId": "big"}, {**BATCH, "side": "LEFT"}, {**BATCH, "clientId": "last"}]
    answer = talk.do("/trade/batch_order", {"symbol": "BTCUSDT", "orderList": sent})
    assert [row["clientId"] for row in answer["successList"]] == [None, "last"]
    assert answer["failureList"] == [
        {"orderId": None, "clientId": "big", "errorMsg": "Insufficient balance", "errorCode": 20003},
        {
            "orderId": None,
            "clientId": None,
            "errorMsg": "LEFT does not comply with the rule, optional [BUY,SELL]",
            "errorCode": 10008,
        },
    ]


@pytest.mark.parametrize(
    ("orders", "code"), [([], 10002), (None, 10002), ({}, 10002), ([5], 10002), ([BATCH] * 21, 10008)]
)
def test_a_batch_has_one_to_twenty_orders(orders: object, code: int) -> None:
    talk = FuturesTalk()
    for path in ("/trade/batch_order", "/trade/cancel_orders"):
        assert talk.refused(path, {"symbol": "BTCUSDT", "orderList": orders}) == code
    assert talk.see("/trade/get_pending_orders")["total"] == 0


def test_orders_are_cancelled_by_either_id_and_the_order_id_wins() -> None:
    talk = FuturesTalk()
    first, second, third = talk.open(clientId="1"), talk.open(clientId="2"), talk.open(clientId="3")
    other = talk.open(symbol="ETHUSDT", price="2800", qty="0.1")
    named = [
        {"orderId": first, "clientId": "3"},
        {"clientId": "2"},
        {"orderId": other},
        {"orderId": "5", "clientId": "six"},
        {},
    ]
    answer = talk.do("/trade/cancel_orders", {"symbol": "BTCUSDT", "orderList": named})
    assert [row["orderId"] for row in answer["successList"]] == [first, second]
    assert [(row["orderId"], row["clientId"], row["errorCode"]) for row in answer["failureList"]] == [
        (other, None, 20007),
        ("5", "six", 20007),
        (None, None, 10002),
    ]
    assert {row["orderId"] for row in talk.see("/trade/get_pending_orders")["orderList"]} == {third, other}


def test_all_orders_of_a_contract_or_of_all_are_cancelled() -> None:
    talk = FuturesTalk()
    bitcoin, ether = talk.open(), talk.open(symbol="ETHUSDT", price="2800", qty="0.1")
    answer = talk.do("/trade/cancel_all_orders", {"symbol": "ethusdt"})
    assert answer == {"successList": [{"orderId": ether, "clientId": None}], "failureList": []}
    assert [row["orderId"] for row in talk.do("/trade/cancel_all_orders", {})["successList"]] == [bitcoin]
    assert talk.refused("/trade/cancel_all_orders", {"symbol": "ETHBTC"}) == 20015


def test_a_changed_order_has_a_new_id_and_keeps_what_was_not_changed() -> None:
    talk = FuturesTalk()
    talk.open(clientId="mine", tpPrice="66000")
    answer = talk.do("/trade/modify_order", {"clientId": "mine", "price": "61000"})
    assert answer["clientId"] == "mine"
    row = detail(talk, answer["orderId"])
    assert (row["price"], row["qty"], row["tpPrice"]) == ("61000", "0.01", "66000")
    answer = talk.do("/trade/modify_order", {"orderId": answer["orderId"], "qty": "0.02", "slPrice": "50000"})
    row = detail(talk, answer["orderId"])
    assert (row["price"], row["qty"], row["tpPrice"], row["slPrice"]) == ("61000", "0.02", None, "50000")
    assert talk.see("/trade/get_pending_orders")["total"] == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"qty": "0"}, 30016),
        ({"qty": "0.00001"}, 30017),
        ({"price": "-1"}, 10002),
        ({"price": "100000"}, 30014),
        ({"qty": "99"}, 20003),
        ({"tpPrice": "50000"}, 30027),
        ({"orderId": "1"}, 20007),
    ],
)
def test_a_change_that_makes_no_sense_leaves_the_order_alone(changes: dict[str, str], code: int) -> None:
    talk = FuturesTalk()
    number = talk.open()
    assert talk.refused("/trade/modify_order", {"orderId": number, **changes}) == code
    assert detail(talk, number)["status"] == "NEW"


def test_an_order_that_is_done_cannot_be_changed() -> None:
    talk = FuturesTalk()
    number = talk.open(orderType="MARKET", price=None)
    assert talk.refused("/trade/modify_order", {"orderId": number, "price": "60000"}) == 30011


def test_lists_are_newest_first_and_paged() -> None:
    talk = FuturesTalk()
    placed = [talk.open() for _ in range(12)]
    page = talk.see("/trade/get_pending_orders")
    assert (page["total"], [row["orderId"] for row in page["orderList"]]) == (12, placed[:1:-1])
    page = talk.see("/trade/get_pending_orders?skip=10&limit=100")
    assert [row["orderId"] for row in page["orderList"]] == [placed[1], placed[0]]
    talk.do("/trade/cancel_all_orders", {})
    assert talk.see("/trade/get_history_orders?limit=3")["total"] == 12


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 2),
        ("symbol=ETHUSDT", 1),
        ("clientId=b", 1),
        ("clientId=x", 0),
        ("orderId=1", 0),
        ("status=CANCELED", 1),
        ("status=NEW", 0),
        ("type=MARKET", 1),
        (f"startTime={NOW}&endTime={NOW}", 2),
        (f"startTime={NOW + 1}", 0),
        (f"endTime={NOW - 1}", 0),
        ("startTime=soon", 2),
    ],
)
def test_the_history_is_found_by_every_filter(query: str, found: int) -> None:
    talk = FuturesTalk()
    talk.open(clientId="b")
    talk.do("/trade/cancel_all_orders", {})
    talk.open(symbol="ETHUSDT", orderType="MARKET", price=None, qty="0.1")
    assert talk.see(f"/trade/get_history_orders?{query}")["total"] == found
    assert talk.see("/trade/get_pending_orders")["orderList"] == []


def test_trades_say_their_role_and_what_they_realised() -> None:
    talk = FuturesTalk()
    talk.open(price="64250.5", qty="0.02")
    maker = talk.see("/trade/get_pending_orders")["orderList"][0]["orderId"]
    talk.open(side="SELL", orderType="MARKET", price=None, qty="0.01", reduceOnly=False)
    page = talk.see("/trade/get_history_trades?symbol=BTCUSDT")
    assert page["total"] == 2
    assert {row["orderId"]: row["roleType"] for row in page["tradeList"]}[maker] == "MAKER"
    assert {row["qty"] for row in page["tradeList"]} == {"0.01"}
    assert detail(talk, maker)["status"] == "PART_FILLED"
    talk.do("/trade/cancel_all_orders", {})
    assert detail(talk, maker)["status"] == "PART_FILLED_CANCELED"
    assert talk.see(f"/trade/get_history_trades?orderId={maker}")["total"] == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"orderType": "STOP"}, 10008),
        ({"orderType": None}, 10002),
        ({"effect": "DAY"}, 10008),
        ({"price": None}, 10002),
        ({"price": "60000.001"}, 10002),
        ({"qty": "0.010001"}, 10002),
        ({"clientId": "x" * 65}, 10002),
        ({"reduceOnly": "perhaps"}, 10008),
        ({"tpPrice": "x"}, 10002),
        ({"tpPrice": "66000.001"}, 10002),
        ({"tpPrice": "66000", "tpStopType": "MARK"}, 10008),
        ({"tpPrice": "66000", "tpOrderType": "STOP"}, 10008),
        ({"tpPrice": "66000", "tpOrderType": "LIMIT"}, 10002),
        ({"slPrice": "59000", "slQty": "0"}, 30016),
    ],
)
def test_an_order_that_makes_no_sense_has_a_code_and_leaves_nothing(changes: dict[str, object], code: int) -> None:
    talk = FuturesTalk()
    assert talk.refused("/trade/place_order", {**ORDER, **changes}) == code
    assert talk.see("/trade/get_pending_orders")["total"] == 0


@pytest.mark.parametrize(
    "path",
    [
        "/trade/get_pending_orders",
        "/trade/get_history_trades",
        "/position/get_pending_positions",
        "/position/get_history_positions",
        "/tpsl/get_pending_orders",
        "/tpsl/get_history_orders",
    ],
)
def test_a_list_of_a_contract_that_is_none_has_a_code(path: str) -> None:
    assert said(FuturesTalk().ask("GET", f"{path}?symbol=NOPE"))[0] == 20001


@pytest.mark.parametrize("path", ["/trade/batch_order", "/trade/cancel_orders", "/trade/close_all_position"])
def test_a_call_for_a_contract_that_is_none_has_a_code(path: str) -> None:
    assert FuturesTalk().refused(path, {"symbol": "NOPE", "orderList": [BATCH]}) == 20001
