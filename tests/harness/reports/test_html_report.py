"""The page: one file, whole without a network, and nothing in a value acts."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from harness.reports.html import HtmlReport, render
from tests.harness.reports.runs import (
    BROKEN,
    FAILED,
    HOSTILE_RESULT,
    INCONCLUSIVE,
    PASSED,
    SHOULD_FAILED,
    SKIPPED,
    result,
    summary,
    tell,
)

VOID = {"meta", "input", "br"}
EVERYTHING = (PASSED, FAILED, SHOULD_FAILED, SKIPPED, INCONCLUSIVE, BROKEN, HOSTILE_RESULT)


class Reader(HTMLParser):
    """Reads a page as a browser would: elements, attributes and what can be read."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts.append((self.open[-1], data))

    def inside(self, *tags: str) -> str:
        return "".join(text for tag, text in self.texts if tag in tags)


def test_every_element_that_is_opened_is_closed() -> None:
    assert Reader(render(summary(*EVERYTHING, exit_status=1))).open == []


def test_it_shows_the_verdict_the_findings_and_every_requirement() -> None:
    page = Reader(render(summary(*EVERYTHING, exit_status=1)))
    assert "This client breaks 2 requirements." in page.inside("h1")
    assert "nonce 5 after nonce 7" in page.inside("p")
    assert "422" in page.inside("code")
    rows = [attributes for tag, attributes in page.elements if tag == "tr" and "data-status" in attributes]
    assert len(rows) == len(EVERYTHING)


def test_a_mistake_behind_several_findings_is_told_first() -> None:
    page = Reader(render(summary(FAILED, SHOULD_FAILED, exit_status=1)))
    headings = [text for tag, text in page.texts if tag == "h2"]
    assert headings[:2] == ["One mistake behind several findings", "Findings"]


def test_a_run_in_which_all_is_well_says_so() -> None:
    page = Reader(render(summary(PASSED)))
    assert page.inside("h1") == "Every MUST that applies to this client holds."
    assert ("header", {"class": "verdict good"}) in page.elements
    assert "Findings" not in page.inside("h2")


def test_names_between_backticks_are_code_and_a_backtick_alone_stays_one() -> None:
    rows = (result("ERR-006", title="Lack of money is `insufficient_funds`."), result("ERR-007", title="A `tick."))
    cells = Reader(render(summary(*rows)))
    assert "insufficient_funds" in cells.inside("code")
    assert "`insufficient_funds`" not in cells.inside("td")
    assert "A `tick." in cells.inside("td")


def test_hostile_values_add_no_element_and_no_attribute() -> None:
    tame = Reader(render(summary(result("SECR-001"))))
    hostile = Reader(render(summary(HOSTILE_RESULT, exit_status=1)))
    known = {tag for tag, _ in Reader(render(summary(*EVERYTHING[:-1], exit_status=1))).elements}
    known.add("pre")  # what the client wrote to stderr
    assert {tag for tag, _ in hostile.elements} <= known
    for _, attributes in hostile.elements:
        assert not [name for name in attributes if name.startswith("on") or name in ("src", "style")]
        assert (attributes.get("href") or "#").startswith("#")
    assert hostile.inside("script") == tame.inside("script")


def test_what_moves_or_hides_text_is_shown_escaped() -> None:
    page = render(summary(HOSTILE_RESULT, exit_status=1))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202e]", page)
    assert "\\u202e" in page


def test_the_policy_allows_this_style_and_this_script_and_nothing_else() -> None:
    page = Reader(render(summary(*EVERYTHING, exit_status=1)))
    (policy,) = [attributes["content"] for _, attributes in page.elements if "http-equiv" in attributes]
    assert policy is not None
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    for rule, tag in (("style-src", "style"), ("script-src", "script")):
        digest = hashlib.sha256(page.inside(tag).encode()).digest()
        assert rules[rule] == f"'sha256-{base64.b64encode(digest).decode()}'"


def test_nothing_is_fetched() -> None:
    page = render(summary(*EVERYTHING, exit_status=1))
    assert not re.search(r"(?:src|href)=.?(?:https?:)?//|@import|url\(", page)
    assert [tag for tag, _ in Reader(page).elements if tag in ("link", "img", "iframe", "object", "embed")] == []


def test_a_link_leads_to_its_finding() -> None:
    page = Reader(render(summary(*EVERYTHING, exit_status=1)))
    targets = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    links = [attributes["href"] for tag, attributes in page.elements if tag == "a"]
    assert links
    assert [link for link in links if link is None or link.removeprefix("#") not in targets] == []


@pytest.mark.parametrize("fault", [None, "adapter exited: status 7"])
def test_it_is_written_at_the_end_and_the_same_each_time(fault: str | None, tmp_path: Path) -> None:
    of = summary(*EVERYTHING, exit_status=1, fault=fault)
    tell(HtmlReport(path=tmp_path / "r.html"), of)
    assert (tmp_path / "r.html").read_text(encoding="utf-8") == render(of)
    assert ("last words" in render(of)) is (fault is not None)
