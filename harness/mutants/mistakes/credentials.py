"""Mistakes of identity: the families CRED and PUB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from harness.mutants.knobs import Knobs
from harness.mutants.messages import Account
from harness.mutants.mistakes.mistake import EVERYTHING, Mistake
from signer import Credentials, Fields, Request, scheme_named


def _key_twice(request: Request, account: Account) -> Request:
    header = scheme_named(account.dialect).places["key"].removeprefix("header ").encode()
    return replace(request, headers=(*request.headers, *((header, value) for value in request.values(header))))


def _secret_of_the_last(own: Credentials, everybodys: Sequence[Credentials]) -> Credentials:
    return Credentials(key=own.key, secret=everybodys[-1].secret if everybodys else own.secret)


def _with_key(request: Request, account: Account) -> Request:
    if account.credentials is None:
        return request
    return scheme_named(account.dialect).place(request, Fields(key=account.credentials.key))


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        name="key-sent-twice",
        kills="CRED-001",
        diagnoses=("KEY-REPEATED",),
        summary="The key stands in two headers of the same name.",
        knobs=lambda: Knobs(outgoing=_key_twice),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="secret-of-the-last-session",
        kills="CRED-003",
        diagnoses=("OTHER-SECRET",),
        summary="The secret is kept in one place for all sessions, so the one opened last counts.",
        knobs=lambda: Knobs(credentials=_secret_of_the_last),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="sent-without-credentials",
        kills="CRED-004",
        diagnoses=("SENT-WITHOUT-CREDENTIALS",),
        summary="A private call without credentials is sent all the same, with an empty key.",
        knobs=lambda: Knobs(needs_credentials=lambda wanted: False),
        collateral=("PUB-*",),
    ),
    Mistake(
        name="public-calls-want-credentials",
        kills="PUB-001",
        diagnoses=("PUBLIC-NEEDS-CREDENTIALS",),
        summary="Without credentials not even public calls are made.",
        knobs=lambda: Knobs(needs_credentials=lambda wanted: True),
    ),
    Mistake(
        name="key-on-public-calls",
        kills="PUB-002",
        diagnoses=("KEY-ON-PUBLIC-CALL",),
        summary="Public calls carry the API key.",
        knobs=lambda: Knobs(public=_with_key),
    ),
)
