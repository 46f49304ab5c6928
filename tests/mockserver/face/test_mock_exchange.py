"""MockExchange from Python: in a thread, in a loop, from many threads, with its clock and its certificates."""

import asyncio
import http.client
import ssl
import threading

import pytest
from freezegun import freeze_time

import mockserver
from mockserver import Clock, LedgerError, MockExchange, NotRunning, Profile, Settings, SettingsError
from tests.mockserver.raw_client import Caller, an_order, ask, signed, travelling

TIME = b"GET /v1/time HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture(scope="module")
def exchange():
    with MockExchange("reference") as running:
        yield running


def test_every_public_name_can_be_had():
    for name in mockserver.__all__:
        assert getattr(mockserver, name) is not None
    with pytest.raises(AttributeError):
        _ = mockserver.nothing


@pytest.mark.parametrize("name", mockserver.DIALECT_NAMES)
@pytest.mark.parametrize("profile", list(Profile))
def test_every_dialect_starts_under_both_profiles(name, profile):
    with MockExchange(name, profile=profile) as running:
        assert running.dialect.name == name
        assert running.profile is profile
        assert running.url == f"http://127.0.0.1:{running.port}"
        key = running.create_key()
        assert key.secret not in repr(key)


def test_an_unknown_dialect_is_named_in_one_line():
    with pytest.raises(SettingsError, match="there are reference, poloniex, exmo, bitunix"):
        MockExchange("kraken")


def test_it_is_not_running_before_and_after():
    idle = MockExchange()
    with pytest.raises(NotRunning):
        _ = idle.url
    with idle:
        port = idle.port
        assert ask(idle, TIME).status == 200
    with pytest.raises(ConnectionRefusedError):
        Caller(port)


def test_it_can_be_asked_when_it_has_ended():
    with MockExchange() as running:
        key = running.create_key()
        ask(running, an_order(running, key))
    assert len(running.orders(key)) == 1
    assert running.journal.last_number == 1


def test_it_runs_in_the_callers_own_loop():
    async def main():
        async with MockExchange() as running:
            key = running.create_key()
            running.faults.add(key=key, fault="status", at="before_gate")
            reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
            writer.write(travelling(signed(running, key)))
            assert b" 503 " in await reader.readline()
            writer.close()
            await writer.wait_closed()
            assert running.journal.of(key)[-1].fault is not None

    asyncio.run(main())


def test_a_busy_port_is_reported_and_leaves_no_thread(exchange):
    before = threading.active_count()
    with pytest.raises(OSError, match="address already in use"):
        MockExchange(port=exchange.port).__enter__()
    assert threading.active_count() == before


def test_exchanges_of_one_seed_hand_out_the_same_credentials():
    with MockExchange(seed=7) as first, MockExchange(seed=7) as second, MockExchange(seed=8) as third:
        drawn = [running.create_key().secret for running in (first, second, third)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_another_address_leads_to_the_same_exchange(exchange):
    key = exchange.create_key()
    port = int(exchange.other_url.rsplit(":", 1)[1])
    assert port != exchange.port
    with Caller(port) as caller:
        assert caller.send(travelling(signed(exchange, key))).reply().status == 200
    assert len(exchange.journal.of(key)) == 1
    assert exchange.other_url.endswith(str(port))


def test_many_threads_may_steer_it_at_once(exchange):
    keys, errors = [], []

    def steer():
        try:
            for _ in range(20):
                key = exchange.create_key(private_venue=True)
                exchange.faults.add(key=key, fault="delay").remove()
                exchange.set_last_nonce(key, 3)
                assert exchange.last_nonce(key) == 3
                assert ask(exchange, signed(exchange, key)).status == 200
                keys.append(key.key)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=steer) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(set(keys)) == 80


def test_no_request_is_served_within_a_moment(exchange):
    answers = []
    asking = threading.Thread(target=lambda: answers.append(ask(exchange, TIME)))

    def moment():
        before = exchange.journal.last_number
        asking.start()
        asking.join(0.2)
        return before, exchange.journal.last_number, exchange.create_key()

    before, after, key = exchange.at_once(moment)
    asking.join(10)
    assert (after, answers[0].status) == (before, 200)
    assert exchange.balances(key)


def test_given_credentials_are_used_and_cannot_be_given_twice(exchange):
    key = exchange.create_key(key="mine", secret="my secret")
    assert ask(exchange, signed(exchange, key)).status == 200
    with pytest.raises(SettingsError, match="mine"):
        exchange.create_key(key="mine")


def test_credentials_may_exist_from_the_start():
    from signer import Credentials

    pair = Credentials(key="k", secret="s")
    with MockExchange(settings=Settings(credentials=(pair,))) as running:
        from mockserver import KeyHandle

        key = KeyHandle(key="k", secret="s", permissions=frozenset(), account=1)
        assert ask(running, signed(running, key)).status == 200


@pytest.mark.parametrize(
    "settings",
    [{"permissions": {"fly"}}, {"addresses": ["x"]}, {"state": "asleep"}, {"account_of": "nobody"}],
)
def test_a_key_that_makes_no_sense_is_refused(exchange, settings):
    with pytest.raises(SettingsError):
        exchange.create_key(**settings)


def test_a_balance_of_no_currency_is_refused(exchange):
    with pytest.raises(LedgerError):
        exchange.create_key(balances={"XXX": "1"})


def test_a_revoked_key_is_shut_out_and_may_be_activated_again(exchange):
    key = exchange.create_key()
    exchange.revoke(key)
    assert ask(exchange, signed(exchange, key)).code == "inactive_key"
    exchange.activate(key)
    assert ask(exchange, signed(exchange, key)).status == 200


def test_a_private_venue_is_nobody_elses(exchange):
    alone = [exchange.create_key(private_venue=True, order_id_start=500) for _ in range(2)]
    for key in alone:
        assert ask(exchange, an_order(exchange, key)).json["order_id"] == "500"
    assert [order.order_id for order in exchange.orders(alone[0])] == [500]
    assert exchange.balances(alone[0])["USDT"].held > 0
    assert exchange.withdrawals(alone[0]) == ()


def test_the_clock_is_shifted_relative_to_now_and_set_relative_to_the_machine(exchange):
    before = exchange.clock.now_ms()
    exchange.clock.shift(ms=61_000)
    exchange.clock.shift(ms=1_000)
    assert 62_000 <= exchange.clock.now_ms() - before < 70_000
    exchange.clock.set_offset(ms=5)
    assert exchange.clock.offset_ms == 5
    exchange.clock.set_offset(ms=0)


def test_a_frozen_clock_stands_still_until_it_runs_again():
    clock = Clock()
    clock.freeze(1_000)
    assert (clock.now_ms(), clock.now_ms()) == (1_000, 1_000)
    clock.shift(ms=-1)
    assert clock.now_ms() == 999
    clock.step(to_ms=2_000)
    assert clock.now_ms() == 2_000
    clock.run()
    assert 2_000 <= clock.now_ms() < 60_000


@pytest.mark.parametrize("uvloop", [True, False])
def test_who_freezes_time_by_freezegun_sees_the_exchange_frozen_too(uvloop):
    with (
        MockExchange(settings=Settings(uvloop=uvloop)) as running,
        freeze_time("2031-05-06 07:08:09", real_asyncio=True) as frozen,
    ):
        assert ask(running, TIME).json == {"server_time": 1_935_817_689_000}
        frozen.tick(61)
        assert ask(running, TIME).json == {"server_time": 1_935_817_750_000}
        assert ask(running, TIME).headers["date"] == "Tue, 06 May 2031 07:09:10 GMT"
        key = running.create_key()
        assert ask(running, signed(running, key)).status == 200


def test_a_clock_of_ones_own_is_asked():
    clock = Clock()
    clock.freeze(42)
    with MockExchange(clock=clock) as running:
        assert ask(running, TIME).json == {"server_time": 42}


def test_maintenance_and_rates_are_switched(exchange):
    exchange.maintenance = True
    assert (exchange.maintenance, ask(exchange, TIME).status) == (True, 503)
    exchange.maintenance = False
    exchange.rate_limits = True
    key = exchange.create_key()
    exchange.clock.freeze()
    try:
        statuses = [ask(exchange, signed(exchange, key)).status for _ in range(11)]
    finally:
        exchange.rate_limits = False
        exchange.clock.set_offset(ms=0)
    assert statuses == [200] * 10 + [429]


def test_a_frozen_account_and_make_up_credentials(exchange):
    stranger = exchange.make_credentials()
    assert stranger.secret not in repr(stranger)
    assert exchange.journal.of(stranger.key) == ()
    key = exchange.create_key()
    exchange.freeze_account(key)
    exchange.freeze_account(key, frozen=False)
    assert ask(exchange, signed(exchange, key)).status == 200


def test_waiting_for_a_request_ends_in_time(exchange):
    number = exchange.journal.last_number
    assert not exchange.journal.wait_past(number, timeout_s=0.01)
    thread = threading.Thread(target=ask, args=(exchange, TIME))
    thread.start()
    assert exchange.journal.wait_past(number, timeout_s=30)
    thread.join()


def test_tls_is_spoken_with_a_certificate_of_its_own_authority():
    with MockExchange(tls=True) as running:
        assert running.url.startswith("https://")
        trusting = ssl.create_default_context(cafile=running.ca_file)
        connection = http.client.HTTPSConnection("127.0.0.1", running.port, context=trusting, timeout=30)
        connection.request("GET", "/v1/time")
        assert connection.getresponse().status == 200
        connection.close()
        doubting = http.client.HTTPSConnection("127.0.0.1", running.port, timeout=30)
        with pytest.raises(ssl.SSLCertVerificationError):
            doubting.request("GET", "/v1/time")
        doubting.close()
        key = running.create_key()
        running.faults.add(key=key, fault="reset")
        cut = http.client.HTTPSConnection("127.0.0.1", running.port, context=trusting, timeout=30)
        request = signed(running, key)
        cut.request("GET", "/v1/balances", headers={n.decode(): v.decode() for n, v in request.headers})
        with pytest.raises((ConnectionResetError, ssl.SSLEOFError, http.client.RemoteDisconnected)):
            cut.getresponse()
        cut.close()
