"""Other ways to the exchange than its own address, made when a case first asks for one."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.beside.facts import Beside
from harness.beside.hop import Hop, Manner
from harness.beside.proxy import Proxy
from harness.beside.rewriter import Rewriter
from harness.beside.trap import Trap
from mockserver import MockExchange, SettingsError

if TYPE_CHECKING:
    from mockserver import Certificates

#: What a door's name begins with where it stands before a hop or a trap.
HOP, TRAP = "hop:", "trap:"
#: The names of doors with nothing wrong about them.
SOUND, CHAINED = "tls", "chained"
#: The door of a proxy that rewrites what proxies may.
REWRITER = "rewriter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a session gets to the exchange."""

    base_url: str
    ca_file: str | None = None


class NoSuchDoor(Exception):
    """This machine cannot make the door: its OpenSSL does not speak what was asked for."""


class Surroundings:
    """Everything that stands beside one exchange."""

    def __init__(self, exchange: MockExchange, answer: bytes) -> None:
        """Prepare; nothing is opened yet.

        Args:
            exchange: The exchange.
            answer: What a trap answers.
        """
        self._exchange = exchange
        self._answer = answer
        self._ways: dict[str, Way] = {}
        self._hops: list[Hop] = []
        self._traps: list[Trap] = []
        self._rewriters: list[Rewriter] = []
        self._proxy: Proxy | None = None
        self._certificates: Certificates | None = None
        self._mark = Beside()
        self.trouble: list[str] = []

    def way(self, door: str) -> Way:
        """Return the way through a door.

        Args:
            door: "tls" for TLS as it should be, "chained" with an authority in between, the name of a `TlsFlaw`;
                "hop:" and a `Manner`, with "tls" behind a plus sign for one that speaks TLS; "trap:" and how it fails.

        Raises:
            NoSuchDoor: This machine cannot make it.
        """
        if door not in self._ways:
            self._ways[door] = self._opened(door)
        return self._ways[door]

    def proxy_url(self) -> str:
        """Return the address of a proxy that asks for credentials, with them."""
        if self._proxy is None:
            self._proxy = Proxy(guarded=True, ports=())
        self._proxy.ports |= self.ports()
        return self._proxy.url

    def ports(self) -> set[int]:
        """Return the ports by which the exchange has been reached so far."""
        return {self._exchange.port, *(int(way.base_url.rpartition(":")[2]) for way in self._ways.values())}

    def begin(self) -> None:
        """Forget what was seen for earlier cases."""
        self._mark = self._counted()
        for hop in self._hops:
            hop.mark()

    def seen(self) -> Beside:
        """Return what has been seen since; sessions are closed by now, and get a moment to end their connections."""
        before, now = self._mark, self._counted()
        return Beside(
            in_clear=now.in_clear[len(before.in_clear) :],
            handshakes=now.handshakes - before.handshakes,
            passed=now.passed[len(before.passed) :],
            connections=now.connections - before.connections,
            left_open=sum(hop.open_connections() for hop in self._hops) if now.connections else 0,
            most_taken=max((hop.most_taken for hop in self._hops), default=0),
        )

    def close(self) -> None:
        """Close everything."""
        for one in (*self._hops, *self._traps, *self._rewriters, *([self._proxy] if self._proxy is not None else [])):
            one.close()
        if self._certificates is not None:
            self._certificates.close()

    def _counted(self) -> Beside:
        return Beside(
            in_clear=tuple(data for trap in self._traps for data in trap.in_clear),
            handshakes=sum(trap.handshakes for trap in self._traps),
            passed=tuple(self._proxy.passed) if self._proxy is not None else (),
            connections=sum(hop.connections for hop in self._hops),
        )

    def _opened(self, door: str) -> Way:
        if door.startswith(HOP):
            manner, _, tls = door.removeprefix(HOP).partition("+")
            hop = Hop(Manner(manner), self._exchange.port, self._context(None) if tls else None, self.trouble.append)
            self._hops.append(hop)
            return self._known(hop.port) if tls else Way(base_url=f"http://127.0.0.1:{hop.port}")
        if door.startswith(TRAP):
            trap = Trap(door.removeprefix(TRAP), self._context("untrusted"), self._answer)
            self._traps.append(trap)
            return self._known(trap.port)
        if door == REWRITER:
            self._rewriters.append(Rewriter(self._exchange.port))
            return Way(base_url=f"http://127.0.0.1:{self._rewriters[-1].port}")
        try:
            url = self._exchange.open_door(tls=True if door == SOUND else door)
        except SettingsError as problem:
            raise NoSuchDoor(str(problem)) from None
        return Way(base_url=url, ca_file=self._exchange.ca_file)

    def _known(self, port: int) -> Way:
        return Way(base_url=f"https://127.0.0.1:{port}", ca_file=self._own().ca_file)

    def _context(self, flaw: str | None) -> ssl.SSLContext:
        context = self._own().server_context(flaw)
        if not isinstance(context, ssl.SSLContext):
            raise TypeError("a hop has to speak TLS")
        return context

    def _own(self) -> Certificates:
        if self._certificates is None:
            from mockserver import Certificates  # and with it cryptography, which takes a while

            self._certificates = Certificates()
        return self._certificates
