"""Every mistake of signing, made on purpose: what would have been signed, and what was.

Each is made by turning the doctor's own tables round, so the pages show what it looks for; a test hands each to the
doctor and asks for its name.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

from signer.credentials import Credentials
from signer.dialects import scheme_named
from signer.doctor.demonstration import Demonstration
from signer.doctor.invented import IN_BASE64
from signer.doctor.making import makings
from signer.doctor.search import diagnose
from signer.doctor.stale import stale_requests
from signer.message import Request
from signer.scheme import Scheme
from signer.signing import sign

_HOST = (b"Host", b"127.0.0.1:8800")
_FORM_TYPE = (b"Content-Type", b"application/x-www-form-urlencoded")
_JSON_TYPE = (b"Content-Type", b"application/json")
_NONCE, _TIMESTAMP = 1_700_000_000_123, 1_735_689_600_000

#: Requests in which every mistake can be made: dialect, request, secret. The credentials are invented.
_EXAMPLES = (
    (
        "poloniex",
        Request(
            method="POST",
            target=b"/tradingApi",
            headers=(_HOST, _FORM_TYPE),
            body=b"command=withdraw&address=two+words%2C+%28one%29+%C3%A9&note=&&tag=a&tag=b/c",
        ),
        "0123456789abcdef0123456789abcdef",
    ),
    (
        "exmo",
        Request(method="POST", target=b"/v1.1/user_info", headers=(_HOST, _FORM_TYPE), body=b"note=two%20words&a=1"),
        "S-ffeeddccbbaa99887766554433221100ffeeddcc",
    ),
    (  # a request whose digest begins with a zero
        "exmo",
        Request(method="POST", target=b"/v1.1/user_info", headers=(_HOST, _FORM_TYPE), body=b"limit=5"),
        "S-ffeeddccbbaa99887766554433221100ffeeddcc",
    ),
    (
        "reference",
        Request(
            method="POST",
            target=b"/v1/orders",
            headers=(_HOST, _JSON_TYPE),
            body=b'{"side":"buy","market":"BTC/USDT","note":"two words"}',
        ),
        " a secret with blanks around it ",
    ),
    (
        "reference",
        Request(method="GET", target=b"/v1/orders?market=BTC%2FUSDT&limit=5&after=", headers=(_HOST,)),
        "c29tZSBzZWNyZXQgb2Ygb3Vycw==",
    ),
    (
        "bitunix",
        Request(method="GET", target=b"/api/spot/v1/order/deal/list?symbol=BTC%2FUSDT&orderId=73", headers=(_HOST,)),
        "00112233445566778899aabbccddeeff",
    ),
)

#: Of the exchange that writes base64; invented like the others.
_SECRET_IN_BASE64 = base64.b64encode(b"the bytes of an invented secret").decode("ascii")

_OTHERS = ("S-the-secret-of-another-session",)


@cache
def demonstrations() -> Mapping[str, Demonstration]:
    """Return every mistake of signing that one request can show: diagnosis to the first that shows it and no other."""
    clear: dict[str, Demonstration] = {}
    found: dict[str, Demonstration] = {}
    for shown in _everything():
        found.setdefault(shown.code, shown)
        if shown.code not in clear and _named(shown)[:1] == (shown.code,):
            clear[shown.code] = shown
    return {**found, **clear}


def _everything() -> Iterator[Demonstration]:
    for dialect, request, secret in _EXAMPLES:
        yield from _of(scheme_named(dialect), request, Credentials(key="invented-key", secret=secret))
    yield from _of(IN_BASE64, _EXAMPLES[0][1], Credentials(key="invented-key", secret=_SECRET_IN_BASE64))
    yield from stale_requests()


def _named(shown: Demonstration) -> tuple[str, ...]:
    """Return what the doctor calls it."""
    found = diagnose(
        shown.scheme,
        shown.request,
        shown.credentials,
        other_secrets=shown.other_secrets,
        previous=shown.previous,
        last_nonce=shown.last_nonce,
        now_ms=shown.now_ms,
    )
    return tuple(diagnosis.code for diagnosis in found)


def _of(scheme: Scheme, asked: Request, credentials: Credentials) -> Iterator[Demonstration]:
    rising = scheme.nonce_rule is not None and scheme.nonce_rule.rising
    nonces = (_NONCE - 4321, _NONCE) if rising else ("b" * 32, "a1b2c3d4e5f60718293a4b5c6d7e8f90")
    earlier = replace(asked, body=b"command=returnBalances") if asked.body[:1].isalpha() else asked
    before = sign(scheme, earlier, credentials, nonce=nonces[0], timestamp_ms=_TIMESTAMP - 4321).request
    signed = sign(scheme, asked, credentials, nonce=nonces[1], timestamp_ms=_TIMESTAMP)
    for made in makings(scheme, signed.request, credentials, previous=before, other_secrets=_OTHERS):
        yield Demonstration(
            code=made.code,
            scheme=scheme,
            request=made.request,
            credentials=credentials,
            documented=signed.stages.string_to_sign,
            signed=made.signed,
            right=signed.stages.signature,
            arrived=scheme.read(made.request).signature or "",
            other_secrets=_OTHERS if made.code == "OTHER-SECRET" else (),
            previous=before if "PREVIOUS" in made.code else None,
        )
