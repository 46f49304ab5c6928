"""`noncense serve`: an exchange for any client."""

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from harness.cli.serve import given_credentials, read_places, store_of, unread_authorities
from harness.errors import UsageError
from signer import Credentials
from tests.harness.cli.command_line import complaint, run_noncense

Capture = pytest.CaptureFixture[str]
ROOT = Path(__file__).parents[3]


def start(*arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.Popen[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("NONCENSE_")}
    return subprocess.Popen(
        [sys.executable, "-m", "harness", "serve", "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=clean | {"PYTHONPATH": str(ROOT)} | environment,
        cwd=cwd,
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
        ("--dialect exmo@x", "behind the @ goes a port"),
        ("--dialect exmo@65536", "behind the @ goes a port"),
        ("--dialect mtgox@8801", "there is no dialect 'mtgox'"),
        ("--dialect exmo --dialect exmo@8801", "exmo is there twice"),
        ("--dialect exmo --dialect poloniex --habit a=b", "--habit is for one exchange"),
        ("--dialect exmo --key K --secret S --keys 2", "--keys generates keys"),
        ("--dialect exmo --tls-bad rusty", "there is no TLS flaw 'rusty'"),
        ("--dialect exmo --tls-cert nowhere.pem", "cannot be used"),
        ("--dialect exmo --tls-key nowhere.pem", "--tls-key belongs to a --tls-cert"),
        ("--dialect exmo --tls-cert a --tls-bad expired", "not about --tls-cert"),
        ("--dialect exmo --ca-file x", "need --tls"),
        ("--dialect exmo --store tape:9", "tape"),
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


def test_under_tls_the_authority_stands_where_it_says(tmp_path: Path) -> None:
    with start("--dialect", "exmo", "--tls", "--tls-name", "mine.example", cwd=tmp_path) as server:
        *_, authority, ready = lines_until_ready(server)
        assert authority.split() == ["ca", str(Path(".noncense", "ca.pem"))]
        context = ssl.create_default_context(cafile=tmp_path / ".noncense" / "ca.pem")
        url = ready.split()[1]
        with urllib.request.urlopen(f"{url}/v1.1/ticker", timeout=10, context=context) as answer:
            assert answer.status == 200
        port = int(url.rpartition(":")[2])
        for name in ("mine.example", "api.exmo.com"):
            plain = socket.create_connection(("127.0.0.1", port), timeout=10)
            with plain, context.wrap_socket(plain, server_hostname=name) as line:
                assert name in str(line.getpeercert())
        server.terminate()
        assert server.communicate(timeout=10) == ("", "")


def test_wrong_tls_is_wrong_in_the_way_that_was_asked_for(tmp_path: Path) -> None:
    authority = tmp_path / "authority.pem"
    with start("--dialect", "exmo", "--tls-bad", "expired", "--ca-file", str(authority), cwd=tmp_path) as server:
        url = lines_until_ready(server)[-1].split()[1]
        assert url.startswith("https://")
        context = ssl.create_default_context(cafile=authority)
        with pytest.raises(urllib.error.URLError, match="expired"):
            urllib.request.urlopen(f"{url}/v1.1/ticker", timeout=10, context=context)
        server.terminate()
        server.communicate(timeout=10)
    assert not (tmp_path / ".noncense").exists()


def test_several_exchanges_share_a_port_and_may_have_one_of_their_own(tmp_path: Path) -> None:
    ready_file = tmp_path / "ready.json"
    with start(
        "--dialect", "poloniex", "--dialect", "exmo@0", "--keys", "2", "--ready-file", str(ready_file)
    ) as server:  # fmt: skip
        lines = lines_until_ready(server)
        assert [line.split()[0] for line in lines].count("secret") == 4
        told = json.loads(ready_file.read_text())
        assert told["url"] == lines[-1].split()[1]
        assert not any(line.split()[1] in ready_file.read_text() for line in lines if line.startswith("secret"))
        by_name = urllib.request.Request(f"{told['url']}/v1.1/ticker", headers={"Host": "api.exmo.com"})
        for asked in (by_name, f"{told['exchanges']['exmo']}/v1.1/ticker"):
            with urllib.request.urlopen(asked, timeout=10) as answer:
                assert "BTC_USDT" in json.load(answer)
        server.terminate()
        assert server.communicate(timeout=10) == ("", "")
    assert not ready_file.exists()


def test_a_shared_port_that_is_taken_is_one_clear_line_too() -> None:
    with start("--dialect", "exmo") as first:
        taken = lines_until_ready(first)[-1].split()[1].rpartition(":")[2]
        with start("--dialect", "exmo", "--dialect", f"poloniex@{taken}") as second:
            out, err = second.communicate(timeout=10)
        first.terminate()
        first.communicate(timeout=10)
    assert (second.returncode, out) == (3, "")
    assert f"poloniex wants {taken}" in err
    assert err.count("\n") == 1


def test_each_of_several_exchanges_has_a_store_of_its_own() -> None:
    assert store_of("memory", "exmo") == "memory"
    assert store_of("sqlite:state/book.db", "exmo") == f"sqlite:{Path('state', 'book-exmo.db')}"


def test_a_single_dialect_with_a_port_of_its_own_has_that_one_alone() -> None:
    assert read_places(("exmo@8801",), 8800) == [("exmo", 8801)]
    assert read_places(("exmo",), 8800) == [("exmo", 8800)]
    assert read_places(("exmo", "bitunix@1"), 8800) == [("exmo", None), ("bitunix", 1)]


def test_where_authorities_stand_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "mine.pem")
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    before = dict(os.environ)
    with unread_authorities():
        assert os.environ["SSL_CERT_FILE"] == os.environ["SSL_CERT_DIR"] == os.devnull
    assert dict(os.environ) == before
