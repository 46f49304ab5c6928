"""Requests whose signature is right and whose nonce or timestamp is not, each with what the exchange knew."""

from __future__ import annotations

from collections.abc import Iterator

from signer.credentials import Credentials
from signer.dialects import scheme_named
from signer.doctor.demonstration import Demonstration
from signer.message import Request
from signer.scheme import Scheme
from signer.signing import sign

_CREDENTIALS = Credentials(key="invented-key", secret="0123456789abcdef0123456789abcdef")  # noqa: S106 - invented
_FORM = Request(
    method="POST",
    target=b"/tradingApi",
    headers=((b"Host", b"127.0.0.1:8800"), (b"Content-Type", b"application/x-www-form-urlencoded")),
    body=b"command=returnBalances",
)
_QUERY = Request(method="GET", target=b"/v1/orders?limit=5", headers=((b"Host", b"127.0.0.1:8800"),))

_LAST_NONCE = 1_700_000_000_123
_NOW_MS = 1_735_689_600_000
_HOUR_MS, _MINUTE_MS = 3_600_000, 60_000

#: What came where a rising integer above the last nonce was due.
_NONCES = (
    ("NONCE-REPEATED", f"{_LAST_NONCE}"),
    ("NONCE-WENT-BACK", f"{_LAST_NONCE - 1}"),
    ("NONCE-IN-SECONDS", f"{_LAST_NONCE // 1000 + 1}"),
    ("NONCE-NOT-AN-INTEGER", "1.700000000124e+12"),
    ("NONCE-ILL-FORMED", "soon"),
)
#: What came where milliseconds were due.
_TIMESTAMPS = (
    ("TIMESTAMP-IN-SECONDS", _NOW_MS // 1000),
    ("TIMESTAMP-IN-MICROSECONDS", _NOW_MS * 1000),
    ("TIMESTAMP-IN-LOCAL-TIME", _NOW_MS + _HOUR_MS),
    ("CLOCK-BEHIND", _NOW_MS - _MINUTE_MS - 1000),
    ("CLOCK-AHEAD", _NOW_MS + _MINUTE_MS + 1000),
)


def stale_requests() -> Iterator[Demonstration]:
    """Yield every mistake of a nonce or a timestamp that a single request can show."""
    counting, timed = scheme_named("poloniex"), scheme_named("reference")
    for code, nonce in _NONCES:
        yield _made(code, counting, _FORM, nonce=nonce, timestamp=None, last_nonce=_LAST_NONCE)
    for code, timestamp in _TIMESTAMPS:
        yield _made(code, timed, _QUERY, nonce=str(_LAST_NONCE), timestamp=str(timestamp), now_ms=_NOW_MS)


def _made(
    code: str,
    scheme: Scheme,
    request: Request,
    *,
    nonce: str,
    timestamp: str | None,
    last_nonce: int | None = None,
    now_ms: int | None = None,
) -> Demonstration:
    signed = sign(scheme, request, _CREDENTIALS, nonce=nonce, timestamp_ms=timestamp)
    return Demonstration(
        code=code,
        scheme=scheme,
        request=signed.request,
        credentials=_CREDENTIALS,
        documented=signed.stages.string_to_sign,
        signed=None,
        right=signed.stages.signature,
        arrived=signed.stages.signature,
        last_nonce=last_nonce,
        now_ms=now_ms,
    )
