"""Mistakes of the transport: the families CONN and REDIR."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from http.client import HTTPResponse
from urllib.parse import urljoin, urlsplit

from harness.mutants.clock import Deadline
from harness.mutants.knobs import Knobs, Send
from harness.mutants.messages import Account, Answer
from harness.mutants.mistakes.errors import taken_for_success
from harness.mutants.mistakes.mistake import Mistake
from harness.mutants.retrying import just_once
from harness.mutants.transport import Address, CutShort, Transport, Wiring
from signer import Request


def _what_is_there(response: HTTPResponse) -> bytes:
    return response.read1(65536)


#: What becomes of a redirected request: (status, request, whether it stays at its origin) to the next, or None.
Next = Callable[[int, Request, bool], Request | None]


def following(next_request: Next) -> Callable[[], Knobs]:
    """Return a client that follows redirects: with what becomes of the request, as far as it is not None."""

    def around(send: Send, account: Account) -> Send:
        def sent(request: Request, deadline: Deadline, fresh: bool) -> Answer:
            answer, url = send(request, deadline, fresh), account.base_url
            for _ in range(5):
                location = answer.headers.get("location")
                if answer.status not in {301, 302, 303, 307, 308} or location is None:
                    break
                url = urljoin(url, location)
                there, home = Address.of(url), Address.of(account.base_url)
                following = next_request(answer.status, request, there == home)
                if following is None:
                    break
                parts = urlsplit(url)
                target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
                transport = Transport(there, Wiring())
                answer = transport.send(replace(following, target=target.encode()), deadline, fresh=True)
            return answer

        return sent

    return lambda: Knobs(around=around)


def _everything(status: int, request: Request, home: bool) -> Request | None:
    return request if status in {307, 308} else replace(request, method="GET", body=b"")


def _as_a_get(status: int, request: Request, home: bool) -> Request | None:
    return None if status in {307, 308} else Request(method="GET", target=b"/")


def _at_home(status: int, request: Request, home: bool) -> Request | None:
    return request if home and status in {307, 308} else None


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        name="first-packet-is-the-answer",
        kills="CONN-001",
        diagnoses=("PIECES-NOT-JOINED",),
        summary="What the first reading of the socket brings is taken for the whole body.",
        knobs=lambda: Knobs(wiring=Wiring(read_body=_what_is_there, usable=lambda connection: False)),
        collateral=("CONN-*", "CONC-*", "SIZE-*", "PARSE-*", "NUM-*", "RETRY-010", "ERR-*", "PUB-*"),
    ),
    Mistake(
        name="cut-answers-taken",
        kills="CONN-002",
        diagnoses=("CUT-ANSWER-AS-DATA",),
        summary="An answer that was cut off is taken for an empty one.",
        knobs=taken_for_success(lambda failure: isinstance(failure, CutShort)),
        collateral=("CONN-*", "ERR-*", "RETRY-*"),
    ),
    Mistake(
        name="stalls-are-empty-answers",
        kills="CONN-003",
        diagnoses=("STALL-AS-SUCCESS",),
        summary="An answer that does not come in time is taken for an empty one.",
        knobs=taken_for_success(lambda failure: failure.kind == "timeout"),
        collateral=("CONN-*", "ERR-*", "RETRY-*", "CONC-*"),
    ),
    Mistake(
        name="resets-are-empty-answers",
        kills="CONN-004",
        diagnoses=("RESET-AS-SUCCESS",),
        summary="A connection that broke is taken for an empty answer.",
        knobs=taken_for_success(lambda failure: failure.kind == "network"),
        collateral=("CONN-*", "ERR-*", "RETRY-*"),
    ),
    Mistake(
        name="dead-connections-used",
        kills="CONN-005",
        diagnoses=("DEAD-CONNECTION-USED",),
        summary="A connection that the exchange has closed long since carries the next call.",
        knobs=lambda: Knobs(wiring=Wiring(usable=lambda connection: True, reuse_for_all=True), attempts=just_once),
        collateral=("CONN-*", "ERR-*", "RETRY-*"),
        features=("concurrent", "persistent_nonce"),
    ),
    Mistake(
        name="another-host-named",
        kills="CONN-009",
        diagnoses=("HOST-DIFFERS",),
        summary="The Host header names the exchange's own server, whatever the base URL.",
        knobs=lambda: Knobs(wiring=Wiring(authority=lambda address: "api.exchange.example")),
        collateral=("CANON-006", "SIGN-009"),
    ),
    Mistake(
        name="redirects-followed",
        kills="REDIR-001",
        diagnoses=("CREDENTIALS-FOLLOW-REDIRECT",),
        summary="Redirects are followed anywhere, with key, signature and body.",
        knobs=following(_everything),
        collateral=("REDIR-*", "RETRY-*", "NONCE-*", "SIGN-*", "CONN-009", "ERR-*", "SECR-*"),
    ),
    Mistake(
        name="redirected-post-becomes-get",
        kills="REDIR-003",
        diagnoses=("REDIRECT-AS-SUCCESS",),
        summary="A redirected order becomes a GET, and the page it brings a success.",
        knobs=following(_as_a_get),
        collateral=("REDIR-*", "CONN-009", "ERR-*"),
    ),
    Mistake(
        name="redirects-followed-at-home",
        kills="REDIR-004",
        diagnoses=("REDIRECT-FOLLOWED",),
        summary="A redirect to the same origin is followed with the same signed request.",
        knobs=following(_at_home),
        collateral=("REDIR-*", "RETRY-*", "NONCE-*", "SIGN-006", "ERR-*"),
    ),
)
