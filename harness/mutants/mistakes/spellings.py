"""Mistakes of tidying: signatures, numbers, escapes and text in another spelling than the right one."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

from harness.mutants.failures import Failure, Origin
from harness.mutants.knobs import Knobs
from harness.mutants.messages import Account, Json, Wanted
from harness.mutants.mistakes.encodings import strings
from harness.mutants.mistakes.mistake import EVERYTHING, Mistake
from harness.mutants.mistakes.signatures import UNSIGNED, seen_as
from harness.mutants.spelling import Spelling
from signer import Request, Scheme

#: What a form encoder writes as escapes and a URI encoder leaves alone.
_DISPUTED = {b"%21": b"!", b"%27": b"'", b"%28": b"(", b"%29": b")", b"%2A": b"*", b"%2C": b","}


def _scalars(change: Callable[[Json], Json]) -> Callable[[], Knobs]:
    """Return a change of the values of `raw` calls."""

    def wanted(right: Wanted) -> Wanted:
        if right.operation != "raw":
            return right
        return replace(right, pairs=tuple((name, change(value)) for name, value in right.pairs))

    return lambda: Knobs(wanted=wanted)


def _flag_as_number(value: Json) -> Json:
    return int(value) if isinstance(value, bool) else value


def _integer_as_float(value: Json) -> Json:
    return str(float(value)) if isinstance(value, int) and not isinstance(value, bool) else value


def _upper_case_signature() -> Knobs:
    def misread(right: Scheme) -> Scheme:
        return replace(right, spelling=replace(right.spelling, encode=lambda raw: raw.hex().upper()))

    return Knobs(scheme=misread)


def _foreign_in_lower_case(text: str) -> str:
    escaped = quote(text, safe="")
    return escaped if text.isascii() else escaped.lower()


def _two_encoders() -> Knobs:
    """Sign what a URI encoder writes, where a form encoder's text is sent."""

    def misread(right: Scheme) -> Scheme:
        def respelled(text: bytes) -> bytes:
            for escaped, plain in _DISPUTED.items():
                # Where the query is signed decoded, the other encoder shows as an escape that was left.
                text = text.replace(escaped, b"%25" + escaped[1:] if right.name == "bitunix" else plain)
            return text

        def view(request: Request) -> Request:
            body = request.body if request.body.startswith(b"{") else respelled(request.body)
            return replace(request, target=respelled(request.target), body=body)

        return seen_as(view)(right)

    return Knobs(scheme=misread)


def _refusals_of_our_own_misnamed(failure: Failure, wanted: Wanted, account: Account) -> Failure | None:
    if failure.origin is Origin.LOCAL and failure.kind == "invalid_request":
        failure.kind = "network"
    return failure


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        name="signature-in-upper-case",
        kills="SIGN-004",
        diagnoses=("SIGNATURE-UPPER-CASE",),
        summary="The signature is written in upper-case hex.",
        knobs=_upper_case_signature,
        dialects=("reference", "exmo", "bitunix"),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="booleans-as-numbers",
        kills="CANON-005",
        diagnoses=("BOOLEAN-MISSPELLED",),
        summary="True is sent as 1 and false as 0.",
        knobs=_scalars(_flag_as_number),
    ),
    Mistake(
        name="integers-through-floats",
        kills="CANON-005",
        diagnoses=("INTEGER-MISSPELLED",),
        summary="Integers pass through floats and are written with a fraction.",
        knobs=_scalars(_integer_as_float),
        collateral=("SIGN-011",),
    ),
    Mistake(
        name="escapes-in-two-cases",
        kills="ENC-004",
        diagnoses=("ESCAPES-IN-TWO-CASES",),
        summary="Text beyond ASCII is escaped by another function, which writes lower-case digits.",
        knobs=lambda: Knobs(spelling=Spelling(escape=_foreign_in_lower_case)),
    ),
    Mistake(
        name="two-encoders",
        kills="ENC-005",
        diagnoses=("OTHER-SAFE-CHARACTERS", "QUERY-SIGNED-ENCODED"),
        summary="One encoder writes the text that is signed and another the text that is sent.",
        knobs=_two_encoders,
        collateral=UNSIGNED,
    ),
    Mistake(
        name="text-composed",
        kills="UNI-002",
        diagnoses=("TEXT-NORMALISED",),
        summary="Text is brought into normal form C before it is sent.",
        knobs=lambda: Knobs(wanted=strings(lambda text: unicodedata.normalize("NFC", text))),
        collateral=("UNI-*",),
    ),
    Mistake(
        name="text-trimmed",
        kills="UNI-002",
        diagnoses=("TEXT-TRIMMED",),
        summary="Blanks at the ends of a value are cut off.",
        knobs=lambda: Knobs(wanted=strings(str.strip)),
        collateral=("ENC-*", "UNI-*"),
    ),
    Mistake(
        name="text-in-lower-case",
        kills="UNI-002",
        diagnoses=("TEXT-CASE-CHANGED",),
        summary="Values are sent in lower case.",
        knobs=lambda: Knobs(wanted=strings(str.lower)),
        collateral=("ENC-*", "UNI-*", "SIGN-*", "CANON-*", "OPS-*", "PARSE-*", "CONC-*", "NUM-*"),
    ),
    Mistake(
        name="halves-become-question-marks",
        kills="UNI-004",
        diagnoses=("TEXT-MANGLED",),
        summary="What cannot be encoded becomes a question mark.",
        knobs=lambda: Knobs(
            spelling=Spelling(
                escape=lambda text: quote(text, safe="", errors="replace"),
                encode=lambda text: text.encode("utf-8", "replace"),
            )
        ),
        forms=("in-process",),
    ),
    Mistake(
        name="own-refusals-misnamed",
        kills="UNI-004",
        diagnoses=("TEXT-REFUSAL-MISNAMED",),
        summary="What the client itself refuses is reported as a trouble of the network.",
        knobs=lambda: Knobs(outcome=_refusals_of_our_own_misnamed),
        forms=("in-process",),
        collateral=("ERR-*", "NUM-*", "UNI-*"),
    ),
)
