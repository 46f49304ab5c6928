"""When a fault strikes: schedules that are known before anything comes, and aims at operations and endpoints."""

import pytest

from mockserver import SettingsError
from tests.mockserver.raw_client import an_order, ask, signed

TIME = b"GET /v1/time HTTP/1.1\r\nHost: x\r\n\r\n"


def struck(exchange, key, count, **plan):
    """Return which of so many requests were struck, from 1, and the fault."""
    fault = exchange.faults.add(key=key, fault="status", at="before_gate", **plan)
    statuses = [ask(exchange, signed(exchange, key)).status for _ in range(count)]
    fault.remove()
    return tuple(number for number, status in enumerate(statuses, 1) if status == 503), fault


def test_every_third_request_is_struck(exchange, key):
    assert struck(exchange, key, 9, every=3, times=None)[0] == (3, 6, 9)


def test_requests_that_pass_first_are_not_counted_for_every_so_manieth(exchange, key):
    assert struck(exchange, key, 8, skip=2, every=2, times=2)[0] == (4, 6)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_probable_fault_strikes_as_its_schedule_said_before(exchange, key, seed):
    numbers, fault = struck(exchange, key, 12, probability=0.5, seed=seed, times=None)
    assert numbers == fault.schedule(12)
    assert 0 < len(numbers) < 12


def test_schedules_differ_by_seed_and_not_by_anything_else(exchange, key):
    first, second, third = (
        exchange.faults.add(key=key, fault="status", probability=0.5, seed=seed, times=None) for seed in (1, 1, 2)
    )
    schedules = [fault.schedule(64) for fault in (first, second, third)]
    exchange.faults.clear(key)
    assert schedules[0] == schedules[1] != schedules[2]


@pytest.mark.parametrize(("probability", "expected"), [(0, ()), (1, (1, 2, 3)), (1.0, (1, 2, 3))])
def test_a_probability_may_be_none_at_all_or_certainty(exchange, key, probability, expected):
    assert struck(exchange, key, 3, probability=probability, times=None)[0] == expected


def test_a_schedule_ends_where_its_fault_is_spent(exchange, key):
    fault = exchange.faults.add(key=key, fault="status", every=2, times=3)
    assert fault.schedule(100) == (2, 4, 6)
    fault.remove()


def test_a_fault_may_be_for_several_operations(exchange, key):
    fault = exchange.faults.add(
        key=key, fault="status", operation=["place_order", "open_orders"], at="before_gate", times=None
    )
    assert ask(exchange, signed(exchange, key)).status == 200
    assert ask(exchange, an_order(exchange, key)).status == 503
    fault.remove()
    assert (fault.seen, fault.struck) == (1, 1)


def test_a_fault_may_be_for_an_endpoint_of_the_dialect(exchange, key):
    fault = exchange.faults.add(fault="status", endpoint="GET /v1/time", at="before_gate", times=None)
    assert ask(exchange, TIME).status == 503
    assert ask(exchange, signed(exchange, key)).status == 200
    fault.remove()


@pytest.mark.parametrize(
    "plan",
    [
        {"every": 0},
        {"probability": 1.5},
        {"probability": -0.1},
        {"probability": float("nan")},
        {"skip": -1},
        {"times": -1},
        {"endpoint": "GET /v1/nowhere"},
        {"endpoint": ["GET /v1/time", "GET /v1/nowhere"]},
        {"operation": []},
        {"operation": [1]},
        {"operation": "place_ordr"},
        {"operation": ["place_order", "orders"]},
        {"status": 99},
        {"status": True},
        {"body": "nonsense"},
        {"colour": "red"},
        {"retry_after": []},
        {"at": "at_connect"},
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_when_it_is_made(exchange, plan):
    with pytest.raises(SettingsError):
        exchange.faults.add(fault="status", **plan)


@pytest.mark.parametrize(
    "plan",
    [
        {"fault": "interim", "status": 101},
        {"fault": "interim", "status": 200},
        {"fault": "json", "how": "strangely"},
        {"fault": "json", "field": 1},
        {"fault": "gzip", "size": 2**40},
        {"fault": "drift", "ppm": -2_000_000},
        {"fault": "drift", "whole": 1},
        {"fault": "skew", "at": "after_handler"},
        {"fault": "shut", "at": "before_gate"},
        {"fault": "shut", "key": "k"},
        {"fault": "close", "at": "at_connect", "operation": "ticker"},
        {"fault": "hold", "order": [True]},
        {"fault": "drop_answer", "ms": 1},
    ],
)
def test_each_kind_takes_its_own_settings_and_no_others(exchange, plan):
    with pytest.raises(SettingsError):
        exchange.faults.add(**plan)


def test_all_faults_are_listed_those_that_are_over_too(exchange, key):
    spent = exchange.faults.add(key=key, fault="status", at="before_gate")
    waiting = exchange.faults.add(key=key, fault="status", operation="withdraw")
    ask(exchange, signed(exchange, key))
    listed = {fault.number: fault for fault in exchange.faults.all()}
    assert (listed[spent.number].spent, listed[waiting.number].spent) == (True, False)
    assert list(listed) == sorted(listed)
    waiting.remove()
