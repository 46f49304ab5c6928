"""Harm to the server's clock: skew, steps and drift, for one key or for everybody, at a planned moment."""

import pytest

from mockserver import Clock, MockExchange, SettingsError
from mockserver.clock import FASTEST_PPM, LATEST_MS, SLOWEST_PPM, KeyTime
from signer import Request, sign
from tests.mockserver.raw_client import ask, signed

TIME = b"GET /v1/time HTTP/1.1\r\nHost: x\r\n\r\n"
NOW_MS = 1_700_000_000_000


@pytest.fixture
def frozen():
    with MockExchange("bitunix") as running:
        running.clock.freeze(NOW_MS)
        yield running
        assert running.own_faults == ()


def account(exchange, key, at_ms=NOW_MS, nonce=[0]):  # noqa: B006 - a counter
    nonce[0] += 1
    request = Request(method="GET", target=b"/api/spot/v1/user/account", headers=(), body=b"")
    scheme = exchange.dialect.scheme
    made = sign(scheme, request, key.credentials, nonce=f"{nonce[0]:032d}", timestamp_ms=at_ms)
    return made.request


def said(reply):
    return reply.json["code"]


def test_a_skew_is_for_one_request(frozen):
    key = frozen.create_key()
    fault = frozen.faults.add(key=key, fault="skew", ms=3_600_000, skip=1)
    codes = [said(ask(frozen, account(frozen, key))) for _ in range(3)]
    assert fault.struck == 1
    assert codes[0] == codes[2] != codes[1]
    assert frozen.journal.of(key)[1].refused.refusal == "timestamp_outside_window"


def test_a_step_stays_and_is_for_its_key_alone(frozen):
    key, other = frozen.create_key(), frozen.create_key()
    frozen.faults.add(key=key, fault="step", ms=-3_600_000, skip=1)
    codes = [said(ask(frozen, account(frozen, key))) for _ in range(3)]
    assert codes[0] != codes[1] == codes[2]
    assert said(ask(frozen, account(frozen, other))) == codes[0]
    assert said(ask(frozen, account(frozen, key, NOW_MS - 3_600_000))) == codes[0]
    assert (frozen.clock.now_ms(key), frozen.clock.now_ms()) == (NOW_MS - 3_600_000, NOW_MS)


def test_a_step_of_the_whole_server_is_for_everybody(frozen):
    key, other = frozen.create_key(), frozen.create_key()
    frozen.faults.add(key=key, fault="step", ms=3_600_000, whole=True)
    assert said(ask(frozen, account(frozen, key))) == said(ask(frozen, account(frozen, other)))
    assert frozen.clock.now_ms() == NOW_MS + 3_600_000


def test_the_date_follows_the_time_that_a_key_is_shown(frozen):
    key = frozen.create_key()
    frozen.clock.set_offset(ms=-3_600_000, key=key)
    assert ask(frozen, account(frozen, key)).headers["date"] == "Tue, 14 Nov 2023 21:13:20 GMT"
    frozen.clock.forget(key)
    assert ask(frozen, account(frozen, key)).headers["date"] == "Tue, 14 Nov 2023 22:13:20 GMT"


def test_a_drift_is_planned_for_a_key_and_grows_with_the_servers_clock(frozen):
    key = frozen.create_key()
    frozen.faults.add(key=key, fault="drift", ppm=20_000)
    ask(frozen, account(frozen, key))
    frozen.clock.shift(ms=1_000_000)
    assert frozen.clock.now_ms(key) - frozen.clock.now_ms() == 20_000


def test_a_drift_of_the_whole_server_is_seen_in_its_clock(exchange, key):
    exchange.faults.add(key=key, fault="drift", ppm=500_000, whole=True)
    ask(exchange, signed(exchange, key))
    assert exchange.clock.drift_ppm == 500_000
    exchange.clock.set_offset(ms=0)
    assert exchange.clock.drift_ppm == 0


def test_a_step_beyond_the_calendar_changes_nothing(frozen):
    key = frozen.create_key()
    for kind in ("step", "skew"):
        fault = frozen.faults.add(key=key, fault=kind, ms=LATEST_MS)
        assert said(ask(frozen, account(frozen, key))) == "0"
        assert fault.struck == 1


# The clock itself, on a machine whose own clock is the test's.


@pytest.fixture
def machine(monkeypatch):
    class Machine:
        now_s = 1_000_000.0

    monkeypatch.setattr("mockserver.clock.time.time", lambda: Machine.now_s)
    return Machine


def test_a_clock_gains_what_it_drifts(machine):
    clock = Clock()
    clock.drift(ppm=20_000)
    machine.now_s += 100
    assert (clock.now_ms(), clock.offset_ms) == (1_000_102_000, 2_000)


def test_what_was_gained_is_kept_when_the_drift_changes(machine):
    clock = Clock()
    clock.drift(ppm=20_000)
    machine.now_s += 100
    clock.drift(ppm=0)
    machine.now_s += 100
    assert (clock.now_ms(), clock.drift_ppm) == (1_000_202_000, 0)


def test_a_clock_may_stand_still_or_run_a_thousand_times_as_fast(machine):
    slow, fast = Clock(), Clock()
    slow.drift(ppm=SLOWEST_PPM)
    fast.drift(ppm=FASTEST_PPM)
    machine.now_s += 1
    assert (slow.now_ms(), fast.now_ms()) == (1_000_000_000, 1_001_000_000)


def test_a_frozen_clock_drifts_once_it_runs(machine):
    clock = Clock()
    clock.drift(ppm=20_000)
    clock.freeze(5_000)
    machine.now_s += 100
    assert clock.now_ms() == 5_000
    clock.run()
    machine.now_s += 100
    assert clock.now_ms() == 107_000


def test_a_drifting_clock_stays_within_the_calendar(machine):
    clock = Clock()
    clock.freeze(LATEST_MS)
    clock.run()
    clock.drift(ppm=FASTEST_PPM)
    machine.now_s += 10
    assert clock.now_ms() == LATEST_MS
    clock.shift(ms=-1)
    assert KeyTime(offset_ms=-1, drift_ppm=0, since_ms=0).at(0) == 0


@pytest.mark.parametrize("ppm", [SLOWEST_PPM - 1, FASTEST_PPM + 1])
def test_a_clock_never_runs_backwards_nor_at_any_speed(ppm):
    clock = Clock()
    with pytest.raises(SettingsError):
        clock.drift(ppm=ppm)
    with pytest.raises(SettingsError):
        clock.drift_key("k", ppm=ppm)


def test_a_keys_time_is_shifted_from_what_it_was_shown(machine):
    clock = Clock()
    clock.shift_key("k", ms=500)
    clock.drift_key("k", ppm=1_000_000)
    machine.now_s += 1
    assert clock.now_for("k") - clock.now_ms() == 1_500
    clock.shift_key("k", ms=-500)
    assert clock.now_for("k") - clock.now_ms() == 1_000
    machine.now_s += 1
    assert clock.now_for("k") - clock.now_ms() == 2_000
    clock.set_key_offset("k", ms=7)
    assert (clock.now_for("k") - clock.now_ms(), clock.now_for(None), clock.now_for("j")) == (
        7,
        clock.now_ms(),
        clock.now_ms(),
    )


@pytest.mark.parametrize("ms", [-LATEST_MS, LATEST_MS])
def test_a_keys_time_stays_within_the_calendar(ms):
    clock = Clock()
    with pytest.raises(SettingsError):
        clock.shift_key("k", ms=ms)
    with pytest.raises(SettingsError):
        clock.set_key_offset("k", ms=ms)
    assert clock.keys == {}
