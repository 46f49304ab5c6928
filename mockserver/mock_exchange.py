"""MockExchange: the exchange as Python code sees it."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from mockserver.addresses import LOCAL, made_known, names_of, url_of
from mockserver.clock import Clock
from mockserver.core.desk import Balance, Deposit, Withdrawal
from mockserver.core.dialect import Dialect, Profile
from mockserver.core.exchange import Exchange
from mockserver.core.habits import dressed
from mockserver.core.keys import KeyState
from mockserver.core.log import Log
from mockserver.core.orders import Order
from mockserver.dialect_files import dialect_named, is_dialect_file
from mockserver.errors import NotRunning, SettingsError
from mockserver.handles import ClockHandle, FaultBoard, JournalView, KeyHandle, KeyLike, key_name
from mockserver.loop_thread import Crossing, LoopThread
from mockserver.settings import Settings
from mockserver.stores import is_durable
from mockserver.wire import ACTIVATION_PATH, Front, Wire, open_outbox
from signer import Credentials

if TYPE_CHECKING:
    from mockserver.certificates import Certificates
    from mockserver.tls import Tls

T = TypeVar("T")


class MockExchange:
    """A mock exchange on a real socket.

    `with MockExchange("poloniex") as exchange:` runs it in a thread of its own; `async with` in the running loop. Every
    method may be called from any thread.

    Args:
        dialect: The name of a dialect, or a dialect of your own.
        profile: `documented`, or `observed` for what live servers were seen to answer.
        habits: How the dialect is played where there are several ways: `{"regime": "A"}`; `Dialect.habits` lists them.
        host: The address to listen on.
        port: The port; 0 for any free one.
        seed: Whatever is drawn follows from it.
        market_maker: Whether a market maker moves the prices, the same way for the same seed.
        explain: Whether refusals carry the doctor's word in headers of their own; a key may ask for it by itself.
        rate_limits: Whether the dialect's rate limit is enforced.
        clock: A clock of your own.
        tls: True for TLS with a certificate of an authority made for the occasion (`ca_file`); a name of `TlsFlaw` for
            TLS that is wrong in this way; certificates made before, or a context of your own.
        front: Where it is called by name, as one of several.
        settings: Everything else, and all of the above; they are then ignored.

    Attributes:
        clock: The server's clock.
        faults: Where faults are planned.
        journal: What was received, judged and answered.
    """

    def __init__(
        self,
        dialect: str | Dialect = "reference",
        *,
        profile: str | Profile = Profile.DOCUMENTED,
        habits: Mapping[str, str] | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        seed: int = 0,
        market_maker: bool = False,
        explain: bool = False,
        rate_limits: bool = False,
        clock: Clock | None = None,
        tls: bool | str | Certificates | ssl.SSLContext = False,
        settings: Settings | None = None,
        front: Front | None = None,
    ) -> None:
        self._certificates: Certificates | None = None
        if settings is None:
            known = dialect if isinstance(dialect, Dialect) else dialect_named(dialect)
            self._certificates, context = made_known(tls, (host, *names_of(known)))
            settings = Settings(
                dialect=dialect if isinstance(dialect, str) else dialect.name,
                profile=Profile(profile),
                habits=dict(habits or {}),
                host=host,
                port=port,
                seed=seed,
                market_maker=market_maker,
                explain=explain,
                rate_limits=rate_limits,
                tls=context,
            )
        worn = (
            dressed(dialect, chosen=settings.habits)
            if isinstance(dialect, Dialect)
            else dialect_named(settings.dialect, settings.profile, **settings.habits)
        )
        # A file is read once; from here on its dialect goes by its name.
        settings = replace(settings, dialect=worn.name) if is_dialect_file(settings.dialect) else settings
        self.settings = settings
        self._clock = clock or Clock(settings.clock_offset_ms)
        self._exchange = Exchange(worn, settings, log=Log() if is_durable(settings.store) else None)
        self._outbox = open_outbox(self._exchange)
        self._wire = Wire(self._exchange, self._clock, self._outbox)
        if front is not None:
            front.admit(self._wire, names_of(self.dialect))
        elif settings.port is None:
            raise SettingsError("an exchange by itself needs a port; 0 for any free one")
        self._thread: LoopThread | None = None
        self._crossing: Crossing | None = None
        self._ports: list[int] = []
        self._other_port: int | None = None
        self.clock = ClockHandle(self._clock, self._call)
        self.faults = FaultBoard(self._exchange, self._call, self._wire.striker.holds.let_go)
        self.journal = JournalView(self._exchange)

    # Beginning and end.

    def __enter__(self) -> Self:
        """Start in a thread."""
        self._thread = LoopThread(uvloop=self.settings.uvloop, name=f"noncense-{self.dialect.name}")
        self._crossing = self._thread.crossing
        try:
            self._thread.run(self._open())
        except BaseException:
            self._end_thread()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        if self._thread is not None:
            try:
                self._thread.run(self._wire.close())
            finally:
                self._end_thread()
        self._let_go()

    async def _open(self) -> None:
        self._wire.start()
        if self.settings.port is not None:
            self._ports = [await self._wire.listen(self.settings.host, self.settings.port)]

    def share(self, port: int) -> None:
        """Take note of the port that it shares with others, where it has none of its own."""
        if self.settings.port is None:
            self._ports = [port]

    def _end_thread(self) -> None:
        thread, self._thread, self._crossing = self._thread, None, None
        if thread is not None:
            thread.stop()

    async def __aenter__(self) -> Self:
        """Start in the running loop."""
        self._crossing = Crossing(asyncio.get_running_loop(), threading.get_ident())
        await self._open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        await self._wire.close()
        self._crossing = None
        self._let_go()

    def _let_go(self) -> None:
        if self._outbox is not None:
            self._outbox.close()
        if self._certificates is not None:
            self._certificates.close()

    def _call(self, function: Callable[[], T]) -> T:
        """Call on the loop's thread, and keep what came of it before returning.

        Before the start and after the end there is nobody else to disturb.
        """
        outbox = self._outbox
        whole = function if outbox is None else lambda: outbox.kept(function)
        return whole() if self._crossing is None else self._crossing.call(whole)

    def at_once(self, function: Callable[[], T]) -> T:
        """Call a function within one moment of the exchange and return what it returns: no request is served meanwhile.

        So what it reads belongs together. It may use every method of this exchange, each of which crosses into the
        exchange's thread without it; waiting for a request in it is waiting for ever.
        """
        return self._call(function)

    # Where it is.

    @property
    def dialect(self) -> Dialect:
        """The exchange that is played."""
        return self._exchange.dialect

    @property
    def profile(self) -> Profile:
        """Which exchange is played: the documents', or the one that was seen."""
        return self._exchange.profile

    @property
    def port(self) -> int:
        """The port it listens on.

        Raises:
            NotRunning: It does not.
        """
        if not self._ports:
            raise NotRunning("the exchange is not running: use it in a with statement")
        return self._ports[0]

    @property
    def url(self) -> str:
        """Scheme, host and port; for one of several without a port of its own, a name below `localhost`."""
        if self.settings.port is None:
            return url_of(f"{self.dialect.name}.{LOCAL}", self.port, tls=self.settings.tls is not None)
        return self._url_of(self.port)

    @property
    def other_url(self) -> str:
        """The same exchange at another port; it starts to listen there when it is first asked.

        Raises:
            NotRunning: The exchange does not run in a thread.
        """
        if self._other_port is None:
            if self._thread is None:
                raise NotRunning("another address needs an exchange that runs in a thread")
            self._other_port = self._thread.run(self._wire.listen(self.settings.host, 0))
        return self._url_of(self._other_port)

    def open_door(self, tls: bool | str = False) -> str:
        """Listen at one more port, and return its address.

        Args:
            tls: As at the start. The authority is always the one of `ca_file`.

        Raises:
            NotRunning: The exchange does not run in a thread.
            SettingsError: There is no such flaw.
        """
        if self._thread is None:
            raise NotRunning("another address needs an exchange that runs in a thread")
        context: Tls | None = None
        if tls is not False:
            if self._certificates is None:
                self._certificates, context = made_known(tls, (self.settings.host, *names_of(self.dialect)))
            else:
                context = self._certificates.server_context(None if tls is True else tls)
        port = self._thread.run(self._wire.listen(self.settings.host, 0, context))
        return url_of(self.settings.host, port, tls=context is not None)

    def _url_of(self, port: int) -> str:
        return url_of(self.settings.host, port, tls=self.settings.tls is not None)

    @property
    def ca_file(self) -> str | None:
        """Where the authority's certificate lies, for an exchange that made its own; None otherwise."""
        return None if self._certificates is None else self._certificates.ca_file

    # Keys.

    def make_credentials(self) -> Credentials:
        """Draw credentials in the dialect's format that belong to nobody."""
        return self._call(self._exchange.registry.make_credentials)

    def create_key(
        self,
        *,
        permissions: Iterable[str] = ("read", "trade"),
        balances: Mapping[str, str] | None = None,
        key: str | None = None,
        secret: str | None = None,
        last_nonce: int = 0,
        addresses: Iterable[str] | None = None,
        state: str = "active",
        private_venue: bool = False,
        order_id_start: int | None = None,
        account_of: KeyLike | None = None,
        kind: str = "",
        conditions: Iterable[str] = (),
        explain: bool = False,
    ) -> KeyHandle:
        """Open an account and hand out a key to it, as `Registry.create_key` says.

        Raises:
            SettingsError: One of the settings makes no sense, or the key exists.
            LedgerError: A balance is no sum of a currency that is traded here.
        """
        created = self._call(
            lambda: self._exchange.registry.create_key(
                permissions=permissions,
                balances=balances,
                key=key,
                secret=secret,
                last_nonce=last_nonce,
                addresses=addresses,
                state=state,
                private_venue=private_venue,
                order_id_start=order_id_start,
                account_of=None if account_of is None else key_name(account_of),
                kind=kind,
                conditions=conditions,
                explain=explain,
            )
        )
        return KeyHandle(
            key=created.credentials.key,
            secret=created.credentials.secret,
            permissions=created.permissions,
            account=created.account,
            activation=created.activation,
        )

    def revoke(self, key: KeyLike) -> None:
        """Revoke a key."""
        self._call(lambda: self._exchange.registry.set_state(key_name(key), KeyState.REVOKED))

    def activate(self, key: KeyLike) -> None:
        """Activate a key that is pending or was revoked; its link is good for nothing then."""
        self._call(lambda: self._exchange.registry.set_state(key_name(key), KeyState.ACTIVE))

    def activation_url(self, key: KeyLike) -> str:
        """Return the link that activates a pending key once, as an exchange sends it by e-mail; "" for any other key.

        Raises:
            SettingsError: There is no such key.
            NotRunning: The exchange does not run.
        """
        link = self._call(lambda: self._exchange.registry.key(key_name(key)).activation)
        return f"{self.url}{ACTIVATION_PATH}{link}" if link else ""

    def change_key(
        self,
        key: KeyLike,
        *,
        permissions: Iterable[str] | None = None,
        addresses: Iterable[str] | None = None,
        conditions: Iterable[str] | None = None,
        explain: bool | None = None,
    ) -> None:
        """Change what a key may, from where, what stands against it, and whether its refusals are explained.

        None leaves things as they are.

        Raises:
            SettingsError: There is no such key, or one of these makes no sense.
        """
        self._call(
            lambda: self._exchange.registry.change(
                key_name(key), permissions=permissions, addresses=addresses, conditions=conditions, explain=explain
            )
        )

    def forget(self, key: KeyLike) -> None:
        """Forget a key, its nonces and, where it had one of its own, its venue. Its requests stay in the journal."""
        name = key_name(key)

        def forget() -> None:
            self._exchange.registry.forget(name)
            self._clock.forget_key(name)

        self._call(forget)

    def last_nonce(self, key: KeyLike) -> int:
        """Return the last accepted rising nonce of a key; 0 for a new one."""
        return self._exchange.nonces.last(key_name(key))

    def set_last_nonce(self, key: KeyLike, nonce: int) -> None:
        """Make this the last accepted nonce of a key."""
        self._call(lambda: self._exchange.operator.preset_nonce(key_name(key), nonce))

    # Accounts.

    def orders(self, key: KeyLike) -> tuple[Order, ...]:
        """Return the orders of a key's account as they are now, whatever their state, oldest first."""

        def read() -> tuple[Order, ...]:
            owner = self._exchange.registry.key(key_name(key))
            return owner.venue.orders_of(owner.account)

        return self._call(read)

    def withdrawals(self, key: KeyLike) -> tuple[Withdrawal, ...]:
        """Return the withdrawals of a key's account, oldest first."""

        def read() -> tuple[Withdrawal, ...]:
            owner = self._exchange.registry.key(key_name(key))
            return owner.venue.withdrawals_of(owner.account)

        return self._call(read)

    def balances(self, key: KeyLike) -> Mapping[str, Balance]:
        """Return what a key's account has of every currency, zeros too."""

        def read() -> Mapping[str, Balance]:
            owner = self._exchange.registry.key(key_name(key))
            return owner.venue.balances_of(owner.account)

        return self._call(read)

    def transfer(
        self, key: KeyLike, currency: str, amount: Decimal | str, *, source: str = "spot", target: str = "margin"
    ) -> None:
        """Move money between the wallets of a key's account: `spot`, `margin`, `lending`, `futures`.

        Raises:
            LedgerError: There is no such wallet or currency, or not as much.
        """
        self._call(
            lambda: self._exchange.operator.transfer(
                key_name(key), currency, amount, self._clock.now_ms(), source=source, target=target
            )
        )

    def deposit(self, key: KeyLike, currency: str, amount: Decimal | str, *, network: str | None = None) -> Deposit:
        """Let money come in from the world, as a customer's deposit.

        Raises:
            LedgerError: A currency that is not traded here, or no sum of money.
        """
        return self._call(
            lambda: self._exchange.operator.deposit(
                key_name(key), currency, amount, self._clock.now_ms(), network=network
            )
        )

    def settle_withdrawal(self, key: KeyLike, withdrawal_id: int, *, cancel: bool = False) -> Withdrawal:
        """Let a pending withdrawal arrive, or cancel it.

        Raises:
            LedgerError: There is no such one.
        """
        operator = self._exchange.operator
        settle = operator.cancel_withdrawal if cancel else operator.complete_withdrawal
        return self._call(lambda: settle(key_name(key), withdrawal_id, self._clock.now_ms()))

    def cancel_order(self, key: KeyLike, order_id: int) -> None:
        """Cancel an open order of a key's account, as the exchange itself may.

        Raises:
            LedgerError: There is no such one, or it is not open.
        """
        self._call(lambda: self._exchange.operator.cancel_order(key_name(key), order_id, self._clock.now_ms()))

    def freeze_account(self, key: KeyLike, *, frozen: bool = True) -> None:
        """Freeze a key's account, or lift the freeze."""
        self._call(lambda: self._exchange.operator.freeze(key_name(key), frozen=frozen))

    # Markets.

    def move_price(self, market: str, price: Decimal | str, *, key: KeyLike | None = None) -> None:
        """Have the market maker trade a market, `BASE/QUOTE`, to a price: at a key's venue, or at the shared one.

        Raises:
            LedgerError: There is no such market, or no such price.
        """
        name = None if key is None else key_name(key)
        self._call(lambda: self._exchange.operator.move_price(market, price, self._clock.now_ms(), key=name))

    def breathe(self, *, breathing: bool = True, key: KeyLike | None = None) -> None:
        """Have the market maker move the prices from now on, or let them stand: at a key's venue, or the shared one."""
        name = None if key is None else key_name(key)
        self._call(lambda: self._exchange.operator.breathe(self._clock.now_ms(), breathing=breathing, key=name))

    # Switches.

    def play(self, profile: str | Profile | None = None, **habits: str) -> None:
        """Have the exchange played in another way from now on: by another profile, with other habits.

        Raises:
            SettingsError: There is no such way, or the exchange is kept in a store.
        """
        wanted = self.profile if profile is None else Profile(profile)
        chosen = {**self._exchange.habits, **habits}
        dialect = dialect_named(self.dialect.name, wanted, **chosen)
        self._call(lambda: self._exchange.play(dialect, wanted, chosen))

    @property
    def maintenance(self) -> bool:
        """Whether the exchange is closed for maintenance."""
        return self._exchange.gate.maintenance is not None

    @maintenance.setter
    def maintenance(self, closed: bool) -> None:
        self._call(lambda: setattr(self._exchange.gate, "maintenance", 30 if closed else None))

    @property
    def rate_limits(self) -> bool:
        """Whether the dialect's rate limit is enforced."""
        return self._exchange.gate.rates_on

    @rate_limits.setter
    def rate_limits(self, enforced: bool) -> None:
        self._call(lambda: setattr(self._exchange.gate, "rates_on", enforced))

    def enforce(self, endpoint: str = "", *, enforced: bool = True) -> None:
        """Enforce one rate limit, or lift it, while `rate_limits` are on: an endpoint's own, or the dialect's.

        Raises:
            SettingsError: There is no such limit.
        """
        self._call(lambda: self._exchange.gate.enforce(endpoint, enforced=enforced))

    @property
    def single_use_nonces(self) -> bool:
        """Whether a random nonce that was used is refused."""
        return self._exchange.gate.single_use

    @single_use_nonces.setter
    def single_use_nonces(self, enforced: bool) -> None:
        self._call(lambda: setattr(self._exchange.gate, "single_use", enforced))

    @property
    def own_faults(self) -> tuple[str, ...]:
        """Internal faults of the exchange, one line each; empty unless we are wrong."""
        return tuple(self._exchange.own_faults)
