"""One request of a call, and its transmissions."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from harness.mutants.clock import Clock, Deadline
from harness.mutants.failures import Failure, Origin
from harness.mutants.knobs import Draft
from harness.mutants.messages import Answer, Json, Wanted
from harness.mutants.reading import json_of
from harness.mutants.spelling import write
from signer import Request, SignerError

if TYPE_CHECKING:
    from harness.mutants.client import Client


class Attempt:
    """One request that an operation wants, and everything needed to send it, once or again.

    Attributes:
        wanted: What is asked for.
        deadline: The end of the call.
        signed: The request as it was sent last.
        nonce: The nonce of the last transmission.
        timestamp: The timestamp of the last transmission.
    """

    def __init__(self, client: Client, wanted: Wanted, deadline: Deadline) -> None:
        self._client = client
        self.account = client.account
        self.wanted = wanted
        self.deadline = deadline
        self.signed: Request | None = None
        self.nonce: int | str | None = None
        self.timestamp: int | str | None = None

    def transmit(
        self,
        *,
        again: Request | None = None,
        nonce: int | str | None = None,
        timestamp: int | str | None = None,
        wanted: Wanted | None = None,
    ) -> Json:
        """Stamp, sign, send, read and judge.

        Args:
            again: A request to send as it is, instead of a new one.
            nonce: A nonce to use instead of a new one.
            timestamp: A timestamp to use instead of a new one.
            wanted: Something else to ask for.

        Raises:
            Failure: No answer, an unreadable one, or a refusal.
        """
        wanted = wanted or self.wanted
        client, knobs = self._client, self._client.knobs
        if knobs.needs_credentials(wanted) and client.account.credentials is None:
            raise Failure("authentication", f"{wanted.operation} needs an API key and a secret, and there are none")
        request = write(knobs.wanted(wanted), knobs.spelling)
        if not wanted.private:
            return self._judged(self._sent(knobs.public(request, client.account)))
        stamp = knobs.moment(client.clock)
        ring = client.ring
        try:
            with knobs.turn(ring, self.deadline):
                if again is None:
                    again = self._drawn_up(request, wanted, ring.nonces, nonce, stamp, timestamp)
                self.signed = again
                answer = self._sent(again)
            return self._judged(knobs.deliver(client.mailbox, answer))
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
        client, knobs = self._client, self._client.knobs
        self.nonce = nonces() if nonce is None else nonce
        self.timestamp = (stamp() if timestamp is None else timestamp) if client.scheme.time_rule else None
        draft = Draft(
            scheme=client.scheme,
            request=request,
            credentials=client.credentials(),
            nonce=self.nonce,
            timestamp=self.timestamp,
            account=client.account,
            wanted=wanted,
        )
        try:
            signed = knobs.signing(draft)
        except (SignerError, UnicodeError):
            raise Failure("authentication", "the key or the secret cannot be used for signing") from None
        return knobs.outgoing(signed.request, client.account)

    def _sent(self, request: Request) -> Answer:
        return self._client.send(request, self.deadline, self.wanted.changes_state)

    def _judged(self, answer: Answer) -> Json:
        client = self._client
        try:
            parsed = json_of(answer)
            refused = client.speaker.refusal(client.knobs.status(answer.status, parsed), parsed, self.wanted)
            if refused is not None:
                raise refused
            return client.knobs.document(parsed, answer, self.wanted, client.clock)
        except Failure as failure:
            failure.status = answer.status if failure.status is None else failure.status
            failure.retry_after_s = _seconds(answer.headers.get("retry-after"), client.clock)
            failure.sent = self.signed
            if failure.origin is Origin.LOCAL:
                failure.origin = Origin.UNREADABLE
            raise


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
