"""A page for every diagnosis: what it is, how it looks, what it costs, how to mend it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.diagnoses import CONDUCT, DIAGNOSES
from harness.documents.tables import code, page, prose, table
from harness.mutants import MISTAKES
from harness.remedies import LANGUAGES, remedy_of
from signer import SCHEMES
from signer.doctor import CODES, Demonstration, Explanation, demonstrations, examine

#: What shows only in several requests, or in a field rather than in the signature.
_ROWS: Mapping[str, str] = {
    "PROGRAM-LINGERS": "The adapter's stdin has ended, two seconds have passed, and the process is still there.",
    "SECRET-NOT-DECODED": "The signature has the right length and is wrong in every request.",
    "KEY-AND-SECRET-SWAPPED": "The secret stands in the header of the key; the exchange knows no such key.",
    "SIGNATURE-HEX": "Hex digits where the exchange writes base64: twice the length, and no letter beyond `f`.",
    "SIGNATURE-ZEROS-LOST": "`0a3f…` arrives as `a3f…`: one request in sixteen is refused.",
    "SIGNATURE-BYTES-UNPADDED": "`0a 3f 01` arrives as `a3f1`: nearly every request is refused.",
    "NONCE-NOT-AN-INTEGER": "`1.7e+12` or `1700000000123.25`.",
    "NONCE-ILL-FORMED": "`soon`, or eight characters where thirty-two are documented.",
    "NONCE-COUNTED-FROM-ONE": "`1`, `2`, `3`; after a restart `1` again.",
    "NONCE-UNIT-CHANGES": "`1700000000123`, then `1700000001`, then `1700000001877`.",
    "NONCE-IN-LOCAL-TIME": "The nonces are moments of a clock that is whole quarters of an hour off.",
    "NONCE-ROUNDED-BY-FLOAT": "`1700000000123456768`: every nonce is a multiple of 256.",
    "NONCE-TOO-COARSE": "`1700000001` twice, from two calls within one second.",
    "NONCE-COUNTED-TWICE-OVER": "`100`, `7`, `101`, `8`: two rows that rise, shuffled into one.",
    "TIMESTAMP-NOT-RENEWED": "`1735689600000` with three requests in a row, seconds apart.",
    "HOST-SHOWS-THROUGH": "Every call is accepted under `TZ=UTC`, and none under `TZ=Asia/Kathmandu`.",
    "NONCE-IN-SCIENTIFIC-NOTATION": "`nonce=1.7e+15`, where `1700000000000123` is meant.",
    "NONCE-MISWRITTEN": "`nonce=+1700000000123`, or with a blank, a zero in front or the digits of another script.",
    "NONCE-OF-WRONG-ALPHABET": "`ab+/=…`: 32 characters, and not all of them letters and digits.",
    "TIMESTAMP-MISWRITTEN": "`2025-01-01T00:00:00Z`, or `1735689600000.0`, where plain digits are documented.",
    "TIMESTAMP-OFF": "`43200000`: near the present in no unit that we know.",
    "SIGNATURE-MISSPELLED": "The right digest in capitals, in base64 or cut short.",
    "SHARED-BETWEEN-CALLS": "A call made alone is right; of ten made together one has another's nonce or signature.",
    "KEY-MISSING": "A private request without the header that names the key.",
    "KEY-CHANGED": "`k-0011…` where `K-0011…` was given: another letter case, or a blank that was trimmed.",
    "OTHER-KEY": "A call of the first session carries the key of the second, which was opened later.",
    "HOST-IN-TARGET": "`GET http://exchange.example/v1/orders` on the request line.",
    "LENGTH-IN-CHARACTERS": '`Content-Length: 7` before the eight bytes of `{"é":1}`.',
    "CONTROL-SENT-RAW": "A tab or a NUL stands in the target or in a header as it is.",
    "AMOUNT-MISSPELLED": "`amount=1,000.5`, `amount=.5.`, `amount=NaN`.",
    "AMOUNT-AS-FLOAT": "`0.1` came back as a float, and `0.1 + 0.2` is `0.30000000000000004`.",
    "AMOUNT-NOT-TEXT": "A balance came back as `null`, or as a list.",
    "DECIMAL-COMMA": "`amount=0,5`, on machines whose locale writes so.",
    "OPEN-OUTCOME-AS-SUCCESS": "The answer was lost before anything happened, and the user was given an order.",
    "CALL-HANGS": "The answer stalls, and the call neither returns nor fails.",
    "RETRY-KEEPS-TIMESTAMP": "The second attempt, a second later, has the timestamp of the first.",
    "RETRY-KEEPS-SIGNATURE": "The second attempt has a new nonce and the signature of the first.",
    "WENT-ELSEWHERE": "Tickers are asked of the host that stands in the code, orders of the configured one.",
    "SIGNED-PUBLIC-CALL": "A request for the order book has a signature, or uses up a nonce.",
    "SECRET-IN-ANSWER": "A returned object holds the whole configuration of its session.",
}


def diagnosis_pages() -> Mapping[str, str]:
    """Return the pages of docs/diagnoses: file name to text."""
    pages = {f"{name}.md": page(_diagnosis(name, said)) for name, said in DIAGNOSES.items()}
    return {"README.md": page(_list()), **pages}


def _list() -> Iterator[str]:
    yield "# What a diagnosis means"
    yield ""
    yield (
        "A finding names the mistake where one is known. A code that was once released keeps its meaning for ever, so a"
        " list of known failures may be bound to it (`NONCE-003 = NONCE-REPEATED`). Written by `scripts/document`."
    )
    yield ""
    yield "## Mistakes of conduct"
    yield ""
    yield "Seen in what a client sends, repeats, reports or prints."
    yield ""
    yield from _table(CONDUCT)
    yield ""
    yield "## Mistakes of signing"
    yield ""
    yield (
        "Named by the signature doctor, who looks for the mistake that turns the request and the secret into the"
        " signature that arrived. A hit is proof: no other text and key give that digest. `noncense doctor` asks it"
        " about any request."
    )
    yield ""
    yield from _table(CODES)


def _table(known: Mapping[str, Explanation]) -> Iterator[str]:
    rows = [
        (f"[{code(name)}]({name}.md)", prose(said.summary), prose(said.fix)) for name, said in sorted(known.items())
    ]
    yield from table(("code", "what the client did", "what to do instead"), rows)


def _diagnosis(name: str, said: Explanation) -> Iterator[str]:
    remedy = remedy_of(name)
    yield f"# {name}"
    yield ""
    yield f"[All diagnoses](README.md). {prose(said.summary)}"
    yield ""
    yield "## How it looks"
    yield ""
    yield from _looks(name)
    yield ""
    yield "## What it costs"
    yield ""
    yield prose(remedy.costs)
    yield ""
    yield "## How to mend it"
    yield ""
    yield prose(said.fix)
    for language, marked in LANGUAGES.items():
        yield ""
        yield f"**{language}**"
        yield ""
        yield f"```{marked}"
        yield remedy.in_language(language)
        yield "```"


def _looks(name: str) -> Iterator[str]:
    shown = demonstrations().get(name)
    if shown is not None:
        yield from _demonstrated(shown)
    if name in _ROWS:
        yield from ("", _ROWS[name]) if shown is not None else (_ROWS[name],)
    made = [mistake for mistake in MISTAKES if name in mistake.diagnoses]
    if made:
        yield from ([""] if shown is not None or name in _ROWS else [])
        yield "Wrong clients that do it (`noncense explain` shows what catches them):"
        yield ""
        for mistake in made:
            yield f"* {code(mistake.name)}, caught by {code(mistake.kills)}: {prose(mistake.summary)}"


def _demonstrated(shown: Demonstration) -> Iterator[str]:
    where = code(shown.scheme.name) if shown.scheme.name in SCHEMES else shown.scheme.name
    yield f"{shown.request.method} {code(shown.request.target.decode())} at {where}:"
    yield ""
    yield "```text"
    if shown.stale:
        found = examine(
            shown.scheme, shown.request, shown.credentials, now_ms=shown.now_ms, last_nonce=shown.last_nonce
        )
        field = "nonce" if shown.now_ms is None else "timestamp"
        yield from _labelled("arrives", f"{field} {getattr(shown.scheme.read(shown.request), field)}")
        yield from _labelled("rule", found.rule)
        yield from _labelled("accepted", f"{found.acceptable} would have been")
    elif (sent := shown.scheme.read(shown.request).key) != shown.credentials.key:
        yield from _labelled("documented", f"key {shown.credentials.key}")
        yield from _labelled("arrives", f"key {sent}, which is the secret")
    elif shown.signed is not None:
        yield from _texts(shown)
    else:
        yield from _labelled("documented", f"{shown.right} ({len(shown.right)} characters)")
        yield from _labelled("arrives", f"{shown.arrived} ({len(shown.arrived)} characters)")
    yield "```"


def _texts(shown: Demonstration) -> Iterator[str]:
    """Yield what should have been signed and what was; what both were hashed from, where that is what is signed."""
    found = examine(
        shown.scheme, shown.request, shown.credentials, other_secrets=shown.other_secrets, previous=shown.previous
    )
    wrong = found.diagnoses[0].canonical if found.diagnoses else None
    right = found.canonical_request
    if right is not None and wrong is not None and right != found.string_to_sign and right != wrong:
        yield from _labelled("to hash", _visible(right))
        yield from _labelled("hashed", _visible(wrong) or "(nothing)")
    else:
        yield from _labelled("to sign", _visible(shown.documented))
        yield from _labelled("signed", _visible(shown.signed or b"") or "(nothing)")


def _labelled(label: str, text: str) -> Iterator[str]:
    first, *rest = text.split("\n")
    yield f"{label:<11}{first}"
    for line in rest:
        yield f"{'':<11}{line}"


def _visible(text: bytes) -> str:
    r"""Return bytes as text in which whatever does not print is an escape; a final line end is shown as `\n`."""
    spelled = text.decode("utf-8", "backslashreplace")
    ended = spelled.removesuffix("\n")
    lines = [line.replace("\r", "\\r").replace("\0", "\\0") for line in ended.split("\n")]
    whole = "\n".join(lines) + ("\\n" if ended != spelled else "")
    return "".join(letter if letter == "\n" or letter.isprintable() else f"\\x{ord(letter):02x}" for letter in whole)
