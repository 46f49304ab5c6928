"""A client as a Python object in the harness's own process."""

from __future__ import annotations

import inspect
import json
import logging
import os
import signal
import threading
import time
import traceback
import warnings
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from harness import adapter as kit
from harness.drivers.answers import malformed, read_description, read_reply
from harness.drivers.capture import LogTap, overheard
from harness.drivers.clients import ObjectClient
from harness.drivers.driver import SECRETS_REMEMBERED, Description, Hung, Reply, Succeeded, Target, TimedReply
from harness.drivers.loading import is_reloadable, load, raised
from harness.drivers.ring import Ring
from harness.drivers.texts import texts_of
from harness.drivers.wall_clock import WallClock

_NS = 1_000_000_000
_DETAILS = 65_536


class _Job:
    """One method of the client, on a thread of its own: what it returned or raised, and when."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._work = work
        self.done = threading.Event()
        self.value: object = None
        self.failure: BaseException | None = None
        self.ended_ns = 0

    def __call__(self) -> None:
        try:
            self.value = self._work()
        except BaseException as failure:
            self.failure = failure
        self.ended_ns = time.monotonic_ns()
        self.done.set()


class InProcessDriver:
    """Drives an adapter object, whose methods may be synchronous or not. Satisfies `Driver`.

    A synchronous method runs on a thread of ours, an asynchronous one on the adapter's event loop; so a call that hangs
    is left behind, and the adapter is made anew before the next session where its reference allows that.
    """

    form = "in-process"

    def __init__(self, client: ObjectClient, *, limit_s: float) -> None:
        """Prepare; the adapter is loaded when it is first asked for something.

        Args:
            client: The adapter's reference.
            limit_s: The limit of whatever has none of its own: `open`, `close`.
        """
        self._client = client
        self._limit_s = limit_s
        self._ring = Ring()
        self._log = LogTap(self._ring)
        self._adapter: Any = None
        self._workers: kit.Workers | None = None
        self._description: Description | None = None
        self._sessions: dict[str, Any] = {}
        self._loudness = kit.Loudness()
        self._stuck = False
        self._proxies: dict[str, str] = {}
        self._clock = WallClock()
        self.secrets: deque[str] = deque(maxlen=SECRETS_REMEMBERED)

    def describe(self, dialect: str) -> Description:
        """Load the adapter if need be, and read who it is."""
        self._started()
        adapter = self._adapter
        try:
            answer = kit.describe(adapter)
        except Exception as error:
            raise raised("describe", error) from error
        self._description = read_description(answer)
        return self._description

    def open(self, session: str, target: Target) -> Reply:
        """Open a session. Where an earlier call still hangs and no session is left, the adapter is made anew before."""
        if self._stuck and not self._sessions:
            self._drop()
        self._started()
        if target.options.get("debug"):
            self._loudness.rise(session)
        self.secrets.append(target.secret or "")
        given = {field.name: getattr(target, field.name) for field in fields(target)}
        given.update(session=session, options=dict(target.options))
        job = self._run(lambda: self._adapter.open(kit.Target(**given)))
        limit_s = max(self._limit_s, 3 * target.timeout_s)
        started_ns = time.monotonic_ns()
        self._wait([job], started_ns, limit_s)
        if job.done.is_set() and job.failure is None:
            self._sessions[session] = job.value
            return Succeeded(value=None)
        self._loudness.fall(session)
        return Hung(limit_s=limit_s) if job.failure is None else self._reported(job.failure, "open")

    def call(self, session: str, operation: str, params: Mapping[str, object], *, limit_s: float) -> TimedReply:
        """Make one call and wait for it."""
        return self.call_together([(session, operation, params)], limit_s=limit_s)[0]

    def call_together(
        self,
        calls: Sequence[tuple[str, str, Mapping[str, object]]],
        *,
        limit_s: float,
        after_first: Callable[[], object] | None = None,
    ) -> Sequence[TimedReply]:
        """Hand over calls at once; a serial adapter gets them one after the other."""
        started_ns = time.monotonic_ns()
        jobs = [self._run(self._bound(*call)) for call in calls[:1]]
        if after_first is not None:
            after_first()
        jobs += [self._run(self._bound(*call)) for call in calls[1:]]
        self._wait(jobs, started_ns, limit_s)
        limit_ns = started_ns + int(limit_s * _NS)
        return tuple(
            TimedReply(
                reply=self._replied(job, operation, limit_s),
                started_ns=started_ns,
                ended_ns=job.ended_ns if job.done.is_set() else limit_ns,
            )
            for job, (_, operation, _) in zip(jobs, calls, strict=True)
        )

    def start_call(self, session: str, operation: str, params: Mapping[str, object]) -> None:
        """Hand over one call; nobody waits for it. What cannot be killed is left behind by the next restart."""
        self._run(self._bound(session, operation, params))
        self._stuck = True

    def move_clock(self, ahead_ms: int) -> None:
        """Let the wall clock of the client's threads be so many milliseconds ahead; 0 puts it right."""
        self._clock.set(ahead_ms, self._started().idents)

    def call_in_a_child(
        self, session: str, operation: str, params: Mapping[str, object], *, limit_s: float
    ) -> bool | None:
        """Fork, and let the child make one call and end.

        Returns:
            Whether the call came back with a success or a failure of the client; None where a process cannot be forked
            here, or the call is an asynchronous one, whose event loop does not come along.
        """
        opened = self._sessions[session]
        if not hasattr(os, "fork") or inspect.iscoroutinefunction(opened.call):
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if child == 0:
            _as_a_child(lambda: opened.call(operation, dict(params)))
        deadline = time.monotonic() + limit_s
        while (done := os.waitpid(child, os.WNOHANG))[0] == 0:
            if time.monotonic() > deadline:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
                return False
            time.sleep(0.002)
        return os.waitstatus_to_exitcode(done[1]) == 0

    def close(self, session: str) -> None:
        """Close a session. Nothing is asked of an adapter in which a call still hangs."""
        opened = self._sessions.pop(session, None)
        self._loudness.fall(session)
        if opened is None or self._stuck:
            return
        job = self._run(opened.close)
        self._wait([job], time.monotonic_ns(), self._limit_s)
        if job.done.is_set() and job.failure is not None:
            raise raised("close", job.failure)

    def restart(self, *, kill: bool, environment: Mapping[str, str] | None = None) -> None:
        """Drop the adapter with its sessions and make it anew; one that was handed over as an object stays."""
        if not kill:
            for session in tuple(self._sessions):
                self.close(session)
        self._drop()
        self._started()

    def stderr_mark(self) -> int:
        """The position of the end of what the client has printed and logged."""
        return self._ring.mark()

    def stderr_since(self, mark: int) -> str:
        """What it has printed, on either stream, and logged since a position."""
        return self._ring.since(mark)

    def texts(self, session: str) -> Sequence[str]:
        """The textual forms of a session and of the client objects that it holds."""
        return texts_of(self._sessions[session]) if session in self._sessions else ()

    def shutdown(self) -> None:
        """Close what is open and let the adapter go."""
        self._clock.set(0, frozenset())
        for session in tuple(self._sessions):
            self._loudness.fall(session)
            job = self._run(self._sessions.pop(session).close)
            self._wait([job], time.monotonic_ns(), 1.0)
        self._drop()
        logging.getLogger().removeHandler(self._log)
        for name, value in self._proxies.items():
            os.environ.setdefault(name, value)
        self._proxies.clear()

    def _started(self) -> kit.Workers:
        if self._workers is None:
            logging.getLogger().addHandler(self._log)
            self._clear_proxies()
            if self._adapter is None:
                self._adapter = load(self._client.reference)
            features = getattr(self._adapter, "features", ())
            self._workers = kit.Workers("concurrent" in features)
        return self._workers

    def _clear_proxies(self) -> None:
        """The contract clears inherited proxy variables for a program, and an object inherits ours."""
        for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
            self._proxies[name] = os.environ.pop(name)

    def _drop(self) -> None:
        for session in tuple(self._sessions):
            self._loudness.fall(session)
        self._sessions.clear()
        if self._workers is not None:
            self._workers.stop()
        self._workers = None
        self._stuck = False
        if is_reloadable(self._client.reference):
            self._adapter = None

    def _run(self, work: Callable[[], object]) -> _Job:
        workers = self._started()
        job = _Job(lambda: workers.settle(work()))
        workers.submit(job)
        return job

    def _wait(self, jobs: Sequence[_Job], started_ns: int, limit_s: float) -> None:
        deadline_ns = started_ns + int(limit_s * _NS)
        with overheard(self._started().idents, self._ring):
            for job in jobs:
                if not job.done.wait(max(0.0, (deadline_ns - time.monotonic_ns()) / _NS)):
                    self._stuck = True

    def _bound(self, session: str, operation: str, params: Mapping[str, object]) -> Callable[[], object]:
        def work() -> object:
            if operation not in self._adapter.operations:
                raise LookupError(f"this adapter has no operation {operation!r}")
            return self._sessions[session].call(operation, dict(params))

        return work

    def _replied(self, job: _Job, operation: str, limit_s: float) -> Reply:
        if not job.done.is_set():
            return Hung(limit_s=limit_s)
        if job.failure is not None:
            return self._reported(job.failure, operation)
        try:
            return Succeeded(value=json.loads(kit.to_json(job.value)))
        except (TypeError, ValueError, RecursionError) as error:
            raise malformed(operation, f"the value is no JSON: {error}") from error

    def _reported(self, failure: BaseException, doing: str) -> Reply:
        said = kit.report(failure)
        if said is None:
            raise raised(doing, failure) from failure
        return read_reply(said, doing, details=_details(failure))


def _as_a_child(work: Callable[[], object]) -> None:
    """Do it in a forked process, which ends with it and touches nothing of ours on its way out."""
    status = 1
    try:
        work()
        status = 0
    except BaseException as failure:
        status = 0 if kit.report(failure) is not None else 1
    finally:
        os._exit(status)


def _details(failure: BaseException) -> str:
    """Return what else a failure shows to whoever prints it: its arguments, its causes, their tracebacks."""
    shown = []
    link: BaseException | None = failure
    for _ in range(8):
        if link is None:
            break
        try:
            shown.append(f"{type(link).__name__}{link.args!r} {vars(link)!r}")
        except Exception as error:
            shown.append(f"{type(link).__name__} cannot be printed: {type(error).__name__}")
        link = link.__cause__ or link.__context__
    try:
        # Without its frames: they show files and lines of source, which hold nothing of a case, and take long to show.
        shown.append("".join(traceback.format_exception(failure, limit=0)))
    except Exception as error:
        shown.append(f"its traceback cannot be printed: {type(error).__name__}")
    return "\n".join(shown)[:_DETAILS]
