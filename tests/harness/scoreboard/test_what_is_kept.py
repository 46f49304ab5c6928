"""Of a report is kept what the board shows: no machine's paths and ports, no conversations, no plain cases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.scoreboard.results import ADAPTER, STEPS, read_results, trimmed
from tests.harness.scoreboard.canned import finding, keep, report, requirement


def kept(*requirements):
    return trimmed(
        report(*requirements), client="acme", way=ADAPTER, date="2026-11-21", root="/home/somebody/noncense"
    )["rows"]


def test_folders_and_ports_of_an_occasion_are_taken_out():
    said = finding(summary="File /home/somebody/noncense/gallery/acme/x.py asked http://127.0.0.1:40123/tradingApi")
    (row,) = kept(requirement("ERR-010", "failed", finding=said))
    assert row["finding"]["summary"] == "File gallery/acme/x.py asked http://127.0.0.1/tradingApi"


def test_conversations_and_plain_cases_are_left_out():
    (row,) = kept(requirement("ERR-010", "failed"))
    assert set(row["finding"]) == {"summary", "consequence", "remedy", "reproduce", "diagnosis", "case"}


def test_a_long_case_is_cut_and_says_by_how_much():
    (row,) = kept(requirement("X-001", "failed", finding=finding(minimal_example=["balances()"] * 20)))
    assert len(row["finding"]["case"]) == STEPS + 1
    assert row["finding"]["case"][-1] == "… and 12 more"


def test_a_line_that_shows_it_again_is_never_cut():
    line = "noncense test " + "x" * 2000
    (row,) = kept(requirement("X-001", "failed", finding=finding(reproduce=line)))
    assert row["finding"]["reproduce"] == line


def test_reasons_are_kept_where_there_is_no_finding_to_say_it():
    rows = kept(requirement("A-001"), requirement("B-001", "inconclusive", reason="too little was seen"))
    assert [row.get("reason") for row in rows] == [None, "too little was seen"]


def test_what_is_kept_is_read_back(tmp_path: Path):
    keep(tmp_path, report(requirement("A-001"), requirement("ERR-010", "failed"), requirement("V-001", void=True)))
    (result,) = read_results(tmp_path / "results")
    assert (result.client, result.seed, result.stack, result.date) == ("acme", 1, "requests 2.0", "2026-11-21")
    assert result.count("MUST", "passed", "failed") == 3
    found = result.rows["ERR-010"].finding
    assert found is not None
    assert found.diagnosis == ("RUBBISH-AS-DATA",)
    assert result.rows["V-001"].void


@pytest.mark.parametrize("text", ["", "[]", "{}", json.dumps({"rows": [{}]})])
def test_a_file_that_is_none_of_ours_is_named(tmp_path: Path, text: str):
    (tmp_path / "odd.json").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"odd\.json is no result"):
        read_results(tmp_path)
