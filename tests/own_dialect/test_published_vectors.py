"""Acme signs as Binance documents it: its published examples, and the borders of its rules."""

from dataclasses import replace

import pytest

from signer import Accepted, Reason, Refused, Request, sign, verify
from tests.own_dialect.acme import MOMENT, PUBLISHED, form, scheme

QUERY = "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC"
REST = "quantity=1&price=0.1&recvWindow=5000"
WHOLE = f"{QUERY}&{REST}"
#: Source: Binance, "Request Security", the examples of a POST; the mixed one is of an older edition.
IN_ONE_PLACE = "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"
MIXED = "0fd168b8ddb4876a0358a8d14d0c9f3da0e9b20c5d52b2a00fcf7d1c602f9a77"
#: The symbol is six digits of full width, percent-encoded before signing.
FULL_WIDTH = "e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3"
FULL_WIDTH_UNENCODED = "ca2cdfbf21d2e2958de492c7f2dd1f059dd2ed4d4459d26a5ec7928db50c8d4f"

PUBLISHED_EXAMPLES = {
    "all of it in the query": (Request(method="POST", target=f"/api/v3/order?{WHOLE}".encode()), IN_ONE_PLACE),
    "all of it in the body": (form(WHOLE), IN_ONE_PLACE),
    "some in the query, some in the body": (form(REST, f"/api/v3/order?{QUERY}"), MIXED),
    "digits of full width": (
        form(WHOLE.replace("LTCBTC", "%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96")),
        FULL_WIDTH,
    ),
}


def signed(request: Request, timestamp: int = MOMENT) -> Request:
    return sign(scheme(), request, PUBLISHED, timestamp_ms=timestamp).request


def judged(request: Request, now_ms: int = MOMENT) -> Accepted | Reason:
    verdict = verify(scheme(), request, PUBLISHED, now_ms=now_ms)
    return verdict.reason if isinstance(verdict, Refused) else verdict


@pytest.mark.parametrize(("request_", "signature"), PUBLISHED_EXAMPLES.values(), ids=PUBLISHED_EXAMPLES)
def test_a_published_example_has_the_published_signature(request_: Request, signature: str) -> None:
    made = sign(scheme(), request_, PUBLISHED, timestamp_ms=MOMENT)
    assert made.stages.signature == signature
    assert (made.request.body or made.request.target).endswith(f"&signature={signature}".encode())
    assert isinstance(judged(made.request), Accepted)


def test_what_is_signed_before_it_is_encoded_is_refused() -> None:
    right = signed(PUBLISHED_EXAMPLES["digits of full width"][0])
    wrong = replace(right, body=right.body.replace(FULL_WIDTH.encode(), FULL_WIDTH_UNENCODED.encode()))
    assert judged(wrong) is Reason.BAD_SIGNATURE


def test_hex_counts_in_any_case() -> None:
    right = signed(form(WHOLE))
    assert isinstance(
        judged(replace(right, body=right.body.replace(IN_ONE_PLACE.encode(), b"%s" % IN_ONE_PLACE.upper().encode()))),
        Accepted,
    )


def test_a_signature_that_is_not_the_last_parameter_is_signed_text() -> None:
    right = signed(form(WHOLE))
    pairs = right.body.split(b"&")
    assert judged(replace(right, body=b"&".join([pairs[-1], *pairs[:-1]]))) is Reason.BAD_SIGNATURE


@pytest.mark.parametrize("name", ["timestamp", "signature"])
def test_what_is_missing_is_told_by_name(name: str) -> None:
    right = signed(form(WHOLE))
    body = b"&".join(pair for pair in right.body.split(b"&") if not pair.startswith(name.encode()))
    assert judged(replace(right, body=body)) is Reason(f"missing_{name}")


@pytest.mark.parametrize(
    ("window", "behind_ms", "accepted"),
    [
        ("", 5_000, True),
        ("", 5_001, False),
        ("", -999, True),
        ("", -1_000, False),
        ("&recvWindow=60000", 60_000, True),
        ("&recvWindow=60000", 60_001, False),
        ("&recvWindow=1", 1, True),
        ("&recvWindow=1", 2, False),
        ("&recvWindow=60000", -1_000, False),
    ],
)
def test_a_timestamp_is_fresh_up_to_the_window_that_the_request_names(
    window: str, behind_ms: int, accepted: bool
) -> None:
    request = signed(form(QUERY + window))
    verdict = judged(request, MOMENT + behind_ms)
    late = Reason.TIMESTAMP_TOO_OLD if behind_ms > 0 else Reason.TIMESTAMP_AHEAD
    assert isinstance(verdict, Accepted) if accepted else verdict is late


@pytest.mark.parametrize("window", ["60001", "0", "-1", "5s", "5000.5", ""])
def test_a_window_beyond_the_limit_or_ill_formed_is_refused(window: str) -> None:
    assert judged(signed(form(f"{QUERY}&recvWindow={window}"))) is Reason.MALFORMED_TIMESTAMP
