"""The journal in formats that others read: HAR 1.2 for browsers' tools, curl for a terminal.

Source:
    HTTP Archive 1.2, the field list of its working draft. Members of our own begin with an underscore, as it asks.
"""

from __future__ import annotations

import base64
import shlex
from collections.abc import Iterable
from datetime import UTC, datetime
from http import HTTPStatus
from importlib import metadata
from typing import TypeAlias
from urllib.parse import parse_qsl, quote

from mockserver.core.answers import Answer
from mockserver.core.dialect import Dialect
from mockserver.core.journal import Entry
from mockserver.wire.entry_json import entry_object

Object: TypeAlias = dict[str, object]

#: What may stand in a URL as it is; whatever else travelled is escaped, so that tools can read it.
_IN_URLS = "!#$%&'()*+,/:;=?@[]~-._"

#: What is known of a request better from its own members.
_TOLD_ELSEWHERE = ("request", "answer")


def har(pages: Iterable[object], dialect: Dialect) -> Object:
    """Return a HAR document of pages that `har_page` made."""
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "noncense", "version": _version()},
            "comment": f"a mock of {dialect.title}",
            "entries": list(pages),
        }
    }


def _version() -> str:
    try:
        return metadata.version("noncense")
    except metadata.PackageNotFoundError:
        return "unknown"


def har_page(entry: Entry, dialect: Dialect, url: str) -> Object:
    """Return an entry as one of HAR's; what the format has no member for stands in `_noncense`.

    Args:
        entry: What is shown.
        dialect: The exchange that was played.
        url: Scheme, host and port of requests that say no host themselves.
    """
    took_ms = max(0.0, (entry.answered_ns - entry.arrived_ns) / 1e6) if entry.answered_ns else 0.0
    ours = {name: value for name, value in entry_object(entry, dialect).items() if name not in _TOLD_ELSEWHERE}
    return {
        "startedDateTime": _moment(entry.server_ms),
        "time": took_ms,
        "request": _request(entry, url),
        "response": _response(entry.answer),
        "cache": {},
        "timings": {"send": 0, "wait": took_ms, "receive": 0},
        "connection": str(entry.connection),
        "_noncense": ours,
    }


def _moment(ms: int) -> str:
    moment = datetime.fromtimestamp(ms // 1000, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + f".{ms % 1000:03d}Z"


def address(entry: Entry, url: str) -> str:
    """Return the URL that a request was sent to, as far as it said."""
    target = quote(entry.request.target, safe=_IN_URLS)
    if not target.startswith("/"):
        return target
    hosts = entry.request.values(b"Host")
    scheme, _, host = url.partition("://")
    return f"{scheme}://{hosts[0].decode('latin-1') if hosts else host}{target}"


def _request(entry: Entry, url: str) -> Object:
    request = entry.request
    said: Object = {
        "method": request.method,
        "url": address(entry, url),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [_named(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers],
        "queryString": [
            _named(name, value) for name, value in parse_qsl(request.query.decode("latin-1"), keep_blank_values=True)
        ],
        "headersSize": -1,
        "bodySize": len(request.body),
    }
    if request.body:
        types = request.values(b"Content-Type")
        mime_type = types[0].decode("latin-1") if types else ""
        text, encoding = _text(request.body)
        post: Object = {"mimeType": mime_type, "params": [], "text": text}
        if encoding:
            post["_encoding"] = encoding
        elif "urlencoded" in mime_type:
            post["params"] = [_named(name, value) for name, value in parse_qsl(text, keep_blank_values=True)]
        said["postData"] = post
    return said


def _response(answer: Answer | None) -> Object:
    """Return an answer; a status of 0 says, as in browsers, that there was none."""
    if answer is None:
        answer = Answer(status=0, body=b"", content_type="")
    text, encoding = _text(answer.body)
    content: Object = {"size": len(answer.body), "mimeType": answer.content_type, "text": text}
    if encoding:
        content["encoding"] = encoding
    headers = [("Content-Type", answer.content_type), *answer.headers] if answer.content_type else answer.headers
    location = next((value for name, value in answer.headers if name.lower() == "location"), "")
    return {
        "status": answer.status,
        "statusText": _phrase(answer),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [_named(name, value) for name, value in headers],
        "content": content,
        "redirectURL": location,
        "headersSize": -1,
        "bodySize": len(answer.body),
    }


def _phrase(answer: Answer) -> str:
    if answer.reason is not None:
        return answer.reason
    try:
        return HTTPStatus(answer.status).phrase
    except ValueError:
        return ""


def _named(name: str, value: str) -> Object:
    return {"name": name, "value": value}


def _text(data: bytes) -> tuple[str, str]:
    """Return bytes as text, and the encoding that makes text of what is none."""
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError:
        return base64.b64encode(data).decode("ascii"), "base64"


def curl(entry: Entry, dialect: Dialect, url: str) -> str:
    """Return the command that sends a request again, byte for byte as far as a shell can, behind what to know of it.

    Args:
        entry: What is sent.
        dialect: The exchange.
        url: Scheme, host and port to send it to.
    """
    request, fields = entry.request, entry.fields
    words = ["curl", "-sS", "-i", "--http1.1", "--path-as-is", "-X", request.method]
    skipped = (b"host", b"content-length", b"connection", b"accept-encoding")
    for name, value in request.headers:
        if name.lower() not in skipped:
            words += ["-H", f"{name.decode('latin-1')}: {value.decode('latin-1')}"]
    notes = []
    if request.body:
        text, encoding = _text(request.body)
        if encoding:
            words += ["--data-binary", "@-"]
            notes.append(f"its body is no text: pipe in what `echo {text} | base64 -d` gives")
        else:
            words += ["--data-binary", text]
    target = quote(request.target, safe=_IN_URLS)
    words.append(url + target if target.startswith("/") else target)
    if fields is not None and fields.signature is not None:
        spent = "its nonce is spent" if fields.nonce is not None else "its timestamp grows old"
        anew = f"sign it anew with `noncense sign --dialect {dialect.name}`"
        notes.append(f"signed: {spent}, so it will be refused; {anew}")
    return "".join(f"# {note}\n" for note in notes) + " ".join(shlex.quote(word) for word in words) + "\n"
