"""What the author of a Python adapter imports, and all that it takes to serve an adapter as a program.

This file needs the standard library alone, from Python 3.7 on. It stands in two places, letter for letter:
`harness/adapter.py`, and `adapters/python/noncense_adapter.py` to be copied beside an SDK that cannot live in one
environment with noncense. An adapter is any object with `name`, `version`, `language`, `dialects`, `operations`,
`features` and `open(target)`; what `open` returns has `call(operation, params)` and `close()`; any of the three
methods may be asynchronous.

    from harness.adapter import ClientError, Skipped, main
    ADAPTER = MyAdapter()
    if __name__ == "__main__":
        main(ADAPTER)
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import sys
import threading
import time
import types
from collections.abc import Callable, Iterable, Mapping
from typing import Any

PROTOCOL = 1

LINE_LIMIT = 8 * 1024 * 1024  # bytes, without the end of the line

#: How a client may let its user tell failures apart.
KINDS = (
    "authentication",
    "permission",
    "nonce",
    "timestamp",
    "rate_limit",
    "insufficient_funds",
    "order_not_found",
    "invalid_request",
    "not_found",
    "unavailable",
    "network",
    "timeout",
    "tls",
    "bad_response",
    "unknown",
)

_CLOSING_S = 1.5


class ClientError(Exception):
    """The client under test reported a failure.

    Attributes:
        kind: One of `KINDS`; `unknown` wherever the client itself makes no difference.
        message: The failure as the client words it.
        type: The client's name for it, such as its exception's class; None when it has none.
        http_status: The status that the client tells its user; None when it tells none.
    """

    noncense_report = "error"

    def __init__(self, kind: str, message: str, type: str | None = None, http_status: int | None = None) -> None:
        if kind not in KINDS:
            raise ValueError("{!r} is no kind of the contract; those are {}".format(kind, ", ".join(KINDS)))
        super().__init__(kind, message)
        self.kind = kind
        self.message = message
        self.type = type
        self.http_status = http_status

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}"


class Skipped(Exception):
    """The client has no way to even try this call.

    Attributes:
        reason: Why, in one line.
        url: Where that is known, documented or discussed; None without such a place.
    """

    noncense_report = "skipped"

    def __init__(self, reason: str, url: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.url = url


class Target(types.SimpleNamespace):
    """What a session is opened with: the fields of the contract's `open`, and any that a later version adds."""

    session: str
    dialect: str
    base_url: str
    key: str | None
    secret: str | None
    ca_file: str | None
    proxy_url: str | None
    timeout_s: float
    options: Mapping[str, Any]
    state_dir: str | None

    def __init__(self, **fields: Any) -> None:
        usual: dict[str, Any] = {"key": None, "secret": None, "ca_file": None, "proxy_url": None, "timeout_s": 5.0}
        usual.update(options={}, state_dir=None)
        usual.update(fields)
        super().__init__(**usual)

    def __repr__(self) -> str:
        shown = ", ".join("{}={!r}".format(*field) for field in vars(self).items() if field[0] != "secret")
        return f"Target({shown}, secret=…)"


class Workers:
    """Runs an adapter's methods: synchronous ones on threads, asynchronous ones on one event loop.

    The loop lives from its first use until `stop`. All threads are daemons: a client that hangs keeps nobody here.
    """

    def __init__(self, concurrent: bool) -> None:
        self.idents: set[int] = set()
        self._concurrent = concurrent
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._lock = threading.Condition()
        self._threads = 0
        self._idle = 0
        self._unfinished = 0
        self._loop: Any = None
        self._loop_thread: threading.Thread | None = None

    def submit(self, job: Callable[[], None]) -> None:
        """Run a job, which must not raise: at once when calls may be concurrent, else after those before it."""
        with self._lock:
            self._unfinished += 1
            if self._idle > 0:
                self._idle -= 1
            elif self._concurrent or not self._threads:
                self._threads += 1
                threading.Thread(target=self._work, name="noncense-client", daemon=True).start()
        self._jobs.put(job)

    def settle(self, value: Any) -> Any:
        """Return a method's value, waiting on the event loop for an awaitable one."""
        if not hasattr(value, "__await__"):
            return value
        import asyncio

        async def awaited() -> Any:
            try:
                return await value, None
            except (SystemExit, KeyboardInterrupt) as leaving:  # they would end the event loop
                return None, leaving

        settled, leaving = asyncio.run_coroutine_threadsafe(awaited(), self._running_loop()).result()
        if leaving is not None:
            raise leaving
        return settled

    def wait(self, deadline: float) -> bool:
        """Wait until every job is finished, until a time of the monotonic clock at most, seconds."""
        with self._lock:
            return self._lock.wait_for(lambda: not self._unfinished, max(0.0, deadline - time.monotonic()))

    def stop(self) -> None:
        """Let idle threads go, and end the event loop with whatever still runs on it."""
        with self._lock:
            threads, loop, loop_thread = self._threads, self._loop, self._loop_thread
            self._loop = self._loop_thread = None
        for _ in range(threads):
            self._jobs.put(None)
        if loop is not None and loop_thread is not None:
            loop.call_soon_threadsafe(loop.stop)
            loop_thread.join(_CLOSING_S)

    def _work(self) -> None:
        ident = threading.get_ident()
        self.idents.add(ident)
        while True:
            job = self._jobs.get()
            if job is None:
                self.idents.discard(ident)
                return
            job()
            with self._lock:
                self._idle += 1
                self._unfinished -= 1
                self._lock.notify_all()

    def _running_loop(self) -> Any:
        import asyncio

        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._loop_thread = threading.Thread(
                    target=self._run_loop, args=(self._loop,), name="noncense-loop", daemon=True
                )
                self._loop_thread.start()
            return self._loop

    def _run_loop(self, loop: Any) -> None:
        import asyncio

        self.idents.add(threading.get_ident())
        asyncio.set_event_loop(loop)
        try:
            while self._loop is loop:
                with contextlib.suppress(SystemExit, KeyboardInterrupt):
                    loop.run_forever()
            tasks = asyncio.all_tasks(loop)
            for task in tasks:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
            loop.run_until_complete(loop.shutdown_asyncgens())
        finally:
            loop.close()


class Loudness:
    """Turns Python's logging up to its loudest while a session is open that asks for it, and down again after."""

    def __init__(self) -> None:
        self._sessions: set[str] = set()
        self._usual = 0

    def rise(self, session: str) -> None:
        """Log everything: what a user does who is asked for a debug log."""
        import logging

        root = logging.getLogger()
        if not root.handlers:
            logging.basicConfig()
        if not self._sessions:
            self._usual = root.level
        self._sessions.add(session)
        root.setLevel(logging.DEBUG)

    def fall(self, session: str) -> None:
        """Put the level back when the last such session has gone."""
        if session in self._sessions:
            import logging

            self._sessions.discard(session)
            if not self._sessions:
                logging.getLogger().setLevel(self._usual)


def describe(adapter: Any) -> dict[str, Any]:
    """Return the answer to `describe`, from the adapter's attributes."""
    answer = {"protocol": PROTOCOL, "name": adapter.name, "version": adapter.version, "language": adapter.language}
    answer.update({name: list(getattr(adapter, name)) for name in ("dialects", "operations", "features")})
    optional = {name: getattr(adapter, name, None) for name in ("homepage", "issues", "http_stack")}
    answer.update({name: value for name, value in optional.items() if value is not None})
    return answer


def report(failure: BaseException) -> dict[str, Any] | None:
    """Return what an exception reports in the client's name, or None when it is the adapter's own failure.

    It is known by its mark and not by its class, so that the adapter may use either copy of this file.
    """
    mark = getattr(failure, "noncense_report", None)
    said: Any = failure
    if mark == "skipped":
        return {"skipped": {"reason": said.reason, "url": said.url}}
    if mark == "error":
        error = {"kind": said.kind, "message": said.message, "type": said.type, "http_status": said.http_status}
        return {"error": {name: value for name, value in error.items() if value is not None}}
    return None


def to_json(value: Any) -> str:
    """Spell a value as JSON, on one line of ASCII.

    A Decimal becomes a decimal string. What JSON has no word for, NaN and the infinities, becomes a string too: it is
    not the adapter's part to refuse what its client lets through.

    Raises:
        TypeError: The value holds something that is neither JSON nor any of these.
    """
    try:
        return json.dumps(value, default=_plain, allow_nan=False)
    except ValueError:
        return json.dumps(json.loads(json.dumps(value, default=_plain), parse_constant=str))


def _plain(value: Any) -> Any:
    if type(value).__name__ == "Decimal":
        return format(value, "f")
    raise TypeError(f"a {type(value).__name__} cannot be spelled as JSON")


def main(adapter: Any) -> None:
    """Serve an adapter as a program: JSON-RPC 2.0, one object a line, until stdin ends.

    Descriptor 1 is moved aside first, so that whatever prints lands on stderr, and so is descriptor 0, so that no
    child of the client reads what is meant for us.
    """
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(line_buffering=True)
    _Server(adapter, answers).serve(requests)


class _Refusal(Exception):
    """A request that this adapter cannot serve: a JSON-RPC error with its code."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class _Server:
    """One adapter at the end of a pipe. `describe` is answered at once, even while every call hangs."""

    def __init__(self, adapter: Any, answers: int) -> None:
        self._adapter = adapter
        self._answers = answers
        self._lock = threading.Lock()
        self._sessions: dict[str, Any] = {}
        self._workers = Workers("concurrent" in adapter.features)
        self._loudness = Loudness()

    def serve(self, requests: Iterable[bytes]) -> None:
        for line in requests:
            request = json.loads(line.decode("utf-8"))
            number, method, params = request.get("id"), request.get("method"), request.get("params") or {}
            if method == "describe":
                self._answer(number, describe, self._adapter)
            elif method in ("open", "call", "close"):
                self._workers.submit(_bound(self._answer, number, getattr(self, "_" + method), params))
            else:
                self._answer(number, self._unknown, method)
        self._close_all()

    def _answer(self, number: Any, work: Callable[[Any], Any], argument: Any) -> None:
        reply: dict[str, Any] = {"jsonrpc": "2.0", "id": number}
        try:
            line = to_json(dict(reply, result=work(argument)))
            if len(line) > LINE_LIMIT:
                raise _Refusal(-32000, f"the answer takes {len(line)} bytes, and a line may take {LINE_LIMIT}")
        except BaseException as failure:
            said = report(failure)
            if said is not None:
                line = to_json(dict(reply, result=said))
            else:
                code = failure.code if isinstance(failure, _Refusal) else -32000
                message = str(failure) if isinstance(failure, _Refusal) else _told(failure)
                line = to_json(dict(reply, error={"code": code, "message": message}))
        data = memoryview(line.encode("ascii") + b"\n")
        with self._lock:
            while data:
                data = data[os.write(self._answers, data) :]

    def _open(self, params: Mapping[str, Any]) -> dict[str, Any]:
        target = Target(**params)
        target.state_dir = target.state_dir or os.environ.get("NONCENSE_STATE_DIR")
        if target.session in self._sessions:
            raise _Refusal(-32602, f"session {target.session!r} is open already")
        if target.options.get("debug"):
            self._loudness.rise(target.session)
        try:
            self._sessions[target.session] = self._workers.settle(self._adapter.open(target))
        except BaseException:
            self._loudness.fall(target.session)
            raise
        return {}

    def _call(self, params: Mapping[str, Any]) -> dict[str, Any]:
        operation = params["operation"]
        if operation not in self._adapter.operations:
            raise _Refusal(-32601, f"this adapter has no operation {operation!r}")
        session = self._session(params["session"])
        return {"ok": self._workers.settle(session.call(operation, params.get("params") or {}))}

    def _close(self, params: Mapping[str, Any]) -> dict[str, Any]:
        session = self._session(params["session"])
        del self._sessions[params["session"]]
        self._loudness.fall(params["session"])
        self._workers.settle(session.close())
        return {}

    def _unknown(self, method: Any) -> None:
        raise _Refusal(-32601, f"this adapter knows no method {method!r}")

    def _session(self, name: str) -> Any:
        if name not in self._sessions:
            raise _Refusal(-32602, f"no session {name!r} is open")
        return self._sessions[name]

    def _close_all(self) -> None:
        """Let what is under way come to its end, and close what is open; whatever hangs is left behind."""
        deadline = time.monotonic() + _CLOSING_S
        self._workers.wait(deadline)
        for session in list(self._sessions.values()):
            self._workers.submit(_bound(self._close_last, session))
        self._workers.wait(deadline)
        self._workers.stop()

    def _close_last(self, session: Any) -> None:
        try:
            self._workers.settle(session.close())
        except BaseException as failure:
            _told(failure)


def _bound(work: Callable[..., None], *arguments: Any) -> Callable[[], None]:
    return lambda: work(*arguments)


def _told(failure: BaseException) -> str:
    """Print a traceback on stderr and return the failure in one line."""
    import traceback

    traceback.print_exception(type(failure), failure, failure.__traceback__)
    return f"{type(failure).__name__}: {failure}"
