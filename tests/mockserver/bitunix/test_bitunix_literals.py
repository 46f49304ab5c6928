"""What the page of Bitunix facts spells out: signatures that a server must let in or refuse, and bodies to the byte."""

import json

import pytest

from signer import Request
from tests.mockserver.bitunix.bitunix_talk import FUTURES, NOW, PREFIX, Talk, body_of, data_of
from tests.mockserver.bitunix.futures_talk import FuturesTalk, said

KEY, SECRET = "0f1e2d3c4b5a69788796a5b4c3d2e1f0", "00112233445566778899aabbccddeeff"
TWO_PARAMETERS = f"{FUTURES}/account/get_leverage_margin_mode?symbol=BTCUSDT&marginCoin=USDT"


def signed(target: str, signature: str, body: str = "") -> Request:
    return Request(
        method="POST" if body else "GET",
        target=target.encode(),
        headers=(
            (b"Api-Key", KEY.encode()),
            (b"Nonce", b"a1b2c3d4e5f60718293a4b5c6d7e8f90"),
            (b"Timestamp", b"1735689600000"),
            (b"Sign", signature.encode()),
        ),
        body=body.encode(),
    )


# Facts 2.2: G0, G1, G2, P1, P1s, P2, P3.
@pytest.mark.parametrize(
    ("target", "body", "signature"),
    [
        (f"{PREFIX}/user/account", "", "56111cfae0b7313f242efb11359a701fd5e21587b948e4ec290958801d607e36"),
        (
            f"{PREFIX}/order/detail?orderId=730000000000000001",
            "",
            "ef184ba14f56448287729373ee91f94fff91fe2d4e8306be37650f048fb143fe",
        ),
        (TWO_PARAMETERS, "", "93b0c6fbe82bc6d295d68deee96f1d6c64309a0a45181965cdfaf56865fc0166"),
        (
            f"{PREFIX}/order/place_order",
            '{"side":2,"type":1,"volume":"0.0125","price":"64250.5","symbol":"BTCUSDT"}',
            "c47ccd926a8139c2b076c45018cd9496a52dfb9e893690281e07b85d62d1998d",
        ),
        (
            f"{PREFIX}/order/place_order",
            '{"side": 2, "type": 1, "volume": "0.0125", "price": "64250.5", "symbol": "BTCUSDT"}',
            "8058e75b29b49ce062ffca3bb8975a64cf2754407f7ebb1004ff3cd650c32a70",
        ),
        (
            f"{PREFIX}/order/pending/list",
            '{"symbol":"BTCUSDT"}',
            "1a4e3d64051b31a2ac82b7f3a3a2761148decc7511dfc2a8d2c13ed465654d9d",
        ),
        (
            f"{PREFIX}/order/cancel",
            '{"orderIdList":[{"orderId":"730000000000000001","symbol":"BTCUSDT"}]}',
            "ca881b6cf6fa66cb96ed9d5d1dd8a8ebb4e21aff5d66265ecb4183fb33dec571",
        ),
    ],
)
def test_the_signatures_of_the_page_are_let_in(target: str, body: str, signature: str) -> None:
    talk = Talk(key=KEY, secret=SECRET)
    assert talk.serve(signed(target, signature, body)).refused is None


# Facts 2.2, the wrong constructions of G2.
@pytest.mark.parametrize(
    "signature",
    [
        "93a89fab7be849ac18a7156ab628aa47ef8dd296cdbee4d63760a95ca6baf934",
        "37ce3136748116f89a2d1f3448e8ce713efefc9ee6759b812065b5220d2cbcc1",
        "2c448ee04c4232f80bd01f2f45312b9082ccccf9d3289e2c616267c2c42f5dad",
        "94caefea148c17176478514f32f4cec650c3d68861b3a75d5239b97e29f8eb06",
        "3dfed5cb73e9f7e600bef105b0b7238bd8de1f55355378ce7530b6f2e5473667",
        "dd5ee8918d280a6dd9d6756d4f49c8638c05049bc48bc15737ddb273c62fae95",
        "8f1b71cd48d32731621ddd7dc790e1bb3f2a4e83eece58dee215ba4c461215f5",
        "76a9e864728d9239f2757318fc6e749fe8ca16abbf5ab127ff243b4971be8b86",
        "53159561e86ea56dafdea62db342618762f15f51e87146b2b864c98395967b43",
    ],
)
def test_a_wrong_construction_is_a_wrong_signature(signature: str) -> None:
    entry = Talk(key=KEY, secret=SECRET).serve(signed(TWO_PARAMETERS, signature))
    assert body_of(entry) == b'{"code":10007,"data":null,"msg":"Sign signature error"}'


# Facts 2.1: the test of the official Go demo, whose nonce has 17 characters.
def test_the_vector_of_the_official_demo_is_let_in() -> None:
    talk = Talk(key="1" * 17, secret="2" * 17)
    request = Request(
        method="GET",
        target=f"{FUTURES}/account?marginCoin=USDT".encode(),
        headers=(
            (b"api-key", b"1" * 17),
            (b"nonce", b"3" * 17),
            (b"timestamp", b"1747104711262"),
            (b"sign", b"40e87256554e263e39201a3979469b7fbb640d1c7c41759abf5c6a18f937f922"),
        ),
    )
    assert talk.serve(request, at_ms=1_747_104_711_262).refused is None


def test_the_answer_to_a_futures_order_is_that_of_the_page() -> None:
    talk = FuturesTalk(order_id_start=11111)
    entry = talk.ask(
        "POST",
        "/trade/place_order",
        {"symbol": "BTCUSDT", "side": "BUY", "orderType": "LIMIT", "qty": 0.01, "price": 60000, "clientId": "22222"},
    )
    assert body_of(entry) == b'{"code":0,"data":{"orderId":"11111","clientId":"22222"},"msg":"Success"}'


def test_the_answers_to_spot_orders_are_those_of_the_page() -> None:
    talk = Talk()
    body = b'{"side":2,"type":1,"volume":"0.0125","price":"64250.5","symbol":"BTCUSDT"}'
    assert body_of(talk.serve(talk.signed("POST", "/order/place_order", body))) == (
        b'{"code":"0","msg":"result.success","data":{"orderId":"730000000000000001","side":2,"type":1,'
        b'"volume":"0.0125","price":"64250.5","symbol":"BTCUSDT","placeStatus":1},"success":true}'
    )


def test_the_last_price_is_that_of_the_page() -> None:
    entry = Talk().serve(Request(method="GET", target=f"{PREFIX}/market/last_price?symbol=BTCUSDT".encode()))
    assert body_of(entry) == b'{"code":"0","msg":"result.success","data":"64250.51","success":true}'


def test_the_row_of_a_pair_has_all_that_the_page_shows() -> None:
    shown = {
        "id": 1,
        "symbol": "btcusdt",
        "base": "BTC",
        "quote": "USDT",
        "basePrecision": 5,
        "quotePrecision": 2,
        "minPrice": "10.0000000000000000",
        "minVolume": "0.0000500000000000",
        "isOpen": 1,
        "isHot": 1,
        "isRecommend": 1,
        "isShow": 1,
        "tradeArea": "USDT",
        "sort": 1,
        "openTime": None,
    }
    row = Talk().look("/common/coin_pair/list")[0]
    assert {name: row[name] for name in shown} == shown
    assert row["precisions"][:2] == ["0.0100000000000000", "0.1000000000000000"]


def test_the_prices_of_a_book_have_the_decimals_of_its_step() -> None:
    talk = Talk()
    talk.order(price="64250.5")
    book = talk.look("/market/depth?symbol=BTCUSDT&precision=0.0100000000000000")
    assert book["bids"][0] == {"price": "64250.50", "volume": "0.0125"}


# Facts 6: what breaks clients, one by one, where no other test has it.


def test_the_same_refusal_has_a_code_as_text_on_spot_and_as_a_number_on_futures() -> None:
    talk = Talk()
    spot = talk.serve(talk.signed("GET", "/user/account").with_header(b"sign", b"0" * 64))
    futures = talk.serve(talk.signed("GET", f"{FUTURES}/account?marginCoin=USDT").with_header(b"sign", b"0" * 64))
    assert json.loads(body_of(spot))["code"] == "100005"
    assert said(futures)[0] == 10007


def test_a_body_that_was_signed_in_another_spelling_is_a_wrong_signature() -> None:
    talk = Talk()
    compact = talk.signed("POST", "/order/pending/list", b'{"symbol":"BTCUSDT"}')
    respelled = Request(method="POST", target=compact.target, headers=compact.headers, body=b'{"symbol": "BTCUSDT"}')
    assert json.loads(body_of(talk.serve(respelled)))["code"] == "100005"


@pytest.mark.parametrize("path", ["/order/deal/list", "/order/pending/list"])
def test_a_list_that_is_asked_for_by_get_is_not_there(path: str) -> None:
    talk = Talk()
    entry = talk.serve(talk.signed("GET", f"{path}?symbol=BTCUSDT"))
    assert entry.answer is not None
    assert entry.answer.status == 404


def test_either_product_names_the_same_time_in_its_own_way() -> None:
    talk = FuturesTalk()
    spot = talk.order()["orderId"]
    futures = talk.open()
    assert data_of(talk.serve(talk.signed("GET", f"/order/detail?orderId={spot}")))["ctime"] == "2025-01-01T00:00:00Z"
    assert talk.see(f"/trade/get_order_detail?orderId={futures}")["ctime"] == NOW


def test_a_query_parameter_is_not_signed_as_a_body_too() -> None:
    talk = Talk(key=KEY, secret=SECRET)
    twice = talk.signed("GET", f"{FUTURES}/account?marginCoin=USDT", b"")
    body = Request(method="GET", target=twice.target, headers=twice.headers, body=b"marginCoinUSDT")
    assert talk.serve(body).refused is None
