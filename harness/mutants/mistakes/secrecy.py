"""Mistakes of discretion: the family SECR."""

from __future__ import annotations

import base64
import logging
from dataclasses import replace

from harness.mutants.failures import Failure
from harness.mutants.knobs import Knobs
from harness.mutants.messages import Account, Wanted
from harness.mutants.mistakes.mistake import Mistake
from signer import Request

_log = logging.getLogger("exchange.client")


def _secret_of(account: Account) -> str:
    return account.credentials.secret if account.credentials is not None else ""


def _on_the_wire(request: Request, account: Account) -> Request:
    spelled = base64.b64encode(_secret_of(account).encode("utf-8", "replace"))
    return replace(request, headers=(*request.headers, (b"X-Client-Auth", spelled)))


def _logged(account: Account) -> None:
    _log.warning("session opened, secret %s", _secret_of(account))


def _in_the_message(failure: Failure, wanted: Wanted, account: Account) -> Failure | None:
    failure.message = f"{failure.message} (secret {_secret_of(account)})"
    return failure


def _shown(account: Account) -> str:
    return f"Client({account.base_url!r}, secret={_secret_of(account)!r})"


def _with_headers(failure: Failure, wanted: Wanted, account: Account) -> Failure | None:
    if failure.sent is not None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in failure.sent.headers}
        failure.message = f"{failure.message}; sent {headers}"
    return failure


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        name="secret-on-the-wire",
        kills="SECR-001",
        diagnoses=("SECRET-ON-THE-WIRE",),
        summary="The secret travels in a header, in base64.",
        knobs=lambda: Knobs(outgoing=_on_the_wire),
        collateral=("SECR-*", "REDIR-*"),
    ),
    Mistake(
        name="secret-logged",
        kills="SECR-002",
        diagnoses=("SECRET-LOGGED",),
        summary="The secret is written to the log when a session is opened.",
        knobs=lambda: Knobs(opened=_logged),
        collateral=("SECR-*",),
    ),
    Mistake(
        name="secret-in-messages",
        kills="SECR-003",
        diagnoses=("SECRET-IN-ERROR",),
        summary="Messages of failures quote the secret.",
        knobs=lambda: Knobs(outcome=_in_the_message),
        collateral=("SECR-*",),
    ),
    Mistake(
        name="secret-in-repr",
        kills="SECR-004",
        diagnoses=("SECRET-IN-REPR",),
        summary="The client's own textual form shows the secret.",
        knobs=lambda: Knobs(face=_shown),
        collateral=("SECR-*",),
        forms=("in-process",),
    ),
    Mistake(
        name="signature-in-messages",
        kills="SECR-005",
        diagnoses=("SIGNATURE-LOGGED",),
        summary="Messages of failures quote the headers that were sent.",
        knobs=lambda: Knobs(outcome=_with_headers),
        collateral=("SECR-*",),
    ),
)
