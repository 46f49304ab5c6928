"""Overhears what a client in our own process prints and logs, without taking the streams from anybody else."""

from __future__ import annotations

import io
import logging
import sys
import threading
from collections.abc import Iterator, Set
from contextlib import contextmanager, suppress
from typing import Any

from harness.drivers.ring import Ring

#: Loggers whose words are not the client's: ours, and those of the server that runs beside it.
_NOT_THE_CLIENTS = ("harness", "mockserver", "signer", "hypothesis", "aiohttp.access", "aiohttp.server", "aiohttp.web")

_swapping = threading.Lock()


class Tap(io.TextIOBase):
    """Stands in for a standard stream: what a client's thread writes goes to its ring, all else passes through."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.listeners: list[tuple[Set[int], Ring]] = []

    def write(self, text: str) -> int:
        """Write to the ring of the client whose thread this is, or to the stream."""
        ident = threading.get_ident()
        for idents, ring in tuple(self.listeners):
            if ident in idents:
                ring.write(text.encode("utf-8", "backslashreplace"))
                return len(text)
        self.stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Flush the stream."""
        self.stream.flush()

    def __getattr__(self, name: str) -> Any:
        """Answer for the stream in all else: its buffer, its encoding, whether it is a terminal."""
        return getattr(self.stream, name)

    def isatty(self) -> bool:
        """Answer for the stream."""
        return bool(self.stream.isatty())

    def fileno(self) -> int:
        """Answer for the stream."""
        return int(self.stream.fileno())

    def writable(self) -> bool:
        """Whether text may be written: always."""
        return True


@contextmanager
def overheard(idents: Set[int], ring: Ring) -> Iterator[None]:
    """Overhear the threads of one client on stdout and stderr, for as long as a call of it lasts.

    Several clients may be overheard at once; the streams are given back when the last call is over, unless somebody
    else (pytest, say) has put other ones in their place meanwhile.
    """
    listener = (idents, ring)
    with _swapping:
        taps = [_tap("stdout"), _tap("stderr")]
        for tap in taps:
            tap.listeners.append(listener)
    try:
        yield
    finally:
        with _swapping:
            for name, tap in zip(("stdout", "stderr"), taps, strict=True):
                with suppress(ValueError):
                    tap.listeners.remove(listener)
                if not tap.listeners and getattr(sys, name) is tap:
                    setattr(sys, name, tap.stream)


def _tap(name: str) -> Tap:
    stream = getattr(sys, name)
    if not isinstance(stream, Tap):
        stream = Tap(stream)
        setattr(sys, name, stream)
    return stream


class LogTap(logging.Handler):
    """Writes to a ring what reaches the root logger and is not said by ourselves."""

    def __init__(self, ring: Ring) -> None:
        super().__init__()
        self._ring = ring
        self.setFormatter(logging.Formatter("%(levelname)s:%(name)s:%(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record; one that cannot be formatted is kept as it stands."""
        if any(record.name == name or record.name.startswith(f"{name}.") for name in _NOT_THE_CLIENTS):
            return
        try:
            text = self.format(record)
        except Exception:
            text = f"{record.levelname}:{record.name}:{record.msg!r} {record.args!r}"
        self._ring.write(f"{text}\n".encode("utf-8", "backslashreplace"))
