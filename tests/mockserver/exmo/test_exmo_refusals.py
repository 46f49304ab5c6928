"""Every row of the table is provoked, and answered to the byte."""

import json
from collections.abc import Callable

import pytest

from mockserver.core.answers import Answer
from mockserver.core.dialect import Profile
from mockserver.core.keys import KeyState
from mockserver.core.refusals import Refusal, Refused
from mockserver.dialects.exmo import DIALECT
from mockserver.dialects.exmo.answers import HEADERS
from signer import Request
from tests.mockserver.exmo.exmo_talk import NOW, Talk, body_of, with_secret, without

Provocation = Callable[[Talk], Request]

ORDER = {"pair": "BTC_USD", "quantity": "0.25", "price": "20000", "type": "buy"}


def order(**changes: str) -> Provocation:
    """Place an order with these values; a blank one leaves the parameter out."""
    given = {name: value for name, value in {**ORDER, **changes}.items() if value}
    return lambda talk: talk.signed("order_create", "&".join(f"{name}={value}" for name, value in given.items()))


def call(method: str, body: str = "") -> Provocation:
    return lambda talk: talk.signed(method, body)


def get(target: str) -> Provocation:
    return lambda talk: Request(method="GET", target=target.encode())


def closed(talk: Talk) -> Request:
    talk.exchange.gate.maintenance = 5
    return talk.signed("user_info")


def frozen(talk: Talk) -> Request:
    talk.key.venue.freeze(talk.key.account)
    return talk.signed("user_info")


def inactive(talk: Talk) -> Request:
    talk.exchange.registry.set_state(talk.key.credentials.key, KeyState.PENDING)
    return talk.signed("user_info")


def unknown_key(talk: Talk) -> Request:
    return talk.signed("user_info").with_header(b"Key", b"K-" + b"0" * 40)


def repeated_nonce(talk: Talk) -> Request:
    talk.ask("user_info")
    return talk.signed("user_info", nonce=talk.nonce)


def no_nonce(talk: Talk) -> Request:
    talk.ask("user_info")
    return talk.sealed("user_info", b"limit=1")


def nonce_in_words(talk: Talk) -> Request:
    talk.ask("user_info")
    return talk.sealed("user_info", b"nonce=now")


def error(text: str) -> bytes:
    return b'{"result":false,"error":"' + text.encode() + b'"}'


def service(code: int, text: str) -> bytes:
    """Return a refusal of one of the services behind the gate, which the facts call shape B."""
    return f'{{"error":{{"code":{code},"msg":"{text}"}}}}'.encode()


SPENT = error('40009: The nonce parameter is less or equal than what was used before \\"1700000000001\\"')

PROVOKED: dict[tuple[Refusal, str], tuple[Provocation, bytes]] = {
    (Refusal.MAINTENANCE, ""): (closed, error("Error 40016: Maintenance work in progress")),
    (Refusal.UNKNOWN_ENDPOINT, ""): (
        call("no_such"),
        error("Error 40015: API function do not exist - /v1.1/no_such/"),
    ),
    (Refusal.METHOD_NOT_ALLOWED, ""): (
        lambda talk: Request(method="PUT", target=b"/v1.1/user_info/"),
        error("Error 40015: API function do not exist - /v1.1/user_info/"),
    ),
    (Refusal.QUERY_ON_POST, ""): (
        lambda talk: Request(
            method="POST", target=b"/v1.1/user_info?nonce=1", headers=talk.signed("user_info").headers
        ),
        error("Error 40038: GET parameters are forbidden in POST requests"),
    ),
    (Refusal.MISSING_KEY, ""): (
        lambda talk: without(talk.signed("user_info"), b"Key"),
        error("Error 40003: Authorization error, http header 'Key' not specified"),
    ),
    (Refusal.MISSING_SIGNATURE, ""): (
        lambda talk: without(talk.signed("user_info"), b"Sign"),
        error("Error 40004: Authorization error, http header 'Sign' not specified"),
    ),
    (Refusal.UNKNOWN_KEY, ""): (unknown_key, error("Error 40017: Wrong api key")),
    (Refusal.INACTIVE_KEY, ""): (inactive, error("Error 40017: Wrong api key")),
    (Refusal.BAD_SIGNATURE, ""): (
        lambda talk: with_secret(talk, "S-" + "0" * 40),
        error("Error 40005: Authorization error, Incorrect signature"),
    ),
    (Refusal.ACCOUNT_FROZEN, ""): (
        frozen,
        error("Error 40033: Access is denied, this resources are temporarily blocked to user"),
    ),
    (Refusal.MISSING_NONCE, ""): (no_nonce, SPENT),
    (Refusal.MALFORMED_NONCE, ""): (nonce_in_words, SPENT),
    (Refusal.NONCE_NOT_INCREASING, ""): (repeated_nonce, SPENT),
    (Refusal.MISSING_PARAMETER, ""): (order(pair=""), error("Error 50013: Parameter 'pair' is not specified")),
    (Refusal.INVALID_PARAMETER, ""): (order(price=""), error("Error 50049: Parameter is not a number 'price'")),
    (Refusal.INVALID_PARAMETER, "choice"): (order(type="hold"), error("Error 50013: Parameter 'type' is not valid")),
    (Refusal.INVALID_PARAMETER, "places"): (
        order(price="20000.001"),
        error("Error 50381: More than 2 decimal places are not permitted for pair BTC_USD"),
    ),
    (Refusal.INVALID_PARAMETER, "price_low"): (
        order(price="0"),
        error("Error 50319: Price by order is less than permissible minimum for this pair"),
    ),
    (Refusal.INVALID_PARAMETER, "price_high"): (
        order(price="10000000.01"),
        error("Error 50321: Price by order is more than permissible maximum for this pair"),
    ),
    (Refusal.INVALID_PARAMETER, "quantity_high"): (
        order(quantity="1000000.1"),
        error("Error 50277: Quantity by order is more than permissible maximum for this pair"),
    ),
    (Refusal.INVALID_PARAMETER, "candles_integer"): (
        get("/v1.1/candles_history?symbol=BTC_USD&resolution=30&from=&to=1"),
        b'{"s":"error","errmsg":"strconv.ParseInt: parsing \\"\\": invalid syntax"}',
    ),
    (Refusal.INVALID_PARAMETER, "candles_range"): (
        get("/v1.1/candles_history?symbol=BTC_USD&resolution=1&from=0&to=180060"),
        b'{"s":"error","errmsg":"range period is too long: maximum 3000 candles allowed"}',
    ),
    (Refusal.INVALID_PARAMETER, "candles_resolution"): (
        get("/v1.1/candles_history?symbol=BTC_USD&resolution=7&from=0&to=1"),
        error("Error 40013"),
    ),
    (Refusal.INVALID_PARAMETER, "amount_high"): (
        order(price="10000", quantity="100000.01"),
        error("Error 50277: Amount by order is more than permissible maximum for this pair"),
    ),
    (Refusal.INVALID_PARAMETER, "service_places"): (
        call("stop_market_order_create", "pair=ETH_BTC&quantity=1&trigger_price=0.06123456&type=sell"),
        service(
            140333,
            "The number of characters after the point in the price exceeds the maximum number '8\\u003e6'",
        ),
    ),
    (Refusal.UNKNOWN_MARKET, ""): (order(pair="BTC_XXX"), error("Error 50013: Parameter 'pair' is not valid")),
    (Refusal.UNKNOWN_CURRENCY, ""): (
        call("withdraw_crypt", "amount=1&currency=XXX&address=a"),
        error("Error 50013: Parameter 'currency' is not valid"),
    ),
    (Refusal.INSUFFICIENT_FUNDS, ""): (
        order(type="sell", quantity="2"),
        error("Error 50052: Insufficient funds"),
    ),
    (Refusal.INSUFFICIENT_FUNDS, "buy"): (order(quantity="2"), error("Error 50054: Insufficient funds")),
    (Refusal.INSUFFICIENT_FUNDS, "margin"): (
        call("margin/user/order/create", "pair=BTC_USD&quantity=0.3&price=20000&type=limit_buy&leverage=3"),
        service(
            140434,
            "Your margin balance is not sufficient to place the order for '0.3 BTC'. Please top up your margin wallet"
            ' by \\"2000 USD\\".',
        ),
    ),
    (Refusal.BELOW_MINIMUM, ""): (
        order(quantity="0.00009"),
        error("Error 50277: Quantity by order is less than permissible minimum for this pair"),
    ),
    (Refusal.BELOW_MINIMUM, "amount"): (
        order(quantity="0.0001", price="9999.99"),
        error("Error 50277: Amount by order is less than permissible minimum for this pair"),
    ),
    (Refusal.ORDER_NOT_FOUND, ""): (
        call("order_cancel", "order_id=12345"),
        error("Error 50173: Order was not found '#12345'"),
    ),
    (Refusal.ORDER_NOT_FOUND, "trades"): (
        call("order_trades", "order_id=12345"),
        error("Error 50304: Order was not found '12345'"),
    ),
    (Refusal.ORDER_NOT_FOUND, "task"): (
        call("withdraw_get_txid", "task_id=12345"),
        error("Error 10193: Withdrawal task not found 12345"),
    ),
    (Refusal.ORDER_NOT_FOUND, "stop"): (
        call("stop_market_order_cancel", "parent_order_id=507056272792275001"),
        b'{"error":{"code":191021,"msg":"complex order not found"}}',
    ),
    (Refusal.ORDER_NOT_FOUND, "margin"): (
        call("margin/user/order/cancel", "order_id=12345"),
        service(140173, "Order was not found '#12345'"),
    ),
    (Refusal.ORDER_NOT_FOUND, "position"): (
        call("margin/user/position/close", "position_id=BTC_USD"),
        service(140304, "Position was not found"),
    ),
    (Refusal.ORDER_NOT_FOUND, "code"): (
        call("excode_load", "code=EX-CODE_1"),
        error("Error 50013: Parameter 'code' is not valid"),
    ),
    (Refusal.REJECTED, ""): (
        order(price="40000", exec_type="post_only", quantity="0.1"),
        error("Error 50277: Order can not be executed with this type"),
    ),
}

#: Rows that a right request under a right key does not meet; each has a test of its own below.
SPECIAL = {
    (Refusal.ADDRESS_NOT_ALLOWED, ""),
    (Refusal.PERMISSION_DENIED, ""),
    (Refusal.PERMISSION_DENIED, "withdraw"),
    (Refusal.PERMISSION_DENIED, "totp"),
    (Refusal.PERMISSION_DENIED, "10325"),
    (Refusal.PERMISSION_DENIED, "11021"),
    (Refusal.RATE_LIMITED, ""),
    (Refusal.RATE_LIMITED, "wallet"),
    (Refusal.TOO_LARGE, ""),
}

#: Rows that the wire, a planned fault or our own failure writes.
WRITTEN = {
    (Refusal.INVALID_REQUEST, ""): (400, error("Bad request")),
    (Refusal.MALFORMED_HEADER, ""): (200, error("Error 40003: Authorization error, http header 'Key' not specified")),
    (Refusal.UNAVAILABLE, ""): (200, error("Error 40016: Maintenance work in progress")),
    (Refusal.INTERNAL_ERROR, ""): (500, error("Internal server error")),
}


def test_every_row_of_the_table_is_provoked_here() -> None:
    assert {(row.refusal, row.variant) for row in DIALECT.refusals} == {*PROVOKED, *SPECIAL, *WRITTEN}


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize(("refusal", "variant"), PROVOKED)
def test_a_refusal_is_worded_as_the_exchange_words_it(refusal: Refusal, variant: str, profile: Profile) -> None:
    provoke, body = PROVOKED[refusal, variant]
    talk = Talk(profile=profile)
    entry = talk.serve(provoke(talk))
    assert entry.refused is not None
    row = DIALECT.row(entry.refused)
    assert (row.refusal, row.variant) == (refusal, variant)
    assert entry.answer == Answer(
        status=200, body=body, content_type="application/json; charset=utf-8", headers=HEADERS
    )


@pytest.mark.parametrize("row", WRITTEN)
def test_a_refusal_from_outside_the_methods_is_written_too(row: tuple[Refusal, str]) -> None:
    refused = Refused(refusal=row[0], variant=row[1])
    request = Request(method="POST", target=b"/v1.1/user_info")
    answer = DIALECT.write_refusal(refused, DIALECT.row(refused), Profile.DOCUMENTED, request, NOW)
    assert (answer.status, answer.body) == WRITTEN[row]


def test_a_foreign_address_is_not_trusted() -> None:
    talk = Talk(addresses=["10.0.0.0/8"])
    answer = talk.serve(talk.signed("user_info"), peer="192.0.2.1").answer
    assert answer is not None
    assert answer.body == error("Error 40032: IP address is not trusted")


def test_a_key_without_the_right_is_denied() -> None:
    talk = Talk(permissions={"read"})
    answer = talk.serve(talk.signed("order_create")).answer
    assert answer is not None
    assert answer.body == error("Error 40032: Access is denied for this API key")


def test_withdrawals_are_not_allowed_to_a_user_they_were_not_opened_for() -> None:
    talk = Talk(permissions={"read", "trade"})
    answer = talk.serve(talk.signed("withdraw_crypt")).answer
    assert answer is not None
    assert answer.body == error("Error 10519: API method is not allowed")


@pytest.mark.parametrize("method", ["withdraw_crypt", "excode_create", "excode_load", "code_check"])
def test_what_support_has_to_open_is_not_allowed_to_others(method: str) -> None:
    talk = Talk(permissions={"read", "trade"})
    assert body_of(talk.serve(talk.signed(method))) == error("Error 10519: API method is not allowed")


@pytest.mark.parametrize(
    ("variant", "said"),
    [("totp", "Error 10419: TOTP Code is not true"), ("10325", "Error 10325"), ("11021", "Error 11021")],
)
def test_what_no_cause_is_known_of_can_be_set_on_a_key(variant: str, said: str) -> None:
    talk = Talk(conditions=[f"permission_denied:{variant}@withdraw_crypt"])
    assert body_of(talk.serve(talk.signed("withdraw_crypt"))) == error(said)
    assert "uid" in talk.ask("user_info")


@pytest.mark.parametrize("method", ["user_info", "order_create", "margin/pair/list"])
def test_a_key_of_the_first_version_is_denied_the_second(method: str) -> None:
    talk = Talk(kind="v1")
    assert body_of(talk.serve(talk.signed(method))) == error("Error 40032: Access is denied for this API key")
    assert "uid" in talk.ask("user_info", version="v1")


def test_a_key_of_the_second_version_is_good_for_the_first() -> None:
    assert "uid" in Talk().ask("user_info", version="v1")


@pytest.mark.parametrize(
    ("method", "body", "code"),
    [
        ("stop_market_order_create", "", 190013),
        ("stop_market_order_create", "pair=BTC_USD&quantity=x", 190049),
        ("margin/user/order/create", "pair=NO_PAIR", 140013),
        ("margin/user/order/cancel", "order_id=1", 140173),
        ("margin/trades", "", 140013),
    ],
)
def test_the_services_behind_the_gate_refuse_in_a_shape_of_their_own(method: str, body: str, code: int) -> None:
    talk = Talk()
    answer = json.loads(body_of(talk.serve(talk.signed(method, body))))
    assert list(answer) == ["error"]
    assert answer["error"]["code"] == code


@pytest.mark.parametrize("method", ["stop_market_order_create", "margin/user/order/create"])
def test_the_gate_refuses_for_the_services_as_for_everybody(method: str) -> None:
    talk = Talk()
    entry = talk.serve(without(talk.signed(method), b"Key"))
    assert body_of(entry) == error("Error 40003: Authorization error, http header 'Key' not specified")


def test_the_eleventh_call_in_a_second_is_one_too_many() -> None:
    talk = Talk(rate_limits=True)
    answers = [talk.ask("user_info") for _ in range(10)]
    assert all("uid" in answer for answer in answers)
    assert talk.ask("user_info") == {
        "result": False,
        "error": "Error 40034: Access is denied, rate limit is exceeded",
    }


def test_the_limiter_of_the_wallet_history_shows_an_empty_day() -> None:
    talk = Talk(rate_limits=True)
    for _ in range(10):
        talk.ask("wallet_history")
    assert body_of(talk.serve(talk.signed("wallet_history"))) == (
        b'{"result":false,"error":"API rate limit exceeded for 127.0.0.1. Retry after 60 sec.","history":[],'
        b'"begin":1699920000,"end":1700006400}'
    )


def test_a_body_beyond_the_limit_is_refused() -> None:
    talk = Talk()
    visit = talk.exchange.begin(Request(method="POST", target=b"/v1.1/user_info"), NOW, oversized=True)
    talk.exchange.judge(visit, NOW)
    answer = talk.exchange.perform(visit)
    assert (answer.status, answer.body) == (413, error("Request entity is too large"))


def test_a_missing_parameter_of_a_public_method_puts_the_error_first() -> None:
    talk = Talk()
    answer = talk.serve(Request(method="GET", target=b"/v1.1/order_book")).answer
    assert answer is not None
    assert answer.body == b'{"error":"Error 50013: Parameter \'pair\' is not specified","result":false}'


def test_a_text_that_quotes_what_nobody_said_is_written_all_the_same() -> None:
    refused = Refused(refusal=Refusal.NONCE_NOT_INCREASING)
    request = Request(method="POST", target=b"/v1.1/user_info")
    answer = DIALECT.write_refusal(refused, DIALECT.row(refused), Profile.DOCUMENTED, request, NOW)
    assert answer.body.endswith(b'used before \\"0\\""}')
