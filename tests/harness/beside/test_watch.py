"""What a program writes, starts and speaks to is seen from outside."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError

import pytest

from harness.beside import Watch, processes
from harness.beside.files import written_since

LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is Linux's")


@pytest.fixture
def watch() -> Iterator[Watch]:
    made = Watch()
    yield made
    made.close()


def test_a_file_in_the_programs_own_temporary_folder_is_seen(watch: Watch) -> None:
    watch.begin(lambda: None, set(), looking=False)
    Path(watch.environment["TMPDIR"], "session.json").write_text("a secret", encoding="utf-8")
    seen = watch.end()
    assert [(Path(one.path).name, "a secret" in one.text) for one in seen.written if "session" in one.path] == [
        ("session.json", True)
    ]
    assert seen.watched == {"files"}


def test_files_from_before_and_in_folders_of_others_are_not(tmp_path: Path) -> None:
    for name in ("old.txt", "new.txt", "node_modules/new.txt", "below/new.bin"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"\xff\x00")
    os.utime(tmp_path / "old.txt", ns=(1, 1))
    found = {one.path.removeprefix(f"{tmp_path}/") for one in written_since([tmp_path], 2, depth=2)}
    assert found == {"new.txt", "below/new.bin"}
    assert [one.path for one in written_since([tmp_path], 2, depth=0)] == [str(tmp_path / "new.txt")]


@LINUX
def test_command_lines_of_children_are_seen_while_they_live(watch: Watch) -> None:
    script = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()', 'a-secret'])"
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE) as program:
        watch.begin(lambda: program.pid, set(), looking=True)
        until = time.monotonic() + 20
        while not any("a-secret" in line for line in watch.lines) and time.monotonic() < until:
            os.sched_yield()
        program.communicate(b"\n")
    seen = watch.end()
    assert any(line.endswith("a-secret") for line in seen.command_lines)
    assert "processes" in seen.watched
    assert seen.strangers == ()


@LINUX
def test_a_process_tells_its_descriptors_and_its_memory() -> None:
    before = processes.open_files(os.getpid())
    with open(os.devnull, encoding="ascii"):
        after = processes.open_files(os.getpid())
    assert before is not None
    assert after == before + 1
    assert (processes.peak_bytes(os.getpid()) or 0) > 2**20
    assert processes.open_files(2**30) is None


@pytest.mark.parametrize(
    ("remote", "told"),
    [
        ("0100007F:1F90", ""),
        ("00000000:0000", ""),
        ("08080808:0035", "8.8.8.8 port 53"),
        ("0000000000000000FFFF0000010011AC:01BB", "172.17.0.1 port 443"),
        ("00000000000000000000000001000000:01BB", ""),
    ],
)
def test_addresses_of_proc_are_read(remote: str, told: str) -> None:
    assert processes.beyond(remote) == told


def test_who_is_not_the_exchange_comes_to_light_at_the_proxy(watch: Watch) -> None:
    watch.begin(lambda: None, set(), looking=False)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": watch.proxy.url}))
    with pytest.raises(HTTPError, match="502"):
        opener.open("http://metrics.example/started", timeout=30)
    assert [(one.target, one.known) for one in watch.end().passed] == [("http://metrics.example/started", False)]
