"""Whatever is sent, the exchange itself is never at fault."""

import json
from urllib.parse import quote

from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.core.endpoint import Access, Endpoint
from mockserver.dialects.bitunix import DIALECT
from signer import Request
from tests.mockserver.bitunix.bitunix_talk import FUTURES, PREFIX, Talk, body_of

SCALARS = st.one_of(
    st.sampled_from(["BTCUSDT", "ethbtc", "1", "2", 1, 2, "0.01", "60000.5", "730000000000000001", 0, -1, "", "USDT"]),
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20, alphabet=st.characters(codec="utf-8")),
)
NAMES = sorted({parameter.name for endpoint in DIALECT.endpoints for parameter in endpoint.parameters} | {"x"})
OBJECTS = st.dictionaries(st.sampled_from(NAMES), SCALARS, max_size=8)
VALUES = st.one_of(SCALARS, st.lists(st.one_of(SCALARS, OBJECTS), max_size=3), OBJECTS)


def below_500(talk: Talk, request: Request) -> None:
    entry = talk.serve(request)
    assert entry.answer is not None
    assert entry.answer.status < 500
    futures = request.path.startswith(FUTURES.encode() + b"/")
    assert list(json.loads(body_of(entry))) == (
        ["code", "data", "msg"] if futures else ["code", "msg", "data", "success"]
    )


@settings(max_examples=120, deadline=None)
@given(st.data(), st.sampled_from(DIALECT.endpoints))
def test_any_parameters_are_answered(data: st.DataObject, endpoint: Endpoint) -> None:
    talk = Talk()
    path = endpoint.path
    names = [parameter.name for parameter in endpoint.parameters]
    given_values = data.draw(st.dictionaries(st.sampled_from([*names, "x"]), VALUES, max_size=8))
    if endpoint.method == "POST":
        below_500(talk, talk.signed("POST", path, json.dumps(given_values).encode()))
        return
    query = "&".join(f"{name}={quote(str(value))}" for name, value in given_values.items())
    if endpoint.access is Access.PUBLIC:
        below_500(talk, Request(method="GET", target=f"{endpoint.path}?{query}".encode()))
    else:
        below_500(talk, talk.signed("GET", f"{path}?{query}"))


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["/order/place_order", "/withdraw", "/order/cancel", "/deposit/page"]))
def test_any_bytes_are_answered(body: bytes, path: str) -> None:
    talk = Talk()
    below_500(talk, talk.signed("POST", path, body))


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=60), st.sampled_from(["GET", "POST", "PUT", "get", ""]))
def test_any_target_is_answered(target: bytes, method: str) -> None:
    below_500(Talk(), Request(method=method, target=PREFIX.encode() + b"/order/" + target))
