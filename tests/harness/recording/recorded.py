"""Runs of a right and of wrong clients, recorded."""

from __future__ import annotations

from pathlib import Path

from harness.drivers import Client, ObjectClient
from harness.events import RunSummary
from harness.mutants import adapter_with
from harness.recording import Recorder
from harness.run import RunSettings, run

RIGHT = str(Path(__file__).parents[2] / "clients" / "right.py")


def wrong(mistake: str) -> Client:
    return ObjectClient(reference=lambda: adapter_with(mistake))


def record(
    folder: Path, client: Client, *rows: str, dialect: str = "reference", examples: int | None = 5, seed: int = 7
) -> RunSummary:
    settings = RunSettings(dialect=dialect, seed=seed, requirements=rows, examples=examples, record=True)
    return run(settings, client, [Recorder(folder, settings, client)])
