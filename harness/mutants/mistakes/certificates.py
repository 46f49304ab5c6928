"""Mistakes of TLS: the family TLS."""

from __future__ import annotations

import ssl
import warnings
from collections.abc import Callable
from dataclasses import replace

from harness.mutants.clock import Deadline
from harness.mutants.failures import Failure
from harness.mutants.knobs import Knobs, Send
from harness.mutants.messages import Account, Answer
from harness.mutants.mistakes.mistake import Mistake
from harness.mutants.transport import Address, Transport, Wiring, connect, trusting
from signer import Request

#: OpenSSL's X509_V_FLAG_NO_CHECK_TIME.
_NO_CHECK_TIME = 0x200000


def _speaking(change: Callable[[ssl.SSLContext], None]) -> Callable[[], Knobs]:
    def changed(ca_file: str | None) -> ssl.SSLContext:
        context = trusting(ca_file)
        change(context)
        return context

    return lambda: Knobs(wiring=Wiring(trusting=changed))


def _anybody(context: ssl.SSLContext) -> None:
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE


def _any_name(context: ssl.SSLContext) -> None:
    context.check_hostname = False


def _any_time(context: ssl.SSLContext) -> None:
    context.verify_flags |= _NO_CHECK_TIME


def _any_version(context: ssl.SSLContext) -> None:
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1


def _anybodys(ca_file: str | None) -> ssl.SSLContext:
    context = trusting(ca_file)
    _anybody(context)
    return context


def _looked_at_afterwards(send: Send, account: Account) -> Send:
    def sent(request: Request, deadline: Deadline, fresh: bool) -> Answer:
        answer = send(request, deadline, fresh)
        there = Address.of(account.base_url)
        if there.scheme == "https":
            connect(there, deadline, trusting(account.ca_file)).close()
        return answer

    return sent


def _in_clear_if_need_be(send: Send, account: Account) -> Send:
    def sent(request: Request, deadline: Deadline, fresh: bool) -> Answer:
        there = Address.of(account.base_url)
        try:
            return send(request, deadline, fresh)
        except Failure:
            if there.scheme != "https":
                raise
            return Transport(replace(there, scheme="http"), Wiring()).send(request, deadline, fresh=True)

    return sent


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        name="any-authority-trusted",
        kills="TLS-001",
        diagnoses=("AUTHORITY-NOT-CHECKED",),
        summary="Certificates are not verified at all.",
        knobs=_speaking(_anybody),
        collateral=("TLS-*",),
    ),
    Mistake(
        name="any-host-name-accepted",
        kills="TLS-002",
        diagnoses=("HOST-NAME-NOT-CHECKED",),
        summary="A certificate of a known authority is good for any host.",
        knobs=_speaking(_any_name),
        collateral=("TLS-004",),
    ),
    Mistake(
        name="dates-of-certificates-ignored",
        kills="TLS-003",
        diagnoses=("VALIDITY-NOT-CHECKED",),
        summary="A certificate is good for ever.",
        knobs=_speaking(_any_time),
        collateral=("TLS-004",),
    ),
    Mistake(
        name="certificates-looked-at-afterwards",
        kills="TLS-004",
        diagnoses=("SENT-BEFORE-VERIFYING",),
        summary="The request is sent first, and the certificate is verified when the answer has come.",
        knobs=lambda: Knobs(wiring=Wiring(trusting=_anybodys), around=_looked_at_afterwards),
        collateral=("TLS-*",),
    ),
    Mistake(
        name="ca-file-ignored",
        kills="TLS-005",
        diagnoses=("CA-FILE-IGNORED",),
        summary="The file of authorities is not read.",
        knobs=lambda: Knobs(wiring=Wiring(trusting=lambda ca_file: trusting(None))),
        collateral=("TLS-*", "REDIR-002"),
    ),
    Mistake(
        name="old-tls-spoken",
        kills="TLS-006",
        diagnoses=("OLD-TLS-SPOKEN",),
        summary="Any version of TLS will do, and any cipher.",
        knobs=_speaking(_any_version),
    ),
    Mistake(
        name="plain-http-if-need-be",
        kills="TLS-007",
        diagnoses=("TLS-DROPPED",),
        summary="Where TLS fails the request is sent without it.",
        knobs=lambda: Knobs(around=_in_clear_if_need_be),
        collateral=("TLS-*", "RETRY-*", "CONN-*", "NONCE-*", "ERR-*"),
    ),
    Mistake(
        name="truncation-not-noticed",
        kills="TLS-008",
        diagnoses=("TRUNCATION-NOT-NOTICED",),
        summary="A TLS connection that just ends is taken for one that was closed.",
        knobs=lambda: Knobs(wiring=Wiring(lenient=True)),
    ),
)
