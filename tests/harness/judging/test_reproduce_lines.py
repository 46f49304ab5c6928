"""A finding's reproduce line, typed as it stands, shows the finding again."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from harness.catalogue import requirement
from harness.cli import main
from harness.drivers import Client, ObjectClient, ProgramClient
from harness.events import Status
from harness.mutants import MISTAKES, Mistake
from harness.mutants.own import played
from harness.proving import client_with
from harness.run import RunSettings, run

ROOT = Path(__file__).parents[3]
SEED = 20261121


def first_of_each_family() -> list[tuple[Mistake, str]]:
    """Return one wrong client for each family, the dialects in turn; PERS is tried as a program further down."""
    firsts: dict[str, Mistake] = {}
    for mistake in MISTAKES:
        firsts.setdefault(mistake.kills.partition("-")[0], mistake)
    del firsts["PERS"]
    return [(mistake, mistake.dialects[index % len(mistake.dialects)]) for index, mistake in enumerate(firsts.values())]


def everything_else() -> list[tuple[Mistake, str]]:
    taken = {mistake.name for mistake, _ in first_of_each_family()}
    others = [mistake for mistake in MISTAKES if mistake.name not in taken]
    return [(mistake, mistake.dialects[index % len(mistake.dialects)]) for index, mistake in enumerate(others)]


def named(pairs: list[tuple[Mistake, str]]) -> list[object]:
    return [
        pytest.param(mistake, dialect, id=f"{mistake.kills}-{mistake.name}-{dialect}") for mistake, dialect in pairs
    ]


def as_a_user_names_it(mistake: Mistake, folder: Path) -> Client:
    """Return a wrong client by a name that can stand on a command line: a file, or a program."""
    client = client_with(mistake, requirement(mistake.kills))
    if isinstance(client, ProgramClient):
        return client
    path = folder / "adapter.py"
    made = f"from harness.mutants import adapter_with\nADAPTER = adapter_with({mistake.name!r})\n"
    path.write_text(made, encoding="utf-8")
    return ObjectClient(reference=str(path))


def fails_again(mistake: Mistake, dialect: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = RunSettings(dialect=played(dialect), seed=SEED, requirements=(mistake.kills,))
    result = run(settings, as_a_user_names_it(mistake, folder), ()).results[0]
    assert result.status is Status.FAILED, result.reason
    assert result.finding is not None
    capsys.readouterr()
    # A requirement that measures pauses may miss them once on a machine that is busy with other things.
    line = shlex.split(result.finding.reproduce)[1:]
    assert any(main(line) == 1 for _ in range(2))
    seen = capsys.readouterr().out
    assert mistake.kills in seen
    assert all(code in seen for code in result.finding.diagnosis[:1])


@pytest.mark.parametrize(("mistake", "dialect"), named(first_of_each_family()))
def test_the_reproduce_line_of_each_family_fails_again(
    mistake: Mistake, dialect: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fails_again(mistake, dialect, tmp_path, capsys)


@pytest.mark.slow
@pytest.mark.parametrize(("mistake", "dialect"), named(everything_else()))
def test_the_reproduce_lines_of_all_the_others_fail_again(
    mistake: Mistake, dialect: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fails_again(mistake, dialect, tmp_path, capsys)


@pytest.mark.parametrize(
    ("mistake", "dialect", "requirement"),
    [("exponents-sent", "exmo", "NUM-001"), ("nonce-counts-from-one", "poloniex", "PERS-001")],
)
def test_a_reproduce_line_fails_again(mistake: str, dialect: str, requirement: str) -> None:
    client = ProgramClient(argv=(sys.executable, "-m", "harness.mutants", "--mistake", mistake))
    summary = run(RunSettings(dialect=dialect, seed=11, requirements=(requirement,)), client, ())
    finding = summary.results[0].finding
    assert finding is not None
    program, *arguments = shlex.split(finding.reproduce)
    assert program == "noncense"
    again = subprocess.run(
        [sys.executable, "-m", "harness", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert again.returncode == 1, again.stdout + again.stderr
    assert finding.summary.partition(" ")[0] in again.stdout
    assert requirement in again.stdout


def test_a_reproduce_line_says_in_which_way_the_exchange_was_played() -> None:
    client = ProgramClient(argv=(sys.executable, "-m", "harness.mutants", "--mistake", "nonce-counts-from-one"))
    settings = RunSettings(dialect="poloniex", seed=11, requirements=("PERS-001",), habits={"regime": "A"})
    finding = run(settings, client, ()).results[0].finding
    assert finding is not None
    assert "--habit regime=A" in finding.reproduce
