"""Wrong texts to sign: everything a client may have given to the digest instead of the documented text.

A mistake is made where the client made it: on the request and its fields before they are put into their canonical
form, in a misreading of that form which the scheme itself lists, or on the finished text. So the doctor knows no
exchange by name, and a scheme written yesterday is diagnosed today.
"""

import hashlib
from base64 import b64encode
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, replace
from urllib.parse import unquote_to_bytes

from signer.digest import sha512_hex
from signer.doctor.parameters import as_json, json_spellings, omissions, orders, spellings
from signer.encoding import percent_encoded, travelled_bytes
from signer.message import Request
from signer.places import without
from signer.scheme import Fields, Misreading, Scheme

#: The stages at which a mistake is made; two mistakes are combined when their stages differ. The request's own come
#: first, then the scheme's two (what is signed, how it is hashed), then those of the finished text.
FIELDS, OMISSION, ORDER, SPELLING, BODY, METHOD, TARGET, MISREADING, HASHING, DIGEST_INSIDE, LAYOUT = range(11)


@dataclass(frozen=True, slots=True)
class Message:
    """A text that may have been signed, and the mistakes that lead to it."""

    codes: tuple[str, ...]
    stage: int
    request: Request
    fields: Fields
    misread: Misreading | None
    canonical: bytes
    text: bytes


def right_message(scheme: Scheme, request: Request, fields: Fields) -> Message:
    """Return the documented text.

    A signature among the parameters is taken out where the documented text does not hold it: mistakes were made with
    the others before it was there.
    """
    place = scheme.places.get("signature", "")
    if "parameter " in place:
        unsigned = without(request, place)
        if scheme.canonical_request(unsigned, fields) == scheme.canonical_request(request, fields):
            request = unsigned
    return _message(scheme, (), -1, request, fields)


def variations(
    scheme: Scheme, message: Message, previous: Fields | None, wanted: Container[str] | None = None
) -> Iterator[Message]:
    """Yield the message with one mistake more, made at a later stage than those it has.

    What the scheme itself lists comes first: of two names for one text it has the better one.

    Args:
        scheme: How the exchange signs.
        message: What is varied.
        previous: What the request before said about itself.
        wanted: The mistakes to make; None for all.
    """
    for misread in scheme.misreadings:
        stage = HASHING if misread.canonical_request is None else MISREADING
        if message.stage < stage and (wanted is None or misread.code in wanted):
            codes = (*message.codes, misread.code)
            yield _message(scheme, codes, stage, message.request, message.fields, _both(message.misread, misread))
    for stage in range(message.stage + 1, MISREADING):
        for code, request, fields in _before_the_text(scheme, message, stage, previous):
            if wanted is None or code in wanted:
                yield _message(scheme, (*message.codes, code), stage, request, fields)
    for stage, vary in ((DIGEST_INSIDE, _digests_inside), (LAYOUT, _layouts)):
        if message.stage >= stage:
            continue
        for code, text in vary(message.text, message.request, message.fields):
            if wanted is None or code in wanted:
                yield _laid_out(message, code, stage, message.canonical, text)
        if message.canonical != message.text:
            string = _string_to_sign(scheme, message.misread)
            for code, canonical in vary(message.canonical, message.request, message.fields):
                if wanted is None or code in wanted:
                    text = string(canonical, message.request, message.fields)
                    yield _laid_out(message, code, stage, canonical, text)


def _before_the_text(
    scheme: Scheme, message: Message, stage: int, previous: Fields | None
) -> Iterator[tuple[str, Request, Fields]]:
    request, fields = message.request, message.fields
    if stage == FIELDS:
        return _fields(scheme, request, fields, previous)
    found = (
        _bodies(request)
        if stage == BODY
        else _methods(request)
        if stage == METHOD
        else _targets(request, scheme)
        if stage == TARGET
        else _parameters(request, fields, stage)
    )
    return ((code, changed, fields) for code, changed in found)


def _both(first: Misreading | None, second: Misreading) -> Misreading:
    """Return a misreading of what is signed together with one of how it is hashed."""
    return second if first is None else replace(second, canonical_request=first.canonical_request)


def _laid_out(message: Message, code: str, stage: int, canonical: bytes, text: bytes) -> Message:
    codes = (*message.codes, code)
    return Message(codes, stage, message.request, message.fields, message.misread, canonical, text)


def _message(
    scheme: Scheme,
    codes: tuple[str, ...],
    stage: int,
    request: Request,
    fields: Fields,
    misread: Misreading | None = None,
) -> Message:
    of_misreading = None if misread is None else misread.canonical_request
    canonical = (of_misreading or scheme.canonical_request)(request, fields)
    text = _string_to_sign(scheme, misread)(canonical, request, fields)
    return Message(codes, stage, request, fields, misread, canonical, text)


def _string_to_sign(scheme: Scheme, misread: Misreading | None) -> Callable[[bytes, Request, Fields], bytes]:
    of_misreading = None if misread is None else misread.string_to_sign
    return of_misreading or scheme.string_to_sign


def _fields(
    scheme: Scheme, request: Request, fields: Fields, previous: Fields | None
) -> Iterator[tuple[str, Request, Fields]]:
    def placed(code: str, new: Fields) -> tuple[str, Request, Fields]:
        moved = scheme.place(request, new)
        return code, moved, scheme.read(moved)

    nonce, timestamp = fields.nonce, fields.timestamp
    if nonce is not None:
        yield "NONCE-LEFT-OUT", request, replace(fields, nonce=None)
        if previous is not None and previous.nonce:
            yield placed("PREVIOUS-NONCE-SIGNED", Fields(nonce=previous.nonce))
        if nonce.isascii() and nonce.isdigit() and len(nonce) < 40:
            for step in (-1, 1):
                yield placed("NONCE-DRAWN-TWICE", Fields(nonce=str(int(nonce) + step)))
    if timestamp is not None:
        yield "TIMESTAMP-LEFT-OUT", request, replace(fields, timestamp=None)
        if previous is not None and previous.timestamp:
            yield placed("PREVIOUS-TIMESTAMP-SIGNED", Fields(timestamp=previous.timestamp))
        if timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 40:
            for later in (1, -1, 2, -2, 3, -3):
                yield placed("TIMESTAMP-DRAWN-TWICE", Fields(timestamp=str(int(timestamp) + later)))
        if len(timestamp) > 3:
            yield placed("TIMESTAMP-SIGNED-IN-SECONDS", Fields(timestamp=timestamp[:-3]))
        yield placed("TIMESTAMP-SIGNED-IN-SECONDS", Fields(timestamp=timestamp + "000"))
        if nonce is not None:
            yield "NONCE-AND-TIMESTAMP-SWAPPED", request, replace(fields, nonce=timestamp, timestamp=nonce)
    if fields.key is not None:
        yield "KEY-LEFT-OUT", request, replace(fields, key=None)
        yield "KEY-FIRST", request, replace(fields, nonce=fields.key + (nonce or ""), key=None)


def _parameters(request: Request, fields: Fields, stage: int) -> Iterator[tuple[str, Request]]:
    nonce = None if fields.nonce is None else travelled_bytes(fields.nonce)
    is_json = request.body.lstrip().startswith((b"{", b"["))
    for form, put in ((request.body, _with_body), (request.query, _with_query)):
        if not form or (is_json and put is _with_body):
            continue
        found = (
            omissions(form, nonce) if stage == OMISSION else orders(form, nonce) if stage == ORDER else spellings(form)
        )
        for code, text in found:
            yield code, put(request, text)
    if is_json and stage == SPELLING:
        for code, text in json_spellings(request.body):
            yield code, _with_body(request, text)


def _bodies(request: Request) -> Iterator[tuple[str, Request]]:
    path, query = request.path, request.query
    if query and not request.body:
        yield "QUERY-NOT-SIGNED", replace(request, target=path)
    if request.body:
        yield "BODY-NOT-SIGNED", _with_body(request, b"")
        if request.method == "GET":
            yield "BODY-OF-GET-SIGNED", replace(request, method="POST")
        return
    # The requests that become a POST here show a body to a scheme that leaves it out of a GET.
    for text in (b"{}", b"null", b"[]", b'""'):
        yield "EMPTY-BODY-SIGNED-AS-OBJECT", _with_body(request, text)
        yield "EMPTY-BODY-SIGNED-AS-OBJECT", replace(_with_body(request, text), method="POST")
    if query:
        for text in (*as_json(query), query):
            yield "BODY-OF-GET-SIGNED", replace(_with_body(request, text), target=path)
            yield "BODY-OF-GET-SIGNED", replace(_with_body(request, text), target=path, method="POST")
            yield "BODY-OF-GET-SIGNED", replace(_with_body(request, text), method="POST")


def _methods(request: Request) -> Iterator[tuple[str, Request]]:
    yield "METHOD-LOWER-CASE", replace(request, method=request.method.lower())
    yield "METHOD-LEFT-OUT", replace(request, method="")
    for method in ("POST", "GET", "PUT", "DELETE"):
        if method != request.method:
            yield "OTHER-METHOD-SIGNED", replace(request, method=method)


def _targets(request: Request, scheme: Scheme) -> Iterator[tuple[str, Request]]:
    path, query = request.path, request.query
    question = b"?" + query if query else b""
    if query:
        yield "QUERY-NOT-SIGNED", replace(request, target=path)
        yield "TARGET-DECODED", replace(request, target=path + b"?" + unquote_to_bytes(query.replace(b"+", b" ")))
    yield "TARGET-DECODED", replace(request, target=unquote_to_bytes(request.target))
    yield "TARGET-ENCODED-AGAIN", replace(request, target=percent_encoded(request.target, safe="/?=&"))
    yield "TARGET-ENCODED-AGAIN", replace(request, target=path + b"?" + percent_encoded(query, safe="=&"))
    hosts = [*request.values(b"host")[:1], *(name.encode("ascii") for name in scheme.hosts)]
    for host in hosts:
        yield "HOST-SIGNED", replace(request, target=host + request.target)
        yield "HOST-SIGNED", replace(request, target=host.partition(b":")[0] + request.target)
        for protocol in (b"http://", b"https://"):
            yield "FULL-URL-SIGNED", replace(request, target=protocol + host + request.target)
    second = path.find(b"/", 1)
    if second > 0:
        yield "PATH-SHORTENED", replace(request, target=path[second:] + question)
    yield "PATH-SHORTENED", replace(request, target=path[1:] + question)
    yield "SLASH-DIFFERS", replace(request, target=(path[:-1] if path.endswith(b"/") else path + b"/") + question)
    yield "QUESTION-MARK-DIFFERS", replace(request, target=request.target + b"?" if not query else path + query)


def _digests_inside(text: bytes, request: Request, fields: Fields) -> Iterator[tuple[str, bytes]]:
    body = request.body
    hashed = sha512_hex(body)
    if hashed not in text:
        return
    yield "BODY-NOT-HASHED", text.replace(hashed, body)
    sha512, sha256 = hashlib.sha512(body), hashlib.sha256(body)
    for other in (
        sha256.hexdigest().encode("ascii"),
        hashed.upper(),
        b64encode(sha512.digest()),
        b64encode(sha256.digest()),
        sha512.digest(),
        *(() if body else (b"",)),
    ):
        yield "BODY-HASHED-OTHERWISE", text.replace(hashed, other)


def _layouts(text: bytes, request: Request, fields: Fields) -> Iterator[tuple[str, bytes]]:
    path, method = request.path, request.method.encode("latin-1")
    yield "NEWLINE-ADDED", text + b"\n"
    yield "NEWLINE-ADDED", text + b"\r\n"
    if b"\n" in text:
        yield "NEWLINES-LEFT-OUT", text.replace(b"\n", b"")
        yield "NEWLINES-AS-TEXT", text.replace(b"\n", b"\\n")
        yield "NEWLINES-WITH-CARRIAGE-RETURN", text.replace(b"\n", b"\r\n")
        lines = text.split(b"\n")
        if len(lines) < 12:
            for index in range(len(lines)):
                yield "LINE-LEFT-OUT", b"\n".join(lines[:index] + lines[index + 1 :])
    host = next(iter(request.values(b"host")), b"")
    for url in (path, request.target, b"https://" + host + request.target, b"http://" + host + request.target):
        yield "URL-SIGNED-INSTEAD-OF-BODY", url
    yield "PATH-IN-FRONT", path + text
    yield "PATH-IN-FRONT", path + b"?" + text
    yield "METHOD-AND-PATH-IN-FRONT", method + path + text
    yield "METHOD-AND-PATH-IN-FRONT", method + b"\n" + path + b"\n" + text
    yield "QUESTION-MARK-DIFFERS", b"?" + text
    if fields.nonce:
        yield "NONCE-IN-FRONT", travelled_bytes(fields.nonce) + text
    if fields.key:
        yield "KEY-IN-FRONT", travelled_bytes(fields.key) + text
        yield "KEY-IN-FRONT", travelled_bytes(fields.nonce) + travelled_bytes(fields.key) + text
        yield "KEY-BEHIND", text + travelled_bytes(fields.key)
    yield "TEXT-UPPER-CASED", text.upper()
    yield "TEXT-LOWER-CASED", text.lower()
    yield "TEXT-HEX-ENCODED", text.hex().encode("ascii")
    yield "TEXT-BASE64-ENCODED", b64encode(text)
    for name in ("sha512", "sha256", "md5"):
        made = hashlib.new(name, text, usedforsecurity=False)
        yield "TEXT-HASHED-FIRST", made.hexdigest().encode("ascii")
        yield "TEXT-HASHED-FIRST", made.digest()
    for encoding in ("utf-16-le", "utf-16"):
        yield "TEXT-IN-UTF-16", text.decode("latin-1").encode(encoding)
    yield "NOTHING-SIGNED", b""


def _with_body(request: Request, body: bytes) -> Request:
    # Built anew rather than replaced, which is four times as slow: the search does little else.
    return Request(method=request.method, target=request.target, headers=request.headers, body=body)


def _with_query(request: Request, query: bytes) -> Request:
    target = request.path + b"?" + query
    return Request(method=request.method, target=target, headers=request.headers, body=request.body)
