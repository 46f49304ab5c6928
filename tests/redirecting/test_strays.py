"""Strays are collected from wherever they were noticed, once each, and no more than can be shown."""

from __future__ import annotations

import json
from pathlib import Path

from harness.redirecting.strays import MOST_STRAYS, Stray, Strays


def written(**told: object) -> str:
    return json.dumps({"host": "example.org", "port": 443, "how": "from inside node"} | told) + "\n"


def test_the_same_one_is_no_news(tmp_path: Path) -> None:
    strays = Strays(tmp_path / "file")
    for _ in range(3):
        strays.note("example.org", 443, "connected")
    strays.note("example.org", 80, "connected")
    assert [str(one) for one in strays.all()] == ["example.org:443 (connected)", "example.org:80 (connected)"]


def test_what_programs_wrote_down_comes_last(tmp_path: Path) -> None:
    strays = Strays(tmp_path / "file")
    strays.file.write_text(written())
    strays.note("example.com", 0, "looked up its name")
    assert strays.all() == (
        Stray(host="example.com", port=0, how="looked up its name"),
        Stray(host="example.org", port=443, how="from inside node"),
    )
    assert str(strays.all()[0]) == "example.com (looked up its name)"


def test_lines_that_nobody_can_read_are_left_out(tmp_path: Path) -> None:
    strays = Strays(tmp_path / "file")
    odd = ["{", "[]", "null", "\0\x80", '{"host": 1, "port": 2, "how": "x"}', written(port=70000), written(port=-1)]
    strays.file.write_bytes("\n".join([*odd, written()[:-1], '{"host": "cut sho']).encode("latin-1"))
    assert [one.host for one in strays.all()] == ["example.org"]


def test_there_are_never_more_than_can_be_shown(tmp_path: Path) -> None:
    strays = Strays(tmp_path / "file")
    strays.file.write_text("".join(written(port=port) for port in range(1, 2 * MOST_STRAYS)))
    for port in range(MOST_STRAYS // 2):
        strays.note("example.com", port, "connected")
    assert len(strays.all()) == MOST_STRAYS
    for port in range(3 * MOST_STRAYS):
        strays.note("example.com", port, "connected")
    assert len(strays.all()) == MOST_STRAYS


def test_a_name_cannot_disturb_a_report(tmp_path: Path) -> None:
    strays = Strays(tmp_path / "file")
    strays.note("\x1b[2J" + "a" * 1000, 1, "connected")
    (stray,) = strays.all()
    assert (stray.host[:5], len(stray.host)) == ("?[2Ja", 255)
