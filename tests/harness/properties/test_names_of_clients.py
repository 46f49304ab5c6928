"""What names a client and its version in a User-Agent, and what names its library alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.cases import Case
from harness.drivers.driver import Succeeded
from harness.judging import Broken
from harness.properties.placement import names_itself
from tests.harness.properties.observed import READ, observed, request


def told(agent: str) -> bool:
    entry = request(1, operation="balances")
    headers = ((b"User-Agent", agent.encode()),)
    entry = replace(entry, request=replace(entry.request, headers=headers))
    return isinstance(names_itself(Case(steps=(READ,)), observed(READ, Succeeded(value={}), [entry])), Broken)


@pytest.mark.parametrize(
    "agent", ["poloniex-api-node 2.0.2", "my-client/1.4.0", "my-client v1.4 python-requests/2.34.2"]
)
def test_a_name_with_its_version_is_enough(agent):
    assert not told(agent)


@pytest.mark.parametrize(
    "agent", ["python-requests/2.34.2", "Python 3.11", "node-poloniex-unofficial|trading.js", "a 7th"]
)
def test_a_library_or_a_name_alone_is_not(agent):
    assert told(agent)
