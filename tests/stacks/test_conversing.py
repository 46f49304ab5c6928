"""Programs that hang, die or talk rubbish are heard as far as they go; the calls that are left are made by another."""

import sys
from pathlib import Path

import pytest

from harness.stacks.conversing import CalledOff, converse, read
from harness.stacks.seeing import Said

HELLO = "import json, os, sys, time\nprint('{}', flush=True)\nfor call in sys.argv[1:]:\n"


def heard(tmp_path: Path, body: str, *calls: str, patience_s: float = 60) -> tuple[Said, ...]:
    program = tmp_path / "program.py"
    program.write_text(HELLO + "".join(f"    {line}\n" for line in body.splitlines()))
    return converse((sys.executable, "-S", str(program)), calls, environment={}, folder=tmp_path, patience_s=patience_s)


def test_every_call_has_its_line(tmp_path: Path) -> None:
    told = heard(tmp_path, "print(json.dumps({'status': int(call), 'bytes': 2}), flush=True)", "200", "307")
    assert [said.status for said in told] == [200, 307]


def test_a_call_that_hangs_is_ended_and_the_next_one_is_made(tmp_path: Path) -> None:
    body = "if call == 'hang': time.sleep(600)\nprint(json.dumps({'status': 200}), flush=True)"
    told = heard(tmp_path, body, "a", "hang", "b", patience_s=2)
    assert [(said.hung, said.status) for said in told] == [(False, 200), (True, None), (False, 200)]


def test_a_call_in_which_the_program_dies_is_an_error_with_its_last_words(tmp_path: Path) -> None:
    body = "if call == 'die': sys.exit('it fell over')\nprint(json.dumps({'status': 200}), flush=True)"
    told = heard(tmp_path, body, "die", "b")
    assert [said.error for said in told] == ["the program ended: it fell over", ""]


def test_a_program_that_does_not_begin_says_why_for_each_call(tmp_path: Path) -> None:
    argv = (sys.executable, "-S", "-c", "import sys; sys.exit('no such library')")
    told = converse(argv, ("a", "b"), environment={}, folder=tmp_path, patience_s=60)
    assert [said.error for said in told] == ["the program does not begin: no such library"] * 2


@pytest.mark.parametrize("line", [b"\xff\n", b"[]\n", b"not JSON\n"])
def test_rubbish_is_an_error(line: bytes) -> None:
    assert read(line).error.startswith("unreadable: ")


def test_an_error_that_is_counted_is_none_at_zero() -> None:
    assert read(b'{"status": "200", "error": "0"}') == Said(status=200)
    assert read(b'{"status": "000", "error": "52"}') == Said(error="52")


def test_what_is_called_off_is_ended_at_once(tmp_path: Path) -> None:
    argv = (sys.executable, "-S", "-c", "import time; print('{}', flush=True); time.sleep(600)")
    asked = iter([False, False, True])
    with pytest.raises(CalledOff):
        converse(argv, ("a",), environment={}, folder=tmp_path, patience_s=600, called_off=lambda: next(asked, True))
