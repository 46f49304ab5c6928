"""Our end of a network that one command has to itself: what it connects to inside is led to the exchange from here.

Listening sockets are made inside and handed to us; a socket stays in the network that it was made in, wherever it is
used. So nothing of ours runs inside, and nothing that runs inside has a way out.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from harness.beside.listening import Listening
from harness.redirecting import names
from harness.redirecting.carrying import lead, opened_with_tls, reset
from harness.redirecting.doors import Doors, Trust
from harness.redirecting.strays import Strays

_INSIDE = Path(__file__).with_name("inside.py")
#: Isolated, and without what is installed: the command's own environment must not reach the program around it.
_PYTHON = (sys.executable, "-I", "-S")
_TRIAL_S = 30.0
#: How long a command's last words are waited for.
_LAST_WORDS_S = 1.0
_HTTP, _HTTPS, _NAMES = 80, 443, 53
#: Where systems keep the certificates of the authorities they trust.
_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
#: Where a cache of names listens that knows the world outside.
_CACHE_OF_NAMES = "/run/nscd"


@functools.cache
def forbidden() -> str | None:
    """Return why this machine allows no such network, in a few words; None where it does."""
    if sys.platform != "linux":
        return "namespaces are Linux's"
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            [*_PYTHON, str(_INSIDE), "--try"], capture_output=True, text=True, timeout=_TRIAL_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        return f"the trial failed: {problem}"
    if done.returncode == 0:
        return None
    return (done.stderr.strip().splitlines() or [f"the trial ended with {done.returncode}"])[-1]


class _Closing(Protocol):
    """What has to be closed at the end."""

    def close(self) -> None:
        """Close it."""


class Namespace:
    """Leads what comes in inside, for as many commands as are started with `wrapped`."""

    def __init__(self, doors: Doors, hosts: Collection[str], trust: Trust, strays: Strays, folder: Path) -> None:
        """Begin to listen for commands.

        Args:
            doors: Where the exchange is.
            hosts: The names that lead there; lower case, without a last dot.
            trust: What takes the place of the system's authorities.
            strays: Where others are noted.
            folder: For files that are seen inside in the place of others.
        """
        self._doors = doors
        self._hosts = frozenset(hosts)
        self._strays = strays
        self._folder = folder
        self._private = tempfile.mkdtemp(prefix="noncense-namespace-")
        self._plan = self._planned(trust)
        self._lock = threading.Condition()
        self._attended = 0
        self._held: list[_Closing] = []
        self._closed = False
        self._troubles: list[str] = []
        self._control = socket.socket(socket.AF_UNIX)
        within = os.open(self._private, os.O_RDONLY)
        try:
            # A socket's name may be no longer than a hundred letters or so, but the way there may.
            self._control.bind(f"/proc/self/fd/{within}/s")
        finally:
            os.close(within)
        self._control.listen()
        threading.Thread(target=self._take, name="noncense-namespace", daemon=True).start()

    @property
    def troubles(self) -> tuple[str, ...]:
        """What went wrong inside, a line each; what an ended command has said is waited for."""
        with self._lock:
            self._lock.wait_for(lambda: self._attended == 0, _LAST_WORDS_S)
            return tuple(self._troubles)

    def wrapped(self, argv: Sequence[str]) -> tuple[str, ...]:
        """Return a command line that runs a command inside."""
        return (*_PYTHON, str(_INSIDE), str(self._plan), *argv)

    def close(self) -> None:
        """End whatever still runs inside, and every connection."""
        with self._lock:
            self._closed = True
            held, self._held = self._held, []
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)
        self._control.close()
        for one in held:
            if isinstance(one, socket.socket):
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
            one.close()
        shutil.rmtree(self._private, ignore_errors=True)

    def _planned(self, trust: Trust) -> Path:
        """Write what is seen inside in the place of the system's own files, and what the program inside goes by."""
        own = socket.gethostname()
        names_here = " ".join(("localhost", own, *sorted(self._hosts)))
        seen = {
            "/etc/hosts": f"127.0.0.1 {names_here}\n::1 localhost\n",
            "/etc/resolv.conf": "nameserver 127.0.0.1\nsearch .\noptions timeout:2 attempts:1\n",
            "/etc/nsswitch.conf": "".join(_looked_up_here(Path("/etc/nsswitch.conf"))),
        }
        binds = [(str(trust.pem), path) for path in _BUNDLES]
        for path, text in seen.items():
            file = self._folder / f"inside-{Path(path).name}"
            file.write_text(text, encoding="utf-8")
            binds.append((str(file), path))
        binds.append((str(trust.empty), _CACHE_OF_NAMES))
        self._tcp = sorted({_HTTP, _HTTPS, *self._doors.ports})
        plan = {"control": self._private, "binds": binds, "tcp": self._tcp, "udp": [_NAMES]}
        file = self._folder / "inside.json"
        file.write_text(json.dumps(plan), encoding="utf-8")
        return file

    def _take(self) -> None:
        while True:
            try:
                line, _ = self._control.accept()
            except OSError:
                return
            threading.Thread(target=self._attend, args=(line,), name="noncense-namespace", daemon=True).start()

    def _attend(self, line: socket.socket) -> None:
        """Take one command's sockets, and serve them until it has ended."""
        opened: list[_Closing] = [line]
        with self._lock:
            self._attended += 1
        try:
            told, numbers, _, _ = socket.recv_fds(line, 65536, len(self._tcp) + 1)
            ears = [socket.socket(fileno=number) for number in numbers]
            if len(ears) != len(self._tcp) + 1:
                opened += ears
                self._trouble(told.decode("utf-8", "replace").splitlines())
                return
            opened += (_Entrance(ear, self._doors, self._strays) for ear in ears[:-1])
            opened.append(_Names(ears[-1], self._hosts, self._strays))
            if not self._hold(opened):
                return
            self._trouble(json.loads(told)["missing"])
            line.sendall(b"g")
            with line.makefile("r", encoding="utf-8", errors="replace") as said:
                self._trouble(text.strip() for text in said)
        except (OSError, ValueError, LookupError):
            return
        finally:
            with self._lock:
                self._held = [one for one in self._held if one not in opened]
            for one in opened:
                one.close()
            with self._lock:
                self._attended -= 1
                self._lock.notify_all()

    def _hold(self, opened: Sequence[_Closing]) -> bool:
        with self._lock:
            if not self._closed:
                self._held += opened
            return not self._closed

    def _trouble(self, lines: Iterable[str]) -> None:
        for line in lines:
            with self._lock:
                if len(self._troubles) < 20:
                    self._troubles.append(line)


class _Entrance(Listening):
    """One port inside."""

    def __init__(self, ear: socket.socket, doors: Doors, strays: Strays) -> None:
        self._doors = doors
        self._strays = strays
        super().__init__("inside", ear)

    def serve(self, client: socket.socket) -> None:
        """Lead one connection to where it would have gone."""
        host = str(client.getsockname()[0])
        if not host.startswith("127."):
            self._strays.note(host, self.port, "connected")
            reset(client)
        elif self.port in self._doors.ports:
            lead(self, client, self.port)
        elif (secure := opened_with_tls(client)) is not None:
            lead(self, client, self._doors.tls_port if secure else self._doors.plain_port)


class _Names:
    """Answers questions for names inside, and notes those that are nobody's there."""

    def __init__(self, ear: socket.socket, hosts: Collection[str], strays: Strays) -> None:
        self._ear = ear
        self._here = frozenset({*hosts, "localhost", socket.gethostname().lower()})
        self._strays = strays
        self._closed = False
        threading.Thread(target=self._answer, name="noncense-names", daemon=True).start()

    def close(self) -> None:
        """Answer no more."""
        self._closed = True
        with contextlib.suppress(OSError):  # says that nobody is connected, and wakes whoever listens
            self._ear.shutdown(socket.SHUT_RDWR)
        self._ear.close()

    def _answer(self) -> None:
        while not self._closed:
            try:
                data, about, _, asker = self._ear.recvmsg(4096, 256)
            except OSError:
                continue
            question = names.read(data)
            if question is None:
                continue
            name = question.name
            here = name in self._here or name.endswith(".localhost")
            if name and not here and not name.endswith(".arpa"):
                self._strays.note(name, 0, "looked up its name")
            with contextlib.suppress(OSError):  # the same that told whom it was for says from whom the answer is
                self._ear.sendmsg([names.answer(question, here=here)], about, 0, asker)


def _looked_up_here(file: Path) -> Iterator[str]:
    """Yield nsswitch.conf, with hosts looked up in files and by DNS alone: daemons know the world outside."""
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    yield from (f"{line}\n" for line in lines if not line.lstrip().startswith("hosts:"))
    yield "hosts: files dns\n"
