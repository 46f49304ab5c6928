"""Header names count in any letter case, however many spellings were met before."""

from itertools import islice, product

import pytest

from signer import Request, SignerError
from signer.fields import headers_as_fields

PLACES = {"key": "Api-Key", "nonce": "Nonce", "signature": "Sign"}


def spellings(name: str) -> list[bytes]:
    """Return every spelling of a name in upper and lower case."""
    return ["".join(letters).encode() for letters in product(*({letter.lower(), letter.upper()} for letter in name))]


def test_every_spelling_of_a_name_is_read() -> None:
    read = headers_as_fields(PLACES)
    for name in spellings("nonce"):
        for _ in range(2):  # the second time it is known
            assert read(Request(method="GET", target=b"/", headers=((name, b"7"),))).nonce == "7"


def test_a_name_that_no_field_has_stays_unread_when_it_is_met_again() -> None:
    read = headers_as_fields(PLACES)
    for _ in range(2):
        fields = read(Request(method="GET", target=b"/", headers=((b"Host", b"here"), (b"Sign", b"ab"))))
        assert (fields.key, fields.nonce, fields.signature, fields.repeated) == (None, None, "ab", ())


def test_a_name_in_two_spellings_stands_twice() -> None:
    read = headers_as_fields(PLACES)
    fields = read(Request(method="GET", target=b"/", headers=((b"NONCE", b"1"), (b"nonce", b"2"), (b"Nonce", b"3"))))
    assert (fields.nonce, fields.repeated) == ("1", ("nonce",))


def test_after_more_names_than_are_remembered_all_are_still_read() -> None:
    read = headers_as_fields(PLACES)
    strange = tuple((b"X-%d" % number, b"") for number in range(1000))
    read(Request(method="GET", target=b"/", headers=strange))
    for name in islice(spellings("api-key"), 64):
        assert read(Request(method="GET", target=b"/", headers=((name, b"k"),))).key == "k"


def test_a_place_of_a_field_that_there_is_not_is_refused_at_once() -> None:
    with pytest.raises(SignerError, match=r"no field is called sign$"):
        headers_as_fields({"key": "Api-Key", "sign": "Sign"})
