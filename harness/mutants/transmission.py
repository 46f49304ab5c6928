"""One request of a session on its way: stamped, signed, sent, and its answer read and judged."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import parsedate_to_datetime

from harness.mutants.clock import Clock, Deadline
from harness.mutants.failures import Failure, Origin
from harness.mutants.knobs import Draft
from harness.mutants.messages import Answer, Json, Wanted
from harness.mutants.session import Session
from harness.mutants.spelling import write
from signer import Request, SignerError


class Transmission:
    """An `Attempt` of one session."""

    def __init__(self, session: Session, wanted: Wanted, deadline: Deadline) -> None:
        self._session = session
        self.account = session.account
        self.wanted = wanted
        self.deadline = deadline
        self.signed: Request | None = None
        self.nonce: int | str | None = None
        self.timestamp: int | str | None = None
        self.learnt = False
        self._sent_ms = 0

    def transmit(
        self,
        *,
        again: Request | None = None,
        nonce: int | str | None = None,
        timestamp: int | str | None = None,
        wanted: Wanted | None = None,
    ) -> Json:
        """Stamp, sign, send, read and judge, as `Attempt` says."""
        wanted = wanted or self.wanted
        session, knobs = self._session, self._session.knobs
        if knobs.needs_credentials(wanted) and session.account.credentials is None:
            raise Failure("authentication", f"{wanted.operation} needs an API key and a secret, and there are none")
        request = write(knobs.wanted(wanted), knobs.spelling)
        if not wanted.private:
            return self._judged(self._sent(knobs.public(request, session.account)))
        stamp = knobs.moment(session.clock)
        ring = session.ring
        try:
            with knobs.turn(ring, self.deadline):
                if again is None:
                    again = self._drawn_up(request, wanted, ring.nonces, nonce, stamp, timestamp)
                self.signed = again
                answer = self._sent(again)
            return self._judged(knobs.deliver(session.mailbox, answer))
        except Failure as failure:
            knobs.after_failure(ring, failure)
            raise

    def _drawn_up(
        self,
        request: Request,
        wanted: Wanted,
        nonces: Callable[[], int | str],
        nonce: int | str | None,
        stamp: Callable[[], int | str],
        timestamp: int | str | None,
    ) -> Request:
        session, knobs = self._session, self._session.knobs
        self.nonce = nonces() if nonce is None else nonce
        self.timestamp = (stamp() if timestamp is None else timestamp) if session.scheme.time_rule else None
        draft = Draft(
            scheme=session.scheme,
            request=request,
            credentials=session.credentials(),
            nonce=self.nonce,
            timestamp=self.timestamp,
            account=session.account,
            wanted=wanted,
        )
        try:
            signed = knobs.signing(draft)
        except (SignerError, UnicodeError):
            raise Failure("authentication", "the key or the secret cannot be used for signing") from None
        return knobs.outgoing(signed.request, session.account)

    def _sent(self, request: Request) -> Answer:
        self._sent_ms = self._session.clock.now_ms()
        return self._session.send(request, self.deadline, self.wanted.changes_state)

    def _judged(self, answer: Answer) -> Json:
        session = self._session
        try:
            parsed = session.knobs.parsing(answer)
            refused = session.speaker.refusal(session.knobs.status(answer.status, parsed), parsed, self.wanted)
            if refused is not None:
                raise refused
            return session.knobs.document(parsed, answer, self.wanted, session.clock)
        except Failure as failure:
            if failure.kind == "timestamp" and session.account.server_time:
                self._learn(answer)
            failure.status = answer.status if failure.status is None else failure.status
            failure.retry_after_s = _seconds(answer.headers.get("retry-after"), session.clock)
            failure.sent = self.signed
            if failure.origin is Origin.LOCAL:
                failure.origin = Origin.UNREADABLE
            raise

    def _learn(self, answer: Answer) -> None:
        clock = self._session.clock
        behind_ms = self._session.knobs.learn(answer, self._sent_ms, clock.now_ms())
        if behind_ms is not None:
            clock.behind_ms, self.learnt = behind_ms, True


def _seconds(retry_after: str | None, clock: Clock) -> float | None:
    """Return what `Retry-After` asks for, a number of seconds or a date; None where it asks for nothing readable."""
    if retry_after is None:
        return None
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text) if len(text) < 12 else float("inf")
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - clock.now_s())
    except (ValueError, OverflowError):
        return None
