"""kill -9 in the middle of everything: what was answered is kept, whatever was under way."""

import pytest

from tests.mockserver.stores.crash import Crash

#: Bytes: so little that a rush goes on while they are put away, again and again.
LITTLE = 3_000


@pytest.mark.parametrize(("market_maker", "intake"), [(False, LITTLE), (True, 2**23)])
def test_nothing_that_was_answered_is_lost_when_the_process_is_killed(tmp_path, market_maker, intake):
    crash = Crash(f"sqlite:{tmp_path / 'exchange.db'}", seed=7, market_maker=market_maker, intake=intake)
    for _ in range(2):
        assert crash.round() > 0
    crash.look()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("durable", ["", "?durable=full"])
def test_nothing_is_lost_in_round_after_round(tmp_path, seed, durable):
    where = f"sqlite:{tmp_path / 'exchange.db'}{durable}"
    crash = Crash(where, seed=seed, market_maker=seed % 2 == 1, intake=2**23 if seed % 3 == 0 else LITTLE)
    for _ in range(5):
        assert crash.round() > 0
        crash.look()
