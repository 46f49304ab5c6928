"""The list of known failures: expected, perhaps bound to their reasons, and only allowed to shrink truthfully."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.diagnoses import DIAGNOSES
from harness.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFailures:
    """Requirements that are expected to fail.

    Attributes:
        entries: Requirement id to the diagnosis that its entry is bound to, or to None where any failure is meant.
        origin: Where the list was read, for messages.
    """

    entries: Mapping[str, str | None] = field(default_factory=dict)
    origin: str = ""

    def __contains__(self, requirement: str) -> bool:
        return requirement in self.entries

    def excuses(self, requirement: str, diagnosis: Collection[str]) -> bool:
        """Tell whether a failure of a requirement is one that the list speaks of.

        Args:
            requirement: The id of what failed.
            diagnosis: The codes that the finding names. An entry that is bound to a code excuses no failure without it.

        Source:
            docs/reports.md.
        """
        if requirement not in self.entries:
            return False
        bound_to = self.entries[requirement]
        return bound_to is None or bound_to in diagnosis


def parse(text: str, *, ids: Collection[str], origin: str = "known failures") -> KnownFailures:
    """Read a list: one `ID` or `ID = DIAGNOSIS` a line; `#` begins a comment, anywhere.

    Args:
        text: The list.
        ids: Every id of the catalogue.
        origin: What to call the list in messages.

    Raises:
        UsageError: An id or a diagnosis is unknown, an id is listed twice, or a line is none of the two forms.
    """
    entries: dict[str, str | None] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        content = line.partition("#")[0].strip()
        if not content:
            continue
        requirement, equals, diagnosis = (part.strip() for part in content.partition("="))
        where = f"{origin}, line {number}"
        if not requirement or (equals and not diagnosis) or len(requirement.split()) > 1 or len(diagnosis.split()) > 1:
            raise UsageError(f"{where}: expected ID or ID = DIAGNOSIS, found {content!r}")
        if requirement not in ids:
            raise UsageError(f"{where}: there is no requirement {requirement!r}")
        if diagnosis and diagnosis not in DIAGNOSES:
            raise UsageError(f"{where}: there is no diagnosis {diagnosis!r}; docs/diagnoses lists them")
        if requirement in entries:
            raise UsageError(f"{where}: {requirement} is listed twice")
        entries[requirement] = diagnosis or None
    return KnownFailures(entries=entries, origin=origin)


def read(path: Path, *, ids: Collection[str]) -> KnownFailures:
    """Read a list from a file.

    Raises:
        UsageError: The file cannot be read, or as `parse` says.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise UsageError(f"cannot read the known failures in {path}: {_reason(problem)}") from problem
    return parse(text, ids=ids, origin=str(path))


def _reason(problem: OSError | UnicodeDecodeError) -> str:
    if isinstance(problem, OSError):
        return problem.strerror or str(problem)
    return "it is not UTF-8"
