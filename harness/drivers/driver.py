"""The rein by which a client under test is driven."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What a client says it is; the answer to `describe`."""

    name: str
    version: str
    language: str
    dialects: tuple[str, ...]
    operations: frozenset[str]
    features: frozenset[str]
    homepage: str | None = None
    issues: str | None = None
    http_stack: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a session is opened with; the parameters of `open`."""

    dialect: str
    base_url: str
    key: str | None
    secret: str | None = field(repr=False)
    ca_file: str | None = None
    proxy_url: str | None = None
    timeout_s: float = 5.0
    options: Mapping[str, object] = field(default_factory=dict)
    state_dir: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Succeeded:
    """The client reports success."""

    value: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The client reports a failure, in its own words.

    `details` is what else the failure shows to its user (arguments, causes, traceback): searched for leaks, not judged.
    """

    kind: str
    message: str
    type: str | None = None
    http_status: int | None = None
    details: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CannotTry:
    """The client has no way to make this call."""

    reason: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hung:
    """The call got no answer within the limit although the adapter is alive: a fact about the client."""

    limit_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Interrupted:
    """The call was cut short because the harness killed or restarted the program while it ran."""


Reply = Succeeded | Failed | CannotTry | Hung | Interrupted


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedReply:
    """A reply and when, on the monotonic clock, the call was handed over and answered (nanoseconds)."""

    reply: Reply
    started_ns: int
    ended_ns: int


#: How many secrets a driver remembers. What an adapter says when it breaks is about its last sessions.
SECRETS_REMEMBERED = 64


class Driver(Protocol):
    """One client under test. Blocking; used from one thread at a time.

    Every method raises `harness.errors.AdapterFault` when the adapter breaks.
    """

    #: "program" or "in-process".
    form: str
    #: The secrets that the last sessions were opened with: no report of a fault may show them.
    secrets: deque[str]

    def describe(self, dialect: str) -> Description:
        """Start the client if need be, and ask who it is."""
        ...

    def open(self, session: str, target: Target) -> Reply:
        """Open a session; `Failed` when the client refuses in its constructor."""
        ...

    def call(self, session: str, operation: str, params: Mapping[str, object], *, limit_s: float) -> TimedReply:
        """Make one call and wait for it."""
        ...

    def call_together(
        self,
        calls: Sequence[tuple[str, str, Mapping[str, object]]],
        *,
        limit_s: float,
        after_first: Callable[[], object] | None = None,
    ) -> Sequence[TimedReply]:
        """Hand over (session, operation, params) calls together; the replies in the order of the calls.

        Args:
            calls: Which.
            limit_s: How long to wait for all of them.
            after_first: Called when the first has been handed over, and before the others are.
        """
        ...

    def start_call(self, session: str, operation: str, params: Mapping[str, object]) -> None:
        """Hand over one call without waiting: what precedes a kill. Programs only."""
        ...

    def close(self, session: str) -> None:
        """Close a session."""
        ...

    def restart(self, *, kill: bool, environment: Mapping[str, str] | None = None) -> None:
        """End the program, politely or by SIGKILL to its process group, and start it anew. Sessions are gone.

        In process, the adapter object is dropped and made anew where that is possible.

        Args:
            kill: Whether without asking.
            environment: What the new program's environment holds besides, until the next restart.
        """
        ...

    def stderr_mark(self) -> int:
        """A position in what the client has written to stderr so far (programs; in process: logging and stderr)."""
        ...

    def stderr_since(self, mark: int) -> str:
        """What it has written to stderr since that position."""
        ...

    def texts(self, session: str) -> Sequence[str]:
        """In process: `repr` and `str` of the session and the client objects it holds; for programs: nothing."""
        ...

    def shutdown(self) -> None:
        """End everything, within 2 s and the hard way if need be."""
        ...
