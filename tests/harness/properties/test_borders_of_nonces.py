"""Where a nonce stops rising: at the equal one, and not one earlier or later."""

import pytest

from harness.properties.evidence import falls, repeated
from tests.harness.properties.observed import request


@pytest.mark.parametrize(
    ("nonces", "fallen"),
    [
        ((), None),
        (("5",), None),
        (("5", "6"), None),
        (("5", "5"), ("5", "5")),
        (("5", "4"), ("5", "4")),
        (("5", "7", "6"), ("7", "6")),
        (("5", "7", "8", "7"), ("8", "7")),
        (("9", "10"), None),
    ],
)
def test_a_nonce_falls_where_it_is_not_above_all_before(
    nonces: tuple[str, ...], fallen: tuple[str, str] | None
) -> None:
    found = falls([request(number, nonce=nonce) for number, nonce in enumerate(nonces, start=1)])
    assert (found and tuple(entry.fields.nonce for entry in found if entry.fields)) == fallen


@pytest.mark.parametrize(
    ("nonces", "twice"), [(("5", "6", "7"), False), (("5", "5"), True), (("5", "6", "5"), True), (("5", "05"), False)]
)
def test_a_nonce_is_repeated_however_much_lies_between(nonces: tuple[str, ...], twice: bool) -> None:
    found = repeated([request(number, nonce=nonce) for number, nonce in enumerate(nonces, start=1)])
    assert (found is not None) == twice
