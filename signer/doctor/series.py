"""What several requests of one key tell of how its client makes nonces and timestamps: unit, base, step.

A number that is a moment near the server's clock in some unit was counted in it; every other is a counter's. What is
left between the two clocks is the base: none, whole quarters of an hour for another time zone, or a clock that is off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import gcd
from statistics import median

from signer.scheme import Fields, Scheme
from signer.verifying import nonce_of

#: Unit to how many of it make a millisecond, as (numerator, denominator).
_UNITS = {"seconds": (1, 1000), "milliseconds": (1, 1), "microseconds": (1000, 1), "nanoseconds": (1_000_000, 1)}

_QUARTER_HOUR_MS = 900_000
_WIDEST_ZONE_MS = 14 * 3_600_000
#: A clock that is no further off than this is the clock.
_NEAR_MS = 120_000
#: What is this far from the present in a unit was not counted in it.
_YEARS_MS = 10 * 366 * 86_400_000
#: Two readings of a clock in milliseconds are different after this, however coarse the machine's ticks.
_SLOWEST_TICK_MS = 500
#: A double keeps 53 bits; beyond, integers that went through one are multiples of a power of two.
_DOUBLE = 2**53


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """How a client makes one of its fields.

    Attributes:
        field: "nonce" or "timestamp".
        unit: "seconds", "milliseconds", "microseconds", "nanoseconds", "a counter" or "random text".
        base: Where it counts from: "the clock", "a clock 120 minutes ahead", "1", "".
        step: The greatest number that divides every difference; 0 where nothing ever differed.
        codes: The mistakes that show in it.
    """

    field: str
    unit: str
    base: str
    step: int
    codes: tuple[str, ...] = ()


def habits(scheme: Scheme, requests: Sequence[tuple[Fields, int]]) -> tuple[Habit, ...]:
    """Name unit, base and step of nonce and timestamp.

    Args:
        scheme: How the exchange signs.
        requests: What each request said about itself and the server's clock at its arrival in ms, in the order in
            which they arrived; two of them at least tell more than one.
    """
    found = []
    if scheme.nonce_rule is not None:
        nonces = [(value, at_ms) for fields, at_ms in requests if (value := nonce_of(scheme, fields)) is not None]
        whole = [(value, at_ms) for value, at_ms in nonces if isinstance(value, int)]
        if scheme.nonce_rule.rising and whole:
            found.append(_nonces(whole))
        elif nonces:
            used = [value for value, _ in nonces]
            codes = ("NONCE-REPEATED",) if len(set(used)) < len(used) else ()
            found.append(Habit(field="nonce", unit="random text", base="", step=0, codes=codes))
    if scheme.time_rule is not None:
        plain = [(int(text), at_ms) for fields, at_ms in requests if _is_plain(text := fields.timestamp or "")]
        if plain:
            found.append(_timestamps(plain, scheme.time_rule.write(1_700_000_000_000)))
    return tuple(found)


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 20


def _nonces(values: Sequence[tuple[int, int]]) -> Habit:
    numbers = [number for number, _ in values]
    steps = [later - earlier for earlier, later in pairwise(numbers)]
    units = [_unit_of(number, at_ms) for number, at_ms in values]
    codes: list[str] = []
    unit = max(set(units), key=units.count)
    if len(set(units)) > 1:
        codes.append("NONCE-UNIT-CHANGES")
    if unit is None:
        base = str(numbers[0])
        if numbers[0] < 10**9:
            codes.append("NONCE-COUNTED-FROM-ONE")
    else:
        base, zone = _base([(number, at_ms) for number, at_ms in values if _unit_of(number, at_ms) == unit], unit)
        if zone:
            codes.append("NONCE-IN-LOCAL-TIME")
        if unit in ("microseconds", "nanoseconds") and _rounded(numbers):
            codes.append("NONCE-ROUNDED-BY-FLOAT")
    if 0 in steps:
        codes.append(
            "NONCE-TOO-COARSE" if unit is not None and _repeats_only_in_one_tick(values, unit) else "NONCE-REPEATED"
        )
    if any(step < 0 for step in steps) and "NONCE-UNIT-CHANGES" not in codes:
        codes.append("NONCE-COUNTED-TWICE-OVER" if _two_counters(numbers) else "NONCE-WENT-BACK")
    return Habit(field="nonce", unit=unit or "a counter", base=base, step=gcd(*steps), codes=tuple(codes))


def _timestamps(values: Sequence[tuple[int, int]], documented: str) -> Habit:
    numbers = [number for number, _ in values]
    unit = _unit_of(*values[-1])
    codes: list[str] = []
    base = ""
    if unit is not None:
        base, zone = _base(values, unit)
        right = "seconds" if len(documented) == 10 else "milliseconds"
        if unit != right and unit == "seconds":
            codes.append("TIMESTAMP-IN-SECONDS")
        elif unit in ("microseconds", "nanoseconds"):
            codes.append("TIMESTAMP-IN-MICROSECONDS")
        if zone:
            codes.append("TIMESTAMP-IN-LOCAL-TIME")
        elif base.endswith("behind"):
            codes.append("CLOCK-BEHIND")
        elif base.endswith("ahead"):
            codes.append("CLOCK-AHEAD")
    span_ms = values[-1][1] - values[0][1]
    tick_ms = _SLOWEST_TICK_MS if len(documented) != 10 else 1000
    if len(numbers) > 1 and len(set(numbers)) == 1 and span_ms > tick_ms:
        codes.append("TIMESTAMP-NOT-RENEWED")
    steps = [later - earlier for earlier, later in pairwise(numbers)]
    return Habit(field="timestamp", unit=unit or "a counter", base=base, step=gcd(*steps), codes=tuple(codes))


def _unit_of(number: int, at_ms: int) -> str | None:
    """Return the unit in which a number is a moment within years of the server's clock; None for a counter."""
    for unit, (many, of) in _UNITS.items():
        if abs(number * of // many - at_ms) <= _YEARS_MS:
            return unit
    return None


def _base(values: Sequence[tuple[int, int]], unit: str) -> tuple[str, bool]:
    """Return where a clock stands beside the server's, and whether that is another time zone."""
    many, of = _UNITS[unit]
    off_ms = round(median(number * of // many - at_ms for number, at_ms in values))
    quarters = round(off_ms / _QUARTER_HOUR_MS)
    if quarters and abs(off_ms) <= _WIDEST_ZONE_MS and abs(off_ms - quarters * _QUARTER_HOUR_MS) <= 5_000:
        return f"a clock {abs(quarters) * 15} minutes {'ahead' if quarters > 0 else 'behind'}", True
    if abs(off_ms) <= _NEAR_MS:
        return "the clock", False
    return f"a clock {abs(off_ms) // 1000} seconds {'ahead' if off_ms > 0 else 'behind'}", False


def _rounded(numbers: Sequence[int]) -> bool:
    """Tell whether all numbers beyond a double's 53 bits are ones that a double can hold; chance has one in 2^8 so."""
    large = [number for number in numbers if number > _DOUBLE]
    return len(large) >= 2 and all(int(float(number)) == number for number in large)


def _repeats_only_in_one_tick(values: Sequence[tuple[int, int]], unit: str) -> bool:
    many, of = _UNITS[unit]
    tick_ms = max(of // many, 1)
    return all(
        later_ms - earlier_ms <= tick_ms
        for (earlier, earlier_ms), (later, later_ms) in pairwise(values)
        if earlier == later
    )


def _two_counters(numbers: Sequence[int]) -> bool:
    """Tell whether two rising rows, each of two numbers or more, were shuffled into one."""
    first: list[int] = []
    second: list[int] = []
    for number in numbers:
        # To the row whose end is nearest below it: the rows that were shuffled seldom cross.
        rows = [row for row in (first, second) if row and row[-1] < number]
        row = max(rows, key=lambda rising: rising[-1], default=second if first else first)
        if row and row[-1] >= number:
            return False
        row.append(number)
    return len(first) > 1 and len(second) > 1
