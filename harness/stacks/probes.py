"""What is measured of every stack: one probe for each question, in words and as calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from harness.stacks.answers import REDIRECT

#: A body so long that some stacks ask whether they may send it.
LONG = 2_000_000
SHORT = 13

CODES = (301, 302, 303, 307, 308)
#: Where redirects lead, and what that is called in the table.
PLACES: Mapping[str, str] = {
    "same": "the same address",
    "other": "another port",
    "named": "another host name",
    "clear": "from https to http",
}
METHODS = ("POST", "GET", "DELETE")


class Mode(StrEnum):
    """How a stack is used."""

    #: As it comes.
    AS_IS = "as-is"
    #: Told to follow redirects, where it can be told.
    FOLLOW = "follow"
    #: With the cures that the table gives.
    CURED = "cured"


class Matter(StrEnum):
    """What probes are about; probes of one matter are run by one program, one behind the other."""

    DROPPED = "dropped"
    REDIRECTED = "redirected"
    ANSWERED = "answered"
    SLOW = "slow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One question.

    Attributes:
        name: How it is called in results.
        matter: What it is about.
        words: The question, as the head of a column.
        method: The method of the request that is watched.
        deed: What the server does to it.
        before: What the server does to a call that goes before; None for no call.
        size: How many bytes of body a POST brings.
        secure: Whether it is sent by https.
        named: Whether it is sent to a host name; some stacks keep no cookies of addresses.
    """

    name: str
    matter: Matter
    words: str
    method: str
    deed: str
    before: str | None = None
    size: int = SHORT
    secure: bool = False
    named: bool = False


def _dropped() -> tuple[Probe, ...]:
    ways = (
        ("warm", "drop", "ok", "a warm connection is closed after the request was read"),
        ("reset", "reset", "ok", "a warm connection is reset after the request was read"),
        ("unread", "ok", "deaf", "a warm connection is closed before the request is read"),
        ("fresh", "drop", None, "a fresh connection is closed after the request was read"),
        ("always", "drop-always", "ok", "every connection is closed after the request was read"),
    )
    return tuple(
        Probe(
            name=f"{method.lower()}-{name}",
            matter=Matter.DROPPED,
            words=f"{method}: {words}",
            method=method,
            deed=deed,
            before=before,
        )
        for method in METHODS
        for name, deed, before, words in ways
    )


def _redirected() -> tuple[Probe, ...]:
    return tuple(
        Probe(
            name=f"{method.lower()}-{code}-{place}",
            matter=Matter.REDIRECTED,
            words=f"{method}, {code} to {words}" if place != "clear" else f"{method}, {code} {words}",
            method=method,
            deed=f"{REDIRECT}{code}-{place}",
            secure=place == "clear",
        )
        for place, words in PLACES.items()
        for method, codes in (("POST", CODES), ("GET", (302,)))
        for code in codes
    )


def _answered() -> tuple[Probe, ...]:
    deeds = (
        ("hints", "hints", "a 103 comes before the answer"),
        ("continue", "continue", "a 100 comes before the answer, unasked"),
        ("cut-length", "cut-length", "the answer is shorter than its Content-Length"),
        ("cut-chunks", "cut-chunks", "the answer's chunks never end"),
        ("twice", "twice", "a header's name comes twice"),
        ("blank", "blank", "a blank stands before a header's colon"),
        ("gzip", "gzip", "the answer is compressed, asked or not"),
    )
    plain = tuple(
        Probe(name=name, matter=Matter.ANSWERED, words=words, method="POST", deed=deed) for name, deed, words in deeds
    )
    busy = tuple(
        Probe(
            name=f"{method.lower()}-busy",
            matter=Matter.ANSWERED,
            words=f"{method}: the answer is a 503",
            method=method,
            deed="busy",
        )
        for method in ("POST", "GET")
    )
    return (
        *plain,
        *busy,
        Probe(name="long", matter=Matter.ANSWERED, words="a body of 2 MB", method="POST", deed="ok", size=LONG),
        Probe(
            name="cookie",
            matter=Matter.ANSWERED,
            words="a cookie was set",
            method="GET",
            deed="ok",
            before="cookie",
            named=True,
        ),
    )


def _slow() -> tuple[Probe, ...]:
    return tuple(
        Probe(
            name=f"{method.lower()}-never",
            matter=Matter.SLOW,
            words=f"{method}: no answer comes",
            method=method,
            deed="never",
        )
        for method in ("POST", "GET")
    )


PROBES: tuple[Probe, ...] = (*_dropped(), *_redirected(), *_answered(), *_slow())

#: Which probes make sense in which mode: redirects are followed by some stacks only when told so.
MODES: Mapping[Matter, tuple[Mode, ...]] = {
    Matter.DROPPED: (Mode.AS_IS, Mode.CURED),
    Matter.REDIRECTED: (Mode.AS_IS, Mode.FOLLOW, Mode.CURED),
    Matter.ANSWERED: (Mode.AS_IS, Mode.CURED),
    Matter.SLOW: (Mode.AS_IS, Mode.CURED),
}


def of_matter(matter: Matter) -> tuple[Probe, ...]:
    """Return the probes of a matter, in order."""
    return tuple(probe for probe in PROBES if probe.matter is matter)


def probe_named(name: str) -> Probe:
    """Return a probe.

    Raises:
        LookupError: There is none of that name.
    """
    for probe in PROBES:
        if probe.name == name:
            return probe
    raise LookupError(f"there is no probe {name!r}")
