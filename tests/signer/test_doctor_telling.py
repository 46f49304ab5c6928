"""Where one request fits several explanations, the doctor knows which other request would tell."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from signer import Credentials, Request, Scheme, scheme_named
from signer.doctor import Diagnosis, Telling, demonstrations, examine, telling_request

CREDENTIALS = Credentials(key="k", secret="s")
POLONIEX = scheme_named("poloniex")


def form(body: bytes, signed: bytes) -> Request:
    signature = hmac.new(b"s", signed, hashlib.sha512).hexdigest().encode()
    return Request(method="POST", target=b"/tradingApi", headers=((b"Key", b"k"), (b"Sign", signature)), body=body)


def diagnosed(request: Request, scheme: Scheme = POLONIEX) -> tuple[Diagnosis, ...]:
    return examine(scheme, request, CREDENTIALS).diagnoses


def codes(found: tuple[Diagnosis, ...]) -> list[str]:
    return [diagnosis.code for diagnosis in found]


def asked(request: Request) -> Telling:
    return telling_request(POLONIEX, request, diagnosed(request))


def test_two_parameters_do_not_tell_sorted_from_reversed_and_the_request_that_is_named_does() -> None:
    request = form(b"nonce=7&command=b", b"command=b&nonce=7")
    assert set(codes(diagnosed(request))) >= {"PARAMETERS-SORTED", "PARAMETERS-REVERSED"}
    found = asked(request)
    assert found.features[0] == "three names that are not in alphabetical order"
    assert found.wholly
    named = form(b"nonce=7&command=b&m=1&z=2&a=3", b"a=3&command=b&m=1&nonce=7&z=2")
    assert codes(diagnosed(named)) == ["PARAMETERS-SORTED"]


def test_two_mistakes_are_told_apart_by_those_that_they_do_not_share() -> None:
    body, wrong = b"nonce=7&command=b", b"command=b&nonce=7"
    signature = hmac.new(b"s", wrong, hashlib.sha256).hexdigest().encode()
    request = Request(method="POST", target=b"/tradingApi", headers=((b"Key", b"k"), (b"Sign", signature)), body=body)
    assert all("OTHER-HASH" in code for code in codes(diagnosed(request)))
    assert asked(request).wholly


def test_where_some_stay_alike_the_others_are_told_from_them() -> None:
    request = form(b"command=a&b=two+words&nonce=7", b"command=a&b=two%20words&nonce=7")
    assert codes(diagnosed(request)) == ["SPACE-SIGNED-AS-PERCENT-20", "SIGNED-ENCODED", "OTHER-SAFE-CHARACTERS"]
    found = asked(request)
    assert found.features == ("brackets, an asterisk, a comma, a colon and a slash in a value",)
    assert found.groups == ((0, 1), (2,))
    assert not found.wholly


def test_a_nonce_that_stands_last_stays_there() -> None:
    request = form(b"b=1&a=2&nonce=7", b"nonce=7&a=2&b=1")
    assert "PARAMETERS-REVERSED" in codes(diagnosed(request))
    assert "NONCE-SIGNED-FIRST" not in codes(diagnosed(request))
    request = form(b"a=2&nonce=7", b"nonce=7&a=2")
    assert "NONCE-SIGNED-FIRST" in codes(diagnosed(request))
    assert asked(request).wholly


def test_what_is_the_same_in_every_request_is_said_to_be_so() -> None:
    request = form(b"command=a&nonce=7", b"")
    assert set(codes(diagnosed(request))) == {"BODY-NOT-SIGNED", "NOTHING-SIGNED"}
    found = asked(request)
    assert (found.features, found.groups, found.wholly) == ((), ((0, 1),), False)
    assert found.tried > 20


@pytest.mark.parametrize("code", ["METHOD-LOWER-CASE", "LOWERCASE-ESCAPES", "SIGNED-ENCODED", "TARGET-DECODED"])
def test_ties_of_every_kind_of_request_are_told_apart(code: str) -> None:
    shown = demonstrations()[code]
    found = examine(shown.scheme, shown.request, shown.credentials).diagnoses
    assert len(found) > 1
    assert telling_request(shown.scheme, shown.request, found).wholly


def test_looking_for_a_telling_request_ends_soon_for_a_large_one() -> None:
    body = b"&".join(b"name%d=value" % number for number in range(60)) + b"&nonce=7"
    request = form(body, b"&".join(body.split(b"&")[::-1]))
    found = diagnosed(request)
    assert telling_request(POLONIEX, request, [found[0], found[0]]).tried < 200
