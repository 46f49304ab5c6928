"""Answers that no exchange means: pages of the machinery in front, doubled members, stand-ins."""

from __future__ import annotations

import json

from mockserver.core.answers import Answer

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><title>{status} | exchange front</title></head>
<body><h1>Error {status}</h1><p>The front of the exchange could not pass your request on.</p>
<p>Ray: 5eed0000c0ffee &bull; Try again in a few minutes.</p></body></html>
"""


def page(status: int, body: str) -> Answer:
    """Return what stands in front of an exchange says when it says something itself.

    Args:
        status: The HTTP status.
        body: `json` for a small object, `html` for a page, anything else for nothing.
    """
    if body == "json":
        return Answer(status=status, body=json.dumps({"error": f"front: {status}"}).encode())
    if body == "html":
        return Answer(status=status, body=_PAGE.format(status=status).encode(), content_type="text/html; charset=UTF-8")
    return Answer(status=status, body=b"")


def stand_in_answer() -> Answer:
    """Return what is spoilt in place of an answer that was never come to."""
    return Answer(status=503, body=b'{"error":"the exchange did not get to this request"}')


def doubled_keys(body: bytes) -> bytes:
    """Return a JSON object in which every member of the outermost level stands twice, first with a wrong value.

    A body that is no JSON object becomes one with a doubled member.
    """
    try:
        value = json.loads(body)
    except ValueError:
        value = None
    if not isinstance(value, dict) or not value:
        return b'{"error":"first","error":"second"}'
    wrong = ",".join(f"{json.dumps(name)}:null" for name in value)
    return b"{" + wrong.encode() + b"," + body.strip()[1:]
