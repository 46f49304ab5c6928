"""The wall clock of a client goes as we say, and nobody else's does."""

from __future__ import annotations

import sys
import threading
import time

import pytest

from harness.drivers.child_clock import child_clock
from harness.drivers.subprocess import SubprocessDriver
from harness.drivers.wall_clock import WallClock
from tests.harness.drivers.driver_setup import PLENTY_S, TAME, in_process, program, target

HOUR_MS = 3_600_000
NEAR_MS = 60_000

with_a_compiler = pytest.mark.skipif(child_clock() is None, reason="there is no means to move the clock of a program")


class Telling:
    """An adapter whose client tells the time."""

    name, version, language = "telling", "1", "python"
    dialects, operations, features = ("reference",), ("raw",), ()

    def open(self, target):
        return self

    def call(self, operation, params):
        return {"ms": time.time_ns() // 1_000_000, "s": time.time(), "monotonic_s": time.monotonic()}

    def close(self):
        pass


def told(driver, session="a"):
    return driver.call(session, "raw", {"do": "time"}, limit_s=PLENTY_S).reply.value


def off_ms(told_ms):
    return told_ms - time.time_ns() // 1_000_000


@pytest.fixture
def teller(tmp_path):
    file = tmp_path / "teller.py"
    file.write_text(
        "import time\n"
        "from harness.adapter import main\n"
        "class A:\n"
        "    name, version, language = 'teller', '1', 'python'\n"
        "    dialects, operations, features = ('reference',), ('raw',), ()\n"
        "    def open(self, target): return self\n"
        "    def call(self, operation, params):\n"
        "        return {'ms': time.time_ns() // 1_000_000, 's': time.time(), 'monotonic_s': time.monotonic()}\n"
        "    def close(self): pass\n"
        "main(A())\n"
    )
    driver = program(sys.executable, str(file))
    yield driver
    driver.shutdown()


@with_a_compiler
@pytest.mark.parametrize("ahead_ms", [HOUR_MS, -HOUR_MS, 1_500, -86_400_000])
def test_a_programs_clock_is_as_far_ahead_as_we_say(teller: SubprocessDriver, ahead_ms):
    clock = teller.clock()
    teller.describe("reference")
    teller.open("a", target())
    assert clock.reaches(teller.pid)
    clock.set(ahead_ms)
    answer = told(teller)
    assert abs(off_ms(answer["ms"]) - ahead_ms) < 1_000
    assert abs(answer["s"] * 1000 - answer["ms"]) < 1_000
    assert abs(answer["monotonic_s"] - time.monotonic()) < NEAR_MS / 1000
    clock.set(0)
    assert abs(off_ms(told(teller)["ms"])) < 1_000


@with_a_compiler
def test_a_program_started_afterwards_goes_by_the_machines_clock(teller: SubprocessDriver):
    teller.clock().set(HOUR_MS)
    teller.describe("reference")
    teller.without_clock()
    teller.restart(kill=True)
    teller.describe("reference")
    teller.open("a", target())
    assert abs(off_ms(told(teller)["ms"])) < NEAR_MS


@with_a_compiler
def test_a_clock_does_not_reach_a_program_that_was_started_without_it(teller: SubprocessDriver):
    teller.describe("reference")
    assert not teller.clock().reaches(teller.pid)


def test_the_clock_of_a_client_in_our_process_is_moved_and_ours_is_not():
    driver = in_process(Telling())
    driver.describe("reference")
    driver.open("a", target())
    driver.move_clock(HOUR_MS)
    answer = told(driver)
    assert abs(off_ms(answer["ms"]) - HOUR_MS) < NEAR_MS
    assert abs(answer["s"] * 1000 - answer["ms"]) < NEAR_MS
    assert abs(answer["monotonic_s"] - time.monotonic()) < NEAR_MS / 1000
    driver.move_clock(0)
    assert abs(off_ms(told(driver)["ms"])) < NEAR_MS
    driver.shutdown()


def test_the_machines_functions_are_back_when_nobodys_clock_is_moved():
    usual = time.time, time.time_ns
    one, other = WallClock(), WallClock()
    one.set(5, frozenset())
    other.set(7, frozenset())
    one.set(0, frozenset())
    assert (time.time, time.time_ns) != usual
    other.set(0, frozenset())
    assert (time.time, time.time_ns) == usual


def test_two_clients_have_two_clocks():
    here = threading.get_ident()
    mine, others = WallClock(), WallClock()
    mine.set(HOUR_MS, {here})
    others.set(-HOUR_MS, {here + 1})
    moved = time.time()
    mine.set(0, frozenset())
    others.set(0, frozenset())
    assert abs(moved - time.time() - 3600) < 60


def test_a_shut_down_client_leaves_no_clock_behind():
    usual = time.time
    driver = in_process(str(TAME))
    driver.describe("reference")
    driver.move_clock(HOUR_MS)
    driver.shutdown()
    assert time.time is usual
