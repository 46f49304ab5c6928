"""Lays out a skeleton: the kit, an adapter with places to fill, settings, and a workflow that judges every push."""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from harness.errors import UsageError
from harness.templates.languages import Language
from harness.templates.prices import PLAIN, PRICES
from mockserver import is_dialect_file

_HERE = Path(__file__).parent
_FILES = _HERE / "files"
#: The kits travel with the package; in a checkout they are where everybody finds them.
_KITS = (_HERE / "kits", _HERE.parents[1] / "adapters")

#: The workflows, and where each goes from the root of the repository.
WORKFLOWS = {"github": ".github/workflows/noncense.yml", "gitlab": "noncense.gitlab-ci.yml"}
CHOICES_OF_CI = ("github", "gitlab", "both", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Skeleton:
    """What is to be written, and what to do with it.

    Attributes:
        files: Path to text.
        folder: Where the adapter is.
        build: What makes the program, as a line of shell; "" for nothing.
    """

    files: Mapping[Path, str]
    folder: Path
    build: str


def lay_out(language: Language, *, dialect: str, spoken: str, folder: Path, ci: str) -> Skeleton:
    """Return a skeleton. Nothing is written.

    Args:
        language: What the adapter is written in.
        dialect: What `--dialect` takes: a name, or the path of a file, from the working directory.
        spoken: The dialect's own name, which the adapter tells.
        folder: Where the adapter shall be.
        ci: One of `CHOICES_OF_CI`.

    Raises:
        UsageError: The folder holds a package of another kind, in which the adapter could not be built.
    """
    root = _root_of(folder)
    name = _plain(root.name)
    module, needs_own = _go_module(folder, name) if language.name == "go" else (re.sub(r"[.-]", "_", name), False)
    words = {
        "NAME": name,
        "MODULE": module,
        "DIALECT": spoken,
        "DIALECT_ARGUMENT": json.dumps(_from(folder, dialect) if is_dialect_file(dialect) else dialect),
        "ARGV": ", ".join(json.dumps(part) for part in language.program),
        "TICKER": "\n".join(
            language.price.format(name=price, target=target, path=path, pad=" " * (4 - len(price)))
            for price, (target, path) in PRICES.get(dialect, PLAIN).items()
        ),
    }
    texts = {
        language.adapter: _filled(f"{language.name}/{language.adapter}.in", words),
        language.kit_at: _kit(language),
        "noncense.toml": _filled("noncense.toml.in", words),
    }
    if needs_own:
        texts["go.mod"] = _filled("go/go.mod.in", words)
    files = {folder / path: text for path, text in texts.items()}
    inside = PurePosixPath(os.path.relpath(folder.resolve(), root)).as_posix()
    for kind, path in WORKFLOWS.items():
        if ci in (kind, "both"):
            files[root / path] = _workflow(kind, language, inside, words)
    return Skeleton(files=files, folder=folder, build=language.build)


def _root_of(folder: Path) -> Path:
    """Return the root of the repository that a folder is in; in none, the working directory or the folder."""
    whole, here = folder.resolve(), Path.cwd()
    outside = here if whole.is_relative_to(here) else whole
    return next((parent for parent in (whole, *whole.parents) if (parent / ".git").exists()), outside)


def _plain(name: str) -> str:
    """Return a name that may stand in the source of any language."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "my-sdk"


def _from(folder: Path, path: str) -> str:
    return path if os.path.isabs(path) else Path(os.path.relpath(path, folder)).as_posix()


def _go_module(folder: Path, name: str) -> tuple[str, bool]:
    """Return the path by which Go imports the folder, and whether it needs a module of its own."""
    whole = folder.resolve()
    others = [path.name for path in sorted(whole.glob("*.go")) if path.name != "adapter.go"]
    if others:
        raise UsageError(f"{folder} holds a Go package already ({others[0]}); give the adapter a --folder of its own")
    for parent in (whole, *whole.parents):
        if (parent / "go.mod").exists():
            module = re.search(r"^module\s+(\S+)", (parent / "go.mod").read_text(encoding="utf-8"), re.MULTILINE)
            if module is not None and parent != whole:
                return f"{module[1]}/{whole.relative_to(parent).as_posix()}", False
            if module is not None:
                return module[1], False
    return f"{name}-judged", True


def _kit(language: Language) -> str:
    folder = next((kits for kits in _KITS if kits.is_dir()), _KITS[0])
    return (folder / language.kit).read_text(encoding="utf-8")


def _filled(name: str, words: Mapping[str, str]) -> str:
    """Return a template with its words put in, such as @NAME@ and @DIALECT@."""
    text = (_FILES / name).read_text(encoding="utf-8")
    return re.sub(r"@([A-Z_]+)@", lambda found: words[found[1]], text)


def _workflow(kind: str, language: Language, inside: str, words: Mapping[str, str]) -> str:
    """Return a workflow; what an SDK needs to be installed is its author's to say, so that line is a comment."""
    there = "" if inside == "." else inside
    if kind == "github":
        # GitHub's own machines have all seven languages.
        lines = [f"      # - run: {language.install}\n", f"      - run: {language.build}\n" if language.build else ""]
        directory = f"    defaults:\n      run:\n        working-directory: {there}\n" if there else ""
    else:
        tools = f"    - apt-get update -qq && apt-get install -qq -y {language.tools}\n"
        lines = [tools] if language.tools else []
        lines += [f"    # - {language.install}\n"]
        build = f"    - {language.build}\n" if language.build else ""
        directory = (f"    - cd {shlex.quote(there)}\n" if there else "") + build
    prefix = f"{there}/" if there else ""
    return _filled(f"ci/{kind}.yml.in", {**words, "SETUP": "".join(lines), "DIRECTORY": directory, "PREFIX": prefix})
