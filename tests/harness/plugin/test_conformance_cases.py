"""`conformance_suite`: how each judgement ends a pytest case."""

from dataclasses import replace
from pathlib import Path

import pytest

from harness import conformance_suite
from harness.drivers import ObjectClient, ProgramClient
from harness.errors import UsageError
from harness.events import Level, RequirementResult
from harness.known_failures import KnownFailures
from harness.pytest_suite import conclude
from tests.harness.cli.command_line import FakeRun
from tests.harness.reports.runs import (
    BROKEN,
    FAILED,
    FINDING,
    INCONCLUSIVE,
    PASSED,
    SHOULD_FAILED,
    SKIPPED,
    summary,
)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> FakeRun:
    fake = FakeRun()
    monkeypatch.setattr("harness.run.run", fake)
    return fake


def case_of(suite: type) -> tuple[object, list[str]]:
    """Return the suite's one test method and the ids that it is run with."""
    test = suite().test_requirement
    (mark,) = test.pytestmark
    return test, mark.args[1]


def test_a_requirement_that_holds_passes() -> None:
    conclude(PASSED, summary(PASSED))


def test_a_broken_must_fails_with_the_finding() -> None:
    with pytest.raises(pytest.fail.Exception) as failure:
        conclude(FAILED, summary(FAILED))
    text = str(failure.value)
    assert "NONCE-001 (MUST)" in text
    assert FINDING.summary in text
    assert FINDING.reproduce in text


@pytest.mark.parametrize("judged", [SHOULD_FAILED, replace(FAILED, known_failure=True)])
def test_what_is_broken_and_does_not_count_is_an_expected_failure(judged: RequirementResult) -> None:
    with pytest.raises(pytest.xfail.Exception, match="nonce 5 after nonce 7"):
        conclude(judged, summary(judged))


def test_a_known_failure_that_passes_fails() -> None:
    listed = replace(PASSED, known_failure=True)
    with pytest.raises(pytest.fail.Exception, match="strike it off"):
        conclude(listed, summary(listed))


def test_what_does_not_apply_is_skipped_with_the_reason() -> None:
    with pytest.raises(pytest.skip.Exception, match="does not promise concurrent"):
        conclude(SKIPPED, summary(SKIPPED))


@pytest.mark.parametrize("judged", [INCONCLUSIVE, BROKEN])
def test_nothing_is_green_because_nothing_happened(judged: RequirementResult) -> None:
    with pytest.raises(pytest.fail.Exception, match=judged.reason):
        conclude(judged, summary(judged))


def test_each_case_is_a_run_of_its_own_requirement(asked: FakeRun, tmp_path: Path) -> None:
    known = tmp_path / "known.txt"
    known.write_text("SIGN-001\n")
    adapter = object()
    suite = conformance_suite(
        adapter, dialect="exmo", requirements=["SIGN-*"], profile="observed", examples=2, known_failures=known, seed=9
    )
    test, ids = case_of(suite)
    assert callable(test)
    assert ids[:2] == ["SIGN-001", "SIGN-002"]
    test("SIGN-001")
    (settings,) = asked.settings
    assert asked.clients == [ObjectClient(reference=adapter)]
    assert settings.requirements == ("SIGN-001",)
    assert (settings.dialect, settings.profile, settings.examples, settings.seed) == ("exmo", "observed", 2, 9)
    assert settings.known_failures == KnownFailures(entries={"SIGN-001": None}, origin=str(known))


def test_a_program_is_named_by_its_words(asked: FakeRun) -> None:
    test, _ = case_of(conformance_suite(["node", "adapter.js"], dialect="bitunix", requirements=["SIGN-001"]))
    assert callable(test)
    test("SIGN-001")
    assert asked.clients == [ProgramClient(argv=("node", "adapter.js"))]


def test_the_level_decides_although_each_case_asks_by_name(asked: FakeRun) -> None:
    asked.answer = replace(summary(SHOULD_FAILED), chosen=frozenset({SHOULD_FAILED.id}))
    for level, outcome in (("must", pytest.xfail.Exception), ("should", pytest.fail.Exception)):
        test, _ = case_of(conformance_suite(object(), dialect="exmo", level=level))
        assert callable(test)
        with pytest.raises(outcome):
            test(SHOULD_FAILED.id)
    assert asked.settings[0].level is Level.MUST


def test_a_run_that_broke_off_fails_with_the_adapter_s_last_words(asked: FakeRun) -> None:
    asked.answer = summary(exit_status=3, fault="adapter exited: status 7")
    test, _ = case_of(conformance_suite(object(), dialect="exmo"))
    assert callable(test)
    with pytest.raises(pytest.fail.Exception, match="status 7\nlast words"):
        test("SIGN-001")


@pytest.mark.parametrize(
    "wrong", [{"dialect": "mtgox"}, {"level": "most"}, {"requirements": ["NO-*"]}, {"known_failures": "no such file"}]
)
def test_a_name_that_means_nothing_is_a_usage_error(wrong: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        conformance_suite(object(), **({"dialect": "exmo"} | wrong))  # type: ignore[arg-type]
