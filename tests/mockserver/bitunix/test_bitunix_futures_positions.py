"""Positions: opened, enlarged, made smaller, turned round, hedged, protected, closed and taken away."""

import pytest

from tests.mockserver.bitunix.futures_talk import ORDER, FuturesTalk, said

CHOICE = {"symbol": "BTCUSDT", "marginCoin": "USDT"}


def positions(talk: FuturesTalk) -> list[dict[str, str]]:
    return talk.see("/position/get_pending_positions")


def closed(talk: FuturesTalk) -> list[dict[str, str]]:
    return talk.see("/position/get_history_positions")["positionList"]


def market(talk: FuturesTalk, side: str, qty: str, **changes: object) -> None:
    talk.open(side=side, orderType="MARKET", price=None, qty=qty, **changes)


def test_a_position_grows_shrinks_and_is_no_more() -> None:
    talk = FuturesTalk()
    number = talk.long("0.02")
    market(talk, "BUY", "0.01")
    (row,) = positions(talk)
    assert (row["positionId"], row["qty"], row["side"]) == (number, "0.03", "LONG")
    assert float(row["entryValue"]) == pytest.approx(float(row["avgOpenPrice"]) * 0.03, rel=1e-6)
    market(talk, "SELL", "0.02")
    assert positions(talk)[0]["qty"] == "0.01"
    market(talk, "SELL", "0.01")
    assert positions(talk) == []
    (past,) = closed(talk)
    assert (past["positionId"], past["maxQty"], past["side"], past["liqQty"]) == (number, "0.03", "LONG", "0")
    profit = (float(past["closePrice"]) - float(past["entryPrice"])) * 0.03
    assert float(past["realizedPNL"]) == pytest.approx(profit, rel=1e-4)
    assert profit < 0


def test_an_order_larger_than_the_position_turns_it_round() -> None:
    talk = FuturesTalk()
    talk.long("0.01")
    market(talk, "SELL", "0.03")
    (row,) = positions(talk)
    assert (row["side"], row["qty"]) == ("SHORT", "0.02")


def test_an_order_that_may_only_reduce_closes_no_more_than_there_is() -> None:
    talk = FuturesTalk()
    talk.long("0.01")
    market(talk, "SELL", "0.03", reduceOnly=True)
    assert positions(talk) == []


@pytest.mark.parametrize(("side", "price", "wins"), [("BUY", "66000", True), ("SELL", "66000", False)])
def test_a_position_wins_with_the_price_or_against_it(side: str, price: str, wins: bool) -> None:
    talk = FuturesTalk()
    market(talk, side, "0.01")
    talk.move_price(price)
    (row,) = positions(talk)
    assert (float(row["unrealizedPNL"]) > 0) is wins
    assert 0 < float(row["marginRate"]) < 1
    talk.do("/trade/close_all_position", {"symbol": "BTCUSDT"})
    assert (float(closed(talk)[0]["realizedPNL"]) > 0) is wins


@pytest.mark.parametrize(("side", "price"), [("BUY", "63000"), ("SELL", "66000")])
def test_an_isolated_position_is_taken_away_when_its_margin_is_used_up(side: str, price: str) -> None:
    talk = FuturesTalk()
    talk.do("/account/change_margin_mode", {**CHOICE, "marginMode": "ISOLATION"})
    talk.do("/account/change_leverage", {**CHOICE, "leverage": 50})
    market(talk, side, "0.1")
    (row,) = positions(talk)
    limit = float(row["liqPrice"])
    assert 62000 < limit < 67000
    assert (limit < 64250) is (side == "BUY")
    talk.move_price(price)
    assert positions(talk) == []
    (past,) = closed(talk)
    assert past["liqQty"] == "0.1"
    (account,) = talk.see("/account?marginCoin=USDT")
    assert 4800 < float(account["available"]) < 5000
    assert account["margin"] == "0"


def test_one_position_is_closed_by_its_id() -> None:
    talk = FuturesTalk()
    number = talk.long()
    assert talk.refused("/trade/flash_close_position", {"positionId": "1"}) == 30004
    assert talk.refused("/trade/flash_close_position", {}) == 10002
    assert talk.do("/trade/flash_close_position", {"positionId": number}) is None
    assert positions(talk) == []
    assert talk.refused("/trade/flash_close_position", {"positionId": number}) == 30004


def test_positions_of_all_contracts_are_closed_at_once() -> None:
    talk = FuturesTalk()
    talk.long()
    market(talk, "BUY", "0.1", symbol="ETHUSDT")
    assert len(positions(talk)) == 2
    assert talk.do("/trade/close_all_position", {}) is None
    assert positions(talk) == []
    assert talk.do("/trade/close_all_position", {}) is None


def test_positions_are_found_by_symbol_and_id() -> None:
    talk = FuturesTalk()
    number = talk.long()
    market(talk, "BUY", "0.1", symbol="ETHUSDT")
    for query, found in (
        ("symbol=btcusdt", 1),
        (f"positionId={number}", 1),
        ("positionId=1", 0),
        ("symbol=1INCHUSDT", 0),
    ):
        assert len(talk.see(f"/position/get_pending_positions?{query}")) == found
    talk.do("/trade/close_all_position", {})
    for query, found in (("", 2), ("symbol=BTCUSDT", 1), (f"positionId={number}", 1), ("startTime=9999999999999", 0)):
        assert talk.see(f"/position/get_history_positions?{query}")["total"] == found
    assert len(talk.see("/position/get_history_positions?skip=1&limit=5")["positionList"]) == 1
    page = talk.see("/position/get_history_positions?symbol=BTCUSDT")
    assert [row["symbol"] for row in page["positionList"]] == ["BTCUSDT"]


def test_each_trade_of_an_order_has_its_share_of_what_the_order_realised() -> None:
    talk = FuturesTalk()
    talk.long("0.03")
    talk.open(price="64240", qty="0.01")
    market(talk, "SELL", "0.03", reduceOnly=True)
    order = talk.see("/trade/get_history_orders?type=MARKET")["orderList"][0]
    rows = talk.see(f"/trade/get_history_trades?orderId={order['orderId']}")["tradeList"]
    assert len(rows) == 2
    assert 0 > float(order["realizedPNL"]) == pytest.approx(sum(float(row["realizedPNL"]) for row in rows), abs=1e-7)
    assert {row["realizedPNL"] for row in rows} != {"0"}


def test_the_risk_limit_of_a_contract_is_a_table() -> None:
    tiers = FuturesTalk().see("/position/get_position_tiers?symbol=BTCUSDT")
    assert [tier["leverage"] for tier in tiers] == [125, 100, 50, 20]
    assert [tier["startValue"] for tier in tiers[1:]] == [tier["endValue"] for tier in tiers[:-1]]
    assert said(FuturesTalk().ask("GET", "/position/get_position_tiers"))[0] == 10002


# Two positions to a contract.


def hedging() -> FuturesTalk:
    talk = FuturesTalk()
    talk.do("/account/change_position_mode", {"positionMode": "HEDGE"})
    market(talk, "BUY", "0.02", tradeSide="OPEN")
    market(talk, "SELL", "0.01", tradeSide="OPEN")
    return talk


def test_a_hedging_account_has_a_long_and_a_short_position_side_by_side() -> None:
    rows = positions(hedging())
    assert {(row["side"], row["qty"], row["positionMode"]) for row in rows} == {
        ("LONG", "0.02", "HEDGE"),
        ("SHORT", "0.01", "HEDGE"),
    }


def test_an_order_that_closes_is_for_the_position_it_names_or_the_one_it_makes_smaller() -> None:
    talk = hedging()
    ids = {row["side"]: row["positionId"] for row in positions(talk)}
    market(talk, "SELL", "0.01", tradeSide="CLOSE", positionId=ids["LONG"])
    assert {(row["side"], row["qty"]) for row in positions(talk)} == {("LONG", "0.01"), ("SHORT", "0.01")}
    market(talk, "BUY", "0.01", tradeSide="CLOSE")
    assert [row["side"] for row in positions(talk)] == ["LONG"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, 10002),
        ({"tradeSide": "HOLD"}, 10008),
        ({"tradeSide": "CLOSE", "positionId": "1"}, 30004),
        ({"tradeSide": "CLOSE", "symbol": "ETHUSDT", "qty": "0.1"}, 30004),
        ({"tradeSide": "OPEN", "reduceOnly": True}, 30019),
    ],
)
def test_a_hedging_account_says_whether_an_order_opens(changes: dict[str, object], code: int) -> None:
    order = {**ORDER, "orderType": "MARKET", **changes}
    assert hedging().refused("/trade/place_order", order) == code


def test_the_side_of_an_order_must_close_the_position_that_it_names() -> None:
    talk = hedging()
    ids = {row["side"]: row["positionId"] for row in positions(talk)}
    order = {**ORDER, "orderType": "MARKET", "tradeSide": "CLOSE", "positionId": ids["LONG"]}
    assert talk.refused("/trade/place_order", order) == 30019


# Take-profit and stop-loss.


def test_a_take_profit_closes_the_position_and_the_stop_loss_beside_it_is_gone() -> None:
    talk = FuturesTalk()
    number = talk.long()
    placed = talk.do(
        "/tpsl/place_order", {"symbol": "BTCUSDT", "positionId": number, "tpPrice": "66000", "slPrice": "63000"}
    )
    (row,) = talk.see("/tpsl/get_pending_orders")
    assert (row["id"], row["tpPrice"], row["slPrice"], row["tpQty"]) == (placed["orderId"], "66000", "63000", None)
    assert (row["tpOrderType"], row["slOrderType"], row["tpOrderPrice"]) == ("MARKET", "MARKET", None)
    talk.move_price("66100")
    assert positions(talk) == []
    assert talk.see("/tpsl/get_pending_orders") == []
    (past,) = talk.see("/tpsl/get_history_orders")["orderList"]
    assert (past["id"], past["status"]) == (placed["orderId"], "FILLED")
    talk.long()
    talk.move_price("62000")
    assert len(positions(talk)) == 1


def test_a_stop_loss_of_a_short_position_waits_above() -> None:
    talk = FuturesTalk()
    number = talk.short("0.02")
    talk.do(
        "/tpsl/place_order",
        {"symbol": "BTCUSDT", "positionId": number, "slPrice": "65500", "slQty": "0.01", "slStopType": "LAST_PRICE"},
    )
    talk.move_price("65400")
    assert positions(talk)[0]["qty"] == "0.02"
    talk.move_price("65500")
    assert positions(talk)[0]["qty"] == "0.01"


def test_a_protection_with_a_limit_becomes_a_limit_order() -> None:
    talk = FuturesTalk()
    number = talk.long()
    wish = {"tpPrice": "66000", "tpOrderType": "LIMIT", "tpOrderPrice": "66500"}
    talk.do("/tpsl/place_order", {"symbol": "BTCUSDT", "positionId": number, **wish})
    talk.move_price("66100")
    (order,) = talk.see("/trade/get_pending_orders")["orderList"]
    assert (order["side"], order["price"], order["reduceOnly"], order["orderType"]) == ("SELL", "66500", True, "LIMIT")


def test_the_wishes_of_an_order_wait_until_it_has_traded() -> None:
    talk = FuturesTalk()
    order = talk.open(price="64000", tpPrice="66000", slPrice="60000")
    assert talk.see("/tpsl/get_pending_orders") == []
    assert talk.see(f"/trade/get_order_detail?orderId={order}")["tpPrice"] == "66000"
    talk.move_price("63900")
    (row,) = talk.see("/tpsl/get_pending_orders")
    assert (row["tpPrice"], row["slPrice"]) == ("66000", "60000")
    talk.move_price("66000")
    assert positions(talk) == []


def test_the_wishes_of_an_order_that_is_cancelled_are_gone() -> None:
    talk = FuturesTalk()
    talk.open(price="64000", tpPrice="66000")
    talk.do("/trade/cancel_all_orders", {})
    talk.long()
    assert talk.see("/tpsl/get_pending_orders") == []


def test_an_order_that_trades_at_once_is_protected_at_once() -> None:
    talk = FuturesTalk()
    market(talk, "BUY", "0.01", slPrice="60000")
    assert [row["slPrice"] for row in talk.see("/tpsl/get_pending_orders?symbol=BTCUSDT")] == ["60000"]


def test_the_protection_of_a_whole_position_is_one_and_follows_it() -> None:
    talk = FuturesTalk()
    number = talk.long()
    given = {"symbol": "BTCUSDT", "positionId": number, "slPrice": "60000"}
    placed = talk.do("/tpsl/position/place_order", given)
    assert talk.refused("/tpsl/position/place_order", given) == 40004
    assert talk.do("/tpsl/position/modify_order", {**given, "slPrice": "63000"}) == placed
    assert [row["slPrice"] for row in talk.see("/tpsl/get_pending_orders")] == ["63000"]
    market(talk, "BUY", "0.05")
    talk.move_price("62900")
    assert positions(talk) == []


def test_a_protection_is_changed_and_cancelled_by_its_id() -> None:
    talk = FuturesTalk()
    number = talk.long()
    placed = talk.do("/tpsl/place_order", {"symbol": "BTCUSDT", "positionId": number, "slPrice": "60000"})
    assert talk.do("/tpsl/modify_order", {**placed, "tpPrice": "70000"}) == placed
    (row,) = talk.see(f"/tpsl/get_pending_orders?positionId={number}")
    assert (row["tpPrice"], row["slPrice"]) == ("70000", None)
    assert talk.refused("/tpsl/cancel_order", {"symbol": "ETHUSDT", **placed}) == 20007
    assert talk.do("/tpsl/cancel_order", {"symbol": "BTCUSDT", **placed}) == placed
    assert talk.refused("/tpsl/cancel_order", {"symbol": "BTCUSDT", **placed}) == 20007
    assert talk.refused("/tpsl/modify_order", {**placed, "tpPrice": "70000"}) == 20007
    assert talk.refused("/tpsl/position/modify_order", {"positionId": number, "tpPrice": "70000"}) == 20007
    assert talk.see("/tpsl/get_history_orders")["orderList"][0]["status"] == "CANCELED"
    talk.move_price("59000")
    assert len(positions(talk)) == 1


def test_a_protection_ends_when_its_position_is_turned_round() -> None:
    talk = FuturesTalk()
    number = talk.long()
    talk.do("/tpsl/place_order", {"symbol": "BTCUSDT", "positionId": number, "slPrice": "60000"})
    market(talk, "SELL", "0.03")
    assert talk.see("/tpsl/get_pending_orders") == []
    assert talk.see("/tpsl/get_history_orders")["orderList"][0]["status"] == "CANCELED"
    talk.move_price("59000")
    assert positions(talk)[0]["qty"] == "0.02"


def test_a_protection_ends_with_its_position() -> None:
    talk = FuturesTalk()
    number = talk.long()
    talk.do("/tpsl/place_order", {"symbol": "BTCUSDT", "positionId": number, "slPrice": "60000"})
    talk.do("/trade/flash_close_position", {"positionId": number})
    assert talk.see("/tpsl/get_pending_orders") == []
    talk.long()
    talk.move_price("59000")
    assert len(positions(talk)) == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"symbol": "NOPE"}, 20001),
        ({"symbol": "ETHUSDT"}, 30004),
        ({"positionId": None}, 10002),
        ({"positionId": "1"}, 30004),
        ({"slPrice": None}, 30006),
    ],
)
def test_a_protection_of_nothing_has_a_code(changes: dict[str, object], code: int) -> None:
    talk = FuturesTalk()
    given = {"symbol": "BTCUSDT", "positionId": talk.long(), "slPrice": "63000", **changes}
    for path in ("/tpsl/place_order", "/tpsl/position/place_order"):
        assert talk.refused(path, given) == code
    assert talk.see("/tpsl/get_pending_orders") == []


def test_a_protection_whose_order_cannot_be_had_leaves_no_half_of_it() -> None:
    talk = FuturesTalk()
    number = talk.long()
    given = {"symbol": "BTCUSDT", "positionId": number, "tpPrice": "66000", "slPrice": "63000"}
    placed = talk.do("/tpsl/place_order", given)
    assert talk.refused("/tpsl/modify_order", {**placed, "tpPrice": "60000"}) == 30020
    (row,) = talk.see("/tpsl/get_pending_orders")
    assert (row["tpPrice"], row["slPrice"]) == ("66000", "63000")
    assert talk.refused("/tpsl/modify_order", {"orderId": "x", "tpPrice": "66000"}) == 20007
    assert talk.refused("/tpsl/modify_order", {"tpPrice": "66000"}) == 10002
    assert talk.refused("/tpsl/cancel_order", {"symbol": "NOPE", **placed}) == 20001
    assert talk.refused("/tpsl/cancel_order", {"symbol": "BTCUSDT"}) == 10002
