"""A request as somebody pasted it: raw HTTP, a curl command line, a HAR, or entries of the mock exchange's journal."""

from __future__ import annotations

import base64
import binascii
import json
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote_plus, urlsplit

from harness.errors import UsageError
from signer import Request

#: Nobody pastes more than this on purpose.
LARGEST = 32 * 1024 * 1024

_REQUEST_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\S+)(?: HTTP/[0-9.]+)?\r?\n?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """One request.

    Attributes:
        request: As it travelled, as far as the form of pasting keeps it.
        at_ms: When it reached the server, ms since the Unix epoch; None where nothing says so.
    """

    request: Request
    at_ms: int | None = None


def read_pasted(data: bytes) -> tuple[Pasted, ...]:
    """Read whatever was pasted; one request or more, in their order.

    Raises:
        UsageError: It is none of the known forms, or holds no request.
    """
    if len(data) > LARGEST:
        raise UsageError(f"more than {LARGEST >> 20} MiB were given; one request is enough")
    bare = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not bare:
        raise UsageError("nothing was given: paste a raw HTTP request, a curl command, a HAR or a journal entry")
    if bare[:1] in (b"{", b"["):
        return _from_json(bare)
    if re.match(rb"(\$ )?curl(\.exe)?\s", bare):
        return (Pasted(request=_from_curl(bare.decode("utf-8", "surrogateescape").removeprefix("$ "))),)
    return (Pasted(request=_from_http(bare)),)


# --- raw HTTP ---


def _from_http(data: bytes) -> Request:
    line = _REQUEST_LINE.match(data)
    if line is None:
        first = data.splitlines()[0][:60].decode("utf-8", "backslashreplace")
        raise UsageError(
            f"cannot read the request: {first!r} is neither a request line nor curl, HAR or a journal entry"
        )
    head, blank, body = _split(data[line.end() :])
    headers = []
    for number, text in enumerate(head.splitlines(), start=2):
        name, colon, value = text.partition(b":")
        if not colon or not name or name.strip() != name:
            raise UsageError(f"cannot read line {number} of the request: it is no header")
        headers.append((name, value.strip()))
    lengths = [value for name, value in headers if name.lower() == b"content-length"]
    if lengths and lengths[0].isdigit() and int(lengths[0]) <= len(body):
        body = body[: int(lengths[0])]
    elif blank:
        body = body.removesuffix(b"\n").removesuffix(b"\r")  # what an editor puts behind the last line
    target = line[2]
    if b"://" in target:
        target = _target_of(target.decode("utf-8", "surrogateescape"))[0]
    return Request(method=line[1].decode("ascii"), target=target, headers=tuple(headers), body=body)


def _split(data: bytes) -> tuple[bytes, bool, bytes]:
    """Return head, whether a blank line ended it, and body."""
    if data.startswith((b"\r\n", b"\n")):
        return b"", True, data.removeprefix(b"\r").removeprefix(b"\n")
    blank = re.search(rb"\r?\n\r?\n", data)
    return (data, False, b"") if blank is None else (data[: blank.start()], True, data[blank.end() :])


# --- curl ---

#: Options that carry a value we have no use for.
_WITH_VALUE = frozenset(
    """-o --output -m --max-time --connect-timeout --retry --retry-delay -w --write-out -x --proxy --cacert --capath -E
    --cert --key --resolve --connect-to -c --cookie-jar --interface --limit-rate -U --proxy-user --ciphers --max-redirs
    -u --user --tls-max --dns-servers -D --dump-header -K --config --noproxy""".split()  # noqa: SIM905
)
_DATA = frozenset({"-d", "--data", "--data-raw", "--data-ascii", "--data-binary", "--data-urlencode", "--json"})
#: Short options with a value, which may stand right behind the letter.
_SHORT = frozenset("XHdAebomwxEcuUDK")
#: A line goes on behind a backslash, in PowerShell behind a backtick.
_CONTINUED = re.compile(r"[\\`]\r?\n")
#: What only the command line of Windows writes: a caret before a line end or a quote. There a caret escapes anything.
_OF_WINDOWS = re.compile(r"\^(?:\r?\n|\")")
_CARET = re.compile(r"\^(\r?\n|.)", re.DOTALL)
_ANSI = re.compile(r"\$'((?:[^'\\]|\\.)*)'", re.DOTALL)


def _from_curl(text: str) -> Request:
    if _OF_WINDOWS.search(text):
        text = _CARET.sub(lambda found: " " if found[1].endswith("\n") else found[1], text)
    try:
        words = shlex.split(_ANSI.sub(_plain_quote, _CONTINUED.sub(" ", text)))
    except ValueError as problem:
        raise UsageError(f"cannot read the curl command: {problem}") from None
    method, url, get = "", "", False
    headers: list[tuple[bytes, bytes]] = []
    data: list[bytes] = []
    kind = ""
    for option, value in _options(words[1:]):
        match option:
            case "-X" | "--request":
                method = value
            case "-H" | "--header":
                name, colon, rest = value.partition(":")
                if colon and rest.strip():
                    headers.append((_bytes(name), _bytes(rest.strip())))
            case "-A" | "--user-agent":
                headers.append((b"User-Agent", _bytes(value)))
            case "-b" | "--cookie":
                headers.append((b"Cookie", _bytes(value)))
            case "-e" | "--referer":
                headers.append((b"Referer", _bytes(value)))
            case "-G" | "--get":
                get = True
            case "-I" | "--head":
                method = method or "HEAD"
            case "--url" | "":
                url = value
            case _:
                if option in _DATA:
                    kind = kind or option
                    data.append(_data(option, value))
    if not url:
        raise UsageError("the curl command names no URL")
    target, host = _target_of(url)
    body = (b"" if kind == "--json" else b"&").join(data)
    names = {name.lower() for name, _ in headers}
    if get and body:
        target += (b"&" if b"?" in target else b"?") + body
        body = b""
    elif data and b"content-type" not in names:
        form = b"application/json" if kind == "--json" else b"application/x-www-form-urlencoded"
        headers.append((b"Content-Type", form))
    if b"host" not in names:
        headers.insert(0, (b"Host", host))
    return Request(
        method=method or ("POST" if data and not get else "GET"), target=target, headers=tuple(headers), body=body
    )


def _options(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield option and value; "" and the word for what is no option."""
    left = iter(words)
    for word in left:
        if not word.startswith("-") or word == "-":
            yield "", word
        elif word.startswith("--"):
            name, equals, value = word.partition("=")
            takes = name in _WITH_VALUE or name in _DATA or name in _LONG
            yield name, value if equals else next(left, "") if takes else ""
        else:
            for at, letter in enumerate(word[1:], start=2):
                if letter in _SHORT:
                    yield f"-{letter}", word[at:] or next(left, "")
                    break
                yield f"-{letter}", ""


_LONG = frozenset({"--request", "--header", "--url", "--user-agent", "--cookie", "--referer"})


def _data(option: str, value: str) -> bytes:
    if value.startswith("@") and option != "--data-raw":
        raise UsageError(f"the curl command takes its data from the file {value[1:]!r}: put the data itself into it")
    if option == "--data-urlencode":
        name, equals, rest = value.partition("=")
        return _bytes(f"{name}={quote_plus(rest)}" if equals and name else quote_plus(rest if equals else value))
    if option in ("-d", "--data", "--data-ascii"):
        value = value.replace("\r", "").replace("\n", "")  # as curl does
    return _bytes(value)


def _plain_quote(match: re.Match[str]) -> str:
    """Return what the shell makes of `$'…'`, which browsers write, in quotes that Python reads."""
    named = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", "'": "'", '"': '"'}

    def plain(escape: re.Match[str]) -> str:
        text = escape[1]
        if text[0] in "ux" and len(text) > 1:
            return chr(int(text[1:], 16))
        return named.get(text, escape[0])

    return shlex.quote(re.sub(r"\\(u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|.)", plain, match[1], flags=re.DOTALL))


def _target_of(url: str) -> tuple[bytes, bytes]:
    """Return target and host of a URL that may lack its scheme."""
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
    except ValueError as problem:
        raise UsageError(f"cannot read the URL: {problem}") from None
    target = (parts.path or "/") + (f"?{parts.query}" if "?" in url.partition("#")[0] else "")
    return _bytes(target), _bytes(parts.netloc.rpartition("@")[2])


# --- HAR and the journal ---


def _from_json(data: bytes) -> tuple[Pasted, ...]:
    try:
        value = json.loads(data)
    except RecursionError:
        raise UsageError("the JSON is nested too deeply") from None
    except ValueError as whole:
        try:
            value = [json.loads(line) for line in data.splitlines() if line.strip()]  # JSON lines
        except (ValueError, RecursionError):
            raise UsageError(f"cannot read the JSON: {whole}") from None
    found = [_from_entry(entry) for entry in _entries(value)]
    if not found:
        raise UsageError("there is no request in the JSON: a HAR, a HAR entry or entries of the journal were expected")
    return tuple(found)


def _entries(value: object) -> Iterator[Mapping[str, object]]:
    if isinstance(value, list):
        for member in value:
            yield from _entries(member)
    elif isinstance(value, dict):
        if isinstance(value.get("request"), dict):
            yield value
        elif isinstance(value.get("log"), dict):
            yield from _entries(value["log"].get("entries"))
        elif "entries" in value:
            yield from _entries(value["entries"])


def _from_entry(entry: Mapping[str, object]) -> Pasted:
    asked = entry["request"]
    if not isinstance(asked, dict):
        raise UsageError("a request in the JSON is no object")
    method = asked.get("method")
    if not isinstance(method, str):
        raise UsageError("a request in the JSON has no method")
    if "target" in asked:  # our own journal
        headers = [(_exact(name), _exact(value)) for name, value in _pairs(asked.get("headers"))]
        request = Request(
            method=method, target=_exact(asked["target"]), headers=tuple(headers), body=_exact(asked.get("body"))
        )
        at_ms = entry.get("server_ms")
        return Pasted(request=request, at_ms=at_ms if isinstance(at_ms, int) else None)
    target, host = _target_of(str(asked.get("url", "")))
    headers = [(_exact(name), _exact(value)) for name, value in _pairs(asked.get("headers"))]
    # HTTP/2 spells what HTTP/1.1 has in its request line as headers with a colon.
    kept = tuple(pair for pair in headers if not pair[0].startswith(b":"))
    if not any(name.lower() == b"host" for name, _ in kept):
        kept = ((b"Host", host), *kept)
    request = Request(method=method, target=target, headers=kept, body=_har_body(asked.get("postData")))
    return Pasted(request=request, at_ms=_moment(entry.get("startedDateTime")))


def _har_body(data: object) -> bytes:
    if not isinstance(data, dict):
        return b""
    text = data.get("text")
    if isinstance(text, str) and text:
        return base64.b64decode(text) if data.get("encoding") == "base64" else _bytes(text)
    if data.get("params"):
        raise UsageError("the HAR keeps the form's parameters and not its bytes, which are what was signed")
    return b""


def _pairs(headers: object) -> Iterator[tuple[object, object]]:
    for header in headers if isinstance(headers, list) else []:
        if isinstance(header, dict):
            yield header.get("name"), header.get("value")
        elif isinstance(header, list) and len(header) == 2:
            yield header[0], header[1]
        else:
            raise UsageError("a header in the JSON has no name and value")


def _exact(value: object) -> bytes:
    """Return the bytes of a text, or of `{"base64": …}`, as the journal writes them."""
    if isinstance(value, dict) and isinstance(value.get("base64"), str):
        try:
            return base64.b64decode(value["base64"], validate=True)
        except binascii.Error as problem:
            raise UsageError(f"cannot read the base64 of a request: {problem}") from None
    return _bytes(value if isinstance(value, str) else "")


def _moment(text: object) -> int | None:
    try:
        return int(datetime.fromisoformat(str(text)).timestamp() * 1000) if text else None
    except ValueError:
        return None


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
