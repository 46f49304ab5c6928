"""Whatever arrives at Poloniex gets a documented text or an answer, and is never our own fault."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.dialects.poloniex import DIALECT
from signer import Request
from tests.mockserver.poloniex.poloniex_setup import NOW, Customer, answer_of, new_exchange

STATUSES = {200} | {row.status for row in DIALECT.refusals}

COMMANDS = sorted({endpoint.parameters[0].choices[0] for endpoint in DIALECT.endpoints})
NAMES = sorted({parameter.name for endpoint in DIALECT.endpoints for parameter in endpoint.parameters[1:]})
VALUES = st.one_of(
    st.sampled_from(["BTC_ETH", "USDT_BTC", "all", "BTC", "1", "0", "0.1", "40000", "x" * 30, "1e-9", "1e18", "-0"]),
    st.decimals(allow_nan=True, allow_infinity=True).map(str),
    st.text("0123456789.eE+-% \x00é", max_size=12),
)


@settings(deadline=None, max_examples=300)
@given(command=st.sampled_from(COMMANDS), parameters=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6))
def test_a_signed_command_with_any_parameters_is_answered(command: str, parameters: dict[str, str]) -> None:
    customer = Customer(permissions=["read", "trade", "withdraw"])
    assert answer_of(customer.call(command, **parameters)).status in (200, 422)
    query = "&".join(f"{name}={value}" for name, value in parameters.items())
    request = Request(method="GET", target=f"/public?command={command}&{query}".encode())
    assert answer_of(customer.exchange.handle(request, NOW)).status == 200
    assert customer.exchange.own_faults == []


@settings(deadline=None, max_examples=100)
@given(
    method=st.text(max_size=5),
    target=st.sampled_from([b"/tradingApi", b"/public", b"/public?command=returnTicker"]) | st.binary(max_size=20),
    headers=st.lists(st.tuples(st.sampled_from([b"Key", b"SIGN", b"Content-Type"]), st.binary(max_size=9)), max_size=4),
    body=st.binary(max_size=30),
)
def test_an_unsigned_request_of_any_content_is_answered(
    method: str, target: bytes, headers: list[tuple[bytes, bytes]], body: bytes
) -> None:
    exchange = new_exchange()
    entry = exchange.handle(Request(method=method, target=target, headers=tuple(headers), body=body), NOW)
    assert answer_of(entry).status in STATUSES
    assert exchange.own_faults == []
