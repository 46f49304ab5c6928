"""Provocations: harm that is struck on some of a command's private calls, chosen by seed.

Calls that make something, calls that change something and calls that read are counted apart, so that lost orders are
struck as surely as lost lists. Of each block of calls one is struck, never the first: the command's own work goes on,
on connections that have served before.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from mockserver import Access, Dialect, Endpoint, Entry, FaultHandle, FaultKind, MockExchange, Phase
from signer import Kind


class Calls(StrEnum):
    """Classes of private calls, of which each has strikes of its own."""

    MAKING = "making"
    CHANGING = "changing"
    READING = "reading"


#: Operations after which something stands that had not been there.
_MAKING = frozenset({"place_order", "withdraw"})
#: So many blocks are planned for each class of calls of each key; what comes later is left alone.
BLOCKS = 150
#: How long an answer is withheld.
WITHHELD_MS = 700
#: Where a redirect inside the exchange leads, and where one to another origin does.
INSIDE, ELSEWHERE = "/redirected", "/elsewhere"
#: Stand for the other origin in a fault's settings until it is known: without TLS and with it, for some clients leave
#: https for no redirect, and others trust nobody but one.
_OTHER_ORIGIN, _OTHER_SECURELY = "another origin", "another origin, over TLS"

_RANK = {Phase.BEFORE_GATE: 0, Phase.BEFORE_HANDLER: 1, Phase.AFTER_HANDLER: 2}
#: What a request survives; all else settles its answer.
_PASSING = frozenset({FaultKind.DELAY, FaultKind.EARLY_HINTS, FaultKind.STEP})


@dataclass(frozen=True, slots=True, kw_only=True)
class Harm:
    """One way in which a provocation is struck.

    Attributes:
        fault: What happens.
        at: Where.
        settings: As `FaultBoard.add` takes them.
    """

    fault: FaultKind
    at: Phase
    settings: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provocation:
    """One kind of harm, by the name that users type.

    Attributes:
        name: The name.
        words: What happens to the call, for people.
        harms: The ways in which it is struck, in turn.
        kinds: The kinds of schemes that it is for; empty for all.
    """

    name: str
    words: str
    harms: tuple[Harm, ...]
    kinds: frozenset[Kind] = frozenset()

    def applies(self, dialect: Dialect) -> bool:
        """Tell whether it can be struck on calls of a dialect."""
        known = {row.refusal.value for row in dialect.refusals}
        refusals = [harm.settings["refusal"] for harm in self.harms if "refusal" in harm.settings]
        return (not self.kinds or bool(self.kinds & dialect.scheme.kinds)) and all(name in known for name in refusals)


def _harm(fault: FaultKind, at: Phase, **settings: object) -> Harm:
    return Harm(fault=fault, at=at, settings=settings)


_GATE, _HANDLER, _AFTER = Phase.BEFORE_GATE, Phase.BEFORE_HANDLER, Phase.AFTER_HANDLER
_RISING = frozenset({Kind.RISING_NONCE})
_STAMPED = frozenset({Kind.TIMESTAMP})

#: All of them, in the order of their worth: with few calls, the first ones are struck.
PROVOCATIONS: tuple[Provocation, ...] = (
    Provocation(
        name="drop_answer",
        words="it takes effect, and the connection ends where its answer should have been",
        harms=(_harm(FaultKind.DROP_ANSWER, _AFTER),),
    ),
    Provocation(
        name="redirect",
        words="it is redirected to another origin, with TLS and without (302, 307, 301, 308, 303 in turn)",
        harms=tuple(
            _harm(FaultKind.REDIRECT, _GATE, status=status, location=where)
            for status, where in (
                (302, _OTHER_ORIGIN),
                (307, _OTHER_SECURELY),
                (301, _OTHER_SECURELY),
                (308, _OTHER_ORIGIN),
                (303, _OTHER_SECURELY),
                (307, _OTHER_ORIGIN),
            )
        ),
    ),
    Provocation(
        name="close",
        words="its connection is closed in good order when it has been read",
        harms=(_harm(FaultKind.CLOSE, _HANDLER),),
    ),
    Provocation(
        name="status",
        words="what stands before the exchange answers 504 when the effect stands, 502 with a page, 503 with JSON",
        harms=(
            _harm(FaultKind.STATUS, _AFTER, status=504, body="html"),
            _harm(FaultKind.STATUS, _HANDLER, status=502, body="html"),
            _harm(FaultKind.STATUS, _HANDLER, status=503, body="json"),
        ),
    ),
    Provocation(
        name="reset",
        words="its connection is reset, after it took effect and before",
        harms=(_harm(FaultKind.RESET, _AFTER), _harm(FaultKind.RESET, _HANDLER)),
    ),
    Provocation(
        name="refuse_nonce",
        words="its nonce is refused though it is good; the text quotes an absurd number every other time",
        harms=(
            _harm(FaultKind.REFUSE, _HANDLER, refusal="nonce_not_increasing"),
            _harm(FaultKind.REFUSE, _HANDLER, refusal="nonce_not_increasing", last_nonce=10**30, nonce=1),
        ),
        kinds=_RISING,
    ),
    Provocation(
        name="delay",
        words=f"its answer is withheld for {WITHHELD_MS} ms",
        harms=(_harm(FaultKind.DELAY, _HANDLER, ms=WITHHELD_MS),),
    ),
    Provocation(
        name="detour",
        words="it is redirected (307, 302) to another path of the exchange",
        harms=tuple(_harm(FaultKind.REDIRECT, _GATE, status=status, location=INSIDE) for status in (307, 302)),
    ),
    Provocation(
        name="refuse",
        words="it is refused for good: invalid",
        harms=(_harm(FaultKind.REFUSE, _HANDLER, refusal="invalid_request"),),
    ),
    Provocation(
        name="rate_limit",
        words="it is refused for the rate, with `Retry-After: 1`",
        harms=(
            _harm(FaultKind.STATUS, _HANDLER, status=429, body="json", retry_after="1"),
            _harm(FaultKind.STATUS, _HANDLER, status=503, body="json", retry_after="1"),
        ),
    ),
    Provocation(
        name="truncate",
        words="its answer ends after 5 bytes, whatever its head says",
        harms=(_harm(FaultKind.TRUNCATE, _AFTER, after=5),),
    ),
    Provocation(
        name="skew",
        words="it is judged by a clock that is five minutes off",
        harms=(_harm(FaultKind.SKEW, _GATE, ms=300_000), _harm(FaultKind.SKEW, _GATE, ms=-300_000)),
        kinds=_STAMPED,
    ),
    Provocation(
        name="step",
        words="from here on the exchange's clock has jumped by 20 s, and back the next time",
        harms=(_harm(FaultKind.STEP, _GATE, ms=20_000), _harm(FaultKind.STEP, _GATE, ms=-20_000)),
        kinds=_STAMPED,
    ),
    Provocation(
        name="head",
        words="the head of its answer is odd: cookies, 500 headers, a folded line",
        harms=tuple(_harm(FaultKind.HEAD, _AFTER, how=how) for how in ("cookies", "many_headers", "folded")),
    ),
    Provocation(
        name="early_hints",
        words="a `103 Early Hints` comes before its answer",
        harms=(_harm(FaultKind.EARLY_HINTS, _AFTER),),
    ),
    Provocation(
        name="slow_drip",
        words="its answer comes in pieces of 7 bytes",
        harms=(_harm(FaultKind.SLOW_DRIP, _AFTER, piece=7, ms=1),),
    ),
)

#: What leaves open whether a call took effect: where something changes, this comes first.
OPEN_OUTCOMES = ("drop_answer", "status", "reset")
NAMES: tuple[str, ...] = tuple(one.name for one in PROVOCATIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Strike:
    """One strike of the plan.

    Attributes:
        name: The provocation.
        harm: How it is struck.
        call: On which call of its class, from 1.
        skip: How many calls of its class pass the place where it strikes before it.
    """

    name: str
    harm: Harm
    call: int
    skip: int


def strikes(
    dialect: Dialect, *, seed: int, names: Sequence[str], share: float, calls: Calls, blocks: int = BLOCKS
) -> tuple[Strike, ...]:
    """Plan the strikes on one class of a key's calls; the same seed gives the same plan.

    Args:
        dialect: The exchange.
        seed: Where chance comes from.
        names: The provocations; empty for all.
        share: Which part of the calls is struck at most.
        calls: The class of calls that are struck.
        blocks: How many strikes.
    """
    wanted = [one for one in PROVOCATIONS if (not names or one.name in names) and one.applies(dialect)]
    if not wanted:
        return ()
    if calls is not Calls.READING:
        wanted.sort(key=lambda one: one.name not in OPEN_OUTCOMES)
    draw = Random(f"{seed} {calls}")
    size = max(math.ceil(1 / share), 2)
    harms = _in_turn(wanted, draw, first=3)
    found: list[Strike] = []
    for block in range(blocks):
        one, harm = next(harms)
        call = block * size + draw.randrange(1, max(size - 1, 2)) + 1
        unseen = sum(_hides(before.harm, harm) for before in found)
        found.append(Strike(name=one.name, harm=harm, call=call, skip=call - 1 - unseen))
    return tuple(found)


def _in_turn(wanted: Sequence[Provocation], draw: Random, *, first: int) -> Iterator[tuple[Provocation, Harm]]:
    """Yield provocations for ever: the first few as they stand, the others in an order that is drawn once."""
    others = list(wanted[first:])
    draw.shuffle(others)
    turn = 0
    while True:
        for one in (*wanted[:first], *others):
            yield one, one.harms[turn % len(one.harms)]
        turn += 1


def _hides(earlier: Harm, later: Harm) -> bool:
    """Tell whether a call that one harm struck never comes to the place where another one counts calls."""
    if _RANK[earlier.at] > _RANK[later.at]:
        return False
    if earlier.fault is FaultKind.SKEW:
        return _RANK[later.at] > 0
    return earlier.fault not in _PASSING


def plan(
    exchange: MockExchange,
    keys: Sequence[str],
    *,
    seed: int,
    names: Sequence[str],
    share: float,
    other_origin: str,
    other_securely: str,
) -> Mapping[str, tuple[FaultHandle, ...]]:
    """Plan the provocations of an observation at its exchange.

    Args:
        exchange: The exchange.
        keys: The API keys whose calls are struck.
        seed: Where chance comes from.
        names: The provocations; empty for all.
        share: Which part of the calls is struck at most.
        other_origin: Scheme, host and port of an origin that must never hear of a key.
        other_securely: Another one, which speaks TLS.

    Returns:
        Each provocation's name, and its faults.
    """
    dialect = exchange.dialect
    planned: dict[str, list[FaultHandle]] = {}
    for number, key in enumerate(keys):
        for calls in Calls:
            endpoints = endpoints_of(dialect, calls)
            found = strikes(dialect, seed=seed + number, names=names, share=share, calls=calls)
            for strike in found if endpoints else ():
                settings = dict(strike.harm.settings)
                if (where := settings.get("location")) in (_OTHER_ORIGIN, _OTHER_SECURELY):
                    settings["location"] = (other_origin if where == _OTHER_ORIGIN else other_securely) + ELSEWHERE
                handle = exchange.faults.add(
                    fault=strike.harm.fault,
                    at=strike.harm.at,
                    key=key,
                    endpoint=endpoints,
                    skip=strike.skip,
                    **settings,  # type: ignore[arg-type]  # by kind, and checked there
                )
                planned.setdefault(strike.name, []).append(handle)
    return {name: tuple(handles) for name, handles in planned.items()}


def endpoints_of(dialect: Dialect, calls: Calls) -> tuple[str, ...]:
    """Return the private endpoints that serve a class of calls."""
    private = [endpoint for endpoint in dialect.endpoints if endpoint.access is not Access.PUBLIC]
    return tuple(endpoint.name for endpoint in private if _class_of(endpoint) is calls)


def _class_of(endpoint: Endpoint) -> Calls:
    if not endpoint.changes_state:
        return Calls.READING
    return Calls.MAKING if endpoint.operation in _MAKING else Calls.CHANGING


def struck_by(entry: Entry) -> str:
    """Return the name of the provocation that struck a request; "" for none."""
    fault = entry.fault
    if fault is None:
        return ""
    return next((one.name for one in PROVOCATIONS if any(_is(harm, entry) for harm in one.harms)), "")


def _is(harm: Harm, entry: Entry) -> bool:
    fault = entry.fault
    if fault is None or fault.kind is not harm.fault or fault.phase is not harm.at:
        return False
    given = {name: value for name, value in fault.settings.items() if name != "location"}
    wanted = {name: value for name, value in harm.settings.items() if name != "location"}
    inside = harm.settings.get("location") == INSIDE
    if "location" in harm.settings and inside is not (fault.settings.get("location") == INSIDE):
        return False
    return all(str(given.get(name)) == str(value) for name, value in wanted.items()) and (
        ("retry_after" in given) is ("retry_after" in wanted)
    )
