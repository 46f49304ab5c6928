"""Where fields of authentication travel, said once in words, and the reader and the placer that follow from it.

`{"key": "header X-Key", "timestamp": "parameter timestamp", "signature": "parameter signature"}`: a field travels in a
header, or in a parameter. A `parameter` may stand in the query or in the form in the body, a `query parameter` and a
`body parameter` in one of them alone.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from signer.encoding import form_decoded, form_with, form_without, percent_encoded, raw_pairs
from signer.errors import SignerError
from signer.fields import FORM, fields_as_headers, headers_as_fields, with_content_type
from signer.message import Request
from signer.scheme import Fields

_FIELDS = ("key", "passphrase", "nonce", "timestamp", "window", "signature")
_HEADER, _EITHER, _QUERY, _BODY = "header", "parameter", "query parameter", "body parameter"

#: Methods whose requests have no body.
_BODILESS = frozenset({"GET", "HEAD", "DELETE"})


def reader(places: Mapping[str, str]) -> Callable[[Request], Fields]:
    """Return the reader of fields that travel in these places.

    Of a parameter that stands several times, the query before the body, the first one counts; `Fields.repeated` names
    it. A body is read as a form unless it says that it is something else.

    Args:
        places: Field name to place.

    Raises:
        SignerError: There is no such field, or no such place.
    """
    headers, parameters = _sorted_out(places)
    read_headers = headers_as_fields(headers)

    def read(request: Request) -> Fields:
        fields = read_headers(request)
        found: dict[str, str] = {}
        repeated = list(fields.repeated)
        for place, name, value in _arrived(request):
            for field, (where, wanted) in parameters.items():
                if name != wanted or where not in (place, _EITHER):
                    continue
                if field not in found:
                    found[field] = value
                elif field not in repeated:
                    repeated.append(field)
        return replace(fields, repeated=tuple(repeated), **found)

    return read


def placer(places: Mapping[str, str]) -> Callable[[Request, Fields], Request]:
    """Return the placer of fields that travel in these places.

    A parameter that stands there already is given its new value where it stands. A new one goes behind the others: into
    the form where there is one, or where a request without a query would have one; else into the query. The signature
    is always the last.

    Args:
        places: Field name to place; headers in the letter case in which they are sent.

    Raises:
        SignerError: There is no such field, or no such place.
    """
    headers, parameters = _sorted_out(places)
    place_headers = fields_as_headers(headers)

    def place(request: Request, fields: Fields) -> Request:
        placed = place_headers(request, fields)
        for field, (where, name) in parameters.items():
            text = getattr(fields, field)
            if text is not None:
                value = percent_encoded(text.encode("latin-1"))
                placed = _with_parameter(placed, where, name.encode(), value, last=field == "signature")
        return placed

    return place


def without(request: Request, place: str) -> Request:
    """Return a request without what travels in a place, wherever it stands there."""
    where, _, name = place.rpartition(" ")
    raw_name = name.encode("ascii")
    if where == _HEADER:
        kept = tuple(pair for pair in request.headers if pair[0].lower() != raw_name.lower())
        return replace(request, headers=kept)
    if where in (_EITHER, _QUERY) and request.query:
        query = form_without(request.query, raw_name)
        request = replace(request, target=request.path + (b"?" + query if query else b""))
    return replace(request, body=form_without(request.body, raw_name)) if where in (_EITHER, _BODY) else request


def _sorted_out(places: Mapping[str, str]) -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
    """Return the fields in headers and those in parameters, the latter in the order in which they are placed."""
    headers: dict[str, str] = {}
    parameters: dict[str, tuple[str, str]] = {}
    for field, text in places.items():
        where, _, name = text.rpartition(" ")
        if field not in _FIELDS:
            raise SignerError(f"there is no field {field!r}; there are {', '.join(_FIELDS)}")
        if where not in (_HEADER, _EITHER, _QUERY, _BODY) or not name.isascii():
            raise SignerError(f"the {field} cannot travel in {text!r}: say 'header NAME' or 'parameter NAME'")
        if where == _HEADER:
            headers[field] = name
        else:
            parameters[field] = (where, name)
    return headers, {field: parameters[field] for field in _FIELDS if field in parameters}


def _arrived(request: Request) -> Iterator[tuple[str, str, str]]:
    """Return (place, name, value) of every parameter, decoded."""
    forms = [(_QUERY, request.query)]
    if _may_be_form(request):
        forms.append((_BODY, request.body))
    for place, form in forms:
        for name, value in raw_pairs(form):
            yield place, form_decoded(name).decode("latin-1"), form_decoded(value).decode("latin-1")


def _may_be_form(request: Request) -> bool:
    types = request.values(b"content-type")
    return not types or types[0].partition(b";")[0].strip().lower() == FORM


def _with_parameter(request: Request, where: str, name: bytes, value: bytes, *, last: bool) -> Request:
    into_body = where == _BODY or (where == _EITHER and _belongs_in_body(request, name, last=last))
    form = request.body if into_body else request.query
    if last:
        form = form_without(form, name)
    form = form_with(form, name, value)
    if into_body:
        return with_content_type(replace(request, body=form), FORM)
    return replace(request, target=request.path + b"?" + form)


def _belongs_in_body(request: Request, name: bytes, *, last: bool) -> bool:
    if not _may_be_form(request) or (
        not last and any(form_decoded(found) == name for found, _ in raw_pairs(request.query))
    ):
        return False
    return bool(request.body) or (not request.query and request.method not in _BODILESS)
