"""Traffic that looks wrong and is not: several clients with one key, calls made again on purpose, secrets set wrong."""

from __future__ import annotations

import http.client
import runpy
import socket
import threading
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from harness.adapter import ClientError
from harness.cases import Call
from harness.events import Level, Status
from harness.leaks import find_leak
from harness.mutants import Adapter
from harness.observing.rows import nonces
from mockserver import Clock
from signer import Credentials, Request, sign
from tests.harness.properties.observed import request
from tests.observing import bot, watching

ACME = Path(__file__).parents[2] / "examples" / "own-dialect"
BALANCES = Call(operation="balances")


@contextmanager
def session_of(exchange, key, *, secret=None, dialect="reference"):
    session = bot.session_at(Adapter(), dialect, exchange.url, key.key, secret or key.secret)
    yield session
    session.close()


def busy(exchange, key, todo, **settings):
    with session_of(exchange, key, **settings) as session:
        bot.work(session, todo)


@pytest.mark.parametrize("dialect", ["reference", "bitunix"])
def test_several_clients_may_share_a_key(dialect):
    def act(exchange, keys):
        threads = [
            threading.Thread(target=busy, args=(exchange, keys[0], [BALANCES] * 15), kwargs={"dialect": dialect})
            for _ in range(3)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert watching.failed(watching.results_of(watching.observing(dialect), act)) == {}


def test_nonces_that_meet_out_of_order_on_several_connections_are_a_suspicion_at_most():
    def act(exchange, keys):
        for nonce in (5, 6, 3):
            exchange.set_last_nonce(keys[0], 1)
            _signed_read(exchange, keys[0], nonce)

    results = watching.results_of(watching.observing("reference", requirements=("NONCE-001", "CONC-004")), act)
    assert watching.failed(results) == {}
    assert results["NONCE-001"].status is Status.INCONCLUSIVE
    assert results["NONCE-001"].level is Level.SHOULD
    assert "--promise one_client" in results["NONCE-001"].reason


def test_the_same_nonces_convict_where_their_user_vouches_that_one_client_sent_them():
    def act(exchange, keys):
        for nonce in (5, 6, 3):
            exchange.set_last_nonce(keys[0], 1)
            _signed_read(exchange, keys[0], nonce)

    settings = watching.observing("reference", requirements=("NONCE-001",), promises=frozenset({"one_client"}))
    assert "NONCE-001" in watching.failed(watching.results_of(settings, act))


def test_calls_made_together_may_come_in_another_order_than_their_nonces_were_read_from_the_clock():
    def act(exchange, keys):
        now_ms = Clock().now_ms()
        for ahead in (0, 2, 1):
            exchange.set_last_nonce(keys[0], 1)
            _signed_read(exchange, keys[0], now_ms + ahead)

    vouched = frozenset({"one_client", "concurrent"})
    settings = watching.observing("reference", requirements=("NONCE-001", "NONCE-003"), promises=vouched)
    assert watching.failed(watching.results_of(settings, act)) == {}


@pytest.mark.parametrize(
    ("connection", "apart_ms", "together"),
    [(2, 3, True), (2, 300, True), (2, 5000, False), (1, 3, False)],
    ids=["near", "long in coming", "far", "behind"],
)
def test_a_nonce_is_used_again_by_whoever_can_have_heard_that_it_failed(connection, apart_ms, together):
    now_ms = 1_795_276_800_000
    failed = request(1, nonce=str(now_ms), at_ms=now_ms)
    later = request(2, nonce=str(now_ms), at_ms=now_ms + apart_ms, connection=connection)
    assert nonces.made_together(failed, later) is together


def test_a_user_may_place_two_equal_orders_and_one_of_them_again_when_it_failed():
    order = next(call for call in bot.script("reference") if call.operation == "place_order")

    def act(exchange, keys):
        busy(exchange, keys[0], [order] * 12)

    results = watching.results_of(watching.observing("reference", provoke=("drop_answer",), share=0.5), act)
    assert watching.failed(results) == {}
    assert results["RETRY-001"].status is Status.INCONCLUSIVE


def test_where_nothing_but_a_timestamp_makes_a_call_fresh_equal_calls_may_be_two_clients_or_two_orders():
    """The example's exchange has no nonce: calls that two clients make in one moment are the same, byte for byte."""
    client = runpy.run_path(str(ACME / "acme_client.py"))["AcmeClient"]

    def trade(exchange, key):
        mine = client(key.key, key.secret, base_url=exchange.url)
        for _ in range(12):
            with suppress(Exception):
                mine.balances()
            with suppress(Exception):
                mine.place_order("BTC/USDT", "buy", "10000", "0.01")

    def act(exchange, keys):
        threads = [threading.Thread(target=trade, args=(exchange, keys[0])) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    settings = watching.observing(str(ACME / "acme.py"), provoke=("drop_answer", "close"), share=0.5)
    assert watching.failed(watching.results_of(settings, act)) == {}


def test_a_client_may_repeat_a_safe_read_with_a_new_nonce():
    def act(exchange, keys):
        with session_of(exchange, keys[0]) as session:
            for _ in range(12):
                try:
                    session.call("balances", {})
                except ClientError:
                    bot.work(session, [BALANCES])

    everything = watching.observing("reference", provoke=(), share=0.5)
    assert watching.failed(watching.results_of(everything, act)) == {}


def test_a_secret_that_is_wrong_on_purpose_convicts_nobody():
    def act(exchange, keys):
        busy(exchange, keys[0], [BALANCES] * 4)
        busy(exchange, keys[0], [BALANCES], secret="a secret of nobody at all")

    result = watching.results_of(watching.observing("reference"), act)["SIGN-001"]
    assert (result.status, result.level) == (Status.INCONCLUSIVE, Level.SHOULD)


@pytest.mark.parametrize("spoil", [str.upper, lambda secret: f" {secret}", lambda secret: secret.encode().hex()])
def test_a_secret_that_is_spoilt_for_one_call_among_right_ones_is_a_suspicion(spoil):
    def act(exchange, keys):
        busy(exchange, keys[0], [BALANCES] * 4)
        busy(exchange, keys[0], [BALANCES], secret=spoil(keys[0].secret))

    results = watching.results_of(watching.observing("reference"), act)
    assert watching.failed(results) == {}
    assert results["SIGN-001"].status is Status.INCONCLUSIVE


def test_a_secret_that_is_spoilt_for_every_call_is_a_finding():
    def act(exchange, keys):
        busy(exchange, keys[0], [BALANCES] * 4, secret=keys[0].secret.upper())

    assert "SIGN-001" in watching.failed(watching.results_of(watching.observing("reference"), act))


@pytest.mark.parametrize("header", ["Api-Key", "Nonce", "Timestamp", "Sign"])
def test_a_call_that_lacks_a_part_among_whole_ones_convicts_nobody(header):
    def act(exchange, keys):
        busy(exchange, keys[0], [BALANCES] * 4)
        _signed_read(exchange, keys[0], 10**15, without=header)

    assert watching.failed(watching.results_of(watching.observing("reference"), act)) == {}


def test_a_program_that_ends_in_the_middle_of_a_request_is_not_convicted_of_its_length():
    def act(exchange, keys):
        busy(exchange, keys[0], [BALANCES])
        before = exchange.journal.last_number
        with socket.create_connection(("127.0.0.1", exchange.port), timeout=30) as line:
            head = b"POST /v1/orders HTTP/1.1\r\nHost: here\r\nUser-Agent: bot/1.0\r\nContent-Length: 90\r\n\r\n"
            line.sendall(head + b"{")
        assert exchange.journal.wait_past(before, timeout_s=30)

    results = watching.results_of(watching.observing("reference"), act)
    assert watching.failed(results) == {}
    assert results["ENC-006"].status is Status.INCONCLUSIVE


@pytest.mark.parametrize("off_ms", [-400_000, -100_000, 100_000, 400_000])
def test_a_clock_that_is_a_little_off_may_be_off_on_purpose(off_ms):
    def act(exchange, keys):
        busy(exchange, keys[0], [BALANCES] * 2)
        _signed_read(exchange, keys[0], 10**15, timestamp_ms=exchange.clock.now_ms() + off_ms)

    results = watching.results_of(watching.observing("reference"), act)
    assert watching.failed(results) == {}
    assert results["TIME-001"].status is Status.INCONCLUSIVE


def test_equal_calls_with_a_stopped_clock_spin_only_where_the_user_vouches_that_he_made_one():
    def act(exchange, keys):
        for _ in range(14):
            exchange.set_last_nonce(keys[0], 1)
            _signed_read(exchange, keys[0], 1_577_836_800_000, timestamp_ms=1_577_836_800_000)

    assert "TIME-005" not in watching.failed(watching.results_of(watching.observing("reference"), act))
    promised = watching.observing("reference", promises=frozenset({"once"}))
    assert "TIME-005" in watching.failed(watching.results_of(promised, act))


def test_key_and_secret_that_were_swapped_stand_in_no_report():
    def act(exchange, keys):
        busy(exchange, Credentials(key=keys[0].secret, secret=keys[0].key), [BALANCES])
        act.secret = keys[0].secret

    reason = watching.results_of(watching.observing("reference"), act)["SIGN-001"].reason
    assert "keys that nobody named" in reason
    assert find_leak(act.secret, reason) is None


def test_where_no_signature_verifies_and_nothing_explains_it_nothing_can_be_said():
    def act(exchange, keys):
        busy(exchange, keys[0], [BALANCES] * 4, secret="a secret of nobody at all")

    result = watching.results_of(watching.observing("reference"), act)["SIGN-001"]
    assert (result.status, result.level) == (Status.INCONCLUSIVE, Level.MUST)
    assert "is the command's secret" in result.reason


def test_a_clock_that_a_test_stopped_years_ago_convicts_nobody():
    def act(exchange, keys):
        for _ in range(3):
            exchange.set_last_nonce(keys[0], 1)
            _signed_read(exchange, keys[0], 1_577_836_800_000, timestamp_ms=1_577_836_800_000)

    assert watching.failed(watching.results_of(watching.observing("reference"), act)) == {}


def test_keys_that_nobody_named_are_named_where_nothing_else_came():
    stranger = Credentials(key="KEY-OF-A-STRANGER", secret="unheard of")

    def act(exchange, keys):
        busy(exchange, stranger, [BALANCES])

    results = watching.results_of(watching.observing("reference"), act)
    assert watching.failed(results) == {}
    assert results["SIGN-001"].status is Status.INCONCLUSIVE
    assert "KEY-OF-A-STRANGER" in results["SIGN-001"].reason


def test_a_second_key_of_the_command_is_judged_by_itself():
    own = (Credentials(key="FIRST-KEY-1", secret="one secret"), Credentials(key="SECOND-KEY-2", secret="another one"))

    def act(exchange, keys):
        for key in keys:
            busy(exchange, key, [BALANCES] * 2)

    results = watching.results_of(watching.observing("reference", keys=own), act)
    assert watching.failed(results) == {}
    assert results["CRED-003"].status is Status.PASSED


def test_a_key_used_with_the_other_keys_secret_is_a_finding():
    own = (Credentials(key="FIRST-KEY-1", secret="one secret"), Credentials(key="SECOND-KEY-2", secret="another one"))

    def act(exchange, keys):
        for key in keys:
            busy(exchange, key, [BALANCES] * 2, secret="one secret")

    assert "CRED-003" in watching.failed(watching.results_of(watching.observing("reference", keys=own), act))


def _signed_read(exchange, key, nonce, *, timestamp_ms=None, without=""):
    """Read the balances on a connection of its own, with a nonce of the test's choosing, and perhaps less a header."""
    signed = sign(
        exchange.dialect.scheme,
        Request(method="GET", target=b"/v1/balances", headers=(), body=b""),
        Credentials(key=key.key, secret=key.secret),
        nonce=nonce,
        timestamp_ms=exchange.clock.now_ms() if timestamp_ms is None else timestamp_ms,
    )
    connection = http.client.HTTPConnection("127.0.0.1", exchange.port, timeout=30)
    headers = {name.decode(): value.decode() for name, value in signed.request.headers}
    headers.pop(without, None)
    connection.request("GET", "/v1/balances", headers={**headers, "User-Agent": "acme/1.0"})
    connection.getresponse().read()
    connection.close()
