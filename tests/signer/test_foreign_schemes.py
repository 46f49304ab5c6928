"""Fifteen exchanges more, none of which needed a subclass."""

from dataclasses import replace

import pytest

from signer import Accepted, Credentials, Reason, Refused, Request, Scheme, Verdict, sign, verify
from signer.encoding import base64_text
from tests.signer.foreign_schemes import (
    BINANCE,
    BITMEX,
    BITSTAMP,
    BYBIT,
    COINBASE,
    FOREIGN,
    GEMINI_TIME_BASED,
    HTX,
    KRAKEN,
    KUCOIN,
    OKX,
    POLONIEX_2022,
)

NOW_MS = 1_735_689_600_000
CREDENTIALS = Credentials(key="examplekey", secret=base64_text(b"examplesecret"), passphrase="examplepass")
NONCE = "01234567-89ab-4cde-8f01-23456789abcd"

each_scheme = pytest.mark.parametrize("scheme", FOREIGN.values(), ids=FOREIGN)


def signed(scheme: Scheme, *, at_ms: int = NOW_MS, nonce: int | str | None = None, target: bytes = b"/v2/x") -> Request:
    rule = scheme.nonce_rule
    if nonce is None and rule is not None:
        nonce = 5 if rule.rising else NONCE
    request = Request(method="POST", target=target, headers=((b"Host", b"api.example"),))
    if scheme.time_rule is not None:
        return sign(scheme, request, CREDENTIALS, nonce=nonce, timestamp_ms=at_ms).request
    return sign(scheme, request, CREDENTIALS, nonce=nonce).request


def judged(scheme: Scheme, request: Request, **more: object) -> Reason | None:
    verdict: Verdict = verify(scheme, request, CREDENTIALS, now_ms=NOW_MS, **more)  # type: ignore[arg-type]
    return verdict.reason if isinstance(verdict, Refused) else None


@each_scheme
def test_every_exchange_of_the_comparison_is_a_plain_scheme(scheme: Scheme) -> None:
    assert type(scheme) is Scheme


@each_scheme
def test_what_a_foreign_scheme_signs_it_accepts(scheme: Scheme) -> None:
    assert isinstance(verify(scheme, signed(scheme), CREDENTIALS, now_ms=NOW_MS, last_nonce=4), Accepted)


@each_scheme
def test_another_secret_is_refused_by_every_foreign_scheme(scheme: Scheme) -> None:
    request = signed(scheme)
    thief = replace(CREDENTIALS, secret=base64_text(b"thiefssecret!"))
    verdict = verify(replace(scheme, wants_passphrase=False), request, thief, now_ms=NOW_MS)
    assert isinstance(verdict, Refused)
    assert verdict.reason is Reason.BAD_SIGNATURE


def test_a_window_that_the_request_names_is_the_window() -> None:
    def at(age_ms: int, window: str) -> Reason | None:
        return judged(BINANCE, signed(BINANCE, at_ms=NOW_MS - age_ms, target=b"/api?recvWindow=" + window.encode()))

    assert at(100, "100") is None
    assert at(101, "100") is Reason.TIMESTAMP_TOO_OLD
    assert at(60_000, "60000") is None
    assert at(0, "60001") is Reason.MALFORMED_TIMESTAMP
    assert at(0, "much") is Reason.MALFORMED_TIMESTAMP
    assert at(100, "100.25") is None


def test_a_window_that_the_request_does_not_name_is_the_documented_one() -> None:
    assert judged(BINANCE, signed(BINANCE, at_ms=NOW_MS - 5_000)) is None
    assert judged(BINANCE, signed(BINANCE, at_ms=NOW_MS - 5_001)) is Reason.TIMESTAMP_TOO_OLD
    assert judged(BYBIT, signed(BYBIT, at_ms=NOW_MS + 999)) is None
    assert judged(BYBIT, signed(BYBIT, at_ms=NOW_MS + 1_000)) is Reason.TIMESTAMP_AHEAD
    assert judged(POLONIEX_2022, signed(POLONIEX_2022, at_ms=0)) is None


def test_an_expiry_may_be_any_distance_ahead_and_not_past() -> None:
    assert judged(BITMEX, signed(BITMEX, at_ms=NOW_MS)) is None
    assert judged(BITMEX, signed(BITMEX, at_ms=NOW_MS + 10**9)) is None
    assert judged(BITMEX, signed(BITMEX, at_ms=NOW_MS - 1_000)) is Reason.TIMESTAMP_TOO_OLD


def test_kraken_lets_a_key_tolerate_somewhat_lower_nonces() -> None:
    assert KRAKEN.nonce_rule is not None
    tolerant = replace(KRAKEN, nonce_rule=replace(KRAKEN.nonce_rule, tolerance=10))
    request = signed(KRAKEN, nonce=95)
    assert judged(KRAKEN, request, last_nonce=100) is Reason.NONCE_NOT_INCREASING
    assert judged(tolerant, request, last_nonce=100) is None
    assert judged(tolerant, signed(KRAKEN, nonce=90), last_nonce=100) is Reason.NONCE_NOT_INCREASING


def test_bitstamp_has_a_window_and_a_nonce_that_is_used_once() -> None:
    assert judged(BITSTAMP, signed(BITSTAMP), last_nonce={NONCE}) is Reason.NONCE_REUSED
    assert judged(BITSTAMP, signed(BITSTAMP, at_ms=NOW_MS - 150_001)) is Reason.TIMESTAMP_TOO_OLD
    assert dict(signed(BITSTAMP).headers)[b"X-Auth-Version"] == b"v2"


def test_a_passphrase_is_sent_plain_or_hashed_and_checked() -> None:
    assert OKX.read(signed(OKX)).passphrase == "examplepass"
    assert KUCOIN.read(signed(KUCOIN)).passphrase not in (None, "examplepass")
    for scheme in (OKX, KUCOIN):
        wrong = signed(scheme).with_header(scheme.places["passphrase"].removeprefix("header ").encode(), b"guess")
        assert judged(scheme, wrong) is Reason.BAD_PASSPHRASE
        bare = replace(signed(scheme), headers=tuple(p for p in signed(scheme).headers if b"PASSPHRASE" not in p[0]))
        assert judged(scheme, bare) is Reason.MISSING_PASSPHRASE


@pytest.mark.parametrize(
    ("scheme", "text"),
    [
        (COINBASE, "1735689600"),
        (OKX, "2025-01-01T00:00:00.000Z"),
        (HTX, "2025-01-01T00:00:00"),
        (KUCOIN, "1735689600000"),
        (GEMINI_TIME_BASED, "1735689600"),
    ],
    ids=lambda value: value.name if isinstance(value, Scheme) else value,
)
def test_a_timestamp_is_written_in_the_unit_of_the_exchange(scheme: Scheme, text: str) -> None:
    assert scheme.read(signed(scheme)).timestamp == text
    assert scheme.time_rule is not None
    assert scheme.time_rule.parse(text) == NOW_MS


@pytest.mark.parametrize(
    ("scheme", "text", "ms"),
    [
        (COINBASE, "1735689600.25", NOW_MS + 250),
        (COINBASE, "1735689600.", None),
        (COINBASE, "1e9", None),
        (OKX, "1735689600000", None),
        (OKX, "2025-13-01T00:00:00.000Z", None),
        (HTX, "2025-01-01T00:00:00Z", None),
        (BINANCE, "1735689600000123", NOW_MS),
    ],
)
def test_each_exchange_reads_its_own_timestamps_only(scheme: Scheme, text: str, ms: int | None) -> None:
    assert scheme.time_rule is not None
    assert scheme.time_rule.parse(text) == ms
