"""Exchanges beyond our four, each as a value: the proof that a scheme needs neither a subclass nor a hook.

Every row is taken from our comparison of schemes, section 1; the numbers in the comments are its sections.
"""

import hashlib
import hmac
from dataclasses import replace

from signer import Credentials, Fields, Kind, NonceRule, Request, Scheme, TimeRule
from signer.canonical import (
    body,
    body_sha512_hex,
    content_type,
    fixed,
    host,
    joined,
    key,
    method,
    nonce,
    path,
    query,
    target,
    timestamp,
    unchanged,
)
from signer.digest import BASE64, HEX_IN_ANY_CASE, LOWERCASE_HEX, hmac_with
from signer.encoding import base64_secret, base64_text, form_decoded, utf8_secret
from signer.fields import fields_as_headers, headers_as_fields, nonce_into_form_body
from signer.freshness import any_text, digits, positive_integer
from tests.signer.foreign_places import (
    bitstamp_fields,
    bitstamp_place,
    deribit_fields,
    deribit_place,
    fields_as_parameters,
    gemini_fields,
    gemini_fields_with_time,
    gemini_payload,
    gemini_place,
    huobi_text,
    iso_milliseconds,
    iso_seconds,
    milliseconds_or_microseconds,
    parameters_as_fields,
    poloniex_2022_text,
    query_and_body_without_signature,
    seconds_with_decimals,
    written_iso_milliseconds,
    written_iso_seconds,
    written_seconds,
)

#: No window backwards at all.
FOR_EVER_MS = 10**15

TIMESTAMP = frozenset({Kind.TIMESTAMP})
RISING = frozenset({Kind.RISING_NONCE})


def milliseconds(past_ms: int, future_ms: int | None) -> TimeRule:
    return TimeRule(parse=digits, past_ms=past_ms, future_ms=future_ms, unit="milliseconds since the Unix epoch")


def seconds(past_ms: int, future_ms: int | None) -> TimeRule:
    return TimeRule(
        parse=seconds_with_decimals,
        past_ms=past_ms,
        future_ms=future_ms,
        unit="seconds since the Unix epoch",
        write=written_seconds,
    )


def rising(largest: int) -> NonceRule:
    return NonceRule(parse=positive_integer, rising=True, maximum=largest, describe="a rising integer")


def in_headers(name: str, places: dict[str, str], **rest: object) -> Scheme:
    settings: dict[str, object] = {
        "name": name,
        "source": f"comparison of schemes, {name}",
        "kinds": TIMESTAMP,
        "read": headers_as_fields(places),
        "place": fields_as_headers(places),
        "string_to_sign": unchanged,
        "secret_bytes": utf8_secret,
        "digest": hmac_with("sha256"),
        "digest_name": "HMAC-SHA256",
        "spelling": LOWERCASE_HEX,
        "places": {field: f"header {header}" for field, header in places.items()},
        "wants_passphrase": "passphrase" in places,
    }
    return Scheme(**{**settings, **rest})  # type: ignore[arg-type]


# 3.1: path, then the raw SHA-256 of nonce and body.
def kraken_text(canonical_request: bytes, request: Request, fields: Fields) -> bytes:
    return request.path + hashlib.sha256(canonical_request).digest()


_KRAKEN = {"key": "API-Key", "signature": "API-Sign"}
KRAKEN = in_headers(
    "kraken",
    _KRAKEN,
    kinds=RISING,
    read=headers_as_fields(_KRAKEN, form_nonce="nonce"),
    place=nonce_into_form_body(fields_as_headers(_KRAKEN)),
    canonical_request=joined(nonce, body),
    string_to_sign=kraken_text,
    secret_bytes=base64_secret,
    digest=hmac_with("sha512"),
    digest_name="HMAC-SHA512",
    spelling=BASE64,
    nonce_rule=rising(2**64 - 1),
)

# 3.2: refused from 1000 ms ahead on, so 999 ms ahead is the last fresh millisecond.
_BINANCE = {"key": "X-MBX-APIKEY"}
_BINANCE_PARAMETERS = {"timestamp": "timestamp", "window": "recvWindow", "signature": "signature"}
BINANCE = in_headers(
    "binance",
    _BINANCE,
    read=parameters_as_fields(_BINANCE_PARAMETERS, headers_as_fields(_BINANCE)),
    place=fields_as_parameters(_BINANCE_PARAMETERS, fields_as_headers(_BINANCE)),
    canonical_request=query_and_body_without_signature,
    spelling=HEX_IN_ANY_CASE,
    time_rule=TimeRule(
        parse=milliseconds_or_microseconds,
        past_ms=5_000,
        future_ms=999,
        unit="milliseconds or microseconds since the Unix epoch",
        largest_past_ms=60_000,
        parse_window=lambda text: digits(text.partition(".")[0]),
    ),
)

# 3.3
_MEXC = {"key": "X-MEXC-APIKEY"}
MEXC = replace(
    BINANCE,
    name="mexc",
    read=parameters_as_fields(_BINANCE_PARAMETERS, headers_as_fields(_MEXC)),
    place=fields_as_parameters(_BINANCE_PARAMETERS, fields_as_headers(_MEXC)),
    spelling=LOWERCASE_HEX,
)

# 3.4
POLONIEX_2022 = in_headers(
    "poloniex-2022",
    {"key": "key", "timestamp": "signTimestamp", "signature": "signature", "window": "recvWindow"},
    canonical_request=poloniex_2022_text,
    spelling=BASE64,
    time_rule=replace(milliseconds(FOR_EVER_MS, None), largest_past_ms=FOR_EVER_MS),
)


def _with_prefix(prefix: str) -> dict[str, str]:
    parts = {"key": "KEY", "signature": "SIGN", "timestamp": "TIMESTAMP", "passphrase": "PASSPHRASE"}
    return {field: f"{prefix}-{part}" for field, part in parts.items()}


_TIME_METHOD_TARGET_BODY = joined(timestamp, method, target, body)

# 3.5
COINBASE = in_headers(
    "coinbase",
    _with_prefix("CB-ACCESS"),
    canonical_request=_TIME_METHOD_TARGET_BODY,
    secret_bytes=base64_secret,
    spelling=BASE64,
    time_rule=seconds(30_000, 30_000),
)

# 3.6
OKX = in_headers(
    "okx",
    _with_prefix("OK-ACCESS"),
    canonical_request=_TIME_METHOD_TARGET_BODY,
    spelling=BASE64,
    time_rule=TimeRule(
        parse=iso_milliseconds,
        past_ms=30_000,
        future_ms=30_000,
        unit="ISO 8601 with milliseconds and Z",
        write=written_iso_milliseconds,
    ),
)


# 3.7
def bybit_text(request: Request, fields: Fields) -> bytes:
    signed = request.query if request.method == "GET" else request.body
    head = f"{fields.timestamp or ''}{fields.key or ''}{fields.window or ''}"
    return head.encode("latin-1") + signed


BYBIT = in_headers(
    "bybit",
    {
        "key": "X-BAPI-API-KEY",
        "timestamp": "X-BAPI-TIMESTAMP",
        "signature": "X-BAPI-SIGN",
        "window": "X-BAPI-RECV-WINDOW",
    },
    canonical_request=bybit_text,
    time_rule=replace(milliseconds(5_000, 999), largest_past_ms=60_000),
)


# 3.8: from key version 2 on the passphrase travels as an HMAC.
def hashed_passphrase(credentials: Credentials) -> str | None:
    if credentials.passphrase is None:
        return None
    return base64_text(hmac.digest(credentials.secret.encode(), credentials.passphrase.encode(), "sha256"))


_KUCOIN = _with_prefix("KC-API")
KUCOIN = in_headers(
    "kucoin",
    _KUCOIN,
    place=fields_as_headers(_KUCOIN, constant={"KC-API-KEY-VERSION": "2"}),
    canonical_request=_TIME_METHOD_TARGET_BODY,
    spelling=BASE64,
    passphrase=hashed_passphrase,
    time_rule=milliseconds(5_000, 5_000),
)


# 3.9: the query in the order sent and not percent-encoded.
def decoded_query(request: Request, fields: Fields) -> bytes:
    return form_decoded(request.query)


GATE = in_headers(
    "gate",
    {"key": "KEY", "timestamp": "Timestamp", "signature": "SIGN"},
    canonical_request=joined(method, path, decoded_query, body_sha512_hex, timestamp, by=b"\n"),
    digest=hmac_with("sha512"),
    digest_name="HMAC-SHA512",
    time_rule=seconds(60_000, 60_000),
)

# 3.10: a window and a single-use nonce that is remembered as long as the window lasts.
BITSTAMP = in_headers(
    "bitstamp",
    {},
    kinds=frozenset({Kind.SINGLE_USE_NONCE, Kind.TIMESTAMP}),
    read=bitstamp_fields,
    place=bitstamp_place,
    canonical_request=joined(
        fixed(b"BITSTAMP "), key, method, host, path, query, content_type, nonce, timestamp, fixed(b"v2"), body
    ),
    spelling=HEX_IN_ANY_CASE,
    nonce_rule=NonceRule(
        parse=lambda text: text if len(text) == 36 else None,
        rising=False,
        describe="a UUID of 36 lowercase characters",
        memory_ms=150_000,
    ),
    time_rule=milliseconds(150_000, 150_000),
)

# 3.11: `/api` stands in the signed path and not in the URL.
BITFINEX = in_headers(
    "bitfinex",
    {"key": "bfx-apikey", "nonce": "bfx-nonce", "signature": "bfx-signature"},
    kinds=RISING,
    canonical_request=joined(fixed(b"/api"), path, nonce, body),
    digest=hmac_with("sha384"),
    digest_name="HMAC-SHA384",
    nonce_rule=rising(2**63 - 1),
)

# 3.12: two kinds of key, two schemes.
GEMINI = in_headers(
    "gemini",
    {},
    kinds=RISING,
    read=gemini_fields,
    place=gemini_place,
    canonical_request=gemini_payload,
    digest=hmac_with("sha384"),
    digest_name="HMAC-SHA384",
    nonce_rule=rising(2**63 - 1),
)
GEMINI_TIME_BASED = replace(
    GEMINI,
    name="gemini-time-based",
    kinds=TIMESTAMP,
    read=gemini_fields_with_time,
    nonce_rule=None,
    time_rule=seconds(30_000, 30_000),
)

# 3.13: authentication in the query of every request; the body is not signed. The window is not verified.
_HTX = {"key": "AccessKeyId", "timestamp": "Timestamp", "signature": "Signature"}
_htx_place = fields_as_parameters(_HTX, lambda request, fields: request, always_query=True)


def htx_place(request: Request, fields: Fields) -> Request:
    if fields.key is not None:
        constant = b"SignatureMethod=HmacSHA256&SignatureVersion=2"
        query_text = request.query + b"&" + constant if request.query else constant
        request = replace(request, target=request.path + b"?" + query_text)
    return _htx_place(request, fields)


HTX = in_headers(
    "htx",
    {},
    read=parameters_as_fields(_HTX, lambda request: Fields()),
    place=htx_place,
    canonical_request=huobi_text,
    spelling=BASE64,
    time_rule=TimeRule(
        parse=iso_seconds,
        past_ms=300_000,
        future_ms=300_000,
        unit="UTC to the second",
        write=written_iso_seconds,
    ),
)


# 3.14: the query sorted by name, its values not percent-encoded.
def bitget_text(request: Request, fields: Fields) -> bytes:
    pairs = b"&".join(form_decoded(pair) for pair in sorted(request.query.split(b"&")))
    question = b"?" + pairs if request.query else b""
    return (fields.timestamp or "").encode("latin-1") + request.method.encode() + request.path + question + request.body


BITGET = in_headers(
    "bitget",
    _with_prefix("ACCESS"),
    canonical_request=bitget_text,
    spelling=BASE64,
    time_rule=milliseconds(30_000, 30_000),
)

# 3.15: six lines' ends, the last one kept.
DERIBIT = in_headers(
    "deribit",
    {},
    kinds=frozenset({Kind.SINGLE_USE_NONCE, Kind.TIMESTAMP}),
    read=deribit_fields,
    place=deribit_place,
    canonical_request=joined(timestamp, nonce, method, target, body, fixed(b""), by=b"\n"),
    nonce_rule=NonceRule(parse=any_text, rising=False, describe="a text used once"),
    time_rule=milliseconds(60_000, 60_000),
)

# 3.16: an absolute expiry is a timestamp that may not be past and may be any distance ahead.
_BITMEX = {"key": "api-key", "timestamp": "api-expires", "signature": "api-signature"}
BITMEX = in_headers(
    "bitmex",
    _BITMEX,
    canonical_request=joined(method, target, timestamp, body),
    time_rule=seconds(0, None),
)
BITMEX_NONCE = in_headers(
    "bitmex-nonce",
    {"key": "api-key", "nonce": "api-nonce", "signature": "api-signature"},
    kinds=RISING,
    canonical_request=joined(method, target, nonce, body),
    nonce_rule=rising(2**63 - 1),
)

# 3.17
BITVAVO = in_headers(
    "bitvavo",
    {
        "key": "Bitvavo-Access-Key",
        "signature": "Bitvavo-Access-Signature",
        "timestamp": "Bitvavo-Access-Timestamp",
        "window": "Bitvavo-Access-Window",
    },
    canonical_request=_TIME_METHOD_TARGET_BODY,
    time_rule=replace(milliseconds(10_000, 10_000), largest_past_ms=60_000),
)

FOREIGN: dict[str, Scheme] = {
    scheme.name: scheme
    for scheme in (
        KRAKEN,
        BINANCE,
        MEXC,
        POLONIEX_2022,
        COINBASE,
        OKX,
        BYBIT,
        KUCOIN,
        GATE,
        BITSTAMP,
        BITFINEX,
        GEMINI,
        GEMINI_TIME_BASED,
        HTX,
        BITGET,
        DERIBIT,
        BITMEX,
        BITMEX_NONCE,
        BITVAVO,
    )
}
