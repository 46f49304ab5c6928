"""Places in words: what is read where, and what is put where."""

import pytest

from signer import Fields, Request, SignerError
from signer.places import placer, reader, without

EITHER = {"key": "header X-Key", "timestamp": "parameter time", "signature": "parameter sig"}
QUERY = {"key": "query parameter apikey", "signature": "query parameter sig"}
BODY = {"key": "header Key", "nonce": "body parameter nonce", "signature": "header Sign"}

FORM = (b"Content-Type", b"application/x-www-form-urlencoded")
JSON = (b"Content-Type", b"application/json")


def get(target: bytes, **rest: object) -> Request:
    return Request(method="GET", target=target, **rest)  # type: ignore[arg-type]


def post(body: bytes, target: bytes = b"/x", **rest: object) -> Request:
    return Request(method="POST", target=target, body=body, **rest)  # type: ignore[arg-type]


def test_a_parameter_is_read_from_the_query_and_from_the_body() -> None:
    assert reader(EITHER)(get(b"/x?time=7&sig=ab", headers=((b"x-key", b"k"),))) == Fields(
        key="k", timestamp="7", signature="ab"
    )
    assert reader(EITHER)(post(b"time=7&sig=ab")) == Fields(timestamp="7", signature="ab")


def test_names_and_values_of_parameters_are_decoded() -> None:
    assert reader(EITHER)(get(b"/x?ti%6De=1%37")).timestamp == "17"


def test_of_two_the_first_counts_and_both_are_told() -> None:
    assert reader(EITHER)(post(b"time=8", b"/x?time=7")) == Fields(timestamp="7", repeated=("timestamp",))


def test_a_body_that_is_no_form_has_no_parameters() -> None:
    assert reader(EITHER)(post(b'{"a":"&time=7&"}', headers=(JSON,))) == Fields()
    assert reader(EITHER)(post(b"time=7", headers=((b"content-type", FORM[1] + b"; charset=utf-8"),))).timestamp == "7"


def test_a_place_in_the_query_alone_is_not_read_from_a_body() -> None:
    assert reader(QUERY)(post(b"apikey=k")) == Fields()
    assert reader(BODY)(get(b"/x?nonce=1")) == Fields()


@pytest.mark.parametrize(
    ("request_", "target", "body"),
    [
        (get(b"/x"), b"/x?time=7", b""),
        (get(b"/x?a=1"), b"/x?a=1&time=7", b""),
        (post(b""), b"/x", b"time=7"),
        (post(b"a=1"), b"/x", b"a=1&time=7"),
        (post(b"", b"/x?a=1"), b"/x?a=1&time=7", b""),
        (post(b"a=1", b"/x?b=2"), b"/x?b=2", b"a=1&time=7"),
        (post(b"a=1", b"/x?time=6&b=2"), b"/x?time=7&b=2", b"a=1"),
        (post(b"a=1&time=6"), b"/x", b"a=1&time=7"),
        (post(b"{}", headers=(JSON,)), b"/x?time=7", b"{}"),
    ],
)
def test_a_parameter_goes_where_it_stands_or_behind_the_others(request_: Request, target: bytes, body: bytes) -> None:
    placed = placer(EITHER)(request_, Fields(timestamp="7"))
    assert (placed.target, placed.body) == (target, body)
    assert (FORM in placed.headers) is (placed.body != request_.body)


def test_a_signature_goes_to_the_very_end_and_is_there_once() -> None:
    place = placer(EITHER)
    signed = place(post(b"sig=old&a=1"), Fields(timestamp="7", signature="new"))
    assert signed.body == b"a=1&time=7&sig=new"
    assert place(signed, Fields(signature="newer")).body == b"a=1&time=7&sig=newer"


def test_what_is_placed_is_escaped_and_read_back() -> None:
    place, read = placer(EITHER), reader(EITHER)
    fields = Fields(key="k", timestamp="7", signature="a+b/c==")
    placed = place(get(b"/x"), fields)
    assert placed.target == b"/x?time=7&sig=a%2Bb%2Fc%3D%3D"
    assert read(placed) == fields


@pytest.mark.parametrize(
    ("place", "left"),
    [
        ("parameter time", get(b"/x?a=1", headers=((b"time", b"9"),))),
        ("query parameter time", get(b"/x?a=1", headers=((b"time", b"9"),))),
        ("header Time", get(b"/x?time=7&a=1&time=8")),
        ("", get(b"/x?time=7&a=1&time=8", headers=((b"time", b"9"),))),
    ],
)
def test_what_travels_in_a_place_can_be_taken_out(place: str, left: Request) -> None:
    assert without(get(b"/x?time=7&a=1&time=8", headers=((b"time", b"9"),)), place) == left


@pytest.mark.parametrize(
    ("places", "words"),
    [({"sign": "header Sign"}, "no field 'sign'"), ({"key": "cookie k"}, "cannot travel in 'cookie k'")],
)
def test_a_place_that_there_is_not_is_refused(places: dict[str, str], words: str) -> None:
    with pytest.raises(SignerError, match=words):
        reader(places)
    with pytest.raises(SignerError, match=words):
        placer(places)
