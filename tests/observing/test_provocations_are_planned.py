"""Which calls are struck, and how: by seed alone, and no more than was asked for."""

from __future__ import annotations

import http.client
from contextlib import suppress

import pytest

from harness.adapter import ClientError
from harness.mutants import Adapter
from harness.observing.provoking import PROVOCATIONS, Calls, endpoints_of, strikes, struck_by
from mockserver import DIALECT_NAMES, Access, dialect_named
from signer import Credentials, Request, sign
from tests.observing import bot, watching


def planned(dialect="reference", *, seed=1, share=0.2, names=(), calls=Calls.READING, blocks=40):
    return strikes(dialect_named(dialect), seed=seed, names=names, share=share, calls=calls, blocks=blocks)


def reading(times, dialect="reference"):
    """Return what makes so many reads, each once, whatever becomes of them."""

    def act(exchange, keys):
        session = bot.session_at(Adapter(), dialect, exchange.url, keys[0].key, keys[0].secret)
        for _ in range(times):
            try:
                session.call("deposit_address", {"currency": "BTC"})
            except ClientError:
                continue
        session.close()

    return act


@pytest.mark.parametrize(("share", "block"), [(0.05, 20), (0.2, 5), (0.34, 3), (0.4, 3), (0.5, 2)])
def test_of_each_block_of_calls_one_is_struck_and_never_the_first(share, block):
    calls = [strike.call for strike in planned(share=share)]
    assert [(call - 1) // block for call in calls] == list(range(40))
    assert all((call - 1) % block for call in calls)


def test_the_same_seed_strikes_the_same_calls_in_the_same_ways():
    assert planned(seed=5) == planned(seed=5)
    assert planned(seed=5) != planned(seed=6)


@pytest.mark.parametrize("dialect", DIALECT_NAMES)
def test_every_provocation_that_a_dialect_knows_is_struck_in_turn(dialect):
    known = {one.name for one in PROVOCATIONS if one.applies(dialect_named(dialect))}
    assert {strike.name for strike in planned(dialect, blocks=len(known))} == known


def test_only_those_that_are_named_are_struck():
    assert {strike.name for strike in planned(names=("close", "delay"))} == {"close", "delay"}


@pytest.mark.parametrize("dialect", DIALECT_NAMES)
def test_every_private_endpoint_is_of_one_class(dialect):
    known = dialect_named(dialect)
    classes = [name for calls in Calls for name in endpoints_of(known, calls)]
    assert sorted(classes) == sorted(one.name for one in known.endpoints if one.access is not Access.PUBLIC)


def test_the_planned_calls_are_the_struck_ones_and_each_is_known_by_its_name():
    names = tuple(one.name for one in PROVOCATIONS)
    settings = watching.observing("reference", provoke=names, share=0.34, seed=3)
    conversation = watching.conversation_of(settings, _alone(60))
    reads = [entry for entry in conversation.private if entry.endpoint == "GET /v1/deposit-address"]
    struck = {place: struck_by(entry) for place, entry in enumerate(reads, start=1) if entry.fault is not None}
    # Nobody repeats a call here, so that what was planned for the so-manieth call meets just that.
    plan = planned(seed=3, share=0.34, names=names)
    assert struck == {strike.call: strike.name for strike in plan if strike.call <= len(reads)}
    assert len(set(struck.values())) > 12


def _alone(times):
    """Make signed reads by hand: no client, no repetition, a connection each."""
    target = b"/v1/deposit-address?currency=BTC"

    def act(exchange, keys):
        credentials = Credentials(key=keys[0].key, secret=keys[0].secret)
        for number in range(times):
            signed = sign(
                exchange.dialect.scheme,
                Request(method="GET", target=target, headers=(), body=b""),
                credentials,
                nonce=number + 1,
                timestamp_ms=exchange.clock.now_ms(keys[0].key),
            )
            headers = {name.decode(): text.decode() for name, text in signed.request.headers}
            connection = http.client.HTTPConnection("127.0.0.1", exchange.port, timeout=30)
            with suppress(OSError, http.client.HTTPException):
                connection.request("GET", target.decode(), headers=headers)
                connection.getresponse().read()
            connection.close()

    return act


def test_nothing_is_struck_unless_it_is_asked_for():
    conversation = watching.conversation_of(watching.observing("reference"), reading(12))
    assert conversation.planned == {}
    assert all(entry.fault is None for entry in conversation.private)
