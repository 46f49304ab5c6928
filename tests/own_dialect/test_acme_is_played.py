"""The exchange that one file describes is played as any other: gate, answers, refusals, journal."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from mockserver import Access, MockExchange, MockExchanges, Refusal, SettingsError
from signer import Credentials, Request, sign
from tests.mockserver.raw_client import ask
from tests.own_dialect.acme import ACME, dialect, form

Answer = tuple[int, dict[str, object]]


@pytest.fixture(scope="module")
def exchange() -> Iterator[MockExchange]:
    with MockExchange(ACME) as running:
        yield running


class Caller:
    """Signs requests with a key of its own and sends them."""

    def __init__(self, exchange: MockExchange) -> None:
        self.exchange = exchange
        self.credentials: Credentials = exchange.create_key(private_venue=True).credentials

    def __call__(self, request: Request, *, timestamp: int | None = None) -> Answer:
        now = self.exchange.clock.now_ms() if timestamp is None else timestamp
        return self.send(sign(dialect().scheme, request, self.credentials, timestamp_ms=now).request)

    def send(self, request: Request) -> Answer:
        answered = ask(self.exchange, request)
        return answered.status, json.loads(answered.body)


@pytest.fixture
def call(exchange: MockExchange) -> Caller:
    return Caller(exchange)


ORDER = "market=BTC/USDT&side=buy&price=15000&amount=0.001"


def get(target: str) -> Request:
    return Request(method="GET", target=target.encode())


def test_it_goes_by_its_own_name(exchange: MockExchange) -> None:
    assert (exchange.dialect.name, exchange.settings.dialect) == ("acme", "acme")
    assert exchange.dialect.hosts == ("api.acme.example",)


def test_a_read_carries_all_of_it_in_the_query(call: Caller) -> None:
    status, answer = call(get("/v1/balances"))
    assert (status, answer["USDT"]) == (200, {"available": "10000.00000000", "held": "0.00000000"})


@pytest.mark.parametrize(
    "request_",
    [
        form(ORDER),
        Request(method="POST", target=f"/v1/orders?{ORDER}".encode()),
        form("price=15000&amount=0.001", "/v1/orders?market=BTC/USDT&side=buy"),
    ],
)
def test_an_order_may_stand_in_the_body_in_the_query_or_in_both(call: Caller, request_: Request) -> None:
    assert call(request_)[0] == 200
    assert call(get("/v1/orders"))[1][0]["price"] == "15000.00000000"  # type: ignore[index]


def test_a_parameter_that_stands_in_both_places_is_refused(call: Caller) -> None:
    assert call(form(ORDER, "/v1/orders?market=BTC/USDT"))[1]["code"] == -1100


def test_what_is_refused_is_refused_in_its_own_words(call: Caller) -> None:
    now = call.exchange.clock.now_ms()
    signed = sign(dialect().scheme, form(ORDER), call.credentials, timestamp_ms=now).request
    assert call.send(replace(signed, body=signed.body.replace(b"0.001", b"9.001"))) == (
        400,
        {"code": -1022, "msg": "Signature for this request is not valid."},
    )
    assert call(form(ORDER), timestamp=now - 20_000) == (
        400,
        {"code": -1021, "msg": "Timestamp for this request is outside of the recvWindow."},
    )
    assert call(form(ORDER.replace("&side=buy", ""))) == (
        400,
        {"code": -1102, "msg": "Mandatory parameter 'side' was not sent."},
    )
    assert call(form("", "/v1/orders/1/cancel")) == (404, {"code": -2013, "msg": "Order does not exist."})
    assert call(replace(form(ORDER), headers=((b"Content-Type", b"application/json"),)))[1]["code"] == -1100
    assert call(get("/v2/balances"))[0] == 404


def test_a_late_request_comes_in_time_with_a_wider_window(call: Caller) -> None:
    late = call.exchange.clock.now_ms() - 20_000
    assert call(get("/v1/balances?recvWindow=60000"), timestamp=late)[0] == 200
    assert call(get("/v1/balances"), timestamp=late)[0] == 400


def test_the_same_request_once_more_is_taken_while_it_is_fresh(call: Caller) -> None:
    signed = sign(
        dialect().scheme, get("/v1/balances"), call.credentials, timestamp_ms=call.exchange.clock.now_ms()
    ).request
    assert [call.send(signed)[0] for _ in range(2)] == [200, 200]


def test_it_is_played_on_by_its_name() -> None:
    with MockExchange(ACME, profile="observed") as running:
        running.play("documented")
        assert running.profile == "documented"
        with pytest.raises(SettingsError, match="has no habit"):
            running.play(regime="A")


def test_it_shares_a_port_with_ours() -> None:
    with MockExchanges(ACME, "reference") as several:
        assert list(several) == ["acme", "reference"]
        assert several.names["acme"] == ("acme.localhost", "acme", "api.acme.example")
    with pytest.raises(SettingsError, match="acme is there twice"):
        MockExchanges(ACME, ACME)


def test_its_table_speaks_of_no_nonce_and_holds_what_its_gate_needs() -> None:
    table = {row.refusal for row in dialect().refusals}
    assert not {refusal for refusal in table if "nonce" in refusal}
    assert {Refusal.MISSING_TIMESTAMP, Refusal.TIMESTAMP_OUTSIDE_WINDOW, Refusal.BAD_SIGNATURE} <= table


def test_its_endpoints_say_where_its_parameters_travel() -> None:
    places = {
        (endpoint.method, parameter.place)
        for endpoint in dialect().endpoints
        if endpoint.access is not Access.PUBLIC
        for parameter in endpoint.parameters
    }
    assert places == {("GET", "query"), ("GET", "path"), ("POST", "form"), ("POST", "path")}
