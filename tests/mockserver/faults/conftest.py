"""One exchange per kind of loop for a whole file of faults, and a key of one's own for each test."""

import pytest

from mockserver import MockExchange, Settings


@pytest.fixture(scope="module", params=["uvloop", "asyncio"])
def exchange(request):
    with MockExchange(settings=Settings(uvloop=request.param == "uvloop")) as running:
        yield running
        assert running.own_faults == ()


@pytest.fixture
def key(exchange):
    return exchange.create_key(private_venue=True)
