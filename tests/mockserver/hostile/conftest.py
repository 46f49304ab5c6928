"""One exchange of each dialect for all attacks on it; at the end it must have nothing to reproach itself with."""

import pytest

from mockserver import DIALECT_NAMES, MockExchange, Settings


@pytest.fixture(scope="package", params=DIALECT_NAMES)
def besieged(request):
    with MockExchange(settings=Settings(dialect=request.param, body_s=0.3, keep_alive_s=5.0)) as running:
        yield running
        assert running.own_faults == ()


@pytest.fixture(scope="package")
def exchange():
    with MockExchange(settings=Settings(body_s=0.3, keep_alive_s=5.0)) as running:
        yield running
        assert running.own_faults == ()
