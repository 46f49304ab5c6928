"""Where a timestamp alone makes a request fresh, two attempts in one tick are one text, and that is no replay."""

import pytest

from harness.cases import Arm
from harness.properties.retries import dropped_connections, tick_ms, would_differ
from mockserver import Entry, dialect_named
from signer import Request, TimeRule
from tests.harness.properties.observed import setting
from tests.own_dialect.acme import ACME, scheme

MS = 1_000_000


def entry(answered_ns: int) -> Entry:
    request = Request(method="GET", target=b"/")
    return Entry(number=1, connection=1, server_ms=0, arrived_ns=7, request=request, answered_ns=7 + answered_ns)


@pytest.mark.parametrize(
    ("write", "tick"), [(str, 1), (lambda ms: str(ms // 1000), 1000), (lambda ms: f"{ms / 1000:.2f}", 10)]
)
def test_a_tick_is_as_long_as_the_unit_of_the_timestamp(write: object, tick: int) -> None:
    rule = TimeRule(parse=int, past_ms=1, future_ms=1, unit="x", write=write)  # type: ignore[arg-type]
    assert tick_ms(rule) == tick


def test_only_what_was_answered_a_tick_later_must_have_been_stamped_anew() -> None:
    assert not would_differ(entry(MS - 1), scheme())
    assert would_differ(entry(MS), scheme())
    assert would_differ(entry(0), dialect_named("bitunix").scheme)
    assert would_differ(entry(0), dialect_named("poloniex").scheme)


def test_where_it_matters_the_request_waits_for_the_next_tick() -> None:
    waits = [step for case in dropped_connections(setting(ACME)) for step in case.steps if _is_delay(step)]
    assert waits
    assert all(step.settings["ms"] > tick_ms(scheme().time_rule) for step in waits)  # type: ignore[attr-defined, arg-type]
    ours = [step for case in dropped_connections(setting("bitunix")) for step in case.steps]
    assert not any(map(_is_delay, ours))


def _is_delay(step: object) -> bool:
    return isinstance(step, Arm) and step.fault == "delay"
