"""Which wrong clients try the requirements on an exchange of one's own, and how they learn of it."""

from pathlib import Path

import pytest

from harness.catalogue import requirement
from harness.drivers import ProgramClient
from harness.mutants.own import ACME as NAME
from harness.mutants.own import at_hand, played
from harness.proving import Verdict, client_with
from harness.proving import trial as trying
from harness.proving.holding import trials
from harness.proving.own_exchanges import can_be_made
from harness.proving.trial import Trial, held
from harness.proving.wrong_clients import client_without, wrong_client_named
from tests.own_dialect.acme import ACME


def can(name: str) -> bool:
    wrong = wrong_client_named(name)
    return can_be_made(wrong, requirement(wrong.kills), ACME)


@pytest.mark.parametrize(
    ("name", "there"),
    [
        ("window-beyond-the-limit", True),  # its requests name a window
        ("timestamp-with-a-fraction", True),  # they have a timestamp
        ("key-sent-twice", True),  # every exchange has keys
        ("nonce-drawn", False),  # no nonce rises there
        ("nonce-as-the-refusal-says", False),
        ("signs-nonce-in-front", False),  # not every exchange has what it takes
        ("node-fetch-follows-redirects", False),  # a program that speaks ours alone
    ],
)
def test_a_mistake_can_be_made_where_its_matter_exists(name: str, there: bool) -> None:
    assert can(name) is there


def test_trials_on_a_file_are_those_that_can_be_held_there() -> None:
    planned = trials(seeds=(1,), dialects=(ACME,))
    assert len(planned) > 60
    assert {trial.dialect for trial in planned} == {ACME}
    assert all(can(name) for trial in planned for name in trial.names)


def test_without_being_asked_nobody_tries_a_file_and_the_example_goes_by_its_name() -> None:
    assert {trial.dialect for trial in trials(seeds=(1,), rows=("TIME-010",))} == {NAME}


def test_a_client_that_runs_as_a_program_is_told_which_file_it_is() -> None:
    wrong = wrong_client_named("secret-kept-in-a-file")
    row = requirement(wrong.kills)
    for client in (client_with(wrong, row, ACME), client_without(wrong, row, ACME)):
        assert isinstance(client, ProgramClient)
        assert client.argv[3:5] == ("--dialect", ACME)
    ours = client_with(wrong, row, "exmo")
    assert isinstance(ours, ProgramClient)
    assert "--dialect" not in ours.argv


def test_where_the_example_is_not_installed_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    trial = Trial(requirement="TIME-010", dialect=NAME, seed=1, names=("window-in-words",))
    monkeypatch.setattr(trying, "at_hand", lambda dialect: False)
    assert [(ending.verdict, ending.words) for ending in held(trial)] == [
        (Verdict.ABSENT, "the file that describes its exchange is not here")
    ]


def test_the_example_is_played_from_its_file() -> None:
    assert Path(played(NAME)) == Path(ACME)
    assert played("exmo") == "exmo"
    assert at_hand(NAME)
