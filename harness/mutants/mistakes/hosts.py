"""Mistakes about clocks that are not ours, hosts that are elsewhere, and traffic: families TIME, CONC, PUB and RATE."""

from __future__ import annotations

import calendar
import threading
import time
from collections.abc import Callable
from email.utils import parsedate, parsedate_to_datetime

from harness.mutants.clock import Clock, Deadline, pause, too_late
from harness.mutants.failures import Failure
from harness.mutants.keyring import NoncePlan, Nonces
from harness.mutants.knobs import Knobs, Send, behind_the_date
from harness.mutants.messages import Account, Answer, Json, Wanted
from harness.mutants.mistakes.mistake import ALL, FEATURES, RANDOM, RISING, STAMPED, Mistake
from harness.mutants.mistakes.together import anybodys_turn
from harness.mutants.mistakes.turns import always_one_at_a_time, spinning
from signer import Request, RisingNonces

#: What a client promises that goes by the exchange's clock.
PUNCTUAL = (*FEATURES, "server_time")
_SLOT_S = 0.05


def _never_learnt(answer: Answer, sent_ms: int, received_ms: int) -> int | None:
    return None


def _learnt_once() -> Knobs:
    known: list[int] = []

    def learn(answer: Answer, sent_ms: int, received_ms: int) -> int | None:
        if not known:
            known.append(behind_the_date(answer, sent_ms, received_ms) or 0)
        return known[0]

    return Knobs(learn=learn)


def _whatever_its_age(answer: Answer, sent_ms: int, received_ms: int) -> int | None:
    return round(parsedate_to_datetime(answer.headers["date"]).timestamp() * 1000 + 500 - received_ms)


def _since_it_was_sent(answer: Answer, sent_ms: int, received_ms: int) -> int | None:
    if "age" in answer.headers:
        return None
    return round(parsedate_to_datetime(answer.headers["date"]).timestamp() * 1000 + 500 - sent_ms)


def _local_ms(clock: Clock) -> int:
    """Return the time on the wall, taken for UTC."""
    return calendar.timegm(time.localtime(clock.now_s())) * 1000 + clock.now_ms() % 1000


def _local_moment(clock: Clock) -> Callable[[], int]:
    return lambda: _local_ms(clock)


def _summer_moment(clock: Clock) -> Callable[[], int]:
    """Return the time on the wall, turned back into UTC as if summer lasted for ever where there is one."""

    def moment() -> int:
        wall = time.localtime(clock.now_s())
        ahead_s = -time.altzone if time.daylight else -time.timezone
        return (calendar.timegm(wall) - ahead_s) * 1000 + clock.now_ms() % 1000

    return moment


def _dated_by_the_wall(parsed: Json, answer: Answer, wanted: Wanted, clock: Clock) -> Json:
    """Look whether the exchange's Date is ours, and take it for local time."""
    theirs = parsedate(answer.headers.get("date", ""))
    if theirs is not None and abs(time.mktime(theirs) - clock.now_s()) > 60:
        raise Failure("timestamp", "the exchange's clock is not ours")
    return parsed


def _local_nonces(plan: NoncePlan) -> Nonces:
    return RisingNonces(lambda: _local_ms(plan.clock))


def _timed_by_the_wall(send: Send, account: Account) -> Send:
    def timed(request: Request, deadline: Deadline, fresh: bool) -> Answer:
        end_s = time.time() + account.timeout_s
        answer = send(request, deadline, fresh)
        if time.time() > end_s:
            raise too_late(account.timeout_s)
        return answer

    return timed


def _one_lock_for_everything(send: Send, account: Account) -> Send:
    lock = threading.Lock()

    def locked(request: Request, deadline: Deadline, fresh: bool) -> Answer:
        with lock:
            return send(request, deadline, fresh)

    return locked


def _slots_behind_the_signing(send: Send, account: Account) -> Send:
    """Let one signed request go in each slot."""
    lock = threading.Lock()

    def limited(request: Request, deadline: Deadline, fresh: bool) -> Answer:
        with lock:
            pause(_SLOT_S)
        return send(request, deadline, fresh)

    return limited


def _reordering() -> Knobs:
    """Return a client whose limiter lets signed requests go in another order than they were signed in."""
    count = iter(range(10**9))

    def around(send: Send, account: Account) -> Send:
        def limited(request: Request, deadline: Deadline, fresh: bool) -> Answer:
            pause(0.03 if next(count) % 2 == 0 else 0.0)
            return send(request, deadline, fresh)

        return limited

    return Knobs(around=around, turn=anybodys_turn)


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        name="offset-never-learnt",
        kills="TIME-006",
        diagnoses=("OFFSET-NOT-LEARNT",),
        summary="The client promises to go by the exchange's clock, and goes by its own.",
        knobs=lambda: Knobs(learn=_never_learnt),
        dialects=STAMPED,
        collateral=("TIME-007",),
        features=PUNCTUAL,
    ),
    Mistake(
        name="offset-learnt-once",
        kills="TIME-007",
        diagnoses=("OFFSET-NOT-RENEWED",),
        summary="The offset of the exchange's clock is measured once, and kept for ever.",
        knobs=_learnt_once,
        dialects=STAMPED,
        collateral=("TIME-*",),
        features=PUNCTUAL,
    ),
    Mistake(
        name="offset-from-a-cache",
        kills="TIME-008",
        diagnoses=("OFFSET-MISJUDGED",),
        summary="The Date of an answer is believed, whatever its Age.",
        knobs=lambda: Knobs(learn=_whatever_its_age),
        dialects=STAMPED,
        collateral=("TIME-*",),
        features=PUNCTUAL,
    ),
    Mistake(
        name="offset-without-the-round-trip",
        kills="TIME-008",
        diagnoses=("OFFSET-MISJUDGED",),
        summary="The offset is taken against the moment of sending, however long the answer took.",
        knobs=lambda: Knobs(learn=_since_it_was_sent),
        dialects=STAMPED,
        collateral=("TIME-*",),
        features=PUNCTUAL,
    ),
    Mistake(
        name="timestamp-off-the-wall",
        kills="TIME-009",
        diagnoses=("TIMESTAMP-IN-LOCAL-TIME",),
        summary="The timestamp is the local time, which is right where the host's zone is UTC.",
        knobs=lambda: Knobs(moment=_local_moment),
        dialects=STAMPED,
        collateral=("CANON-002",),
    ),
    Mistake(
        name="timestamp-in-endless-summer",
        kills="TIME-009",
        diagnoses=("TIMESTAMP-IN-LOCAL-TIME",),
        summary="Local time is turned into UTC by the offset of summer, the whole year round.",
        knobs=lambda: Knobs(moment=_summer_moment),
        dialects=STAMPED,
        collateral=("CANON-002",),
    ),
    Mistake(
        name="date-read-as-local-time",
        kills="TIME-009",
        diagnoses=("HOST-SHOWS-THROUGH",),
        summary="The exchange's Date is compared with our clock as if it were local time.",
        knobs=lambda: Knobs(document=_dated_by_the_wall),
        dialects=RISING,
        collateral=("CANON-002", "TIME-*", "ERR-*"),
    ),
    Mistake(
        name="nonce-off-the-wall",
        kills="TIME-009",
        diagnoses=("NONCE-IN-LOCAL-TIME",),
        summary="The nonce is the local time in milliseconds.",
        knobs=lambda: Knobs(nonces=_local_nonces),
        dialects=RISING,
        collateral=("PERS-*", "CONC-005", "CONC-009"),
    ),
    Mistake(
        name="limits-by-the-wall-clock",
        kills="TIME-011",
        diagnoses=("TIMED-BY-THE-WALL-CLOCK",),
        summary="Whether a call took too long is read off the wall clock.",
        knobs=lambda: Knobs(around=_timed_by_the_wall),
        dialects=ALL,
    ),
    Mistake(
        name="one-by-one-without-need",
        kills="CONC-008",
        diagnoses=("SENT-ONE-BY-ONE",),
        summary="Calls follow one another although neither nonce nor timestamp asks for it.",
        knobs=lambda: Knobs(turn=always_one_at_a_time),
        dialects=RANDOM,
        collateral=("CONC-*", "RATE-004"),
    ),
    Mistake(
        name="public-in-the-same-queue",
        kills="PUB-003",
        diagnoses=("PUBLIC-WAITS-FOR-PRIVATE",),
        summary="Public calls wait until private ones have their answers.",
        knobs=lambda: Knobs(around=_one_lock_for_everything),
        dialects=RISING,
        collateral=("CONC-*",),
    ),
    Mistake(
        name="rate-refusal-spins",
        kills="RATE-003",
        diagnoses=("REFUSALS-FEED-TRAFFIC",),
        summary="A call that was refused for the rate is tried again at once, and again.",
        knobs=spinning("rate_limit"),
        collateral=("RATE-*", "RETRY-*", "ERR-*"),
    ),
    Mistake(
        name="limiter-ages-what-is-signed",
        kills="RATE-004",
        diagnoses=("TIMESTAMP-TAKEN-TOO-EARLY",),
        summary="Requests are signed first, and wait for a slot of the client's own limiter afterwards.",
        knobs=lambda: Knobs(around=_slots_behind_the_signing),
        dialects=RANDOM,
        collateral=("TIME-002", "CONC-*"),
    ),
    Mistake(
        name="limiter-reorders-what-is-signed",
        kills="RATE-004",
        diagnoses=("SENT-OUT-OF-ORDER",),
        summary="The client's own limiter lets signed requests go in another order than that of their nonces.",
        knobs=_reordering,
        dialects=RISING,
        collateral=("CONC-*", "CRED-003", "NONCE-003"),
    ),
)
