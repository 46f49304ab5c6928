"""`conformance_suite` in a client's own test suite, from end to end."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

SUITE = """
    from harness import conformance_suite
    from harness.mutants.mistakes import adapter_with
    from harness.mutants import Adapter

    class TestRight(conformance_suite(Adapter(), dialect="poloniex", requirements=["SIGN-001", "NONCE-001"])):
        pass

    class TestWrong(conformance_suite(adapter_with(MISTAKE), dialect="poloniex", requirements=["NONCE-001"])):
        pass
"""


@pytest.fixture(autouse=True)
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lay out a client's project."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    from harness.mutants.mistakes import MISTAKES

    name = next(mistake.name for mistake in MISTAKES if mistake.kills == "NONCE-001")
    pytester.makepyfile(SUITE.replace("MISTAKE", repr(name)))


@pytest.mark.parametrize("workers", [[], ["-n", "2"]])
def test_a_right_client_passes_and_a_wrong_one_fails_with_its_finding(
    pytester: pytest.Pytester, workers: list[str]
) -> None:
    result = pytester.runpytest_subprocess("-W", "error", *workers)
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        ["*NONCE-001 (MUST)*", "*The smallest case that fails:*", "*See it again: noncense test*"]
    )


def test_each_requirement_is_a_case_by_its_id(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_subprocess("--collect-only", "-q")
    result.stdout.fnmatch_lines(["*TestRight::test_requirement?SIGN-001?", "*TestWrong::test_requirement?NONCE-001?"])
