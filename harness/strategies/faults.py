"""Faults: planned harm as data, which Hypothesis draws and shrinks."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from harness.cases import Arm, Call
from harness.setting import Setting


def lost_answer(operation: str | None = None, *, times: int | None = 1, skip: int = 0) -> Arm:
    """The handler has run, and the connection ends where the answer should have been."""
    return Arm(
        fault="drop_answer",
        at="after_handler",
        operation=operation,
        times=times,
        skip=skip,
        note="the request takes effect and its answer is lost",
    )


def unavailable(
    operation: str | None = None,
    *,
    at: str = "before_handler",
    status: int = 503,
    times: int | None = 1,
    body: str = "html",
) -> Arm:
    """The exchange, or what stands before it, answers with a 5xx page."""
    return Arm(
        fault="status",
        at=at,
        operation=operation,
        times=times,
        settings={"status": status, "body": body},
        note=f"status {status} with a body of {body}",
    )


def reset(operation: str | None = None, *, at: str = "before_handler", times: int | None = 1) -> Arm:
    """The connection is reset."""
    return Arm(fault="reset", at=at, operation=operation, times=times)


def stall(
    operation: str | None = None, *, at: str = "after_handler", after: int | None = None, times: int | None = 1
) -> Arm:
    """Nothing more comes: before the first byte, or after so many bytes of the body."""
    settings = {} if after is None else {"after": after}
    return Arm(fault="stall", at=at, operation=operation, times=times, settings=settings)


def refuse(
    refusal: str, operation: str | None = None, *, times: int | None = 1, variant: str = "", at: str = "before_handler"
) -> Arm:
    """The exchange says no, in its dialect's words."""
    settings = {"refusal": refusal} | ({"variant": variant} if variant else {})
    name = refusal.replace("_", " ") + (f", {variant}" if variant else "")
    return Arm(
        fault="refuse", at=at, operation=operation, times=times, settings=settings, note=f"the exchange refuses: {name}"
    )


def aimed_at(call: Call) -> str | None:
    """Return the operation that a fault for a call is planned for: none for `raw`, which may go anywhere."""
    return None if call.operation == "raw" else call.operation


def answered(
    body: str,
    operation: str | None = None,
    *,
    status: int = 200,
    content_type: str = "application/json",
    at: str = "before_handler",
    times: int | None = None,
) -> Arm:
    """The exchange answers with these bytes, given as latin-1 text."""
    return Arm(
        fault="body",
        at=at,
        operation=operation,
        times=times,
        settings={"body": body, "status": status, "content_type": content_type},
        note=f"the answer is {status} {ascii(body) if len(body) < 160 else f'with {len(body)} bytes'}",
    )


def another_status(status: int, operation: str | None = None, *, times: int | None = None) -> Arm:
    """The answer is what it would have been, under another status."""
    return Arm(
        fault="body",
        at="after_handler",
        operation=operation,
        times=times,
        settings={"status": status},
        note=f"the usual body comes with status {status}",
    )


def cut(
    operation: str | None = None, *, after: int | None = None, chunked: bool = False, times: int | None = None
) -> Arm:
    """The answer ends before its end: after so many bytes of its body, or without its last chunk."""
    settings: dict[str, object] = {"chunked": True} if chunked else {}
    if after is not None:
        settings["after"] = after
    note = "the last chunk of the answer is missing" if chunked else "the answer is shorter than its Content-Length"
    return Arm(fault="truncate", at="after_handler", operation=operation, times=times, settings=settings, note=note)


def drip(
    operation: str | None = None,
    *,
    piece: int = 1,
    ms: int = 1,
    chunked: bool = False,
    times: int | None = 1,
    key: str | None = "k",
) -> Arm:
    """The answer comes a few bytes at a time."""
    return Arm(
        fault="slow_drip",
        at="after_handler",
        operation=operation,
        key=key,
        times=times,
        settings={"piece": piece, "ms": ms, "chunked": chunked},
        note=f"the answer comes {piece} byte{'s' if piece > 1 else ''} at a time, every {ms} ms",
    )


def closed_afterwards(operation: str | None = None) -> Arm:
    """The answer comes whole and promises to keep the connection, which is then closed."""
    return Arm(
        fault="close",
        at="after_handler",
        operation=operation,
        settings={"after": 10**6},
        note="the connection is closed behind the answer",
    )


def transient(setting: Setting) -> SearchStrategy[Arm]:
    """Draw one passing failure."""
    return st.sampled_from(_passing())


def _passing() -> Sequence[Arm]:
    return [
        unavailable(),
        unavailable(status=502),
        reset(at="before_gate"),
        reset(),
        Arm(fault="close", at="before_handler"),
        lost_answer(),
    ]


#: Ways to garble an answer, so that nothing can be made of it or everything; none of them keeps a client waiting.
_GARBLED = (
    ("json", "cut"),
    ("json", "empty"),
    ("json", "listed"),
    ("json", "quoted"),
    ("json", "invalid_utf8"),
    ("json", "two_values"),
    ("head", "bad_status"),
    ("head", "unknown_version"),
    ("head", "nul"),
    ("head", "no_colon"),
    ("content_length", "short"),
    ("content_length", "negative"),
    ("content_length", "twice"),
    ("content_length", "with_chunks"),
    ("chunks", "bad_size"),
    ("chunks", "negative_size"),
    ("chunks", "no_end"),
    ("chunks", "garbage"),
    ("gzip", "mislabelled"),
    ("gzip", "cut"),
)


def garbled(setting: Setting) -> SearchStrategy[Arm]:
    """Draw an answer that comes, and comes garbled: its JSON, its head, its length, its chunks, its compression."""

    def arm(way: tuple[str, str]) -> Arm:
        fault, how = way
        note = f"the answer is garbled ({fault.replace('_', ' ')}: {how.replace('_', ' ')})"
        return Arm(fault=fault, at="after_handler", settings={"how": how}, note=note)

    return st.sampled_from(_GARBLED).map(arm)


def any_failure(setting: Setting) -> SearchStrategy[Arm]:
    """Draw one failure of any kind, at any place: refusals, 5xx, resets, closed connections, rubbish."""
    refusals = [refuse(name) for name in ("permission_denied", "invalid_request", "internal_error")]
    known = {row.refusal.value for row in setting.dialect.refusals}
    usable = [fault for fault in refusals if fault.settings["refusal"] in known]
    rubbish = [
        Arm(fault="garbage", at="after_handler"),
        Arm(fault="truncate", at="after_handler", settings={"after": 5}),
        unavailable(status=500, body="empty"),
        reset(at="after_handler"),
    ]
    return st.sampled_from([*_passing(), *usable, *rubbish])
