"""More mistakes of HTTP stacks: what adapters and interceptors do behind a client's back, and errors read by halves."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import replace

from harness.mutants.attempt import Attempt
from harness.mutants.clock import Deadline, pause
from harness.mutants.failures import Failure, Origin
from harness.mutants.knobs import Knobs, Send
from harness.mutants.messages import Account, Answer, Json, Wanted
from harness.mutants.mistakes.connections import following
from harness.mutants.mistakes.errors import reporting, taken_for_success
from harness.mutants.mistakes.mistake import Mistake
from harness.mutants.mistakes.together import released_unless
from harness.mutants.retrying import is_transient, reads_twice_more
from harness.mutants.transport import Wiring
from signer import Request, scheme_named

_AGAIN = ("RETRY-*", "NONCE-*", "SIGN-006", "TIME-003", "ERR-*", "RATE-*", "CONN-*", "CONC-*", "OPS-*", "SECR-*")


def _adapter_retries(statuses: Collection[int], *, tries: int = 3) -> Callable[[], Knobs]:
    """Return a client whose HTTP adapter sends a request again, as it is, after certain statuses."""

    def around(send: Send, account: Account) -> Send:
        def sent(request: Request, deadline: Deadline, fresh: bool) -> Answer:
            answer = send(request, deadline, fresh)
            for _ in range(tries - 1):
                if answer.status not in statuses or not deadline.allows(0.05):
                    break
                pause(0.005)
                answer = send(request, deadline, fresh)
            return answer

        return sent

    return lambda: Knobs(around=around)


def _adapter_reconnects(send: Send, account: Account) -> Send:
    def sent(request: Request, deadline: Deadline, fresh: bool) -> Answer:
        try:
            return send(request, deadline, fresh)
        except Failure as failure:
            if failure.kind != "network":
                raise
            return send(request, deadline, True)

    return sent


def _changes_again(when: Callable[[Attempt, Failure], bool]) -> Callable[[], Knobs]:
    def attempts(attempt: Attempt) -> Json:
        if not attempt.wanted.changes_state:
            return reads_twice_more(attempt)
        try:
            return attempt.transmit()
        except Failure as failure:
            if not when(attempt, failure):
                raise
        pause(0.01)
        return attempt.transmit()

    return lambda: Knobs(attempts=attempts)


def _gateway(attempt: Attempt, failure: Failure) -> bool:
    return failure.origin is not Origin.TRANSPORT and is_transient(failure)


def _broken_line(attempt: Attempt, failure: Failure) -> bool:
    return failure.origin is Origin.TRANSPORT and failure.kind == "network"


def _key_alone(status: int, request: Request, home: bool) -> Request | None:
    """Follow a redirect with the key, and without what signs the request."""
    kept = tuple(pair for pair in request.headers if pair[0].lower() in _KEYS)
    return replace(request, method="GET", headers=kept, body=b"")


def _reads_alone(status: int, request: Request, home: bool) -> Request | None:
    return request if request.method == "GET" else None


_KEYS = frozenset(
    scheme_named(name).places["key"].removeprefix("header ").lower().encode()
    for name in ("reference", "poloniex", "exmo", "bitunix")
)

_FAMILIAR = re.compile(rb'"(error|msg|detail|message)":\s?"[A-Z][a-z]')


def _unfamiliar(failure: Failure) -> bool:
    """Tell whether a refusal is one that the client's regular expression does not find in the answer."""
    if failure.origin is not Origin.REFUSAL:
        return False
    return _FAMILIAR.search(repr(failure.body).replace("'", '"').encode()) is None


def _by_status_alone(failure: Failure, wanted: Wanted, account: Account) -> Failure | None:
    if failure.origin is Origin.REFUSAL:
        kinds = {400: "invalid_request", 401: "authentication", 403: "permission", 404: "not_found", 422: "permission"}
        failure.kind = kinds.get(failure.status or 0, "unavailable")
    return failure


def _first_word(failure: Failure, wanted: Wanted, account: Account) -> Failure | None:
    if failure.origin is Origin.REFUSAL:
        return Failure(failure.kind, type(failure).__name__, origin=failure.origin)
    return failure


def _timeouts_are_refusals(failure: Failure, wanted: Wanted, account: Account) -> Failure | None:
    if wanted.changes_state and failure.kind in ("timeout", "network"):
        failure.kind = "order_not_found" if wanted.operation == "cancel_order" else "insufficient_funds"
    return failure


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        name="adapter-retries-gateways",
        kills="RETRY-004",
        diagnoses=("RETRY-KEEPS-NONCE", "RETRY-KEEPS-SIGNATURE", "REQUEST-REPLAYED"),
        summary="The HTTP adapter sends a request again, as it is, after a gateway's status.",
        knobs=_adapter_retries(frozenset({502, 503, 504})),
        collateral=_AGAIN,
    ),
    Mistake(
        name="adapter-reconnects",
        kills="RETRY-002",
        diagnoses=("REQUEST-REPLAYED",),
        summary="The HTTP adapter opens a new connection after a broken one, and sends the same bytes on it.",
        knobs=lambda: Knobs(around=_adapter_reconnects),
        collateral=_AGAIN,
    ),
    Mistake(
        name="orders-again-after-a-gateway",
        kills="RETRY-001",
        diagnoses=("EFFECT-TWICE",),
        summary="An order is placed again after a gateway's status, behind which it may stand.",
        knobs=_changes_again(_gateway),
        collateral=_AGAIN,
    ),
    Mistake(
        name="orders-again-after-a-broken-line",
        kills="RETRY-001",
        diagnoses=("EFFECT-TWICE",),
        summary="An order is placed again after its connection broke, and never after a timeout.",
        knobs=_changes_again(_broken_line),
        collateral=_AGAIN,
    ),
    Mistake(
        name="redirects-followed-with-the-key",
        kills="REDIR-001",
        diagnoses=("CREDENTIALS-FOLLOW-REDIRECT",),
        summary="A redirect is followed by a GET without the signature, and with the key.",
        knobs=following(_key_alone),
        collateral=("REDIR-*", "RETRY-*", "NONCE-*", "SIGN-*", "CONN-009", "ERR-*", "SECR-*", "TLS-*"),
    ),
    Mistake(
        name="redirected-reads-followed",
        kills="REDIR-001",
        diagnoses=("CREDENTIALS-FOLLOW-REDIRECT",),
        summary="Redirects of a GET are followed, as browsers do, with all its headers.",
        knobs=following(_reads_alone),
        dialects=("reference", "bitunix"),
        collateral=("REDIR-*", "RETRY-*", "NONCE-*", "SIGN-*", "CONN-009", "ERR-*", "SECR-*", "TLS-*"),
    ),
    Mistake(
        name="errors-by-regular-expression",
        kills="ERR-011",
        diagnoses=("ODD-ERROR-AS-SUCCESS",),
        summary="A refusal is one where a regular expression finds a sentence behind error or msg.",
        knobs=taken_for_success(_unfamiliar),
        collateral=("*",),
    ),
    Mistake(
        name="kinds-by-status",
        kills="ERR-006",
        diagnoses=("WANT-OF-MONEY-MISNAMED",),
        summary="What a refusal is about is told by the HTTP status alone.",
        knobs=reporting(_by_status_alone),
        collateral=("ERR-*", "RETRY-*", "NONCE-*", "TIME-*", "NUM-*", "RATE-*", "CRED-*"),
    ),
    Mistake(
        name="class-name-for-a-message",
        kills="ERR-008",
        diagnoses=("ERROR-WITHOUT-WORDS",),
        summary="What the exchange says is replaced by the name of an exception.",
        knobs=reporting(_first_word),
        collateral=("ERR-*",),
    ),
    Mistake(
        name="open-outcome-is-a-reason",
        kills="ERR-012",
        diagnoses=("OPEN-OUTCOME-AS-REFUSAL",),
        summary="An order whose answer was lost is reported as one for which the money is lacking.",
        knobs=reporting(_timeouts_are_refusals),
        collateral=("ERR-*", "RETRY-*", "CONN-*", "CONC-*"),
    ),
    Mistake(
        name="lock-kept-after-a-refusal",
        kills="CONC-007",
        diagnoses=("QUEUE-BLOCKED",),
        summary="Only an answer that was read, or a connection that broke, gives the lock back.",
        knobs=released_unless(lambda failure: failure.origin in (Origin.UNREADABLE, Origin.REFUSAL)),
        collateral=("*",),
    ),
    Mistake(
        name="half-a-minute-for-each-read",
        kills="RETRY-010",
        diagnoses=("TIME-LIMIT-EXCEEDED",),
        summary="The time limit holds for the connection, and reading may take twice as long.",
        knobs=lambda: Knobs(wiring=Wiring(wait_s=lambda deadline: 2 * deadline.limit_s)),
        collateral=("RETRY-*", "CONN-*", "CONC-*", "ERR-*", "TIME-*"),
    ),
)
