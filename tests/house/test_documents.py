"""The documents say what the code does: written ones are up to date, hand-written ones lead somewhere."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.catalogue import requirements
from harness.catalogue.sources import POLICY
from harness.diagnoses import CONDUCT, DIAGNOSES
from harness.documents import documents, stale, write
from harness.documents.exchange_words import WORDS
from harness.documents.provocations import provocations, words_of
from harness.documents.tables import code, prose, table
from harness.events import Level
from mockserver import DIALECT_NAMES, FaultKind, Phase, dialect_named
from signer.doctor import CODES

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

_CODE = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z][A-Z0-9]*)+")


def codes_in(source: str) -> set[str]:
    """Return every text in a source that looks like a diagnosis; ids of requirements end in a number and do not."""
    literals = (node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
    return {text for text in literals if isinstance(text, str) and _CODE.fullmatch(text)}


def named_codes() -> set[str]:
    paths = [*(ROOT / "harness" / "properties").rglob("*.py"), *(ROOT / "harness" / "catalogue").rglob("*.py")]
    return set().union(*(codes_in(path.read_text(encoding="utf-8")) for path in paths))


def test_the_written_documents_are_what_the_code_would_write() -> None:
    assert stale(DOCS) == (), "run scripts/document"


def test_writing_twice_writes_the_same() -> None:
    assert documents() == documents()


def test_a_document_that_was_touched_is_written_again_and_one_too_many_is_removed(tmp_path: Path) -> None:
    write(tmp_path)
    assert stale(tmp_path) == ()
    (tmp_path / "requirements" / "nonce.md").write_text("by hand")
    (tmp_path / "requirements" / "old.md").write_text("a family that is gone")
    assert write(tmp_path) == ("requirements/nonce.md", "requirements/old.md")
    assert stale(tmp_path) == ()


@pytest.mark.parametrize("row", requirements(), ids=lambda row: row.id)
def test_every_requirement_says_what_provokes_it(row: object) -> None:
    told = provocations(row.property)  # type: ignore[attr-defined]
    assert told
    assert all(what for _, what in told)


def test_a_strategy_without_words_is_found_out() -> None:
    def wordless() -> None:
        pass

    with pytest.raises(LookupError):
        words_of(wordless)


def test_every_diagnosis_that_a_property_names_is_explained() -> None:
    assert sorted(named_codes() - set(DIAGNOSES)) == []


def test_this_check_sees_a_new_diagnosis() -> None:
    assert codes_in("Broken(diagnosis=('NEVER-HEARD-OF',), id='NONCE-001', digest='HMAC-512')") == {"NEVER-HEARD-OF"}


def test_no_diagnosis_is_explained_in_two_places() -> None:
    assert set(CONDUCT) & set(CODES) == set()


def test_every_explanation_is_one_sentence() -> None:
    texts = [text for said in CONDUCT.values() for text in (said.summary, said.fix)]
    assert [text for text in texts if not text.endswith(".") or text[0].islower()] == []


@pytest.mark.parametrize("name", DIALECT_NAMES)
def test_nothing_is_called_missing_that_is_served(name: str) -> None:
    served = {endpoint.name for endpoint in dialect_named(name).endpoints}
    assert {missing for gap in WORDS[name].gaps for missing in gap.names} & served == set()


def links() -> Iterator[tuple[str, str]]:
    """Yield (page, target) for each relative link of our documents."""
    for page in [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                yield str(page.relative_to(ROOT)), target


def test_every_link_leads_to_a_file() -> None:
    assert [f"{page}: {target}" for page, target in links() if not (ROOT / page).parent.joinpath(target).exists()] == []


def test_decisions_are_numbered_without_a_gap_and_dated() -> None:
    pages = sorted((DOCS / "decisions").glob("[0-9]*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert re.match(rf"# {page.name[:4]}: .+\n\n\d{{4}}-\d\d-\d\d\n\n## Context\n", text), page.name
        assert [line for line in text.splitlines() if line in ("## Choice", "## Consequence")] == [
            "## Choice",
            "## Consequence",
        ], page.name


def test_every_must_that_rests_on_policy_is_argued() -> None:
    page = next((DOCS / "decisions").glob("0003-*.md")).read_text(encoding="utf-8")
    policy = {row.id: row for row in requirements() if POLICY in row.source}
    argued = set(re.findall(r"[A-Z]+-\d{3}", page))
    assert sorted(set(policy) - argued) == []
    rows = {identifier for line in page.splitlines() if line.startswith("| ") for identifier in ids_in(line)}
    assert (
        sorted(identifier for identifier, row in policy.items() if row.level is Level.MUST and identifier not in rows)
        == []
    )


def ids_in(line: str) -> list[str]:
    return re.findall(r"[A-Z]+-\d{3}", line.split("|")[1])


def test_every_decision_is_listed() -> None:
    listed = (DOCS / "decisions" / "README.md").read_text(encoding="utf-8")
    assert [page.name for page in (DOCS / "decisions").glob("[0-9]*.md") if f"({page.name})" not in listed] == []


def test_every_dependency_has_its_reason() -> None:
    page = next((DOCS / "decisions").glob("0004-*.md")).read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = [re.split(r"[<>=;\[ ]", dependency)[0] for dependency in project["dependencies"]]
    assert [name for name in names if f"| {name} |" not in page] == []


def test_every_fault_and_every_place_is_described() -> None:
    page = (DOCS / "faults.md").read_text(encoding="utf-8")
    assert [name for name in (*FaultKind, *Phase) if f"`{name.value}`" not in page] == []


def test_a_cell_holds_what_would_end_it() -> None:
    assert table(("a",), [("x|y\nz",)])[-1] == "| x\\|y z |"
    assert code("a`b") == "``a`b``"
    assert prose("a <b> and `c*d` and e*") == "a \\<b\\> and `c*d` and e\\*"
