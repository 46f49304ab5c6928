"""What breaks clients of EXMO, one by one (facts 6), and what a mock of it has to do (facts 7)."""

import json

import pytest

from mockserver.dialects.exmo import DIALECT
from signer import Request
from tests.mockserver.exmo.exmo_talk import Talk, body_of, without


def raw(talk: Talk, method: str, body: str = "", version: str = "v1.1") -> bytes:
    return body_of(talk.serve(talk.signed(method, body, version=version)))


# 6.1, general.


def test_a_failure_is_a_status_of_200() -> None:
    talk = Talk()
    for request in (
        talk.signed("no_such"),
        without(talk.signed("user_info"), b"Sign"),
        talk.signed("order_create", "pair=BTC_USD"),
        Request(method="GET", target=b"/v1.1/candles_history"),
    ):
        answer = talk.serve(request).answer
        assert answer is not None
        assert answer.status == 200
        assert b"rror" in answer.body


@pytest.mark.parametrize(
    ("method", "carries"),
    [
        ("user_info", False),
        ("user_open_orders", False),
        ("user_cancelled_orders", False),
        ("wallet_operations", False),
        ("margin/user/order/list", False),
        ("deposit_address", False),
        ("wallet_history", True),
    ],
)
def test_some_successes_carry_result_and_error_and_others_neither(method: str, carries: bool) -> None:
    answer = Talk().ask(method)
    members = set(answer) if isinstance(answer, dict) else set()
    assert ({"result", "error"} <= members) is carries
    assert carries or not {"result", "error"} & members


def test_the_nonce_alone_is_refused_without_the_word_error() -> None:
    talk = Talk()
    talk.ask("user_info")
    request = talk.signed("user_info", nonce=talk.nonce)
    said = json.loads(body_of(talk.serve(request)))["error"]
    assert said == f'40009: The nonce parameter is less or equal than what was used before "{talk.nonce}"'


def test_members_of_a_refusal_come_in_two_orders() -> None:
    talk = Talk()
    assert list(talk.look("order_book")) == ["error", "result"]
    assert list(talk.ask("user_trades")) == ["result", "error"]


def test_there_are_three_shapes_of_failure_and_two_have_no_result() -> None:
    talk = Talk()
    assert list(talk.ask("stop_market_order_cancel", parent_order_id=1)) == ["error"]
    assert list(talk.look("candles_history")) == ["s", "errmsg"]


def test_unknown_pairs_vanish_without_a_word() -> None:
    talk = Talk()
    assert talk.look("trades", pair="NO_PAIR") == talk.look("order_book", pair="NO_PAIR") == {}
    assert list(talk.look("order_book", pair="NO_PAIR,BTC_USD,btc_usd")) == ["BTC_USD"]
    assert talk.ask("user_trades", pair="NO_PAIR") == {}


def test_no_open_orders_are_an_object_and_no_cancelled_ones_an_array() -> None:
    talk = Talk()
    assert raw(talk, "user_open_orders") == b"{}"
    assert raw(talk, "user_cancelled_orders") == b"[]"
    assert raw(talk, "user_trades", "pair=BTC_USD") == b'{"BTC_USD":[]}'


# 6.2, types.


def test_the_same_id_is_a_number_here_and_text_there() -> None:
    talk = Talk()
    taken = talk.ask("order_create", pair="BTC_USD", quantity="0.01", price="40000", type="buy")["order_id"]
    assert isinstance(taken, int)
    assert talk.ask("user_trades", pair="BTC_USD")["BTC_USD"][0]["order_id"] == taken
    assert talk.ask("order_trades", order_id=taken)["trades"][0]["order_id"] == taken
    resting = talk.buy()
    assert talk.ask("user_open_orders")["BTC_USD"][0]["order_id"] == str(resting)
    talk.ask("order_cancel", order_id=resting)
    assert talk.ask("user_cancelled_orders")[0]["order_id"] == str(resting)
    assert talk.ask("user_cancelled_orders", version="v1")[0]["order_id"] == resting


def test_ids_of_stops_and_operations_are_too_long_for_a_double() -> None:
    talk = Talk()
    stop = talk.ask("stop_market_order_create", pair="BTC_USD", quantity="0.1", trigger_price="28000", type="sell")
    talk.ask("withdraw_crypt", amount="0.1", currency="BTC", address="a")
    operation = talk.ask("wallet_operations")["items"][0]["operation_id"]
    for number, digits in ((stop["parent_order_id"], 18), (operation, 17)):
        assert len(str(number)) == digits
        assert int(float(number + 1)) != number + 1 or int(float(number)) != number


def test_moments_come_in_four_spellings() -> None:
    talk = Talk()
    talk.buy()
    assert talk.look("ticker")["BTC_USD"]["updated"] == 1_700_000_060
    assert talk.ask("user_open_orders")["BTC_USD"][0]["created"] == "1700000060"
    candles = {"symbol": "BTC_USD", "resolution": "1", "from": 1_700_000_040, "to": 1_700_000_060}
    assert talk.look("candles_history", **candles)["candles"][0]["t"] == 1_700_000_040_000
    assert talk.ask("margin/pair/list")["pairs"][0]["updated"] == "1700000060000000000"


def test_the_average_is_spelled_avg() -> None:
    row = Talk().look("ticker")["BTC_USD"]
    assert "avg" in row
    assert "average" not in row


# 6.3, requests.


def test_clients_that_send_what_nobody_asked_for_are_answered() -> None:
    talk = Talk()
    assert "BTC_USD" in talk.look("ticker", nonce=1, whatever="x")
    assert raw(talk, "user_open_orders", "a&&b=&=c&pair=") == b"{}"
    assert b"was not found" in raw(talk, "order_trades", "order_id=\u00c8")
    assert raw(talk, "user_cancelled_orders", "limit=%C3%88&offset=%00") == b"[]"


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded; charset=UTF-8index.html", "", "text/x"])
def test_the_content_type_of_a_request_means_nothing(content_type: str) -> None:
    talk = Talk()
    request = talk.signed("order_create", "pair=BTC_USD&quantity=0.1&price=20000&type=buy")
    entry = talk.serve(request.with_header(b"Content-Type", content_type.encode()))
    assert b'"result":true' in body_of(entry)


def test_the_last_of_several_values_counts() -> None:
    talk = Talk()
    body = "pair=NO_PAIR&quantity=9&quantity=0.1&price=20000&type=sell&type=buy&pair=BTC_USD"
    assert b'"result":true' in raw(talk, "order_create", body)
    (order,) = talk.ask("user_open_orders")["BTC_USD"]
    assert (order["type"], order["quantity"]) == ("buy", "0.1")


def test_the_same_request_again_is_refused() -> None:
    talk = Talk()
    request = talk.signed("order_create", "pair=BTC_USD&quantity=0.1&price=20000&type=buy")
    assert b'"result":true' in body_of(talk.serve(request))
    assert b"40009: " in body_of(talk.serve(request))
    assert len(talk.ask("user_open_orders")["BTC_USD"]) == 1


@pytest.mark.parametrize(
    "nonce", [1_700_000_003, 1_700_000_000_001, 1_535_057_238_255_730, 10**17, 10**18 * 2, 2**63 - 1]
)
def test_nonces_of_every_unit_in_use_are_taken(nonce: int) -> None:
    talk = Talk()
    assert talk.serve(talk.signed("user_info", nonce=nonce)).refused is None


# Version 1 against version 1.1.


def test_version_one_knows_no_client_ids() -> None:
    talk = Talk()
    placed = talk.ask(
        "order_create",
        version="v1",
        pair="BTC_USD",
        quantity="0.1",
        price="40000",
        type="buy",
        client_id="x",
        exec_type="post_only",
    )
    assert list(placed) == ["result", "error", "order_id"]
    assert talk.ask("user_trades", pair="BTC_USD")["BTC_USD"][0]["client_id"] == 0


def test_every_method_answers_with_and_without_a_slash_at_its_end() -> None:
    talk = Talk()
    for endpoint in DIALECT.endpoints:
        version, _, method = endpoint.path[1:].partition("/")
        entry = talk.serve(talk.signed(f"{method}/", version=version))
        assert entry.endpoint == endpoint.name
