"""A folder with a description is an entry; what a description lacks, or has too much, is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.scoreboard.checks import checks_of, read_checks
from harness.scoreboard.entries import read_entries
from tests.harness.scoreboard.canned import ENTRY, FINDINGS, gallery


def test_an_entry_is_found_by_its_folder(tmp_path: Path):
    folder, _ = gallery(tmp_path)
    (folder / "reading.js").write_text("", encoding="utf-8")
    (entry,) = read_entries(folder)
    assert (entry.name, entry.sdk, entry.version) == ("acme", "acme-sdk", "1.2.3")
    assert [client.name for client in entry.clients] == ["acme", "acme-async"]
    assert entry.clients[0].known == {"ERR-010": "RUBBISH-AS-DATA"}


def test_words_that_name_files_of_the_folder_stand_for_them(tmp_path: Path):
    folder, _ = gallery(tmp_path)
    (entry,) = read_entries(folder)
    assert entry.argv(entry.clients[1].command) == ("python", "gallery/acme/adapter.py", "--async")


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ('sdk = "acme-sdk"', "", "lacks sdk"),
        ('sdk = "acme-sdk"', 'sdk = "acme-sdk"\ncolour = "blue"', "does not know colour"),
        ('registry = "pypi"', 'registry = "attic"', "attic is none of"),
        ('name = "acme-async"', 'name = "acme"', "two clients of the gallery are called acme"),
        ('name = "acme-async"', "", "lacks name"),
        ("[[clients]]", "[[clients", "entry.toml"),
    ],
)
def test_an_odd_description_is_named(tmp_path: Path, was: str, now: str, said: str):
    folder, _ = gallery(tmp_path)
    (folder / "acme" / "entry.toml").write_text(ENTRY.replace(was, now), encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        read_entries(folder)


def test_the_table_of_findings_is_read(tmp_path: Path):
    page = tmp_path / "FINDINGS.md"
    page.write_text(FINDINGS, encoding="utf-8")
    page_, redirects, race = read_checks(page)
    assert (page_.why, page_.line, page_.whose) == ("nobody looks", "`acme.py` 12", "SDK")
    assert redirects.rows == ("REDIR-001", "REDIR-004")
    assert redirects.seen == "a redirect | two are followed"
    assert race.clients == frozenset()


def test_a_line_about_one_client_says_nothing_of_another(tmp_path: Path):
    page = tmp_path / "FINDINGS.md"
    page.write_text(FINDINGS, encoding="utf-8")
    checks = read_checks(page)
    assert len(checks_of(checks, "acme", "REDIR-001")) == 1
    assert checks_of(checks, "acme-async", "REDIR-001") == ()
    assert len(checks_of(checks, "acme-async", "ERR-010")) == 1


def test_without_a_page_nothing_is_checked(tmp_path: Path):
    assert read_checks(tmp_path / "FINDINGS.md") == ()
