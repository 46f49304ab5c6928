"""Mistakes of signing: the family SIGN."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from dataclasses import replace

from harness.mutants.knobs import Draft, Knobs, sign_afresh
from harness.mutants.mistakes.mistake import EVERYTHING, STAMPED, Mistake
from signer import Fields, Request, Scheme, Signed

#: What goes with a signature that is often wrong.
UNSIGNED = ("SIGN-*", "CANON-*", "ENC-*", "UNI-*", "CRED-*", "SIZE-003")


def seen_as(view: Callable[[Request], Request]) -> Callable[[Scheme], Scheme]:
    """Return a misreading of schemes: one request is sent, and a view of it is signed."""

    def misread(right: Scheme) -> Scheme:
        return replace(
            right,
            canonical_request=lambda request, fields: right.canonical_request(view(request), fields),
            string_to_sign=lambda canonical, request, fields: right.string_to_sign(canonical, view(request), fields),
        )

    return misread


def signed_over(draft: Draft, other: Draft) -> Signed:
    """Send a draft with the signature of another."""
    sent, elsewhere = sign_afresh(draft), sign_afresh(other)
    return replace(sent, request=draft.scheme.place(sent.request, Fields(signature=elsewhere.stages.signature)))


def _with_digest(digest: Callable[[bytes, bytes], bytes]) -> Knobs:
    return Knobs(scheme=lambda right: replace(right, digest=digest))


def with_secret(read: Callable[[str], bytes]) -> Knobs:
    """Return a client that makes key bytes of the secret in a way of its own."""
    return Knobs(scheme=lambda right: replace(right, secret_bytes=read))


def with_hex(encode: Callable[[bytes], str]) -> Knobs:
    """Return a client that spells the digest in a way of its own."""
    return Knobs(scheme=lambda right: replace(right, spelling=replace(right.spelling, encode=encode)))


def viewed(view: Callable[[Request], Request]) -> Callable[[], Knobs]:
    """Return a client that signs a view of what it sends."""
    return lambda: Knobs(scheme=seen_as(view))


def _base64_if_it_looks_so(secret: str) -> bytes:
    try:
        return base64.b64decode(secret, validate=True)
    except ValueError:
        return secret.encode()


def _as_a_number(secret: str) -> bytes:
    prefix = "S-" if secret.startswith("S-") else ""
    return (prefix + secret.removeprefix("S-").lstrip("0")).encode()


def _without_address(body: bytes) -> bytes:
    if body.startswith(b"{"):
        kept = {name: value for name, value in json.loads(body).items() if name != "address"}
        return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()
    return b"&".join(pair for pair in body.split(b"&") if not pair.startswith(b"address="))


def _all_but_the_address() -> Knobs:
    def signing(draft: Draft) -> Signed:
        if draft.wanted.operation != "withdraw":
            return sign_afresh(draft)
        body = _without_address(draft.request.body)
        return signed_over(draft, replace(draft, request=replace(draft.request, body=body)))

    return Knobs(signing=signing)


def _previous_freshness() -> Knobs:
    before: dict[str, tuple[int | str | None, int | str | None]] = {}

    def signing(draft: Draft) -> Signed:
        key = draft.credentials.key
        nonce, timestamp = before.get(key, (draft.nonce, draft.timestamp))
        before[key] = (draft.nonce, draft.timestamp)
        return signed_over(draft, replace(draft, nonce=nonce, timestamp=timestamp))

    return Knobs(signing=signing)


def _remembered() -> Knobs:
    known: dict[tuple[str, str, bytes, bytes], Signed] = {}

    def signing(draft: Draft) -> Signed:
        question = (draft.credentials.key, draft.request.method, draft.request.target, draft.request.body)
        if question not in known:
            known[question] = sign_afresh(draft)
        return known[question]

    return Knobs(signing=signing)


def _something_for_nothing(request: Request) -> Request:
    if request.query:
        return request
    if not request.body:
        return replace(request, body=b"{}")
    names = [pair.partition(b"=")[0] for pair in request.body.split(b"&")]
    if set(names) <= {b"nonce", b"command"}:
        return replace(request, body=b"&" + request.body)
    return request


def _path_alone(request: Request) -> Request:
    return replace(request, target=request.path)


def _whole_address(request: Request) -> Request:
    return replace(request, target=b"https://exchange.example" + request.target)


def _always_post(request: Request) -> Request:
    return replace(request, method="POST")


def _written_twice(request: Request) -> Request:
    try:
        return replace(request, body=json.dumps(json.loads(request.body)).encode())
    except ValueError:
        return request


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        name="another-hash",
        kills="SIGN-001",
        diagnoses=("HMAC-INSTEAD-OF-HASH", "OTHER-HASH"),
        summary="HMAC-SHA256 is used, whatever the exchange asks for.",
        knobs=lambda: _with_digest(lambda secret, text: hmac.digest(secret, text, "sha256")),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="address-not-signed",
        kills="SIGN-001",
        summary="A withdrawal is signed without the address that it goes to.",
        diagnoses=("PARAMETER-LEFT-OUT",),
        knobs=_all_but_the_address,
        collateral=("SIGN-*", "CANON-*", "ENC-*", "UNI-*", "CRED-*", "OPS-*", "ERR-*", "RETRY-*", "TIME-*", "NONCE-*"),
    ),
    Mistake(
        name="secret-decoded-as-base64",
        kills="SIGN-002",
        diagnoses=("SECRET-BASE64-DECODED",),
        summary="A secret that looks like base64 is decoded.",
        knobs=lambda: with_secret(_base64_if_it_looks_so),
        dialects=("reference", "poloniex", "bitunix"),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="secret-loses-leading-zeros",
        kills="SIGN-002",
        diagnoses=("HASH-WITHOUT-SECRET", "SECRET-ZEROS-LOST"),
        summary="Zeros at the beginning of the secret are lost, as if it were a number.",
        knobs=lambda: with_secret(_as_a_number),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="secret-loses-its-prefix",
        kills="SIGN-002",
        diagnoses=("SECRET-PREFIX-STRIPPED",),
        summary="The S- of the secret is taken for decoration.",
        knobs=lambda: with_secret(lambda secret: secret.removeprefix("S-").encode()),
        dialects=("exmo",),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="digest-loses-leading-zeros",
        kills="SIGN-003",
        diagnoses=("SIGNATURE-ZEROS-LOST",),
        summary="The digest is printed as a number, so zeros at its beginning are lost.",
        knobs=lambda: with_hex(lambda raw: f"{int.from_bytes(raw):x}"),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="digest-loses-zeros-inside",
        kills="SIGN-003",
        diagnoses=("SIGNATURE-BYTES-UNPADDED",),
        summary="Each byte of the digest is printed as a number, so the zero of a small one is lost.",
        knobs=lambda: with_hex(lambda raw: "".join(f"{byte:x}" for byte in raw)),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="previous-nonce-signed",
        kills="SIGN-005",
        diagnoses=("SIGNATURE-REUSED",),
        summary="The signature covers the nonce and timestamp of the call before.",
        knobs=_previous_freshness,
        collateral=EVERYTHING,
    ),
    Mistake(
        name="signed-request-remembered",
        kills="SIGN-006",
        diagnoses=("NONCE-REPEATED", "SIGNATURE-REUSED"),
        summary="An equal call is answered from a memory of signed requests.",
        knobs=_remembered,
        collateral=EVERYTHING,
    ),
    Mistake(
        name="nothing-signed-as-something",
        kills="SIGN-007",
        diagnoses=("EMPTY-BODY-SIGNED-AS-OBJECT", "EMPTY-PAIR-ADDED"),
        summary="A call without parameters is signed with an empty object, or an empty pair, that is not sent.",
        knobs=viewed(_something_for_nothing),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="query-not-signed",
        kills="SIGN-008",
        diagnoses=("QUERY-NOT-SIGNED",),
        summary="The path is signed without the query.",
        knobs=viewed(_path_alone),
        dialects=STAMPED,
        collateral=EVERYTHING,
    ),
    Mistake(
        name="host-signed",
        kills="SIGN-009",
        diagnoses=("FULL-URL-SIGNED",),
        summary="The whole address is signed where the path is asked for.",
        knobs=viewed(_whole_address),
        dialects=("reference",),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="always-signed-as-post",
        kills="SIGN-010",
        diagnoses=("OTHER-METHOD-SIGNED",),
        summary="Every request is signed as a POST.",
        knobs=viewed(_always_post),
        dialects=("reference",),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="body-written-twice",
        kills="SIGN-011",
        diagnoses=("JSON-SPACES-DIFFER",),
        summary="The JSON body is written once for signing and once, without blanks, for sending.",
        knobs=viewed(_written_twice),
        dialects=STAMPED,
        collateral=EVERYTHING,
    ),
)
