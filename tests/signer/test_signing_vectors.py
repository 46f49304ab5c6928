"""Voices from outside: what exchanges published, what their clients recorded, and what we derived from either."""

from collections import Counter
from dataclasses import replace

import pytest

from signer import SCHEMES, Fields, Refused, check_key, check_present, check_signature, sign, stages_of
from tests.signer.foreign_schemes import DERIBIT, FOREIGN
from tests.signer.vector_files import VECTORS, Vector

each_vector = pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)


@each_vector
def test_every_stage_of_a_vector_is_ours(vector: Vector) -> None:
    fields = vector.scheme.read(vector.request)
    stages = stages_of(vector.scheme, vector.request, fields, vector.credentials.secret)
    assert stages.canonical_request == vector.canonical_request
    assert stages.string_to_sign == vector.string_to_sign
    assert stages.signature == vector.signature
    assert fields.signature == vector.signature


@each_vector
def test_a_vector_passes_every_check_on_who_sent_it(vector: Vector) -> None:
    fields = vector.scheme.read(vector.request)
    assert check_present(vector.scheme, fields) is None
    assert check_key(vector.scheme, fields, vector.credentials) is None
    assert not isinstance(check_signature(vector.scheme, vector.request, fields, vector.credentials), Refused)


@each_vector
def test_a_vector_with_another_secret_is_refused(vector: Vector) -> None:
    # A character in the middle, since the last one of a base64 text need not change its bytes.
    secret = vector.credentials.secret
    middle = len(secret) // 2
    other = secret[:middle] + ("B" if secret[middle] == "A" else "A") + secret[middle + 1 :]
    fields = vector.scheme.read(vector.request)
    checked = check_signature(vector.scheme, vector.request, fields, replace(vector.credentials, secret=other))
    assert isinstance(checked, Refused)


@each_vector
def test_signing_a_signed_request_again_changes_nothing_that_is_signed(vector: Vector) -> None:
    fields = vector.scheme.read(vector.request)
    again = vector.scheme.place(vector.request, Fields(signature=fields.signature))
    if again.target == vector.request.target and again.body == vector.request.body:
        assert vector.scheme.read(again) == fields
        assert Counter(again.headers) == Counter(vector.request.headers)


@each_vector
def test_a_vector_says_where_it_comes_from(vector: Vector) -> None:
    assert vector.provenance in {"published", "recorded", "derived"}
    assert vector.source.endswith(".")


def test_every_scheme_has_a_vector() -> None:
    with_vectors = {vector.scheme.name for vector in VECTORS}
    assert with_vectors >= set(SCHEMES)
    assert set(FOREIGN) - with_vectors == {"gemini-time-based"}, "which differs from gemini in freshness alone"


def test_enough_of_the_vectors_were_published_by_others() -> None:
    assert sum(vector.provenance == "published" for vector in VECTORS) >= 17


@pytest.mark.parametrize(
    ("secret", "text", "signature"),
    [
        (
            "AMANDASECRECT",
            b"1576074319000\n1iqt2wls\n",
            "56590594f97921b09b18f166befe0d1319b198bbcdad7ca73382de2f88fe9aa1",
        ),
        ("ABCD", b"1554883365000\nfdbmmz79\n", "e20c9cd5639d41f8bbc88f4d699c4baf94a4f0ee320e9a116b72743c449eb994"),
    ],
)
def test_what_deribit_published_for_its_socket_comes_out_of_its_digest(
    secret: str, text: bytes, signature: str
) -> None:
    assert DERIBIT.spelling.encode(DERIBIT.digest(DERIBIT.secret_bytes(secret), text)) == signature


def test_the_fixture_of_a_ruby_client_of_exmo_begins_and_ends_as_recorded() -> None:
    # Facts of EXMO, 1.2, cross-check: only both ends of the signature are known.
    exmo = SCHEMES["exmo"]
    body = b"pair=BTC_USD&quantity=1&price=6440&type=buy&nonce=1535057238255730"
    signature = exmo.spelling.encode(exmo.digest(exmo.secret_bytes("test_api_secret"), body))
    assert signature.startswith("ef4f4367e8ca9525")
    assert signature.endswith("8f9e9a38")


#: In these the fields of authentication stand among the caller's own parameters, in the caller's order.
_AMONG_PARAMETERS = {"binance", "mexc", "htx", "gemini"}


@pytest.mark.parametrize(
    "vector",
    [vector for vector in VECTORS if vector.scheme.name not in _AMONG_PARAMETERS],
    ids=lambda vector: vector.name,
)
def test_the_signer_makes_the_vector_from_its_unsigned_request(vector: Vector) -> None:
    fields = vector.scheme.read(vector.request)
    places = {place.removeprefix("header ").lower().encode() for place in vector.scheme.places.values()}
    bare = replace(vector.request, headers=tuple(p for p in vector.request.headers if p[0].lower() not in places))
    if fields.window is not None:
        bare = bare.with_header(b"X-BAPI-RECV-WINDOW", fields.window.encode())
    signed = sign(vector.scheme, bare, vector.credentials, nonce=fields.nonce, timestamp_ms=fields.timestamp)
    assert signed.stages.signature == vector.signature
    assert signed.request.target == vector.request.target
    assert signed.request.body == vector.request.body
