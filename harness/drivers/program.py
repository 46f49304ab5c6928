"""One run of a program that speaks JSON-RPC, one object a line, and the five ways in which it may end that.

No thread and no event loop: everything is read and written while somebody waits for an answer, which keeps a round
trip near what the pipes cost. What a program floods us with in between stays in its pipes.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from harness.adapter import LINE_LIMIT
from harness.drivers.answers import shown
from harness.drivers.ring import Ring
from harness.errors import AdapterFault, HarnessError, UsageError

#: How long a program may take to leave once its stdin has ended (the contract).
GRACE_S = 2.0

_NS = 1_000_000_000
_READ_BYTES = 1 << 18
_LOOK_MS = 50
_STDERR_PIPE_BYTES = 1 << 20
_DRAIN_READS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A JSON-RPC answer and when it came, nanoseconds on the monotonic clock."""

    message: Mapping[str, object]
    at_ns: int


class Program:
    """A child process in a process group of its own.

    Attributes:
        fault: Why nothing more can be asked, once that is so: `exited`, `signalled`, `end_of_file` or `framing`.
        overdue: Ids of requests whose answers nobody waits for any longer, and which have not come.
        lingered: Whether it was still there when its time to end was over.
    """

    def __init__(self, argv: Sequence[str], environment: Mapping[str, str], stderr: Ring) -> None:
        """Start it.

        Raises:
            UsageError: There is no such program, or it cannot be run.
        """
        if not argv:
            raise UsageError("cannot start an empty command")
        pipe = subprocess.PIPE
        try:
            self._process = subprocess.Popen(  # noqa: S603 - to run what the user names is what we are for
                list(argv),
                stdin=pipe,
                stdout=pipe,
                stderr=pipe,
                env=dict(environment),
                bufsize=0,
                start_new_session=True,
            )
        except OSError as error:
            raise UsageError(f"cannot start {argv[0]}: {error.strerror}") from error
        streams = (self._process.stdin, self._process.stdout, self._process.stderr)
        self._stdin, self._stdout, self._stderr = (stream.fileno() for stream in streams if stream is not None)
        for descriptor in (self._stdin, self._stdout, self._stderr):
            os.set_blocking(descriptor, False)
        _widen(self._stderr)
        self._poll = select.poll()
        self._poll.register(self._stdout, select.POLLIN)
        self._poll.register(self._stderr, select.POLLIN)
        self._open = {self._stdin, self._stdout, self._stderr}
        self._ring = stderr
        self._outgoing = bytearray()
        self._incoming = bytearray()
        self._scanned = 0
        self._last_id = 0
        self._waiting: set[int] = set()
        self._answers: dict[int, Answer] = {}
        self.overdue: set[int] = set()
        self.lingered = False
        self.fault: AdapterFault | None = None

    @property
    def pid(self) -> int:
        """The process, which leads a group of the same number."""
        return self._process.pid

    def post(self, requests: Iterable[tuple[str, Mapping[str, object]]]) -> tuple[int, ...]:
        """Hand over (method, params) requests in one write, as far as the pipe takes them; return their ids."""
        ids = []
        for method, params in requests:
            self._last_id += 1
            line = json.dumps({"jsonrpc": "2.0", "id": self._last_id, "method": method, "params": params})
            if len(line) > LINE_LIMIT:
                raise HarnessError(f"{method} takes {len(line)} bytes, and a line may take {LINE_LIMIT}")
            self._outgoing += line.encode("ascii") + b"\n"
            self._waiting.add(self._last_id)
            ids.append(self._last_id)
        self._write()
        return tuple(ids)

    def wait(self, ids: Iterable[int], *, until_ns: int) -> bool:
        """Wait until all of these are answered; False when the time is over or a fault came first."""
        wanted = set(ids)
        while not wanted <= self._answers.keys():
            left_ms = (until_ns - time.monotonic_ns()) // 1_000_000
            if self.fault is not None or left_ms < 0:
                return False
            self._step(left_ms)
        return True

    def flush(self, *, until_ns: int) -> bool:
        """Wait until everything posted has been written; False when the time is over or a fault came first."""
        while self._outgoing:
            left_ms = (until_ns - time.monotonic_ns()) // 1_000_000
            if self.fault is not None or left_ms < 0:
                return False
            self._step(left_ms)
        return self.fault is None

    def take(self, number: int) -> Answer | None:
        """Hand out an answer, once."""
        return self._answers.pop(number, None)

    def forget(self, ids: Iterable[int]) -> None:
        """Wait for these no longer: an answer that still comes is late, and no fault."""
        for number in ids:
            if number in self._waiting:
                self._waiting.discard(number)
                self.overdue.add(number)
            self._answers.pop(number, None)

    def drain(self) -> None:
        """Read what stands in the pipe of stderr. Bounded, for the program may be flooding it right now."""
        for _ in range(_DRAIN_READS):
            if self._stderr not in self._open or not self._read_stderr():
                return

    def end(self) -> None:
        """Ask it to exit by the end of its stdin; after 2 s it is killed. What remains of its group always is."""
        self._close(self._stdin)
        deadline = time.monotonic_ns() + int(GRACE_S * _NS)
        while self._process.poll() is None and time.monotonic_ns() < deadline:
            self._poll.poll(5)
            if self._stdout in self._open:
                self._discard_stdout()
            self.drain()
        self.lingered = self._process.poll() is None
        self.kill()

    def kill(self) -> None:
        """SIGKILL the process group, and let go of every descriptor."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(GRACE_S)
        self.drain()
        for descriptor in tuple(self._open):
            self._close(descriptor)

    def _step(self, timeout_ms: int) -> None:
        events = dict(self._poll.poll(min(timeout_ms + 1, _LOOK_MS)))
        if self._stdin in events:
            self._write()
        if self._stderr in events:
            self._read_stderr()
        if self._stdout in events:
            self._read_stdout()
        elif self._process.poll() is not None and not self._read_stdout():
            self._ended("")  # a child of it still holds the pipe

    def _write(self) -> None:
        if self._stdin not in self._open:
            self._outgoing.clear()
            return
        try:
            while self._outgoing:
                del self._outgoing[: os.write(self._stdin, self._outgoing)]
            with contextlib.suppress(KeyError):
                self._poll.unregister(self._stdin)
        except BlockingIOError:
            self._poll.register(self._stdin, select.POLLOUT)
        except BrokenPipeError:
            self._outgoing.clear()
            self._close(self._stdin)
            self._ended("closed its stdin")

    def _read_stderr(self) -> bool:
        data = self._read(self._stderr)
        if data:
            self._ring.write(data)
        return bool(data)

    def _discard_stdout(self) -> None:
        for _ in range(_DRAIN_READS):
            if not self._read(self._stdout):
                return

    def _read_stdout(self) -> bool:
        data = self._read(self._stdout)
        if data:
            self._incoming += data
            self._split()
        elif data is not None:
            self._ended("closed its stdout" + (" in the middle of a line" if self._incoming else ""))
        return bool(data)

    def _read(self, descriptor: int) -> bytes | None:
        """Read once: None when there is nothing now, and no bytes at the end, which closes the descriptor."""
        if descriptor not in self._open:
            return b""
        try:
            data = os.read(descriptor, _READ_BYTES)
        except BlockingIOError:
            return None
        if not data:
            self._close(descriptor)
        return data

    def _split(self) -> None:
        while self.fault is None and (end := self._incoming.find(b"\n", self._scanned)) >= 0:
            line = bytes(self._incoming[:end])
            del self._incoming[: end + 1]
            self._scanned = 0
            if len(line) > LINE_LIMIT:
                self._unframed(f"a line of {len(line)} bytes, where {LINE_LIMIT} is the limit")
            else:
                self._hear(line)
        self._scanned = len(self._incoming)
        if self.fault is None and self._scanned > LINE_LIMIT:
            self._unframed(f"a line of more than {LINE_LIMIT} bytes")

    def _hear(self, line: bytes) -> None:
        try:
            message = json.loads(line.decode("utf-8"), parse_constant=_no_constant)
        except (ValueError, RecursionError):
            self._unframed(f"a line on stdout that is not JSON: {shown(line)}")
            return
        if not isinstance(message, dict):
            self._unframed(f"a line on stdout that is no JSON-RPC object: {shown(message)}")
            return
        number = message.get("id")
        if "method" in message or message.get("jsonrpc", "2.0") != "2.0":
            self._unframed(f"a line on stdout that is no JSON-RPC 2.0 answer: {shown(message)}")
        elif not isinstance(number, int) or isinstance(number, bool) or not 0 < number <= self._last_id:
            self._unframed(f"an answer with an unknown id: {shown(message)}")
        elif number in self._waiting:
            self._waiting.discard(number)
            self._answers[number] = Answer(message=message, at_ns=time.monotonic_ns())
        elif number in self.overdue:
            self.overdue.discard(number)
        else:
            self._unframed(f"two answers to request {number}: {shown(message)}")

    def _unframed(self, detail: str) -> None:
        self.fault = self.fault or AdapterFault("framing", f"it wrote {detail}")
        self._close(self._stdout)

    def _ended(self, how: str) -> None:
        """Tell an exit from a signal, and both from a stream that ended while the program lives on."""
        deadline = time.monotonic_ns() + int(GRACE_S * _NS)
        while (status := self._process.poll()) is None and time.monotonic_ns() < deadline:
            self._poll.poll(5)
            self.drain()
        calls = len(self._waiting)
        pending = f" with {calls} unanswered request{'s' if calls != 1 else ''}" if calls else ""
        if status is None:
            fault = AdapterFault("end_of_file", f"it {how}{pending}, and still runs")
        elif status < 0:
            fault = AdapterFault("signalled", f"it was ended by {_signal_name(-status)}{pending}")
        else:
            fault = AdapterFault("exited", f"it exited with status {status}{pending}")
        self.fault = self.fault or fault
        self._close(self._stdout)

    def _close(self, descriptor: int) -> None:
        if descriptor not in self._open:
            return
        self._open.discard(descriptor)
        with contextlib.suppress(KeyError):
            self._poll.unregister(descriptor)
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None and not stream.closed and stream.fileno() == descriptor:
                stream.close()


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _signal_name(number: int) -> str:
    with contextlib.suppress(ValueError):
        return signal.Signals(number).name
    return f"signal {number}"


def _widen(descriptor: int) -> None:
    """Make room in a pipe, so that a debug log between two calls of ours stops nobody."""
    with contextlib.suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, _STDERR_PIPE_BYTES)
