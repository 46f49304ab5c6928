"""The stages of the client as replaceable functions. Every default is right; a mistake replaces one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

from harness.mutants import reading
from harness.mutants.attempt import Attempt
from harness.mutants.clock import Clock, Deadline
from harness.mutants.failures import Failure
from harness.mutants.keyring import Household, NoncePlan, Nonces, Ring, documented_nonces, one_at_a_time
from harness.mutants.messages import Account, Answer, Json, Wanted
from harness.mutants.retrying import reads_twice_more
from harness.mutants.spelling import Spelling
from harness.mutants.transport import Wiring
from signer import Credentials, Request, Scheme, Signed, sign

#: A way to send a request and get its answer.
Send = Callable[[Request, Deadline, bool], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A request about to be signed, with what is to be signed into it."""

    scheme: Scheme
    request: Request
    credentials: Credentials
    nonce: int | str | None
    timestamp: int | str | None
    account: Account
    wanted: Wanted


def sign_afresh(draft: Draft) -> Signed:
    """Sign a draft as its scheme documents it."""
    return sign(draft.scheme, draft.request, draft.credentials, nonce=draft.nonce, timestamp_ms=draft.timestamp)


def moment_of_sending(clock: Clock) -> Callable[[], int | str]:
    """Read the clock when it is our turn, not before."""
    return clock.exchange_ms


def behind_the_date(answer: Answer, sent_ms: int, received_ms: int) -> int | None:
    """Learn from an answer how many milliseconds the exchange's clock is ahead of ours; None where it does not tell.

    The Date header has whole seconds, and was written somewhere between sending and receiving. Of an answer out of a
    cache, which has an Age, nothing is learnt.
    """
    if "age" in answer.headers:
        return None
    try:
        theirs_ms = parsedate_to_datetime(answer.headers["date"]).timestamp() * 1000 + 500
    except (KeyError, ValueError, OverflowError):
        return None
    return round(theirs_ms - (sent_ms + received_ms) / 2)


def shared_ring(household: Household, dialect: str, credentials: Credentials, make: Callable[[], Ring]) -> Ring:
    """Share a key's nonces among all sessions of the program."""
    return household.ring(dialect, credentials, make)


def discreet(account: Account) -> str:
    """Show a client without its secret."""
    return f"Client({account.dialect!r}, {account.base_url!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Knobs:
    """What a client is made of, in the order in which a call passes through it.

    Attributes:
        opened: Told when a session is opened.
        needs_credentials: Whether an operation cannot be tried without them (wanted.private).
        credentials: Whose key and secret are used: the session's own, out of all that were opened.
        intent: An operation's name and parameters, as the user gave them, to what is asked for.
        wanted: A request before it is spelled.
        spelling: How parameters are written.
        ring: Which nonces a session uses.
        nonces: Where they come from.
        after_failure: Told of a failed private request, with the ring.
        moment: Called before the turn; what it returns is called in the turn, for the timestamp.
        learn: An answer that refuses our clock, and when by it the request was sent and the answer received, to how far
            the exchange's clock is ahead; asked where the client goes by the exchange's clock.
        turn: Who may send.
        scheme: The scheme, as the client understood it.
        signing: A draft to a signed request.
        public: A public request, before it is sent.
        outgoing: A private request after it was signed.
        wiring: The parts of the transport.
        around: The sending of one request.
        closed: Told when a session with a key is closed.
        status: What the client takes for the HTTP status: (status, parsed body) in.
        parsing: An answer to JSON.
        document: A parsed answer, looked at once more; may raise.
        deliver: The answer that a call is given, after its turn: (mailbox of the session, answer) in.
        mapping: What counts as a JSON object.
        sequence: What counts as a JSON array.
        attempts: How often a request is tried.
        outcome: A failure to what is reported: a failure, or None for an empty success.
        result: An operation's `ok` value, once more.
        face: What `repr` shows.
    """

    opened: Callable[[Account], None] = lambda account: None
    needs_credentials: Callable[[Wanted], bool] = lambda wanted: wanted.private
    credentials: Callable[[Credentials, Sequence[Credentials]], Credentials] = lambda own, everybodys: own
    intent: Callable[[str, Mapping[str, Json]], Mapping[str, Json]] = lambda operation, params: params
    wanted: Callable[[Wanted], Wanted] = lambda wanted: wanted
    spelling: Spelling = field(default_factory=Spelling)
    ring: Callable[[Household, str, Credentials, Callable[[], Ring]], Ring] = shared_ring
    nonces: Callable[[NoncePlan], Nonces] = documented_nonces
    after_failure: Callable[[Ring, Failure], None] = lambda ring, failure: None
    moment: Callable[[Clock], Callable[[], int | str]] = moment_of_sending
    learn: Callable[[Answer, int, int], int | None] = behind_the_date
    turn: Callable[[Ring, Deadline], AbstractContextManager[None]] = one_at_a_time
    scheme: Callable[[Scheme], Scheme] = lambda scheme: scheme
    signing: Callable[[Draft], Signed] = sign_afresh
    public: Callable[[Request, Account], Request] = lambda request, account: request
    outgoing: Callable[[Request, Account], Request] = lambda request, account: request
    wiring: Wiring = field(default_factory=Wiring)
    around: Callable[[Send, Account], Send] = lambda send, account: send
    closed: Callable[[Ring], None] = lambda ring: None
    status: Callable[[int, Json], int] = lambda status, parsed: status
    parsing: Callable[[Answer], Json] = reading.json_of
    document: Callable[[Json, Answer, Wanted, Clock], Json] = lambda parsed, answer, wanted, clock: parsed
    deliver: Callable[[list[Answer], Answer], Answer] = lambda mailbox, answer: answer
    mapping: Callable[[Json], Mapping[str, Json]] = reading.tolerant_mapping
    sequence: Callable[[Json], Sequence[Json]] = reading.tolerant_sequence
    attempts: Callable[[Attempt], Json] = reads_twice_more
    outcome: Callable[[Failure, Wanted, Account], Failure | None] = lambda failure, wanted, account: failure
    result: Callable[[str, Json], Json] = lambda operation, value: value
    face: Callable[[Account], str] = discreet


RIGHT = Knobs()
