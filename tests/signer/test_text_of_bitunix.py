"""What Bitunix signs of a query and a body; the examples are ours, the rules are those of its facts, 1.2 and 1.3."""

import pytest

from signer import Fields, Request, scheme_named

BITUNIX = scheme_named("bitunix")
FIELDS = Fields(key="K", nonce="N", timestamp="1")


def signed_text(method: str, target: bytes, body: bytes = b"") -> bytes:
    request = Request(method=method, target=target, body=body)
    return BITUNIX.canonical_request(request, FIELDS).removeprefix(b"N1K")


@pytest.mark.parametrize(
    ("query", "text"),
    [
        (b"", b""),
        (b"b=2&a=1", b"a1b2"),
        (b"a=2&B=1", b"B1a2"),
        (b"note=a%20b+c%2Cd", b"notea b c,d"),
        (b"note=%C3%A9", "noteé".encode()),
        (b"n%61me=1", b"name1"),
        (b"a=&b", b"ab"),
        (b"a=2&a=1", b"a2a1"),
        (b"&&a=1&", b"a1"),
        (b"a=%zz", b"a%zz"),
    ],
)
def test_the_query_is_decoded_sorted_by_name_and_run_together(query: bytes, text: bytes) -> None:
    assert signed_text("GET", b"/x?" + query) == text


def test_a_body_is_signed_as_sent_and_that_of_a_get_is_not_signed() -> None:
    assert signed_text("POST", b"/x", b'{"a": 1}') == b'{"a": 1}'
    assert signed_text("POST", b"/x?b=1", b"{}") == b"b1{}"
    assert signed_text("GET", b"/x?b=1", b"{}") == b"b1"


def test_neither_method_nor_path_is_signed() -> None:
    assert signed_text("POST", b"/x") == signed_text("PUT", b"/y")
