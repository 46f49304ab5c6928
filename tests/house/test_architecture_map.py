"""ARCHITECTURE.md's map is the code's map."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("signer", "mockserver", "harness")
#: Folders that the map names as a whole.
WHOLE = {
    "signer/dialects",
    "signer/doctor",
    "harness/drivers",
    "harness/catalogue",
    "harness/strategies",
    "harness/properties",
    "harness/reports",
    "harness/cli",
    "harness/documents",
    "harness/remedies",
    "harness/mutants",
    "harness/stacks/programs",
    *(f"mockserver/dialects/{name}" for name in ("reference", "poloniex", "exmo", "bitunix")),
}


def drawn() -> set[str]:
    """Return the paths that the map names: files and folders, by their indentation."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    block = re.search(r"```text\n(.*?)```", text, re.DOTALL)
    assert block is not None
    found: set[str] = set()
    folders: list[str] = []
    for line in block[1].splitlines():
        if not line.strip():
            continue
        depth = (len(line) - len(line.lstrip())) // 2
        names = re.match(r"\s*((?:[\w.]+/?)(?:, [\w.]+/?)*)", line)
        assert names is not None
        del folders[depth:]
        for name in names[1].split(", "):
            found.add("/".join([*folders, name.rstrip("/")]))
        first = names[1].split(", ")[0]
        if first.endswith("/"):
            folders.append(first.rstrip("/"))
    return found


def built() -> set[str]:
    """Return the modules of the three packages, those of folders that the map names as a whole left out."""
    found: set[str] = set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            relative = path.relative_to(ROOT)
            inside = any(str(relative).startswith(f"{folder}/") for folder in WHOLE)
            if path.name not in ("__init__.py", "__main__.py") and not inside:
                found.add(str(relative))
    return found


def test_every_module_stands_on_the_map() -> None:
    assert sorted(built() - drawn()) == []


def test_everything_on_the_map_exists() -> None:
    assert sorted(path for path in drawn() if not (ROOT / path).exists()) == []
