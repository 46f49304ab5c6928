"""Mistakes of the canonical form: the family CANON."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import unquote_to_bytes

from harness.mutants.knobs import Draft, Knobs, sign_afresh
from harness.mutants.mistakes.mistake import EVERYTHING, FORMS, RANDOM, Mistake
from harness.mutants.mistakes.signatures import UNSIGNED, seen_as, signed_over
from signer import Fields, Request, Signed


def _viewed(view: Callable[[Request], Request]) -> Callable[[], Knobs]:
    return lambda: Knobs(scheme=seen_as(view))


def _sorted_pairs(text: bytes) -> bytes:
    return b"&".join(sorted(text.split(b"&")))


def _sorted_when_signed(request: Request) -> Request:
    if request.query:
        return replace(request, target=request.path + b"?" + _sorted_pairs(request.query))
    if request.body.startswith(b"{"):
        return request
    return replace(request, body=_sorted_pairs(request.body))


def _one_of_each(text: bytes) -> bytes:
    pairs = dict(pair.partition(b"=")[::2] for pair in text.split(b"&") if pair)
    return b"&".join(name + b"=" + value for name, value in pairs.items())


def _as_a_dictionary(request: Request) -> Request:
    if request.query:
        return replace(request, target=request.path + b"?" + _one_of_each(request.query))
    return request if request.body.startswith(b"{") else replace(request, body=_one_of_each(request.body))


def _full_ones(text: bytes) -> bytes:
    return b"&".join(pair for pair in text.split(b"&") if not pair.endswith(b"="))


def _without_empties(request: Request) -> Request:
    if request.query:
        return replace(request, target=request.path + b"?" + _full_ones(request.query))
    if not request.body.startswith(b"{"):
        return replace(request, body=_full_ones(request.body))
    members = {name: value for name, value in json.loads(request.body).items() if value not in ("", None)}
    spelled = json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()
    return request if len(members) == len(json.loads(request.body)) else replace(request, body=spelled)


def _sorted_by(key: Callable[[bytes], object] | None) -> Callable[[], Knobs]:
    """Return the Bitunix scheme with its query parameters in another order: by a key of their names, or as sent."""

    def canonical(request: Request, fields: Fields) -> bytes:
        pairs = [pair.partition(b"=")[::2] for pair in request.query.split(b"&") if pair]
        decoded = [(_decoded(name), _decoded(value)) for name, value in pairs]
        if key is not None:
            order = key
            decoded.sort(key=lambda pair: order(pair[0]))  # type: ignore[arg-type, return-value]
        text = b"".join(name + value for name, value in decoded)
        head = "".join(part or "" for part in (fields.nonce, fields.timestamp, fields.key)).encode("latin-1")
        return head + text + (b"" if request.method == "GET" else request.body)

    return lambda: Knobs(scheme=lambda right: replace(right, canonical_request=canonical))


def _decoded(text: bytes) -> bytes:
    return unquote_to_bytes(text.replace(b"+", b" "))


def _letters_like_the_locale(name: bytes) -> bytes:
    return name.lower().replace(b"_", b"")


def _absolute_form(draft: Draft) -> Signed:
    target = draft.account.base_url.encode() + draft.request.target
    return sign_afresh(replace(draft, request=replace(draft.request, target=target)))


def _authority_in_front(draft: Draft) -> Signed:
    host = draft.account.base_url.partition("://")[2].encode()
    right = draft.scheme.canonical_request
    misread = replace(draft.scheme, canonical_request=lambda request, fields: host + right(request, fields))
    return signed_over(draft, replace(draft, scheme=misread))


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        name="sorted-when-signed-alone",
        kills="CANON-001",
        diagnoses=("PARAMETERS-SORTED",),
        summary="Parameters are sorted for signing and sent as they were given.",
        knobs=_viewed(_sorted_when_signed),
        dialects=("reference", *FORMS),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="not-sorted",
        kills="CANON-001",
        diagnoses=("QUERY-NOT-SORTED",),
        summary="Parameters are signed in the order in which they are sent, where sorted ones are asked for.",
        knobs=_sorted_by(None),
        dialects=RANDOM,
        collateral=UNSIGNED,
    ),
    Mistake(
        name="sorted-like-a-dictionary",
        kills="CANON-002",
        diagnoses=("QUERY-NOT-SORTED",),
        summary="Parameters are sorted as people sort words, not by code unit.",
        knobs=_sorted_by(_letters_like_the_locale),
        dialects=RANDOM,
        collateral=UNSIGNED,
    ),
    Mistake(
        name="repeated-names-collapse",
        kills="CANON-003",
        diagnoses=("DUPLICATES-COLLAPSED",),
        summary="Of a repeated name the last value alone is signed.",
        knobs=_viewed(_as_a_dictionary),
        collateral=UNSIGNED,
    ),
    Mistake(
        name="empty-values-not-signed",
        kills="CANON-004",
        diagnoses=("EMPTY-VALUES-LEFT-OUT",),
        summary="Parameters without a value are sent and not signed.",
        knobs=_viewed(_without_empties),
        collateral=UNSIGNED,
    ),
    Mistake(
        name="authority-signed",
        kills="CANON-006",
        diagnoses=("HOST-SIGNED",),
        summary="Host and port of the base URL stand before the text that is signed.",
        knobs=lambda: Knobs(signing=_authority_in_front),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="target-with-host",
        kills="CANON-006",
        diagnoses=("FULL-URL-SIGNED",),
        summary="The base URL is written into the request line.",
        knobs=lambda: Knobs(signing=_absolute_form),
        dialects=("reference",),
        collateral=EVERYTHING,
    ),
)
