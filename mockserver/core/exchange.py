"""The conductor: a request and the time in; an answer and a page of the journal out.

A request goes through three steps, and harm may be planned between them: `begin` reads what it says, `judge` lets it
through the gate or not, `perform` does what it asks for. No step awaits, and none raises because of what a client sent.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from random import Random
from typing import TYPE_CHECKING

from mockserver.core.accounts import NOBODY
from mockserver.core.answers import Answer
from mockserver.core.desk import Desk
from mockserver.core.dialect import Dialect, Found, Profile
from mockserver.core.endpoint import Access
from mockserver.core.faults import FaultPlan
from mockserver.core.gate import Gate
from mockserver.core.journal import Entry, Journal
from mockserver.core.log import Log
from mockserver.core.nonces import MemoryNonces, NonceStore
from mockserver.core.operator import Operator
from mockserver.core.refusals import Refusal, Refused
from mockserver.core.registry import Registry
from mockserver.core.venue import Venue
from mockserver.core.visit import Visit
from mockserver.errors import SettingsError
from mockserver.settings import Settings
from signer import Credentials, Request

if TYPE_CHECKING:
    from mockserver.core.explaining import Explainer

_log = logging.getLogger("mockserver")

_PUBLIC = Access.PUBLIC  # an enum looks its members up slowly


class Exchange:
    """One exchange: its nonces, venues, keys, fault plan and journal. A fresh start is a new Exchange.

    Attributes:
        dialect: The exchange that is played.
        settings: What it was told at its start.
        gate: Who gets in; holds the keys and the switches for maintenance and rates.
        venue: The shared venue: public data, and every account without a venue of its own.
        registry: Opens accounts and hands out keys.
        operator: Acts on accounts and markets.
        nonces: What each key has used.
        faults: The fault plan.
        journal: What was received, decided and answered.
        log: Where everything is written down that has to survive; None where nothing has to. With a log the keys of the
            settings are not handed out before `hand_out` is called, for some may have been kept.
        unable: What is said to every request while what happens cannot be kept; None otherwise.
        own_faults: Our own internal faults, one line each; empty unless we are wrong.
        habits: The habits that somebody chose.
    """

    def __init__(
        self,
        dialect: Dialect,
        settings: Settings | None = None,
        *,
        nonces: NonceStore | None = None,
        log: Log | None = None,
    ) -> None:
        self.dialect = dialect
        self.settings = settings = settings or Settings(dialect=dialect.name)
        self.log = log
        self.unable: Refused | None = None
        self.nonces: NonceStore = nonces or MemoryNonces(log)
        self.gate = Gate(dialect, self.nonces, rates_on=settings.rate_limits, single_use=settings.single_use_nonces)
        self.venue = Venue(
            dialect.markets,
            dialect.opening_balances,
            settings.seed,
            id_start=dialect.order_ids_from,
            breathing=settings.market_maker,
        )
        self.registry = Registry(dialect, self.venue, self.gate, self.nonces, Random(settings.seed), settings.seed, log)
        self.operator = Operator(self.registry, self.venue, self.nonces, log)
        self.faults = FaultPlan()
        self.journal = Journal(entries=settings.journal_entries, size=settings.journal_bytes)
        self.own_faults: list[str] = []
        self._profile = settings.profile
        self.habits: Mapping[str, str] = dict(settings.habits)
        self._explainer: Explainer | None = None
        if log is None:
            self.hand_out(settings.credentials)

    def hand_out(self, given: Iterable[Credentials]) -> None:
        """Create the keys that shall exist from the start; those that exist already stay as they are.

        Raises:
            SettingsError: One of them exists with another secret.
        """
        for credentials in given:
            known = self.gate.keys.get(credentials.key)
            if known is None:
                self.registry.create_key(key=credentials.key, secret=credentials.secret)
            elif known.credentials.secret != credentials.secret:
                raise SettingsError(f"the key {credentials.key} exists already, with another secret")

    def begin(
        self,
        request: Request,
        now_ms: int,
        *,
        connection: int = 0,
        peer: str = "127.0.0.1",
        arrived_ns: int = 0,
        oversized: bool = False,
        unreadable: bytes = b"",
        size: int = 0,
    ) -> Visit:
        """Open a page of the journal for a request, find its endpoint, and read what it says about itself.

        Args:
            request: As it travelled.
            now_ms: The server's clock.
            connection: The number of the TCP connection.
            peer: The address at its other end.
            arrived_ns: The monotonic clock when the request was complete.
            oversized: Whether the body was too large to be read to its end.
            unreadable: The bytes, where they were no HTTP; `request` is then a stand-in, asked for its key alone.
            size: How many bytes it is, where somebody counted.
        """
        entry = Entry(self.journal.total + 1, connection, now_ms, arrived_ns, request)
        visit = Visit(entry, peer, now_ms, oversized=oversized)
        try:
            if unreadable:
                entry.unreadable = unreadable
                visit.named_key = self.dialect.scheme.read(request).key
            else:
                self._read(visit)
        except Exception as error:  # whatever goes wrong in here is ours
            self.fail(visit, error)
        self.journal.append(entry, visit.named_key, size or entry.size)
        return visit

    def _read(self, visit: Visit) -> None:
        entry, dialect = visit.entry, self.dialect
        route, read = dialect.route, dialect.scheme.read  # see `signer.signing.stages_of`
        found = route(visit.request)
        if isinstance(found, Found):
            visit.found = found
            endpoint = found.endpoint
            entry.endpoint = endpoint.name
            entry.operation = endpoint.operation
            if endpoint.access is not _PUBLIC:
                visit.fields = entry.fields = read(visit.request)
                visit.named_key = visit.fields.key
        else:
            visit.nowhere = found
            visit.named_key = read(visit.request).key

    def judge(self, visit: Visit, now_ms: int) -> None:
        """Let a request through the gate, or note why not. From the nonce's check on, the nonce is spent."""
        if visit.entry.refused is not None:
            return
        visit.now_ms = now_ms
        if self.unable is not None:
            visit.entry.refused = self.unable
            return
        try:
            visit.entry.refused = self.gate.judge(visit)
        except Exception as error:
            self.fail(visit, error)

    def perform(self, visit: Visit) -> Answer:
        """Do what an admitted request asks for, and write the answer; for a refused one write the refusal."""
        entry, answer = visit.entry, None
        if self.unable is not None:
            entry.refused = self.unable
        try:
            if entry.refused is None and visit.found is not None:
                answer = self._handle(visit, visit.found)
        except Exception as error:
            self.fail(visit, error)
        if answer is None:
            answer = self.refuse(visit, entry.refused or Refused(refusal=Refusal.INTERNAL_ERROR))
        else:
            entry.answer = answer
            self.journal.grow(entry, len(answer.body))
        visit.answer = answer
        entry.fold()
        if self.log is not None:
            self.settle(visit)
        return answer

    def settle(self, visit: Visit) -> None:
        """Write down a request that is over; or once more, when a fault has since changed how it ended."""
        if self.log is not None and (self.unable is None or visit.entry.refused is not self.unable):
            self.log.served(visit)

    def _handle(self, visit: Visit, found: Found) -> Answer | None:
        entry, endpoint, dialect = visit.entry, found.endpoint, self.dialect
        read, act, write = dialect.read_parameters, endpoint.handler, dialect.write_success
        parameters = read(visit.request, found)
        if isinstance(parameters, Refused):
            entry.refused = parameters
            return None
        key = visit.key
        venue, account = (self.venue, NOBODY) if key is None else (key.venue, key.account)
        logged = self.log is not None
        changes = venue.tally.changes if logged else 0
        desk = venue.desk(account, visit.now_ms)
        try:
            value = act(desk, parameters)
        finally:
            if logged:
                visit.changed = venue.tally.changes != changes
            if desk.effects:
                entry.effects = tuple(desk.effects)
        if isinstance(value, Refused):
            entry.refused = value
            return None
        return write(endpoint, value, visit.now_ms)

    def refuse(self, visit: Visit, refused: Refused) -> Answer:
        """Say no, in the dialect's words."""
        entry = visit.entry
        entry.refused = refused
        try:
            answer = self._written(refused, visit)
        except Exception as error:
            self.fail(visit, error)
            answer = Answer(status=500, body=b"")
        entry.answer = answer
        self.journal.grow(entry, len(answer.body))
        return answer

    def _written(self, refused: Refused, visit: Visit) -> Answer:
        row = self.dialect.row(refused)
        answer = self.dialect.write_refusal(refused, row, self._profile, visit.request, visit.now_ms)
        if (key := visit.key) is not None and (key.explained or self.settings.explain):
            return self._explaining().explain(visit, answer, self.nonces.last(key.credentials.key))
        return answer

    def _explaining(self) -> Explainer:
        """Return who explains refusals, sent for when the first of them is to be explained."""
        if self._explainer is None:
            from mockserver.core.explaining import Explainer  # the doctor takes its time to import

            self._explainer = Explainer(self.dialect.scheme, self.journal)
        return self._explainer

    @property
    def profile(self) -> Profile:
        """Which exchange is played: the documents', or the one that was seen."""
        return self._profile

    def play(self, dialect: Dialect, profile: Profile, habits: Mapping[str, str]) -> None:
        """Play the same exchange in another way from now on; keys, accounts and markets stay as they are.

        Args:
            dialect: The exchange as it is played by this profile and with these habits.
            profile: Which profile.
            habits: Those habits that somebody chose; the others are the profile's.

        Raises:
            SettingsError: It is another exchange, or this one is kept: what was done is done again by one set of rules.
        """
        if self.log is not None:
            raise SettingsError("an exchange that is kept in a store is played in one way")
        if dialect.name != self.dialect.name or dialect.scheme.name != self.dialect.scheme.name:
            raise SettingsError(f"{self.dialect.name} is played here, not {dialect.name}")
        self.dialect, self._profile, self.habits = dialect, profile, dict(habits)
        self.gate.play(dialect)
        self.registry.play(dialect)

    def do_again(self, request: Request, now_ms: int, *, peer: str) -> Answer:
        """Do what a request did before, past the gate and the journal: it was let in then.

        Args:
            request: As it travelled.
            now_ms: The server's clock when it was judged.
            peer: The address it came from.
        """
        entry = Entry(number=0, connection=0, server_ms=now_ms, arrived_ns=0, request=request)
        visit = Visit(entry, peer, now_ms)
        self._read(visit)
        if visit.found is not None and visit.found.endpoint.access is not Access.PUBLIC:
            visit.key = self.gate.keys.get(visit.named_key or "")
        return self.perform(visit)

    def handle(self, request: Request, now_ms: int, *, peer: str = "127.0.0.1") -> Entry:
        """Serve a request from beginning to end without a socket; its page of the journal holds the answer."""
        visit = self.begin(request, now_ms, peer=peer)
        self.judge(visit, now_ms)
        self.perform(visit)
        return visit.entry

    def desk(self, key: str, now_ms: int) -> Desk:
        """Return the desk of a key's account.

        Raises:
            SettingsError: There is no such key.
        """
        owner = self.registry.key(key)
        return owner.venue.desk(owner.account, now_ms)

    def fail(self, visit: Visit, error: Exception) -> None:
        """Note that we are wrong: an answer for the client, a line for ourselves, the trace on stderr."""
        target = visit.request.target[:80]
        self.own_faults.append(f"{type(error).__name__}: {error} ({visit.request.method} {target!r})")
        _log.error("an internal fault while serving %r", target, exc_info=error)
        visit.entry.refused = Refused(refusal=Refusal.INTERNAL_ERROR, detail="The exchange is at fault.")
