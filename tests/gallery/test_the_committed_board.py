"""The board that is committed: written from the results beside it, with every finding checked by hand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.catalogue import requirements
from harness.diagnoses import DIAGNOSES
from harness.scoreboard import stale
from harness.scoreboard.checks import read_checks
from harness.scoreboard.entries import HOLDS, REGISTRIES, Entry, read_entries
from harness.scoreboard.results import read_results
from harness.scoreboard.written import read_board
from signer.doctor import CODES

ROOT = Path(__file__).parents[2]
GALLERY, BOARD = ROOT / "gallery", ROOT / "docs" / "scoreboard"
ENTRIES = read_entries(GALLERY)
IDS = {row.id for row in requirements()}

every_entry = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)


def test_the_pages_are_what_the_results_give() -> None:
    assert stale(GALLERY, BOARD) == (), "python -m harness.scoreboard"


def test_every_finding_was_held_against_the_source() -> None:
    assert [(column.key, id) for column in read_board(GALLERY, BOARD).columns for id in column.unchecked()] == []


def test_every_client_is_on_the_board() -> None:
    judged = {(result.client, result.way) for result in read_results(BOARD / "results")}
    assert {(client.name, "adapter") for entry in ENTRIES for client in entry.clients} <= judged


def test_no_result_is_of_a_client_that_is_no_more() -> None:
    names = {client.name for entry in ENTRIES for client in entry.clients}
    assert {result.client for result in read_results(BOARD / "results")} <= names


@every_entry
def test_an_entry_is_whole(entry: Entry) -> None:
    locks = {"python": "requirements.lock", "javascript": "package-lock.json"}
    assert (entry.folder / locks[entry.language]).is_file()
    assert entry.registry in REGISTRIES
    for client in entry.clients:
        for command in filter(None, (client.command, client.observed)):
            assert (entry.folder / command[1]).is_file()


@every_entry
def test_a_lock_names_the_version_and_no_registry(entry: Entry) -> None:
    (lock,) = [*entry.folder.glob("requirements.lock"), *entry.folder.glob("package-lock.json")]
    text = lock.read_text(encoding="utf-8")
    assert not re.search(r'"resolved"|index-url|find-links', text)
    assert (
        f"{entry.sdk}=={entry.version}" if entry.registry == "pypi" else f'"{entry.sdk}": "{entry.version}"'
    ) in text


@every_entry
def test_findings_speak_of_requirements_that_there_are(entry: Entry) -> None:
    checks = read_checks(entry.folder / "FINDINGS.md")
    assert checks
    assert {id for check in checks for id in check.rows} <= IDS
    assert {name for check in checks for name in check.clients} <= {client.name for client in entry.clients}


@every_entry
def test_what_is_known_is_a_requirement_and_a_diagnosis(entry: Entry) -> None:
    for client in entry.clients:
        assert client.known.keys() <= IDS
        assert set(client.known.values()) <= {*DIAGNOSES, *CODES, HOLDS, "UNNAMED"}
