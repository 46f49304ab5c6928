"""A record holds no secret, and loses nothing by it."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.leaks import find_leak, fingerprint
from harness.recording import hiding
from harness.recording.plain import read, written
from signer import Credentials

SECRET = "s3cr3t/with+signs=and_more-0123456789"
FORMS = {
    "clear": SECRET,
    "a fragment": SECRET[5:20],
    "hex": SECRET.encode().hex(),
    "upper hex": SECRET.encode().hex().upper(),
    "percent": quote(SECRET, safe=""),
    "base64": base64.b64encode(SECRET.encode()).decode(),
    "base64 of more": base64.b64encode(b"user:" + SECRET.encode() + b"!").decode(),
    "base64url": base64.urlsafe_b64encode(b"xx" + SECRET.encode()).decode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_taken_out_in_every_form_and_put_back_as_it_was(form: str) -> None:
    text = f"before {FORMS[form]} between {FORMS[form]} after"
    parts = hiding.parted(text, [SECRET])
    assert all(find_leak(SECRET, part) is None for part in parts if isinstance(part, str))
    assert any(isinstance(part, hiding.Stretch) for part in parts)
    assert hiding.joined(parts, {fingerprint(SECRET): SECRET}) == text


@pytest.mark.parametrize("form", FORMS)
def test_a_leak_of_a_secret_that_cannot_be_drawn_again_is_still_a_leak(form: str) -> None:
    parts = hiding.parted(f"before {FORMS[form]} after", [SECRET])
    text = hiding.joined(parts, {})
    assert find_leak(SECRET, text) is None
    assert find_leak(hiding.mark_of(fingerprint(SECRET)), text) is not None


@given(st.text(), st.text(min_size=1), st.text())
def test_whatever_stands_around_a_secret_stays(before: str, secret: str, after: str) -> None:
    text = before + secret + after
    assert hiding.joined(hiding.parted(text, [secret]), {fingerprint(secret): secret}) == text


def test_several_secrets_in_one_text_are_told_apart() -> None:
    one, other = "first-secret-of-them-all", "second-secret-of-them-all"
    text = f"{one}{other}{one}"
    parts = hiding.parted(text, [one, other])
    assert hiding.joined(parts, {fingerprint(one): one, fingerprint(other): other}) == text
    assert not hiding.leaks("".join(part for part in parts if isinstance(part, str)), [one, other])


def test_credentials_are_written_without_their_secret() -> None:
    plain = written(Credentials(key="key", secret=SECRET), [SECRET])
    assert find_leak(SECRET, json.dumps(plain)) is None
    assert read(plain, {fingerprint(SECRET): SECRET}) == Credentials(key="key", secret=SECRET)


def test_a_name_that_holds_a_secret_hides_it_too() -> None:
    plain = written({f"x{SECRET}": "value", "plain": 1}, [SECRET])
    assert find_leak(SECRET, json.dumps(plain)) is None
    assert read(plain, {fingerprint(SECRET): SECRET}) == {f"x{SECRET}": "value", "plain": 1}
