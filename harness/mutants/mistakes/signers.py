"""Mistakes of signing, one for each name that the doctor has and no other wrong client shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from harness.mutants.knobs import Draft, Knobs, sign_afresh
from harness.mutants.mistakes.mistake import ALL, EVERYTHING, FORMS, RANDOM, RISING, STAMPED, Mistake
from signer import Request, Signed
from signer.doctor import CODES, mistaken

#: Where each mistake shows: dialects to diagnoses.
_WHERE: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        ALL,
        (
            "SECRET-BASE64-ENCODED",
            "SECRET-WITH-NEWLINE",
            "SECRET-WITH-BLANK",
            "SECRET-IN-QUOTES",
            "SECRET-UPPER-CASED",
            "SECRET-HASHED",
            "SECRET-AS-BYTES-REPR",
            "SECRET-IN-UTF-16",
            "SECRET-PLACEHOLDER",
            "KEY-AS-SECRET",
            "HMAC-ARGUMENTS-SWAPPED",
            "HASHED-AGAIN",
            "SIGNATURE-BASE64URL",
            "SIGNATURE-BASE64-OF-HEX",
            "SIGNATURE-HEX-OF-BASE64",
            "SIGNATURE-PADDING-LOST",
            "SIGNATURE-TRUNCATED",
            "SIGNATURE-WITH-PREFIX",
            "SIGNATURE-WITH-BLANKS",
            "SIGNATURE-PERCENT-ENCODED",
            "SIGNATURE-OF-PREVIOUS-REQUEST",
            "SECRET-SENT-AS-SIGNATURE",
            "PREVIOUS-NONCE-SIGNED",
            "NULL-SIGNED",
            "SIGNED-AS-LATIN-1",
            "ENCODED-TWICE",
            "SIGNED-UNENCODED",
            "VALUES-ONLY",
            "NAMES-AND-VALUES-RUN-TOGETHER",
            "JSON-SIGNED-INSTEAD-OF-FORM",
            "QUESTION-MARK-DIFFERS",
            "BODY-NOT-SIGNED",
            "URL-SIGNED-INSTEAD-OF-BODY",
            "PATH-IN-FRONT",
            "METHOD-AND-PATH-IN-FRONT",
            "NONCE-IN-FRONT",
            "KEY-IN-FRONT",
            "KEY-BEHIND",
            "TEXT-UPPER-CASED",
            "TEXT-LOWER-CASED",
            "TEXT-HASHED-FIRST",
            "TEXT-HEX-ENCODED",
            "TEXT-BASE64-ENCODED",
            "TEXT-IN-UTF-16",
            "NOTHING-SIGNED",
        ),
    ),
    (
        RISING,
        (
            "SECRET-EMPTY",
            "PLAIN-HASH",
            "PARAMETERS-SORTED-BACKWARDS",
            "PARAMETERS-REVERSED",
            "SPACE-SIGNED-AS-PLUS",
            "SIGNED-ENCODED",
            "LOWERCASE-ESCAPES",
        ),
    ),
    (
        RANDOM,
        (
            "HASHED-ONCE",
            "SECOND-HASH-OVER-RAW-DIGEST",
            "KEY-LEFT-OUT",
            "QUERY-WITH-EQUALS",
            "QUERY-WITH-AMPERSANDS",
            "QUERY-WITH-EQUALS-AND-AMPERSANDS",
            "QUERY-AS-SENT",
        ),
    ),
    (
        FORMS,
        (
            "SIGNED-BEFORE-NONCE",
            "NONCE-SIGNED-FIRST",
            "NONCE-SIGNED-LAST",
            "EMPTY-PAIRS-LEFT-OUT",
        ),
    ),
    (
        STAMPED,
        (
            "NONCE-LEFT-OUT",
            "TIMESTAMP-LEFT-OUT",
            "PREVIOUS-TIMESTAMP-SIGNED",
            "TIMESTAMP-SIGNED-IN-SECONDS",
            "NONCE-AND-TIMESTAMP-SWAPPED",
            "KEY-FIRST",
            "FORM-SIGNED-INSTEAD-OF-JSON",
            "JSON-ESCAPES-DIFFER",
            "JSON-BLANKS-REMOVED",
            "PYTHON-DICT-SIGNED",
        ),
    ),
    (
        ("reference",),
        (
            "METHOD-LEFT-OUT",
            "TARGET-ENCODED-AGAIN",
            "PATH-SHORTENED",
            "SLASH-DIFFERS",
            "BODY-OF-GET-SIGNED",
            "BODY-NOT-HASHED",
            "BODY-HASHED-OTHERWISE",
            "NEWLINES-LEFT-OUT",
            "NEWLINES-AS-TEXT",
            "NEWLINES-WITH-CARRIAGE-RETURN",
            "LINE-LEFT-OUT",
        ),
    ),
)

#: The row that sees it, where plain calls have nothing in them that could go wrong.
_SEEN_BY: Mapping[str, str] = {
    "NULL-SIGNED": "CANON-004",
    "SPACE-SIGNED-AS-PLUS": "ENC-002",
    "JSON-BLANKS-REMOVED": "ENC-002",
    "SIGNED-UNENCODED": "ENC-001",
    "LOWERCASE-ESCAPES": "ENC-001",
    "ENCODED-TWICE": "ENC-003",
    "SIGNED-ENCODED": "ENC-005",
    "SIGNED-AS-LATIN-1": "UNI-001",
}


def _as_it_is(request: Request) -> Request:
    return request


def _nonce_in_front(request: Request) -> Request:
    return replace(request, body=b"nonce=0&" + request.body) if request.body else request


def _doubled_separator(request: Request) -> Request:
    return replace(request, body=request.body + b"&") if request.body else request


def _hardly_escaped(request: Request) -> Request:
    """Return a request in which nothing is escaped that may stand as it is."""
    target, body = request.target, request.body
    for character in b"!'()*,:/":
        escape, plain = b"%%%02X" % character, bytes([character])
        target, body = target.replace(escape, plain), body.replace(escape, plain)
    return replace(request, target=target, body=body)


#: What is sent, where the mistake makes no difference to what the right client sends.
_SENT: Mapping[str, Callable[[Request], Request]] = {
    "NONCE-SIGNED-LAST": _nonce_in_front,
    "EMPTY-PAIRS-LEFT-OUT": _doubled_separator,
    "SIGNED-ENCODED": _hardly_escaped,
}


def _signs(code: str) -> Callable[[], Knobs]:
    """Return a client whose signatures are those of one mistake; where that makes no difference, they are right."""
    sent = _SENT.get(code, _as_it_is)

    def knobs() -> Knobs:
        before: dict[str, Request] = {}

        def signing(draft: Draft) -> Signed:
            signed = sign_afresh(replace(draft, request=sent(draft.request)))
            own = draft.credentials
            wrong = mistaken(draft.scheme, code, signed.request, own, previous=before.get(own.key))
            request = before[own.key] = signed.request if wrong is None else wrong
            return replace(signed, request=request)

        return Knobs(signing=signing)

    return knobs


MISTAKES: tuple[Mistake, ...] = tuple(
    Mistake(
        name=f"signs-{code.lower()}",
        kills=_SEEN_BY.get(code, "SIGN-001"),
        diagnoses=(code,),
        summary=CODES[code].summary,
        knobs=_signs(code),
        dialects=dialects,
        collateral=EVERYTHING,
        travels=False,
    )
    for dialects, codes in _WHERE
    for code in codes
)
