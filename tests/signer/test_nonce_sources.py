"""Sources that never repeat and never go back, whatever the clock does."""

from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signer import PersistentNonces, RandomNonces, RisingNonces, SignerError


class Clock:
    """A clock that reads what it is told, and the last reading for ever after."""

    def __init__(self, *readings: int) -> None:
        self.readings = list(readings)

    def __call__(self) -> int:
        return self.readings.pop(0) if len(self.readings) > 1 else self.readings[0]


class Memory:
    """What survives a crash."""

    def __init__(self, value: int = 0) -> None:
        self.value = value
        self.writings = 0

    def load(self) -> int:
        return self.value

    def store(self, value: int) -> None:
        self.value = value
        self.writings += 1


def test_a_clock_that_moves_on_is_followed() -> None:
    nonces = RisingNonces(Clock(1000, 1007, 1020))
    assert [nonces(), nonces(), nonces()] == [1000, 1007, 1020]


def test_a_clock_that_stands_still_gives_rising_nonces() -> None:
    nonces = RisingNonces(lambda: 1000)
    assert [nonces() for _ in range(4)] == [1000, 1001, 1002, 1003]


def test_a_clock_that_goes_back_is_not_followed() -> None:
    nonces = RisingNonces(Clock(1000, 4, 5, 2000))
    assert [nonces() for _ in range(4)] == [1000, 1001, 1002, 2000]


def test_a_source_stays_above_what_the_exchange_says_is_spent() -> None:
    nonces = RisingNonces(lambda: 1000, last=5000)
    assert nonces() == 5001
    nonces.raise_to(9000)
    nonces.raise_to(3)
    assert nonces() == 9001


@given(st.lists(st.integers(-(2**70), 2**70), min_size=1))
def test_no_clock_makes_nonces_fall_or_repeat(readings: list[int]) -> None:
    for source in (
        RisingNonces(Clock(*readings)),
        PersistentNonces(Clock(*readings), load=lambda: 0, store=lambda value: None, stretch=3),
    ):
        drawn = [source() for _ in readings]
        assert drawn == sorted(set(drawn))
        assert drawn[0] > 0


@pytest.mark.parametrize("kind", ["rising", "persistent", "random"])
def test_threads_never_share_a_nonce(kind: str) -> None:
    memory = Memory()
    source = {
        "rising": lambda: RisingNonces(lambda: 7),
        "persistent": lambda: PersistentNonces(lambda: 7, load=memory.load, store=memory.store, stretch=10),
        "random": lambda: RandomNonces(Random(1).randbytes, length=8),
    }[kind]()
    with ThreadPoolExecutor(8) as threads:
        drawn = list(threads.map(lambda _: source(), range(400)))
    assert len(set(drawn)) == 400


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 10_000)), max_size=8), st.integers(0, 20))
def test_nonces_rise_across_crashes_at_any_moment(runs: list[tuple[int, int]], stretch: int) -> None:
    memory, last = Memory(), 0
    for draws, now in runs:
        source = PersistentNonces(lambda now=now: now, load=memory.load, store=memory.store, stretch=stretch)
        for _ in range(draws):
            nonce = source()
            assert nonce > last
            assert nonce <= memory.value, "what is used was written down before"
            last = nonce


def test_a_stretch_is_written_once() -> None:
    memory = Memory()
    source = PersistentNonces(lambda: 1000, load=memory.load, store=memory.store, stretch=100)
    for _ in range(100):
        source()
    assert memory.writings == 1


def test_a_memory_that_cannot_be_written_gives_no_nonce() -> None:
    def full(value: int) -> None:
        raise OSError("no space left")

    source = PersistentNonces(lambda: 1000, load=lambda: 0, store=full)
    with pytest.raises(OSError, match="no space"):
        source()


def test_random_nonces_have_the_documented_length_and_letters() -> None:
    source = RandomNonces(Random(2).randbytes)
    for _ in range(50):
        nonce = source()
        assert len(nonce) == 32
        assert nonce.isascii()
        assert nonce.isalnum()


@pytest.mark.parametrize("byte", [b"\x00", b"\xff"])
def test_randomness_that_is_none_is_an_error_and_not_a_repetition(byte: bytes) -> None:
    source = RandomNonces(lambda size: byte * size)
    with pytest.raises(SignerError, match="randomness"):
        [source() for _ in range(2)]
