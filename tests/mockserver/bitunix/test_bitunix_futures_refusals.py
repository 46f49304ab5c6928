"""Every code of the futures table is provoked by what causes it, or by a plan where nothing here can."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from mockserver import dialect_named
from mockserver.core.dialect import Profile
from mockserver.core.journal import Entry
from mockserver.core.keys import KeyState
from mockserver.core.orders import Side
from mockserver.core.refusals import Refusal, Refused
from mockserver.dialects.bitunix import DIALECT
from mockserver.dialects.bitunix.futures.refusals import FUTURES_ROWS
from signer import Request
from tests.mockserver.bitunix.bitunix_talk import FUTURES, NOW, body_of
from tests.mockserver.bitunix.futures_talk import ORDER, FuturesTalk, said

Provocation = Callable[[FuturesTalk], Entry]

CHOICE = {"symbol": "BTCUSDT", "marginCoin": "USDT"}
TEXTS = {row.code: row.text for row in FUTURES_ROWS if row.variant == row.code}


def order(**changes: object) -> Provocation:
    return lambda talk: talk.ask("POST", "/trade/place_order", {**ORDER, **changes})


def protection(opening: str, **wishes: object) -> Provocation:
    """Ask for a protection of a position of 0.01 that was opened at 64 250."""

    def provoke(talk: FuturesTalk) -> Entry:
        number = talk.long(side=opening)
        return talk.ask("POST", "/tpsl/place_order", {"symbol": "BTCUSDT", "positionId": number, **wishes})

    return provoke


def after(first: Callable[[FuturesTalk], object], then: Provocation) -> Provocation:
    def provoke(talk: FuturesTalk) -> Entry:
        first(talk)
        return then(talk)

    return provoke


def isolated(talk: FuturesTalk) -> None:
    talk.do("/account/change_margin_mode", {**CHOICE, "marginMode": "ISOLATION"})


def choosing(path: str, **changes: object) -> Provocation:
    return lambda talk: talk.ask("POST", f"/account/{path}", {**CHOICE, **changes})


def signed_badly(talk: FuturesTalk) -> Entry:
    return talk.serve(talk.signed("GET", f"{FUTURES}/account?marginCoin=USDT").with_header(b"sign", b"0" * 64))


def without(header: bytes) -> Provocation:
    def provoke(talk: FuturesTalk) -> Entry:
        request = talk.signed("GET", f"{FUTURES}/account?marginCoin=USDT")
        return talk.serve(replace(request, headers=tuple(pair for pair in request.headers if pair[0] != header)))

    return provoke


def from_elsewhere(talk: FuturesTalk) -> Entry:
    restricted = FuturesTalk(usdt="0", addresses=["10.0.0.0/8"])
    return restricted.serve(restricted.signed("GET", f"{FUTURES}/account?marginCoin=USDT"), peer="192.0.2.1")


def closed(talk: FuturesTalk) -> Entry:
    talk.exchange.gate.maintenance = 5
    return talk.ask("GET", "/account?marginCoin=USDT")


def frozen(talk: FuturesTalk) -> Entry:
    talk.key.venue.freeze(talk.key.account)
    return talk.ask("GET", "/account?marginCoin=USDT")


def too_often(path: str, calls: int) -> Provocation:
    def provoke(talk: FuturesTalk) -> Entry:
        hurried = FuturesTalk(usdt="0", rate_limits=True)
        for _ in range(calls):
            assert said(hurried.ask("GET", path))[0] == 0
        return hurried.ask("GET", path)

    return provoke


def of_nobody(talk: FuturesTalk) -> Entry:
    """Sell at market where nobody buys any more."""
    talk.do("/account/change_leverage", {**CHOICE, "symbol": "1INCHUSDT", "leverage": 50})
    other = talk.exchange.registry.create_key(balances={"1INCH": "100000000000"})
    desk = talk.exchange.venue.desk(other.account, NOW)
    market = desk.market("1INCH/USDT")
    assert market is not None
    bids, _ = desk.book(market, 1000)
    desk.place_order(market, Side.SELL, bids[-1][0], sum((amount for _, amount in bids), bids[0][1] * 0))
    return talk.ask(
        "POST",
        "/trade/place_order",
        {"symbol": "1INCHUSDT", "side": "SELL", "orderType": "MARKET", "qty": "100"},
    )


#: What provokes a code.
PROVOKED: dict[int, Provocation] = {
    10001: closed,
    10002: order(qty=None),
    10003: without(b"api-key"),
    10004: from_elsewhere,
    10005: too_often("/market/tickers", 10),
    10006: too_often("/account?marginCoin=USDT", 10),
    10007: signed_badly,
    10008: order(side="LEFT"),
    20001: order(symbol="NOPE"),
    20002: after(lambda talk: talk.do("/account/change_leverage", {**CHOICE, "leverage": 125}), order(qty="6")),
    20003: order(qty="5"),
    20004: of_nobody,
    20005: choosing("change_leverage", leverage=126),
    20006: after(lambda talk: talk.open(), choosing("change_leverage", leverage=10)),
    20007: lambda talk: talk.ask("GET", "/trade/get_order_detail?orderId=1"),
    20008: after(lambda talk: talk.long(), choosing("adjust_position_margin", amount=100_000)),
    20009: after(lambda talk: talk.long(), choosing("change_position_mode", positionMode="HEDGE")),
    20011: frozen,
    20015: order(symbol="ETHBTC"),
    30001: order(price="68000"),
    30002: after(lambda talk: (isolated(talk), talk.long()), order(side="SELL", price="60000", reduceOnly=True)),
    30003: after(lambda talk: (isolated(talk), talk.short()), order(price="70000", reduceOnly=True)),
    30004: lambda talk: talk.ask("POST", "/trade/flash_close_position", {"positionId": "1"}),
    30005: protection("BUY", slPrice="64288.51"),
    30006: protection("BUY"),
    30011: after(
        lambda talk: talk.open(orderType="MARKET", clientId="done"),
        lambda talk: talk.ask("POST", "/trade/modify_order", {"clientId": "done", "price": "60000"}),
    ),
    30013: order(qty="501"),
    30014: order(price="100000"),
    30015: order(side="SELL", price="30000"),
    30016: order(qty="0"),
    30017: order(qty="0.00001"),
    30018: order(reduceOnly=True),
    30019: after(lambda talk: talk.long(), order(reduceOnly=True)),
    30020: protection("BUY", tpPrice="64000"),
    30021: protection("SELL", tpPrice="65000"),
    30022: protection("SELL", slPrice="64000"),
    30023: protection("BUY", slPrice="65000"),
    30024: after(isolated, protection("SELL", slPrice="68000")),
    30025: after(isolated, protection("BUY", slPrice="60000")),
    30026: order(tpPrice="59000", tpStopType="LAST_PRICE"),
    30027: order(tpPrice="59000", tpStopType="MARK_PRICE"),
    30028: order(slPrice="61000", slStopType="LAST_PRICE"),
    30029: order(slPrice="61000"),
    30030: order(side="SELL", price="65000", slPrice="64000", slStopType="LAST_PRICE"),
    30031: order(side="SELL", price="65000", slPrice="64000"),
    30032: order(side="SELL", price="65000", tpPrice="66000", tpStopType="LAST_PRICE"),
    30033: order(side="SELL", price="65000", tpPrice="66000"),
    30038: protection("BUY", slPrice="62000", slQty="0.02"),
    30039: order(orderType="MARKET", qty="101"),
    30041: order(slPrice="0"),
    30042: after(lambda talk: talk.open(clientId="x"), order(clientId="x")),
    40004: after(
        lambda talk: talk.do(
            "/tpsl/position/place_order", {"symbol": "BTCUSDT", "positionId": talk.long(), "slPrice": "63000"}
        ),
        lambda talk: talk.ask(
            "POST",
            "/tpsl/position/place_order",
            {"symbol": "BTCUSDT", "positionId": "9000001", "slPrice": "63000"},
        ),
    ),
}

#: Codes that nothing here causes: coupons, deleted accounts, favorites, lead trading, and what the prices of a
#: protection are held against elsewhere.
PLANNED = {
    *(20010, 20012, 20013, 20014),
    *(30007, 30008, 30009, 30010, 30012),
    *(30034, 30035, 30036, 30037, 30040),
    *(40001, 40002, 40003, 40005, 40006, 40007, 40008),
}


def test_every_code_of_the_table_is_provoked_here() -> None:
    assert sorted({*PROVOKED, *PLANNED}) == sorted(int(code) for code in TEXTS)
    assert not PLANNED & set(PROVOKED)


@pytest.mark.parametrize("code", PROVOKED)
def test_a_cause_has_its_code_and_text_to_the_byte(code: int) -> None:
    talk = FuturesTalk()
    entry = PROVOKED[code](talk)
    text = TEXTS[str(code)]
    if code == 10008:
        text = text.replace("{value}", "LEFT").replace("correctValue", "BUY,SELL")
    assert body_of(entry) == f'{{"code":{code},"data":null,"msg":{json.dumps(text)}}}'.encode()
    assert entry.refused is not None
    assert not entry.effects


@pytest.mark.parametrize(
    "changes",
    [
        {"orderType": "MARKET", "qty": "100"},
        {"qty": "500"},
        {"price": "96375.76", "side": "BUY"},
        {"price": "32125.26", "side": "SELL"},
    ],
)
def test_what_a_contract_just_allows_is_refused_for_other_reasons(changes: dict[str, object]) -> None:
    code, _, _ = said(order(**changes)(FuturesTalk()))
    assert code in (20002, 20003, 30001)


def test_a_closing_order_may_stand_at_the_price_that_ends_the_position() -> None:
    talk = FuturesTalk()
    isolated(talk)
    talk.long()
    price = talk.see("/position/get_pending_positions")[0]["liqPrice"]
    cents = f"{float(price) + 0.01:.2f}"
    assert said(order(side="SELL", price=cents, reduceOnly=True)(talk))[0] == 0


@pytest.mark.parametrize("code", sorted(PLANNED))
def test_a_code_without_a_cause_can_be_planned(code: int) -> None:
    refused = Refused(refusal=Refusal.REJECTED, variant=str(code))
    request = Request(method="POST", target=f"{FUTURES}/trade/place_order".encode())
    answer = DIALECT.write_refusal(refused, DIALECT.row(refused), Profile.DOCUMENTED, request, NOW)
    assert answer.body == f'{{"code":{code},"data":null,"msg":{json.dumps(TEXTS[str(code)])}}}'.encode()
    assert answer.status == 200


@pytest.mark.parametrize(
    ("header", "code"), [(b"api-key", 10003), (b"sign", 10002), (b"nonce", 10002), (b"timestamp", 10002)]
)
def test_a_missing_header_has_a_code(header: bytes, code: int) -> None:
    assert said(without(header)(FuturesTalk()))[0] == code


@pytest.mark.parametrize(("profile", "status"), [(Profile.DOCUMENTED, 403), (Profile.OBSERVED, 200)])
def test_a_wrong_signature_has_the_status_and_the_text_of_the_profile(profile: Profile, status: int) -> None:
    text = "Sign signature error" if profile is Profile.DOCUMENTED else "Signature Error"
    talk = FuturesTalk(dialect_named("bitunix", profile), profile=profile, usdt="0")
    entry = signed_badly(talk)
    assert entry.answer is not None
    assert (entry.answer.status, said(entry)[0], said(entry)[2]) == (status, 10007, text)


@pytest.mark.parametrize("state", [KeyState.REVOKED, KeyState.PENDING])
def test_a_key_that_is_not_active_signs_nothing(state: KeyState) -> None:
    talk = FuturesTalk()
    talk.exchange.registry.set_state(talk.key.credentials.key, state)
    assert said(talk.ask("GET", "/account?marginCoin=USDT"))[0] == 10007


def test_an_unknown_key_is_a_wrong_signature() -> None:
    talk = FuturesTalk()
    request = talk.signed("GET", f"{FUTURES}/account?marginCoin=USDT").with_header(b"api-key", b"0" * 32)
    assert said(talk.serve(request))[0] == 10007


def test_a_stale_timestamp_is_a_parameter_error() -> None:
    talk = FuturesTalk()
    request = talk.signed("GET", f"{FUTURES}/account?marginCoin=USDT", timestamp_ms=NOW - 60_001)
    assert said(talk.serve(request))[0] == 10002


def test_a_key_that_may_only_read_places_nothing() -> None:
    talk = FuturesTalk(usdt="0", permissions={"read"})
    assert talk.refused("/trade/place_order", ORDER) == 10004


def test_a_body_that_is_no_object_is_a_parameter_error() -> None:
    talk = FuturesTalk()
    assert talk.refused("/trade/place_order", [1]) == 10002


def test_the_slow_calls_have_a_limit_of_their_own() -> None:
    talk = FuturesTalk(usdt="0", rate_limits=True)
    body = {"symbol": "BTCUSDT", "orderList": [{"orderId": "1"}]}
    for _ in range(5):
        talk.do("/trade/cancel_orders", body)
    assert talk.refused("/trade/cancel_orders", body) == 10006
    talk.now += 1000
    talk.do("/trade/cancel_orders", body)
    assert said(talk.ask("GET", "/account?marginCoin=USDT"))[0] == 0
