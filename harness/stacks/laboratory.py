"""Measures stacks: servers and a program for each matter and mode, three times over, and what came of every probe."""

from __future__ import annotations

import ssl
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from harness.stacks.arrivals import Book
from harness.stacks.conversing import converse
from harness.stacks.origin import Origin
from harness.stacks.probes import MODES, Matter, Mode, Probe, of_matter
from harness.stacks.roster import Stack
from harness.stacks.seeing import Outcome, outcome_of
from harness.stacks.starting import Bench, Missing, Ready

#: How long a call may take that is not about slowness.
PATIENCE_S = 30.0

#: What became of a probe, once for each repetition.
Outcomes = Mapping[tuple[Mode, str], tuple[Outcome, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What shall be measured.

    Attributes:
        stacks: Which stacks.
        matters: What about them.
        modes: In which modes, where these make sense.
        repeats: How often.
        slow_s: How long an answer that never comes is waited for.
        jobs: How many programs run side by side; those that wait for what never comes are not counted.
    """

    stacks: tuple[Stack, ...]
    matters: tuple[Matter, ...] = tuple(Matter)
    modes: tuple[Mode, ...] = tuple(Mode)
    repeats: int = 3
    slow_s: float = 20.0
    jobs: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One stack, measured."""

    stack: Stack
    version: str
    runtime: str
    outcomes: Outcomes = field(default_factory=dict)


def measure(
    wanted: Wanted, *, installed: Path | None = None, tell: Callable[[str], None] = lambda _: None
) -> tuple[Measured | Missing, ...]:
    """Measure stacks, and return what was found in the order in which they were asked for.

    Args:
        wanted: What shall be measured.
        installed: The folder that `noncense stacks --install` filled; None for none.
        tell: Told what is being done, in a line each.
    """
    # Here, because findings ask what was measured, and need no certificates for that.
    from mockserver import Certificates

    with tempfile.TemporaryDirectory(prefix="noncense-stacks-", ignore_cleanup_errors=True) as work:
        certificates = Certificates()
        try:
            bench = Bench(Path(work), certificates.ca_file, installed)
            found: dict[str, Ready | Missing] = {}
            for stack in wanted.stacks:
                tell(f"{stack.name}: prepared")
                found[stack.name] = bench.prepare(stack)
            ready = [one for one in found.values() if isinstance(one, Ready)]
            tls = certificates.server_context()
            if not isinstance(tls, ssl.SSLContext):
                raise TypeError("an origin has to speak TLS")
            outcomes = _Laboratory(bench, tls, wanted, tell).measure(ready)
        finally:
            certificates.close()
    return tuple(
        one
        if isinstance(one, Missing)
        else Measured(stack=one.stack, version=one.version, runtime=one.runtime, outcomes=outcomes[one.stack.name])
        for one in found.values()
    )


class _Laboratory:
    def __init__(self, bench: Bench, tls: ssl.SSLContext, wanted: Wanted, tell: Callable[[str], None]) -> None:
        self._bench = bench
        self._tls = tls
        self._wanted = wanted
        self._tell = tell
        self._called_off = threading.Event()

    def measure(self, ready: Sequence[Ready]) -> Mapping[str, Outcomes]:
        """Measure everything, what is quick side by side, and what waits all at once beside it."""
        runs = [
            (one, matter, mode)
            for one in ready
            for matter in self._wanted.matters
            for mode in MODES[matter]
            if mode in self._wanted.modes
            for _ in range(self._wanted.repeats)
        ]
        waiting = sum(matter is Matter.SLOW for _, matter, _ in runs)
        collected: dict[str, dict[tuple[Mode, str], list[Outcome]]] = {one.stack.name: {} for one in ready}
        with (
            ThreadPoolExecutor(max_workers=self._wanted.jobs) as quick,
            ThreadPoolExecutor(max_workers=max(waiting, 1)) as slow,
        ):
            futures: list[tuple[Ready, Mode, Future[Mapping[str, Outcome]]]] = []
            try:
                for one, matter, mode in runs:
                    pool = slow if matter is Matter.SLOW else quick
                    futures.append((one, mode, pool.submit(self._run, one, matter, mode)))
                for one, mode, future in futures:
                    for name, outcome in future.result().items():
                        collected[one.stack.name].setdefault((mode, name), []).append(outcome)
            except BaseException:
                # Whoever loses patience does not wait for what waits for ever.
                self._called_off.set()
                quick.shutdown(wait=False, cancel_futures=True)
                slow.shutdown(wait=False, cancel_futures=True)
                raise
        return {
            name: {place: tuple(outcomes) for place, outcomes in found.items()} for name, found in collected.items()
        }

    def _run(self, ready: Ready, matter: Matter, mode: Mode) -> Mapping[str, Outcome]:
        """Run a stack's program through the probes of a matter, once."""
        probes = of_matter(matter)
        patience_s = self._wanted.slow_s if matter is Matter.SLOW else PATIENCE_S
        book = Book()
        with ExitStack() as closing:

            def opened(name: str, tls: ssl.SSLContext | None = None) -> Origin:
                origin = Origin(name, book, tls)
                closing.callback(origin.close)
                return origin

            calls, watched = (
                _redirects(probes, opened, self._tls) if matter is Matter.REDIRECTED else _apart(probes, opened)
            )
            said = converse(
                self._bench.command(ready, mode),
                calls,
                environment=self._bench.environment,
                folder=self._bench.work,
                patience_s=patience_s,
                called_off=self._called_off.is_set,
            )
        self._tell(f"{ready.stack.name}: {matter}, {mode}")
        return {
            probe.name: outcome_of(probe, book.of(probe.name), said[place], patience_s=patience_s)
            for probe, place in zip(probes, watched, strict=True)
        }


def _apart(probes: Sequence[Probe], opened: Callable[[str], Origin]) -> tuple[list[str], list[int]]:
    """Return the calls that a program makes, and which of them are watched; each probe has a server of its own.

    So nothing that an odd answer leaves behind on a connection can be taken for the next probe's answer.
    """
    calls: list[str] = []
    watched: list[int] = []
    for probe in probes:
        host = "localhost" if probe.named else "127.0.0.1"
        base = f"http://{host}:{opened('http').port}/{probe.name}"
        if probe.before is not None:
            calls.append(f"GET 0 {base}/{probe.before}")
        watched.append(len(calls))
        calls.append(f"{probe.method} {probe.size} {base}/{probe.deed}")
    return calls, watched


def _redirects(
    probes: Sequence[Probe], opened: Callable[[str, ssl.SSLContext | None], Origin], tls: ssl.SSLContext
) -> tuple[list[str], list[int]]:
    """Return the calls that lead elsewhere: to the same server, under another name too, and to another one."""
    first, other, secure = opened("http", None), opened("other", None), opened("https", tls)
    places = {
        "same": f"http://127.0.0.1:{first.port}",
        "other": f"http://127.0.0.1:{other.port}",
        "named": f"http://localhost:{first.port}",
        "clear": f"http://127.0.0.1:{other.port}",
    }
    for origin in (first, secure):
        origin.places = places
    bases = {False: places["same"], True: f"https://127.0.0.1:{secure.port}"}
    calls = [f"{probe.method} {probe.size} {bases[probe.secure]}/{probe.name}/{probe.deed}" for probe in probes]
    return calls, list(range(len(probes)))
