"""The futures account: what is in it, and what is chosen for the next orders."""

import pytest

from mockserver import dialect_named
from tests.mockserver.bitunix.futures_talk import FuturesTalk, said

EMPTY = {
    "marginCoin": "USDT",
    "available": "0",
    "frozen": "0",
    "margin": "0",
    "transfer": "0",
    "positionMode": "ONE_WAY",
    "crossUnrealizedPNL": "0",
    "isolationUnrealizedPNL": "0",
    "bonus": "0",
}
CHOICE = {"symbol": "BTCUSDT", "marginCoin": "USDT"}


def account(talk: FuturesTalk) -> dict[str, str]:
    (row,) = talk.see("/account?marginCoin=USDT")
    return row


def test_an_account_is_an_array_as_documented_and_an_object_as_seen_live() -> None:
    assert FuturesTalk(usdt="0").see("/account?marginCoin=USDT") == [EMPTY]
    assert FuturesTalk(dialect_named("bitunix", answers="live"), usdt="0").see("/account?marginCoin=usdt") == EMPTY


@pytest.mark.parametrize(("query", "code"), [("", 10002), ("?marginCoin=BTC", 10008)])
def test_an_account_is_asked_for_by_its_margin_coin(query: str, code: int) -> None:
    assert said(FuturesTalk().ask("GET", f"/account{query}"))[0] == code


def test_orders_freeze_margin_and_positions_take_it() -> None:
    talk = FuturesTalk()
    talk.open(price="60000", qty="0.1")
    row = account(talk)
    assert (row["available"], row["frozen"], row["margin"]) == ("4700", "300", "0")
    talk.do("/trade/cancel_all_orders", {})
    talk.long("0.1")
    row = account(talk)
    assert (row["frozen"], row["transfer"]) == ("0", row["available"])
    assert 300 < float(row["margin"]) < 330


def test_profit_that_is_not_realised_is_told_apart_by_what_backs_it() -> None:
    cross, isolated = FuturesTalk(), FuturesTalk()
    isolated.do("/account/change_margin_mode", {**CHOICE, "marginMode": "ISOLATION"})
    for talk in (cross, isolated):
        talk.long("0.1")
        talk.move_price("65000")
    first, second = account(cross), account(isolated)
    assert float(first["crossUnrealizedPNL"]) > 0
    assert first["isolationUnrealizedPNL"] == "0"
    assert (second["crossUnrealizedPNL"], second["isolationUnrealizedPNL"]) == ("0", first["crossUnrealizedPNL"])


def test_leverage_is_that_of_the_contract_until_it_is_chosen() -> None:
    talk = FuturesTalk()
    path = "/account/get_leverage_margin_mode?symbol=btcusdt&marginCoin=USDT"
    assert talk.see(path) == {**CHOICE, "leverage": 20, "marginMode": "CROSS"}
    assert talk.do("/account/change_leverage", {**CHOICE, "leverage": "50"}) == {
        "marginCoin": "USDT",
        "symbol": "BTCUSDT",
        "leverage": 50,
    }
    assert talk.do("/account/change_margin_mode", {**CHOICE, "marginMode": "ISOLATION"})["marginMode"] == "ISOLATION"
    assert talk.see(path) == {**CHOICE, "leverage": 50, "marginMode": "ISOLATION"}
    assert talk.see(path.replace("btc", "eth"))["leverage"] == 20
    talk.open(price="60000", qty="0.1")
    assert account(talk)["frozen"] == "120"


@pytest.mark.parametrize("leverage", [0, 126, -1, "x", 1.5])
def test_leverage_beyond_the_contracts_is_invalid(leverage: object) -> None:
    assert FuturesTalk().refused("/account/change_leverage", {**CHOICE, "leverage": leverage}) == 20005


def test_leverage_and_what_backs_a_position_stay_while_orders_are_open() -> None:
    talk = FuturesTalk()
    talk.open()
    assert talk.refused("/account/change_leverage", {**CHOICE, "leverage": 10}) == 20006
    assert talk.refused("/account/change_margin_mode", {**CHOICE, "marginMode": "CROSS"}) == 20006
    talk.do("/account/change_leverage", {**CHOICE, "symbol": "ETHUSDT", "leverage": 10})


@pytest.mark.parametrize("opening", [{}, {"orderType": "MARKET"}])
def test_the_position_mode_stays_while_there_is_anything(opening: dict[str, object]) -> None:
    talk = FuturesTalk()
    talk.open(**opening)
    assert talk.refused("/account/change_position_mode", {"positionMode": "HEDGE"}) == 20009
    talk.do("/trade/cancel_all_orders", {})
    talk.do("/trade/close_all_position", {})
    assert talk.do("/account/change_position_mode", {"positionMode": "HEDGE"}) == {"positionMode": "HEDGE"}
    assert account(talk)["positionMode"] == "HEDGE"


def test_margin_is_added_to_a_position_and_taken_out_again() -> None:
    talk = FuturesTalk()
    talk.do("/account/change_margin_mode", {**CHOICE, "marginMode": "ISOLATION"})
    number = talk.long("0.1")

    def margin() -> float:
        return float(talk.see("/position/get_pending_positions")[0]["margin"])

    before, price = margin(), float(talk.see("/position/get_pending_positions")[0]["liqPrice"])
    assert talk.do("/account/adjust_position_margin", {**CHOICE, "amount": "100", "positionId": number}) is None
    assert margin() == before + 100
    assert float(talk.see("/position/get_pending_positions")[0]["liqPrice"]) < price
    talk.do("/account/adjust_position_margin", {**CHOICE, "amount": -100, "side": "LONG"})
    assert margin() == before
    assert talk.refused("/account/adjust_position_margin", {**CHOICE, "amount": -1}) == 20008
    assert talk.refused("/account/adjust_position_margin", {**CHOICE, "amount": 1_000_000}) == 20008
    assert talk.refused("/account/adjust_position_margin", {**CHOICE, "amount": 1, "positionId": "1"}) == 30004
    assert talk.refused("/account/adjust_position_margin", {**CHOICE, "amount": 1, "side": "SHORT"}) == 30004
    assert talk.refused("/account/adjust_position_margin", {**CHOICE, "amount": 0}) == 10002


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("change_leverage", {"symbol": "BTCUSDT", "leverage": 5}, 10002),
        ("change_leverage", {"marginCoin": "USDT", "leverage": 5}, 10002),
        ("change_leverage", {**CHOICE, "symbol": "ETHBTC", "leverage": 5}, 20015),
        ("change_leverage", CHOICE, 10002),
        ("change_margin_mode", {**CHOICE, "marginMode": "ISOLATED"}, 10008),
        ("change_margin_mode", {**CHOICE, "marginCoin": "EUR", "marginMode": "CROSS"}, 10008),
        ("change_position_mode", {"positionMode": "BOTH"}, 10008),
        ("change_position_mode", {}, 10002),
    ],
)
def test_a_choice_that_makes_no_sense_has_a_code(path: str, body: dict[str, object], code: int) -> None:
    assert FuturesTalk().refused(f"/account/{path}", body) == code
