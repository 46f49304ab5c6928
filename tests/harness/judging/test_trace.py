"""Under --trace every case is told of: what was asked, what travelled, what the client said; never a secret."""

from __future__ import annotations

from pathlib import Path

from harness.drivers import ObjectClient
from harness.events import CasePlayed, Event, RequirementEnded
from harness.run import RunSettings, run

RIGHT = ObjectClient(reference=str(Path(__file__).parents[2] / "clients" / "right.py"))


class Notebook:
    def __init__(self) -> None:
        self.events: list[Event] = []

    def hear(self, event: Event) -> None:
        self.events.append(event)


def heard(*, trace: bool) -> list[Event]:
    notebook = Notebook()
    run(RunSettings(dialect="exmo", seed=5, requirements=("SECR-003",), trace=trace), RIGHT, [notebook])
    return notebook.events


def test_every_played_case_is_told_of_before_its_requirement_ends() -> None:
    events = heard(trace=True)
    played = [event for event in events if isinstance(event, CasePlayed)]
    ended = next(event for event in events if isinstance(event, RequirementEnded))
    assert len(played) == ended.result.examples
    assert max(events.index(event) for event in played) < events.index(ended)
    assert any("/v1.1/user_info" in line for event in played for line in event.said)
    assert any("balances: error" in line for event in played for line in event.said)


def test_without_trace_nothing_is_told_of_cases() -> None:
    assert not [event for event in heard(trace=False) if isinstance(event, CasePlayed)]
