"""Which documents there are, whether they are up to date, and writing those that are not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from harness.documents.diagnoses import diagnosis_pages
from harness.documents.dialects import dialect_pages
from harness.documents.faults import faults_page
from harness.documents.observed_rows import observed_rows_page
from harness.documents.requirements import requirement_pages

#: Folders in which nothing but written documents stands.
FOLDERS = ("requirements", "dialects", "diagnoses")


def documents() -> Mapping[str, str]:
    """Return every written document: path below docs/ to text. The same code gives the same text."""
    return {
        **{f"diagnoses/{name}": text for name, text in diagnosis_pages().items()},
        "fault-kinds.md": faults_page(),
        "http-stacks.md": _http_stacks(),
        "innocents.md": _innocents(),
        "kill-matrix.md": _kill_matrix(),
        "observing-rows.md": observed_rows_page(),
        **{f"dialects/{name}": text for name, text in dialect_pages().items()},
        **{f"requirements/{name}": text for name, text in requirement_pages().items()},
    }


def _kill_matrix() -> str:
    """Return the page about every wrong client, from what was measured last."""
    # Here, because the page is made with our own tables.
    from harness.proving import MEASURED, page, read

    return page(read(MEASURED))


def _innocents() -> str:
    """Return the page about clients that do nothing wrong, from what was heard last."""
    from harness.proving import HEARD, innocence_page, read_docket

    return innocence_page(read_docket(HEARD))


def _http_stacks() -> str:
    """Return the page about what HTTP stacks do by themselves, from what was measured last."""
    from harness.stacks import MEASURED, page, read

    return page(read(MEASURED))


def stale(folder: Path) -> tuple[str, ...]:
    """Return the documents in a docs/ folder that differ from what the code writes, or should not be there."""
    wanted = documents()
    different = [path for path, text in wanted.items() if _text(folder / path) != text]
    return tuple(sorted([*different, *_surplus(folder, wanted)]))


def write(folder: Path) -> tuple[str, ...]:
    """Write what is stale into a docs/ folder, and remove what should not be there.

    Returns:
        The paths that changed.
    """
    wanted = documents()
    changed = stale(folder)
    for path in changed:
        target = folder / path
        if path in wanted:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(wanted[path], encoding="utf-8")
        else:
            target.unlink()
    return changed


def _surplus(folder: Path, wanted: Mapping[str, str]) -> list[str]:
    there = [path for name in FOLDERS for path in sorted((folder / name).glob("*.md"))]
    return [name for path in there if (name := path.relative_to(folder).as_posix()) not in wanted]


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None
