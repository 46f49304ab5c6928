"""Bodies as clients really send them: doubled separators, encoded names, a name that stands twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signer import Fields, Request, scheme_named, sign
from signer.credentials import Credentials
from signer.encoding import form_value_named, form_with

POLONIEX = scheme_named("poloniex")
nonce_in = form_value_named(b"nonce")


@pytest.mark.parametrize(
    ("form", "value"),
    [
        (b"", None),
        (b"nonce=1", b"1"),
        (b"nonce=", b""),
        (b"nonce", b""),
        (b"command=a&&nonce=2", b"2"),
        (b"nonce=3&&limit=100", b"3"),
        (b"(null)&nonce=4", b"4"),
        (b"nil&nonce=5", b"5"),
        (b"nonce=6&nonce=7", b"7"),
        (b"nonce=8&nonce", b""),
        (b"xnonce=9", None),
        (b"noncex=9", None),
        (b"a=nonce=9", None),
        (b"a=&nonce=10=11", b"10=11"),
        (b"Nonce=12", None),
        (b"%6eonce=13", b"13"),
        (b"%6E%6f%6e%63%65=13", b"13"),
        (b"%6Eonc%65", b""),
        (b"%4Eonce=13", None),
        (b"%6=1&%nonce=2&nonce%=3", None),
        (b"nonce=14&n%6Fnce=15", b"15"),
        (b"a+b=1&nonce=16", b"16"),
        (b"nonce=1%37", b"17"),
        (b"nonce=+18", b" 18"),
        (b"nonce=%zz19", b"%zz19"),
        (b"nonce=20\n", b"20\n"),
        (b"nonce\n", None),
        (b"nonce=21&", b"21"),
        (b"a=%26nonce=22", None),
        (b"\xff\xfe&nonce=23", b"23"),
    ],
)
def test_the_nonce_is_found_where_php_would_find_it(form: bytes, value: bytes | None) -> None:
    assert nonce_in(form) == value


@given(st.lists(st.sampled_from([b"nonce", b"n%6Fnce", b"a", b"=", b"1", b"&", b"%", b"+", b"&&", b"nonce=5"])))
def test_the_quick_reading_and_the_slow_one_agree(parts: list[bytes]) -> None:
    form = b"".join(parts)
    # An encoded name in front forces the slow reading.
    assert nonce_in(form) == nonce_in(b"%61=1&" + form)


@pytest.mark.parametrize(
    ("form", "placed"),
    [
        (b"", b"nonce=9"),
        (b"a=1", b"a=1&nonce=9"),
        (b"nonce=1&a=1", b"nonce=9&a=1"),
        (b"a=%2C&&b=+", b"a=%2C&&b=+&nonce=9"),
        (b"nonce=1&nonce=2&a", b"nonce=1&nonce=9&a"),
    ],
)
def test_a_nonce_is_placed_where_one_stands_or_at_the_end_and_no_other_byte_moves(form: bytes, placed: bytes) -> None:
    assert form_with(form, b"nonce", b"9") == placed
    signed = sign(POLONIEX, Request(method="POST", target=b"/", body=form), Credentials(key="k", secret="s"), nonce=9)
    assert signed.request.body == placed
    assert signed.fields.nonce == "9"


def test_a_body_that_already_holds_its_nonce_is_signed_as_it_is() -> None:
    request = Request(method="POST", target=b"/", body=b"nonce=5&&x=%2c")
    signed = sign(POLONIEX, request, Credentials(key="k", secret="s"))
    assert signed.request.body == request.body


def test_a_nonce_in_a_header_does_not_count() -> None:
    request = Request(method="POST", target=b"/", headers=((b"nonce", b"5"),), body=b"command=a")
    assert POLONIEX.read(request) == Fields()


def test_an_empty_nonce_is_read_as_empty_and_not_as_absent() -> None:
    assert POLONIEX.read(Request(method="POST", target=b"/", body=b"nonce=&a=1")) == Fields(nonce="")


def test_the_last_of_many_spellings_counts() -> None:
    assert nonce_in(b"n%6Fnce=1&" * 100_000 + b"%6eonce=%32") == b"2"
    assert nonce_in(b"%41%41=&" * 120_000) is None


def test_a_million_separators_are_read_in_one_go() -> None:
    assert nonce_in(b"&" * 1_000_000 + b"nonce=1") == b"1"
