"""`noncense serve`: an exchange for any client."""

import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from harness.cli.serve import given_credentials
from harness.errors import UsageError
from signer import Credentials
from tests.harness.cli.command_line import complaint, run_noncense

Capture = pytest.CaptureFixture[str]


def start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("NONCENSE_")}
    return subprocess.Popen(
        [sys.executable, "-m", "harness", "serve", "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=clean | environment,
    )


def lines_until_ready(server: subprocess.Popen[str]) -> list[str]:
    assert server.stdout is not None
    lines = []
    for line in server.stdout:
        lines.append(line.rstrip("\n"))
        if line.startswith("ready"):
            return lines
    raise AssertionError(f"it never was ready: {server.stderr.read() if server.stderr else ''}")


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_answers_and_ends_cleanly_when_asked(ending: signal.Signals) -> None:
    with start("--dialect", "poloniex", "--seed", "1") as server:
        try:
            key, secret, ready = lines_until_ready(server)
            url = ready.split()[1]
            assert url.startswith("http://127.0.0.1:")
            assert key.startswith("key ")
            assert secret.startswith("secret ")
            with urllib.request.urlopen(f"{url}/_noncense/health", timeout=10) as answer:
                assert answer.status == 200
        finally:
            server.send_signal(ending)
            out, err = server.communicate(timeout=10)
        assert (server.returncode, out, err) == (0, "", "")


def test_a_given_secret_is_not_printed() -> None:
    with start("--dialect", "exmo", NONCENSE_KEY="K-1", NONCENSE_SECRET="S-hidden") as server:
        lines = lines_until_ready(server)
        server.terminate()
        out, err = server.communicate(timeout=10)
    assert len(lines) == 1
    assert "S-hidden" not in "".join([*lines, out, err])


def test_a_port_that_is_taken_is_one_clear_line_and_no_verdict() -> None:
    with start("--dialect", "exmo") as first:
        taken = lines_until_ready(first)[-1].split()[1].rpartition(":")[2]
        with start("--dialect", "exmo", "--port", taken) as second:
            out, err = second.communicate(timeout=10)
        first.terminate()
        first.communicate(timeout=10)
    assert (second.returncode, out) == (3, "")
    assert err.startswith(f"noncense: cannot listen on 127.0.0.1:{taken}: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("", "which exchange"),
        ("--dialect mtgox", "there is no dialect 'mtgox'"),
        ("--dialect exmo --port 70000", "not in the range"),
        ("--dialect exmo --host 0.0.0.0", "a control token is required"),
        ("--dialect exmo --key K", "its secret is missing"),
        ("--dialect exmo --clock-offset nan", "a number of seconds"),
    ],
)
def test_a_wrong_command_line_gets_one_clear_line(capsys: Capture, arguments: str, words: str) -> None:
    assert words in complaint(run_noncense(capsys, f"serve {arguments}"))


def test_credentials_come_whole_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from a file\n")
    assert given_credentials(None, None, None) is None
    assert given_credentials("k", "s", None) == Credentials(key="k", secret="s")
    assert given_credentials("k", None, tmp_path / "secret") == Credentials(key="k", secret="from a file")
    with pytest.raises(UsageError, match="the key it belongs to is missing"):
        given_credentials(None, "s", None)
    with pytest.raises(UsageError, match="given twice"):
        given_credentials("k", "s", tmp_path / "secret")


@pytest.mark.parametrize(
    ("habit", "words"), [("regime", "--habit takes NAME=CHOICE"), ("mood=good", "reference has no habit 'mood'")]
)
def test_a_habit_that_nobody_can_have_is_one_clear_line(capsys: Capture, habit: str, words: str) -> None:
    assert words in complaint(run_noncense(capsys, f"serve --dialect reference --habit {habit}"))
