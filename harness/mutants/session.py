"""What one session is made of, and what it remembers from one call to the next."""

from __future__ import annotations

from dataclasses import replace

from harness.mutants.clock import Clock
from harness.mutants.failures import Failure
from harness.mutants.keyring import Household, NoncePlan, Notes, Ring
from harness.mutants.knobs import Knobs, Send
from harness.mutants.messages import Account, Answer, Json
from harness.mutants.proxying import Proxy
from harness.mutants.speakers import Speaker
from harness.mutants.transport import Address, Transport
from signer import Credentials


class Session:
    """An account at an exchange, with a line to it and the nonces of its key.

    Attributes:
        account: What it was opened with; without credentials where they were blank.
        speaker: How the exchange is spoken to.
        knobs: What the client is made of.
        clock: The client's clock.
        scheme: How requests are signed, as the client understood it.
        mailbox: Answers that a mistaken client keeps for other calls.
        memory: What was asked for once and need not be asked for again.
        send: Sends a request before a deadline: (request, deadline, whether only on a fresh connection) in.
    """

    def __init__(self, account: Account, speaker: Speaker, knobs: Knobs, household: Household) -> None:
        """Open it; nothing is sent.

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
            tls = knobs.wiring.trusting(account.ca_file) if address.scheme == "https" else None
        except OSError as error:
            raise Failure("tls", f"the certificates cannot be read: {error.strerror}") from None
        proxy = knobs.wiring.proxy(Proxy.of(account.proxy_url) if account.proxy_url else None)
        self._transport = Transport(address, knobs.wiring, tls, proxy)
        self.send: Send = knobs.around(
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

    @property
    def ring(self) -> Ring:
        """The nonces of the key."""
        if self._ring is None:
            self._ring = self._new_ring()
        return self._ring

    def credentials(self) -> Credentials:
        """Return whose key and secret sign."""
        own = self.account.credentials or Credentials(key="", secret="")
        return self.knobs.credentials(own, self._household.opened)

    def close(self) -> None:
        """End it."""
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
        return Ring(self.knobs.nonces(plan), rising=rule is not None and rule.rising, notes=notes)
