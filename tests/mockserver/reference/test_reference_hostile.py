"""Whatever arrives at the reference exchange gets a documented refusal or an answer, and is never our own fault."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.dialects.reference import DIALECT
from signer import Request
from tests.mockserver.reference.reference_setup import NOW, ORDER, Customer, new_exchange, refusal_of

STATUSES = {row.status for row in DIALECT.refusals} - {500}

TARGETS = st.one_of(
    st.sampled_from([endpoint.path.replace("{order_id}", "1") for endpoint in DIALECT.endpoints]),
    st.builds("/v1/orders/{}{}".format, st.text("0123456789/%{}x", max_size=8), st.sampled_from(["", "/cancel"])),
)
QUERIES = st.lists(st.text("market=&+%20BTC/USDTdepthlimitafter9\xff", max_size=30), max_size=3).map("&".join)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
NAMES = st.sampled_from([*ORDER, "client_order_id", "time_in_force", "currency", "address", "x"])


@settings(deadline=None, max_examples=150)
@given(
    method=st.sampled_from(["GET", "POST"]),
    target=TARGETS,
    query=QUERIES,
    body=st.binary(max_size=20)
    | st.dictionaries(NAMES, VALUES, max_size=4).map(lambda v: json.dumps(ORDER | v).encode()),
)
def test_a_signed_request_of_any_content_is_answered(method: str, target: str, query: str, body: bytes) -> None:
    customer = Customer(permissions=["read", "trade", "withdraw"])
    entry = customer.send(method, f"{target}?{query}" if query else target, body)
    assert entry.answer is not None
    if entry.answer.status != 200:
        assert refusal_of(entry)[0] in STATUSES
    assert customer.exchange.own_faults == []


@settings(deadline=None, max_examples=150)
@given(
    method=st.text(max_size=5),
    target=st.binary(max_size=20).map(lambda raw: b"/" + raw) | st.just(b"/v1/balances"),
    headers=st.lists(
        st.tuples(
            st.sampled_from([b"Api-Key", b"NONCE", b"Timestamp", b"sign", b"Content-Type"]), st.binary(max_size=9)
        ),
        max_size=6,
    ),
)
def test_an_unsigned_request_of_any_content_is_refused(
    method: str, target: bytes, headers: list[tuple[bytes, bytes]]
) -> None:
    exchange = new_exchange()
    entry = exchange.handle(Request(method=method, target=target, headers=tuple(headers)), NOW)
    assert refusal_of(entry)[0] in STATUSES
    assert exchange.own_faults == []
