"""A command ends, by itself or by us, and nothing that it started outlives it."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

import pytest

from harness.observing.command import run_to_its_end
from harness.observing.warden import has_ended

pytestmark = pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="what outlives a command is seen on Linux")

#: Writes its number down, and stays.
LINGERING = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(600)"


def python(code, *arguments):
    return [sys.executable, "-c", code, *map(str, arguments)]


def run(argv, limit_s=120.0, **environment):
    return run_to_its_end(argv, {**os.environ, **environment}, limit_s=limit_s)


def written(path):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if path.exists() and path.read_text().isdigit():
            return int(path.read_text())
        time.sleep(0.01)
    raise AssertionError(f"nothing was written to {path}")


@pytest.mark.parametrize("status", [0, 3])
def test_its_exit_status_is_handed_on(status):
    ending = run(python(f"raise SystemExit({status})"))
    assert ending.status == status
    assert ending.failed is (status != 0)


def test_a_signal_is_named():
    assert run(python("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")).in_words().endswith("SIGKILL")


@pytest.mark.parametrize(
    ("command", "why"),
    [("/nowhere/at-all", "No such file"), (os.sep, "Permission denied"), ("nul\0", "null")],
)
def test_a_command_that_cannot_start_is_named(command, why):
    ending = run([command])
    assert ending.status is None
    assert why in ending.cannot


def test_its_output_passes_as_it_is_binary_or_not(capfd):
    run(python("import sys; sys.stdout.buffer.write(bytes(range(256))); sys.stderr.write('said')"))
    out, err = capfd.readouterr()
    assert "\x00" in out
    assert err == "said"


def test_it_inherits_the_environment_it_is_given_and_no_descriptor_of_ours(tmp_path):
    code = "import os, sys; open(sys.argv[1], 'w').write(os.environ['ACME'] + str(sorted(os.listdir('/proc/self/fd'))))"
    run(python(code, tmp_path / "told"), ACME="yes")
    # Beside the three, the file that it writes, and the folder that it reads.
    assert (tmp_path / "told").read_text() == "yes['0', '1', '2', '3', '4']"


def test_one_that_never_ends_is_ended(tmp_path):
    ending = run(python(LINGERING, tmp_path / "pid"), limit_s=1.0)
    assert ending.out_of_time
    assert ending.failed
    assert not (tmp_path / "pid").exists() or has_ended(written(tmp_path / "pid"))


def test_one_that_does_not_listen_is_ended_all_the_same():
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    assert run(python(deaf), limit_s=1.5).out_of_time


def test_a_child_that_it_leaves_behind_is_ended_and_named(tmp_path):
    code = (
        "import subprocess, sys, time, os\n"
        f"subprocess.Popen([sys.executable, '-c', {LINGERING!r}, sys.argv[1]])\n"
        "while not os.path.exists(sys.argv[1]): time.sleep(0.01)\n"
    )
    ending = run(python(code, tmp_path / "pid"))
    assert ending.status == 0
    assert len(ending.left) == 1
    assert has_ended(written(tmp_path / "pid"))


def test_a_daemon_with_a_session_of_its_own_and_no_parent_is_ended_too(tmp_path):
    code = (
        "import os, sys, time\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    if os.fork() == 0:\n"
        f"        sys.argv[1:] = [sys.argv[1]]; exec({LINGERING!r})\n"
        "    os._exit(0)\n"
        "while not os.path.exists(sys.argv[1]): time.sleep(0.01)\n"
    )
    ending = run(python(code, tmp_path / "pid"))
    assert ending.status == 0
    assert has_ended(written(tmp_path / "pid"))


def test_one_that_ends_its_warden_does_not_stay_either(tmp_path):
    code = (
        "import os, signal, sys, time\n"
        "open(sys.argv[1], 'w').write(str(os.getpid()))\n"
        "os.kill(os.getppid(), signal.SIGKILL)\n"
        "time.sleep(600)\n"
    )
    ending = run(python(code, tmp_path / "pid"))
    assert ending.failed
    deadline = time.monotonic() + 60
    while not has_ended(written(tmp_path / "pid")):
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def interruptible():
    """Whoever is started in the background does not hear SIGINT, and its children do not either."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interruption_ends_it_and_is_told(tmp_path):
    def interrupt():
        written(tmp_path / "pid")
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    ending = run(python(LINGERING, tmp_path / "pid"))
    thread.join()
    assert ending.interrupted
    assert has_ended(written(tmp_path / "pid"))
