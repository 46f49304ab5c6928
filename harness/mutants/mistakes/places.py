"""Mistakes of place and name: what stands where in a request, and under which name a market or an order is known."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import quote

from harness.mutants.clock import Deadline
from harness.mutants.knobs import Draft, Knobs, Send, sign_afresh
from harness.mutants.messages import Account, Answer, Json, Wanted
from harness.mutants.mistakes.mistake import EVERYTHING, STAMPED, Mistake
from harness.mutants.mistakes.signatures import signed_over
from harness.mutants.spelling import scalar_text
from harness.mutants.transport import Wiring
from signer import Request, Signed


def _query_of(wanted: Wanted) -> bytes:
    pairs = ((name, value) for name, value in wanted.pairs if isinstance(value, str | int))
    return "&".join(f"{quote(name, safe='')}={quote(scalar_text(value), safe='')}" for name, value in pairs).encode()


def _in_both_places(draft: Draft) -> Signed:
    query = _query_of(draft.wanted)
    if draft.request.method != "POST" or not query:
        return sign_afresh(draft)
    return sign_afresh(replace(draft, request=replace(draft.request, target=draft.request.target + b"?" + query)))


def _everything_in_the_query(right: Wanted) -> Wanted:
    return replace(right, place="query") if right.private and right.method == "POST" else right


def _with_type(change: Callable[[bytes], bytes | None]) -> Callable[[], Knobs]:
    def outgoing(request: Request, account: Account) -> Request:
        headers = []
        for name, value in request.headers:
            changed = change(value) if name.lower() == b"content-type" else value
            if changed is not None:
                headers.append((name, changed))
        return replace(request, headers=tuple(headers))

    return lambda: Knobs(outgoing=outgoing)


def _the_other_type(value: bytes) -> bytes:
    return b"application/x-www-form-urlencoded" if b"json" in value else b"application/json"


def _form_in_place_of_json(draft: Draft) -> Signed:
    if not draft.request.body.startswith(b"{"):
        return sign_afresh(draft)
    members = json.loads(draft.request.body)
    text = "&".join(f"{quote(name, safe='')}={quote(str(value), safe='')}" for name, value in members.items())
    return sign_afresh(replace(draft, request=replace(draft.request, body=text.encode())))


def _chunked_framing(request: Request) -> tuple[tuple[bytes, bytes], ...]:
    if request.body:
        return ((b"Transfer-Encoding", b"chunked"),)
    return ((b"Content-Length", b"0"),) if request.method != "GET" else ()


def _chunks(request: Request) -> bytes:
    if not request.body:
        return b""
    pieces = [request.body[start : start + 4096] for start in range(0, len(request.body), 4096)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def _told_again(name: str, of: Callable[[Draft], int | str | None]) -> Callable[[], Knobs]:
    """Return a client whose GETs tell their nonce or timestamp in the query as well, from another drawing."""

    def signing(draft: Draft) -> Signed:
        if draft.request.method != "GET":
            return sign_afresh(draft)
        again = f"{name}={of(draft)}".encode()
        target = draft.request.target + (b"&" if draft.request.query else b"?") + again
        return sign_afresh(replace(draft, request=replace(draft.request, target=target)))

    return lambda: Knobs(signing=signing)


def _another_nonce(draft: Draft) -> int | str | None:
    return draft.nonce + 1 if isinstance(draft.nonce, int) else str(draft.nonce)[::-1]


def _a_moment_later(draft: Draft) -> int | str | None:
    return draft.timestamp + 1 if isinstance(draft.timestamp, int) else draft.timestamp


def _markets(change: Callable[[str], str]) -> Callable[[], Knobs]:
    def intent(operation: str, params: Mapping[str, Json]) -> Mapping[str, Json]:
        return {**params, "market": change(str(params["market"]))} if "market" in params else params

    return lambda: Knobs(intent=intent)


def _own_ids(change: Callable[[str], str]) -> Callable[[], Knobs]:
    def intent(operation: str, params: Mapping[str, Json]) -> Mapping[str, Json]:
        given = params.get("client_order_id")
        return {**params, "client_order_id": change(given)} if isinstance(given, str) else params

    return lambda: Knobs(intent=intent)


def _cookies_signed() -> Knobs:
    """Keep the cookies of each key, and sign them."""
    kept: dict[str, bytes] = {}

    def around(send: Send, account: Account) -> Send:
        def sending(request: Request, deadline: Deadline, fresh: bool) -> Answer:
            answer = send(request, deadline, fresh)
            if "set-cookie" in answer.headers and account.credentials is not None:
                cookie = answer.headers["set-cookie"].partition(";")[0]
                kept[account.credentials.key] = cookie.encode("latin-1")
            return answer

        return sending

    def signing(draft: Draft) -> Signed:
        if (cookie := kept.get(draft.credentials.key)) is None:
            return sign_afresh(draft)
        target, body = draft.request.target + cookie, draft.request.body + cookie
        elsewhere = replace(draft.scheme, canonical_request=lambda request, fields: target + body)
        return signed_over(draft, replace(draft, scheme=elsewhere))

    return Knobs(around=around, signing=signing)


def _headers_sent_back() -> Knobs:
    """Send back what answers had in headers of their own."""

    def around(send: Send, account: Account) -> Send:
        kept: dict[bytes, bytes] = {}

        def sending(request: Request, deadline: Deadline, fresh: bool) -> Answer:
            answer = send(replace(request, headers=(*request.headers, *kept.items())), deadline, fresh)
            for name, value in answer.headers.items():
                if name.startswith("x-"):
                    kept[name.encode()] = " ".join(value.split())[:200].encode("latin-1")
            return answer

        return sending

    return Knobs(around=around)


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        name="parameters-in-both-places",
        kills="CANON-007",
        diagnoses=("QUERY-ON-POST", "PARAMETER-IN-TWO-PLACES"),
        summary="The parameters of a POST stand in its body and in its query.",
        knobs=lambda: Knobs(signing=_in_both_places),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="parameters-of-posts-in-the-query",
        kills="CANON-007",
        diagnoses=("QUERY-ON-POST",),
        summary="The parameters of a POST stand in its query.",
        knobs=lambda: Knobs(wanted=_everything_in_the_query),
        dialects=("reference", "exmo"),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="other-content-type",
        kills="CANON-008",
        diagnoses=("CONTENT-TYPE-DIFFERS",),
        summary="Forms are called JSON, and JSON is called a form.",
        knobs=_with_type(_the_other_type),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="no-content-type",
        kills="CANON-008",
        diagnoses=("CONTENT-TYPE-DIFFERS",),
        summary="Bodies are sent without a content type.",
        knobs=_with_type(lambda value: None),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="forms-called-json",
        kills="CANON-008",
        diagnoses=("BODY-OF-ANOTHER-FORM",),
        summary="A form is sent where JSON is announced.",
        knobs=lambda: Knobs(signing=_form_in_place_of_json),
        dialects=STAMPED,
        collateral=EVERYTHING,
    ),
    Mistake(
        name="bodies-in-chunks",
        kills="ENC-007",
        diagnoses=("BODY-IN-CHUNKS",),
        summary="Bodies are streamed in chunks, without a length.",
        knobs=lambda: Knobs(wiring=Wiring(framing=_chunked_framing, payload=_chunks)),
    ),
    Mistake(
        name="nonce-told-twice",
        kills="CRED-002",
        diagnoses=("FRESHNESS-DISAGREES",),
        summary="The query tells a nonce too, and another one than the header.",
        knobs=_told_again("nonce", _another_nonce),
        dialects=STAMPED,
        collateral=("NONCE-*", "CANON-*", "OPS-*", "UNI-005"),
    ),
    Mistake(
        name="timestamp-taken-twice",
        kills="CRED-002",
        diagnoses=("FRESHNESS-DISAGREES",),
        summary="The query tells a timestamp too, which was taken a moment after that of the header.",
        knobs=_told_again("timestamp", _a_moment_later),
        dialects=STAMPED,
        collateral=("TIME-*", "CANON-*", "OPS-*", "UNI-005"),
    ),
    Mistake(
        name="no-user-agent",
        kills="CRED-007",
        diagnoses=("CLIENT-NOT-NAMED",),
        summary="Requests carry no User-Agent.",
        knobs=lambda: Knobs(wiring=Wiring(agent=None)),
    ),
    Mistake(
        name="user-agent-of-the-library",
        kills="CRED-007",
        diagnoses=("CLIENT-NOT-NAMED",),
        summary="The User-Agent is the one that the HTTP library has by itself.",
        knobs=lambda: Knobs(wiring=Wiring(agent=b"python-requests/2.32.3")),
    ),
    Mistake(
        name="digits-of-markets-lost",
        kills="PUB-004",
        diagnoses=("MARKET-MISSPELLED",),
        summary="A market's name is read as letters, so that 1INCH becomes INCH.",
        knobs=_markets(lambda name: re.sub("[^A-Za-z/]", "", name)),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="long-markets-cut",
        kills="PUB-004",
        diagnoses=("MARKET-MISSPELLED",),
        summary="A currency has at most eight letters.",
        knobs=_markets(lambda name: "/".join(part[:8] for part in name.split("/"))),
        dialects=("reference", "poloniex"),
    ),
    Mistake(
        name="own-ids-through-floats",
        kills="OPS-002",
        diagnoses=("CLIENT-ORDER-ID-CHANGED",),
        summary="The user's own id of an order passes through a float.",
        knobs=_own_ids(lambda given: str(int(float(given)))),
        collateral=("RETRY-*", "OPS-*"),
    ),
    Mistake(
        name="own-ids-with-a-prefix",
        kills="OPS-002",
        diagnoses=("CLIENT-ORDER-ID-CHANGED",),
        summary="The client puts its own mark before the user's id of an order.",
        knobs=_own_ids(lambda given: f"x-{given}"),
        collateral=("RETRY-*", "OPS-*"),
    ),
    Mistake(
        name="cookies-signed",
        kills="SIZE-005",
        diagnoses=("ANSWER-CHANGES-SIGNING",),
        summary="Cookies of earlier answers are part of what is signed.",
        knobs=_cookies_signed,
        collateral=("RETRY-*",),
    ),
    Mistake(
        name="headers-sent-back",
        kills="SIZE-005",
        diagnoses=("ANSWER-CHANGES-SIGNING",),
        summary="Headers of an answer are sent with the next request.",
        knobs=_headers_sent_back,
        collateral=("SECR-*",),
    ),
)
