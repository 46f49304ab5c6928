"""The pytest plugin: a mock exchange for a client's own tests.

Nothing heavy is imported before a test asks for it, so that other people's test runs start as fast as before.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mockserver import KeyHandle, MockExchange

_DIALECT = "noncense_dialect"
_PROFILE = "noncense_profile"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the choice of the exchange, on the command line and in the project's settings."""
    group = parser.getgroup("noncense", "mock exchange")
    group.addoption("--noncense-dialect", metavar="NAME", help="the exchange that the fixture mock_exchange plays")
    parser.addini(_DIALECT, "the exchange that the fixture mock_exchange plays", default="reference")
    parser.addini(_PROFILE, "documented or observed: which of its faces it shows", default="documented")


@pytest.fixture(scope="session")
def mock_exchange(pytestconfig: pytest.Config) -> Iterator[MockExchange]:
    """Run one mock exchange for all tests; what keeps them apart is that each takes a key of its own.

    The dialect is `--noncense-dialect`, or the setting `noncense_dialect`, or `reference`.
    """
    from mockserver import MockExchange, SettingsError

    dialect = pytestconfig.getoption("--noncense-dialect") or pytestconfig.getini(_DIALECT)
    try:
        exchange = MockExchange(dialect, profile=pytestconfig.getini(_PROFILE))
    except SettingsError as problem:
        raise pytest.UsageError(f"noncense: {problem}") from problem
    with exchange:
        yield exchange


@pytest.fixture
def exchange_key(mock_exchange: MockExchange) -> KeyHandle:
    """Make a fresh key, with an account of its own that may read and trade."""
    return mock_exchange.create_key()
