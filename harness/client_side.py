"""What is done on the client's own side of a case: to its clock, its time zone, its notes; a second program, a fork."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from harness.drivers.driver import Driver
from harness.drivers.in_process import InProcessDriver
from harness.drivers.subprocess import SubprocessDriver
from mockserver import MockExchange

#: How long a move of the clock that waits for a request will wait.
_ARRIVAL_S = 3.0
#: A value of TZ that stands for a zone whose clocks were put back ten minutes ago: this hour is there twice.
TWICE = "the hour that comes twice"

_TEN_MINUTES = timedelta(minutes=10)
_TWO_MONTHS = timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFacts:
    """What came of it.

    Attributes:
        clock_moved: Whether the client's clock was moved, by a means that reached it.
        spoilt: How many files of its state were spoilt.
        forks: For each fork the journal numbers between which the child's requests stand, and whether the child came
            to its end; None for a client that could not be forked.
    """

    clock_moved: bool = False
    spoilt: int = 0
    forks: tuple[tuple[int, int, bool] | None, ...] = ()


class ClientSide:
    """The client's side, for as long as one requirement is tried."""

    def __init__(self, driver: Driver, exchange: MockExchange) -> None:
        self._driver = driver
        self._exchange = exchange
        self._second: SubprocessDriver | None = None
        self._zone: str | None = None
        self._zone_changed = False
        self._waiting: threading.Thread | None = None
        self._clocked = False
        self._moved = False
        self._spoilt = 0
        self._forks: list[tuple[int, int, bool] | None] = []

    def begin(self, *, clocked: bool) -> None:
        """Begin a case; with `clocked` the client's program is started so that its clock can be moved."""
        self._moved, self._spoilt, self._forks = False, 0, []
        driver = self._driver
        if clocked and not self._clocked and isinstance(driver, SubprocessDriver):
            self._clocked = True
            if driver.clock() is not None:
                driver.restart(kill=False)
                driver.describe(self._exchange.dialect.name)

    def facts(self) -> ClientFacts:
        """Return what was done since the case began."""
        return ClientFacts(clock_moved=self._moved, spoilt=self._spoilt, forks=tuple(self._forks))

    def tidy(self) -> None:
        """Put clock and zone right again."""
        if self._waiting is not None:
            self._waiting.join()
            self._waiting = None
        if self._moved:
            self.move_clock(0)
        if self._zone_changed:
            self._set_zone(self._zone)
            self._zone_changed = False

    def close(self) -> None:
        """End the second program, and let go of a first one that goes by a clock of ours."""
        if self._second is not None:
            self._second.shutdown()
            self._second = None
        if self._clocked and isinstance(self._driver, SubprocessDriver):
            self._driver.stop(kill=False)
            self._driver.without_clock()
            self._clocked = False

    # --- the clock

    def move_clock(self, ahead_ms: int) -> None:
        """Let the client's clock be so many milliseconds ahead of the machine's, where there is a means."""
        driver = self._driver
        if isinstance(driver, InProcessDriver):
            driver.move_clock(ahead_ms)
            self._moved = True
        elif isinstance(driver, SubprocessDriver) and (clock := driver.clock()) is not None:
            clock.set(ahead_ms)
            self._moved = self._moved or (driver.pid is not None and clock.reaches(driver.pid))

    def move_clock_on_arrival(self, ahead_ms: int) -> None:
        """Do so as soon as the exchange has read another request."""
        journal, before = self._exchange.journal, self._exchange.journal.last_number

        def wait() -> None:
            if journal.wait_past(before, timeout_s=_ARRIVAL_S):
                self.move_clock(ahead_ms)

        if isinstance(self._driver, InProcessDriver):
            self._driver.move_clock(0)
        self._waiting = threading.Thread(target=wait, name="noncense-clock", daemon=True)
        self._waiting.start()

    # --- the zone

    def settle_in(self, zone: str) -> Mapping[str, str]:
        """Return the variables that put a program into a time zone; a client in our own process is there at once."""
        value = twice_this_hour(self._exchange.clock.now_ms()) if zone == TWICE else zone
        if isinstance(self._driver, InProcessDriver) and hasattr(time, "tzset"):
            if not self._zone_changed:
                self._zone, self._zone_changed = os.environ.get("TZ"), True
            self._set_zone(value)
        return {"TZ": value}

    def _set_zone(self, zone: str | None) -> None:
        if zone is None:
            os.environ.pop("TZ", None)
        else:
            os.environ["TZ"] = zone
        time.tzset()

    # --- a second program

    @property
    def second(self) -> Driver:
        """The driver of a second program, started when it is first asked for; ours where there is no program."""
        if not isinstance(self._driver, SubprocessDriver):
            return self._driver
        if self._second is None:
            self._second = self._driver.another()
            self._second.describe(self._exchange.dialect.name)
        return self._second

    def start_both(self) -> None:
        """Kill both programs, and start them in the same moment."""
        drivers = [driver for driver in (self._driver, self.second) if isinstance(driver, SubprocessDriver)]
        for driver in drivers:
            driver.stop(kill=True)
        for driver in drivers:
            driver.start()
        for driver in drivers:
            driver.describe(self._exchange.dialect.name)

    # --- notes

    def spoil(self, how: str, folders: Sequence[Path]) -> None:
        """Spoil whatever a client that does not run has written down in its folders.

        Args:
            how: "cut" in the middle, "empty", "binary", "folder" (one stands in the file's place), "foreign" (files
                change places), "keep" (what is there is put aside) or "older" (what was put aside is put back).
            folders: Where to look; a folder that is given twice is looked at once.
        """
        files = [file for folder in dict.fromkeys(folders) for file in _written(folder)]
        if how == "keep":
            for file in files:
                shutil.copyfile(file, file.with_name(file.name + _KEPT))
            return
        self._spoilt += _SPOILERS[how](files)

    # --- a fork

    def fork(self, call: Callable[[InProcessDriver], bool | None]) -> None:
        """Let a forked child of the client make a call."""
        before = self._exchange.journal.last_number
        ended = call(self._driver) if isinstance(self._driver, InProcessDriver) else None
        self._forks.append(None if ended is None else (before, self._exchange.journal.last_number, ended))


_KEPT = ".kept"


def _written(folder: Path) -> Iterator[Path]:
    """Every file in a folder that holds anything; what we put aside is not among them."""
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_symlink() and file.stat().st_size and not file.name.endswith(_KEPT):
            yield file


def _cut(files: Sequence[Path]) -> int:
    for file in files:
        content = file.read_bytes()
        file.write_bytes(content[: len(content) // 2])
    return len(files)


def _fill(content: bytes) -> Callable[[Sequence[Path]], int]:
    def fill(files: Sequence[Path]) -> int:
        for file in files:
            file.write_bytes(content)
        return len(files)

    return fill


def _folder(files: Sequence[Path]) -> int:
    for file in files:
        file.unlink()
        file.mkdir()
    return len(files)


def _swap(files: Sequence[Path]) -> int:
    contents = [file.read_bytes() for file in files]
    for file, content in zip(files, [*contents[1:], *contents[:1]], strict=True):
        file.write_bytes(content)
    return len(files) if len(set(contents)) > 1 else 0


def _put_back(files: Sequence[Path]) -> int:
    kept = [file for file in files if file.with_name(file.name + _KEPT).is_file()]
    for file in kept:
        shutil.copyfile(file.with_name(file.name + _KEPT), file)
    return len(kept)


_SPOILERS: Mapping[str, Callable[[Sequence[Path]], int]] = {
    "cut": _cut,
    "empty": _fill(b""),
    "binary": _fill(bytes(range(255, 127, -1)) * 4),
    "folder": _folder,
    "foreign": _swap,
    "older": _put_back,
}


def twice_this_hour(now_ms: int) -> str:
    """Return a TZ whose clocks went back by an hour ten minutes before a moment, as POSIX spells zones."""
    end = datetime.fromtimestamp(now_ms / 1000, UTC) - _TEN_MINUTES
    # The rule tells the end in the time that then ends, an hour ahead; at the end of a day that may be hour 24.
    return f"AAA0BBB-1,{_day(end - _TWO_MONTHS)}/2,{_day(end)}/{end.hour + 1}:{end:%M:%S}"


def _day(moment: datetime) -> int:
    """Return the day of the year, from 0, with the 29th of February where there is one."""
    return moment.timetuple().tm_yday - 1
