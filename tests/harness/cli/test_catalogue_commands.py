"""`noncense requirements` and `noncense explain`: the catalogue for readers."""

import json

import pytest

from harness.catalogue import requirements
from harness.diagnoses import DIAGNOSES
from tests.harness.cli.command_line import complaint, run_noncense

Capture = pytest.CaptureFixture[str]


def test_every_requirement_is_one_line(capsys: Capture) -> None:
    lines = run_noncense(capsys, "requirements").out.splitlines()
    assert [line.split()[0] for line in lines] == [row.id for row in requirements()]
    assert all(line.split()[1] in {"MUST", "SHOULD", "MAY"} for line in lines)


def test_a_dialect_s_list_leaves_out_what_it_voids(capsys: Capture) -> None:
    ids = [line.split()[0] for line in run_noncense(capsys, "requirements --dialect bitunix").out.splitlines()]
    assert "SIGN-009" in {row.id for row in requirements()}
    assert "SIGN-009" not in ids


def test_json_carries_source_remedy_and_consequence(capsys: Capture) -> None:
    rows = json.loads(run_noncense(capsys, "requirements --json").out)
    assert [row["id"] for row in rows] == [row.id for row in requirements()]
    assert all(row["source"] and row["remedy"] and row["consequence"] for row in rows)


def test_a_requirement_is_explained_with_its_source_its_remedy_and_where_it_applies(capsys: Capture) -> None:
    text = run_noncense(capsys, "explain nonce-001").out
    row = next(row for row in requirements() if row.id == "NONCE-001")
    flat = " ".join(text.split())
    for part in (row.title, row.source, row.remedy, row.consequence, "bitunix", "noncense test --dialect NAME"):
        assert " ".join(part.split()) in flat


def test_every_requirement_can_be_explained(capsys: Capture) -> None:
    assert [row.id for row in requirements() if run_noncense(capsys, f"explain {row.id}").status != 0] == []


def test_an_unknown_requirement_gets_one_clear_line(capsys: Capture) -> None:
    assert "no requirement is called NONCE-999" in complaint(run_noncense(capsys, "explain NONCE-999"))


def test_every_built_requirement_has_a_wrong_client_that_breaks_it(capsys: Capture) -> None:
    seen = run_noncense(capsys, "requirements --untested")
    assert (seen.status, seen.out) == (0, "")


def test_a_diagnosis_can_be_explained_like_the_requirement_it_stands_beside(capsys: Capture) -> None:
    text = run_noncense(capsys, "explain effect-twice").out
    assert text.startswith("EFFECT-TWICE\n")
    assert DIAGNOSES["EFFECT-TWICE"].summary in text


def test_a_diagnosis_is_mended_in_the_language_that_is_asked_for(capsys: Capture) -> None:
    assert "--language Python|JavaScript|PHP|Go|Java|Bash" in run_noncense(capsys, "explain nonce-repeated").out
    text = run_noncense(capsys, "explain nonce-repeated --language go").out
    assert "    func (n *Nonces) Next() int64 {\n" in text
    assert "It costs" in text
    assert "there is no remedy in 'cobol'" in complaint(run_noncense(capsys, "explain EFFECT-TWICE --language cobol"))
