"""Writes a run into a folder while it goes on, so that it can be judged again without the client."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TextIO

from harness.drivers import Client
from harness.errors import HarnessError, UsageError
from harness.events import CaseRecorded, Event, RequirementEnded, RequirementResult, RunEnded, RunStarted
from harness.recording.plain import NotPlain, written
from harness.recording.run_file import Head, head_as_text
from harness.reports import json_report
from harness.run_settings import RunSettings

HEAD = "run.json"
REPORT = "report.json"
CASES = "cases"
FINDINGS = "findings"


class Recorder:
    """Writes the head when the run begins, each requirement's cases as they are told, and the report at the end.

    A run that is cut short leaves what it had played; that `report.json` is missing says so.
    """

    def __init__(self, folder: Path, settings: RunSettings, client: Client) -> None:
        """Take the folder.

        Args:
            folder: Where to write; it is made, and must be empty or hold an earlier record, which is replaced.
            settings: What the run is asked to do.
            client: The client under test.

        Raises:
            UsageError: The folder holds something else, or cannot be made.
        """
        self._folder = folder
        self._settings = settings
        self._client = client
        self._numbers: Counter[str] = Counter()
        self._open: tuple[str, TextIO] | None = None
        self._take()

    def hear(self, event: Event) -> None:
        """Write what an event tells.

        Raises:
            HarnessError: The disk would not have it.
        """
        try:
            match event:
                case RunStarted():
                    head = Head(settings=self._settings, client=self._client, description=event.client, form=event.form)
                    (self._folder / HEAD).write_text(head_as_text(head), encoding="utf-8")
                case CaseRecorded():
                    self._case(event)
                case RequirementEnded(result=result):
                    self._close()
                    self._finding(result)
                case RunEnded(summary=summary):
                    self._close()
                    (self._folder / REPORT).write_bytes(json_report.render(summary))
                case _:
                    pass
        except OSError as problem:
            raise HarnessError(f"cannot write the record in {self._folder}: {problem.strerror}") from problem

    def _take(self) -> None:
        folder = self._folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if any(folder.iterdir()) and not (folder / HEAD).is_file():
                raise UsageError(f"the folder {folder} holds something that is no record")
            for old in (HEAD, REPORT):
                (folder / old).unlink(missing_ok=True)
            for name, ending in ((CASES, "*.jsonl"), (FINDINGS, "*.json")):
                (folder / name).mkdir(exist_ok=True)
                for page in (folder / name).glob(ending):
                    page.unlink()
        except OSError as problem:
            raise UsageError(f"cannot record into {folder}: {problem.strerror}") from problem

    def _case(self, event: CaseRecorded) -> None:
        """Write one playing as a line. What a record cannot hold is told in its place, and is not judged again."""
        self._numbers[event.id] += 1
        line: dict[str, object] = {
            "number": self._numbers[event.id],
            "stage": event.stage,
            "form": event.observation.setting.form,
        }
        secrets = [view.credentials.secret for view in event.observation.keys.values()]
        try:
            line["case"] = written(event.case, secrets)
            line["observation"] = written(event.observation, secrets)
        except NotPlain as problem:
            line["lost"] = str(problem)
        self._file(event.id).write(json.dumps(line, separators=(",", ":")) + "\n")

    def _file(self, requirement: str) -> TextIO:
        if self._open is None or self._open[0] != requirement:
            self._close()
            self._open = requirement, (self._folder / CASES / f"{requirement}.jsonl").open("a", encoding="utf-8")
        return self._open[1]

    def _close(self) -> None:
        if self._open is not None:
            self._open[1].close()
            self._open = None

    def _finding(self, result: RequirementResult) -> None:
        if result.finding is not None:
            page = {"id": result.id, "title": result.title, "finding": json_report.finding_as_document(result.finding)}
            path = self._folder / FINDINGS / f"{result.id}.json"
            path.write_text(json.dumps(page, indent=2) + "\n", encoding="utf-8")
