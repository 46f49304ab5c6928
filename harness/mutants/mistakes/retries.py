"""Mistakes of trying again: the families RETRY and RATE."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

from harness.mutants.attempt import Attempt
from harness.mutants.clock import Deadline, pause
from harness.mutants.failures import Failure, Origin
from harness.mutants.knobs import Knobs, Send
from harness.mutants.messages import Account, Answer, Json
from harness.mutants.mistakes.mistake import RISING, Mistake
from harness.mutants.retrying import is_transient, just_once, reads_twice_more
from harness.mutants.transport import Wiring
from signer import Request

#: How each exchange calls the client's own order id.
ORDER_IDS = {
    "reference": "client_order_id",
    "poloniex": "clientOrderId",
    "exmo": "client_id",
    "bitunix": "clientId",
}


def _again(
    when: Callable[[Attempt, Failure], bool], again: Callable[[Attempt], Json], *, times: int = 2, pause_s: float = 0.01
) -> Callable[[], Knobs]:
    """Return a client that tries again, in a way of its own, and as the right one does in all other cases."""

    def attempts(attempt: Attempt) -> Json:
        try:
            return reads_twice_more(attempt) if not when(attempt, _ANY) else attempt.transmit()
        except Failure as failure:
            last = failure
        for _ in range(times):
            if not when(attempt, last) or not attempt.deadline.allows(2 * pause_s):
                break
            pause(pause_s)
            try:
                return again(attempt)
            except Failure as failure:
                last = failure
        raise last

    return lambda: Knobs(attempts=attempts)


#: Stands for whatever may go wrong, when it is asked whether a way of trying again is meant for a request at all.
_ANY = Failure("network", "any", origin=Origin.TRANSPORT)


def _lost(failure: Failure) -> bool:
    return is_transient(failure) or (failure.origin is Origin.TRANSPORT and failure.kind == "timeout")


def _change_lost(attempt: Attempt, failure: Failure) -> bool:
    return attempt.wanted.changes_state and _lost(failure)


def _order_lost(attempt: Attempt, failure: Failure) -> bool:
    return attempt.wanted.operation == "place_order" and _lost(failure)


def _read_lost(attempt: Attempt, failure: Failure) -> bool:
    return not attempt.wanted.changes_state and _lost(failure)


def _with_another_id(attempt: Attempt) -> Json:
    name = ORDER_IDS.get(attempt.account.dialect, ORDER_IDS["reference"])
    pairs = tuple(pair for pair in attempt.wanted.pairs if pair[0] != name)
    drawn = str(random.SystemRandom().randrange(1, 10**15))
    return attempt.transmit(wanted=replace(attempt.wanted, pairs=(*pairs, (name, drawn))))


def _as_it_was(attempt: Attempt) -> Json:
    return attempt.transmit(again=attempt.signed)


def _with_the_same_nonce(attempt: Attempt) -> Json:
    return attempt.transmit(nonce=attempt.nonce)


def _replaying(send: Send, account: Account) -> Send:
    def sent(request: Request, deadline: Deadline, fresh: bool) -> Answer:
        try:
            return send(request, deadline, fresh)
        except Failure as failure:
            if not failure.dropped:
                raise
            return send(request, deadline, fresh)

    return sent


def _impatient(attempt: Attempt) -> Json:
    for _ in range(3):
        try:
            return attempt.transmit()
        except Failure as failure:
            if attempt.wanted.changes_state or not (is_transient(failure) or failure.kind == "rate_limit"):
                raise
            pause(0.01)
    return attempt.transmit()


def _refused_for_good(attempt: Attempt, failure: Failure) -> bool:
    return failure.origin is Origin.REFUSAL and not is_transient(failure)


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        name="orders-sent-again",
        kills="RETRY-001",
        diagnoses=("EFFECT-TWICE",),
        summary="A call whose answer was lost is made again, with a new nonce, although it may have taken effect.",
        knobs=_again(_change_lost, just_once),
        collateral=("RETRY-*", "ERR-012", "OPS-*", "CONN-*", "RATE-*"),
    ),
    Mistake(
        name="dropped-requests-replayed",
        kills="RETRY-002",
        diagnoses=("REQUEST-REPLAYED",),
        summary="When a connection that had served before breaks, the same bytes are sent again on another.",
        knobs=lambda: Knobs(around=_replaying, wiring=Wiring(reuse_for_all=True)),
        collateral=("RETRY-*", "NONCE-*", "SIGN-006", "ERR-*", "CONN-*"),
    ),
    Mistake(
        name="another-order-id-for-the-retry",
        kills="RETRY-003",
        diagnoses=("ORDER-ID-NOT-KEPT",),
        summary="An order is retried with another client order id.",
        knobs=_again(_order_lost, _with_another_id),
        collateral=("RETRY-*", "ERR-012", "OPS-*", "CONN-*", "RATE-*"),
    ),
    Mistake(
        name="retries-not-signed-anew",
        kills="RETRY-004",
        diagnoses=("RETRY-KEEPS-NONCE",),
        summary="A read is retried with the nonce, timestamp and signature of the first attempt.",
        knobs=_again(_read_lost, _as_it_was),
        collateral=("RETRY-*", "NONCE-*", "SIGN-006", "TIME-003", "ERR-*", "RATE-*", "CONN-*"),
    ),
    Mistake(
        name="retries-without-end",
        kills="RETRY-005",
        diagnoses=("RETRIES-WITHOUT-END",),
        summary="A read is retried for as long as there is time.",
        knobs=_again(_read_lost, just_once, times=1000, pause_s=0.003),
        collateral=("RETRY-*", "RATE-*", "CONN-*", "ERR-*"),
    ),
    Mistake(
        name="final-refusals-retried",
        kills="RETRY-006",
        diagnoses=("FINAL-REFUSAL-RETRIED",),
        summary="What was refused for good is asked for again.",
        knobs=_again(_refused_for_good, just_once),
        collateral=("RETRY-*", "NONCE-01*", "TIME-*", "RATE-*", "ERR-*", "CRED-*"),
    ),
    Mistake(
        name="promised-retries-not-made",
        kills="RETRY-007",
        diagnoses=("READ-NOT-RETRIED",),
        summary="The client promises to retry and does not.",
        knobs=lambda: Knobs(attempts=just_once),
        collateral=("RETRY-*", "TIME-003", "RATE-*", "CONN-005"),
    ),
    Mistake(
        name="retry-hides-the-cause",
        kills="RETRY-009",
        diagnoses=("CAUSE-HIDDEN-BY-RETRY",),
        summary="A lost call is repeated with its nonce, and the refusal of that is what the user hears of.",
        knobs=_again(_change_lost, _with_the_same_nonce),
        dialects=RISING,
        collateral=("RETRY-*", "NONCE-*", "ERR-*", "SIGN-006", "CONN-*", "TIME-003", "OPS-*"),
    ),
    Mistake(
        name="limit-for-each-read",
        kills="RETRY-010",
        diagnoses=("TIME-LIMIT-EXCEEDED",),
        summary="The time limit, and three times as much of it, is granted to each piece of the answer.",
        knobs=lambda: Knobs(wiring=Wiring(wait_s=lambda deadline: 3 * deadline.limit_s)),
        collateral=("RETRY-*", "CONN-*", "CONC-006", "ERR-*"),
    ),
    Mistake(
        name="retry-after-not-heard",
        kills="RATE-002",
        diagnoses=("RETRY-AFTER-IGNORED",),
        summary="A retry does not wait for the time that the exchange asks for.",
        knobs=lambda: Knobs(attempts=_impatient),
        dialects=("reference",),
        collateral=("RETRY-*", "RATE-*"),
    ),
)
