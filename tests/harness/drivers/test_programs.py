"""What holds for programs alone: their process group, their environment, their state folder, their end."""

import os
import signal
import time
from pathlib import Path

import pytest

from harness.drivers.driver import Driver, Succeeded
from harness.drivers.subprocess import SubprocessDriver
from tests.harness.drivers.driver_setup import evil, opened, target


def ok(driver: Driver) -> object:
    reply = driver.call("a", "raw", {}, limit_s=60).reply
    assert isinstance(reply, Succeeded)
    return reply.value


def is_alive(pid: int) -> bool:
    """A zombie that nobody has reaped yet is not alive."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def gone(pid: int) -> bool:
    """Wait for a process that has been killed to be gone."""
    deadline = time.monotonic() + 30
    while is_alive(pid) and time.monotonic() < deadline:
        os.sched_yield()
    return not is_alive(pid)


def test_answers_may_come_in_any_order() -> None:
    with opened("backwards") as driver:
        replies = driver.call_together([("a", "raw", {"n": n}) for n in range(3)], limit_s=60)
    assert [timed.reply for timed in replies] == [Succeeded(value={"n": n}) for n in range(3)]
    ends = [timed.ended_ns for timed in replies]
    assert ends == sorted(ends, reverse=True)


def test_a_program_without_the_promise_is_never_handed_two_calls() -> None:
    with opened("serial") as driver:
        replies = driver.call_together([("a", "raw", {})] * 3, limit_s=60)
    assert [timed.reply for timed in replies] == [Succeeded(value={})] * 3
    assert replies[1].started_ns > replies[0].ended_ns


def test_a_kill_takes_the_children_too() -> None:
    with opened("children") as driver:
        child = ok(driver)
        assert isinstance(child, int)
        assert is_alive(child)
        driver.restart(kill=True)
        assert gone(child)


def test_a_program_that_ignores_the_end_of_stdin_is_killed_with_its_children() -> None:
    with opened("stay") as driver:
        pid = driver.pid
        assert pid is not None
        started = time.monotonic()
        driver.shutdown()
        assert time.monotonic() - started >= 2
        assert gone(pid)


def test_a_program_leaves_by_itself_when_stdin_ends() -> None:
    with opened("good") as driver:
        driver.restart(kill=False)
        assert driver.open("a", target()) == Succeeded(value=None)


def test_a_program_that_died_between_two_cases_is_the_next_calls_fault() -> None:
    with opened("good") as driver:
        assert driver.pid is not None
        os.kill(driver.pid, signal.SIGKILL)
        with pytest.raises(Exception, match="SIGKILL"):
            driver.open("b", target())


def environment_of(inherited: dict[str, str] | None = None) -> dict[str, str]:
    with evil("environment", environment=inherited) as driver:
        driver.open("a", target())
        value = ok(driver)
    assert isinstance(value, dict)
    return value


def test_inherited_proxy_variables_are_cleared() -> None:
    found = environment_of({**os.environ, "http_proxy": "x", "HTTPS_PROXY": "x", "No_Proxy": "x", "HOME": "/here"})
    assert found["HOME"] == "/here"
    assert not [name for name in found if name.lower().endswith("_proxy")]


def test_the_state_folder_lasts_over_a_restart_and_not_over_the_end() -> None:
    with opened("environment") as driver:
        folder = environment_folder(driver)
        (folder / "nonces").mkdir()
        (folder / "nonces" / "k").write_text("5")
        driver.restart(kill=True)
        driver.open("a", target())
        assert environment_folder(driver) == folder
        assert (folder / "nonces" / "k").read_text() == "5"
        driver.fresh_state()
        assert list(folder.iterdir()) == []
    assert not folder.exists()


def environment_folder(driver: SubprocessDriver) -> Path:
    value = ok(driver)
    assert isinstance(value, dict)
    return Path(value["NONCENSE_STATE_DIR"])


def test_each_driver_has_a_state_folder_of_its_own() -> None:
    assert environment_of()["NONCENSE_STATE_DIR"] != environment_of()["NONCENSE_STATE_DIR"]


def test_what_was_written_before_a_restart_keeps_its_position() -> None:
    with opened("json-rpc-error") as driver:
        before = driver.stderr_mark()
        with pytest.raises(Exception, match="json_rpc"):
            driver.call("a", "raw", {}, limit_s=60)
        after = driver.stderr_mark()
        driver.restart(kill=True)
        assert driver.stderr_since(before) == "wired wrong\n"
        assert driver.stderr_since(after) == ""


def test_a_programs_objects_are_its_own() -> None:
    with opened("good") as driver:
        assert driver.texts("a") == ()
        assert driver.form == "program"


def test_the_first_request_of_every_run_is_describe() -> None:
    with evil("good") as driver:
        driver.open("a", target())
        driver.restart(kill=True)
        driver.open("a", target())
        assert ok(driver) == {"pid": driver.pid}
