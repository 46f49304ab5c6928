"""What came of a probe: from what arrived, and what the program said, to a few words. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from harness.stacks.answers import CUT, UNPACKED
from harness.stacks.arrivals import CREDENTIALS, Arrival
from harness.stacks.probes import CODES, Matter, Probe


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a program said of a call.

    Attributes:
        status: The status that its stack saw; None where it saw an error, or nothing in time.
        size: How many bytes of body it was handed.
        headers: The answer's headers, names in lower case.
        error: The error that it saw.
        hung: Whether it was still waiting when it was ended.
        at_s: When it said so, by the monotonic clock.
    """

    status: int | None = None
    size: int = 0
    headers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    error: str = ""
    hung: bool = False
    at_s: float = 0.0


class Kind(StrEnum):
    """What can come of a probe, where something else is made to depend on it."""

    #: Sent once, and never again by itself.
    ONCE = "once"
    #: Sent again by itself, byte for byte.
    AGAIN = "again"
    #: A redirect that was not followed: the caller has its answer, or an error.
    STAYED = "stayed"
    #: A redirect that was followed without any credentials.
    BARE = "bare"
    #: A redirect that was followed with credentials.
    CARRIED = "carried"
    #: A redirect that was followed by the whole signed request.
    REPLAYED = "replayed"
    #: All is well.
    SOUND = "sound"
    #: The caller takes for an answer what is none, or only half of one.
    UNNOTICED = "unnoticed"
    #: The caller is told of an error.
    NOTICED = "noticed"
    #: It ends by itself.
    GIVES_UP = "gives up"
    #: It does not.
    WAITS = "waits"
    #: A fact that is neither good nor bad.
    FACT = "fact"
    #: Nothing of it arrived.
    UNHEARD = "unheard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a probe once: its kind, and what the table says."""

    kind: Kind
    words: str


def outcome_of(probe: Probe, arrivals: Sequence[Arrival], said: Said, *, patience_s: float) -> Outcome:
    """Say what came of a probe.

    Args:
        probe: Which.
        arrivals: What arrived for it, the call before it included.
        said: What the program said of the watched call.
        patience_s: How long the program was waited for.
    """
    hits = [one for one in arrivals if one.deed == probe.deed]
    if not hits:
        return Outcome(kind=Kind.UNHEARD, words=f"nothing was sent: {said.error}" if said.error else "nothing was sent")
    match probe.matter:
        case Matter.DROPPED:
            return _dropped(hits, [one for one in arrivals if one.deed == probe.before], said, probe)
        case Matter.REDIRECTED:
            return _redirected(probe, [one for one in arrivals if one.deed == "landed"], said)
        case Matter.ANSWERED:
            return _ANSWERED[probe.name](hits, said)
        case Matter.SLOW:
            return _slow(hits, said, patience_s)


def _seen(said: Said) -> str:
    if said.hung:
        return "it hangs"
    return f"{said.status}" if said.status is not None else "error"


def _times(count: int) -> str:
    return {1: "sent once", 2: "sent twice"}.get(count, f"sent {count} times")


def _dropped(hits: Sequence[Arrival], before: Sequence[Arrival], said: Said, probe: Probe) -> Outcome:
    words = f"{_times(len(hits))}, {_seen(said)}"
    if probe.before is not None and not (before and hits[0].connection == before[-1].connection):
        # Then this was no warm connection, and what came of it says nothing about one.
        words = "no connection is kept" if len(hits) == 1 else f"no connection is kept; {words}"
    return Outcome(kind=Kind.AGAIN if len(hits) > 1 else Kind.ONCE, words=words)


def _redirected(probe: Probe, landed: Sequence[Arrival], said: Said) -> Outcome:
    if not landed:
        told = "" if said.status in CODES else f", {_seen(said)}"
        return Outcome(kind=Kind.STAYED, words=f"not followed{told}")
    one = landed[0]
    dropped = [name for name in CREDENTIALS if name not in one.credentials]
    carried = ", ".join(name.capitalize() for name in one.credentials)
    words = one.method
    if probe.method == "POST":
        words += " with its body" if one.size else ", no body"
    words += f"; {carried} sent" if carried else "; no credentials"
    if carried and dropped:
        words += f", {', '.join(name.capitalize() for name in dropped)} dropped"
    if not one.credentials:
        return Outcome(kind=Kind.BARE, words=words)
    whole = one.method == probe.method and (probe.method != "POST" or one.size > 0)
    return Outcome(kind=Kind.REPLAYED if whole and probe.method == "POST" else Kind.CARRIED, words=words)


def _early(hits: Sequence[Arrival], said: Said) -> Outcome:
    if said.status == 200 and said.size == len(b"ok"):
        return Outcome(kind=Kind.SOUND, words="200")
    if said.status is not None:
        return Outcome(kind=Kind.UNNOTICED, words=f"takes {said.status} with {said.size} bytes for the answer")
    return Outcome(kind=Kind.NOTICED, words=_and_times(_seen(said), hits))


def _cut(hits: Sequence[Arrival], said: Said) -> Outcome:
    if said.status is None:
        return Outcome(kind=Kind.NOTICED, words=_and_times(_seen(said), hits))
    return Outcome(
        kind=Kind.UNNOTICED if said.size <= CUT else Kind.SOUND,
        words=_and_times(f"{said.status} and {said.size} bytes, no error", hits),
    )


def _and_times(words: str, hits: Sequence[Arrival]) -> str:
    return words if len(hits) == 1 else f"{words}; {_times(len(hits))}"


def _twice(hits: Sequence[Arrival], said: Said) -> Outcome:
    match [value.strip() for value in said.headers.get("x-twice", ())]:
        case ["one", "two"] | ["two", "one"]:
            words = "both, apart"
        case ["one, two"] | ["one,two"]:
            words = "both, joined by a comma"
        case ["one"]:
            words = "the first"
        case ["two"]:
            words = "the last"
        case []:
            words = _seen(said)
        case others:
            words = " / ".join(others)
    return Outcome(kind=Kind.FACT, words=words)


def _blank(hits: Sequence[Arrival], said: Said) -> Outcome:
    if said.status is None:
        return Outcome(kind=Kind.NOTICED, words=_and_times(_seen(said), hits))
    names = {name for name in said.headers if name.startswith("x-blank")}
    words = "the blank is part of the name" if "x-blank " in names else "read without the blank"
    return Outcome(kind=Kind.FACT, words=words if names else "the header is left out")


def _gzip(hits: Sequence[Arrival], said: Said) -> Outcome:
    asked = hits[0].headers.get("accept-encoding")
    words = "does not ask" if asked is None else f"asks for {asked}"
    if said.status is None:
        words += f"; {_seen(said)}"
    else:
        words += "; unpacked" if said.size == len(UNPACKED) else "; handed over as it came"
    return Outcome(kind=Kind.FACT, words=words)


def _busy(hits: Sequence[Arrival], said: Said) -> Outcome:
    return Outcome(kind=Kind.AGAIN if len(hits) > 1 else Kind.ONCE, words=f"{_times(len(hits))}, {_seen(said)}")


def _long(hits: Sequence[Arrival], said: Said) -> Outcome:
    asks = "expect" in hits[0].headers
    return Outcome(
        kind=Kind.FACT, words=f"{'asks by Expect: 100-continue' if asks else 'sent without asking'}, {_seen(said)}"
    )


def _cookie(hits: Sequence[Arrival], said: Said) -> Outcome:
    return Outcome(kind=Kind.FACT, words="sent back" if "cookie" in hits[0].headers else "not sent back")


_ANSWERED: Mapping[str, Callable[[Sequence[Arrival], Said], Outcome]] = {
    "hints": _early,
    "continue": _early,
    "cut-length": _cut,
    "cut-chunks": _cut,
    "twice": _twice,
    "blank": _blank,
    "gzip": _gzip,
    "post-busy": _busy,
    "get-busy": _busy,
    "long": _long,
    "cookie": _cookie,
}


def _slow(hits: Sequence[Arrival], said: Said, patience_s: float) -> Outcome:
    if said.hung:
        return Outcome(kind=Kind.WAITS, words=_and_times(f"still waiting after {patience_s:g} s", hits))
    after = f"after {_about(said.at_s - hits[0].at_s)} s"
    if said.status is not None:
        return Outcome(kind=Kind.AGAIN, words=f"{_times(len(hits))}, the second time {after}, {_seen(said)}")
    return Outcome(kind=Kind.GIVES_UP, words=_and_times(f"gives up {after}", hits))


def _about(seconds: float) -> int:
    """Round to what does not depend on how busy the machine was: seconds, from ten on five, from a hundred on ten."""
    step = 1 if seconds < 10 else 5 if seconds < 100 else 10
    return round(seconds / step) * step
