"""The board is written from what is kept of the runs and from nothing else; whatever stands in it stays text."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path

import pytest

from harness.scoreboard.results import OBSERVED
from harness.scoreboard.written import documents, read_board, stale, write
from tests.harness.scoreboard.canned import finding, gallery, keep, report, requirement

HOSTILE = '<script>alert("x")</script> | [a](javascript:b) \u202e `tick` </p>'


@pytest.fixture
def place(tmp_path: Path) -> tuple[Path, Path]:
    folder, board = gallery(tmp_path)
    keep(
        board,
        report(
            requirement("ERR-010", "failed"),
            requirement("REDIR-001", "failed", finding=finding(diagnosis=["CREDENTIALS-FOLLOW-REDIRECT"])),
            requirement("NONCE-001"),
            requirement("NONCE-009", "skipped", reason="no promise"),
            requirement("TIME-001", "skipped", void=True),
            requirement("TLS-001", "inconclusive", reason="too little was seen"),
            requirement("ERR-008", level="SHOULD"),
        ),
    )
    return folder, board


def page(place: tuple[Path, Path], name: str = "README.md") -> str:
    return documents(*place)[name]


def row(text: str, start: str) -> list[str]:
    """Return the cells of the table row that begins so."""
    (line,) = [line for line in text.splitlines() if line.startswith(f"| {start}")]
    return [cell.strip() for cell in line.strip("|").split(" | ")]


def test_each_level_has_a_matrix_of_its_own(place: tuple[Path, Path]):
    text = page(place)
    musts, shoulds = re.split(r"^## SHOULD$", text.split("## MUST\n")[1], flags=re.MULTILINE)
    assert "ERR-010" in musts
    assert "ERR-008" not in musts
    assert "ERR-008" in shoulds
    assert "ERR-010" not in shoulds


@pytest.mark.parametrize(
    ("id", "mark"),
    [
        ("[NONCE-001]", "✓"),
        ("[NONCE-009]", "·"),
        ("[TIME-001]", ""),
        ("[TLS-001]", "?"),
        ("[ERR-010]", "[✗](acme.md#acme-err-010)"),
        ("[REDIR-001]", "[✗°](acme.md#acme-redir-001)"),
    ],
)
def test_each_status_has_a_mark_and_a_finding_a_link(place: tuple[Path, Path], id: str, mark: str):
    assert row(page(place), id)[2].strip("| ") == mark


def test_every_link_of_the_matrix_leads_to_a_finding(place: tuple[Path, Path]):
    written = documents(*place)
    for name, anchor in re.findall(r"\]\((\w+\.md)#([\w-]+)\)", written["README.md"]):
        assert f'<a id="{anchor}"></a>' in written[name]


def test_a_finding_shows_its_case_its_check_and_the_line_that_shows_it_again(place: tuple[Path, Path]):
    text = page(place, "acme.md")
    assert "1. `Fault: the answer is a page.`" in text
    assert "* Checked: nobody looks (the SDK's own; line `acme.py` 12)" in text
    assert "* Checked: nothing switches it off (requests; line 31)" in text
    assert "--requirement ERR-010 --seed 1 -- python gallery/acme/adapter.py`" in text


def test_what_was_written_down_and_did_not_show_is_told(place: tuple[Path, Path]):
    assert "* CONC-001: two nonces are one, now and then" in page(place, "acme.md")


def test_a_client_without_a_run_is_said_to_have_none_yet(place: tuple[Path, Path]):
    assert "Judged by its adapter: not yet." in page(place, "acme.md")
    assert row(page(place), "[acme-async](acme.md) 1.2.3 | poloniex | by its adapter")[3] == "not yet"


def test_a_run_without_an_adapter_has_a_column_of_its_own(place: tuple[Path, Path]):
    keep(place[1], report(requirement("NONCE-001", "failed")), way=OBSERVED)
    text = page(place)
    assert row(text, "[NONCE-001]")[2:] == ["✓", "[✗](acme.md#acme-observed-nonce-001)"]
    lines = page(place, "acme.md").splitlines()
    (command,) = [line for line in lines if line.startswith("    noncense observe --dialect poloniex --seed 1 ")]
    assert command.endswith(" -- python gallery/acme/observed.py")


def test_findings_that_nobody_checked_are_named(place: tuple[Path, Path]):
    keep(place[1], report(requirement("NUM-001", "failed")), client="acme-async")
    unchecked = {column.key: column.unchecked() for column in read_board(*place).columns if column.result is not None}
    assert unchecked == {"acme": (), "acme-async": ("NUM-001",)}
    assert "* Checked: not yet" in page(place, "acme.md")


@pytest.mark.parametrize(
    ("rows", "message", "colour"),
    [
        ([requirement("A-001"), requirement("B-001", level="SHOULD")], "MUST 1/1 · SHOULD 1/1", "brightgreen"),
        ([requirement("A-001"), requirement("B-001", "failed", level="SHOULD")], "MUST 1/1 · SHOULD 0/1", "yellow"),
        ([requirement("A-001", "failed"), requirement("B-001")], "MUST 1/2 · SHOULD 0/0", "red"),
    ],
)
def test_a_badge_counts_what_was_decided(place: tuple[Path, Path], rows: list[object], message: str, colour: str):
    keep(place[1], report(*rows))
    badge = json.loads(page(place, "badges/acme.json"))
    assert badge == {"schemaVersion": 1, "label": "noncense", "message": message, "color": colour}


def test_a_run_that_broke_off_has_no_score_to_show(place: tuple[Path, Path]):
    keep(place[1], report(requirement("A-001"), fault={"summary": "adapter exited: it died", "stderr": ""}))
    assert json.loads(page(place, "badges/acme.json"))["message"] == "broke off"
    assert "**The run broke off:** adapter exited: it died" in page(place, "acme.md")


class Elements(HTMLParser):
    """The elements of a page, and their addresses."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self.names.add(tag)
        self.ids.extend(filter(None, [said.get("id")]))
        self.links.extend(filter(None, [said.get("href")]))
        assert not {"onclick", "onload", "style", "src"} & said.keys()


def test_the_page_is_one_file_that_runs_and_fetches_nothing(place: tuple[Path, Path]):
    elements = Elements(page(place, "index.html"))
    assert elements.names.isdisjoint({"script", "link", "img", "iframe", "object"})
    assert 'content="default-src &#39;none&#39;;' in page(place, "index.html")


def test_every_link_within_the_page_has_an_end(place: tuple[Path, Path]):
    keep(place[1], report(requirement("NONCE-001", "failed")), way=OBSERVED)
    elements = Elements(page(place, "index.html"))
    assert len(elements.ids) == len(set(elements.ids))
    assert {link[1:] for link in elements.links if link.startswith("#")} <= set(elements.ids)


def test_hostile_words_stay_words(place: tuple[Path, Path]):
    said = finding(summary=HOSTILE, minimal_example=[HOSTILE], consequence=HOSTILE, remedy=HOSTILE, reproduce=HOSTILE)
    keep(place[1], report(requirement("ERR-010", "failed", finding=said, title=HOSTILE, reason=HOSTILE)))
    assert "script" not in Elements(page(place, "index.html")).names
    assert "\u202e" not in page(place, "index.html")
    for name in ("README.md", "acme.md"):
        outside = re.sub(r"(`+).*?\1", "", page(place, name))
        assert not re.search(r"(?<!\\)<script", outside)


def test_the_same_results_give_the_same_pages_in_whatever_order_they_were_judged(place: tuple[Path, Path]):
    folder, board = place
    watched = report(requirement("ERR-010", "failed"), requirement("CRED-001"))
    keep(board, watched, way=OBSERVED)
    first = dict(documents(folder, board))
    kept = {path.name: path.read_text(encoding="utf-8") for path in (board / "results").iterdir()}
    assert len(kept) == 2
    for names in (sorted(kept), sorted(kept, reverse=True)):
        shutil.rmtree(board / "results")
        (board / "results").mkdir()
        for name in names:
            (board / "results" / name).write_text(kept[name], encoding="utf-8")
        assert dict(documents(folder, board)) == first


def files(folder: Path) -> Mapping[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file() and "results" not in path.parts
    }


def test_what_is_stale_is_written_and_what_nobody_wants_goes(place: tuple[Path, Path]):
    folder, board = place
    (board / "gone.md").write_text("of a client that is no more", encoding="utf-8")
    assert "gone.md" in stale(folder, board)
    write(folder, board)
    assert stale(folder, board) == ()
    assert files(board) == dict(documents(folder, board))
