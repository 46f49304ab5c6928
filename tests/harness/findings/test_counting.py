"""Beside a conviction stands how the client counts, where that can be told."""

from __future__ import annotations

import pytest

from harness.cases import Case, KeyPlan, SessionPlan, ShiftClock, Together
from harness.counting import Counted, counted, rests_on_counting
from harness.events import Status
from harness.run import RunSettings, run
from mockserver import Entry
from tests.harness.properties.observed import READ, failed, observed, request
from tests.harness.recording.recorded import wrong

NOW = 1_750_000_000_000
CASE = Case(steps=(READ,))
TWO_HOURS = 7_200_000


def sent(nonces: list[int], *, apart_ms: int = 400, ahead_ms: int = 0) -> list[Entry]:
    return [
        request(
            number, nonce=str(nonce), timestamp=str(NOW + number * apart_ms + ahead_ms), at_ms=NOW + number * apart_ms
        )
        for number, nonce in enumerate(nonces, start=1)
    ]


def read(nonces: list[int], case: Case = CASE, *, apart_ms: int = 400, ahead_ms: int = 0) -> Counted:
    entries = sent(nonces, apart_ms=apart_ms, ahead_ms=ahead_ms)
    return counted(case, observed(READ, failed("nonce"), entries), entries[-1:])


def test_a_nonce_in_seconds_is_called_too_coarse() -> None:
    found = read([NOW // 1000 + 1, NOW // 1000 + 1, NOW // 1000 + 2])
    assert found.codes == ("NONCE-TOO-COARSE",)
    assert "nonces: seconds, from the clock" in found.words


def test_a_reading_in_milliseconds_that_repeats_may_be_a_counter_s_and_is_called_no_more_than_repeated() -> None:
    assert read([NOW + 5, NOW + 5, NOW + 7], apart_ms=1).codes == ("NONCE-REPEATED",)


def test_every_request_with_the_reading_of_a_clock_that_was_held_still_tells_where_nonces_come_from() -> None:
    frozen = Case(steps=(READ,), about={"frozen": True})
    assert read([NOW] * 3, frozen, apart_ms=1).codes == ("NONCE-TOO-COARSE",)
    assert read([NOW, NOW, NOW + 1], frozen, apart_ms=1).codes == ("NONCE-REPEATED",)


def test_a_counter_from_one_is_named_with_its_step() -> None:
    found = read([1, 3, 5])
    assert found.codes == ("NONCE-COUNTED-FROM-ONE",)
    assert "nonces: a counter from 1, step 2" in found.words


def test_a_clock_in_another_zone_is_named() -> None:
    found = read([NOW + TWO_HOURS + at for at in (400, 800, 1200)], ahead_ms=TWO_HOURS)
    assert {"NONCE-IN-LOCAL-TIME", "TIMESTAMP-IN-LOCAL-TIME"} <= set(found.codes)
    assert "timestamps: milliseconds, from a clock 120 minutes ahead" in found.words


def test_a_case_that_moves_the_exchange_s_clock_says_nothing_of_the_client_s() -> None:
    case = Case(steps=(ShiftClock(ms=-TWO_HOURS), READ))
    found = read([NOW + TWO_HOURS + at for at in (400, 800, 1200)], case, ahead_ms=TWO_HOURS)
    assert found == Counted(words=("nonces: milliseconds", "timestamps: milliseconds"))


@pytest.mark.parametrize(
    "case", [Case(steps=(Together(calls=(READ, READ)),)), Case(steps=(ShiftClock(ms=5), READ)), Case(steps=())]
)
def test_order_is_not_held_against_calls_made_together_or_under_a_moving_clock_or_by_a_watched_command(
    case: Case,
) -> None:
    assert "NONCE-WENT-BACK" in read([NOW + 400, NOW + 1200, NOW + 900]).codes
    assert read([NOW + 400, NOW + 1200, NOW + 900], case).codes == ()


def test_two_rows_are_named_only_where_two_sessions_share_a_key() -> None:
    rows = [NOW + at for at in (1, 5001, 2, 5002, 3, 5003)]
    shared = Case(steps=(READ,), sessions=(SessionPlan(name="a"), SessionPlan(name="b")))
    assert read(rows, shared).codes == ("NONCE-COUNTED-TWICE-OVER",)
    assert "NONCE-COUNTED-TWICE-OVER" not in read(rows).codes


def test_a_number_that_the_exchange_told_is_not_the_client_s() -> None:
    case = Case(steps=(READ,), keys=(KeyPlan(last_nonce=7),))
    assert read([1, 8, 9], case).codes == ()


def test_a_request_that_was_sent_again_was_not_counted_again() -> None:
    first, second = sent([NOW + 400, NOW + 800])
    again = request(3, nonce=str(NOW + 400), signature="s1", timestamp=str(NOW + 400), at_ms=NOW + 1200)
    seen = observed(READ, failed("nonce"), [first, second, again])
    assert counted(CASE, seen, [again]).codes == ()


def test_one_request_tells_nothing() -> None:
    assert read([NOW]) == Counted()


@pytest.mark.parametrize(
    ("family", "codes", "rests"),
    [
        ("NONCE", (), True),
        ("TIME", ("OFFSET-NOT-LEARNT",), True),
        ("SIGN", ("NONCE-DRAWN-TWICE",), True),
        ("RETRY", ("TIMESTAMP-NOT-RENEWED",), True),
        ("SIGN", ("OTHER-HASH",), False),
        ("NUM", (), False),
    ],
)
def test_only_findings_about_nonces_and_timestamps_are_told_of_it(
    family: str, codes: tuple[str, ...], rests: bool
) -> None:
    assert rests_on_counting(family, codes) is rests


@pytest.mark.parametrize(
    ("mistake", "row", "codes"),
    [
        ("nonce-in-seconds", "NONCE-003", ("NONCE-REPEATED", "NONCE-TOO-COARSE")),
        ("timestamp-in-local-time", "TIME-001", ("TIMESTAMP-IN-LOCAL-TIME",)),
        ("exponents-sent", "NUM-002", ("AMOUNT-IN-SCIENTIFIC-NOTATION",)),
    ],
)
def test_a_finding_names_its_own_mistake_first(mistake: str, row: str, codes: tuple[str, ...]) -> None:
    result = run(RunSettings(dialect="reference", seed=7, requirements=(row,)), wrong(mistake), ()).results[0]
    assert result.status is Status.FAILED
    assert result.finding is not None
    assert result.finding.diagnosis == codes
    assert bool(result.finding.hints) is (row != "NUM-002")
