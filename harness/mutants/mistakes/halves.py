"""More mistakes of spelling and signing that are right by halves: partial escapes, texts tidied, other secrets."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from urllib.parse import quote, unquote

from harness.mutants.knobs import Knobs
from harness.mutants.messages import Account, Json
from harness.mutants.mistakes.encodings import strings
from harness.mutants.mistakes.mistake import EVERYTHING, FORMS, STAMPED, Mistake
from harness.mutants.mistakes.numbers import OTHER_ORDERS, spelled
from harness.mutants.mistakes.signatures import UNSIGNED, viewed, with_hex, with_secret
from harness.mutants.spelling import Spelling
from signer import Request

_TEXTS = (*UNSIGNED, "CANON-*", "OPS-*", "SIZE-*", "NONCE-*", "ERR-*")


def _escaped(safe: str) -> Callable[[], Knobs]:
    return lambda: Knobs(spelling=Spelling(escape=lambda text: quote(text, safe=safe)))


def _basic_plane(text: str) -> str:
    return "".join(letter if ord(letter) < 0x10000 else "??" for letter in text)


def _sorted_json(request: Request) -> Request:
    try:
        parsed = json.loads(request.body, parse_float=Decimal)
    except ValueError:
        return request
    if not isinstance(parsed, dict) or list(parsed) == sorted(parsed):
        return request
    text = json.dumps(parsed, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return replace(request, body=text.encode())


def _decoded_when_signed(request: Request) -> Request:
    return replace(
        request, target=request.path + (b"?" + unquote(request.query.decode()).encode() if request.query else b"")
    )


def _small_method(request: Request) -> Request:
    return replace(request, method=request.method.lower())


def _body_of_blanks(request: Request) -> Request:
    return replace(request, body=request.body + b"\n") if request.body else request


def _in_a_cookie(request: Request, account: Account) -> Request:
    secret = account.credentials.secret if account.credentials is not None else ""
    return replace(request, headers=(*request.headers, (b"Cookie", b"session=" + quote(secret).encode())))


def _in_hex_on_the_wire(request: Request, account: Account) -> Request:
    secret = account.credentials.secret if account.credentials is not None else ""
    return replace(request, headers=(*request.headers, (b"X-Debug", secret.encode("utf-8", "replace").hex().encode())))


def _tenfold(operation: str, params: Mapping[str, Json]) -> Mapping[str, Json]:
    if operation != "place_order" or not str(params.get("amount", "")).replace(".", "", 1).isdigit():
        return params
    return {**params, "amount": format(Decimal(str(params["amount"])) * 10, "f")}


def _in_32_bits(operation: str, value: Json) -> Json:
    if isinstance(value, Mapping):
        return {name: _cut(inner) if name == "order_id" else inner for name, inner in value.items()}
    if isinstance(value, list):
        return [_in_32_bits(operation, inner) for inner in value]
    return value


def _cut(value: Json) -> Json:
    return str(int(value) & 0xFFFFFFFF) if isinstance(value, str) and value.isdigit() else value


def _by_a_float(text: str) -> str:
    return format(Decimal(float(text)), "f")


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        name="plus-left-alone",
        kills="ENC-001",
        diagnoses=("VALUE-CHANGED",),
        summary="A plus sign is not escaped, and arrives as a space.",
        knobs=_escaped("+"),
        dialects=FORMS,
        collateral=_TEXTS,
    ),
    Mistake(
        name="percent-left-alone",
        kills="ENC-003",
        diagnoses=("VALUE-CHANGED",),
        summary="A percent sign is not escaped, so what looks like an escape becomes one.",
        knobs=_escaped("%"),
        dialects=FORMS,
        collateral=_TEXTS,
    ),
    Mistake(
        name="basic-plane-alone",
        kills="UNI-001",
        diagnoses=("VALUE-CHANGED",),
        summary="Characters beyond the basic plane become question marks.",
        knobs=lambda: Knobs(wanted=strings(_basic_plane)),
        collateral=_TEXTS,
    ),
    Mistake(
        name="json-sorted-when-signed",
        kills="SIGN-011",
        diagnoses=("JSON-SORTED",),
        summary="The JSON body is written once, sorted, for signing and once, as it came, for sending.",
        knobs=viewed(_sorted_json),
        dialects=STAMPED,
        collateral=EVERYTHING,
    ),
    Mistake(
        name="body-signed-with-a-newline",
        kills="SIGN-001",
        summary="A line end that is not sent is signed behind the body.",
        diagnoses=("NEWLINE-ADDED", "JSON-SPACES-DIFFER"),
        knobs=viewed(_body_of_blanks),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="method-in-small-letters",
        kills="SIGN-010",
        diagnoses=("METHOD-LOWER-CASE",),
        summary="The method is signed in lower case.",
        knobs=viewed(_small_method),
        dialects=("reference",),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="target-decoded-when-signed",
        kills="ENC-002",
        diagnoses=("TARGET-DECODED",),
        summary="The query is signed decoded and sent encoded.",
        knobs=viewed(_decoded_when_signed),
        dialects=("reference",),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="secret-in-small-letters",
        kills="SIGN-002",
        diagnoses=("SECRET-LOWER-CASED",),
        summary="The secret is brought into lower case before it signs.",
        knobs=lambda: with_secret(lambda secret: secret.lower().encode()),
        dialects=("reference", "exmo"),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="secret-decoded-as-hex",
        kills="SIGN-002",
        diagnoses=("SECRET-HEX-DECODED", "SECRET-ZEROS-LOST"),
        summary="A secret of hex digits is decoded.",
        knobs=lambda: with_secret(
            lambda secret: (
                bytes.fromhex(secret)
                if len(secret) % 2 == 0 and all(letter in "0123456789abcdefABCDEF" for letter in secret)
                else secret.encode()
            )
        ),
        dialects=("reference", "poloniex", "bitunix"),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="signature-in-base64",
        kills="SIGN-001",
        diagnoses=("SIGNATURE-BASE64",),
        summary="The signature is spelled in base64 where hex is asked for.",
        knobs=lambda: with_hex(lambda raw: base64.b64encode(raw).decode()),
        dialects=("poloniex", "exmo", "bitunix"),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="secret-in-a-cookie",
        kills="SECR-001",
        diagnoses=("SECRET-ON-THE-WIRE",),
        summary="The secret travels in a cookie, percent-encoded.",
        knobs=lambda: Knobs(outgoing=_in_a_cookie),
        collateral=("SECR-*", "REDIR-*", "TLS-*"),
    ),
    Mistake(
        name="secret-in-hex-on-the-wire",
        kills="SECR-001",
        diagnoses=("SECRET-ON-THE-WIRE",),
        summary="The secret travels in a header, in hex.",
        knobs=lambda: Knobs(outgoing=_in_hex_on_the_wire),
        collateral=("SECR-*", "REDIR-*", "TLS-*"),
    ),
    Mistake(
        name="amounts-tenfold",
        kills="OPS-001",
        diagnoses=("EFFECT-NOT-AS-ASKED",),
        summary="Orders are ten times as large as asked for.",
        knobs=lambda: Knobs(intent=_tenfold),
        collateral=OTHER_ORDERS,
    ),
    Mistake(
        name="floats-written-out",
        kills="NUM-001",
        diagnoses=("AMOUNT-ROUNDED-BY-FLOAT",),
        summary="Prices and amounts are floats, and are written with all their digits.",
        knobs=spelled(_by_a_float),
        collateral=OTHER_ORDERS,
    ),
    Mistake(
        name="ids-in-32-bits",
        kills="NUM-005",
        diagnoses=("IDENTIFIER-ROUNDED",),
        summary="Identifiers are kept in 32 bits.",
        knobs=lambda: Knobs(result=_in_32_bits),
        collateral=("NUM-*", "CONC-*", "ERR-*", "OPS-*", "RETRY-*", "SIGN-*", "PARSE-*"),
    ),
    Mistake(
        name="decimal-commas",
        kills="NUM-002",
        diagnoses=("DECIMAL-COMMA",),
        summary="Amounts and prices are written with a comma.",
        knobs=spelled(lambda text: text.replace(".", ",")),
        collateral=("*",),
    ),
)
