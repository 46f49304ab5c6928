"""What the doctor found, on a screen of 80 columns: the mistake and its mend first, the rest behind them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.leaks import redact
from harness.pasted import Pasted
from harness.reports.printable import one_line, visible
from signer import Reason, Request, Scheme

if TYPE_CHECKING:
    from signer.doctor import Diagnosis, Examination, Habit, Telling

WIDTH = 80
#: Where the words begin behind a label.
_MARGIN = 11
#: So much of a text is shown before the place where two differ.
_BEFORE = 24
#: Mistakes for which it helps to hear how the exchange signs.
_ABOUT_DIGESTS = ("SIGNATURE-", "OTHER-HASH", "PLAIN-HASH", "HASH", "HMAC", "SECOND-HASH")
#: So many lines of a text that cannot be compared with another.
_MOST_LINES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """One request, examined.

    Attributes:
        pasted: The request, as it was pasted.
        examination: What the doctor says.
        elapsed_ms: How long it took.
        telling: What a request must have that tells the explanations apart; None where there is one at most.
    """

    pasted: Pasted
    examination: Examination
    elapsed_ms: float
    telling: Telling | None = None


def screen(
    scheme: Scheme,
    looked: Sequence[Looked],
    rows: Sequence[Habit],
    secret: str,
    *,
    judged_time: bool,
    language: str | None = None,
) -> str:
    """Return the screen.

    Args:
        scheme: How the exchange signs.
        looked: The requests, in their order.
        rows: How nonces and timestamps are made, where that could be told.
        secret: What must not be shown.
        judged_time: Whether the server's clock was given.
        language: The language in which mends are shown as code; None for words alone.

    Raises:
        UsageError: We do not speak that language.
    """
    lines: list[str] = []
    several = len(looked) > 1
    for number, one in enumerate(looked, start=1):
        if several:
            lines.append(f"{number:>3}  {_title(one.pasted.request)}")
        lines += _verdict(scheme, one, secret, language)
        if one.examination.accepted and not several and not judged_time and one.pasted.at_ms is None:
            lines += ["", _filled("Not judged: whether nonce and timestamp were fresh. --now and --last-nonce tell.")]
        lines.append("")
    lines += [line for row in rows for line in _counted(row)]
    return "\n".join(lines[:-1] if lines and not lines[-1] else lines)


def text_of(data: bytes | None, secret: str) -> str | None:
    """Return bytes as text without the secret."""
    return None if data is None else redact(data.decode("utf-8", "backslashreplace"), [secret])


def _verdict(scheme: Scheme, one: Looked, secret: str, language: str | None) -> Iterator[str]:
    found = one.examination
    if found.accepted or found.reason is None:
        yield "accepted  The signature is the documented one."
        return
    rule = visible(redact(found.rule, [secret]))
    if found.diagnoses:
        yield from _named(scheme, one, rule, secret, language)
    elif found.reason is Reason.BAD_SIGNATURE and found.canonical_request is not None:
        yield from _unexplained(found, rule, secret)
    else:
        yield f"refused  {found.reason.value}"
        yield from _labelled("mistake", rule)
        yield from _labelled("here", f"{scheme.name} reads {_places(scheme)}")
    yield f"  {found.searched} signatures tried in {one.elapsed_ms:.1f} ms"


def _named(scheme: Scheme, one: Looked, rule: str, secret: str, language: str | None) -> Iterator[str]:
    from signer.doctor import CODES

    found = one.examination
    best, *others = found.diagnoses
    codes = best.code.split("+")
    yield best.code
    for label, texts in (
        ("mistake", [CODES[code].summary for code in codes]),
        ("mend it", [CODES[code].fix for code in codes]),
    ):
        for number, text in enumerate(dict.fromkeys(texts)):
            yield from _labelled("" if number else label, text)
    if any(code.startswith(_ABOUT_DIGESTS) for code in codes):
        yield from _labelled("here", f"{scheme.name} asks for {scheme.digest_name}, in {scheme.spelling.name}")
    if found.acceptable:
        yield from _labelled("accepted", f"{found.acceptable} would have been")
    if language is not None:
        yield ""
        yield from _mends(codes, language)
    if best.signed is not None and found.string_to_sign is not None:
        yield ""
        yield from _difference(found, best, secret)
    yield ""
    if others and one.telling is not None:
        yield from _labelled("or", _tied([diagnosis.code for diagnosis in found.diagnoses], one.telling))
    reason = "" if found.reason is None else found.reason.value
    yield from _labelled("refused", f"{reason}: {rule}")
    spoken = "" if language is not None else " --language python"
    yield from _labelled("more", f"noncense explain {codes[0]}{spoken}")


def _unexplained(found: Examination, rule: str, secret: str) -> Iterator[str]:
    yield f"refused  {Reason.BAD_SIGNATURE.value}"
    yield from _labelled("mistake", "none of those that are known gives this signature with this secret")
    yield from _labelled("check", "that the secret is the one that belongs to the key;")
    yield from _labelled("", "that the request is pasted to the byte: shells and editors change quotes and line ends;")
    yield from _labelled("", "that the client signs this text, which is what the exchange makes of the request:")
    shown = one_line(text_of(found.canonical_request, secret) or "", limit=_MOST_LINES * (WIDTH - _MARGIN))
    yield from _labelled("to sign", shown)
    yield from _labelled("rule", rule)


def _places(scheme: Scheme) -> str:
    """Say where each field of authentication travels."""
    places = [f"the {field} in the {place}" for field, place in scheme.places.items()]
    return " and ".join(part for part in (", ".join(places[:-1]), *places[-1:]) if part)


def _tied(codes: Sequence[str], telling: Telling) -> str:
    """Say what else it may be, and which request would tell."""
    others = ", ".join(codes[1:])
    if not telling.features:
        alike = "sign the same text here and in" if len(codes) > 2 else "signs the same text here and in"
        return f"{others}, which {alike} each of {telling.tried} other requests that were tried."
    with_that = f"one with {' and '.join(telling.features)}"
    if telling.wholly:
        return f"{others}: this request cannot tell, {with_that} can."
    parts = [" or ".join(codes[place] for place in group) for group in telling.groups]
    return f"{others}: this request cannot tell; {with_that} tells {', '.join(parts[:-1])} from {parts[-1]}."


def _mends(codes: Sequence[str], language: str) -> Iterator[str]:
    """Yield each mistake's mend as code; where one mend serves for several, once."""
    from harness.cli.explain import in_language

    for mend in dict.fromkeys(in_language(code, language) for code in codes):
        for line in mend.splitlines():
            yield f"    {line}".rstrip()


def _difference(found: Examination, best: Diagnosis, secret: str) -> Iterator[str]:
    """Show both texts from shortly before the first place where they differ: what was hashed, where that is all."""
    hashed = found.canonical_request != found.string_to_sign and best.canonical != found.canonical_request
    right, wrong = (found.canonical_request, best.canonical) if hashed else (found.string_to_sign, best.signed)
    ours, theirs = (text_of(right, secret) or ""), (text_of(wrong, secret) or "")
    at = next((at for at, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), min(len(ours), len(theirs)))
    start = max(0, at - _BEFORE)
    before = ("…" if start else "") + one_line(ours[start:at])
    room = WIDTH - _MARGIN - len(before)
    for label, text in (("to hash" if hashed else "to sign", ours), ("hashed" if hashed else "signed", theirs)):
        yield f"  {label:<9}{before}{one_line(text[at:], limit=room) or '  <- ends here'}"
    yield f"           {' ' * len(before)}^"


def _counted(row: Habit) -> Iterator[str]:
    from signer.doctor import CODES

    step = f", step {row.step}" if row.step else ""
    base = f", from {row.base}" if row.base else ""
    yield f"  {row.field}s: {row.unit}{base}{step}"
    for code in row.codes:
        yield f"  {code}"
        yield from _labelled("", f"{CODES[code].summary} {CODES[code].fix}")


def _title(request: Request) -> str:
    return one_line(f"{request.method} {request.target.decode('utf-8', 'backslashreplace')}", limit=WIDTH - 5)


def _labelled(label: str, text: str) -> list[str]:
    return textwrap.wrap(
        text,
        width=WIDTH,
        initial_indent=f"  {label:<9}",
        subsequent_indent=" " * _MARGIN,
        break_on_hyphens=False,
        break_long_words=True,
    )


def _filled(text: str) -> str:
    return textwrap.fill(text, width=WIDTH, initial_indent="  ", subsequent_indent="  ")
