"""The last fresh millisecond, the equal nonce, and numbers that only look like numbers."""

import pytest

from signer import Credentials, Fields, Reason, Refused, Request, Scheme, exceeds, scheme_named, sign, within_window
from signer.dialects.bitunix import OBSERVED_SCHEME, STRICT_NONCE_RULE
from signer.freshness import digits, plain_integer, positive_integer
from signer.verifying import check_nonce, check_time, check_well_formed, nonce_of, verify

NOW_MS = 1_700_000_000_000
CREDENTIALS = Credentials(key="key", secret="secret")
REFERENCE = scheme_named("reference")
BITUNIX = scheme_named("bitunix")


def _reason(refused: Refused | None) -> Reason | None:
    return None if refused is None else refused.reason


def _time(scheme: Scheme, ahead_ms: int) -> Reason | None:
    return _reason(check_time(scheme, Fields(timestamp=str(NOW_MS + ahead_ms)), None, NOW_MS))


@pytest.mark.parametrize("scheme", [REFERENCE, BITUNIX], ids=lambda scheme: scheme.name)
def test_a_timestamp_60_000_ms_away_is_fresh_on_either_side_and_60_001_ms_away_is_not(scheme: Scheme) -> None:
    assert _time(scheme, -60_000) is None
    assert _time(scheme, 60_000) is None
    assert _time(scheme, -60_001) is Reason.TIMESTAMP_TOO_OLD
    assert _time(scheme, 60_001) is Reason.TIMESTAMP_AHEAD


def test_what_was_observed_of_bitunix_is_a_window_that_is_open_ahead() -> None:
    assert _time(OBSERVED_SCHEME, 61_000) is None
    assert _time(OBSERVED_SCHEME, 10**12) is None
    assert _time(OBSERVED_SCHEME, -60_001) is Reason.TIMESTAMP_TOO_OLD


@pytest.mark.parametrize(("ahead_ms", "fresh"), [(-5, True), (-6, False), (7, True), (8, False), (0, True)])
def test_a_window_includes_both_edges(ahead_ms: int, *, fresh: bool) -> None:
    assert within_window(100 + ahead_ms, 100, past_ms=5, future_ms=7) is fresh


def test_a_window_without_an_end_includes_every_distance_ahead() -> None:
    assert within_window(10**18, 0, past_ms=0, future_ms=None)


def test_a_nonce_equal_to_the_last_is_refused() -> None:
    assert not exceeds(7, 7)
    assert exceeds(8, 7)
    refused = check_nonce(REFERENCE, Fields(nonce="7"), None, 7)
    assert _reason(refused) is Reason.NONCE_NOT_INCREASING
    assert refused is not None
    assert refused.detail == "the nonce must be greater than 7, and 7 came"


def test_a_new_key_takes_the_nonce_1() -> None:
    assert check_nonce(REFERENCE, Fields(nonce="1"), None, 0) is None


@pytest.mark.parametrize("name", ["reference", "poloniex", "exmo"])
def test_the_largest_signed_64_bit_number_is_a_nonce_and_the_next_is_none(name: str) -> None:
    scheme = scheme_named(name)
    assert nonce_of(scheme, Fields(nonce=str(2**63 - 1))) == 2**63 - 1
    assert nonce_of(scheme, Fields(nonce=str(2**63))) is None
    assert _reason(check_well_formed(scheme, Fields(nonce=str(2**63)))) is Reason.MALFORMED_NONCE


NO_INTEGERS = [
    "",
    " 5",
    "5 ",
    "5\n",
    "+5",
    "-5",
    "1_000",
    "1e3",
    "1.0",
    "0x10",
    "\uff11\uff12\uff13",
    "\u0663",
    "\u00b2",
    "5" * 5000,
    "0" * 5000,
    "None",
    "9" * 21,
]


@pytest.mark.parametrize("text", NO_INTEGERS, ids=lambda text: repr(text[:12]))
def test_what_only_python_takes_for_an_integer_is_ill_formed(text: str) -> None:
    assert plain_integer(text) is None
    assert positive_integer(text) is None
    assert digits(text) is None
    for name in ("reference", "poloniex", "exmo"):
        assert _reason(check_well_formed(scheme_named(name), Fields(nonce=text))) is Reason.MALFORMED_NONCE
    for name in ("reference", "bitunix"):
        assert _reason(check_well_formed(scheme_named(name), Fields(timestamp=text))) is Reason.MALFORMED_TIMESTAMP


@pytest.mark.parametrize(
    ("text", "reference", "poloniex", "exmo"),
    [("0", None, 0, None), ("007", None, 7, 7), ("00", None, 0, None), ("1", 1, 1, 1), ("10", 10, 10, 10)],
)
def test_zero_and_leading_zeros_are_read_as_each_dialect_says(
    text: str, reference: int | None, poloniex: int | None, exmo: int | None
) -> None:
    read = [nonce_of(scheme_named(name), Fields(nonce=text)) for name in ("reference", "poloniex", "exmo")]
    assert read == [reference, poloniex, exmo]


def test_a_reference_timestamp_may_be_zero_and_may_not_begin_with_it() -> None:
    assert check_well_formed(REFERENCE, Fields(timestamp="0")) is None
    assert _reason(check_well_formed(REFERENCE, Fields(timestamp="01"))) is Reason.MALFORMED_TIMESTAMP
    assert _reason(check_well_formed(REFERENCE, Fields(timestamp=str(2**63)))) is Reason.MALFORMED_TIMESTAMP


def test_a_random_nonce_is_refused_only_when_it_is_remembered() -> None:
    fields = Fields(nonce="abc")
    assert check_nonce(BITUNIX, fields, None, frozenset()) is None
    assert check_nonce(BITUNIX, fields, None, 10**20) is None
    assert _reason(check_nonce(BITUNIX, fields, None, {"abc"})) is Reason.NONCE_REUSED


@pytest.mark.parametrize(
    ("nonce", "strict"),
    [("", False), ("a" * 8, False), ("aB3" * 10 + "xy", True), ("a" * 31, False), ("a" * 33, False), ("é" * 32, False)],
)
def test_bitunix_takes_nonces_of_any_length_and_documents_32_characters(nonce: str, *, strict: bool) -> None:
    assert check_well_formed(BITUNIX, Fields(nonce=nonce)) is None
    assert (STRICT_NONCE_RULE.parse(nonce) is not None) is strict


@pytest.mark.parametrize("nonce", ["+5", "1_000", "5" * 5000, "\uff11"])
def test_an_ill_formed_nonce_is_refused_although_it_is_signed(nonce: str) -> None:
    for name in ("reference", "poloniex", "exmo"):
        scheme = scheme_named(name)
        request = Request(method="POST", target=b"/x", body=b"command=a")
        signed = sign(scheme, request, CREDENTIALS, nonce=nonce, timestamp_ms=NOW_MS)
        verdict = verify(scheme, signed.request, CREDENTIALS, now_ms=NOW_MS)
        assert isinstance(verdict, Refused)
        assert verdict.reason is Reason.MALFORMED_NONCE
        assert len(verdict.detail) < 400
