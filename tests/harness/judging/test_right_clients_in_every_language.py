"""Right clients in other languages and on other HTTP stacks break nothing either."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from harness.drivers import Client, ObjectClient, ProgramClient
from harness.events import Level, Status
from harness.mutants.foreign import available, right
from harness.run import RunSettings, run
from tests.clients.stacks import STACKS, adapter_over

DIALECTS = ("reference", "poloniex", "exmo", "bitunix")
#: Rows that a client can hardly pass by luck, and that take a moment.
A_FEW = ("SIGN-001", "NONCE-002", "ERR-001", "OPS-001", "NUM-001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A right client in some language, over some HTTP stack."""

    name: str
    client: Client
    mark: str = ""


SPEAKERS = (
    Speaker(name="node-http", client=ProgramClient(argv=right("node").argv), mark="node"),
    Speaker(name="node-fetch", client=ProgramClient(argv=(*right("node").argv, "fetch")), mark="node"),
    Speaker(name="php-curl", client=ProgramClient(argv=right("php").argv), mark="php"),
    *(
        Speaker(name=f"python-{name}", client=ObjectClient(reference=lambda name=name: adapter_over(name)))
        for name in STACKS
    ),
)


def speakers() -> list[object]:
    marks = {"node": [pytest.mark.node], "php": [pytest.mark.php], "": []}
    return [pytest.param(speaker, marks=marks[speaker.mark], id=speaker.name) for speaker in SPEAKERS]


def broken(speaker: Speaker, dialect: str, *, seed: int, profile: str, rows: tuple[str, ...] = ()) -> list[str]:
    if speaker.mark and not available(speaker.mark):
        pytest.skip(f"there is no {speaker.mark} on this machine, or not what its client needs")
    settings = RunSettings(dialect=dialect, seed=seed, profile=profile, requirements=rows)
    summary = run(settings, speaker.client, ())
    assert summary.fault is None, f"{summary.fault}\n{summary.fault_stderr}"
    return [
        f"{result.id} {result.status}: {result.reason}"
        for result in summary.results
        if result.status in (Status.FAILED, Status.ERROR) and result.level is Level.MUST
    ]


@pytest.mark.parametrize("speaker", speakers())
def test_a_right_client_in_any_language_passes_a_few_telling_rows(speaker: Speaker) -> None:
    dialect = DIALECTS[[other.name for other in SPEAKERS].index(speaker.name) % len(DIALECTS)]
    assert broken(speaker, dialect, seed=1, profile="documented", rows=A_FEW) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 6))
@pytest.mark.parametrize("profile", ["documented", "observed"])
@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("speaker", speakers())
def test_a_right_client_in_any_language_breaks_no_must(speaker: Speaker, dialect: str, profile: str, seed: int) -> None:
    assert broken(speaker, dialect, seed=seed, profile=profile) == []
