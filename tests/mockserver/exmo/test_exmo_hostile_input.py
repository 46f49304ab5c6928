"""Whatever is sent, the exchange itself is never at fault."""

import json
from decimal import Decimal
from urllib.parse import quote

from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.core.endpoint import Access, Endpoint
from mockserver.core.wallets import Wallet
from mockserver.dialects.exmo import DIALECT
from mockserver.dialects.exmo.handlers import ORDER_TYPES
from mockserver.dialects.exmo.margin_orders import MARGIN_TYPES
from mockserver.dialects.exmo.stops import STOP_TYPES
from signer import Request
from tests.mockserver.exmo.exmo_talk import NOW, Talk, body_of

VALUES = st.one_of(
    st.sampled_from(["BTC_USD", "ETH_BTC", "buy", "market_sell_total", "36000000001", "0", "1", "0.1", "9" * 40, "-1"]),
    st.decimals(allow_nan=False, allow_infinity=False, places=10).map(lambda number: f"{number:f}"),
    st.integers().map(str),
    st.text(max_size=20, alphabet=st.characters(codec="utf-8")),
)


@settings(max_examples=120, deadline=None)
@given(st.data(), st.sampled_from(DIALECT.endpoints))
def test_any_parameters_are_answered(data: st.DataObject, endpoint: Endpoint) -> None:
    talk = Talk()
    names = [parameter.name for parameter in endpoint.parameters]
    chosen = data.draw(st.lists(st.tuples(st.sampled_from([*names, "x"]), VALUES), max_size=8))
    form = "&".join(f"{name}={quote(value)}" for name, value in chosen)
    if endpoint.access is Access.PUBLIC:
        entry = talk.serve(Request(method="GET", target=f"{endpoint.path}?{form}".encode()))
    else:
        version, _, method = endpoint.path[1:].partition("/")
        entry = talk.serve(talk.signed(method, form, version=version))
    assert entry.answer is not None
    assert entry.answer.status == 200
    json.loads(body_of(entry))


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["order_create", "withdraw_crypt", "user_trades", "order_cancel"]))
def test_any_bytes_are_answered(body: bytes, method: str) -> None:
    talk = Talk()
    entry = talk.serve(talk.sealed(method, body + b"&nonce=1700000000009"))
    assert entry.answer is not None
    assert entry.answer.status == 200
    json.loads(body_of(entry))


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=60), st.sampled_from(["GET", "POST", "PUT", "get", ""]))
def test_any_target_is_answered(target: bytes, method: str) -> None:
    entry = Talk().serve(Request(method=method, target=b"/v1.1/" + target))
    assert entry.answer is not None
    assert entry.answer.status == 200
    json.loads(body_of(entry))


AMOUNTS = st.one_of(
    st.sampled_from(
        ["0", "0.0001", "0.1", "1", "1000000", "1000000.1", "10000000", "0.00000001", "9" * 40, "-1", "+.5"]
    ),
    st.decimals(min_value=0, max_value=100_000, places=8).map(lambda number: f"{number:f}"),
)
ORDER = {
    "pair": st.sampled_from(["BTC_USD", "ETH_BTC", "XRP_USD", "1INCH_USDT"]),
    "quantity": AMOUNTS,
    "price": AMOUNTS,
    "stop_price": AMOUNTS,
    "trigger_price": AMOUNTS,
    "leverage": st.sampled_from(["1", "2", "3", "1.5", "0", "x"]),
    "currency": st.sampled_from(["BTC", "USD", "XRP"]),
    "amount": AMOUNTS,
    "address": st.just("a"),
    "invoice": st.just("1"),
    "position_id": st.sampled_from(["BTC_USD", "XRP_USD", "9000002"]),
}
TRADES = {
    "order_create": ORDER_TYPES,
    "stop_market_order_create": STOP_TYPES,
    "margin/user/order/create": MARGIN_TYPES,
    "margin/user/position/margin_add": ("",),
    "margin/user/position/margin_remove": ("",),
    "margin/user/position/close": ("",),
    "excode_create": ("",),
    "withdraw_crypt": ("",),
}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_trading_is_answered_and_no_money_is_lost_or_made(data: st.DataObject) -> None:
    talk = Talk(balances={"USD": "1000000", "BTC": "100", "XRP": "1000000"})
    desk = talk.exchange.desk(talk.key.credentials.key, NOW)
    desk.transfer("USD", Decimal(500_000), Wallet.SPOT, Wallet.MARGIN)
    for _ in range(data.draw(st.integers(1, 6))):
        method = data.draw(st.sampled_from(list(TRADES)))
        kind = data.draw(st.sampled_from(TRADES[method]))
        talk.ask(method, type=kind, **{name: data.draw(values) for name, values in ORDER.items()})
    for method in ("user_info", "user_open_orders", "margin/user/order/list", "margin/user/position/list"):
        talk.ask(method)
    assert set(talk.key.venue.ledger.sums().values()) == {Decimal(0)}
