"""What was seen beside the exchange while a case was played."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A request that a proxy was given.

    Attributes:
        target: What it was asked for: an absolute URL, or host and port of a tunnel.
        tunnel: Whether a tunnel was asked for.
        authorized: Whether it carried the proxy's own credentials.
        known: Whether it was for the exchange.
    """

    target: str
    tunnel: bool
    authorized: bool
    known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A file that was written while the case was played, its bytes as latin-1 text."""

    path: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What was seen beside the exchange.

    Attributes:
        in_clear: What came without TLS to the port that speaks TLS alone, a connection each.
        handshakes: How many connections came to that port in all.
        passed: What the proxy was given.
        connections: How many connections came to the hop.
        left_open: How many of them the client still had open after it had closed its sessions.
        most_taken: The most bytes of one endless answer that the client took.
        written: Files that were written.
        command_lines: Command lines of processes that the client started.
        strangers: Addresses beyond this machine to which its processes were connected.
        descriptors: How many files and sockets the program had open before the case, and after its sessions were
            closed; None where that cannot be seen.
        peak_bytes: The most memory that the program took before the case and until its end; None likewise.
        growth: By how many bytes the program's memory has grown since its first case of this requirement, and how many
            calls it made meanwhile; None where that cannot be seen, and in the first case.
        watched: What could be seen of the program: "files", "processes", "network".
        lingered: Whether the program had to be killed when it was told to end.
        usual_late_ms: How late the machine woke a thread of ours, three times of four at most; 0 where nobody asked.
        worst_late_ms: How late it did at the worst; 0 likewise.
    """

    in_clear: tuple[bytes, ...] = ()
    handshakes: int = 0
    passed: tuple[Passed, ...] = ()
    connections: int = 0
    left_open: int = 0
    most_taken: int = 0
    written: tuple[Written, ...] = ()
    command_lines: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()
    descriptors: tuple[int, int] | None = None
    peak_bytes: tuple[int, int] | None = None
    growth: tuple[int, int] | None = None
    watched: frozenset[str] = frozenset()
    lingered: bool = False
    usual_late_ms: float = 0.0
    worst_late_ms: float = 0.0
