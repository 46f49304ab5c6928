"""What the gate remembers: the last nonce of a key, the nonces that were used, the calls of the last second."""

from hypothesis import given
from hypothesis import strategies as st

from mockserver.core.nonces import MemoryNonces
from mockserver.core.rates import Ban, RateLimiter, RateRule


def wait(rates: RateLimiter, subjects: list[object], now_ms: int, rule: RateRule) -> int:
    held = rates.admit(subjects, now_ms, rule)
    return 0 if held is None else held.ms


def calls_a_second(calls: int) -> RateRule:
    return RateRule(calls=calls, per="key")


def test_a_new_key_has_used_nothing():
    assert MemoryNonces().last("k") == 0


def test_a_nonce_equal_to_the_last_is_refused_and_a_greater_one_is_not():
    nonces = MemoryNonces()
    assert nonces.advance("k", 5)
    assert not nonces.advance("k", 5)
    assert not nonces.advance("k", 4)
    assert nonces.advance("k", 6)
    assert nonces.last("k") == 6


def test_keys_do_not_share_their_nonces():
    nonces = MemoryNonces()
    assert nonces.advance("a", 9)
    assert nonces.advance("b", 1)


def test_nonces_beyond_64_bits_and_beyond_doubles_are_told_apart():
    nonces = MemoryNonces()
    assert nonces.advance("k", 10**30)
    assert nonces.advance("k", 10**30 + 1)
    assert not nonces.advance("k", 10**30)


def test_within_the_tolerance_a_nonce_counts_once():
    nonces = MemoryNonces()
    assert nonces.advance("k", 100, 10)
    assert nonces.advance("k", 95, 10)
    assert not nonces.advance("k", 95, 10)
    assert not nonces.advance("k", 90, 10)
    assert nonces.last("k") == 100
    assert nonces.advance("k", 104, 10)
    assert not nonces.advance("k", 94, 10)


@given(st.lists(st.integers(min_value=1, max_value=30)), st.integers(min_value=0, max_value=5))
def test_no_nonce_is_ever_accepted_twice(drawn, tolerance):
    nonces = MemoryNonces()
    accepted = [nonce for nonce in drawn if nonces.advance("k", nonce, tolerance)]
    assert len(accepted) == len(set(accepted))


def test_a_random_nonce_is_used_once_by_each_key():
    nonces = MemoryNonces()
    assert nonces.use("k", "abc")
    assert not nonces.use("k", "abc")
    assert nonces.use("other", "abc")


def test_a_preset_nonce_counts_as_the_last():
    nonces = MemoryNonces()
    nonces.preset("k", 50)
    assert not nonces.advance("k", 50)
    assert nonces.advance("k", 51)


def test_the_call_after_the_last_that_is_allowed_has_to_wait():
    rates = RateLimiter()
    assert [wait(rates, ["k"], now, calls_a_second(2)) for now in (0, 100, 200)] == [0, 0, 800]


def test_a_refused_call_does_not_count():
    rates = RateLimiter()
    for now in (0, 1, 2, 3, 4):
        wait(rates, ["k"], now, calls_a_second(1))
    assert wait(rates, ["k"], 999, calls_a_second(1)) == 1
    assert wait(rates, ["k"], 1000, calls_a_second(1)) == 0


def test_subjects_are_counted_apart():
    rates = RateLimiter()
    assert (wait(rates, ["a"], 0, calls_a_second(1)), wait(rates, ["b"], 0, calls_a_second(1))) == (0, 0)


def test_a_call_of_two_subjects_is_counted_for_neither_when_one_is_exhausted():
    rates, rule = RateLimiter(), calls_a_second(2)
    assert [wait(rates, subjects, 0, rule) for subjects in (["a", "b"], ["a"], ["a", "b"], ["b"])] == [0, 0, 1000, 0]


def test_a_window_is_as_long_as_its_rule_says():
    rates, rule = RateLimiter(), RateRule(calls=1, per="address", window_ms=60_000)
    assert [wait(rates, ["k"], now, rule) for now in (0, 59_999, 60_000)] == [0, 1, 0]


def test_whoever_has_called_nothing_of_late_is_forgotten_once_there_are_many():
    rates, rule = RateLimiter(), calls_a_second(1)
    for number in range(30_000):
        wait(rates, [number], number, rule)
    assert len(rates) < 15_000
    assert wait(rates, [29_999], 29_999, rule) == 1000


THROTTLED = Ban(after=3, within_ms=1000, lasts_ms=60_000, variant="throttled")
BANNED = Ban(after=6, within_ms=60_000, lasts_ms=120_000, variant="banned")
STRICT = RateRule(calls=1, per="address", variant="plain", bans=(THROTTLED, BANNED))


def said(rates: RateLimiter, now_ms: int) -> tuple[int, str]:
    held = rates.admit(["k"], now_ms, STRICT)
    return (0, "") if held is None else (held.ms, held.variant)


def test_who_goes_on_past_the_limit_is_throttled_and_then_banned():
    rates = RateLimiter()
    assert [said(rates, 0) for _ in range(4)] == [(0, ""), (1000, "plain"), (1000, "plain"), (60_000, "throttled")]
    assert [said(rates, 30_000) for _ in range(3)] == [
        (30_000, "throttled"),
        (30_000, "throttled"),
        (120_000, "banned"),
    ]
    assert said(rates, 149_999) == (1, "banned")


def test_a_ban_ends_by_itself_and_what_was_refused_is_forgotten():
    rates = RateLimiter()
    for _ in range(4):
        said(rates, 0)
    assert said(rates, 60_000) == (0, "")
    assert said(rates, 60_001) == (999, "plain")


def test_a_clock_that_goes_back_before_a_ban_lifts_it():
    rates = RateLimiter()
    for _ in range(4):
        said(rates, 10_000)
    assert said(rates, 9_000) == (0, "")


def test_calls_that_come_slowly_are_not_punished():
    rates = RateLimiter()
    assert {said(rates, moment) for moment in range(0, 30_000, 1000)} == {(0, "")}


def test_a_clock_that_goes_back_blocks_nobody():
    rates = RateLimiter()
    wait(rates, ["k"], 10_000, calls_a_second(1))
    assert wait(rates, ["k"], 500, calls_a_second(1)) == 0


@given(st.lists(st.integers(min_value=0, max_value=400), max_size=60), st.integers(min_value=1, max_value=5))
def test_no_second_holds_more_calls_than_are_allowed(steps, limit):
    rates, now, admitted = RateLimiter(), 0, []
    for step in steps:
        now += step
        if wait(rates, ["k"], now, calls_a_second(limit)) == 0:
            admitted.append(now)
    assert all(sum(1 for at in admitted if start <= at < start + 1000) <= limit for start in admitted)
