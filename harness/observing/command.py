"""A command of somebody else's: started, given its time, and ended with all that it started."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector

from harness.errors import HarnessError
from harness.observing import warden

#: How long the warden has to clear up once it is told to; then it is ended itself.
_PATIENCE_S = warden.GRACE_S + warden.LAST_S + 5
_MOST_TOLD = 65536


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a command ended.

    Attributes:
        status: Its exit status; negative for a signal; None where it was never started.
        cannot: Why it could not be started; "" where it was.
        out_of_time: Whether it was ended because its time was up.
        interrupted: Whether it was ended because its user had enough.
        left: Names of processes that it had left behind, and that were ended.
    """

    status: int | None
    cannot: str = ""
    out_of_time: bool = False
    interrupted: bool = False
    left: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether the command itself says that something went wrong, or never came to say anything."""
        return self.status != 0 or self.out_of_time or self.interrupted

    def in_words(self) -> str:
        """Say how it ended."""
        if self.cannot:
            return f"the command cannot be started: {self.cannot}"
        if self.out_of_time:
            return "the command did not end in its time (--timeout), and was ended"
        if self.interrupted:
            return "it was interrupted"
        if self.status is None:
            return "nobody knows how the command ended"
        if self.status < 0:
            return f"the command was ended by {_signal(-self.status)}"
        return f"the command ended with status {self.status}"


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def run_to_its_end(argv: Sequence[str], environment: Mapping[str, str], *, limit_s: float) -> Ending:
    """Run a command to its end, or to ours; nothing of it is left behind.

    What it writes goes where ours goes, as it is.

    Args:
        argv: The command.
        environment: All of its environment.
        limit_s: After how many seconds it is ended.

    Raises:
        HarnessError: Not even its warden can be started.
    """
    reading, writing = os.pipe()
    try:
        keeper = [sys.executable, "-I", str(Path(warden.__file__)), str(writing), *argv]
        process = subprocess.Popen(  # noqa: S603 - a command that our user gave us
            keeper, env=dict(environment), pass_fds=(writing,), stdin=_input(), start_new_session=True
        )
    except (OSError, ValueError) as problem:
        os.close(reading)
        why = problem.strerror if isinstance(problem, OSError) else str(problem)
        if isinstance(problem, ValueError) or getattr(problem, "errno", None) == 7:
            return Ending(status=None, cannot=str(why))
        raise HarnessError(f"cannot start {sys.executable}: {why}") from problem
    finally:
        os.close(writing)
    with os.fdopen(reading, "rb", buffering=0) as told:
        return _watched(process, _Told(told.fileno()), limit_s)


def _input() -> int | None:
    """Return what the command reads from: what we do, save for a terminal, which another session cannot read from."""
    try:
        return subprocess.DEVNULL if sys.stdin is None or sys.stdin.isatty() else None
    except ValueError:
        return subprocess.DEVNULL


class _Told:
    """What the warden tells, as it comes."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._text = b""
        self.over = False

    def wait(self, seconds: float) -> None:
        """Wait for more, at most so long."""
        with DefaultSelector() as selector:
            selector.register(self._fd, EVENT_READ)
            if not selector.select(max(seconds, 0)):
                return
        more = os.read(self._fd, _MOST_TOLD)
        self._text += more
        self.over = self.over or not more

    def lines(self) -> dict[str, object]:
        found: dict[str, object] = {}
        for line in self._text.split(b"\n")[:-1]:
            found.update(json.loads(line))
        return found


def _watched(process: subprocess.Popen[bytes], told: _Told, limit_s: float) -> Ending:
    out_of_time = interrupted = False
    deadline = time.monotonic() + limit_s
    try:
        while not told.over:
            left_s = deadline - time.monotonic()
            if left_s <= 0 and not out_of_time:
                out_of_time = True
                process.terminate()
                deadline += _PATIENCE_S
            elif left_s <= 0:
                process.kill()
                break
            told.wait(min(left_s, 60.0))
    except KeyboardInterrupt:
        interrupted = True
        _ended_now(process, told)
    except BaseException:
        _ended_now(process, told)
        raise
    process.wait()
    lines = told.lines()
    if "ended" not in lines and isinstance(began := lines.get("began"), int):
        # The warden itself was ended, by the command perhaps: what is left of its group, at least, does not stay.
        with suppress(OSError):
            os.killpg(began, signal.SIGKILL)
    cannot, status, left = lines.get("cannot", ""), lines.get("ended"), lines.get("left", [])
    return Ending(
        status=status if isinstance(status, int) else None,
        cannot=str(cannot),
        out_of_time=out_of_time,
        interrupted=interrupted,
        left=tuple(map(str, left)) if isinstance(left, list) else (),
    )


def _ended_now(process: subprocess.Popen[bytes], told: _Told) -> None:
    process.terminate()
    deadline = time.monotonic() + _PATIENCE_S
    while not told.over and (left_s := deadline - time.monotonic()) > 0:
        told.wait(left_s)
    if not told.over:
        process.kill()
