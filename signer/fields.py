"""Where fields of authentication travel: readers and placers that schemes are put together from."""

from collections.abc import Callable, Mapping
from dataclasses import fields as members
from dataclasses import replace

from signer.encoding import form_value_named, form_with, percent_encoded
from signer.errors import SignerError
from signer.message import Request
from signer.scheme import Fields

_CONTENT_TYPE = b"content-type"

#: So many spellings of header names are remembered, none of them longer than this.
_SPELLINGS = 256
_LONGEST_NAME = 64

FORM = b"application/x-www-form-urlencoded"
JSON = b"application/json"


def headers_as_fields(places: Mapping[str, str], *, form_nonce: str | None = None) -> Callable[[Request], Fields]:
    """Return a reader of fields that travel in headers.

    Args:
        places: Field name to header name, such as `{"key": "Api-Key"}`. Letter case of header names does not count.
        form_nonce: Name of the nonce in the form in the body, where it travels there.

    Raises:
        SignerError: A name is no field's.
    """
    nonce_in = None if form_nonce is None else form_value_named(form_nonce.encode("ascii"))
    named = _FieldsByName({header.lower().encode("ascii"): field for field, header in places.items()})
    if unknown := places.keys() - {member.name for member in members(Fields)}:
        raise SignerError(f"no field is called {', '.join(sorted(unknown))}")

    def read(request: Request) -> Fields:
        found: dict[str, str] = {}
        repeated: tuple[str, ...] = ()
        for name, value in request.headers:
            field = named[name]
            if not field:
                continue
            if field not in found:
                found[field] = value.decode("latin-1")
            elif field not in repeated:
                repeated = (*repeated, field)
        if nonce_in is not None:
            nonce = nonce_in(request.body)
            if nonce is not None:
                found["nonce"] = nonce.decode("latin-1")
        get = found.get
        return Fields(
            get("key"), get("signature"), get("nonce"), get("timestamp"), get("passphrase"), get("window"), repeated
        )

    return read


class _FieldsByName(dict[bytes, str]):
    """The field that travels in a header of some name, "" for none; spellings that were met are remembered."""

    def __init__(self, lowercase: Mapping[bytes, str]) -> None:
        super().__init__(lowercase)
        self._lowercase = lowercase

    def __missing__(self, name: bytes) -> str:
        field = self._lowercase.get(name.lower(), "")
        if len(self) < _SPELLINGS and len(name) <= _LONGEST_NAME:
            self[name] = field
        return field


def fields_as_headers(
    places: Mapping[str, str], *, constant: Mapping[str, str] | None = None
) -> Callable[[Request, Fields], Request]:
    """Return a placer of fields that travel in headers.

    Args:
        places: Field name to header name, written in this letter case.
        constant: Headers that every request carries, name to value.
    """
    named = tuple((field, header.encode("ascii")) for field, header in places.items())
    always = tuple((name.encode("ascii"), value.encode("ascii")) for name, value in (constant or {}).items())

    def place(request: Request, fields: Fields) -> Request:
        placed = list(always)
        for field, header in named:
            text = getattr(fields, field)
            if text is not None:
                placed.append((header, text.encode("latin-1")))
        gone = {header.lower() for header, _ in placed}
        kept = tuple(pair for pair in request.headers if pair[0].lower() not in gone)
        return replace(request, headers=(*kept, *placed))

    return place


def nonce_into_form_body(
    place: Callable[[Request, Fields], Request], name: str = "nonce"
) -> Callable[[Request, Fields], Request]:
    """Return a placer that puts the nonce into the form in the body and everything else where `place` does.

    The body's other bytes stay as the caller wrote them. A form's content type is added where there is none.
    """
    raw_name = name.encode("ascii")

    def place_with_nonce(request: Request, fields: Fields) -> Request:
        placed = place(request, fields)
        if fields.nonce is None:
            return placed
        value = percent_encoded(fields.nonce.encode("latin-1"))
        return with_content_type(replace(placed, body=form_with(placed.body, raw_name, value)), FORM)

    return place_with_nonce


def with_content_type(request: Request, value: bytes) -> Request:
    """Return the request with this content type, unless it already names one."""
    if request.values(_CONTENT_TYPE):
        return request
    return replace(request, headers=(*request.headers, (b"Content-Type", value)))
