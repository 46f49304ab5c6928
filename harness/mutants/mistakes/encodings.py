"""Mistakes of spelling: the families ENC, UNI and SIZE, and absent values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import quote, quote_plus, unquote

from harness.mutants.knobs import Knobs
from harness.mutants.messages import Account, Json, Wanted
from harness.mutants.mistakes.mistake import ALL, EVERYTHING, FORMS, STAMPED, Mistake
from harness.mutants.mistakes.signatures import UNSIGNED, seen_as
from harness.mutants.spelling import Spelling, json_text, scalar_text
from harness.mutants.transport import Wiring
from signer import Request, Scheme


def _delimiters_left_alone(text: str) -> str:
    return quote(text, safe="&=+/:;,?@#" if text.isascii() else "&=+")


def _json_by_hand(value: Json) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, Mapping):
        return "{" + ",".join(f'"{name}":{_json_by_hand(inner)}' for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_json_by_hand(inner) for inner in value) + "]"
    return json_text(value)


def _spaces_two_ways() -> Knobs:
    def misread(right: Scheme) -> Scheme:
        plus = b"%2B" if right.name == "bitunix" else b"%20"

        def view(request: Request) -> Request:
            if request.body.startswith(b"{"):
                return replace(request, body=request.body.replace(b" ", b""))
            target = request.path + request.target[len(request.path) :].replace(b"+", plus)
            return replace(request, target=target, body=request.body.replace(b"+", plus))

        return seen_as(view)(right)

    return Knobs(spelling=Spelling(escape=quote_plus), scheme=misread)


def strings(change: Callable[[str], str]) -> Callable[[Wanted], Wanted]:
    """Return a change of the texts that a `raw` call or a withdrawal carries."""

    def changed(value: Json) -> Json:
        if isinstance(value, str):
            return change(value)
        return [changed(inner) for inner in value] if isinstance(value, list) else value

    def wanted(right: Wanted) -> Wanted:
        if right.operation not in {"raw", "withdraw"}:
            return right
        pairs = ((name, value if name == "command" else changed(value)) for name, value in right.pairs)
        return replace(right, pairs=tuple(pairs))

    return wanted


def _without_guard() -> Knobs:
    def outgoing(request: Request, account: Account) -> Request:
        texts = [part for part in (unquote(request.query.decode()), request.body.decode("utf-8", "replace")) if part]
        note = unquote(texts[-1]).replace("\\r", "\r").replace("\\n", "\n").replace("\\u0000", "\0") if texts else ""
        return replace(request, headers=(*request.headers, (b"X-Note", note.encode("utf-8", "replace"))))

    return Knobs(outgoing=outgoing, wiring=Wiring(guard=lambda request: None))


def _characters_counted(request: Request) -> tuple[tuple[bytes, bytes], ...]:
    if request.body or request.method != "GET":
        return ((b"Content-Length", str(len(request.body.decode("utf-8", "replace"))).encode()),)
    return ()


def _both_framings(request: Request) -> tuple[tuple[bytes, bytes], ...]:
    return ((b"Content-Length", str(len(request.body)).encode()), (b"Transfer-Encoding", b"chunked"))


def _absent_as_text(operation: str, params: Mapping[str, Json]) -> Mapping[str, Json]:
    return {"client_order_id": "None", **params} if operation == "place_order" else params


def _first_kilobytes(request: Request) -> Request:
    return replace(request, target=request.target[:4096], body=request.body[:4096])


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        name="absent-sent-as-none",
        kills="CANON-004",
        diagnoses=("ABSENT-SENT-AS-TEXT",),
        summary="An optional parameter that was not given is sent as the text None.",
        knobs=lambda: Knobs(intent=_absent_as_text),
        collateral=EVERYTHING,
        dialects=("reference", "poloniex", "bitunix"),
    ),
    Mistake(
        name="delimiters-not-escaped",
        kills="ENC-001",
        diagnoses=("VALUE-CHANGED",),
        summary="Values go between delimiters as they are, into forms, queries and JSON.",
        knobs=lambda: Knobs(spelling=Spelling(escape=_delimiters_left_alone, document=_json_by_hand)),
        collateral=(*UNSIGNED, "CANON-*", "NONCE-*"),
    ),
    Mistake(
        name="spaces-two-ways",
        kills="ENC-002",
        diagnoses=("QUERY-SIGNED-ENCODED", "SPACE-SIGNED-AS-PERCENT-20"),
        summary="A space is signed in one spelling and sent in another.",
        knobs=_spaces_two_ways,
        collateral=UNSIGNED,
    ),
    Mistake(
        name="decodes-what-looks-encoded",
        kills="ENC-003",
        diagnoses=("VALUE-CHANGED",),
        summary="A value that looks percent-encoded is decoded before it is sent.",
        knobs=lambda: Knobs(wanted=strings(unquote)),
        collateral=("ENC-*", "UNI-003", "SIGN-*", "CANON-*"),
    ),
    Mistake(
        name="encodes-twice",
        kills="ENC-003",
        diagnoses=("VALUE-CHANGED",),
        summary="Values are percent-encoded, and then percent-encoded.",
        knobs=lambda: Knobs(spelling=Spelling(escape=lambda text: quote(quote(text, safe=""), safe=""))),
        dialects=FORMS,
        collateral=(*UNSIGNED, "OPS-*"),
    ),
    Mistake(
        name="length-in-characters",
        kills="ENC-006",
        diagnoses=("FRAMING-BROKEN",),
        summary="Content-Length counts characters where bytes are asked for.",
        knobs=lambda: Knobs(wiring=Wiring(framing=_characters_counted)),
        dialects=STAMPED,
        collateral=(*UNSIGNED, "ERR-*"),
    ),
    Mistake(
        name="length-and-chunks",
        kills="ENC-006",
        diagnoses=("FRAMING-BROKEN",),
        summary="Requests announce a length and chunks.",
        knobs=lambda: Knobs(wiring=Wiring(framing=_both_framings)),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="latin-1",
        kills="UNI-001",
        diagnoses=("VALUE-CHANGED",),
        summary="Text is written in Latin-1, and what has no place in it becomes a question mark.",
        knobs=lambda: Knobs(
            spelling=Spelling(
                escape=lambda text: quote(text, safe="", encoding="latin-1", errors="replace"),
                encode=lambda text: text.encode("latin-1", "replace"),
            )
        ),
        collateral=(*UNSIGNED, "ERR-*"),
    ),
    Mistake(
        name="values-copied-into-a-header",
        kills="UNI-003",
        diagnoses=("HEADER-INJECTION",),
        summary="Parameters are copied into a header for tracing, as they are.",
        knobs=_without_guard,
        collateral=EVERYTHING,
    ),
    Mistake(
        name="long-text-signed-in-part",
        kills="SIZE-003",
        diagnoses=("LONG-TEXT-SIGNED-IN-PART",),
        summary="Text beyond the first four kilobytes does not fit into the buffer that is signed.",
        knobs=lambda: Knobs(scheme=seen_as(_first_kilobytes)),
        collateral=UNSIGNED,
    ),
    Mistake(
        name="booleans-like-python",
        kills="CANON-005",
        diagnoses=("BOOLEAN-MISSPELLED",),
        summary="Booleans in a query or form are spelled True and False.",
        knobs=lambda: Knobs(
            spelling=Spelling(scalar=lambda value: str(value) if isinstance(value, bool) else scalar_text(value))
        ),
        dialects=ALL,
        collateral=("ENC-*", "CANON-*"),
    ),
)
