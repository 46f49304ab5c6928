"""The reference exchange's business under another exchange's way of signing: what is left to describe is the signing.

Paths, endpoints, orders and answers are those of the `reference` dialect. How requests are signed, where parameters
travel and how the exchange says no are the describer's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random
from typing import TypeAlias

from mockserver.core.answers import Answer
from mockserver.core.dialect import Check, Dialect, Found, Profile
from mockserver.core.endpoint import Endpoint, Json, Parameter, Parameters
from mockserver.core.rates import RateRule
from mockserver.core.refusals import Refusal, RefusalRow, Refused
from mockserver.dialects.reference import DIALECT as REFERENCE
from mockserver.dialects.reference.answers import detail_of, headers_of, write_json, write_refusal
from mockserver.dialects.reference.parameters import checked, invalid, read_parameters, read_query
from mockserver.errors import SettingsError
from signer import Credentials, Kind, Request, Scheme

#: How an exchange says one no: HTTP status, its own code, its words. `{parameter}` stands for the one to blame.
Said: TypeAlias = "tuple[int, str, str]"

_FORM = b"application/x-www-form-urlencoded"

#: Refusals of those who carry a nonce, by whether it must rise.
_OF_NONCES = (Refusal.MISSING_NONCE, Refusal.MALFORMED_NONCE, Refusal.NONCE_NOT_INCREASING)
_OF_TIMESTAMPS = (Refusal.MISSING_TIMESTAMP, Refusal.MALFORMED_TIMESTAMP, Refusal.TIMESTAMP_OUTSIDE_WINDOW)

#: What follows from the reference exchange's business; the last two for those whose nonces rise.
_LEVELS: Mapping[str, tuple[str, str]] = {
    "CANON-002": ("void", "nothing is sorted"),
    "PARSE-004": ("void", "its answers have no success markers"),
}
_LEVELS_OF_RISING: Mapping[str, tuple[str, str]] = {
    "CONC-008": ("void", "its nonces have to arrive rising, so calls may wait in turn"),
    "NONCE-013": ("void", "any integer that rises will do"),
}


def plain_dialect(
    scheme: Scheme,
    *,
    title: str,
    source: str,
    body: str = "json",
    says: Mapping[Refusal, Said] | None = None,
    refusal_body: Callable[[str, str], Json] | None = None,
    new_credentials: Callable[[Random], Credentials] = REFERENCE.new_credentials,
    rate: RateRule = REFERENCE.rate,
    hosts: tuple[str, ...] = (),
    levels: Mapping[str, tuple[str, str]] | None = None,
) -> Dialect:
    """Return an exchange that signs by a scheme and does the reference exchange's business.

    Args:
        scheme: How it signs; its name becomes the dialect's.
        title: For people.
        source: Where it is documented.
        body: What a POST carries its parameters in: "json" alone, or a "form", which may stand in the query as well.
        says: How it says no, where that is otherwise than in the reference exchange.
        refusal_body: Its code and its words in, the JSON body of a refusal out; problem details unless it is given.
        new_credentials: Draws a fresh pair in the documented format.
        rate: The documented rate limit.
        hosts: The host names of the original.
        levels: As in `Dialect.levels`; what follows from the reference exchange's business is there already.

    Raises:
        SettingsError: A body is neither "json" nor "form", or `says` speaks of a refusal that cannot happen.
    """
    if body not in ("json", "form"):
        raise SettingsError(f"the body of a POST is json or form, not {body!r}")
    rows = _rows(scheme, says or {}, source)
    return replace(
        REFERENCE,
        name=scheme.name,
        title=title,
        source=source,
        scheme=scheme,
        endpoints=tuple(_carrying(endpoint, body) for endpoint in REFERENCE.endpoints),
        refusals=rows,
        checks=_checks(scheme),
        route=_routed_to(body),
        read_parameters=read_parameters if body == "json" else read_anywhere,
        write_refusal=write_refusal if refusal_body is None else _written_as(refusal_body, frozenset(says or ())),
        new_credentials=new_credentials,
        rate=rate,
        hosts=hosts,
        like=REFERENCE.name,
        levels={**_LEVELS, **(_LEVELS_OF_RISING if Kind.RISING_NONCE in scheme.kinds else {}), **(levels or {})},
    )


def read_anywhere(request: Request, found: Found) -> Parameters | Refused:
    """Return the parameters of a query and of a form in the body together; a name in both stands there twice."""
    types = request.values(b"content-type")
    if request.body and (len(types) != 1 or types[0].partition(b";")[0].strip().lower() != _FORM):
        return invalid("The body is a form, with Content-Type: application/x-www-form-urlencoded.")
    values = read_query(b"&".join(form for form in (request.query, request.body) if form))
    return values if isinstance(values, Refused) else checked(values, found)


def _carrying(endpoint: Endpoint, body: str) -> Endpoint:
    def placed(parameter: Parameter) -> Parameter:
        return replace(parameter, place=body) if parameter.place == "json" else parameter

    return replace(endpoint, parameters=tuple(map(placed, endpoint.parameters)))


def _routed_to(body: str) -> Callable[[Request], Found | Refused]:
    """Return the reference exchange's way to an endpoint, which then says where its parameters really travel."""
    if body == "json":
        return REFERENCE.route
    described = {endpoint.name: _carrying(endpoint, body) for endpoint in REFERENCE.endpoints}

    def route(request: Request) -> Found | Refused:
        found = REFERENCE.route(request)
        if isinstance(found, Refused):
            return found
        return Found(endpoint=described[found.endpoint.name], path_parameters=found.path_parameters)

    return route


def _checks(scheme: Scheme) -> tuple[Check, ...]:
    gone = {Check.NONCE: scheme.nonce_rule is None, Check.WINDOW: scheme.time_rule is None}
    return tuple(check for check in REFERENCE.checks if not gone.get(check))


def _rows(scheme: Scheme, says: Mapping[Refusal, Said], source: str) -> tuple[RefusalRow, ...]:
    """Return the reference exchange's table in the words of this one, without what its requests do not carry."""
    words = _words(scheme)
    gone = {*(() if scheme.nonce_rule else _OF_NONCES), *(() if scheme.time_rule else _OF_TIMESTAMPS)}
    once = scheme.nonce_rule is not None and not scheme.nonce_rule.rising
    rows = []
    for row in REFERENCE.refusals:
        if row.refusal in gone:
            continue
        if once and row.refusal is Refusal.NONCE_NOT_INCREASING:
            row = replace(row, refusal=Refusal.NONCE_REUSED, code="nonce_reused")
        row = replace(row, text=words.get(row.refusal, row.text))
        if row.refusal in says:
            status, code, text = says[row.refusal]
            status = row.status if row.variant else status
            row = replace(row, status=status, code=code, text=text, source=source)
        rows.append(row)
    if silent := sorted(set(says) - {row.refusal for row in rows}):
        raise SettingsError(f"{scheme.name} never refuses for {', '.join(silent)}, and says how")
    return tuple(rows)


def _words(scheme: Scheme) -> Mapping[Refusal, str]:
    """Return what the refusals of the gate say, from the scheme's own value."""
    places, nonce, time = scheme.places, scheme.nonce_rule, scheme.time_rule
    words = {
        missing: f"The {places.get(field, field)} is required and may not be empty."
        for missing, field in (
            (Refusal.MISSING_KEY, "key"),
            (Refusal.MISSING_NONCE, "nonce"),
            (Refusal.MISSING_TIMESTAMP, "timestamp"),
            (Refusal.MISSING_SIGNATURE, "signature"),
        )
    }
    words[Refusal.MALFORMED_HEADER] = "What authenticates a request may stand there exactly once."
    words[Refusal.BAD_SIGNATURE] = (
        f"The signature is the {scheme.digest_name} of the string to sign, in {scheme.spelling.name}."
    )
    if nonce is not None:
        words[Refusal.MALFORMED_NONCE] = f"The nonce is {nonce.describe}."
        words[Refusal.NONCE_REUSED] = "The nonce was used before."
    if time is not None:
        words[Refusal.MALFORMED_TIMESTAMP] = f"The timestamp is {time.unit}."
        words[Refusal.TIMESTAMP_OUTSIDE_WINDOW] = "The timestamp is too far away from the server's clock."
    return words


def _written_as(
    refusal_body: Callable[[str, str], Json], own: frozenset[Refusal]
) -> Callable[[Refused, RefusalRow, Profile, Request, int], Answer]:
    def write(refused: Refused, row: RefusalRow, profile: Profile, request: Request, now_ms: int) -> Answer:
        # Words of its own are said as they are; where it has none, what is known of the clash tells more.
        known = replace(refused, detail="") if refused.refusal in own else refused
        body = refusal_body(row.code, detail_of(known, row))
        return Answer(status=row.status, body=write_json(body), headers=headers_of(refused))

    return write
