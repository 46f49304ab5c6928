"""Every row of the table is provoked, with its code to the byte and its status by the profile."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from mockserver import MockExchange, dialect_named
from mockserver.core.answers import Answer
from mockserver.core.dialect import Profile
from mockserver.core.keys import KeyState
from mockserver.core.refusals import Refusal, Refused
from mockserver.dialects.bitunix import DIALECT, variant
from mockserver.dialects.bitunix.futures.refusals import FUTURES_ROWS
from signer import Request
from tests.mockserver.bitunix.bitunix_talk import NOW, PREFIX, Talk, body_of

Provocation = Callable[[Talk], Request]

ORDER = {"side": 2, "type": 1, "volume": "0.0125", "price": "60000.5", "symbol": "BTCUSDT"}
WITHDRAWAL = {"coin": "BTC", "network": "Bitcoin", "address": "bc1q", "amount": 0.5}


def order(**changes: object) -> Provocation:
    return lambda talk: talk.signed("POST", "/order/place_order", json.dumps({**ORDER, **changes}).encode())


def withdrawal(**changes: object) -> Provocation:
    return lambda talk: talk.signed("POST", "/withdraw", json.dumps({**WITHDRAWAL, **changes}).encode())


def post(path: str, body: bytes) -> Provocation:
    return lambda talk: talk.signed("POST", path, body)


def lacking(header: bytes) -> Provocation:
    def provoke(talk: Talk) -> Request:
        request = talk.signed("GET", "/user/account")
        return replace(request, headers=tuple(pair for pair in request.headers if pair[0] != header))

    return provoke


def saying(header: bytes, value: bytes) -> Provocation:
    return lambda talk: talk.signed("GET", "/user/account").with_header(header, value)


def closed(talk: Talk) -> Request:
    talk.exchange.gate.maintenance = 5
    return talk.signed("GET", "/user/account")


def frozen(talk: Talk) -> Request:
    talk.key.venue.freeze(talk.key.account)
    return talk.signed("GET", "/user/account")


def inactive(talk: Talk) -> Request:
    talk.exchange.registry.set_state(talk.key.credentials.key, KeyState.REVOKED)
    return talk.signed("GET", "/user/account")


def failure(code: str, message: str) -> bytes:
    return f'{{"code":"{code}","msg":"{message}","data":null,"success":false}}'.encode()


PARAMETER = failure("2", "Parameter error")
MISSING = failure("70003", "Missing parameters")
NO_KEY = failure("100004", "app-key not found")
NO_AUTHORITY = failure("110033", "OPEN_API_KEY_NO_AUTHORITY")
DOWN = failure("500", "System error")
POOR = (
    '{"code":"0","msg":"result.success","data":{"orderId":null,"placeStatus":0,"placeCode":10034,"placeMsg":"余额不足"},'
    '"success":true}'
).encode()

#: What provokes a row, its status by either profile, its body.
PROVOKED: dict[tuple[Refusal, str], tuple[Provocation, int, int, bytes]] = {
    (Refusal.MAINTENANCE, ""): (closed, 500, 500, DOWN),
    (Refusal.UNKNOWN_ENDPOINT, ""): (post("/no/such", b"{}"), 404, 404, failure("2", "Not Found")),
    (Refusal.METHOD_NOT_ALLOWED, ""): (post("/user/account", b"{}"), 404, 404, failure("2", "Not Found")),
    (Refusal.INVALID_REQUEST, ""): (post("/deposit/page", b"[1]"), 400, 200, PARAMETER),
    (Refusal.MISSING_KEY, ""): (lacking(b"api-key"), 400, 200, MISSING),
    (Refusal.MISSING_SIGNATURE, ""): (lacking(b"sign"), 400, 200, MISSING),
    (Refusal.MISSING_NONCE, ""): (lacking(b"nonce"), 400, 200, MISSING),
    (Refusal.MISSING_TIMESTAMP, ""): (lacking(b"timestamp"), 400, 200, MISSING),
    (Refusal.MALFORMED_TIMESTAMP, ""): (saying(b"timestamp", b"2025-01-01T00:00:00Z"), 400, 200, PARAMETER),
    (Refusal.UNKNOWN_KEY, ""): (saying(b"api-key", b"0" * 32), 403, 200, NO_KEY),
    (Refusal.INACTIVE_KEY, ""): (inactive, 403, 200, NO_KEY),
    (Refusal.TIMESTAMP_OUTSIDE_WINDOW, ""): (
        lambda talk: talk.signed("GET", "/user/account", timestamp_ms=NOW - 60_001),
        403,
        200,
        failure("100008", "result.request.time.expired"),
    ),
    (Refusal.BAD_SIGNATURE, ""): (
        saying(b"sign", b"0" * 64),
        403,
        200,
        failure("100005", "result.api.parameter.sign.illegal"),
    ),
    (Refusal.ACCOUNT_FROZEN, ""): (frozen, 403, 200, NO_AUTHORITY),
    (Refusal.MISSING_PARAMETER, ""): (post("/order/pending/list", b"{}"), 400, 200, PARAMETER),
    (Refusal.INVALID_PARAMETER, ""): (order(side=3), 400, 200, PARAMETER),
    (Refusal.INVALID_PARAMETER, "volume"): (
        order(volume="0.0125001"),
        400,
        200,
        failure("10058", "Volume precision error"),
    ),
    (Refusal.UNKNOWN_MARKET, ""): (order(symbol="XXXUSDT"), 400, 200, PARAMETER),
    (Refusal.UNKNOWN_CURRENCY, ""): (withdrawal(coin="XXX"), 400, 200, PARAMETER),
    (Refusal.BELOW_MINIMUM, ""): (order(volume="0.00004"), 400, 200, PARAMETER),
    (Refusal.INSUFFICIENT_FUNDS, ""): (order(volume="1"), 200, 200, POOR),
    (Refusal.INSUFFICIENT_FUNDS, "withdraw"): (withdrawal(amount=2), 200, 200, PARAMETER),
    (Refusal.BELOW_MINIMUM, "withdraw"): (
        withdrawal(coin="USDT", network="Ethereum (ERC-20)", amount="4.5"),
        200,
        200,
        failure("110007", "Withdrawal amount below the fee"),
    ),
    (Refusal.INVALID_PARAMETER, "account"): (
        post("/inside_transfer", b'{"coin":"BTC","amount":0.1,"toType":"uid","toUid":987654}'),
        200,
        200,
        failure("10016", "User does not exist"),
    ),
    (Refusal.ORDER_NOT_FOUND, ""): (post("/withdraw/cancel", b'{"withdrawId":"1"}'), 200, 200, PARAMETER),
}

#: Rows that a right request under a right key does not meet; each has a test of its own below.
SPECIAL = {
    (Refusal.TOO_LARGE, ""),
    (Refusal.MALFORMED_NONCE, ""),
    (Refusal.NONCE_REUSED, ""),
    (Refusal.ADDRESS_NOT_ALLOWED, ""),
    (Refusal.PERMISSION_DENIED, ""),
    (Refusal.RATE_LIMITED, ""),
    (Refusal.REJECTED, ""),
    (Refusal.REJECTED, "withdraw"),
}

#: Rows that a planned fault or our own failure writes: what the documents know and this exchange never says by itself.
WRITTEN = {
    (Refusal.MALFORMED_HEADER, ""): (400, PARAMETER),
    (Refusal.UNAVAILABLE, ""): (500, DOWN),
    (Refusal.INTERNAL_ERROR, ""): (500, DOWN),
}


def test_every_row_of_the_table_is_provoked_here() -> None:
    spot = {(row.refusal, row.variant) for row in DIALECT.refusals if row not in FUTURES_ROWS}
    assert spot == {*PROVOKED, *SPECIAL, *WRITTEN}


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize(("refusal", "kind"), PROVOKED)
def test_a_refusal_has_its_code_and_the_status_of_the_profile(refusal: Refusal, kind: str, profile: Profile) -> None:
    provoke, documented, observed, body = PROVOKED[refusal, kind]
    talk = Talk(profile=profile)
    entry = talk.serve(provoke(talk))
    assert entry.refused is not None
    row = DIALECT.row(entry.refused)
    assert (row.refusal, row.variant) == (refusal, kind)
    assert entry.answer == Answer(status=documented if profile is Profile.DOCUMENTED else observed, body=body)
    assert entry.effects == ()


@pytest.mark.parametrize("row", WRITTEN)
def test_a_refusal_that_only_the_documents_know_is_written_too(row: tuple[Refusal, str]) -> None:
    refused = Refused(refusal=row[0], variant=row[1])
    request = Request(method="POST", target=f"{PREFIX}/withdraw".encode())
    answer = DIALECT.write_refusal(refused, DIALECT.row(refused), Profile.DOCUMENTED, request, NOW)
    assert (answer.status, answer.body) == WRITTEN[row]


def test_lack_of_money_is_a_success_of_place_order_alone() -> None:
    refused = Refused(refusal=Refusal.INSUFFICIENT_FUNDS)
    elsewhere = Request(method="GET", target=f"{PREFIX}/user/account".encode())
    answer = DIALECT.write_refusal(refused, DIALECT.row(refused), Profile.DOCUMENTED, elsewhere, NOW)
    assert answer.body == failure("10034", "余额不足")


def test_a_market_order_that_meets_nobody_is_refused_inside_a_success() -> None:
    talk = Talk(balances={"1INCH": "100000000000"})
    for volume in ("1000000000", "1000000000"):
        entry = talk.serve(order(side=1, type=2, symbol="1INCHUSDT", volume=volume)(talk))
    assert entry.refused is not None
    assert entry.refused.refusal is Refusal.REJECTED
    assert body_of(entry) == POOR


def test_money_goes_to_stored_addresses_alone_where_that_is_asked_for() -> None:
    talk = Talk(dialect_named("bitunix", withdraw_to="stored"))
    (row,) = talk.post("/deposit/address", {"coin": "BTC", "network": "Bitcoin"})
    entry = talk.serve(withdrawal()(talk))
    assert entry.answer == Answer(status=200, body=failure("110008", "Withdrawal only to white-listed addresses"))
    assert talk.post("/withdraw", {**WITHDRAWAL, "address": row["address"]}) == "5000001"


def test_a_body_beyond_the_limit_is_refused() -> None:
    talk = Talk()
    request = Request(method="POST", target=f"{PREFIX}/order/place_order".encode())
    visit = talk.exchange.begin(request, NOW, oversized=True)
    talk.exchange.judge(visit, NOW)
    answer = talk.exchange.perform(visit)
    assert (answer.status, answer.body) == (400, PARAMETER)


@pytest.mark.parametrize("nonce", ["", "123456", "x" * 8, "x" * 44, "a1b2c3d4e5f60718293a4b5c6d7e8f90"])
def test_a_nonce_of_any_length_is_let_in_as_live_servers_do(nonce: str) -> None:
    talk = Talk()
    assert talk.serve(talk.signed("GET", "/user/account", nonce=nonce)).refused is None


@pytest.mark.parametrize("nonce", ["123456", "x" * 31, "x" * 33, "+" * 32])
def test_a_strict_exchange_asks_for_32_letters_and_digits(nonce: str) -> None:
    talk = Talk(variant(strict_nonce=True))
    assert talk.serve(talk.signed("GET", "/user/account", nonce="x" * 32)).refused is None
    entry = talk.serve(talk.signed("GET", "/user/account", nonce=nonce))
    assert entry.refused is not None
    assert entry.refused.refusal is Refusal.MALFORMED_NONCE
    assert body_of(entry) == PARAMETER


def test_a_nonce_may_come_again_unless_that_is_forbidden() -> None:
    lenient, strict = Talk(), Talk(single_use_nonces=True)
    request = lenient.signed("GET", "/user/account")
    assert [lenient.serve(request).refused for _ in range(2)] == [None, None]
    request = strict.signed("GET", "/user/account")
    assert strict.serve(request).refused is None
    assert body_of(strict.serve(request)) == failure("100005", "result.api.parameter.sign.illegal")


@pytest.mark.parametrize("away_ms", [-60_000, 60_000, 0])
def test_a_timestamp_at_the_edge_of_the_window_is_fresh(away_ms: int) -> None:
    talk = Talk()
    assert talk.serve(talk.signed("GET", "/user/account", timestamp_ms=NOW + away_ms)).refused is None


def test_a_timestamp_ahead_of_the_window_is_refused_where_the_window_has_two_sides() -> None:
    two, one = Talk(), Talk(variant(one_sided_window=True))
    entry = two.serve(two.signed("GET", "/user/account", timestamp_ms=NOW + 60_001))
    assert body_of(entry) == failure("100008", "result.request.time.expired")
    assert one.serve(one.signed("GET", "/user/account", timestamp_ms=NOW + 61_000)).refused is None
    entry = one.serve(one.signed("GET", "/user/account", timestamp_ms=NOW - 61_000))
    assert body_of(entry) == failure("100008", "result.request.time.expired")


def test_an_expired_request_is_said_before_its_signature() -> None:
    talk = Talk()
    request = talk.signed("GET", "/user/account", timestamp_ms=NOW - 61_000).with_header(b"sign", b"0" * 64)
    assert body_of(talk.serve(request)) == failure("100008", "result.request.time.expired")


def test_an_unknown_key_is_said_before_the_time() -> None:
    talk = Talk()
    request = talk.signed("GET", "/user/account", timestamp_ms=1).with_header(b"api-key", b"none")
    assert body_of(talk.serve(request)) == NO_KEY


def test_a_foreign_address_meets_the_risk_control_rule() -> None:
    talk = Talk(addresses=["10.0.0.0/8"])
    entry = talk.serve(talk.signed("GET", "/user/account"), peer="192.0.2.1")
    assert entry.answer == Answer(status=403, body=failure("100011", "IP risk-control rule triggered"))


@pytest.mark.parametrize("provoke", [order(), withdrawal()])
def test_a_key_without_the_right_has_no_authority(provoke: Provocation) -> None:
    talk = Talk(permissions={"read"})
    assert talk.serve(provoke(talk)).answer == Answer(status=403, body=NO_AUTHORITY)


def test_the_eleventh_private_call_in_a_second_is_too_fast() -> None:
    talk = Talk(rate_limits=True)
    for _ in range(10):
        talk.get("/user/account")
    entry = talk.serve(talk.signed("GET", "/user/account"))
    assert entry.answer == Answer(status=200, body=failure("110041", "Interface called too fast"))
    assert talk.look("/market/last_price?symbol=BTCUSDT")


@pytest.mark.parametrize(("profile", "refused"), [(Profile.DOCUMENTED, True), (Profile.OBSERVED, False)])
def test_the_window_ahead_of_the_clock_is_that_of_the_profile(profile: Profile, refused: bool) -> None:
    talk = Talk(dialect_named("bitunix", profile), profile=profile)
    ahead = talk.serve(talk.signed("GET", "/user/account", timestamp_ms=NOW + 86_400_000))
    behind = talk.serve(talk.signed("GET", "/user/account", timestamp_ms=NOW - 60_001))
    assert (ahead.refused is not None, behind.refused is not None) == (refused, True)


@pytest.mark.parametrize("profile", Profile)
def test_an_exchange_plays_the_window_of_its_profile(profile: Profile) -> None:
    rule = MockExchange("bitunix", profile=profile).dialect.scheme.time_rule
    assert rule is not None
    assert (rule.past_ms, rule.future_ms) == (60_000, 60_000 if profile is Profile.DOCUMENTED else None)
