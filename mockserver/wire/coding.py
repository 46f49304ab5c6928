"""Answers compressed for who asks for it, as the web servers in front of exchanges do."""

from __future__ import annotations

import zlib
from dataclasses import replace
from functools import lru_cache

from mockserver.core.answers import Answer
from signer import Request

#: Below so many bytes compression makes things longer.
_LEAST_BYTES = 48

#: Window bits that make zlib write each coding.
_CODINGS = {"gzip": 31, "deflate": 15}

_STATUSES_WITHOUT_BODY = frozenset({204, 304})


def coded_for(answer: Answer, request: Request) -> Answer:
    """Return an answer in a coding that the request accepts; as it is where it accepts none, or none is worth while."""
    if len(answer.body) < _LEAST_BYTES or answer.status in _STATUSES_WITHOUT_BODY:
        return answer
    coding = _accepted(b",".join(request.values(b"Accept-Encoding")))
    if coding is None:
        return answer
    packer = zlib.compressobj(level=4, wbits=_CODINGS[coding])
    body = packer.compress(answer.body) + packer.flush()
    headers = (*answer.headers, ("Content-Encoding", coding), ("Vary", "Accept-Encoding"))
    return replace(answer, body=body, headers=headers)


@lru_cache(maxsize=256)
def _accepted(value: bytes) -> str | None:
    """Return the coding that an Accept-Encoding names and we know: gzip before deflate, whatever is preferred.

    A coding that is not named is not used, for a client that says `*` may not have thought of it.
    """
    named = set()
    for part in value[:1024].decode("latin-1").lower().split(","):
        coding, _, parameters = part.partition(";")
        if _worth(parameters) > 0:
            named.add(coding.strip())
    return next((coding for coding in _CODINGS if coding in named), None)


def _worth(parameters: str) -> float:
    """Return a coding's q-value; one that cannot be read counts as a refusal."""
    name, equals, value = parameters.strip().partition("=")
    if not equals:
        return 1.0 if not name else 0.0
    try:
        return float(value) if name.strip() == "q" and len(value) <= 6 else 0.0
    except ValueError:
        return 0.0
