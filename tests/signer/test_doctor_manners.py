"""What the doctor never does: explain a right request, print a secret, run on, or stumble."""

import random
import re
import string
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import signer
from signer import SCHEMES, Credentials, Reason, Request, Scheme, scheme_named, sign
from signer.doctor import CODES, diagnose, examine

HOME = Path(signer.__file__).parent
NOW_MS = 1_735_689_600_000
CREDENTIALS = Credentials(key="K-key", secret="S-5ecre7-5ecre7-5ecre7")
REFERENCE, EXMO = scheme_named("reference"), scheme_named("exmo")
BITUNIX = scheme_named("bitunix")
ALL = list(SCHEMES.values())
each_scheme = pytest.mark.parametrize("scheme", ALL, ids=lambda scheme: scheme.name)


def signed(scheme: Scheme, *, nonce: int | str = 1_700_000_000_000, at_ms: int | str = NOW_MS) -> Request:
    request = Request(method="POST", target=b"/x?a=1", headers=((b"Host", b"h"),), body=b"command=buy&rate=1")
    return sign(scheme, request, CREDENTIALS, nonce=nonce, timestamp_ms=at_ms).request


@each_scheme
def test_a_right_request_is_never_explained(scheme: Scheme) -> None:
    request = signed(scheme)
    found = examine(
        scheme,
        request,
        CREDENTIALS,
        other_secrets=("S-other",),
        previous=signed(scheme, nonce=1_699_999_999_999),
        now_ms=NOW_MS,
        last_nonce=1_699_999_999_999,
    )
    assert found.accepted
    assert found.diagnoses == ()
    assert diagnose(scheme, request, CREDENTIALS) == ()


@each_scheme
def test_a_random_signature_is_refused_without_an_explanation(scheme: Scheme) -> None:
    text = random.Random(3).randbytes(64 if scheme is not BITUNIX else 32).hex()
    header = scheme.places["signature"].removeprefix("header ").encode()
    found = examine(scheme, signed(scheme).with_header(header, text.encode()), CREDENTIALS)
    assert found.reason is Reason.BAD_SIGNATURE
    assert found.diagnoses == ()
    assert found.searched > 1000


def test_a_budget_bounds_the_search() -> None:
    request = signed(EXMO).with_header(b"Sign", b"0" * 128)
    assert examine(EXMO, request, CREDENTIALS, budget=50).searched <= 150
    assert examine(EXMO, request, CREDENTIALS, budget=1).searched <= 100
    full = examine(EXMO, request, CREDENTIALS).searched
    long = replace(request, body=b"note=" + b"x" * 1_000_000 + b"&" + request.body)
    assert examine(EXMO, long, CREDENTIALS).searched < full / 10


@pytest.mark.parametrize("signature", [b"", b"hello", b"0" * 5000, b"\xff\xfe", b"=" * 128, b"%" * 128, b"zz" * 64])
def test_what_is_no_digest_is_answered_at_once(signature: bytes) -> None:
    found = examine(EXMO, signed(EXMO).with_header(b"Sign", signature), CREDENTIALS)
    assert not found.accepted
    assert found.diagnoses == ()
    assert found.searched < 200


def test_a_missing_field_is_a_reason_and_needs_no_diagnosis() -> None:
    request = signed(EXMO)
    bare = replace(request, headers=tuple(pair for pair in request.headers if pair[0] != b"Sign"))
    found = examine(EXMO, bare, CREDENTIALS)
    assert found.reason is Reason.MISSING_SIGNATURE
    assert found.searched == 0


def test_key_and_secret_in_each_others_place_are_named() -> None:
    swapped = Credentials(key=CREDENTIALS.secret, secret=CREDENTIALS.key)
    request = sign(EXMO, Request(method="POST", target=b"/x", body=b"a=1"), swapped, nonce=5).request
    assert [found.code for found in diagnose(EXMO, request, CREDENTIALS)] == ["KEY-AND-SECRET-SWAPPED"]


def test_every_code_is_a_name_with_two_sentences() -> None:
    for code, explanation in CODES.items():
        assert set(code) <= set(string.ascii_uppercase + string.digits + "-")
        for sentence in (explanation.summary, explanation.fix):
            assert sentence.endswith(".")
            assert len(sentence) < 100


def test_every_code_that_is_explained_is_one_that_the_doctor_gives_and_the_other_way_round() -> None:
    files = [*HOME.glob("doctor/*.py"), *HOME.glob("dialects/*.py")]
    given = re.compile(r'"([A-Z]+(?:-[A-Z0-9]+)+)"')
    text = "".join(path.read_text() for path in files if path.name != "codes.py")
    assert set(given.findall(text)) - {"HMAC-SHA512"} == set(CODES)


def test_every_misreading_of_a_scheme_has_its_code_explained() -> None:
    assert {misread.code for scheme in ALL for misread in scheme.misreadings} <= set(CODES)


@pytest.mark.parametrize(
    ("nonce", "last", "code"),
    [
        (1_700_000_000, 1_699_999_999_999, "NONCE-IN-SECONDS"),
        (1_700_000_000_000, 1_700_000_000_000, "NONCE-REPEATED"),
        (1_699_999_999_000, 1_700_000_000_000, "NONCE-WENT-BACK"),
        ("1.7e+12", 5, "NONCE-NOT-AN-INTEGER"),
        ("1700000000000.25", 5, "NONCE-NOT-AN-INTEGER"),
        ("-5", 5, "NONCE-NOT-AN-INTEGER"),
        ("soon", 5, "NONCE-ILL-FORMED"),
    ],
)
def test_a_nonce_is_diagnosed_when_the_signature_is_right(nonce: int | str, last: int, code: str) -> None:
    request = signed(EXMO, nonce=nonce)
    assert [found.code for found in diagnose(EXMO, request, CREDENTIALS, last_nonce=last)] == [code]


def test_the_previous_request_stands_in_for_the_last_nonce() -> None:
    request, previous = signed(EXMO, nonce=1_700_000_000), signed(EXMO, nonce=1_699_999_999_999)
    assert [found.code for found in diagnose(EXMO, request, CREDENTIALS, previous=previous)] == ["NONCE-IN-SECONDS"]
    again = signed(BITUNIX, nonce="abc")
    assert [found.code for found in diagnose(BITUNIX, again, CREDENTIALS, previous=again)] == ["NONCE-REPEATED"]


@pytest.mark.parametrize(
    ("timestamp", "code"),
    [
        (str(NOW_MS // 1000), "TIMESTAMP-IN-SECONDS"),
        (str(NOW_MS * 1000), "TIMESTAMP-IN-MICROSECONDS"),
        (str(NOW_MS * 1_000_000), "TIMESTAMP-IN-MICROSECONDS"),
        (str(NOW_MS + 7 * 3_600_000 + 200), "TIMESTAMP-IN-LOCAL-TIME"),
        (str(NOW_MS - 20_700_000), "TIMESTAMP-IN-LOCAL-TIME"),
        (str(NOW_MS - 100_000), "CLOCK-BEHIND"),
        (str(NOW_MS + 100_000), "CLOCK-AHEAD"),
    ],
)
def test_a_timestamp_is_diagnosed_when_the_signature_is_right(timestamp: str, code: str) -> None:
    request = signed(REFERENCE, nonce=5, at_ms=timestamp)
    assert [found.code for found in diagnose(REFERENCE, request, CREDENTIALS, now_ms=NOW_MS)] == [code]


_TEXT = st.text(st.characters(max_codepoint=0x2FF, exclude_categories=["Cs"]), max_size=20)


@settings(max_examples=25, deadline=None)
@given(
    scheme=st.sampled_from(ALL),
    target=st.binary(max_size=20),
    body=st.one_of(st.binary(max_size=30), st.sampled_from([b"[" * 5000, b'{"a":1e999}', b"&" * 50, b"a&b&c"])),
    nonce=st.one_of(_TEXT, st.sampled_from(["\u00b2", "9" * 39])),
    timestamp=_TEXT,
    signature=st.sampled_from([b"0" * 128, b"0" * 64, b"A" * 88, b"x"]),
    secret=_TEXT,
)
def test_nothing_that_a_client_sends_makes_the_doctor_stumble_or_tell(
    scheme: Scheme, target: bytes, body: bytes, nonce: str, timestamp: str, signature: bytes, secret: str
) -> None:
    headers = (
        (b"Key", b"k"),
        (b"Api-Key", b"k"),
        (b"Sign", signature),
        (b"Nonce", nonce.encode()),
        (b"Timestamp", timestamp.encode()),
    )
    request = Request(method="POST", target=target, headers=headers, body=body + b"&nonce=" + nonce.encode())
    hidden = f"canary-{secret}-canary"
    found = examine(scheme, request, Credentials(key="k", secret=hidden), previous=request, budget=300)
    assert not found.accepted
    assert "canary" not in repr(found)
