"""A client's process forks and comes to an end; a second program stands beside the first."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

from harness.adapter import ClientError
from tests.harness.drivers.driver_setup import PLENTY_S, TAME, in_process, program, target


class Forking:
    """An adapter whose client does what it is told, and says in which process."""

    name, version, language = "forking", "1", "python"
    dialects, operations, features = ("reference",), ("raw",), ()

    def open(self, target):
        return self

    def call(self, operation, params):
        Path(params["file"]).write_text(str(os.getpid()))
        match params["do"]:
            case "fail":
                raise ClientError("nonce", "no")
            case "break":
                raise RuntimeError("the adapter is broken")
            case "hang":
                threading.Event().wait()
        return {}

    def close(self):
        pass


class Asynchronous(Forking):
    async def call(self, operation, params):
        return {}


def forked(adapter, tmp_path, do, limit_s=PLENTY_S):
    driver = in_process(adapter)
    driver.describe("reference")
    driver.open("a", target())
    file = tmp_path / "pid"
    ended = driver.call_in_a_child("a", "raw", {"do": do, "file": str(file)}, limit_s=limit_s)
    driver.shutdown()
    return ended, int(file.read_text()) if file.exists() else None


@pytest.mark.parametrize(("do", "ended"), [("succeed", True), ("fail", True), ("break", False)])
def test_a_forked_child_makes_the_call_and_ends(tmp_path, do, ended):
    how, pid = forked(Forking(), tmp_path, do)
    assert how is ended
    assert pid not in (None, os.getpid())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_child_that_hangs_is_killed(tmp_path):
    how, pid = forked(Forking(), tmp_path, "hang", limit_s=0.2)
    assert how is False
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_an_asynchronous_client_cannot_be_forked(tmp_path):
    assert forked(Asynchronous(), tmp_path, "succeed") == (None, None)


def test_a_second_program_is_another_process_with_the_same_folder():
    first = program(sys.executable, str(TAME), "serial")
    second = first.another()
    try:
        first.describe("reference")
        second.describe("reference")
        assert first.pid != second.pid
        files = [Path(f"/proc/{driver.pid}/environ") for driver in (first, second)]
        if all(file.exists() for file in files):
            given = f"NONCENSE_STATE_DIR={first.state_dir}".encode()
            assert all(given in file.read_bytes().split(b"\0") for file in files)
    finally:
        second.shutdown()
        first.shutdown()


def test_a_stopped_program_is_started_by_the_next_question():
    driver = program(sys.executable, str(TAME), "serial")
    driver.describe("reference")
    before = driver.pid
    driver.stop(kill=True)
    assert driver.pid is None
    driver.describe("reference")
    assert driver.pid != before
    driver.shutdown()
