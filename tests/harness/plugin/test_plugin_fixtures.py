"""The plugin's fixtures, as a client author's test suite uses them."""

from importlib.metadata import entry_points
from pathlib import Path

import pytest

TWO_KEYS = """
    import urllib.request

    seen = []

    def test_the_exchange_runs(mock_exchange):
        with urllib.request.urlopen(mock_exchange.url + "/_noncense/health", timeout=10) as answer:
            assert answer.status == 200

    def test_a_key_is_fresh(mock_exchange, exchange_key):
        assert mock_exchange.last_nonce(exchange_key) == 0
        seen.append((mock_exchange.url, exchange_key.key))

    def test_the_next_key_is_another_one_on_the_same_exchange(mock_exchange, exchange_key):
        (url, key), = seen
        assert mock_exchange.url == url
        assert exchange_key.key != key
        assert exchange_key.permissions == {"read", "trade"}

    def test_the_dialect(mock_exchange):
        assert mock_exchange.dialect.name == "DIALECT"
"""


@pytest.fixture(autouse=True)
def plugin(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Load the plugin from here where it is not installed."""
    if not any(point.value == "harness.pytest_plugin" for point in entry_points(group="pytest11")):
        monkeypatch.setenv("PYTEST_PLUGINS", "harness.pytest_plugin")
        monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)


def test_one_exchange_serves_all_tests_and_each_takes_a_key_of_its_own(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TWO_KEYS.replace("DIALECT", "reference"))
    pytester.runpytest_subprocess("-W", "error").assert_outcomes(passed=4)


def test_the_dialect_is_a_setting(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nnoncense_dialect = exmo\n")
    pytester.makepyfile(TWO_KEYS.replace("DIALECT", "exmo"))
    pytester.runpytest_subprocess("-W", "error").assert_outcomes(passed=4)


def test_the_command_line_wins_over_the_setting(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nnoncense_dialect = exmo\n")
    pytester.makepyfile(TWO_KEYS.replace("DIALECT", "bitunix"))
    pytester.runpytest_subprocess("--noncense-dialect", "bitunix").assert_outcomes(passed=4)


def test_an_unknown_dialect_is_said_in_one_line(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(mock_exchange): pass")
    result = pytester.runpytest_subprocess("--noncense-dialect", "mtgox")
    result.stdout.fnmatch_lines(["*noncense: there is no dialect 'mtgox'*"])
    assert result.ret != 0


def test_fixtures_work_in_parallel_workers(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TWO_KEYS.replace("DIALECT", "reference"))
    pytester.runpytest_subprocess("-n", "2", "--dist", "loadfile").assert_outcomes(passed=4)
