"""A client in any language, as a child process."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from harness.adapter import PROTOCOL
from harness.drivers.answers import malformed, read_description, read_reply, read_texts, shown
from harness.drivers.child_clock import ChildClock, child_clock
from harness.drivers.clients import ProgramClient
from harness.drivers.driver import SECRETS_REMEMBERED, Description, Hung, Reply, Succeeded, Target, TimedReply
from harness.drivers.program import Answer, Program
from harness.drivers.ring import Ring
from harness.errors import AdapterFault, AdapterUnusable

#: How many restarts in a row that no row asked for are borne.
RESTARTS_BORNE = 3

_NS = 1_000_000_000
#: So many texts of a session's client objects are kept.
TEXTS_KEPT = 64


class SubprocessDriver:
    """Drives a program by the contract of clients under test. Satisfies `Driver`.

    Attributes:
        unasked_restarts: Restarts in a row that no row asked for. A session that is closed in good order ends the row.
        lingered: Whether the program that was told to end last had to be killed.
    """

    form = "program"

    def __init__(
        self,
        client: ProgramClient,
        *,
        limit_s: float,
        probe_s: float,
        environment: Mapping[str, str] | None = None,
        additions: Mapping[str, str] | None = None,
    ) -> None:
        """Prepare; the program is started by the first request.

        Args:
            client: What to start.
            limit_s: The limit of whatever has none of its own: `describe`, `open`, `close`.
            probe_s: How long `describe` may take as the probe that follows a call without an answer.
            environment: What the program inherits; None for our own.
            additions: What its environment holds besides.
        """
        self._client = client
        self._limit_s = limit_s
        self._probe_s = probe_s
        self._inherited = dict(os.environ if environment is None else environment)
        self._additions = dict(additions or {})
        self._lent: Mapping[str, str] = {}
        self._state = tempfile.TemporaryDirectory(prefix="noncense-state-")
        self._ring = Ring()
        self._program: Program | None = None
        self._fault: AdapterFault | None = None
        self._dialect: str | None = None
        self._description: Description | None = None
        self._sessions: set[str] = set()
        self._texts: dict[str, deque[str]] = {}
        self._clock: ChildClock | None = None
        self.unasked_restarts = 0
        self.lingered = False
        self.secrets: deque[str] = deque(maxlen=SECRETS_REMEMBERED)

    @property
    def state_dir(self) -> Path:
        """The folder that the program knows as NONCENSE_STATE_DIR."""
        return Path(self._state.name)

    @property
    def pid(self) -> int | None:
        """The process, while there is one."""
        return None if self._program is None else self._program.pid

    def another(self) -> SubprocessDriver:
        """Return a driver of a second program of the same kind, with the same folder for its state."""
        return SubprocessDriver(
            self._client,
            limit_s=self._limit_s,
            probe_s=self._probe_s,
            environment=self._inherited,
            additions={**self._additions, "NONCENSE_STATE_DIR": self._state.name},
        )

    def stop(self, *, kill: bool) -> None:
        """End the program; the next request starts it anew."""
        self._drop(kill=kill)

    def start(self) -> None:
        """Start the program where it does not run."""
        self._running()

    def clock(self) -> ChildClock | None:
        """Return the clock that programs go by which are started from now on; None where there is no means for one."""
        if self._clock is None:
            self._clock = child_clock()
            if self._clock is not None:
                self._additions.update(self._clock.environment(self._inherited))
        return self._clock

    def without_clock(self) -> None:
        """Let programs that are started from now on go by the machine's clock."""
        if self._clock is not None:
            for name in self._clock.environment(self._inherited):
                self._additions.pop(name, None)
            self._clock.close()
            self._clock = None

    def fresh_state(self) -> None:
        """Empty the state folder in place, for a running program keeps its name."""
        for entry in self.state_dir.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()

    def describe(self, dialect: str) -> Description:
        """Start the program if need be, and ask who it is."""
        self._dialect = dialect
        program = self._running()
        (number,) = program.post([self._describe()])
        if not program.wait([number], until_ns=_from_now(self._limit_s)):
            raise self._broken(program.fault or _silent(f"describe for {self._limit_s:g} s"))
        with self._last_words():
            self._description = read_description(_result(program.take(number), "describe"))
        return self._description

    def open(self, session: str, target: Target) -> Reply:
        """Open a session. Where an earlier call still hangs and no session is left, that starts the program anew."""
        if not self._sessions and self._program is not None and self._program.overdue:
            self._drop(kill=True)
        if self._program is None or self._description is None:
            self.describe(target.dialect)
        params: dict[str, object] = {
            "session": session,
            "dialect": target.dialect,
            "base_url": target.base_url,
            "key": target.key,
            "secret": target.secret,
            "ca_file": target.ca_file,
            "proxy_url": target.proxy_url,
            "timeout_s": target.timeout_s,
            "options": dict(target.options),
        }
        if target.state_dir is not None:
            params["state_dir"] = target.state_dir
        self.secrets.append(target.secret or "")
        reply = self._ask("open", [params], limit_s=max(self._limit_s, 3 * target.timeout_s))[0].reply
        if isinstance(reply, Succeeded):
            self._sessions.add(session)
        return reply

    def call(self, session: str, operation: str, params: Mapping[str, object], *, limit_s: float) -> TimedReply:
        """Make one call and wait for it."""
        return self._ask("call", [_call(session, operation, params)], limit_s=limit_s)[0]

    def call_together(
        self,
        calls: Sequence[tuple[str, str, Mapping[str, object]]],
        *,
        limit_s: float,
        after_first: Callable[[], object] | None = None,
    ) -> Sequence[TimedReply]:
        """Hand over calls in one write; one after the other to a program that promises nothing about such calls."""
        requests = [_call(*call) for call in calls]
        if self._description is not None and "concurrent" not in self._description.features:
            return tuple(self._ask("call", [request], limit_s=limit_s)[0] for request in requests)
        return self._ask("call", requests, limit_s=limit_s, after_first=after_first)

    def start_call(self, session: str, operation: str, params: Mapping[str, object]) -> None:
        """Hand over one call; nobody waits for its answer."""
        program = self._running()
        program.forget(program.post([("call", _call(session, operation, params))]))
        if not program.flush(until_ns=_from_now(self._limit_s)):
            raise self._broken(program.fault or _silent("its stdin"))

    def close(self, session: str) -> None:
        """Close a session. Nothing is asked of a program that is gone, nor of one in which a call still hangs."""
        if session not in self._sessions:
            return
        self._sessions.discard(session)
        self._texts.pop(session, None)
        if self._running().overdue:
            return
        if (answer := self._await("close", [{"session": session}], limit_s=self._limit_s)[0]) is not None:
            with self._last_words():
                _result(answer, "close")
            self.unasked_restarts = 0

    def restart(self, *, kill: bool, environment: Mapping[str, str] | None = None) -> None:
        """End the program, politely or by SIGKILL to its group, and start it anew."""
        self._drop(kill=kill)
        self._lent = dict(environment or {})
        self._running()

    def stderr_mark(self) -> int:
        """The position of the end of what the program has written to stderr."""
        if self._program is not None:
            self._program.drain()
        return self._ring.mark()

    def stderr_since(self, mark: int) -> str:
        """What it has written to stderr since a position."""
        if self._program is not None:
            self._program.drain()
        return self._ring.since(mark)

    def texts(self, session: str) -> Sequence[str]:
        """What an adapter that promises `texts` has shown of the session's client objects; from others, nothing."""
        return tuple(self._texts.get(session, ()))

    def shutdown(self) -> None:
        """End the program within 2 s, the hard way if need be, and remove its state folder."""
        self._drop(kill=False)
        self.without_clock()
        self._state.cleanup()

    def _running(self) -> Program:
        if self._program is None:
            if self._fault is not None:
                if self.unasked_restarts >= RESTARTS_BORNE:
                    raise AdapterUnusable(self.unasked_restarts, self._fault)
                self.unasked_restarts += 1
            self._program = Program(self._client.argv, self._environment(), self._ring)
            self._fault = None
            self._description = None
        return self._program

    def _environment(self) -> Mapping[str, str]:
        kept = {name: value for name, value in self._inherited.items() if not name.lower().endswith("_proxy")}
        return {**kept, "NONCENSE_STATE_DIR": self._state.name, **self._additions, **self._lent}

    def _drop(self, *, kill: bool) -> None:
        if self._program is not None:
            if kill:
                self._program.kill()
            else:
                self._program.end()
                self.lingered = self._program.lingered
        self._program = None
        self._description = None
        self._sessions.clear()

    def _broken(self, fault: AdapterFault) -> AdapterFault:
        """Let go of a program that cannot be asked any more."""
        self._drop(kill=True)
        fault.stderr = self._ring.last_lines()
        self._fault = fault
        return fault

    def _describe(self) -> tuple[str, Mapping[str, object]]:
        return "describe", {"protocol": PROTOCOL, "dialect": self._dialect}

    def _await(
        self,
        method: str,
        requests: Sequence[Mapping[str, object]],
        *,
        limit_s: float,
        after_first: Callable[[], object] | None = None,
    ) -> Sequence[Answer | None]:
        """Ask, and wait for the answers; None stands for one that never came although the program is alive."""
        program = self._running()
        first = 0 if after_first is None else 1
        ids = program.post((method, request) for request in requests[:first])
        if after_first is not None:
            program.flush(until_ns=_from_now(limit_s))
            after_first()
        ids += program.post((method, request) for request in requests[first:])
        program.wait(ids, until_ns=_from_now(limit_s))
        answers = [program.take(number) for number in ids]
        program.forget(ids)
        if None in answers and program.fault is None:
            self._probe(program, f"{method} for {limit_s:g} s")
        if program.fault is not None and (None in answers or program.fault.kind == "framing"):
            raise self._broken(program.fault)
        return answers

    def _probe(self, program: Program, unanswered: str) -> None:
        (number,) = program.post([self._describe()])
        if not program.wait([number], until_ns=_from_now(self._probe_s)) and program.fault is None:
            program.fault = _silent(f"{unanswered}, nor a describe as a probe for {self._probe_s:g} s more")
        program.forget([number])

    def _ask(
        self,
        method: str,
        requests: Sequence[Mapping[str, object]],
        *,
        limit_s: float,
        after_first: Callable[[], object] | None = None,
    ) -> Sequence[TimedReply]:
        started_ns = time.monotonic_ns()
        answers = self._await(method, requests, limit_s=limit_s, after_first=after_first)
        limit_ns = started_ns + int(limit_s * _NS)
        with self._last_words():
            for request, answer in zip(requests, answers, strict=True):
                self._note_texts(request, answer, method)
            return tuple(
                TimedReply(
                    reply=Hung(limit_s=limit_s) if answer is None else read_reply(_result(answer, method), method),
                    started_ns=started_ns,
                    ended_ns=limit_ns if answer is None else answer.at_ns,
                )
                for answer in answers
            )

    def _note_texts(self, request: Mapping[str, object], answer: Answer | None, method: str) -> None:
        if answer is None:
            return
        if shown_texts := read_texts(_result(answer, method), method):
            kept = self._texts.setdefault(str(request["session"]), deque(maxlen=TEXTS_KEPT))
            kept.extend(shown_texts)

    @contextlib.contextmanager
    def _last_words(self) -> Iterator[None]:
        """Give a fault within the last lines of stderr."""
        try:
            yield
        except AdapterFault as fault:
            self.stderr_mark()
            fault.stderr = self._ring.last_lines()
            raise


def _call(session: str, operation: str, params: Mapping[str, object]) -> Mapping[str, object]:
    return {"session": session, "operation": operation, "params": dict(params)}


def _result(answer: Answer | None, method: str) -> object:
    """Return the result of an answer; a JSON-RPC error says that the adapter is broken."""
    if answer is None:
        raise malformed(method, "no answer")
    error = answer.message.get("error")
    if error is not None:
        raise malformed(method, f"the adapter answers with the JSON-RPC error {shown(error)}")
    if "result" not in answer.message:
        raise malformed(method, f"neither result nor error in {shown(answer.message)}")
    return answer.message["result"]


def _silent(what: str) -> AdapterFault:
    return AdapterFault("silent", f"it did not answer {what}")


def _from_now(seconds: float) -> int:
    return time.monotonic_ns() + int(seconds * _NS)
