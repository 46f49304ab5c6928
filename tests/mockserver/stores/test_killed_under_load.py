"""kill -9 in the middle of everything: what was answered is kept, whatever was under way."""

import pytest

from tests.mockserver.stores.crash import Crash


@pytest.mark.parametrize("market_maker", [False, True])
def test_nothing_that_was_answered_is_lost_when_the_process_is_killed(tmp_path, market_maker):
    crash = Crash(f"sqlite:{tmp_path / 'exchange.db'}", seed=7, market_maker=market_maker)
    for _ in range(2):
        assert crash.round() > 0
    crash.look()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("durable", ["", "?durable=full"])
def test_nothing_is_lost_in_round_after_round(tmp_path, seed, durable):
    crash = Crash(f"sqlite:{tmp_path / 'exchange.db'}{durable}", seed=seed, market_maker=seed % 2 == 1)
    for _ in range(5):
        assert crash.round() > 0
        crash.look()
