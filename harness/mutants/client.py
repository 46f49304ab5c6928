"""A client of one exchange: an operation in, a value or a failure out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from harness.mutants.attempt import Attempt
from harness.mutants.clock import Clock, Deadline
from harness.mutants.failures import Failure
from harness.mutants.keyring import Household, NoncePlan, Notes, Ring
from harness.mutants.knobs import Knobs
from harness.mutants.messages import Account, Answer, Json, Wanted
from harness.mutants.speakers import Speaker
from harness.mutants.transport import Address, Transport, trusting
from signer import Credentials

#: What an operation's success holds when it holds nothing.
EMPTY: Mapping[str, Json] = {"open_orders": [], "deposit_address": {"address": ""}, "place_order": {"order_id": ""}}


class Client:
    """One session: an account at an exchange, and a way to speak to it. Safe from several threads."""

    def __init__(self, account: Account, speaker: Speaker, knobs: Knobs, household: Household) -> None:
        """Open a session; nothing is sent.

        Raises:
            Failure: It cannot be opened (a base URL or a file that cannot be used).
        """
        self.account = account
        self.speaker = speaker
        self.knobs = knobs
        self.clock = Clock(account.clock_offset_ms)
        self.scheme = knobs.scheme(speaker.scheme)
        self.mailbox: list[Answer] = []
        self.memory: dict[str, Json] = {}
        address = Address.of(account.base_url)
        try:
            tls = trusting(account.ca_file) if address.scheme == "https" else None
        except OSError as error:
            raise Failure("tls", f"the certificates cannot be read: {error.strerror}") from None
        self._transport = Transport(address, knobs.wiring, tls)
        self.send: Callable[..., Answer] = knobs.around(
            lambda request, deadline, fresh: self._transport.send(request, deadline, fresh=fresh), account
        )
        self._household = household
        self._ring: Ring | None = None
        own = account.credentials
        if own is not None and not (own.key.strip() and own.secret.strip()):
            self.account = account = replace(account, credentials=None)
        elif own is not None:
            household.opened.append(own)
            self._ring = knobs.ring(household, account.dialect, own, self._new_ring)
        knobs.opened(account)

    def __repr__(self) -> str:
        return self.knobs.face(self.account)

    @property
    def ring(self) -> Ring:
        """The nonces of the session's key."""
        if self._ring is None:
            self._ring = self._new_ring()
        return self._ring

    def credentials(self) -> Credentials:
        """Return whose key and secret sign."""
        own = self.account.credentials or Credentials(key="", secret="")
        return self.knobs.credentials(own, self._household.opened)

    def call(self, operation: str, params: Mapping[str, Json]) -> Json:
        """Make one call.

        Args:
            operation: A name of the client contract.
            params: Its parameters.

        Returns:
            Its `ok` value.

        Raises:
            Failure: It failed, or nobody knows; the kind says which.
            KeyError: There is no such operation.
        """
        speak = self.speaker.operations[operation]
        talk = _Conversation(self, operation, Deadline(self.account.timeout_s))
        try:
            return self.knobs.result(operation, speak(talk, self.knobs.intent(operation, params)))
        except Failure as failure:
            reported = self.knobs.outcome(failure, talk.last or _nothing(operation), self.account)
            if reported is None:
                return EMPTY.get(operation, {})
            raise reported from None

    def close(self) -> None:
        """End the session."""
        self._transport.close()
        if self._ring is not None:
            self.knobs.closed(self._ring)

    def _new_ring(self) -> Ring:
        own = self.account.credentials
        notes = None
        if self.account.state_dir is not None and own is not None:
            notes = Notes(self.account.state_dir, own, self.clock)
        rule = self.scheme.nonce_rule
        plan = NoncePlan(scheme=self.scheme, clock=self.clock, account=self.account, notes=notes)
        return Ring(self.knobs.nonces(plan), rising=rule is not None and rule.rising)


class _Conversation:
    """One call's requests, all of them before one deadline."""

    def __init__(self, client: Client, operation: str, deadline: Deadline) -> None:
        self._client = client
        self._operation = operation
        self._deadline = deadline
        self.last: Wanted | None = None

    def ask(self, wanted: Wanted) -> Json:
        self.last = wanted
        return self._client.knobs.attempts(Attempt(self._client, wanted, self._deadline))

    def mapping(self, value: Json) -> Mapping[str, Json]:
        return self._client.knobs.mapping(value)

    def sequence(self, value: Json) -> Sequence[Json]:
        return self._client.knobs.sequence(value)

    def remembered(self, name: str, wanted: Wanted) -> Json:
        known = self._client.memory
        if name not in known:
            known[name] = self.ask(wanted)
        return known[name]


def _nothing(operation: str) -> Wanted:
    return Wanted(operation=operation, method="GET", path="/", private=False)
