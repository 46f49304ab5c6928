"""Texts with the secret taken out: in every form, whole or in part, however short the secret is."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harness.leaks import find_leak, fingerprint, redact

SECRET = "S-3f9ac2d4e5b6/0718+293a4b5c"


@pytest.mark.parametrize(
    "leaked",
    [
        SECRET,
        SECRET[3:15],
        SECRET[2:22],
        SECRET.encode().hex(),
        SECRET.encode().hex().upper(),
        base64.b64encode(SECRET.encode()).decode(),
        base64.b64encode(f"user:{SECRET}".encode()).decode(),
        quote(SECRET, safe=""),
    ],
)
def test_every_form_is_taken_out(leaked: str) -> None:
    left = redact(f"before {leaked} behind", [SECRET])
    assert find_leak(SECRET, left) is None
    assert left.startswith("before ")
    assert left.endswith(" behind")
    assert fingerprint(SECRET) in left


def test_fewer_than_twelve_characters_are_no_leak() -> None:
    assert redact(f"before {SECRET[:11]} behind", [SECRET]) == f"before {SECRET[:11]} behind"


@pytest.mark.parametrize("secret", ["s", "secret", "#", "<secret#", "e", "0", "sec"])
def test_a_secret_whose_letters_stand_in_a_fingerprint_is_taken_out_once(secret: str) -> None:
    assert redact(f"a {secret} b", [secret]).count(fingerprint(secret)) == f"a {secret} b".count(secret)


def test_the_fingerprint_of_one_secret_is_left_alone_for_the_sake_of_another() -> None:
    left = redact(f"{SECRET} and sec", [SECRET, "sec"])
    assert left == f"<{fingerprint(SECRET)}> and <{fingerprint('sec')}>"


@given(st.text(min_size=1, max_size=16), st.text(max_size=40), st.text(max_size=40))
@example("c", "", "ccc")
def test_it_ends_for_every_secret_and_every_text(secret: str, before: str, behind: str) -> None:
    if not any("\ud800" <= letter <= "\udfff" for letter in secret):
        assert fingerprint(secret) in redact(f"{before}{secret}{behind}", [secret])
