"""Mistakes with odd answers: codings, interim answers, strays, redirects without end, and no limit to anything."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable
from dataclasses import replace
from http.client import HTTPResponse
from urllib.parse import unquote, urlsplit

from harness.mutants.clock import Deadline
from harness.mutants.failures import unreadable
from harness.mutants.knobs import Knobs, Send
from harness.mutants.messages import Account, Answer
from harness.mutants.mistakes.mistake import Mistake
from harness.mutants.transport import Address, Transport, Wiring, too_large, whole_body
from signer import Request


def asking_for(coding: bytes) -> Callable[[Request, Account], Request]:
    """Return a stage that asks for answers in a coding."""

    def asking(request: Request, account: Account) -> Request:
        return replace(request, headers=(*request.headers, (b"Accept-Encoding", coding)))

    return asking


def unpacking(limit: int | None) -> Callable[[HTTPResponse], bytes]:
    """Return a reader of bodies that unpacks gzip, up to a limit."""

    def read(response: HTTPResponse) -> bytes:
        body = whole_body(response)
        if response.getheader("Content-Encoding") != "gzip":
            return body
        unpacker = zlib.decompressobj(31)
        try:
            unpacked = unpacker.decompress(body, limit or 0)
        except zlib.error:
            raise unreadable("the answer is no gzip", response.status) from None
        if unpacker.unconsumed_tail:
            raise too_large(response.status)
        return unpacked

    return read


def _without_end(response: HTTPResponse) -> bytes:
    return response.read()


def _a_mebibyte(response: HTTPResponse) -> bytes:
    return whole_body(response)[:1048576]


def _round_and_round(send: Send, account: Account) -> Send:
    def sent(request: Request, deadline: Deadline, fresh: bool) -> Answer:
        answer = send(request, deadline, fresh)
        while answer.status in {301, 302, 303, 307, 308} and (location := answer.headers.get("location")):
            parts = urlsplit(location)
            if parts.netloc and parts.netloc != urlsplit(account.base_url).netloc:
                break
            answer = send(Request(method="GET", target=(parts.path or "/").encode()), deadline, fresh)
        return answer

    return sent


def _down(send: Send, account: Account) -> Send:
    def sent(request: Request, deadline: Deadline, fresh: bool) -> Answer:
        answer = send(request, deadline, fresh)
        location = answer.headers.get("location", "")
        if account.base_url.startswith("https:") and answer.status in {307, 308} and location.startswith("http:"):
            parts = urlsplit(location)
            there = Transport(Address.of(location), Wiring())
            return there.send(replace(request, target=(parts.path or "/").encode()), deadline, fresh=True)
        return answer

    return sent


def _for_everybody(request: Request, account: Account) -> Request:
    parts = urlsplit(account.proxy_url or "")
    if parts.username is None:
        return request
    pair = base64.b64encode(f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode())
    return replace(request, headers=(*request.headers, (b"Authorization", b"Basic " + pair)))


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        name="br-asked-for-and-not-known",
        kills="CONN-006",
        diagnoses=("ENCODING-NOT-DECODED",),
        summary="Accept-Encoding was copied from a browser, and br is not understood.",
        knobs=lambda: Knobs(outgoing=asking_for(b"br")),
    ),
    Mistake(
        name="interim-answers-are-final",
        kills="CONN-007",
        diagnoses=("ODD-FRAME-MISREAD",),
        summary="The first status line that comes is taken for the answer's.",
        knobs=lambda: Knobs(wiring=Wiring(interim=lambda status: False)),
        collateral=("CONN-*", "SIGN-012"),
    ),
    Mistake(
        name="stray-answers-taken",
        kills="CONN-008",
        diagnoses=("STRAY-ANSWER-TAKEN",),
        summary="Whatever lies on a connection is taken for the answer to the next request.",
        knobs=lambda: Knobs(wiring=Wiring(usable=lambda connection: True)),
        collateral=("CONN-*", "CONC-*", "ERR-*", "RETRY-*", "SIZE-*", "PARSE-*"),
    ),
    Mistake(
        name="proxy-ignored",
        kills="CONN-010",
        diagnoses=("PROXY-IGNORED",),
        summary="The configured proxy is not used.",
        knobs=lambda: Knobs(wiring=Wiring(proxy=lambda told: None)),
    ),
    Mistake(
        name="proxy-credentials-for-everybody",
        kills="CONN-010",
        diagnoses=("PROXY-CREDENTIALS-SENT-ON",),
        summary="The credentials for the proxy go to the exchange as well.",
        knobs=lambda: Knobs(outgoing=_for_everybody),
    ),
    Mistake(
        name="redirects-followed-without-end",
        kills="REDIR-005",
        diagnoses=("REDIRECTS-WITHOUT-END",),
        summary="Redirects are followed as long as there are any.",
        knobs=lambda: Knobs(around=_round_and_round),
        collateral=("REDIR-*", "RETRY-*", "ERR-*", "CONN-*"),
    ),
    Mistake(
        name="redirects-to-plain-http-followed",
        kills="REDIR-002",
        diagnoses=("CREDENTIALS-FOLLOW-REDIRECT",),
        summary="A redirect from TLS to plain HTTP is followed with all that was sent.",
        knobs=lambda: Knobs(around=_down),
        collateral=("REDIR-*", "RETRY-*", "ERR-*"),
    ),
    Mistake(
        name="answers-cut-at-a-mebibyte",
        kills="SIZE-001",
        diagnoses=("LARGE-ANSWER-NOT-READ",),
        summary="The buffer for an answer holds a mebibyte.",
        knobs=lambda: Knobs(wiring=Wiring(read_body=_a_mebibyte)),
        collateral=("SIZE-*", "PARSE-*", "CONN-*"),
    ),
    Mistake(
        name="answers-read-without-limit",
        kills="SIZE-002",
        diagnoses=("ANSWER-WITHOUT-LIMIT",),
        summary="An answer is read to its end, however far that is.",
        knobs=lambda: Knobs(wiring=Wiring(read_body=_without_end)),
        forms=("program",),
    ),
    Mistake(
        name="gzip-unpacked-without-limit",
        kills="SIZE-002",
        diagnoses=("ANSWER-WITHOUT-LIMIT",),
        summary="Answers in gzip are asked for, and unpacked to whatever they hold.",
        knobs=lambda: Knobs(outgoing=asking_for(b"gzip"), wiring=Wiring(read_body=unpacking(None))),
        forms=("program",),
    ),
)
