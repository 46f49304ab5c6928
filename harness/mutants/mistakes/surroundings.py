"""Mistakes that show elsewhere: behind a proxy, under another locale, with credentials that were misread or revoked."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from harness.mutants.attempt import Attempt
from harness.mutants.failures import Failure, Origin
from harness.mutants.knobs import Draft, Knobs
from harness.mutants.messages import Account, Json, Wanted
from harness.mutants.mistakes.encodings import strings
from harness.mutants.mistakes.mistake import EVERYTHING, Mistake
from harness.mutants.mistakes.numbers import NUMBERS
from harness.mutants.mistakes.signatures import signed_over
from harness.mutants.retrying import reads_twice_more
from signer import Credentials, Request, Signed, scheme_named

#: How often a call is tried whose key had worked before.
_HOPES = 3


def _host_signed(draft: Draft) -> Signed:
    host = urlsplit(draft.account.base_url).netloc.encode()
    return signed_over(draft, replace(draft, request=replace(draft.request, target=host + draft.request.target)))


def _called_hop_by_hop(request: Request, account: Account) -> Request:
    places = scheme_named(account.dialect).places.values()
    named = ", ".join(place.removeprefix("header ") for place in places if place.startswith("header "))
    return replace(request, headers=(*request.headers, (b"Connection", named.encode())))


def _shuffled(right: Wanted) -> Wanted:
    return replace(right, pairs=tuple(sorted(right.pairs, key=lambda pair: hash(pair[0]))))


def _under(language: str, knobs: Callable[[], Knobs]) -> Callable[[], Knobs]:
    """Return knobs that hold where the environment speaks a language; elsewhere the client is right."""
    return lambda: knobs() if os.environ.get("LC_ALL", "").startswith(language) else Knobs()


def _with_commas() -> Knobs:
    def wanted(right: Wanted) -> Wanted:
        return replace(right, pairs=tuple((name, _with_comma(name, value)) for name, value in right.pairs))

    return Knobs(wanted=wanted)


def _with_comma(name: str, value: Json) -> Json:
    return value.replace(".", ",") if name in NUMBERS and isinstance(value, str) else value


def _dotless() -> Knobs:
    return Knobs(wanted=strings(lambda text: text.replace("I", "\u0131")))


def _line_end_is_a_blank(own: Credentials, everybodys: Sequence[Credentials]) -> Credentials:
    return replace(own, secret=own.secret.replace("\r\n", " ").replace("\n", " ").replace("\t", " "))


def _after_it_worked(then: Callable[[Attempt, Failure], Json]) -> Callable[[], Knobs]:
    """Return a client that does something of its own when a key that has worked before is refused."""

    def knobs() -> Knobs:
        worked: set[str] = set()

        def attempts(attempt: Attempt) -> Json:
            key = attempt.account.credentials.key if attempt.account.credentials is not None else ""
            try:
                value = reads_twice_more(attempt)
            except Failure as failure:
                if failure.origin is Origin.REFUSAL and failure.kind == "authentication" and key in worked:
                    return then(attempt, failure)
                raise
            if attempt.wanted.private:
                worked.add(key)
            return value

        return Knobs(attempts=attempts)

    return knobs


def _hope(attempt: Attempt, failure: Failure) -> Json:
    for _ in range(_HOPES - 1):
        try:
            return attempt.transmit()
        except Failure as again:
            if again.kind != "authentication":
                raise
    return attempt.transmit()


def _trouble(attempt: Attempt, failure: Failure) -> Json:
    failure.kind = "unavailable"
    raise failure


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        name="host-header-signed",
        kills="SIGN-012",
        diagnoses=("HOST-SIGNED",),
        summary="Host and port stand before the path that is signed.",
        knobs=lambda: Knobs(signing=_host_signed),
        dialects=("reference",),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="credentials-called-hop-by-hop",
        kills="SIGN-012",
        diagnoses=("BREAKS-BEHIND-A-PROXY",),
        summary="The Connection header names the headers of authentication, so that proxies drop them.",
        knobs=lambda: Knobs(outgoing=_called_hop_by_hop),
    ),
    Mistake(
        name="parameters-in-the-order-of-a-set",
        kills="UNI-005",
        diagnoses=("BYTES-DEPEND-ON-SURROUNDINGS",),
        summary="Parameters stand in the order in which a hash table holds them.",
        knobs=lambda: Knobs(wanted=_shuffled),
        forms=("program",),
    ),
    Mistake(
        name="commas-of-the-locale",
        kills="UNI-005",
        diagnoses=("BYTES-DEPEND-ON-SURROUNDINGS",),
        summary="Under a German locale decimals have a comma.",
        knobs=_under("de", _with_commas),
        forms=("program",),
    ),
    Mistake(
        name="letters-of-the-locale",
        kills="UNI-005",
        diagnoses=("BYTES-DEPEND-ON-SURROUNDINGS",),
        summary="Under a Turkish locale a capital I is changed into a small one without a dot.",
        knobs=_under("tr", _dotless),
        forms=("program",),
    ),
    Mistake(
        name="line-end-becomes-a-blank",
        kills="CRED-005",
        diagnoses=("CREDENTIAL-REPAIRED",),
        summary="A line end in the secret is turned into a blank.",
        knobs=lambda: Knobs(credentials=_line_end_is_a_blank),
    ),
    Mistake(
        name="revoked-key-tried-again",
        kills="CRED-006",
        diagnoses=("REVOKED-KEY-TRIED-AGAIN",),
        summary="A key that worked before is tried again when it is refused.",
        knobs=_after_it_worked(_hope),
        collateral=("RETRY-006", "ERR-*"),
    ),
    Mistake(
        name="revoked-key-is-a-passing-trouble",
        kills="CRED-006",
        diagnoses=("CREDENTIALS-MISNAMED",),
        summary="The refusal of a key that worked before is reported as a trouble of the exchange.",
        knobs=_after_it_worked(_trouble),
        collateral=("ERR-*", "RETRY-*"),
    ),
)
