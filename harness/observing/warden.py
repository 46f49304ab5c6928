"""A warden: starts a command, waits for its end, and leaves nothing of it behind. A program of the standard library.

`python -I warden.py FD COMMAND [ARGUMENT]...` writes lines of JSON to the file descriptor: `{"began": PID}` or
`{"cannot": "why"}`, then `{"ended": STATUS, "left": [NAMES]}` with a negative status for a signal. Whatever the command
started belongs to the warden, for on Linux orphans become its children: when the command has ended, when the warden is
told to end (SIGTERM), and when whoever started it is gone, all of them are ended.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress

#: How long processes have to end by themselves once they are asked, in seconds; and how long it is tried afterwards.
GRACE_S = 2.0
LAST_S = 10.0
#: So many of those that were left behind are named.
NAMED = 5

_SUBREAPER, _PARENT_DEATH = 36, 1
_ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def main(fd: int, argv: list[str]) -> int:
    """Run a command to its end; the exit status says nothing, the lines do."""
    os.set_inheritable(fd, False)
    parent = os.getppid()
    _adopt()
    signals = _Signals()
    child = _started(fd, argv)
    if child is None:
        return 1
    status = _ended(child, parent, signals)
    left = [_name(pid) for pid in _family()] if status is not None else []
    if status is None:
        status = _asked_to_end(child, signals)
    _clear(child, signals)
    _tell(fd, {"ended": status, "left": left[:NAMED]})
    return 0


class _Signals:
    """Signals as they come, waited for where `sigtimedwait` is missing too."""

    def __init__(self) -> None:
        """Catch all that matter, from now on."""
        self._reading, writing = os.pipe()
        os.set_blocking(self._reading, False)
        os.set_blocking(writing, False)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        for number in (signal.SIGCHLD, *_ENDING):
            signal.signal(number, lambda _number, _frame: None)

    def wait(self, seconds: float) -> set[int]:
        """Return the numbers of those that came, at most so many seconds from now."""
        select.select([self._reading], [], [], seconds)
        try:
            return set(os.read(self._reading, 4096))
        except BlockingIOError:
            return set()


def _adopt() -> None:
    """Become the parent of every orphan below, and learn of the end of whoever started us; on Linux alone."""
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_SUBREAPER, 1, 0, 0, 0)
        libc.prctl(_PARENT_DEATH, int(signal.SIGTERM), 0, 0, 0)


def _started(fd: int, argv: list[str]) -> int | None:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            os.setsid()
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGPIPE, *_ENDING):
                signal.signal(number, signal.SIG_DFL)
            os.execvp(argv[0], argv)  # noqa: S606 - there is no shell, on purpose
        except (OSError, ValueError) as problem:
            why = problem.strerror if isinstance(problem, OSError) else str(problem)
            os.write(writing, (why or "it cannot be started").encode())
        finally:
            os._exit(127)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        why = told.read().decode("utf-8", "replace")
    if why:
        os.waitpid(child, 0)
        _tell(fd, {"cannot": why})
        return None
    _tell(fd, {"began": child})
    return child


def _ended(child: int, parent: int, signals: _Signals) -> int | None:
    """Wait until the command has ended, and return its status; None where it has to be ended."""
    while True:
        for pid, status in _reaped():
            if pid == child:
                return status
        if os.getppid() != parent:
            return None
        if signals.wait(1.0) & set(_ENDING):
            return None


def _asked_to_end(child: int, signals: _Signals) -> int:
    """Ask a command to end, and return its status; it may take its time, but not for ever."""
    with suppress(OSError):
        os.killpg(child, signal.SIGTERM)
    waited = 0.0
    while waited < GRACE_S:
        for pid, status in _reaped():
            if pid == child:
                return status
        signals.wait(0.1)
        waited += 0.1
    return -int(signal.SIGKILL)


def _clear(child: int, signals: _Signals) -> None:
    """End all that is left, again and again until nothing is: what is ended may have started something meanwhile."""
    waited = 0.0
    while waited < LAST_S:
        with suppress(OSError):
            os.killpg(child, signal.SIGKILL)
        for pid in _family():
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        for _ in _reaped():
            pass
        if _childless():
            return
        signals.wait(0.05)
        waited += 0.05


def _reaped() -> Iterator[tuple[int, int]]:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        yield pid, os.waitstatus_to_exitcode(status)


def _childless() -> bool:
    try:
        return os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None and not list(_family())
    except ChildProcessError:
        return True


def _family() -> Iterator[int]:
    """Yield our descendants that are alive, as /proc tells them."""
    waiting = [os.getpid()]
    while waiting:
        pid = waiting.pop()
        with suppress(OSError, ValueError):
            for thread in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{thread}/children", encoding="ascii") as file:
                    for word in file.read().split():
                        if not has_ended(int(word)):
                            yield int(word)
                        waiting.append(int(word))


def has_ended(pid: int) -> bool:
    """Tell whether a process has ended and only waits for somebody to hear of it."""
    with suppress(OSError, IndexError), open(f"/proc/{pid}/stat", "rb") as file:
        return file.read().rpartition(b")")[2].split()[0] == b"Z"
    return True


def _name(pid: int) -> str:
    with suppress(OSError), open(f"/proc/{pid}/comm", encoding="utf-8", errors="replace") as file:
        return file.read().strip()
    return "a process"


def _tell(fd: int, line: dict[str, object]) -> None:
    with suppress(OSError):
        os.write(fd, json.dumps(line).encode() + b"\n")


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
