"""What is refused, for which reason, and what the refusal says."""

import string
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signer import (
    SCHEMES,
    Accepted,
    BadSecret,
    CannotSign,
    Credentials,
    Fields,
    Reason,
    Refused,
    Request,
    Scheme,
    SignerError,
    Step,
    UnknownScheme,
    check_key,
    check_present,
    check_signature,
    check_well_formed,
    scheme_named,
    sign,
    verify,
)
from signer.encoding import base64_secret

NOW_MS = 1_700_000_000_000
CREDENTIALS = Credentials(key="a-key", secret="the-Secret-0123456789")
REFERENCE, POLONIEX = scheme_named("reference"), scheme_named("poloniex")
EXMO, BITUNIX = scheme_named("exmo"), scheme_named("bitunix")
FORM = Request(method="POST", target=b"/tradingApi", body=b"command=buy&rate=0.1&note=a+b%2Cc")
JSON = Request(method="POST", target=b"/v1/orders?x=%2F", body=b'{"market": "BTC/USDT"}')
ALL = list(SCHEMES.values())
each_scheme = pytest.mark.parametrize("scheme", ALL, ids=lambda scheme: scheme.name)


def request_of(scheme: Scheme) -> Request:
    return FORM if scheme in (POLONIEX, EXMO) else JSON


def signed_request(scheme: Scheme, nonce: int | str = 5) -> Request:
    return sign(scheme, request_of(scheme), CREDENTIALS, nonce=nonce, timestamp_ms=NOW_MS).request


def reason_of(scheme: Scheme, request: Request, **memory: int) -> Reason | None:
    verdict = verify(scheme, request, CREDENTIALS, now_ms=NOW_MS, **memory)
    return verdict.reason if isinstance(verdict, Refused) else None


@each_scheme
def test_a_signed_request_is_accepted_with_every_stage(scheme: Scheme) -> None:
    signed = sign(scheme, request_of(scheme), CREDENTIALS, nonce=5, timestamp_ms=NOW_MS)
    verdict = verify(scheme, signed.request, CREDENTIALS, now_ms=NOW_MS, last_nonce=4)
    assert verdict == Accepted(fields=signed.fields, stages=signed.stages)


@each_scheme
def test_the_callers_bytes_are_sent_as_they_were_given(scheme: Scheme) -> None:
    signed = sign(scheme, request_of(scheme), CREDENTIALS, nonce=5, timestamp_ms=NOW_MS)
    assert signed.request.target == request_of(scheme).target
    assert signed.request.body.startswith(request_of(scheme).body)


@pytest.mark.parametrize(("scheme", "field"), [(scheme, field) for scheme in ALL for field in scheme.places])
def test_a_field_that_is_absent_is_missing(scheme: Scheme, field: str) -> None:
    fields = scheme.read(signed_request(scheme))
    refused = check_present(scheme, replace(fields, **{field: None}))
    assert refused is not None
    assert refused.reason == f"missing_{field}"
    assert scheme.places[field] in refused.detail


@pytest.mark.parametrize(("scheme", "field"), [(scheme, field) for scheme in ALL for field in scheme.places])
def test_a_field_that_is_empty_is_missing_but_for_the_nonce_of_bitunix(scheme: Scheme, field: str) -> None:
    fields = scheme.read(signed_request(scheme))
    refused = check_present(scheme, replace(fields, **{field: ""}))
    assert (refused is None) is (scheme is BITUNIX and field == "nonce")


def test_a_repeated_header_is_refused_where_the_dialect_says_so() -> None:
    request = signed_request(REFERENCE)
    twice = replace(request, headers=(*request.headers, (b"NONCE", b"5")))
    assert REFERENCE.read(twice).repeated == ("nonce",)
    assert reason_of(REFERENCE, twice) is Reason.REPEATED_FIELD


@pytest.mark.parametrize("scheme", [POLONIEX, EXMO, BITUNIX], ids=lambda scheme: scheme.name)
def test_elsewhere_the_first_of_a_repeated_header_counts(scheme: Scheme) -> None:
    request = signed_request(scheme)
    twice = replace(request, headers=(*request.headers, (b"key", b"other"), (b"api-key", b"other")))
    assert scheme.read(twice).repeated == ("key",)
    assert reason_of(scheme, twice) is None


@each_scheme
def test_another_key_is_unknown(scheme: Scheme) -> None:
    fields = replace(scheme.read(signed_request(scheme)), key="another")
    refused = check_key(scheme, fields, CREDENTIALS)
    assert refused is not None
    assert refused.reason is Reason.UNKNOWN_KEY


@pytest.mark.parametrize(
    ("scheme", "upper_case_counts"), [(REFERENCE, False), (EXMO, False), (BITUNIX, False), (POLONIEX, True)]
)
def test_hex_in_upper_case_counts_where_it_was_seen_to_count(scheme: Scheme, *, upper_case_counts: bool) -> None:
    request = signed_request(scheme)
    fields = scheme.read(request)
    upper = replace(fields, signature=(fields.signature or "").upper())
    checked = check_signature(scheme, request, upper, CREDENTIALS)
    assert isinstance(checked, Refused) is not upper_case_counts


@each_scheme
@pytest.mark.parametrize("signature", ["x", "\u212a" * 128, "é", "0" * 127, "0" * 129, " ", "0" * 100_000])
def test_what_is_no_signature_at_all_is_a_bad_signature(scheme: Scheme, signature: str) -> None:
    request = signed_request(scheme)
    checked = check_signature(scheme, request, replace(scheme.read(request), signature=signature), CREDENTIALS)
    assert isinstance(checked, Refused)
    assert checked.reason is Reason.BAD_SIGNATURE
    assert checked.stages is not None


@each_scheme
def test_a_bad_signature_is_shown_where_it_begins_to_differ_and_not_what_was_expected(scheme: Scheme) -> None:
    request = signed_request(scheme)
    fields = scheme.read(request)
    right = fields.signature or ""
    wrong = right[:9] + ("0" if right[9] != "0" else "1") + right[10:]
    checked = check_signature(scheme, request, replace(fields, signature=wrong), CREDENTIALS)
    assert isinstance(checked, Refused)
    assert checked.first_difference == 9
    assert checked.stages is not None
    assert checked.stages.signature == right
    assert right not in checked.detail
    assert CREDENTIALS.secret not in checked.detail + repr(checked)


@each_scheme
def test_a_cut_signature_differs_where_it_ends(scheme: Scheme) -> None:
    request = signed_request(scheme)
    fields = scheme.read(request)
    cut = replace(fields, signature=(fields.signature or "")[:20])
    checked = check_signature(scheme, request, cut, CREDENTIALS)
    assert isinstance(checked, Refused)
    assert checked.first_difference == 20


def test_the_checks_are_asked_in_the_order_that_is_given() -> None:
    stale = sign(REFERENCE, JSON, CREDENTIALS, nonce=1, timestamp_ms=0).request.with_header(b"Sign", b"0" * 128)
    orders = {
        Step.SIGNATURE: Reason.BAD_SIGNATURE,
        Step.TIME: Reason.TIMESTAMP_TOO_OLD,
        Step.NONCE: Reason.NONCE_NOT_INCREASING,
    }
    for first, reason in orders.items():
        order = (first, *(step for step in Step if step is not first))
        verdict = verify(REFERENCE, stale, CREDENTIALS, now_ms=NOW_MS, last_nonce=1, order=order)
        assert isinstance(verdict, Refused)
        assert verdict.reason is reason


def test_there_is_no_verdict_without_the_signature() -> None:
    with pytest.raises(SignerError, match="leaves it out"):
        verify(REFERENCE, signed_request(REFERENCE), CREDENTIALS, now_ms=NOW_MS, order=(Step.PRESENT,))


@pytest.mark.parametrize(("scheme", "missing"), [(REFERENCE, "nonce"), (EXMO, "nonce"), (BITUNIX, "timestamp")])
def test_a_request_is_not_signed_without_its_ingredients(scheme: Scheme, missing: str) -> None:
    with pytest.raises(CannotSign, match=missing):
        sign(scheme, request_of(scheme), CREDENTIALS, nonce="n" if missing == "timestamp" else None, timestamp_ms=None)


def test_a_secret_that_is_not_base64_is_our_own_fault_and_is_not_shown() -> None:
    with pytest.raises(BadSecret) as caught:
        base64_secret("not base64 at all!")
    assert "not base64 at all!" not in str(caught.value)
    with pytest.raises(BadSecret):
        check_signature(
            replace(POLONIEX, secret_bytes=base64_secret), signed_request(POLONIEX), Fields(signature="x"), CREDENTIALS
        )


def test_an_unknown_scheme_is_named_along_with_those_there_are() -> None:
    with pytest.raises(UnknownScheme, match="reference, poloniex, exmo, bitunix"):
        scheme_named("krakatoa")


def test_neither_credentials_nor_verdicts_print_the_secret() -> None:
    verdict = verify(REFERENCE, signed_request(REFERENCE), CREDENTIALS, now_ms=NOW_MS)
    assert CREDENTIALS.secret not in repr(CREDENTIALS) + repr(verdict)


def test_keys_and_nonces_beyond_ascii_travel_as_utf_8() -> None:
    credentials = Credentials(key="schlüssel☃", secret="geheim")
    for scheme in ALL:
        signed = sign(scheme, request_of(scheme), credentials, nonce="5", timestamp_ms=NOW_MS)
        assert isinstance(verify(scheme, signed.request, credentials, now_ms=NOW_MS), Accepted)


# Printable and awkward alike; a request line never holds a blank or a line end.
_TARGET = st.text(string.ascii_letters + "/?&=%+:~.,;@!$'()*-_", max_size=30).map(lambda text: b"/" + text.encode())


@settings(max_examples=60)
@given(
    scheme=st.sampled_from(ALL),
    target=_TARGET,
    body=st.binary(max_size=60),
    nonce=st.integers(1, 2**63 - 1),
    skew_ms=st.integers(-60_000, 60_000),
    secret=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
)
def test_whatever_is_signed_is_accepted_once(
    scheme: Scheme, target: bytes, body: bytes, nonce: int, skew_ms: int, secret: str
) -> None:
    credentials = Credentials(key="key", secret=secret)
    request = Request(method="POST", target=target, body=body)
    signed = sign(scheme, request, credentials, nonce=nonce, timestamp_ms=NOW_MS + skew_ms)
    assert isinstance(verify(scheme, signed.request, credentials, now_ms=NOW_MS, last_nonce=nonce - 1), Accepted)
    spent = verify(
        scheme, signed.request, credentials, now_ms=NOW_MS, last_nonce={str(nonce)} if scheme is BITUNIX else nonce
    )
    assert isinstance(spent, Refused)


@settings(max_examples=80)
@given(scheme=st.sampled_from(ALL), data=st.data())
def test_any_change_of_one_signed_byte_is_refused(scheme: Scheme, data: st.DataObject) -> None:
    request = signed_request(scheme, nonce=5000)
    position = data.draw(st.integers(0, len(request.body) - 1), "position")
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != request.body[position]), "byte")
    changed = replace(request, body=request.body[:position] + bytes([byte]) + request.body[position + 1 :])
    assert reason_of(scheme, changed) is not None


@settings(max_examples=60)
@given(data=st.data())
def test_any_change_of_method_target_nonce_or_timestamp_is_refused_by_the_reference(data: st.DataObject) -> None:
    request = signed_request(REFERENCE, nonce=5000)
    fields = REFERENCE.read(request)
    where = data.draw(st.sampled_from(["method", "target", "nonce", "timestamp"]))
    if where == "method":
        changed = replace(request, method=data.draw(st.sampled_from(["GET", "post", "PUT", "POSt", ""])))
    elif where == "target":
        at = data.draw(st.integers(0, len(request.target) - 1))
        byte = data.draw(st.integers(33, 126).filter(lambda value: value != request.target[at]))
        changed = replace(request, target=request.target[:at] + bytes([byte]) + request.target[at + 1 :])
    else:
        other = data.draw(st.integers(NOW_MS - 60_000, NOW_MS + 60_000).filter(lambda ms: ms != NOW_MS))
        changed = request.with_header(where.encode(), str(other).encode())
    assert REFERENCE.read(changed) != fields or changed != request
    assert reason_of(REFERENCE, changed) is Reason.BAD_SIGNATURE


@settings(max_examples=60)
@given(
    scheme=st.sampled_from(ALL),
    target=st.binary(max_size=40),
    headers=st.lists(
        st.tuples(st.sampled_from([b"Key", b"Sign", b"nonce", b"timestamp", b"api-key", b"x"]), st.binary(max_size=20)),
        max_size=8,
    ),
    body=st.binary(max_size=60),
)
def test_no_request_makes_a_check_raise(
    scheme: Scheme, target: bytes, headers: list[tuple[bytes, bytes]], body: bytes
) -> None:
    request = Request(method="POST", target=target, headers=tuple(headers), body=body)
    fields = scheme.read(request)
    check_present(scheme, fields)
    check_well_formed(scheme, fields)
    assert isinstance(check_signature(scheme, request, fields, CREDENTIALS), Refused)
    assert isinstance(verify(scheme, request, CREDENTIALS, now_ms=NOW_MS), Refused)
