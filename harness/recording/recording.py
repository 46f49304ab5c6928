"""Reads what a `Recorder` wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from harness.cases import Case
from harness.errors import UsageError
from harness.events import RunSummary
from harness.leaks import fingerprint
from harness.observation import Observation
from harness.recording.plain import NotPlain, read
from harness.recording.recorder import CASES, HEAD, REPORT
from harness.recording.run_file import Head, head_of
from harness.reports.reading_back import summary_of
from harness.search import Stage
from harness.seeds import row_seed
from harness.setting import Setting
from mockserver import Dialect, Profile, SettingsError, dialect_named, is_dialect_file


@dataclass(frozen=True, slots=True, kw_only=True)
class Playing:
    """One playing of one case.

    Attributes:
        stage: Why it was played.
        case: What was played.
        observation: What came of it.
        whole: Whether every secret could be drawn again; else marks stand in for some, and no signature with such a
            one can be looked into.
    """

    stage: Stage
    case: Case
    observation: Observation
    whole: bool


class Recording:
    """A recorded run."""

    def __init__(self, folder: Path, *, dialect: str | None = None) -> None:
        """Open a record.

        Args:
            folder: What `noncense test --record` wrote.
            dialect: The file that describes its exchange, for a run on an exchange of somebody's own: such a file is
                run, so it is never the record that names it.

        Raises:
            UsageError: The folder holds none, or one that was cut short, or one of a version that we do not know; or
                its exchange is described by a file, and none was given, or that of another exchange.
        """
        self._folder = folder
        self.head: Head = head_of(_text(folder / HEAD), origin=str(folder / HEAD))
        self.summary: RunSummary = summary_of(json.loads(_text(folder / REPORT)), origin=str(folder / REPORT))
        settings = self.head.settings
        if dialect is None and is_dialect_file(settings.dialect):
            raise UsageError(f"the run was on {self.summary.dialect}; name the file that describes it with --dialect")
        try:
            self._dialect: Dialect = dialect_named(
                dialect or settings.dialect, Profile(settings.profile), **settings.habits
            )
        except SettingsError as problem:
            raise UsageError(str(problem)) from problem
        if self._dialect.name != self.summary.dialect:
            raise UsageError(f"the run was on {self.summary.dialect}, not on {self._dialect.name}")

    @property
    def dialect(self) -> Dialect:
        """The exchange that was played."""
        return self._dialect

    def playings(self, requirement: str) -> Iterator[Playing | None]:
        """Yield each playing of a requirement's cases, in order; nothing where it was not tried.

        None stands for one that the record could not hold.

        Raises:
            UsageError: A line is none of ours.
        """
        path = self._folder / CASES / f"{requirement}.jsonl"
        if not path.is_file():
            return
        chance = row_seed(self.head.settings.seed, requirement)
        with path.open(encoding="utf-8") as lines:
            for place, line in enumerate(lines, start=1):
                try:
                    playing = self._playing(json.loads(line), chance)
                except (ValueError, KeyError, TypeError, AttributeError, IndexError) as problem:
                    raise UsageError(f"{path}, line {place}: {problem!r}") from problem
                except NotPlain as problem:
                    raise UsageError(f"{path}, line {place}: {problem}") from problem
                yield playing

    def _playing(self, line: dict[str, object], chance: int) -> Playing | None:
        if "lost" in line:
            return None
        settings = self.head.settings
        setting = Setting(
            dialect=self._dialect,
            profile=Profile(settings.profile),
            client=self.head.description,
            form=str(line["form"]),
            timeout_s=settings.timeout_s,
        )
        case: Case = read(line["case"])
        secrets = self._drawn_again(case, f"{chance}:{line['number']}")
        observation: Observation = read(line["observation"], secrets, setting)
        return Playing(
            stage=Stage(str(line["stage"])),
            case=case,
            observation=observation,
            whole=all(view.credentials.secret in secrets.values() for view in observation.keys.values()),
        )

    def _drawn_again(self, case: Case, chance: str) -> dict[str, str]:
        """Draw the secrets of a playing as the laboratory did; fingerprint to secret."""
        draw = Random(chance)
        drawn = [self._dialect.new_credentials(draw).secret for _ in case.keys]
        return {fingerprint(secret): secret for secret in drawn}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        why = problem.strerror if isinstance(problem, OSError) else "it is not UTF-8"
        if path.name == REPORT and (path.parent / HEAD).is_file():
            raise UsageError(f"the record in {path.parent} was cut short: it has no {REPORT}") from problem
        raise UsageError(f"cannot read {path}: {why}") from problem
