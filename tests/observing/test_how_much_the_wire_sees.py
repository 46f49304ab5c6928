"""How many wrong clients are caught by the wire alone, and that the right one never is: all of them, over and over."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from harness.events import Status
from harness.mutants import MISTAKES, Adapter, Mistake, adapter_with
from harness.observing.rows import RULES
from mockserver import DIALECT_NAMES
from tests.observing import bot, watching

pytestmark = pytest.mark.slow

EVERYTHING_VOUCHED = frozenset({"once", "one_client", "concurrent", "retries"})
#: Of the wrong clients whose requirement the wire exercised, so many per cent have to be caught.
FLOOR_PERCENT = 80
#: And so many at least, so that nobody reaches the floor by exercising less.
LEAST = 90


def decided_by_the_wire() -> Iterator[Mistake]:
    ruled = {rule.requirement for rule in RULES}
    return (mistake for mistake in MISTAKES if mistake.kills in ruled and set(mistake.dialects) & set(DIALECT_NAMES))


def at_work(adapter, dialect, *, rounds):
    def act(exchange, keys):
        session = bot.session_at(adapter, dialect, exchange.url, keys[0].key, keys[0].secret)
        for _ in range(rounds):
            bot.work(session, bot.script(dialect))
        session.close()

    return act


def test_most_wrong_clients_that_were_exercised_are_caught():
    caught, missed = [], []
    for mistake in decided_by_the_wire():
        dialect = next(name for name in mistake.dialects if name in DIALECT_NAMES)
        settings = watching.observing(
            dialect, provoke=(), promises=EVERYTHING_VOUCHED, requirements=(mistake.kills,), share=0.34
        )
        result = watching.results_of(settings, at_work(adapter_with(mistake), dialect, rounds=6))[mistake.kills]
        if result.status is Status.FAILED:
            caught.append(mistake.name)
        elif result.status is not Status.SKIPPED:
            missed.append(f"{mistake.kills} {mistake.name}: {result.status.value}, {result.reason}")
    print(f"{len(caught)} wrong clients were caught by the wire alone; missed though exercised:", *missed, sep="\n  ")
    assert len(caught) >= LEAST
    assert len(caught) * 100 >= FLOOR_PERCENT * (len(caught) + len(missed))


@pytest.mark.parametrize("dialect", DIALECT_NAMES)
@pytest.mark.parametrize("profile", ["documented", "observed"])
@pytest.mark.parametrize("promises", [frozenset(), EVERYTHING_VOUCHED], ids=["nothing vouched", "everything vouched"])
def test_the_right_client_is_never_convicted_whatever_the_seed(dialect, profile, promises):
    numbers = count(1)
    for _ in range(5):
        settings = watching.observing(
            dialect, profile=profile, promises=promises, provoke=(), seed=next(numbers), share=0.34
        )
        results = watching.results_of(settings, at_work(Adapter(), dialect, rounds=3))
        assert watching.failed(results) == {}, f"seed {settings.seed}"
        assert {name: one.reason for name, one in results.items() if one.status is Status.INCONCLUSIVE} == {}
