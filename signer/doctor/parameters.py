"""Wrong ways to spell parameters: what a client may have signed instead of the form, query or JSON that it sent."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from urllib.parse import quote_from_bytes

from signer.encoding import form_decoded, raw_pairs

#: Decoded name and value.
Pair = tuple[bytes, bytes]

_ESCAPE = re.compile(rb"%[0-9A-Fa-f]{2}")
_BLANK = re.compile(rb"[ \t\r\n]+")
_NULLS = (b"null", b"undefined", b"None", b"nil")


def omissions(form: bytes, nonce: bytes | None) -> Iterator[tuple[str, bytes]]:
    """Yield forms that lack something, each with its mistake.

    Args:
        form: The form or query as sent.
        nonce: The nonce's text; the pair that holds it is the nonce's.
    """
    pairs = form.split(b"&")
    if len(pairs) > 64 or not form:
        return
    # What has a reason of its own comes before a pair that is missing without one.
    named = raw_pairs(form)
    if len(once := dict(named)) < len(named):
        yield "DUPLICATES-COLLAPSED", _joined(list(once.items()))
    yield "EMPTY-PAIRS-LEFT-OUT", b"&".join(pair for pair in pairs if pair)
    yield "EMPTY-VALUES-LEFT-OUT", b"&".join(pair for pair in pairs if pair.partition(b"=")[2])
    for index, pair in enumerate(pairs):
        rest = b"&".join(pairs[:index] + pairs[index + 1 :])
        if not pair:
            continue
        of_nonce = nonce is not None and form_decoded(pair.partition(b"=")[2]) == nonce
        yield ("SIGNED-BEFORE-NONCE" if of_nonce else "PARAMETER-LEFT-OUT"), rest
    for word in _NULLS:
        yield "NULL-SIGNED", b"&".join(pair + word if pair.endswith(b"=") else pair for pair in pairs)
    yield "EMPTY-PAIR-ADDED", b"&" + form
    yield "EMPTY-PAIR-ADDED", form + b"&"


def orders(form: bytes, nonce: bytes | None) -> Iterator[tuple[str, bytes]]:
    """Yield forms in another order, each with its mistake; arguments as for `omissions`."""
    pairs = list(raw_pairs(form))
    if len(pairs) < 2:
        return
    yield "PARAMETERS-SORTED", _joined(sorted(pairs))
    yield "PARAMETERS-SORTED", _joined(sorted(pairs, key=lambda pair: pair[0].lower()))
    # What is likelier comes first: few parameters may be in several orders at once.
    if nonce is not None:
        its = [pair for pair in pairs if form_decoded(pair[1]) == nonce]
        rest = [pair for pair in pairs if form_decoded(pair[1]) != nonce]
        yield "NONCE-SIGNED-FIRST", _joined(its + rest)
        yield "NONCE-SIGNED-LAST", _joined(rest + its)
    yield "PARAMETERS-SORTED-BACKWARDS", _joined(sorted(pairs, reverse=True))
    yield "PARAMETERS-REVERSED", _joined(pairs[::-1])


def spellings(form: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield other spellings of a form or query, each with its mistake."""
    raw = raw_pairs(form)
    if not raw or (len(raw) == 1 and b"=" not in form):
        return
    decoded = [(form_decoded(name), form_decoded(value)) for name, value in raw]
    yield "SPACE-SIGNED-AS-PERCENT-20", form.replace(b"+", b"%20")
    yield "SPACE-SIGNED-AS-PLUS", form.replace(b"%20", b"+")
    yield "SIGNED-UNENCODED", _joined(decoded)
    yield "SIGNED-ENCODED", _encoded(decoded, safe="", plus=True)
    yield "SIGNED-ENCODED", _encoded(decoded, safe="", plus=False)
    yield "LOWERCASE-ESCAPES", _ESCAPE.sub(lambda match: match[0].lower(), form)
    yield "LOWERCASE-ESCAPES", _ESCAPE.sub(lambda match: match[0].upper(), form)
    for safe in ("!'()*", "!'()*~", ",", ":", "/", ",:/", "*", "@:$,/!'()*;"):
        yield "OTHER-SAFE-CHARACTERS", _encoded(decoded, safe=safe, plus=True)
        yield "OTHER-SAFE-CHARACTERS", _encoded(decoded, safe=safe, plus=False)
    yield "ENCODED-TWICE", _encoded(list(raw), safe="", plus=False)
    yield "NAMES-AND-VALUES-RUN-TOGETHER", b"".join(name + value for name, value in decoded)
    yield "VALUES-ONLY", b"".join(value for _, value in decoded)
    with suppress(UnicodeError):
        texts = [(name.decode(), value.decode()) for name, value in decoded]
        for style in _JSON_STYLES:
            yield "JSON-SIGNED-INSTEAD-OF-FORM", _dumped(dict(texts), style)
        latin = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in texts]
        yield "SIGNED-AS-LATIN-1", _encoded(latin, safe="", plus=True)
        yield "SIGNED-AS-LATIN-1", _joined(latin)


def json_spellings(body: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield other spellings of a JSON body, each with its mistake; nothing where the body is none."""
    if not body.lstrip().startswith((b"{", b"[")):
        return
    try:
        value = json.loads(body)
        compact = [_dumped(value, style) for style in _JSON_STYLES]
        ordered = [_dumped(value, {**style, "sort_keys": True}) for style in _JSON_STYLES]
    except (ValueError, RecursionError, TypeError):
        return
    for text in compact:
        yield "JSON-SPACES-DIFFER", text
    for text in ordered:
        yield "JSON-SORTED", text
    for text in compact:
        yield "JSON-ESCAPES-DIFFER", text.replace(b"/", b"\\/")
    yield "JSON-BLANKS-REMOVED", _BLANK.sub(b"", body)
    yield "JSON-SPACES-DIFFER", body + b"\n"
    yield "PYTHON-DICT-SIGNED", repr(value).encode("utf-8", "surrogatepass")
    if isinstance(value, dict):
        for name in value if len(value) < 64 else ():
            rest = {other: item for other, item in value.items() if other != name}
            for style in _JSON_STYLES[:3]:
                yield "PARAMETER-LEFT-OUT", _dumped(rest, style)
        pairs = [(_flat(name), _flat(item)) for name, item in value.items()]
        yield "FORM-SIGNED-INSTEAD-OF-JSON", _encoded(pairs, safe="", plus=True)
        yield "FORM-SIGNED-INSTEAD-OF-JSON", _joined(pairs)
        yield "FORM-SIGNED-INSTEAD-OF-JSON", _joined(sorted(pairs))
        yield "NAMES-AND-VALUES-RUN-TOGETHER", b"".join(name + item for name, item in sorted(pairs))
        yield "NAMES-AND-VALUES-RUN-TOGETHER", b"".join(name + item for name, item in pairs)
        yield "VALUES-ONLY", b"".join(item for _, item in pairs)


def as_json(form: bytes) -> Iterator[bytes]:
    """Yield the JSON texts of a query's parameters, which a client may have signed as the body of a GET."""
    try:
        texts = {form_decoded(name).decode(): form_decoded(value).decode() for name, value in raw_pairs(form)}
    except UnicodeError:
        return
    for style in _JSON_STYLES:
        yield _dumped(texts, style)


_JSON_STYLES: tuple[dict[str, object], ...] = (
    {"separators": (",", ":"), "ensure_ascii": False},
    {"separators": (",", ":")},
    {"separators": (", ", ": ")},
    {"separators": (", ", ": "), "ensure_ascii": False},
    {"separators": (",", ": "), "indent": 2},
)


def _dumped(value: object, style: dict[str, object]) -> bytes:
    write: Callable[..., str] = json.dumps
    return write(value, **style).encode("utf-8", "surrogatepass")


def _flat(value: object) -> bytes:
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else json.dumps(value).encode()


def _joined(pairs: Sequence[Pair]) -> bytes:
    return b"&".join(name + b"=" + value for name, value in pairs)


def _encoded(pairs: Sequence[Pair], *, safe: str, plus: bool) -> bytes:
    return _joined([(_quoted(name, safe, plus), _quoted(value, safe, plus)) for name, value in pairs])


@lru_cache(maxsize=4096)
def _quoted(raw: bytes, safe: str, plus: bool) -> bytes:
    text = quote_from_bytes(raw, safe=safe + (" " if plus else "")).encode("ascii")
    return text.replace(b" ", b"+") if plus else text
