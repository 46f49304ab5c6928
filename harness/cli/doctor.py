"""`noncense doctor`: why was this request refused?"""

from __future__ import annotations

import json
import os
import sys
import textwrap
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli.choices import read_secret, scheme_of
from harness.errors import UsageError
from harness.leaks import redact
from harness.pasted import Pasted, read_pasted
from harness.reports.printable import one_line, visible
from signer import SCHEMES, Credentials, Request, Scheme

if TYPE_CHECKING:
    from signer.doctor import Examination, Habit

REFUSED = 1


@click.command("doctor", options_metavar="--dialect NAME [--request FILE] [OPTIONS]")
@click.option("--dialect", required=True, metavar="NAME|FILE", help=f"One of {', '.join(SCHEMES)}, or a file.")
@click.option("--request", "source", default="-", metavar="FILE", help="Raw HTTP, curl, HAR, journal; else stdin.")
@click.option(
    "--secret-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where the secret stands; else it is taken from NONCENSE_SECRET.",
)
@click.option("--key", envvar="NONCENSE_KEY", metavar="KEY", help="The API key; else the one the request names.")
@click.option("--now", type=int, metavar="MS", help="The server's clock when it arrived; judges the timestamp.")
@click.option("--last-nonce", type=click.IntRange(min=0), metavar="N", help="The key's last nonce; judges the nonce.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(
    dialect: str,
    source: str,
    secret_file: Path | None,
    key: str | None,
    now: int | None,
    last_nonce: int | None,
    as_json: bool,
) -> int:
    """Says which mistake made a request's signature, nonce or timestamp wrong.

    Paste the request as it was sent: raw HTTP, a curl command, a HAR entry, or an entry of the mock exchange's
    journal. Several requests of one key (a whole HAR, a journal) tell how its nonces are made as well. The exit status
    is 0 for a right request and 1 for a wrong one.

    \b
    noncense doctor --dialect poloniex --request failed.http --secret-file secret.txt
    pbpaste | NONCENSE_SECRET=... noncense doctor --dialect exmo
    """  # noqa: D301
    scheme = scheme_of(dialect)
    secret = read_secret(secret_file) if secret_file is not None else os.environ.get("NONCENSE_SECRET")
    if not secret:
        raise UsageError("the doctor needs the secret: --secret-file FILE, or NONCENSE_SECRET")
    pasted = _read(source)
    looked = [_look(scheme, pasted, at, secret, key, now, last_nonce) for at in range(len(pasted))]
    rows = _habits(scheme, pasted) if len(pasted) > 1 else ()
    if as_json:
        objects = [_object(examination, elapsed_ms, secret) for examination, elapsed_ms in looked]
        whole = objects[0] if len(objects) == 1 else {"requests": objects, "habits": [_habit(row) for row in rows]}
        click.echo(json.dumps(whole, ensure_ascii=False))
    else:
        click.echo("\n".join(_screen(pasted, looked, rows, secret, judged_time=now is not None)))
    return 0 if all(examination.accepted for examination, _ in looked) else REFUSED


def _read(source: str) -> tuple[Pasted, ...]:
    try:
        data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as problem:
        raise UsageError(f"cannot read the request in {source}: {problem.strerror}") from problem
    return read_pasted(data)


def _look(
    scheme: Scheme,
    pasted: Sequence[Pasted],
    at: int,
    secret: str,
    key: str | None,
    now: int | None,
    last_nonce: int | None,
) -> tuple[Examination, float]:
    """Examine one request; the one before it, of the same key, tells what was not renewed."""
    from signer.doctor import examine

    request = pasted[at].request
    named = scheme.read(request).key
    credentials = Credentials(key=key if key is not None else named or "", secret=secret)
    before = [earlier.request for earlier in pasted[:at] if scheme.read(earlier.request).key == named]
    start = time.perf_counter()
    examination = examine(
        scheme,
        request,
        credentials,
        previous=before[-1] if before else None,
        now_ms=now if now is not None else pasted[at].at_ms,
        last_nonce=last_nonce if len(pasted) == 1 else None,
    )
    return examination, (time.perf_counter() - start) * 1000


def _habits(scheme: Scheme, pasted: Sequence[Pasted]) -> tuple[Habit, ...]:
    from signer.doctor import habits

    keys = [scheme.read(entry.request).key for entry in pasted]
    most = max(set(keys), key=keys.count)
    return habits(
        scheme,
        [
            (scheme.read(entry.request), entry.at_ms)
            for entry, key in zip(pasted, keys, strict=True)
            if key == most and entry.at_ms is not None
        ],
    )


# --- as JSON ---


def _object(examination: Examination, elapsed_ms: float, secret: str) -> dict[str, object]:
    return {
        "accepted": examination.accepted,
        "reason": None if examination.reason is None else examination.reason.value,
        "rule": redact(examination.rule, [secret]),
        "acceptable": examination.acceptable,
        "string_to_sign": _text(examination.string_to_sign, secret),
        "diagnoses": [
            {
                "code": diagnosis.code,
                "summary": diagnosis.summary,
                "fix": diagnosis.fix,
                "mistakes": diagnosis.mistakes,
                "signed": _text(diagnosis.signed, secret),
            }
            for diagnosis in examination.diagnoses
        ],
        "searched": examination.searched,
        "elapsed_ms": round(elapsed_ms, 1),
    }


def _habit(row: Habit) -> dict[str, object]:
    return {"field": row.field, "unit": row.unit, "base": row.base, "step": row.step, "codes": list(row.codes)}


def _text(data: bytes | None, secret: str) -> str | None:
    return None if data is None else redact(data.decode("utf-8", "backslashreplace"), [secret])


# --- on a screen ---


def _screen(
    pasted: Sequence[Pasted],
    looked: Sequence[tuple[Examination, float]],
    rows: Sequence[Habit],
    secret: str,
    *,
    judged_time: bool,
) -> list[str]:
    from signer.doctor import CODES

    lines: list[str] = []
    several = len(looked) > 1
    for number, ((examination, elapsed_ms), entry) in enumerate(zip(looked, pasted, strict=True), start=1):
        if several:
            lines.append(f"{number:>3}  {_title(entry.request)}")
        lines += _verdict(examination, elapsed_ms, secret)
        if examination.accepted and not several and not judged_time and entry.at_ms is None:
            lines += ["", _wrapped("Not judged: whether nonce and timestamp were fresh. --now and --last-nonce tell.")]
        lines.append("")
    for row in rows:
        step = f", step {row.step}" if row.step else ""
        base = f", from {row.base}" if row.base else ""
        lines.append(f"  {row.field}s: {row.unit}{base}{step}")
        for code in row.codes:
            lines += _labelled(code, f"{CODES[code].summary} {CODES[code].fix}")
    return lines[:-1] if lines and not lines[-1] else lines


def _verdict(examination: Examination, elapsed_ms: float, secret: str) -> list[str]:
    if examination.accepted or examination.reason is None:
        return ["accepted  The signature is the documented one."]
    lines = [f"refused  {examination.reason.value}", *_labelled("rule", visible(redact(examination.rule, [secret])))]
    if examination.acceptable:
        lines += _labelled("accepted", f"{examination.acceptable} would have been")
    if examination.diagnoses:
        best, *others = examination.diagnoses
        lines += ["", best.code, *_labelled("mistake", best.summary), *_labelled("mend it", best.fix)]
        if best.signed is not None and examination.string_to_sign is not None:
            lines += _difference(best.signed, examination.string_to_sign, secret)
        if others:
            names = ", ".join(other.code for other in others)
            lines += _labelled(
                "or", f"{names}: this request cannot tell. One with more parameters, blanks or slashes can."
            )
    if not examination.diagnoses and examination.reason.value == "bad_signature":
        lines += ["", *_labelled("mistake", "none of those that are known gives this signature with this secret")]
        lines += _labelled("mend it", "check first that the secret is the one that belongs to the key")
        if examination.string_to_sign is not None:
            lines += _labelled("to sign", one_line(_text(examination.string_to_sign, secret) or "", limit=400))
    if examination.diagnoses:
        lines += ["", f"  more: noncense explain {examination.diagnoses[0].code.partition('+')[0]}"]
    lines.append(f"  {examination.searched} signatures tried in {elapsed_ms:.1f} ms")
    return lines


def _difference(signed: bytes, documented: bytes, secret: str) -> list[str]:
    """Show both texts from shortly before the first place where they differ."""
    ours, theirs = (_text(documented, secret) or ""), (_text(signed, secret) or "")
    at = next((at for at, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), min(len(ours), len(theirs)))
    start = max(0, at - 24)
    before = one_line(ours[start:at])
    mark = "…" if start else ""
    return [
        f"  to sign  {mark}{before}{one_line(ours[at:], limit=70)}",
        f"  signed   {mark}{before}{one_line(theirs[at:], limit=70)}",
        f"           {' ' * len(mark + before)}^",
    ]


def _title(request: Request) -> str:
    return one_line(f"{request.method} {request.target.decode('utf-8', 'backslashreplace')}", limit=80)


def _labelled(label: str, text: str) -> list[str]:
    return textwrap.wrap(
        text,
        width=100,
        initial_indent=f"  {label:<9}",
        subsequent_indent=" " * 11,
        break_on_hyphens=False,
        break_long_words=True,
    )


def _wrapped(text: str) -> str:
    return textwrap.fill(text, width=100, initial_indent="  ", subsequent_indent="  ")
