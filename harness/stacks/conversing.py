"""Runs a stack's program, hears what it says of each call, and starts it anew where it hangs or dies."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO

from harness.errors import HarnessError
from harness.stacks.seeing import Said

#: How often it is asked whether a measurement was called off.
_BREATH_S = 0.5


def converse(
    argv: Sequence[str],
    calls: Sequence[str],
    *,
    environment: Mapping[str, str],
    folder: Path,
    patience_s: float,
    called_off: Callable[[], bool] = lambda: False,
) -> tuple[Said, ...]:
    """Let a program make calls, and return what it said of each, in their order.

    A call that is waited for in vain has hung; the program is killed, and another makes the calls that are left. So it
    goes with a call in which the program ends.

    Args:
        argv: The program, its mode included.
        calls: What it is asked for, as the programs' protocol has it.
        environment: All that it finds in its environment.
        folder: Where it runs.
        patience_s: How long one call may take.
        called_off: Asked now and then whether nobody wants to know any more; then whatever runs is ended.

    Raises:
        CalledOff: Nobody does.
    """
    told: list[Said] = []
    while len(told) < len(calls):
        with _Program(argv, calls[len(told) :], environment, folder, called_off) as program:
            if not program.begins(patience_s):
                told.append(Said(error=f"the program does not begin: {program.last_words()}"))
                continue
            while len(told) < len(calls):
                said = program.next(patience_s)
                told.append(said)
                if said.hung or program.ended:
                    break
    return tuple(told)


class CalledOff(HarnessError):
    """A measurement was broken off."""


class _Program:
    def __init__(
        self,
        argv: Sequence[str],
        calls: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        called_off: Callable[[], bool],
    ) -> None:
        self._called_off = called_off
        self._errors = (folder / f"stderr-{threading.get_ident()}").open("w+b")
        self._process = subprocess.Popen(  # noqa: S603 - the commands are ours
            [*argv, *calls],
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            start_new_session=True,
        )
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        out = self._process.stdout
        if out is None:
            raise TypeError("stdout is a pipe")
        threading.Thread(target=_read, args=(out, self._lines), daemon=True).start()
        self.ended = False

    def __enter__(self) -> _Program:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._errors.close()

    def begins(self, patience_s: float) -> bool:
        """Wait for the line in which it says who it is; starting is not the stack's own slowness."""
        return self._line(max(patience_s, 60.0)) is not None

    def next(self, patience_s: float) -> Said:
        """Wait for what it says of a call."""
        line = self._line(patience_s)
        now = time.monotonic()
        if line is None and self.ended:
            return Said(error=f"the program ended: {self.last_words()}", at_s=now)
        if line is None:
            return Said(hung=True, at_s=now)
        return replace(read(line), at_s=now)

    def last_words(self) -> str:
        """Return the end of what it wrote to stderr."""
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else "without a word"

    def _line(self, patience_s: float) -> bytes | None:
        until = time.monotonic() + patience_s
        while (left := until - time.monotonic()) > 0:
            if self._called_off():
                raise CalledOff("it was called off")
            with contextlib.suppress(queue.Empty):
                line = self._lines.get(timeout=min(left, _BREATH_S))
                self.ended = self.ended or line is None
                return line
        return None


def read(line: bytes) -> Said:
    """Return what a line of a program says; one that cannot be read is an error that the program made."""
    try:
        told = json.loads(line)
    except ValueError:
        return Said(error=f"unreadable: {line[:80]!r}")
    if not isinstance(told, dict):
        return Said(error=f"unreadable: {line[:80]!r}")
    error = str(told.get("error") or "")
    # curl counts its errors, and 0 is none.
    if error and error != "0":
        return Said(error=error)
    headers = told.get("headers") or {}
    return Said(
        status=int(told.get("status", 0)),
        size=int(told.get("bytes", 0)),
        headers={str(name).lower(): [str(value) for value in values] for name, values in headers.items()},
    )


def _read(out: IO[bytes], lines: queue.SimpleQueue[bytes | None]) -> None:
    with contextlib.suppress(OSError, ValueError):
        for line in out:
            lines.put(line)
    lines.put(None)
    out.close()
