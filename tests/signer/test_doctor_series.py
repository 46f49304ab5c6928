"""What the doctor reads off a row of requests: the unit, the base and the step of nonces and timestamps."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from signer import Fields, scheme_named
from signer.doctor import Habit, habits

NOW_MS = 1_735_689_600_123
POLONIEX, REFERENCE, BITUNIX = scheme_named("poloniex"), scheme_named("reference"), scheme_named("bitunix")
#: Server times of five requests, at gaps that no unit divides.
TIMES = [NOW_MS + gap for gap in (0, 1_237, 2_911, 7_057, 9_001)]


def nonce_habit(nonces: Sequence[int | str], times: Sequence[int] = TIMES) -> Habit:
    (found,) = habits(POLONIEX, [(Fields(nonce=str(nonce)), at) for nonce, at in zip(nonces, times, strict=False)])
    return found


@pytest.mark.parametrize(
    ("unit", "numerator", "denominator"),
    [("seconds", 1, 1000), ("milliseconds", 1, 1), ("microseconds", 1000, 1), ("nanoseconds", 1_000_000, 1)],
)
def test_the_unit_of_a_nonce_that_follows_the_clock(unit: str, numerator: int, denominator: int) -> None:
    # What a finer clock adds is odd, so that none of these is a number that a double happens to hold.
    found = nonce_habit([at * numerator // denominator + (numerator > 1) for at in TIMES])
    assert (found.unit, found.base) == (unit, "the clock")
    assert found.codes == ()


def test_a_counter_is_no_clock() -> None:
    found = nonce_habit([10**12 * 9, 10**12 * 9 + 4, 10**12 * 9 + 10])
    assert (found.unit, found.base, found.step, found.codes) == ("a counter", str(10**12 * 9), 2, ())
    assert nonce_habit([1, 2, 3]).codes == ("NONCE-COUNTED-FROM-ONE",)


def test_a_change_of_unit_is_named() -> None:
    found = nonce_habit([TIMES[0], TIMES[1], TIMES[2] // 1000])
    assert found.codes == ("NONCE-UNIT-CHANGES",)


def test_local_time_is_named_with_its_zone() -> None:
    found = nonce_habit([at + 2 * 3_600_000 for at in TIMES])
    assert found.base == "a clock 120 minutes ahead"
    assert found.codes == ("NONCE-IN-LOCAL-TIME",)


def test_a_clock_that_is_off_by_no_zone_is_only_off() -> None:
    assert nonce_habit([at - 400_000 for at in TIMES]).base == "a clock 400 seconds behind"


def test_nanoseconds_through_a_float_are_named() -> None:
    found = nonce_habit([int(at / 1000 * 1e9) for at in TIMES])
    assert "NONCE-ROUNDED-BY-FLOAT" in found.codes


def test_a_nonce_that_repeats_within_one_second_is_too_coarse() -> None:
    times = [NOW_MS, NOW_MS + 200, NOW_MS + 1_400]
    assert nonce_habit([at // 1000 for at in times], times).codes == ("NONCE-TOO-COARSE",)


def test_a_nonce_that_repeats_later_is_repeated() -> None:
    assert nonce_habit([TIMES[0], TIMES[0], TIMES[2]]).codes == ("NONCE-REPEATED",)


def test_two_counters_for_one_key_are_told_from_a_nonce_that_goes_back() -> None:
    shuffled = [9 * 10**12 + number for number in (100, 7, 101, 8, 102)]
    assert nonce_habit(shuffled).codes == ("NONCE-COUNTED-TWICE-OVER",)
    assert nonce_habit([9 * 10**12 + number for number in (100, 101, 7)]).codes == ("NONCE-WENT-BACK",)


def timestamp_habit(stamps: Sequence[int]) -> Habit:
    requests = [(Fields(nonce=str(at), timestamp=str(stamp)), at) for stamp, at in zip(stamps, TIMES, strict=True)]
    return habits(REFERENCE, requests)[1]


@pytest.mark.parametrize(
    ("codes", "stamps"),
    [
        ((), TIMES),
        (("TIMESTAMP-IN-SECONDS",), [at // 1000 for at in TIMES]),
        (("TIMESTAMP-IN-MICROSECONDS",), [at * 1000 + 7 for at in TIMES]),
        (("TIMESTAMP-IN-LOCAL-TIME",), [at - 5 * 3_600_000 for at in TIMES]),
        (("CLOCK-BEHIND",), [at - 500_000 for at in TIMES]),
        (("CLOCK-AHEAD",), [at + 500_000 for at in TIMES]),
        (("TIMESTAMP-NOT-RENEWED",), [TIMES[0]] * 5),
    ],
)
def test_what_is_wrong_with_a_row_of_timestamps(codes: tuple[str, ...], stamps: Sequence[int]) -> None:
    assert timestamp_habit(stamps).codes == codes


def test_random_nonces_have_no_unit_and_may_not_repeat() -> None:
    requests = [(Fields(nonce="a" * 32, timestamp=str(NOW_MS)), NOW_MS)] * 2
    assert habits(BITUNIX, requests)[0].codes == ("NONCE-REPEATED",)
    assert habits(BITUNIX, requests[:1])[0] == Habit(field="nonce", unit="random text", base="", step=0)


def test_what_cannot_be_read_tells_nothing() -> None:
    assert habits(POLONIEX, [(Fields(nonce="soon"), NOW_MS), (Fields(), NOW_MS)]) == ()
