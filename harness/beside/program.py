"""What can be measured of the client's program around one case."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from harness.beside import processes
from harness.beside.facts import Beside
from harness.beside.watch import Watch
from harness.drivers.driver import Driver


class Growth:
    """How the memory of a program grows from case to case of one requirement."""

    def __init__(self) -> None:
        """Nothing has been measured."""
        self._pid: int | None = None
        self._first = 0
        self._calls = 0

    def after(self, pid: int | None, calls: int) -> tuple[int, int] | None:
        """Measure after a case; what a program takes to get going, in its first one, is no growth.

        Args:
            pid: The program; another one begins anew.
            calls: How many calls the case made.

        Returns:
            By how many bytes it has grown since its first case, in how many calls.
        """
        resident = None if pid is None else processes.resident_bytes(pid)
        if resident is None:
            return None
        if pid != self._pid:
            self._pid, self._first, self._calls = pid, resident, 0
            return None
        self._calls += calls
        return resident - self._first, self._calls


class Measured:
    """Measures the program of a watched driver; of others it says nothing."""

    def __init__(
        self, driver: Driver, watch: Watch | None, port: int, *, growth: Growth | None = None, looking: bool = False
    ) -> None:
        """Prepare.

        Args:
            driver: Who drives the program.
            watch: Who watches it, if anybody.
            port: Where the exchange listens.
            growth: What is known of the program's memory from the cases before.
            looking: Whether processes and connections are looked at all the while.
        """
        self._driver = driver
        self._watch = watch
        self._port = port
        self._growth = growth or Growth()
        self._looking = looking
        self._before: tuple[int | None, int | None] = (None, None)
        self._watching = False

    def begin(self) -> None:
        """Take the measures that the case begins with."""
        if self._watch is None:
            return
        if (pid := self._pid()) is not None:
            processes.forget_peak(pid)
        self._before = self._now()
        self._watch.begin(self._pid, {self._port}, looking=self._looking)
        self._watching = True

    def end(self, seen: Beside, state_dir: Path, calls: int) -> Beside:
        """Return what was seen beside the exchange, with what was measured of the program in so many calls."""
        lingered = bool(getattr(self._driver, "lingered", False))
        if self._watch is None or not self._watching:
            return replace(seen, lingered=lingered)
        self._watching = False
        own = getattr(self._driver, "state_dir", None)
        watched = self._watch.end(state_dir, *([own] if isinstance(own, Path) else []))
        files, peak = self._now()
        (files_before, peak_before) = self._before
        return replace(
            seen,
            passed=(*seen.passed, *watched.passed),
            written=watched.written,
            command_lines=watched.command_lines,
            strangers=watched.strangers,
            watched=watched.watched,
            descriptors=None if files is None or files_before is None else (files_before, files),
            peak_bytes=None if peak is None or peak_before is None else (peak_before, peak),
            growth=self._growth.after(self._pid(), calls),
            lingered=lingered,
        )

    def stop(self) -> None:
        """Stop watching, where a case broke off."""
        if self._watch is not None and self._watching:
            self._watching = False
            self._watch.end()

    def _pid(self) -> int | None:
        pid = getattr(self._driver, "pid", None)
        return pid if isinstance(pid, int) else None

    def _now(self) -> tuple[int | None, int | None]:
        pid = self._pid()
        return (None, None) if pid is None else (processes.open_files(pid), processes.peak_bytes(pid))
