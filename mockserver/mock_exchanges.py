"""MockExchanges: several exchanges in one event loop, by one clock, at one address and at addresses of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Self

from mockserver.addresses import made_known, names_of, url_of
from mockserver.clock import Clock
from mockserver.core.dialect import Profile
from mockserver.dialect_files import dialect_named
from mockserver.errors import NotRunning, SettingsError
from mockserver.loop_thread import LoopThread
from mockserver.mock_exchange import MockExchange
from mockserver.settings import Settings
from mockserver.wire import Front, Limits

if TYPE_CHECKING:
    from mockserver.certificates import Certificates


class MockExchanges(Mapping[str, MockExchange]):
    """Several mock exchanges, each found under its dialect's name.

    All share one address, where the Host header says which is meant: `poloniex.localhost`, plain `poloniex`, or a name
    of the original, `poloniex.com`. An exchange that is given a port has that one to itself besides, where every Host
    will do.

        with MockExchanges("poloniex", "exmo@0") as exchanges:
            exchanges["exmo"].url        # a free port of its own
            exchanges["poloniex"].url    # http://poloniex.localhost: and the port of all of them

    `with` runs them in a thread; `async with` in the running loop.

    Args:
        exchanges: Names of dialects, each perhaps with `@` and a port; or settings, whose `port` may be None.
        host: The address to listen on; with settings, theirs counts.
        port: The port that all share; 0 for any free one.
        profile: `documented` or `observed`.
        seed: Whatever is drawn follows from it.
        rate_limits: Whether rate limits are enforced.
        clock: A clock of your own.
        tls: As for `MockExchange`; the certificate is for every name of all of them.

    Raises:
        SettingsError: There is none, or one twice.
    """

    def __init__(
        self,
        *exchanges: str | Settings,
        host: str = "127.0.0.1",
        port: int = 0,
        profile: str | Profile = Profile.DOCUMENTED,
        seed: int = 0,
        rate_limits: bool = False,
        clock: Clock | None = None,
        tls: bool | str | Certificates = False,
    ) -> None:
        if not exchanges:
            raise SettingsError("which exchanges?")
        told = [each if isinstance(each, Settings) else _read(each) for each in exchanges]
        names = (name for each in told for name in names_of(dialect_named(each.dialect)))
        self._certificates, self._tls = made_known(tls, (host, *names))
        self._clock = clock or Clock(told[0].clock_offset_ms)
        self._host, self._wanted_port = told[0].host if isinstance(exchanges[0], Settings) else host, port
        self._front = Front(Limits.told(told[0]), self._clock)
        self._exchanges: dict[str, MockExchange] = {}
        for given, read in zip(exchanges, told, strict=True):
            settings = read
            if not isinstance(given, Settings):
                settings = Settings(
                    dialect=read.dialect,
                    port=read.port,
                    host=host,
                    profile=Profile(profile),
                    seed=seed,
                    rate_limits=rate_limits,
                    tls=self._tls,
                )
            name = dialect_named(settings.dialect).name
            if name in self._exchanges:
                raise SettingsError(f"{name} is there twice")
            self._exchanges[name] = MockExchange(settings=settings, clock=self._clock, front=self._front)
        if self._tls is None:
            self._tls = told[0].tls
        self._thread: LoopThread | None = None
        self._stack = AsyncExitStack()
        self._port: int | None = None

    def __getitem__(self, name: str) -> MockExchange:
        """Return the exchange that plays a dialect."""
        return self._exchanges[name]

    def __iter__(self) -> Iterator[str]:
        """Go through the names of the dialects, in order."""
        return iter(self._exchanges)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._exchanges)

    def __enter__(self) -> Self:
        """Start in a thread."""
        uvloop = next(iter(self._exchanges.values())).settings.uvloop
        self._thread = LoopThread(uvloop=uvloop, name="noncense-exchanges")
        try:
            self._thread.run(self.__aenter__())
        except BaseException:
            self._thread.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        if self._thread is not None:
            try:
                self._thread.run(self._stack.aclose())
            finally:
                self._thread.stop()
                self._thread = None

    async def __aenter__(self) -> Self:
        """Start in the running loop."""
        async with AsyncExitStack() as stack:
            if self._certificates is not None:
                stack.callback(self._certificates.close)
            stack.push_async_callback(self._front.close)
            self._port = await self._front.listen(self._host, self._wanted_port, self._tls)
            for exchange in self._exchanges.values():
                exchange.share(self._port)
                await stack.enter_async_context(exchange)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        await self._stack.aclose()

    @property
    def names(self) -> Mapping[str, tuple[str, ...]]:
        """The names that each exchange is called by at the address that all share."""
        return self._front.names

    @property
    def port(self) -> int:
        """The port that all share.

        Raises:
            NotRunning: They do not run.
        """
        if self._port is None:
            raise NotRunning("the exchanges are not running: use them in a with statement")
        return self._port

    @property
    def url(self) -> str:
        """Scheme, host and port that all share; who calls there has to say in the Host header whom he means."""
        return url_of(self._host, self.port, tls=self._tls is not None)

    @property
    def ca_file(self) -> str | None:
        """Where the authority's certificate lies, for exchanges that made their own; None otherwise."""
        return None if self._certificates is None else self._certificates.ca_file


def _read(text: str) -> Settings:
    """Return what `NAME` or `NAME@PORT` says.

    Raises:
        SettingsError: The port is none.
    """
    name, at, port = text.partition("@")
    if at and not (port.isascii() and port.isdigit() and len(port) <= 5):
        raise SettingsError(f"{text}: behind the @ goes a port")
    return Settings(dialect=name, port=int(port) if at else None)
