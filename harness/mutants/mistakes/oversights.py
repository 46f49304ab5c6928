"""Oversights: each diagnosis of conduct that no bigger mistake leads to, by a wrong client of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import quote

from harness.mutants.attempt import Attempt
from harness.mutants.clock import pause
from harness.mutants.failures import Failure
from harness.mutants.knobs import Draft, Knobs, sign_afresh
from harness.mutants.messages import Account, Json, Wanted
from harness.mutants.mistakes.mistake import EVERYTHING, STAMPED, Mistake
from harness.mutants.mistakes.signatures import UNSIGNED, signed_over, with_hex
from harness.mutants.retrying import is_transient, reads_twice_more
from harness.mutants.spelling import Spelling, write
from harness.mutants.transport import Wiring
from signer import Credentials, Request, Signed

#: Longer than a call with a short limit is waited for.
_LONG_S = 20.0
#: Longer than a program that is told to end is waited for.
_FOR_EVER_S = 60.0


def _first_letter_large(raw: bytes) -> str:
    """Spell a digest in hex, its first letter as a capital."""
    spelled = raw.hex()
    at = next((at for at, letter in enumerate(spelled) if letter.isalpha()), 0)
    return spelled[:at] + spelled[at : at + 1].upper() + spelled[at + 1 :]


def _one_place_for_parameters() -> Knobs:
    """Return a client that keeps the parameters to be signed where every call writes its own."""
    written: list[Wanted] = []

    def wanted(right: Wanted) -> Wanted:
        written[:] = [right]
        if right.private:
            pause(0.005)
        return right

    def signing(draft: Draft) -> Signed:
        last = written[0] if written and written[0].private else draft.wanted
        if last == draft.wanted:
            return sign_afresh(draft)
        return signed_over(draft, replace(draft, request=write(last, Spelling())))

    return Knobs(wanted=wanted, signing=signing)


def _with_the_host(request: Request, account: Account) -> Request:
    return replace(request, target=b"//" + account.base_url.partition("://")[2].encode() + request.target)


def _as_many_bytes_as_characters(request: Request) -> bytes:
    return request.body[: len(request.body.decode("utf-8", "replace"))]


def _characters_of(request: Request) -> tuple[tuple[bytes, bytes], ...]:
    if request.body or request.method != "GET":
        return ((b"Content-Length", str(len(_as_many_bytes_as_characters(request))).encode()),)
    return ()


def _controls_left_alone(text: str) -> str:
    """Escape everything but the controls that no line ends with."""
    return "".join(letter if letter in "\t\0\x7f" else quote(letter, safe="") for letter in text)


def _stamped_once(attempt: Attempt) -> Json:
    """Try a read again with a new nonce, and the timestamp of the first attempt."""
    try:
        return attempt.transmit()
    except Failure as failure:
        if attempt.wanted.changes_state or not is_transient(failure):
            raise
    pause(0.03)
    return attempt.transmit(timestamp=attempt.timestamp)


def _heard_before() -> Knobs:
    """Return a client that answers from what another session, at another address, was told."""
    heard: dict[tuple[str, tuple[tuple[str, str], ...]], tuple[str, Json]] = {}

    def attempts(attempt: Attempt) -> Json:
        question = (attempt.wanted.operation, tuple((name, repr(value)) for name, value in attempt.wanted.pairs))
        address, answer = heard.get(question, (attempt.account.base_url, None))
        if address != attempt.account.base_url:
            return answer
        answer = reads_twice_more(attempt)
        heard[question] = (attempt.account.base_url, answer)
        return answer

    return Knobs(attempts=attempts)


def _watched(account: Account) -> None:
    """Start a thread that looks after the session, and that nobody ever tells to end."""
    threading.Thread(target=pause, args=(_FOR_EVER_S,), daemon=False).start()


def _with_the_configuration() -> Knobs:
    """Return a client whose results say which configuration they were had with."""
    accounts: list[Account] = []

    def result(operation: str, value: Json) -> Json:
        own = accounts[-1].credentials if accounts else None
        if own is None or not isinstance(value, Mapping):
            return value
        return {**value, "configuration": {"key": own.key, "secret": own.secret}}

    return Knobs(opened=accounts.append, result=result)


def _changed_places(own: Credentials, everybodys: object) -> Credentials:
    return Credentials(key=own.secret, secret=own.key)


def _waiting(seconds: float) -> Callable[[], Knobs]:
    return lambda: Knobs(wiring=Wiring(wait_s=lambda deadline: seconds))


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        name="signature-in-mixed-case",
        kills="SIGN-004",
        diagnoses=("SIGNATURE-MISSPELLED",),
        summary="The first letter of the signature is a capital.",
        knobs=lambda: with_hex(_first_letter_large),
        dialects=("reference", "exmo", "bitunix"),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="one-place-for-parameters",
        kills="SIGN-001",
        diagnoses=("SHARED-BETWEEN-CALLS",),
        summary="What is to be signed stands in one place for all calls, and a call that comes between writes over it.",
        knobs=_one_place_for_parameters,
        collateral=EVERYTHING,
    ),
    Mistake(
        name="host-in-the-target",
        kills="CANON-006",
        diagnoses=("HOST-IN-TARGET",),
        summary="Host and port stand in the request line, before the path.",
        knobs=lambda: Knobs(outgoing=_with_the_host),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="body-cut-to-its-characters",
        kills="ENC-006",
        diagnoses=("LENGTH-IN-CHARACTERS",),
        summary="So many bytes of the body are sent as it has characters.",
        knobs=lambda: Knobs(wiring=Wiring(framing=_characters_of, payload=_as_many_bytes_as_characters)),
        dialects=STAMPED,
        collateral=UNSIGNED,
    ),
    Mistake(
        name="controls-not-escaped",
        kills="UNI-003",
        diagnoses=("CONTROL-SENT-RAW",),
        summary="Control characters go into the URL as they are; line ends alone are escaped.",
        knobs=lambda: Knobs(spelling=Spelling(escape=_controls_left_alone), wiring=Wiring(guard=lambda request: None)),
        dialects=STAMPED,
        collateral=UNSIGNED,
    ),
    Mistake(
        name="waits-for-ever",
        kills="CONN-003",
        diagnoses=("CALL-HANGS",),
        summary="The client waits for an answer for as long as the connection stands.",
        knobs=_waiting(_LONG_S),
        collateral=("RETRY-*", "CONN-*", "CONC-*", "ERR-*", "PARSE-*", "TIME-*", "SECR-*"),
    ),
    Mistake(
        name="retry-keeps-the-timestamp",
        kills="RETRY-004",
        diagnoses=("RETRY-KEEPS-TIMESTAMP",),
        summary="A read is tried again with another nonce, and the timestamp of the first attempt.",
        knobs=lambda: Knobs(attempts=_stamped_once),
        dialects=STAMPED,
        collateral=("RETRY-*", "TIME-*", "RATE-*", "CONN-*"),
    ),
    Mistake(
        name="answers-of-another-session",
        kills="CONN-009",
        diagnoses=("WENT-ELSEWHERE",),
        summary="What one session was told at its address is the answer to another session, which has another address.",
        knobs=_heard_before,
        collateral=EVERYTHING,
    ),
    Mistake(
        name="program-does-not-end",
        kills="CONN-011",
        diagnoses=("PROGRAM-LINGERS",),
        summary="A thread that was started with the session keeps the program alive.",
        knobs=lambda: Knobs(opened=_watched),
        collateral=("CONN-*", "PERS-*", "CONC-*", "SIZE-004"),
        forms=("program",),
    ),
    Mistake(
        name="secret-in-results",
        kills="SECR-003",
        diagnoses=("SECRET-IN-ANSWER",),
        summary="What is returned holds the configuration of its session, and that holds the secret.",
        knobs=_with_the_configuration,
        collateral=("SECR-*", "NUM-*", "PARSE-*", "OPS-*"),
    ),
    Mistake(
        name="key-and-secret-swapped",
        kills="SECR-001",
        diagnoses=("KEY-AND-SECRET-SWAPPED",),
        summary="Key and secret were given in the wrong order.",
        knobs=lambda: Knobs(credentials=_changed_places),
        collateral=EVERYTHING,
    ),
)
