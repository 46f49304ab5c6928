"""What counts as a kill, what does not, and what is made of many of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from harness.catalogue import requirements
from harness.cli import main
from harness.documents.requirements import requirement_pages
from harness.drivers import ObjectClient
from harness.errors import UsageError
from harness.mutants import RIGHT, Mistake, adapter_with, mistake_named
from harness.proving import (
    MEASURED,
    WRONG_CLIENTS,
    Ending,
    Matrix,
    Power,
    Trial,
    Verdict,
    as_json,
    held,
    page,
    powers,
    read,
)
from harness.proving import trial as trying
from harness.proving.holding import hold, trials
from harness.proving.matrix import ENOUGH

PUBLIC = Trial(requirement="PUB-002", dialect="reference", seed=1, names=("key-on-public-calls",))
HARMLESS = Mistake(name="harmless", kills="PUB-002", summary="Nothing.", knobs=lambda: RIGHT)


def ending(name: str, verdict: Verdict, *, seed: int = 1, dialect: str = "exmo") -> Ending:
    kills = next(wrong.kills for wrong in WRONG_CLIENTS if wrong.name == name)
    return Ending(name=name, requirement=kills, dialect=dialect, seed=seed, verdict=verdict)


def pretending(monkeypatch: pytest.MonkeyPatch, wrong: Mistake) -> None:
    monkeypatch.setattr(trying, "wrong_client_named", lambda name: wrong)


def test_a_wrong_client_that_its_requirement_fails_is_killed() -> None:
    (found,) = held(PUBLIC)
    assert (found.verdict, found.words) == (Verdict.KILLED, "KEY-ON-PUBLIC-CALL")


def test_a_client_that_does_nothing_wrong_survives(monkeypatch: pytest.MonkeyPatch) -> None:
    pretending(monkeypatch, HARMLESS)
    assert [found.verdict for found in held(PUBLIC)] == [Verdict.SURVIVED]


def test_a_failure_for_another_reason_is_no_kill(monkeypatch: pytest.MonkeyPatch) -> None:
    pretending(monkeypatch, replace(mistake_named("key-on-public-calls"), diagnoses=("NONCE-REPEATED",)))
    (found,) = held(PUBLIC)
    assert found.verdict is Verdict.MISNAMED
    assert found.words == "KEY-ON-PUBLIC-CALL instead of NONCE-REPEATED"


def test_a_kill_proves_nothing_where_the_right_client_fails_too(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = ObjectClient(reference=lambda: adapter_with("key-on-public-calls"))
    monkeypatch.setattr(trying, "client_without", lambda wrong, row, dialect: broken)
    assert [found.verdict for found in held(PUBLIC)] == [Verdict.DISCREDITED]


def test_what_could_not_be_provoked_is_no_kill(monkeypatch: pytest.MonkeyPatch) -> None:
    pretending(monkeypatch, replace(HARMLESS, kills="RATE-002", dialects=("poloniex",), features=()))
    trial = Trial(requirement="RATE-002", dialect="poloniex", seed=1, names=("harmless",))
    assert [found.verdict for found in held(trial)] == [Verdict.UNREACHED]


def test_every_wrong_client_stands_in_the_trials_once_for_each_dialect_and_seed() -> None:
    planned = Counter((name, trial.dialect, trial.seed) for trial in trials(seeds=(1, 2)) for name in trial.names)
    built = {row.id for row in requirements()}
    asked = Counter(
        (wrong.name, dialect, seed)
        for wrong in WRONG_CLIENTS
        if wrong.kills in built
        for dialect in wrong.dialects
        for seed in (1, 2)
    )
    assert planned == asked


def test_no_two_wrong_clients_share_a_name() -> None:
    names = Counter(wrong.name for wrong in WRONG_CLIENTS)
    assert [name for name, number in names.items() if number > 1] == []


def test_what_was_tried_before_is_not_tried_again() -> None:
    known = {("key-on-public-calls", "exmo", 1)}
    left = trials(seeds=(1,), names=("key-on-public-calls",), known=known)
    assert "exmo" not in {trial.dialect for trial in left}
    assert len(left) == 3


@pytest.mark.parametrize("asked", [{"names": ["nobody"]}, {"rows": ["NONCE-999"]}])
def test_a_name_that_means_nothing_is_wrong_usage(asked: dict[str, list[str]]) -> None:
    with pytest.raises(UsageError):
        trials(seeds=(1,), **asked)


def test_trials_held_side_by_side_end_alike() -> None:
    planned = trials(seeds=(1,), names=("key-on-public-calls",), dialects=("reference", "exmo"))
    assert {found.verdict for found in hold(planned, jobs=2)} == {Verdict.KILLED}


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_trial_over_which_we_break_down_ends_nobody_elses(jobs: int) -> None:
    planned = (replace(PUBLIC, names=("nobody-knows-him",)), PUBLIC)
    found = {ending.name: ending for ending in hold(planned, jobs=jobs)}
    assert found["nobody-knows-him"].verdict is Verdict.BROKE
    assert "nobody-knows-him" in found["nobody-knows-him"].words
    assert found["key-on-public-calls"].verdict is Verdict.KILLED


def test_a_later_run_of_a_seed_takes_the_place_of_an_earlier_one() -> None:
    matrix = Matrix()
    matrix.add(ending("nonce-drawn", Verdict.SURVIVED))
    matrix.add(ending("nonce-drawn", Verdict.KILLED))
    assert matrix.count() == {Verdict.KILLED: 1}


@pytest.mark.parametrize(
    ("verdicts", "status"),
    [
        ([Verdict.KILLED], 0),
        ([Verdict.SURVIVED], 1),
        ([Verdict.KILLED, Verdict.SURVIVED], 1),
        ([Verdict.DISCREDITED], 1),
        ([*[Verdict.KILLED] * 99, Verdict.MISNAMED], 0),
        ([*[Verdict.KILLED] * 98, Verdict.MISNAMED], 1),
        ([Verdict.ABSENT], 3),
        ([], 3),
    ],
)
def test_the_exit_status_tells_whether_the_catalogue_has_proved_its_power(verdicts: list[Verdict], status: int) -> None:
    matrix = Matrix()
    for seed, verdict in enumerate(verdicts):
        matrix.add(ending("nonce-drawn", verdict, seed=seed))
    assert matrix.exit_status() == status


def test_one_who_survives_throughout_is_not_outvoted() -> None:
    matrix = Matrix()
    for seed in range(1000):
        matrix.add(ending("nonce-drawn", Verdict.KILLED, seed=seed))
    matrix.add(ending("nonce-in-seconds", Verdict.SURVIVED))
    assert matrix.never_killed() == (("nonce-in-seconds", "exmo"),)
    assert matrix.exit_status() == 1


def test_the_power_counts_what_its_own_wrong_clients_survived() -> None:
    matrix = Matrix()
    matrix.add(ending("nonce-in-seconds", Verdict.KILLED))
    matrix.add(ending("nonce-is-the-clock", Verdict.SURVIVED))
    matrix.add(ending("nonce-drawn", Verdict.BROKE))
    assert powers(matrix) == {"NONCE-003": Power(runs=2, survived=1, seeds=1)}


def test_the_power_counts_each_seed_once() -> None:
    matrix = Matrix()
    for seed in (1, 2, 3):
        matrix.add(ending("nonce-in-seconds", Verdict.KILLED, seed=seed))
        matrix.add(ending("nonce-is-the-clock", Verdict.KILLED, seed=seed))
    assert powers(matrix)["NONCE-003"] == Power(runs=6, survived=0, seeds=3)


def test_every_requirement_whose_power_was_measured_states_it_on_its_page() -> None:
    pages, measured = requirement_pages(), powers(read(MEASURED))
    assert len(measured) > 150
    for row in requirements():
        section = pages[f"{row.family.lower()}.md"].partition(f"\n## {row.id}\n")[2].partition("\n## ")[0]
        if (power := measured.get(row.id)) is not None:
            assert f"they survived {power.survived} of {power.runs} runs, over {power.seeds} seed" in section


@pytest.mark.parametrize(
    ("runs", "survived", "at_most"), [(20, 0, 0.1391), (1, 0, 0.95), (100, 1, 0.0466), (5, 5, 1.0)]
)
def test_the_bound_is_that_of_the_binomial(runs: int, survived: int, at_most: float) -> None:
    assert Power(runs=runs, survived=survived).at_most == pytest.approx(at_most, abs=0.0001)


def test_a_matrix_can_be_kept_and_read_again(tmp_path: Path) -> None:
    matrix = Matrix()
    matrix.add(ending("nonce-drawn", Verdict.KILLED, seed=3))
    matrix.add(replace(ending("nonce-drawn", Verdict.SURVIVED, seed=4), others=("NONCE-002",)))
    kept = tmp_path / "matrix.json"
    kept.write_text(as_json(matrix))
    again = read(kept)
    assert again.cells == matrix.cells
    assert again.others == matrix.others
    assert again.known() == {("nonce-drawn", "exmo", 3), ("nonce-drawn", "exmo", 4)}


def test_a_file_that_holds_something_else_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "matrix.json").write_text("[1]")
    with pytest.raises(UsageError):
        read(tmp_path / "matrix.json")


def test_the_page_tells_kills_from_what_was_not_tried() -> None:
    matrix = Matrix()
    matrix.add(ending("nonce-drawn", Verdict.KILLED, seed=1))
    matrix.add(ending("nonce-drawn", Verdict.SURVIVED, seed=2))
    line = next(line for line in page(matrix).splitlines() if "`nonce-drawn`" in line)
    assert line.split(" | ")[3:] == ["not tried", "not tried", "1/2 (1 survived)", "", " |"]


def test_the_command_tries_keeps_and_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["mutants", "--mistake", "key-on-public-calls", "--dialect", "exmo", "--markdown", str(tmp_path / "m.md")]
    assert main(asked) == 0
    assert "killed      PUB-002" in capsys.readouterr().out
    assert "`key-on-public-calls`" in (tmp_path / "m.md").read_text()
    assert main(asked) == 0
    assert "seed 1" not in capsys.readouterr().out, "what the file holds was tried again"
    assert main([*asked, "--again"]) == 0
    assert "seed 1" in capsys.readouterr().out


def test_the_command_lists_without_trying(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mutants", "--list", "--requirement", "PUB-002"]) == 0
    assert capsys.readouterr().out.startswith("PUB-002    key-on-public-calls")


def test_a_wrong_client_that_nobody_knows_is_wrong_usage() -> None:
    assert main(["mutants", "--mistake", "nobody"]) == 2


def test_of_what_was_published_enough_was_killed_and_nobody_survived_everywhere() -> None:
    measured = read(MEASURED)
    total = measured.count()
    tried = total.total() - total[Verdict.ABSENT]
    assert total[Verdict.KILLED] >= ENOUGH * tried > 0
    killed = {name for name, _, _ in measured.known() if measured.count([name])[Verdict.KILLED]}
    assert {name for name, _ in measured.cells} - killed == set()
