"""How a client makes its nonces and timestamps, read off the requests of one key: said beside what it was convicted of.

Only what holds whenever the case is played again is told: a case that moves a clock says nothing of where the client's
stands, and one that makes calls together nothing of the order in which their nonces were drawn. What might as well be
another mistake is not told at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.cases import Case, ClientClock, SetLastNonce, ShiftClock, Together, Zone
from harness.observation import KeyView, Observation
from mockserver import Entry
from signer.doctor import Habit, habits

#: Families of which every finding rests on nonces or timestamps, and the beginnings of codes that do.
FAMILIES = frozenset({"NONCE", "TIME", "PERS", "CONC"})
PREFIXES = ("NONCE-", "TIMESTAMP-", "CLOCK-")

_OF_THE_CLOCK = frozenset({"NONCE-IN-LOCAL-TIME", "TIMESTAMP-IN-LOCAL-TIME", "CLOCK-AHEAD", "CLOCK-BEHIND"})
_OF_THE_ORDER = frozenset({"NONCE-WENT-BACK"})
#: A client may take up the number that it was told.
_OF_A_NUMBER_TOLD = frozenset({"NONCE-WENT-BACK", "NONCE-COUNTED-FROM-ONE"})
#: Numbers that were drawn look like two rows or two units as often as not; only several sessions make two rows likely.
_DOUBTFUL = frozenset({"NONCE-UNIT-CHANGES", "NONCE-COUNTED-TWICE-OVER"})
#: What a single number tells as surely as several.
_OF_ONE_NUMBER = frozenset({"NONCE-COUNTED-FROM-ONE"})
#: So many requests with one reading of a clock that stands still are no chance.
_STANDING = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How a client counts.

    Attributes:
        codes: The mistakes that show in it.
        words: Unit, base and step of each field, in a line each.
    """

    codes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


def rests_on_counting(family: str, codes: Iterable[str]) -> bool:
    """Tell whether a finding is about nonces or timestamps, by its family or by its codes."""
    return family in FAMILIES or any(code.startswith(PREFIXES) for code in codes)


def counted(case: Case, observation: Observation, culprits: Sequence[Entry]) -> Counted:
    """Read off the requests of the culprits' key how its client counts; nothing where they are too few to tell."""
    scheme = observation.setting.dialect.scheme
    name, view = _key_of(culprits, observation)
    entries = _each_once(view.private)
    if not entries:
        return Counted()
    found = habits(scheme, [(entry.fields, entry.server_ms) for entry in entries if entry.fields is not None])
    hushed = _hushed(case, name)
    codes = [code for habit in found for code in _coarse_or_repeated(habit, case, entries) if code not in hushed]
    if len(entries) < 2:
        return Counted(codes=tuple(code for code in codes if code in _OF_ONE_NUMBER))
    moved = _moves_a_clock(case)
    return Counted(codes=tuple(dict.fromkeys(codes)), words=tuple(_in_words(habit, moved=moved) for habit in found))


def _key_of(culprits: Sequence[Entry], observation: Observation) -> tuple[str, KeyView]:
    numbers = {entry.number for entry in culprits}
    return max(observation.keys.items(), key=lambda pair: sum(entry.number in numbers for entry in pair[1].private))


def _each_once(entries: Iterable[Entry]) -> list[Entry]:
    """Leave out what arrived again byte for byte: sent again, not counted again."""
    kept: dict[object, Entry] = {}
    for entry in entries:
        request = entry.request
        kept.setdefault((request.method, request.target, request.body, entry.fields), entry)
    return list(kept.values())


def _moves_a_clock(case: Case) -> bool:
    """Tell whether a case sets a clock, the exchange's or, by any step that has to do with one, the client's."""
    return any(isinstance(step, ShiftClock | ClientClock | Zone) for step in case.steps)


def _hushed(case: Case, key: str) -> frozenset[str]:
    """Return the codes that a case's own steps may bring about, or that it is too narrow for."""
    sharing = sum(session.key == key for session in case.sessions)
    hushed = _DOUBTFUL if sharing < 2 else _DOUBTFUL - {"NONCE-COUNTED-TWICE-OVER"}
    if _moves_a_clock(case):
        hushed |= _OF_THE_CLOCK | _OF_THE_ORDER
    # A command that was watched has no steps: which of its calls were made together nobody knows.
    if not case.steps or any(isinstance(step, Together) for step in case.steps):
        hushed |= _OF_THE_ORDER | _DOUBTFUL
    if any(isinstance(step, SetLastNonce) for step in case.steps) or any(plan.last_nonce for plan in case.keys):
        hushed |= _OF_A_NUMBER_TOLD
    return hushed


def _coarse_or_repeated(habit: Habit, case: Case, entries: Sequence[Entry]) -> tuple[str, ...]:
    """Call a nonce that repeats too coarse only where it is the reading of a clock that cannot have moved.

    In finer units than seconds a clock that stood still and a counter that was read twice look alike on the wire: then
    the case must have held the clock still, and every request have its reading.
    """
    if not {"NONCE-TOO-COARSE", "NONCE-REPEATED"} & set(habit.codes):
        return habit.codes
    nonces = {entry.fields.nonce for entry in entries if entry.fields is not None}
    stood = bool(case.about.get("frozen")) and len(nonces) == 1 and len(entries) >= _STANDING
    coarse = habit.unit == "seconds" or (stood and habit.unit not in ("a counter", "random text"))
    name = "NONCE-TOO-COARSE" if coarse else "NONCE-REPEATED"
    return tuple(name if code in ("NONCE-TOO-COARSE", "NONCE-REPEATED") else code for code in habit.codes)


def _in_words(habit: Habit, *, moved: bool) -> str:
    """Put a habit into words; without numbers that are others each time."""
    what = f"{habit.field}s: {habit.unit}"
    if habit.unit == "a counter":
        small = habit.base.isdigit() and len(habit.base) < 6
        return f"{what} from {habit.base}" + (f", step {habit.step}" if habit.step else "") if small else what
    if not habit.base or moved:
        return what
    if habit.base.startswith("a clock") and "minutes" not in habit.base:
        return f"{what}, from a clock that is {habit.base.rpartition(' ')[2]}"
    return f"{what}, from {habit.base}"
