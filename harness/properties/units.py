"""What nonces count, and what moves them: strategies and oracles for units, bases and numbers out of refusals."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

from harness.cases import Arm, Case, SessionPlan
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import Observation
from harness.properties.evidence import enough, falls, nonce_value
from harness.setting import Setting
from harness.strategies import calls
from mockserver import Entry

#: Two nonces of one client may be so much further apart than the moments at which they were sent. No pause, no stretch
#: that was reserved and no burst explains more.
TEN_MINUTES_MS = 600_000
#: No integer of 64 bits is greater.
GREATEST = 2**63 - 1
#: How many nonces in a millisecond a documented unit has, and what else its pages show.
DOCUMENTED_PACES: Mapping[str, tuple[int, ...]] = {"poloniex": (1, 100), "exmo": (1,)}

_INTEGER = re.compile(r"-?[0-9]+", re.ASCII)


def pace_of(value: int, now_ms: int) -> float | None:
    """Return how many of a nonce's units make a millisecond, a power of ten; None where it is no time since 1970."""
    if value <= 0 or now_ms <= 0:
        return None
    pace = 10.0 ** round(math.log10(value / now_ms))
    return pace if 0.5 < value / now_ms / pace < 2 and 1e-3 <= pace <= 1e6 else None


def leap_ms(earlier: Entry, later: Entry) -> float | None:
    """Return by how much a nonce went further than the clock did since an earlier one; None where it is no clock."""
    before, after = nonce_value(earlier), nonce_value(later)
    pace = None if before is None else pace_of(before, earlier.server_ms)
    if before is None or after is None or pace is None:
        return None
    return (after - before) / pace - (later.server_ms - earlier.server_ms)


# --- oracles


def one_unit(case: Case, observation: Observation) -> Judgement:
    """All operations of a client count their nonces in one unit and from one base."""
    seen: Counter[str] = Counter()
    for view in observation.keys.values():
        entries = [entry for entry in view.private if nonce_value(entry) is not None]
        for earlier, later in pairwise(entries):
            leap = leap_ms(earlier, later)
            if leap is not None and abs(leap) > TEN_MINUTES_MS:
                return Broken(
                    summary=f"{later.operation} counts its nonce otherwise than {earlier.operation}: "
                    f"{nonce_value(later)} came after {nonce_value(earlier)}.",
                    diagnosis=("NONCE-UNIT-CHANGES",),
                    culprits=(earlier, later),
                )
        seen["requests"] += len(entries)
        seen["operations"] += len({entry.operation for entry in entries}) > 1
    return enough(observation, seen)


def documented_pace(case: Case, observation: Observation) -> Judgement:
    """Nonces are of the magnitude that the documents recommend, so that clients can take turns with one key."""
    paces = DOCUMENTED_PACES.get(observation.setting.dialect.name)
    if paces is None:
        return Unseen(reason="the dialect recommends no unit")
    seen: Counter[str] = Counter()
    for _view, entry in observation.private():
        value = nonce_value(entry)
        if value is None:
            continue
        if pace_of(value, entry.server_ms) not in paces:
            return Broken(
                summary=f"Nonce {value} does not count milliseconds, as the documents recommend "
                f"(that would be about {entry.server_ms}).",
                diagnosis=("NONCE-OFF-THE-RECOMMENDED-UNIT",),
                culprits=(entry,),
                consequence="A key that was used by this client is of no use to another that counts milliseconds, or"
                " the other way round.",
            )
        seen["requests"] += 1
    return enough(observation, seen)


def not_led_astray(case: Case, observation: Observation) -> Judgement:
    """A number out of a refusal does not make the client jump to an absurd nonce."""
    if not observation.all_struck:
        return Unseen(reason="fault not struck")
    view = observation.key
    told = next((entry for entry in view.private if entry.fault is not None), None)
    for entry in view.private:
        text = entry.fields.nonce if entry.fields else None
        if text is None or told is None or entry.number <= told.number or not _INTEGER.fullmatch(text):
            continue
        if not 0 <= int(text) <= GREATEST:
            return Broken(
                summary=f"{case.about['words']}, and the client went on with nonce {text}.",
                diagnosis=("NONCE-TAKEN-FROM-A-TEXT",),
                culprits=(told, entry),
            )
    if (pair := falls(view.private)) is not None:
        return Broken(
            summary=f"{case.about['words']}, and the client went back from nonce {nonce_value(pair[0])} to "
            f"{nonce_value(pair[1])}.",
            diagnosis=("NONCE-TAKEN-FROM-A-TEXT",),
            culprits=pair,
        )
    return Held(seen={"provocations": 1})


# --- strategies


def all_operations(setting: Setting) -> Sequence[Case]:
    """Return every operation in turn, three times over."""
    plain = tuple(calls.plain_calls(setting))
    return [Case(steps=plain * 3), Case(steps=tuple(reversed(plain)) * 3)]


def a_few_calls(setting: Setting) -> Sequence[Case]:
    """Return a few calls."""
    return [Case(steps=tuple(calls.plain_calls(setting))[:1] * 5)]


def absurd_numbers(setting: Setting) -> Sequence[Case]:
    """Return refusals of a nonce that quote a number of 31 digits, a negative one, two that are absurd, and none."""
    harmless = calls.read(setting) or calls.plain_calls(setting)[0]
    quotes: tuple[tuple[object, object, str], ...] = (
        (10**30, 1, "A refusal quoted a number of 31 digits"),
        (-5, -7, "A refusal quoted negative numbers"),
        (10**24 + 7, 10**27, "A refusal quoted two numbers beyond every range"),
        ("", "", "A refusal quoted no number"),
    )
    return [
        Case(
            steps=(
                harmless,
                Arm(
                    fault="refuse",
                    at="before_handler",
                    settings={"refusal": "nonce_not_increasing", "last_nonce": last, "nonce": given},
                    note=f"the nonce is refused, and the text says that the last one was {last or 'nothing'}",
                ),
                harmless,
                harmless,
                harmless,
            ),
            sessions=(SessionPlan(timeout_s=2.0),),
            about={"words": words},
        )
        for last, given, words in quotes
    ]
