"""The doctor on requests whose mistake we made ourselves, on purpose and one at a time."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from signer import Credentials, Fields, Request, Scheme, scheme_named, sign, stages_of
from signer.doctor import CODES, diagnose
from tests.signer.foreign_schemes import FOREIGN, KRAKEN

NOW_MS = 1_735_689_600_000
EXMO, POLONIEX = scheme_named("exmo"), scheme_named("poloniex")
REFERENCE, BITUNIX = scheme_named("reference"), scheme_named("bitunix")
HEADERS = ((b"Host", b"localhost:8800"),)

FORM = Request(
    method="POST",
    target=b"/v1.1/order_create",
    headers=HEADERS,
    body=b"pair=BTC_USD&quantity=0.25&type=buy&note=a+b%2Cc&label=",
)
FORM_CREDENTIALS = Credentials(key="K-0123456789", secret="S-ffeeddccbbaa99887766554433221100ffeeddcc")
JSON = Request(
    method="POST", target=b"/v1/orders", headers=HEADERS, body=b'{"side":"buy","market":"BTC/USDT","price":"30000.01"}'
)
GET = Request(method="GET", target=b"/v1/orders?market=BTC%2FUSDT&limit=5", headers=HEADERS)
REFERENCE_CREDENTIALS = Credentials(key="reference-key", secret="reference-secret")


def codes(scheme: Scheme, request: Request, credentials: Credentials, signature: str, **more: object) -> list[str]:
    received = scheme.place(request, Fields(signature=signature))
    return [found.code for found in diagnose(scheme, received, credentials, **more)]  # type: ignore[arg-type]


def hmac_hex(secret: bytes, text: bytes, name: str = "sha512") -> str:
    return hmac.digest(secret, text, name).hex()


# --- forms ---

SIGNED_FORM = sign(EXMO, FORM, FORM_CREDENTIALS, nonce=1_700_000_000_001)
BODY = SIGNED_FORM.request.body
SECRET = FORM_CREDENTIALS.secret.encode()
RIGHT = SIGNED_FORM.stages.signature
PAIRS = BODY.split(b"&")

WRONG_TEXTS: list[tuple[str, bytes]] = [
    ("SIGNED-BEFORE-NONCE", FORM.body),
    ("PARAMETER-LEFT-OUT", b"&".join(PAIRS[1:])),
    ("PARAMETERS-SORTED", b"&".join(sorted(PAIRS))),
    ("PARAMETERS-SORTED-BACKWARDS", b"&".join(sorted(PAIRS, reverse=True))),
    ("PARAMETERS-REVERSED", b"&".join(PAIRS[::-1])),
    ("NONCE-SIGNED-FIRST", b"&".join([PAIRS[-1], *PAIRS[:-1]])),
    ("NONCE-DRAWN-TWICE", BODY.replace(b"000001", b"000000")),
    ("SPACE-SIGNED-AS-PERCENT-20", BODY.replace(b"+", b"%20")),
    ("SIGNED-UNENCODED", BODY.replace(b"+", b" ").replace(b"%2C", b",")),
    ("LOWERCASE-ESCAPES", BODY.replace(b"%2C", b"%2c")),
    ("OTHER-SAFE-CHARACTERS", BODY.replace(b"%2C", b",")),
    ("NULL-SIGNED", BODY.replace(b"label=", b"label=undefined")),
    ("NULL-SIGNED", BODY.replace(b"label=", b"label=null")),
    ("NEWLINE-ADDED", BODY + b"\n"),
    ("PATH-IN-FRONT", FORM.path + BODY),
    ("METHOD-AND-PATH-IN-FRONT", b"POST" + FORM.path + BODY),
    ("URL-SIGNED-INSTEAD-OF-BODY", b"https://localhost:8800/v1.1/order_create"),
    ("TEXT-BASE64-ENCODED", base64.b64encode(BODY)),
    ("TEXT-HASHED-FIRST", hashlib.sha512(BODY).hexdigest().encode()),
    ("BODY-NOT-SIGNED", b""),
    ("KEY-IN-FRONT", b"K-0123456789" + BODY),
]


@pytest.mark.parametrize(("code", "text"), WRONG_TEXTS, ids=[code for code, _ in WRONG_TEXTS])
def test_a_wrong_text_is_named(code: str, text: bytes) -> None:
    assert codes(EXMO, SIGNED_FORM.request, FORM_CREDENTIALS, hmac_hex(SECRET, text))[0] == code


WRONG_SECRETS: list[tuple[str, bytes]] = [
    ("SECRET-PREFIX-STRIPPED", SECRET[2:]),
    ("SECRET-WITH-NEWLINE", SECRET + b"\n"),
    ("SECRET-WITH-BLANK", SECRET + b" "),
    ("SECRET-IN-QUOTES", b'"' + SECRET + b'"'),
    ("SECRET-UPPER-CASED", SECRET.upper()),
    ("SECRET-EMPTY", b""),
    ("SECRET-PLACEHOLDER", b"undefined"),
    ("SECRET-HASHED", hashlib.sha256(SECRET).hexdigest().encode()),
    ("SECRET-AS-BYTES-REPR", repr(SECRET).encode()),
    ("SECRET-IN-UTF-16", SECRET.decode().encode("utf-16-le")),
    ("KEY-AS-SECRET", b"K-0123456789"),
    ("SECRET-PREFIX-STRIPPED+SECRET-HEX-DECODED", bytes.fromhex(SECRET[2:].decode())),
    ("SECRET-PREFIX-STRIPPED+SECRET-BASE64-DECODED", base64.b64decode(SECRET[2:] + b"==")),
    ("OTHER-SECRET", b"S-another"),
]


@pytest.mark.parametrize(("code", "secret"), WRONG_SECRETS, ids=[code for code, _ in WRONG_SECRETS])
def test_a_wrong_reading_of_the_secret_is_named(code: str, secret: bytes) -> None:
    found = codes(
        EXMO, SIGNED_FORM.request, FORM_CREDENTIALS, hmac_hex(secret, BODY), other_secrets=("S-third", "S-another")
    )
    assert found[0] == code


@pytest.mark.parametrize(
    ("code", "read"),
    [
        ("SECRET-HEX-DECODED", bytes.fromhex),
        ("SECRET-BASE64-DECODED", base64.b64decode),
    ],
)
def test_a_secret_that_looks_encoded_and_is_not_is_named(code: str, read: Callable[[str], bytes]) -> None:
    credentials = Credentials(key="K", secret="0123456789abcdef" * 8)
    signed = sign(POLONIEX, FORM, credentials, nonce=5)
    signature = hmac_hex(read(credentials.secret), signed.request.body)
    assert codes(POLONIEX, signed.request, credentials, signature) == [code]


def test_a_secret_with_blanks_around_it_is_named_when_it_was_trimmed() -> None:
    credentials = Credentials(key="K", secret=" padded\n")
    signed = sign(POLONIEX, FORM, credentials, nonce=5)
    assert codes(POLONIEX, signed.request, credentials, hmac_hex(b"padded", signed.request.body)) == ["SECRET-TRIMMED"]


def test_a_secret_that_should_have_been_decoded_is_named() -> None:
    credentials = Credentials(key="K", secret=base64.b64encode(b"raw secret bytes").decode())
    signed = sign(KRAKEN, FORM, credentials, nonce=5)
    raw = hmac.digest(credentials.secret.encode(), signed.stages.string_to_sign, "sha512")
    found = codes(KRAKEN, signed.request, credentials, base64.b64encode(raw).decode())
    assert found == ["SECRET-NOT-DECODED"]


WRONG_DIGESTS: list[tuple[str, str]] = [
    ("OTHER-HASH", hmac_hex(SECRET, BODY, "sha256")),
    ("OTHER-HASH", hmac_hex(SECRET, BODY, "sha384")),
    ("OTHER-HASH", hmac_hex(SECRET, BODY, "sha1")),
    ("OTHER-HASH", hmac_hex(SECRET, BODY, "sha3_512")),
    ("PLAIN-HASH", hashlib.sha512(SECRET + BODY).hexdigest()),
    ("PLAIN-HASH", hashlib.sha512(BODY + SECRET).hexdigest()),
    ("HASH-WITHOUT-SECRET", hashlib.sha512(BODY).hexdigest()),
    ("HMAC-ARGUMENTS-SWAPPED", hmac_hex(BODY, SECRET)),
    ("HASHED-AGAIN", hashlib.sha512(RIGHT.encode()).hexdigest()),
    ("SIGNATURE-UPPER-CASE", RIGHT.upper()),
    ("SIGNATURE-BASE64", base64.b64encode(bytes.fromhex(RIGHT)).decode()),
    ("SIGNATURE-BASE64-OF-HEX", base64.b64encode(RIGHT.encode()).decode()),
    ("SIGNATURE-TRUNCATED", RIGHT[:64]),
    ("SIGNATURE-WITH-PREFIX", "sha512=" + RIGHT),
    ("SIGNATURE-WITH-BLANKS", " " + RIGHT),
    ("SIGNATURE-WITH-BLANKS", f'"{RIGHT}"'),
    ("SECRET-SENT-AS-SIGNATURE", SECRET.decode()),
]


@pytest.mark.parametrize(("code", "signature"), WRONG_DIGESTS, ids=[code for code, _ in WRONG_DIGESTS])
def test_a_wrong_digest_or_spelling_is_named(code: str, signature: str) -> None:
    assert codes(EXMO, SIGNED_FORM.request, FORM_CREDENTIALS, signature)[0] == code


def test_lost_zeros_are_named() -> None:
    # One nonce in sixteen gives a signature that begins with a zero; in one of a few the bytes hold one further on.
    leading = next(
        signed
        for nonce in range(1, 400)
        if (signed := sign(EXMO, FORM, FORM_CREDENTIALS, nonce=nonce)).stages.signature.startswith("0")
        and not signed.stages.signature.startswith("00")
    )
    whole = leading.stages.signature
    found = codes(EXMO, leading.request, FORM_CREDENTIALS, whole.lstrip("0"))
    assert found[0] == "SIGNATURE-ZEROS-LOST"
    unpadded = "".join(f"{byte:x}" for byte in bytes.fromhex(whole))
    found = codes(EXMO, leading.request, FORM_CREDENTIALS, unpadded)
    assert found[0] in {"SIGNATURE-BYTES-UNPADDED", "SIGNATURE-ZEROS-LOST"}
    assert "SIGNATURE-BYTES-UNPADDED" in found


def test_two_mistakes_are_named_together() -> None:
    signature = hmac_hex(SECRET[2:], b"&".join(sorted(PAIRS)))
    received = EXMO.place(SIGNED_FORM.request, Fields(signature=signature))
    found = diagnose(EXMO, received, FORM_CREDENTIALS)
    assert found[0].code == "PARAMETERS-SORTED+SECRET-PREFIX-STRIPPED"
    assert found[0].mistakes == 2
    assert CODES["PARAMETERS-SORTED"].summary in found[0].summary
    assert CODES["SECRET-PREFIX-STRIPPED"].fix in found[0].fix


# --- the five lines ---

SIGNED_JSON = sign(REFERENCE, JSON, REFERENCE_CREDENTIALS, nonce=7, timestamp_ms=NOW_MS)
SIGNED_GET = sign(REFERENCE, GET, REFERENCE_CREDENTIALS, nonce=7, timestamp_ms=NOW_MS)
SIGNED_PATH = sign(
    REFERENCE, replace(JSON, target=b"/v1/orders/a%20b/cancel"), REFERENCE_CREDENTIALS, nonce=7, timestamp_ms=NOW_MS
)


def five_lines(request: Request, *, nonce: str = "7", timestamp: str = str(NOW_MS), by: str = "\n") -> bytes:
    hashed = hashlib.sha512(request.body).hexdigest()
    return by.join((request.method, request.target.decode(), nonce, timestamp, hashed)).encode()


_VALUE = json.loads(JSON.body)
WRONG_LINES: list[tuple[str, Request, bytes]] = [
    ("JSON-SPACES-DIFFER", SIGNED_JSON.request, five_lines(replace(JSON, body=json.dumps(_VALUE).encode()))),
    (
        "JSON-SORTED",
        SIGNED_JSON.request,
        five_lines(replace(JSON, body=json.dumps(_VALUE, sort_keys=True, separators=(",", ":")).encode())),
    ),
    ("JSON-ESCAPES-DIFFER", SIGNED_JSON.request, five_lines(replace(JSON, body=JSON.body.replace(b"/", b"\\/")))),
    ("PYTHON-DICT-SIGNED", SIGNED_JSON.request, five_lines(replace(JSON, body=str(_VALUE).encode()))),
    ("BODY-NOT-SIGNED", SIGNED_JSON.request, five_lines(replace(JSON, body=b""))),
    ("METHOD-LOWER-CASE", SIGNED_JSON.request, five_lines(replace(JSON, method="post"))),
    ("NEWLINES-LEFT-OUT", SIGNED_JSON.request, five_lines(JSON, by="")),
    ("NEWLINES-AS-TEXT", SIGNED_JSON.request, five_lines(JSON, by="\\n")),
    ("NEWLINES-WITH-CARRIAGE-RETURN", SIGNED_JSON.request, five_lines(JSON, by="\r\n")),
    ("NEWLINE-ADDED", SIGNED_JSON.request, five_lines(JSON) + b"\n"),
    ("TIMESTAMP-SIGNED-IN-SECONDS", SIGNED_JSON.request, five_lines(JSON, timestamp=str(NOW_MS // 1000))),
    ("NONCE-AND-TIMESTAMP-SWAPPED", SIGNED_JSON.request, five_lines(JSON, nonce=str(NOW_MS), timestamp="7")),
    ("NONCE-LEFT-OUT", SIGNED_JSON.request, five_lines(JSON, nonce="")),
    ("HOST-SIGNED", SIGNED_JSON.request, five_lines(replace(JSON, target=b"localhost:8800/v1/orders"))),
    ("FULL-URL-SIGNED", SIGNED_JSON.request, five_lines(replace(JSON, target=b"http://localhost:8800/v1/orders"))),
    ("PATH-SHORTENED", SIGNED_JSON.request, five_lines(replace(JSON, target=b"/orders"))),
    ("SLASH-DIFFERS", SIGNED_JSON.request, five_lines(replace(JSON, target=b"/v1/orders/"))),
    (
        "BODY-NOT-HASHED",
        SIGNED_JSON.request,
        b"\n".join((b"POST", b"/v1/orders", b"7", str(NOW_MS).encode(), JSON.body)),
    ),
    ("QUERY-NOT-SIGNED", SIGNED_GET.request, five_lines(replace(GET, target=b"/v1/orders"))),
    ("SIGNED-UNENCODED", SIGNED_GET.request, five_lines(replace(GET, target=b"/v1/orders?market=BTC/USDT&limit=5"))),
    ("TARGET-DECODED", SIGNED_PATH.request, five_lines(replace(JSON, target=b"/v1/orders/a b/cancel"))),
    ("NOTHING-SIGNED", SIGNED_PATH.request, b""),
    (
        "PARAMETERS-SORTED",
        SIGNED_GET.request,
        five_lines(replace(GET, target=b"/v1/orders?limit=5&market=BTC%2FUSDT")),
    ),
    ("EMPTY-BODY-SIGNED-AS-OBJECT", SIGNED_GET.request, five_lines(replace(GET, body=b"{}"))),
    (
        "BODY-OF-GET-SIGNED",
        SIGNED_GET.request,
        five_lines(replace(GET, target=b"/v1/orders", body=b'{"market":"BTC/USDT","limit":"5"}')),
    ),
]


@pytest.mark.parametrize(("code", "request_", "text"), WRONG_LINES, ids=[code for code, _, _ in WRONG_LINES])
def test_a_wrong_line_is_named(code: str, request_: Request, text: bytes) -> None:
    signature = hmac_hex(REFERENCE_CREDENTIALS.secret.encode(), text)
    assert codes(REFERENCE, request_, REFERENCE_CREDENTIALS, signature)[0] == code


def test_what_was_not_renewed_since_the_previous_request_is_named() -> None:
    earlier = sign(REFERENCE, JSON, REFERENCE_CREDENTIALS, nonce=3, timestamp_ms=NOW_MS - 4321)
    secret = REFERENCE_CREDENTIALS.secret.encode()
    for code, signature in (
        ("PREVIOUS-NONCE-SIGNED", hmac_hex(secret, five_lines(JSON, nonce="3"))),
        ("PREVIOUS-TIMESTAMP-SIGNED", hmac_hex(secret, five_lines(JSON, timestamp=str(NOW_MS - 4321)))),
        ("SIGNATURE-OF-PREVIOUS-REQUEST", earlier.stages.signature),
    ):
        request = SIGNED_JSON.request
        assert codes(REFERENCE, request, REFERENCE_CREDENTIALS, signature, previous=earlier.request) == [code]


def test_the_previous_nonce_in_a_form_is_named() -> None:
    earlier = sign(EXMO, replace(FORM, body=b"pair=BTC_USD"), FORM_CREDENTIALS, nonce=1_600_000_000_000)
    signature = hmac_hex(SECRET, BODY.replace(b"1700000000001", b"1600000000000"))
    found = codes(EXMO, SIGNED_FORM.request, FORM_CREDENTIALS, signature, previous=earlier.request)
    assert found == ["PREVIOUS-NONCE-SIGNED"]


# --- two hashes: the wrong constructions that facts of Bitunix, 2.2, lists with their results ---

BITUNIX_CREDENTIALS = Credentials(key="0f1e2d3c4b5a69788796a5b4c3d2e1f0", secret="00112233445566778899aabbccddeeff")
G2 = sign(
    BITUNIX,
    Request(
        method="GET",
        target=b"/api/v1/futures/account/get_leverage_margin_mode?symbol=BTCUSDT&marginCoin=USDT",
        headers=HEADERS,
    ),
    BITUNIX_CREDENTIALS,
    nonce="a1b2c3d4e5f60718293a4b5c6d7e8f90",
    timestamp_ms=NOW_MS,
)


@pytest.mark.parametrize(
    ("code", "signature"),
    [
        ("QUERY-WITH-EQUALS", "93a89fab7be849ac18a7156ab628aa47ef8dd296cdbee4d63760a95ca6baf934"),
        ("QUERY-WITH-EQUALS-AND-AMPERSANDS", "37ce3136748116f89a2d1f3448e8ce713efefc9ee6759b812065b5220d2cbcc1"),
        ("QUERY-WITH-AMPERSANDS", "2c448ee04c4232f80bd01f2f45312b9082ccccf9d3289e2c616267c2c42f5dad"),
        ("VALUES-ONLY", "94caefea148c17176478514f32f4cec650c3d68861b3a75d5239b97e29f8eb06"),
        ("QUERY-NOT-SORTED", "3dfed5cb73e9f7e600bef105b0b7238bd8de1f55355378ce7530b6f2e5473667"),
        ("KEY-FIRST", "dd5ee8918d280a6dd9d6756d4f49c8638c05049bc48bc15737ddb273c62fae95"),
        ("HMAC-INSTEAD-OF-HASH", "8f1b71cd48d32731621ddd7dc790e1bb3f2a4e83eece58dee215ba4c461215f5"),
        ("HASHED-ONCE", "76a9e864728d9239f2757318fc6e749fe8ca16abbf5ab127ff243b4971be8b86"),
        ("SECOND-HASH-OVER-RAW-DIGEST", "53159561e86ea56dafdea62db342618762f15f51e87146b2b864c98395967b43"),
    ],
)
def test_each_wrong_construction_of_bitunix_is_named(code: str, signature: str) -> None:
    assert codes(BITUNIX, G2.request, BITUNIX_CREDENTIALS, signature)[0] == code


def test_a_newline_behind_the_text_of_the_first_hash_is_named() -> None:
    first = hashlib.sha256(G2.stages.canonical_request + b"\n").hexdigest()
    signature = hashlib.sha256((first + BITUNIX_CREDENTIALS.secret).encode()).hexdigest()
    assert codes(BITUNIX, G2.request, BITUNIX_CREDENTIALS, signature) == ["NEWLINE-ADDED"]


@pytest.mark.parametrize("name", ["okx", "bitmex", "coinbase", "bybit", "gate", "bitfinex", "deribit", "kucoin"])
def test_a_scheme_that_the_doctor_never_met_is_diagnosed_as_well(name: str) -> None:
    scheme = FOREIGN[name]
    credentials = Credentials(key="K", secret=base64.b64encode(b"some secret").decode(), passphrase="P")
    request = replace(JSON, headers=(*HEADERS, (b"Content-Type", b"application/json")))
    timestamp_ms = None if scheme.time_rule is None else NOW_MS
    signed = sign(scheme, request, credentials, nonce=5 if scheme.nonce_rule else None, timestamp_ms=timestamp_ms)
    spaced = replace(signed.request, body=json.dumps(_VALUE).encode())
    wrong = stages_of(scheme, spaced, scheme.read(spaced), credentials.secret).signature
    assert codes(scheme, signed.request, credentials, wrong) == ["JSON-SPACES-DIFFER"]
    raw = hmac.digest(scheme.secret_bytes(credentials.secret), signed.stages.string_to_sign, "sha224")
    assert codes(scheme, signed.request, credentials, raw.hex())[0].startswith("OTHER-HASH")
