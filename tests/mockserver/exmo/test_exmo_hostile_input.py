"""Whatever is sent, the exchange itself is never at fault."""

import json
from urllib.parse import quote

from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.core.endpoint import Access, Endpoint
from mockserver.dialects.exmo import DIALECT
from signer import Request
from tests.mockserver.exmo.exmo_talk import Talk, body_of

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
