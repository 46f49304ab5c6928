"""Mistakes that show on the client's program: what it writes, starts, speaks to, and keeps open."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import urllib.request
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from harness.mutants.knobs import Knobs
from harness.mutants.messages import Account
from harness.mutants.mistakes.mistake import Mistake
from harness.mutants.transport import Wiring
from signer import Request

_PROGRAM = ("program",)


def _secret_of(account: Account) -> str:
    return account.credentials.secret if account.credentials is not None else ""


def _kept(account: Account) -> None:
    lines = f'{{"url": "{account.base_url}", "secret": "{_secret_of(account)}"}}\n'
    Path(tempfile.gettempdir(), "exchange-client.json").write_text(lines, encoding="utf-8")


def _handed_over(account: Account) -> None:
    if account.credentials is not None:
        waiting = [sys.executable, "-c", "import time; time.sleep(0.1)", "-hmac", _secret_of(account)]
        subprocess.run(waiting, check=False)  # noqa: S603 - that is the mistake


def _reported(account: Account) -> None:
    with suppress(OSError):
        urllib.request.urlopen("http://metrics.example/started", data=b"client=noncense", timeout=2).close()


def _key_in_url(request: Request, account: Account) -> Request:
    key = account.credentials.key if account.credentials is not None else ""
    joint = b"&" if b"?" in request.target else b"?"
    return replace(request, target=request.target + joint + b"apiKey=" + key.encode("utf-8", "replace"))


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        name="key-in-url",
        kills="SECR-006",
        diagnoses=("CREDENTIALS-IN-URL",),
        summary="The API key is added to the URL of every private request as well.",
        knobs=lambda: Knobs(outgoing=_key_in_url),
        collateral=("*",),
    ),
    Mistake(
        name="secret-kept-in-a-file",
        kills="SECR-007",
        diagnoses=("SECRET-ON-DISK",),
        summary="The settings of a session, its secret among them, are kept in a temporary file.",
        knobs=lambda: Knobs(opened=_kept),
        forms=_PROGRAM,
    ),
    Mistake(
        name="secret-on-a-command-line",
        kills="SECR-008",
        diagnoses=("SECRET-ON-COMMAND-LINE",),
        summary="Another program is started with the secret among its arguments.",
        knobs=lambda: Knobs(opened=_handed_over),
        collateral=("SECR-*", "CONN-*", "RETRY-*"),
        forms=_PROGRAM,
    ),
    Mistake(
        name="starts-reported-to-the-makers",
        kills="SECR-009",
        diagnoses=("THIRD-PARTY-CONTACTED",),
        summary="Each session that is opened is reported to the makers of the client.",
        knobs=lambda: Knobs(opened=_reported),
        forms=_PROGRAM,
    ),
    Mistake(
        name="a-connection-left-by-each-call",
        kills="SIZE-004",
        diagnoses=("RESOURCES-PILE-UP",),
        summary="Each call opens a connection, and none is ever closed.",
        knobs=lambda: Knobs(wiring=Wiring(usable=lambda connection: False, releases=False)),
        collateral=("CONN-*", "CONC-*"),
        forms=_PROGRAM,
    ),
    Mistake(
        name="connections-kept-after-closing",
        kills="CONN-011",
        diagnoses=("CONNECTIONS-LEFT-OPEN",),
        summary="A session that is closed leaves its connections open.",
        knobs=lambda: Knobs(wiring=Wiring(releases=False)),
        collateral=("SIZE-004", "CONN-*"),
    ),
)
