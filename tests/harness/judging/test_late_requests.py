"""What a client still sends for a case that is over is no evidence in the next one."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.cases import Call, Case
from harness.drivers import Driver, ObjectClient, make_driver
from harness.drivers.driver import TimedReply
from harness.laboratory import Laboratory
from harness.observation import Observation
from harness.setting import Setting
from mockserver import MockExchange, Profile, dialect_named

RIGHT = str(Path(__file__).parents[2] / "clients" / "right.py")
CASE = Case(steps=(Call(operation="balances"), Call(operation="balances")))


@pytest.fixture
def bench() -> Iterator[tuple[MockExchange, Driver, Laboratory]]:
    with MockExchange("exmo") as exchange:
        driver = make_driver(ObjectClient(reference=RIGHT))
        setting = Setting(
            dialect=dialect_named("exmo"),
            profile=Profile.DOCUMENTED,
            client=driver.describe("exmo"),
            form=driver.form,
        )
        laboratory = Laboratory(setting, exchange, driver, call_limit_s=10)
        yield exchange, driver, laboratory
        laboratory.close()
        driver.shutdown()


def say(exchange: MockExchange, key: str) -> None:
    """Send a private request that names a key."""
    connection = http.client.HTTPConnection("127.0.0.1", exchange.port, timeout=30)
    connection.request("POST", "/v1.1/user_info", b"nonce=1", {"Key": key, "Sign": "0" * 128})
    connection.getresponse().read()
    connection.close()


def played_beside(
    bench: tuple[MockExchange, Driver, Laboratory], monkeypatch: pytest.MonkeyPatch, key: str
) -> Observation:
    """Play a case in which somebody else's request, naming a key, arrives before each answer is back."""
    exchange, driver, laboratory = bench
    call = driver.call

    def disturbed(*asked: object, **limits: object) -> TimedReply:
        say(exchange, key)
        return call(*asked, **limits)  # type: ignore[arg-type]

    monkeypatch.setattr(driver, "call", disturbed)
    return laboratory.play(CASE)


def test_a_request_with_the_key_of_a_case_before_is_left_out(
    bench: tuple[MockExchange, Driver, Laboratory], monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = bench[2].play(CASE).key.credentials.key
    observation = played_beside(bench, monkeypatch, earlier)
    own = observation.key.credentials.key
    assert {entry.fields.key for record in observation.records for entry in record.entries if entry.fields} == {own}
    assert observation.others == ()


def test_a_request_with_a_key_that_nobody_was_given_is_evidence(
    bench: tuple[MockExchange, Driver, Laboratory], monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = "K-" + "0" * 40
    observation = played_beside(bench, monkeypatch, stranger)
    assert {entry.fields.key for entry in observation.others if entry.fields} == {stranger}
