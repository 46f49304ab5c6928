"""`noncense doctor`: why was this request refused?"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli.choices import read_secret, scheme_of
from harness.cli.examined import Looked, screen, text_of
from harness.cli.explain import known_language
from harness.errors import UsageError
from harness.leaks import redact
from harness.pasted import Pasted, read_pasted
from signer import SCHEMES, Credentials, Scheme

if TYPE_CHECKING:
    from signer.doctor import Habit, Telling

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
@click.option("--language", metavar="NAME", help="Show the mend as code: python, javascript, php, go, java, bash.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(
    dialect: str,
    source: str,
    secret_file: Path | None,
    key: str | None,
    now: int | None,
    last_nonce: int | None,
    language: str | None,
    as_json: bool,
) -> int:
    """Says which mistake made a request's signature, nonce or timestamp wrong.

    Paste the request as it was sent: raw HTTP, a curl command, a HAR entry, or an entry of the mock exchange's
    journal. Several requests of one key (a whole HAR, a journal) tell how its nonces are made as well. The exit status
    is 0 for a right request and 1 for a wrong one.

    \b
    noncense doctor --dialect poloniex --request failed.http --secret-file secret.txt
    pbpaste | NONCENSE_SECRET=... noncense doctor --dialect exmo --language php
    """  # noqa: D301
    scheme = scheme_of(dialect)
    secret = read_secret(secret_file) if secret_file is not None else os.environ.get("NONCENSE_SECRET")
    if not secret:
        raise UsageError("the doctor needs the secret: --secret-file FILE, or NONCENSE_SECRET")
    if language is not None:
        known_language(language)
    pasted = _read(source)
    looked = [_look(scheme, pasted, at, secret, key, now, last_nonce) for at in range(len(pasted))]
    rows = _habits(scheme, pasted) if len(pasted) > 1 else ()
    if as_json:
        objects = [_object(one, secret) for one in looked]
        whole = objects[0] if len(objects) == 1 else {"requests": objects, "habits": [_habit(row) for row in rows]}
        click.echo(json.dumps(whole, ensure_ascii=False))
    else:
        click.echo(screen(scheme, looked, rows, secret, judged_time=now is not None, language=language))
    return 0 if all(one.examination.accepted for one in looked) else REFUSED


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
) -> Looked:
    """Examine one request; the one before it, of the same key, tells what was not renewed."""
    from signer.doctor import examine, telling_request

    request = pasted[at].request
    named = scheme.read(request).key
    credentials = Credentials(key=key if key is not None else named or "", secret=secret)
    before = [earlier.request for earlier in pasted[:at] if scheme.read(earlier.request).key == named]
    previous = before[-1] if before else None
    start = time.perf_counter()
    examination = examine(
        scheme,
        request,
        credentials,
        previous=previous,
        now_ms=now if now is not None else pasted[at].at_ms,
        last_nonce=last_nonce if len(pasted) == 1 else None,
    )
    elapsed_ms = (time.perf_counter() - start) * 1000
    several = len(examination.diagnoses) > 1
    telling = telling_request(scheme, request, examination.diagnoses, previous=previous) if several else None
    return Looked(pasted=pasted[at], examination=examination, elapsed_ms=elapsed_ms, telling=telling)


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


def _object(one: Looked, secret: str) -> dict[str, object]:
    examination = one.examination
    codes = [diagnosis.code for diagnosis in examination.diagnoses]
    return {
        "accepted": examination.accepted,
        "reason": None if examination.reason is None else examination.reason.value,
        "rule": redact(examination.rule, [secret]),
        "acceptable": examination.acceptable,
        "string_to_sign": text_of(examination.string_to_sign, secret),
        "diagnoses": [
            {
                "code": diagnosis.code,
                "summary": diagnosis.summary,
                "fix": diagnosis.fix,
                "mistakes": diagnosis.mistakes,
                "signed": text_of(diagnosis.signed, secret),
            }
            for diagnosis in examination.diagnoses
        ],
        "telling": None if one.telling is None else _telling(one.telling, codes),
        "searched": examination.searched,
        "elapsed_ms": round(one.elapsed_ms, 1),
    }


def _telling(telling: Telling, codes: Sequence[str]) -> dict[str, object]:
    groups = [[codes[place] for place in group] for group in telling.groups]
    return {"features": list(telling.features), "groups": groups, "tried": telling.tried}


def _habit(row: Habit) -> dict[str, object]:
    return {"field": row.field, "unit": row.unit, "base": row.base, "step": row.step, "codes": list(row.codes)}
