"""Where the exchanges beyond our four put their fields: queries, composite headers, payload headers, prefixes."""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from signer import Fields, Request
from signer.canonical import host
from signer.encoding import form_decoded, percent_encoded, raw_pairs
from signer.fields import fields_as_headers, headers_as_fields

Read = Callable[[Request], Fields]
Place = Callable[[Request, Fields], Request]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


# --- parameters in the query or in the form, wherever the caller put them (Binance, MEXC, HTX) ---


def parameters_as_fields(names: dict[str, str], read: Read) -> Read:
    def read_all(request: Request) -> Fields:
        found: dict[str, str] = {}
        for form in (request.query, request.body):
            for name, value in raw_pairs(form):
                for field, wanted in names.items():
                    if name == wanted.encode():
                        found[field] = form_decoded(value).decode("latin-1")
        return replace(read(request), **found)  # type: ignore[arg-type]

    return read_all


def fields_as_parameters(names: dict[str, str], place: Place, *, always_query: bool = False) -> Place:
    """Append fields to the form of a request with a body, else to its query; the signature goes to the very end."""

    def place_all(request: Request, fields: Fields) -> Request:
        request = place(request, fields)
        for field, name in names.items():
            text = getattr(fields, field)
            if text is None:
                continue
            pair = name.encode() + b"=" + percent_encoded(text.encode("latin-1"))
            if request.body and not always_query:
                request = replace(request, body=request.body + b"&" + pair)
            else:
                query = request.query + b"&" + pair if request.query else pair
                request = replace(request, target=request.path + b"?" + query)
        return request

    return place_all


def without(form: bytes, name: bytes) -> bytes:
    return b"&".join(pair for pair in form.split(b"&") if pair.partition(b"=")[0] != name)


def query_and_body_without_signature(request: Request, fields: Fields) -> bytes:
    return without(request.query, b"signature") + without(request.body, b"signature")


def huobi_text(request: Request, fields: Fields) -> bytes:
    """Four lines; the query sorted by name and without the signature, encoded as it stands in the URL."""
    pairs = sorted(pair for pair in without(request.query, b"Signature").split(b"&") if pair)
    return b"\n".join((request.method.encode(), host(request, fields), request.path, b"&".join(pairs)))


# --- Poloniex of 2022 ---


def poloniex_2022_text(request: Request, fields: Fields) -> bytes:
    stamp = b"signTimestamp=" + (fields.timestamp or "").encode("latin-1")
    if request.method == "GET":
        rest = b"&".join(sorted([*(pair for pair in request.query.split(b"&") if pair), stamp]))
    else:
        rest = b"requestBody=" + request.body + b"&" + stamp if request.body else stamp
    return b"\n".join((request.method.encode(), request.path, rest))


# --- one composite Authorization header (Deribit) ---

_PART = re.compile(r"(id|ts|sig|nonce)=([^,]*)")
_NAMES = {"id": "key", "ts": "timestamp", "sig": "signature", "nonce": "nonce"}


def deribit_fields(request: Request) -> Fields:
    values = request.values(b"authorization")
    if not values or not values[0].startswith(b"deri-hmac-sha256 "):
        return Fields()
    parts = dict(_PART.findall(values[0].decode("latin-1")))
    return Fields(**{_NAMES[name]: text for name, text in parts.items()})


def deribit_place(request: Request, fields: Fields) -> Request:
    old = deribit_fields(request)
    texts = {name: getattr(fields, field) or getattr(old, field) for name, field in _NAMES.items()}
    parts = ",".join(f"{name}={text}" for name, text in texts.items() if text is not None)
    return request.with_header(b"Authorization", b"deri-hmac-sha256 " + parts.encode("latin-1"))


# --- a key with a word in front (Bitstamp) ---

_BITSTAMP = {
    "key": "X-Auth",
    "signature": "X-Auth-Signature",
    "nonce": "X-Auth-Nonce",
    "timestamp": "X-Auth-Timestamp",
}
_bitstamp_headers = headers_as_fields(_BITSTAMP)
_bitstamp_place = fields_as_headers(_BITSTAMP, constant={"X-Auth-Version": "v2"})


def bitstamp_fields(request: Request) -> Fields:
    fields = _bitstamp_headers(request)
    key = fields.key or ""
    return replace(fields, key=key.removeprefix("BITSTAMP ") if key.startswith("BITSTAMP ") else None)


def bitstamp_place(request: Request, fields: Fields) -> Request:
    return _bitstamp_place(request, replace(fields, key=fields.key and f"BITSTAMP {fields.key}"))


# --- everything in one payload header (Gemini) ---

_GEMINI = {"key": "X-GEMINI-APIKEY", "signature": "X-GEMINI-SIGNATURE"}
_gemini_headers = headers_as_fields(_GEMINI)
_gemini_place = fields_as_headers(_GEMINI)


def gemini_payload(request: Request, fields: Fields) -> bytes:
    values = request.values(b"x-gemini-payload")
    return values[0] if values else b""


def gemini_fields(request: Request) -> Fields:
    fields = _gemini_headers(request)
    try:
        payload = json.loads(b64decode(gemini_payload(request, fields), validate=True))
        matches = payload["request"].encode() == request.path
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return fields
    nonce = payload.get("nonce") if matches else None
    return fields if nonce is None else replace(fields, nonce=str(nonce))


def gemini_fields_with_time(request: Request) -> Fields:
    """Read keys whose nonce is the time: the nonce is the timestamp."""
    fields = gemini_fields(request)
    return replace(fields, nonce=None, timestamp=fields.nonce)


def gemini_place(request: Request, fields: Fields) -> Request:
    """Move the caller's JSON body into the payload header, with path and nonce in front."""
    request = _gemini_place(request, fields)
    nonce = fields.nonce or fields.timestamp
    if nonce is None:
        return request
    given = json.loads(request.body) if request.body else {}
    payload = {"request": request.path.decode("latin-1"), "nonce": nonce, **given}
    text = json.dumps(payload, separators=(",", ":")).encode()
    return replace(request, body=b"").with_header(b"X-GEMINI-PAYLOAD", b64encode(text))


# --- timestamps ---

_SECONDS = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?")
_ISO_MS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
_ISO_SECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", re.ASCII)


def seconds_with_decimals(text: str) -> int | None:
    if not _SECONDS.fullmatch(text):
        return None
    whole, _, fraction = text.partition(".")
    return int(whole) * 1000 + int((fraction + "000")[:3])


def written_seconds(ms: int) -> str:
    return str(ms // 1000)


def milliseconds_or_microseconds(text: str) -> int | None:
    if not (text.isascii() and text.isdigit() and len(text) <= 16):
        return None
    return int(text) // 1000 if len(text) == 16 else int(text)


def _parsed(text: str) -> int | None:
    try:
        return (datetime.fromisoformat(text) - _EPOCH) // timedelta(milliseconds=1)
    except ValueError:
        return None


def iso_milliseconds(text: str) -> int | None:
    return _parsed(text) if _ISO_MS.fullmatch(text) else None


def written_iso_milliseconds(ms: int) -> str:
    return f"{_EPOCH + timedelta(milliseconds=ms):%Y-%m-%dT%H:%M:%S}.{ms % 1000:03d}Z"


def iso_seconds(text: str) -> int | None:
    return _parsed(text + "+00:00") if _ISO_SECONDS.fullmatch(text) else None


def written_iso_seconds(ms: int) -> str:
    return f"{_EPOCH + timedelta(milliseconds=ms):%Y-%m-%dT%H:%M:%S}"
