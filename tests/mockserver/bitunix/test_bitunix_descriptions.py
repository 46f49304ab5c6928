"""The description of an endpoint is what its handler does: what is required is missed, what is a choice is held to."""

import json
from urllib.parse import urlencode

import pytest

from mockserver.core.endpoint import Access, Beyond, Endpoint, Parameter, ParameterKind
from mockserver.core.journal import Entry
from mockserver.core.refusals import Refusal
from mockserver.dialects.bitunix import DIALECT
from signer import Request
from tests.mockserver.bitunix.futures_talk import FuturesTalk

USUAL: dict[str, object] = {
    "symbol": "BTCUSDT",
    "coin": "BTC",
    "marginCoin": "USDT",
    "network": "Bitcoin",
    "address": "bc1q",
    "amount": "0.1",
    "precision": "0.01",
    "volume": "0.001",
    "price": "60000",
    "qty": "0.01",
    "leverage": 5,
    "orderType": "MARKET",
    "toUid": 1,
    "interval": "1m",
    "orderIdList": [{"orderId": "1", "symbol": "BTCUSDT"}],
    "orderList": [{"orderId": "1"}],
    "slPrice": "50000",
}


def usual(parameter: Parameter) -> object:
    return USUAL.get(parameter.name, parameter.choices[0] if parameter.choices else "1")


def call(talk: FuturesTalk, endpoint: Endpoint, given: dict[str, object]) -> Entry:
    if endpoint.method == "POST":
        return talk.serve(talk.signed("POST", endpoint.path, json.dumps(given).encode()))
    target = f"{endpoint.path}?{urlencode(given)}"
    if endpoint.access is Access.PUBLIC:
        return talk.serve(Request(method="GET", target=target.encode()))
    return talk.serve(talk.signed("GET", target))


def each(wanted: object) -> list[object]:
    return [
        pytest.param(endpoint, parameter, id=f"{endpoint.name} {parameter.name}")
        for endpoint in DIALECT.endpoints
        for parameter in endpoint.parameters
        if wanted(parameter)  # type: ignore[operator]
    ]


@pytest.mark.parametrize(("endpoint", "parameter"), each(lambda parameter: parameter.required))
def test_what_is_required_is_missed(endpoint: Endpoint, parameter: Parameter) -> None:
    given = {other.name: usual(other) for other in endpoint.parameters if other.required and other is not parameter}
    entry = call(FuturesTalk(), endpoint, given)
    assert entry.refused is not None
    assert entry.refused.refusal is Refusal.MISSING_PARAMETER
    assert entry.refused.facts["parameter"] == parameter.name


@pytest.mark.parametrize(
    ("endpoint", "parameter"),
    each(lambda parameter: parameter.kind is ParameterKind.CHOICE and parameter.beyond is Beyond.REFUSED),
)
def test_a_choice_that_there_is_not_is_refused(endpoint: Endpoint, parameter: Parameter) -> None:
    given = {other.name: usual(other) for other in endpoint.parameters if other.required}
    kind = parameter.name[:2]
    if kind in ("tp", "sl") and parameter.name[2:] in ("StopType", "OrderType"):
        given[f"{kind}Price"] = "66000" if kind == "tp" else "50000"
    talk = FuturesTalk()
    if parameter.name == "tradeSide":
        talk.do("/account/change_position_mode", {"positionMode": "HEDGE"})
    if "positionId" in given:
        given["positionId"] = talk.long()
    if endpoint.path.endswith(("/tpsl/modify_order", "/tpsl/position/modify_order")):
        number = given.get("positionId") or talk.long()
        place = {"symbol": "BTCUSDT", "positionId": number, "slPrice": "50000"}
        given["orderId"] = talk.do("/tpsl/position/place_order", place)["orderId"]
    if endpoint.path.endswith("/trade/modify_order"):
        given["orderId"] = talk.open()
    entry = call(talk, endpoint, {**given, parameter.name: "neither"})
    assert entry.refused is not None
    assert entry.refused.refusal is Refusal.INVALID_PARAMETER


@pytest.mark.parametrize("endpoint", DIALECT.endpoints, ids=lambda endpoint: endpoint.name)
def test_every_endpoint_says_what_it_answers(endpoint: Endpoint) -> None:
    assert endpoint.answer is not None
    assert endpoint.source
