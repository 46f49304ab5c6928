"""The server keeps to the descriptions of its endpoints: what they allow, what they ask for, what they refuse."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.strategies.parameters import beyond, described, malformed, plain_value
from harness.strategies.parameters import given as drawn_for
from mockserver import DIALECT_NAMES, Access, Beyond, Endpoint, Entry, ParameterKind, Profile, Settings, dialect_named
from mockserver.core.exchange import Exchange
from mockserver.core.keys import ApiKey
from mockserver.core.refusals import Refused
from signer import sign
from tests.mockserver.refusals.play import Play

NOW = 1_700_000_000_000

#: Calls that need more than one value of each required parameter to make sense.
WHOLE: Mapping[str, Mapping[str, object]] = {
    "transferBalance": {"toAccount": "margin"},
    "swapCurrencies": {"fromCurrency": "BTC", "toCurrency": "WBTC"},
    "marginBuy": {"currencyPair": "BTC_ETH"},
    "marginSell": {"currencyPair": "BTC_ETH"},
    "getMarginPosition": {"currencyPair": "BTC_ETH"},
    "closeMarginPosition": {"currencyPair": "BTC_ETH"},
    "cancelOrder": {"orderNumber": "1"},
    "moveOrder": {"orderNumber": "1"},
    "cancelReplace": {"orderNumber": "1"},
    "margin/user/order/create": {"price": "20000", "leverage": "2"},
    "POST /api/spot/v1/order/place_order": {"price": "20000", "volume": "0.1"},
    "POST /api/spot/v1/order/place_order/batch": {
        "orderList": [{"symbol": "BTCUSDT", "side": 2, "type": 1, "volume": "0.1", "price": "20000"}]
    },
    "POST /api/spot/v1/order/cancel": {"orderIdList": [{"orderId": "1", "symbol": "BTCUSDT"}]},
    "POST /api/spot/v1/withdraw": {"network": "Bitcoin"},
    "POST /api/spot/v1/inside_transfer": {"toUid": 1},
    "POST /api/spot/v1/deposit/address": {"network": "Bitcoin"},
    "POST /api/v1/futures/trade/place_order": {"price": "60000", "qty": "0.01"},
    "POST /api/v1/futures/trade/batch_order": {
        "orderList": [{"qty": "0.01", "side": "BUY", "orderType": "LIMIT", "price": "60000"}]
    },
    "POST /api/v1/futures/trade/modify_order": {"orderId": "1"},
    "POST /api/v1/futures/trade/cancel_orders": {"orderList": [{"orderId": "1"}]},
    "GET /api/v1/futures/trade/get_order_detail": {"orderId": "1"},
}

#: Refusals of a call as a whole, which a description has to rule out.
ILL_FORMED = {"missing_parameter", "invalid_parameter", "invalid_request"}

#: Business rules about values that a description alone cannot rule out: steps, minimums, unknown customers.
OF_BUSINESS = {"account", "volume", "address", "price_low", "price_high", "quantity_high", "amount_high"}


class Caller:
    """Calls endpoints at the core, each with a new key."""

    def __init__(self, name: str, profile: Profile = Profile.DOCUMENTED, **habits: str) -> None:
        self.dialect = dialect_named(name, profile, **habits)
        self.exchange = Exchange(self.dialect, Settings(dialect=name, profile=profile, habits=habits))
        self.endpoints = self._endpoints = {endpoint.name: endpoint for endpoint in self.dialect.endpoints}
        self._nonce = NOW
        self.key()  # account 1 is somebody else, to whom money can be sent

    takes_json = Play.takes_json
    _write = Play.request

    def base(self, endpoint: Endpoint) -> dict[str, object]:
        """Return the least that a call needs: a plain value for whatever is required."""
        plain: dict[str, object] = {
            item.name: [] if item.kind is ParameterKind.JSON else plain_value(self.dialect, item)
            for item in endpoint.parameters
            if item.required and item.name != "command"
        }
        return plain | dict(WHOLE.get(endpoint.name.removeprefix("v1/"), {}))

    def call(self, endpoint: Endpoint, parameters: Mapping[str, object]) -> Refused | None:
        return self.ask(endpoint, parameters, self.key()).refused

    def key(self) -> ApiKey:
        return self.exchange.registry.create_key(permissions=["read", "trade", "withdraw"])

    def ask(self, endpoint: Endpoint, parameters: Mapping[str, object], key: ApiKey) -> Entry:
        request = self._write(endpoint.name, parameters)
        if endpoint.access is not Access.PUBLIC:
            self._nonce += 1
            rising = self.dialect.scheme.nonce_rule.rising
            nonce = self._nonce if rising else f"{self._nonce:032d}"
            request = sign(self.dialect.scheme, request, key.credentials, nonce=nonce, timestamp_ms=NOW).request
        entry = self.exchange.handle(request, NOW)
        assert self.exchange.own_faults == []
        return entry


def endpoints() -> list[object]:
    return [
        pytest.param(name, endpoint.name, id=f"{name} {endpoint.name}")
        for name in DIALECT_NAMES
        for endpoint in dialect_named(name).endpoints
        if endpoint.parameters
    ]


@pytest.fixture(scope="module")
def callers():
    return {name: Caller(name) for name in DIALECT_NAMES}


def said(refused):
    return None if refused is None else (refused.refusal.value, refused.variant)


@pytest.mark.parametrize(("name", "endpoint"), endpoints())
def test_an_endpoint_takes_what_it_describes_asks_for_what_is_required_and_refuses_what_is_beyond(
    callers, name, endpoint
):
    caller = callers[name]
    called = caller.endpoints[endpoint]
    base = caller.base(called)
    usual = caller.call(called, base)
    assert usual is None or usual.refusal.value not in ILL_FORMED or usual.variant in OF_BUSINESS, said(usual)
    for item in called.parameters:
        if item.name == "command" or item.place == "path":
            continue
        if item.required:
            lacking = {given: value for given, value in base.items() if given != item.name}
            assert caller.call(called, lacking) is not None, f"without {item.name}"
        for values, policy in ((malformed(item), item.malformed or item.beyond), (beyond(item), item.beyond)):
            for value in values:
                refused = caller.call(called, {**base, item.name: value})
                if usual is not None and said(refused) == said(usual):
                    continue  # something else is in the way, and is said before
                ill = refused is not None and (policy is Beyond.REFUSED or refused.refusal.value in ILL_FORMED)
                assert ill is (policy is Beyond.REFUSED), f"{item.name}={value}: {said(refused)}"


@pytest.mark.parametrize(("name", "endpoint"), endpoints())
def test_what_is_left_out_means_the_default_and_what_is_cut_the_bound(callers, name, endpoint):
    caller = callers[name]
    called = caller.endpoints[endpoint]
    if called.changes_state or called.access in (Access.TRADE, Access.WITHDRAW):
        return
    base, key = caller.base(called), caller.key()
    for item in called.parameters:
        alike = []
        if item.default is not None and not item.required:
            alike.append((base, {**base, item.name: item.default}))
        if item.beyond is Beyond.CUT and item.maximum is not None:
            alike.append(({**base, item.name: str(item.maximum)}, {**base, item.name: str(item.maximum + 1)}))
        for one, other in alike:
            answers = [caller.ask(called, parameters, key).answer for parameters in (one, other)]
            assert answers[0].body == answers[1].body, f"{one} and {other}"


@pytest.mark.parametrize("name", DIALECT_NAMES)
def test_what_is_drawn_from_a_description_is_taken(name):
    """The harness draws parameters of raw calls so; none of them may be refused for its form."""
    caller = Caller(name)
    targets = [target for target in caller.dialect.raw_targets if described(caller.dialect, target) is not None]

    @given(
        st.sampled_from(targets).flatmap(lambda target: st.tuples(st.just(target), drawn_for(caller.dialect, target)))
    )
    @settings(max_examples=30)
    def check(drawn):
        target, parameters = drawn
        endpoint = described(caller.dialect, target)
        refused = caller.call(endpoint, parameters)
        assert refused is None or refused.refusal.value not in ILL_FORMED

    check()
