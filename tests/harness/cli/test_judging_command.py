"""`noncense test`: what the command line asks of a run."""

import re
from pathlib import Path

import pytest

from harness.drivers import ObjectClient, ProgramClient
from harness.errors import HarnessError, UsageError
from harness.events import Level
from harness.known_failures import KnownFailures
from harness.reports.github import GitHubReport
from harness.reports.json_report import JsonReport
from harness.reports.terminal import TerminalReport
from harness.run import RunSettings
from tests.harness.cli.command_line import FakeRun, complaint, run_noncense
from tests.harness.reports.runs import FAILED, summary

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeRun:
    """A run that only takes note, in an empty folder."""
    fake = FakeRun()
    monkeypatch.setattr("harness.run.run", fake)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    return fake


def test_a_python_adapter_is_named_by_its_path(asked: FakeRun, capsys: Capture) -> None:
    assert run_noncense(capsys, "test --dialect exmo path/to/adapter.py").status == 0
    assert asked.clients == [ObjectClient(reference="path/to/adapter.py")]
    assert asked.settings[0].dialect == "exmo"


def test_a_program_stands_after_two_dashes_with_options_of_its_own(asked: FakeRun, capsys: Capture) -> None:
    run_noncense(capsys, "test --dialect exmo -- node adapter.js --seed x -- --help")
    assert asked.clients == [ProgramClient(argv=("node", "adapter.js", "--seed", "x", "--", "--help"))]


def test_every_option_reaches_the_run(asked: FakeRun, capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "known.txt").write_text("NONCE-001 = NONCE-IN-SECONDS\n")
    options = (
        "--dialect bitunix --requirement NONCE-001 --requirement CONC-* --level should --examples 3 --seed 0 --jobs 2"
        " --known-failures known.txt --call-timeout 1.5 --profile observed --habit nonce=32 --trace"
    )
    assert run_noncense(capsys, f"test {options} adapter.py").status == 0
    assert asked.settings == [
        RunSettings(
            dialect="bitunix",
            seed=0,
            profile="observed",
            habits={"nonce": "32"},
            requirements=("NONCE-001", "CONC-*"),
            level=Level.SHOULD,
            examples=3,
            jobs=2,
            call_timeout_s=1.5,
            known_failures=KnownFailures(entries={"NONCE-001": "NONCE-IN-SECONDS"}, origin="known.txt"),
            trace=True,
        )
    ]


def test_a_seed_is_drawn_where_none_is_given(asked: FakeRun, capsys: Capture) -> None:
    for _ in range(3):
        run_noncense(capsys, "test --dialect exmo adapter.py")
    assert len({settings.seed for settings in asked.settings}) > 1


def test_reports_listen_beside_the_terminal(asked: FakeRun, capsys: Capture) -> None:
    run_noncense(capsys, "test --dialect exmo --report json:r.json --report github: adapter.py")
    assert [type(listener) for listener in asked.listeners] == [TerminalReport, JsonReport, GitHubReport]


def test_the_exit_status_is_the_run_s(asked: FakeRun, capsys: Capture) -> None:
    asked.answer = summary(FAILED, exit_status=1)
    assert run_noncense(capsys, "test --dialect exmo adapter.py").status == 1


def test_a_bare_call_takes_everything_from_the_project(asked: FakeRun, capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "noncense.toml").write_text(
        """
        dialect = "poloniex"
        adapter = ["node", "a.js"]
        level = "may"
        reports = ["json:r.json"]
        seed = 7
        jobs = 2
        requirements = ["SIGN-*"]
        examples = 4
        profile = "observed"
        call-timeout = 3
        """
    )
    assert run_noncense(capsys, "test").status == 0
    assert asked.clients == [ProgramClient(argv=("node", "a.js"))]
    assert asked.settings == [
        RunSettings(
            dialect="poloniex",
            seed=7,
            profile="observed",
            requirements=("SIGN-*",),
            level=Level.MAY,
            examples=4,
            jobs=2,
            call_timeout_s=3.0,
        )
    ]
    assert [type(listener) for listener in asked.listeners] == [TerminalReport, JsonReport]


def test_the_command_line_wins_over_the_project(asked: FakeRun, capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "noncense.toml").write_text('dialect = "poloniex"\nadapter = "a.py"\nseed = 7\nlevel = "may"\n')
    run_noncense(capsys, "test --dialect exmo --seed 0 --level must b.py")
    assert asked.clients == [ObjectClient(reference="b.py")]
    assert (asked.settings[0].dialect, asked.settings[0].seed, asked.settings[0].level) == ("exmo", 0, Level.MUST)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("adapter.py", "which exchange"),
        ("--dialect mtgox adapter.py", "there is no dialect 'mtgox'; there are reference"),
        ("--dialect exmo", "which client"),
        ("--dialect exmo --", "no program stands after --"),
        ("--dialect exmo a.py -- node", "two clients"),
        ("--dialect exmo a.py b.py", "unexpected extra argument"),
        ("--dialect exmo --level most a.py", "'most' is not one of"),
        ("--dialect exmo --profile live a.py", "'live' is not one of"),
        ("--dialect exmo --habit mood=good a.py", "exmo has no habit 'mood'"),
        ("--dialect exmo --examples 0 a.py", "0 is not in the range"),
        ("--dialect exmo --jobs x a.py", "'x' is not a valid int"),
        ("--dialect exmo --seed -1 a.py", "-1 is not in the range"),
        ("--dialect exmo --call-timeout 0 a.py", "a number of seconds above 0"),
        ("--dialect exmo --call-timeout inf a.py", "a number of seconds above 0"),
        ("--dialect exmo --call-timeout nan a.py", "a number of seconds above 0"),
        ("--dialect exmo --report pdf:x a.py", "unknown report 'pdf:x'"),
        ("--dialect exmo --known-failures none a.py", "cannot read the known failures in none"),
        ("--dialect exmo --no-such a.py", "No such option"),
        ("--dialect", "requires an argument"),
    ],
)
def test_a_wrong_command_line_gets_one_clear_line(asked: FakeRun, capsys: Capture, arguments: str, words: str) -> None:
    assert re.search(words, complaint(run_noncense(capsys, f"test {arguments}")))
    assert asked.settings == []


def test_a_complaint_stays_one_line_whatever_it_quotes(asked: FakeRun, capsys: Capture) -> None:
    assert "a b" in complaint(run_noncense(capsys, "test --dialect exmo a.py --known-failures", "a\nb"))


def test_a_wrong_setting_gets_one_clear_line(asked: FakeRun, capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "noncense.toml").write_text("colour = 1")
    assert "unknown setting 'colour'" in complaint(run_noncense(capsys, "test --dialect exmo a.py"))


@pytest.mark.parametrize(
    ("problem", "status"), [(UsageError("no such requirement"), 2), (HarnessError("we broke"), 3), (ValueError("x"), 3)]
)
def test_what_goes_wrong_in_a_run_is_never_taken_for_a_verdict(
    asked: FakeRun, capsys: Capture, monkeypatch: pytest.MonkeyPatch, problem: Exception, status: int
) -> None:
    def broken(*_: object) -> None:
        raise problem

    monkeypatch.setattr("harness.run.run", broken)
    assert run_noncense(capsys, "test --dialect exmo a.py").status == status


def test_an_interrupted_run_is_no_verdict_either(
    asked: FakeRun, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("harness.run.run", interrupted)
    seen = run_noncense(capsys, "test --dialect exmo a.py")
    assert (seen.status, seen.err.strip()) == (130, "noncense: interrupted")


def test_a_program_without_the_dashes_is_told_where_it_goes(capsys: Capture) -> None:
    assert "go after --" in complaint(run_noncense(capsys, "test --dialect exmo node adapter.js"))
