"""How late the machine is."""

import time

import pytest

from harness.beside.metronome import Metronome, usual_of


def test_a_metronome_that_never_ticked_says_nothing() -> None:
    metronome = Metronome()
    metronome.stop()
    assert (metronome.usual_late_ms, metronome.worst_late_ms) == (0.0, 0.0)


def test_it_hears_that_others_kept_the_processor() -> None:
    metronome = Metronome()
    metronome.start()
    for _ in range(3):
        sum(range(300_000))  # one call that does not let go of the interpreter
        time.sleep(0)
    metronome.stop()
    assert 0 <= metronome.usual_late_ms <= metronome.worst_late_ms
    assert metronome.worst_late_ms > 0


def test_it_can_be_stopped_twice() -> None:
    metronome = Metronome()
    metronome.start()
    metronome.stop()
    before = metronome.worst_late_ms
    metronome.stop()
    assert metronome.worst_late_ms == before


@pytest.mark.parametrize("late_ms", [(0.0, 9.0), (1.0, 2.0, 50.0), (3.0, 3.0, 3.0, 4.0)])
def test_what_is_usual_is_never_later_than_the_worst(late_ms: tuple[float, ...]) -> None:
    assert min(late_ms) <= usual_of(late_ms) <= max(late_ms)
