"""A command with a network to itself: the exchange is at home there, there is no way out, and nothing stays behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from harness.beside.processes import family_of
from harness.errors import UsageError
from harness.redirecting import Redirected, namespace, redirect
from mockserver import KeyHandle, MockExchange
from tests.redirecting.conftest import Led

pytestmark = pytest.mark.usefixtures("namespaces")

ASK = """
import sys, urllib.request
for url in sys.argv[1:]:
    try:
        print(urllib.request.urlopen(url, timeout=60).status)
    except OSError as problem:
        print(type(getattr(problem, "reason", problem)).__name__)
"""


@contextmanager
def inside(exchange: MockExchange, key: KeyHandle, folder: Path, *argv: str) -> Iterator[Redirected]:
    own = {"exchange": exchange, "hosts": exchange.dialect.hosts, "key": key, "environment": os.environ}
    with redirect(argv, rung="namespace", folder=folder, **own) as taken:
        yield taken


@contextmanager
def started(taken: Redirected, **more: Any) -> Iterator[subprocess.Popen[bytes]]:
    """Start a command; at the end it is killed where it has not ended."""
    environment = dict(taken.redirection.environment)
    with subprocess.Popen(taken.redirection.argv, env=environment, stdout=subprocess.PIPE, **more) as outer:
        try:
            yield outer
        finally:
            outer.kill()


def wait_until(true: object) -> None:
    assert callable(true)
    late = time.monotonic() + 60
    while not true():
        assert time.monotonic() < late
        time.sleep(0.01)


@pytest.fixture
def long() -> str:
    """Return a command that does not end, and that nobody else on this machine has started."""
    return f"sleep 1000.{os.getpid()}{time.monotonic_ns()}"


def running(line: str) -> set[int]:
    """Return the processes with a command line."""
    found = set()
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace").strip()
            except OSError:
                continue
            if words == line:
                found.add(int(folder.name))
    return found


def test_the_exchange_is_found_by_its_name_and_by_its_address_and_nobody_else_is(
    led: Led, exchange: MockExchange
) -> None:
    asked = "/public?command=return24hVolume"
    ours = [f"{there}{asked}" for there in ("https://poloniex.com", "http://www.poloniex.com", exchange.url)]
    others = ["https://api.example.org/", "https://192.0.2.1/"]
    ended = led(sys.executable, "-c", ASK, *ours, *others, rung="namespace")
    assert ended.output.split() == ["200", "200", "200", "gaierror", "ConnectionResetError"], ended.errors
    assert ended.strays == ("api.example.org (looked up its name)", "192.0.2.1:443 (connected)")
    assert ended.status == 0


def test_a_command_sees_its_own_address_its_user_and_its_folder(
    led: Led, exchange: MockExchange, key: KeyHandle, tmp_path: Path
) -> None:
    code = "import os; print(os.environ['NONCENSE_URL'], os.environ['NONCENSE_KEY'], os.getuid(), os.getcwd())"
    ended = led(sys.executable, "-c", code, rung="namespace")
    assert ended.output.split() == [exchange.url, key.key, str(os.getuid()), os.getcwd()]


def test_a_status_is_passed_on(led: Led) -> None:
    assert led("sh", "-c", "exit 7", rung="namespace").status == 7


def test_a_signal_that_ended_the_command_is_passed_on(led: Led) -> None:
    assert led("sh", "-c", "kill -SEGV $$", rung="namespace").status == -signal.SIGSEGV


def test_what_the_command_leaves_running_ends_with_it(led: Led, long: str) -> None:
    # A session of its own, whose parent is gone: nobody outside could find it by its family.
    ended = led("sh", "-c", f"setsid {long} > /dev/null & echo left", rung="namespace")
    assert (ended.status, ended.output) == (0, "left\n")
    named = [f"it left processes running, which end with it: {name}" for name in ("sleep", "setsid", "sh")]
    assert ended.troubles in [(one,) for one in named]  # whatever it was just then
    assert running(long) == set()


def test_all_ends_when_the_outermost_process_is_killed(
    exchange: MockExchange, key: KeyHandle, tmp_path: Path, long: str
) -> None:
    with inside(exchange, key, tmp_path, "sh", "-c", f"echo here; {long}; :") as taken, started(taken) as outer:
        assert outer.stdout is not None
        assert outer.stdout.readline() == b"here\n"
        wait_until(lambda: running(long))
        outer.kill()
        wait_until(lambda: not running(long))


def test_all_ends_when_nobody_leads_it_any_more(
    exchange: MockExchange, key: KeyHandle, tmp_path: Path, long: str
) -> None:
    with ExitStack() as stack:
        with inside(exchange, key, tmp_path, "sh", "-c", f"echo here; {long}; :") as taken:
            outer = stack.enter_context(started(taken))
            assert outer.stdout is not None
            assert outer.stdout.readline() == b"here\n"
        assert outer.wait(60) != 0
    assert running(long) == set()


def test_a_command_may_end_in_its_own_way_when_it_is_told_to(
    exchange: MockExchange, key: KeyHandle, tmp_path: Path
) -> None:
    script = "trap 'echo told; exit 3' TERM; echo here; while :; do sleep 0.01; done"
    with inside(exchange, key, tmp_path, "bash", "-c", script) as taken, started(taken) as outer:
        assert outer.stdout is not None
        assert outer.stdout.readline() == b"here\n"
        outer.terminate()
        assert (outer.stdout.read(), outer.wait(60)) == (b"told\n", 3)


def test_the_command_alone_is_in_the_group_that_a_terminal_speaks_to(
    exchange: MockExchange, key: KeyHandle, tmp_path: Path
) -> None:
    with (
        inside(exchange, key, tmp_path, "sh", "-c", "echo here; read line") as taken,
        started(taken, stdin=subprocess.PIPE, start_new_session=True) as outer,
    ):
        assert outer.stdout is not None
        assert outer.stdout.readline() == b"here\n"
        _, first, command = family_of(outer.pid)
        assert os.getpgid(command) == outer.pid
        wait_until(lambda: os.getpgid(first) == first)


def test_a_command_that_cannot_start_is_named(led: Led) -> None:
    ended = led("no-such-program", rung="namespace")
    assert ended.status == 127
    assert ended.errors == "noncense: cannot start no-such-program: No such file or directory\n"
    assert ended.troubles == (ended.errors[:-1],)


def test_what_cannot_be_set_up_is_named(led: Led, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(namespace, "_BUNDLES", ("/etc",))  # a folder, in whose place no file can be put
    ended = led("true", rung="namespace")
    said = "noncense: cannot set up a network of its own: [Errno 20] mount /etc: Not a directory"
    assert (ended.status, ended.errors, ended.troubles) == (125, f"{said}\n", (said,))


def test_nothing_is_left_of_it(led: Led, tmp_path: Path) -> None:
    threads = set(threading.enumerate())
    ended = led("true", rung="namespace")
    plan = Path(ended.taken.redirection.argv[-2])
    assert plan.parent.parent == tmp_path
    assert not any(Path(word).exists() for word in plan.read_text().split('"') if "noncense-namespace-" in word)
    wait_until(lambda: set(threading.enumerate()) <= threads)
    assert "noncense" not in Path("/proc/self/mountinfo").read_text(encoding="utf-8")


def test_where_the_machine_allows_none_the_next_best_way_is_named(
    exchange: MockExchange, key: KeyHandle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.redirecting.ladder.forbidden", lambda: "Operation not permitted")
    with pytest.raises(UsageError) as told, inside(exchange, key, tmp_path, "true"):
        pass
    said = "this machine allows no network of its own (Operation not permitted); the next best is --redirect preload"
    assert str(told.value) == said


def test_a_trial_says_why_not(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    refusing = tmp_path / "inside.py"
    refusing.write_text("import os; os.write(2, b'Operation not permitted\\n'); os._exit(1)")
    monkeypatch.setattr(namespace, "_INSIDE", refusing)
    assert namespace.forbidden.__wrapped__() == "Operation not permitted"


def test_a_deep_folder_is_no_obstacle(
    exchange: MockExchange, key: KeyHandle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("d" * 100) / ("e" * 100)
    deep.mkdir(parents=True)
    monkeypatch.setattr("tempfile.tempdir", str(deep))
    with inside(exchange, key, deep, "true") as taken, started(taken) as outer:
        assert outer.wait(60) == 0


def test_two_commands_may_be_inside_at_once(exchange: MockExchange, key: KeyHandle, tmp_path: Path) -> None:
    script = "echo here; read line; exit 5"
    with (
        inside(exchange, key, tmp_path, "sh", "-c", script) as taken,
        started(taken, stdin=subprocess.PIPE) as first,
        started(taken, stdin=subprocess.PIPE) as second,
    ):
        for one in (first, second):
            assert one.stdout is not None
            assert one.stdout.readline() == b"here\n"
        assert [one.communicate(b"\n", 60) and one.returncode for one in (first, second)] == [5, 5]


def test_this_process_keeps_its_own_network(led: Led, exchange: MockExchange) -> None:
    led("true", rung="namespace")
    with socket.create_connection(("127.0.0.1", exchange.port), timeout=60):
        pass


WITHOUT_PRIVILEGE = """
import importlib.util, sys
spec = importlib.util.spec_from_file_location("inside", sys.argv[1])
inside = importlib.util.module_from_spec(spec)
spec.loader.exec_module(inside)

class Unprivileged:
    def __init__(self, library):
        self.__dict__["library"] = library
    def __getattr__(self, name):
        return getattr(self.library, name)
    def unshare(self, flags):
        return self.library.unshare(flags) if flags & 0x10000000 else -1

inside._c = Unprivileged(inside._c)
inside.attempt()
"""


def test_no_privilege_is_needed_where_users_may_have_namespaces() -> None:
    asked = [sys.executable, "-c", WITHOUT_PRIVILEGE, str(Path(namespace.__file__).with_name("inside.py"))]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=120)
    if done.returncode and "not permitted" in done.stderr:
        pytest.skip(f"users may have no namespaces here: {done.stderr.strip()}")
    assert (done.returncode, done.stderr) == (0, "")
