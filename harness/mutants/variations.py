"""Clients that do some things in another way and none of them wrong: no requirement may fail them.

A requirement that does has found a habit, not a mistake.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from urllib.parse import quote, quote_plus

from harness.mutants.adapter import Adapter
from harness.mutants.attempt import Attempt
from harness.mutants.failures import Failure, Origin
from harness.mutants.keyring import NoncePlan, Nonces, rising_nonces
from harness.mutants.knobs import Draft, Knobs, sign_afresh
from harness.mutants.messages import Account, Json, Wanted
from harness.mutants.mistakes.mistake import ALL, FEATURES, RANDOM, RISING, STAMPED
from harness.mutants.mistakes.turns import always_one_at_a_time
from harness.mutants.retrying import is_transient, just_once
from harness.mutants.spelling import Spelling
from harness.mutants.transport import Wiring, framing_of
from signer import Request, Signed

_HEX = "0123456789abcdef"
_AMOUNTS = frozenset({"price", "rate", "amount", "quantity", "volume"})
#: No exchange of ours takes more decimals.
_MOST_DECIMALS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """One thing done in another way, which is right too.

    Attributes:
        name: Permanent.
        summary: What the client does, in one sentence.
        knobs: Makes the knobs anew for each client.
        dialects: Where it can be done.
        features: What the client promises.
    """

    name: str
    summary: str
    knobs: Callable[[], Knobs]
    dialects: tuple[str, ...] = ALL
    features: tuple[str, ...] = FEATURES


def adapter_varied(variation: Variation) -> Adapter:
    """Return an adapter of a client with one variation."""
    return Adapter(variation.knobs(), name=f"varied: {variation.name}", features=variation.features)


def variation_named(name: str) -> Variation:
    """Return a variation by its name.

    Raises:
        LookupError: There is none.
    """
    for variation in VARIATIONS:
        if variation.name == name:
            return variation
    raise LookupError(f"there is no variation {name!r}")


def _counted(unit: int) -> Callable[[], Knobs]:
    """Return nonces that follow the clock in a unit, so many to the millisecond."""
    return lambda: Knobs(nonces=lambda plan: rising_nonces(plan, unit))


def _by_tens(plan: NoncePlan) -> Nonces:
    inner = rising_nonces(plan, 10)
    return lambda: inner() * 10


def _as_text(plan: NoncePlan) -> Nonces:
    inner = rising_nonces(plan)
    return lambda: str(inner())


def _of_letters(letters: str) -> Callable[[], Knobs]:
    def nonces(plan: NoncePlan) -> Nonces:
        chance = random.SystemRandom()
        return lambda: "".join(chance.choices(letters, k=32))

    return lambda: Knobs(nonces=nonces)


def _reordered(order: Callable[[tuple[tuple[str, Json], ...]], tuple[tuple[str, Json], ...]]) -> Callable[[], Knobs]:
    return lambda: Knobs(wanted=lambda wanted: replace(wanted, pairs=order(wanted.pairs)))


def _escaped(escape: Callable[[str], str]) -> Callable[[], Knobs]:
    return lambda: Knobs(spelling=Spelling(escape=escape))


def _lower_escapes(text: str) -> str:
    parts = quote(text, safe="").split("%")
    return parts[0] + "".join("%" + part[:2].lower() + part[2:] for part in parts[1:])


def _all_escaped(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


def _json(**settings: object) -> Callable[[], Knobs]:
    def document(value: Json) -> str:
        written: dict[str, Decimal] = {}

        def plain(inner: Json) -> object:
            if isinstance(inner, Decimal):
                mark = f"\x00{len(written)}\x00"
                written[json.dumps(mark)] = inner
                return mark
            if isinstance(inner, Mapping):
                return {name: plain(member) for name, member in inner.items()}
            return [plain(member) for member in inner] if isinstance(inner, list) else inner

        text = json.dumps(plain(value), **settings)  # type: ignore[arg-type]
        for mark, number in written.items():
            text = text.replace(mark, format(number, "f"))
        return text

    return lambda: Knobs(spelling=Spelling(document=document))


def _headers(change: Callable[[bytes], bytes]) -> Callable[[], Knobs]:
    def outgoing(request: Request, account: Account) -> Request:
        return replace(request, headers=tuple((change(name), value) for name, value in request.headers))

    return lambda: Knobs(outgoing=outgoing)


def _more_headers(request: Request, account: Account) -> Request:
    more = ((b"X-Request-Id", b"7f3a"), (b"Accept-Language", b"en"), (b"Cache-Control", b"no-cache"))
    return replace(request, headers=(*more, *request.headers))


def _with_charset(request: Request, account: Account) -> Request:
    headers = tuple(
        (name, value + b"; charset=utf-8") if name.lower() == b"content-type" else (name, value)
        for name, value in request.headers
    )
    return replace(request, headers=headers)


def _headers_backwards(request: Request, account: Account) -> Request:
    return replace(request, headers=request.headers[::-1])


def _in_chunks(request: Request, account: Account) -> Request:
    body = request.body
    pieces = [body[at : at + 7] for at in range(0, len(body), 7)]
    coded = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    return replace(request, body=coded) if body else request


def _chunked(request: Request) -> tuple[tuple[bytes, bytes], ...]:
    return ((b"Transfer-Encoding", b"chunked"),) if request.body else framing_of(request)


def _always_a_length(request: Request) -> tuple[tuple[bytes, bytes], ...]:
    return ((b"Content-Length", str(len(request.body)).encode()),)


def _empty_object(draft: Draft) -> Signed:
    request = draft.request
    if request.method == "POST" and not request.body:
        request = replace(request, headers=(*request.headers, (b"Content-Type", b"application/json")), body=b"{}")
    return sign_afresh(replace(draft, request=request))


def _one_more_try(attempt: Attempt) -> Json:
    try:
        return attempt.transmit()
    except Failure as failure:
        if attempt.wanted.changes_state or failure.retry_after_s is not None or not is_transient(failure):
            raise
    return attempt.transmit()


def _amounts(change: Callable[[Decimal], str]) -> Callable[[], Knobs]:
    def wanted(right: Wanted) -> Wanted:
        pairs = tuple(
            (name, change(Decimal(value)) if name in _AMOUNTS and isinstance(value, str) else value)
            for name, value in right.pairs
        )
        return right if right.operation == "raw" else replace(right, pairs=pairs)

    return lambda: Knobs(wanted=wanted)


def _with_zeros(number: Decimal) -> str:
    text = format(number, "f")
    decimals = len(text.partition(".")[2])
    if decimals >= _MOST_DECIMALS:
        return text
    return text + ("0" if decimals else ".0")


def _without_zeros(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _named_orders() -> Knobs:
    chance = random.SystemRandom()

    def intent(operation: str, params: Mapping[str, Json]) -> Mapping[str, Json]:
        if operation != "place_order" or params.get("client_order_id") not in (None, ""):
            return params
        return {**params, "client_order_id": str(chance.randrange(10**14, 10**15))}

    return Knobs(intent=intent)


def _kindless(failure: Failure, wanted: Wanted, account: Account) -> Failure | None:
    if failure.origin is Origin.REFUSAL:
        failure.kind = "unknown"
    return failure


def _kindless_throughout(failure: Failure, wanted: Wanted, account: Account) -> Failure | None:
    failure.kind = "unknown"
    return failure


def _without(*features: str) -> tuple[str, ...]:
    return tuple(feature for feature in FEATURES if feature not in features)


VARIATIONS: tuple[Variation, ...] = (
    Variation(
        name="nonce-in-microseconds",
        summary="Nonces follow the clock in microseconds.",
        knobs=_counted(1000),
        dialects=RISING,
    ),
    Variation(
        name="nonce-in-nanoseconds",
        summary="Nonces follow the clock in nanoseconds.",
        knobs=_counted(1_000_000),
        dialects=RISING,
    ),
    Variation(
        name="nonce-by-tens",
        summary="Nonces leave gaps.",
        knobs=lambda: Knobs(nonces=_by_tens),
        dialects=RISING,
    ),
    Variation(
        name="nonce-kept-as-text",
        summary="Nonces are texts of digits all the way.",
        knobs=lambda: Knobs(nonces=_as_text),
        dialects=RISING,
    ),
    Variation(
        name="nonce-of-hex-digits",
        summary="Random nonces are 32 hex digits in lower case.",
        knobs=_of_letters(_HEX),
        dialects=RANDOM,
    ),
    Variation(
        name="nonce-in-capitals",
        summary="Random nonces are 32 hex digits in upper case.",
        knobs=_of_letters(_HEX.upper()),
        dialects=RANDOM,
    ),
    Variation(
        name="parameters-sorted",
        summary="Parameters stand in the order of their names.",
        knobs=_reordered(lambda pairs: tuple(sorted(pairs, key=lambda pair: pair[0]))),
    ),
    Variation(
        name="parameters-backwards",
        summary="Parameters stand in the reverse of the documents' order.",
        knobs=_reordered(lambda pairs: pairs[::-1]),
    ),
    Variation(
        name="spaces-as-plus",
        summary="Spaces are written as plus signs, where they are signed and where they are sent.",
        knobs=_escaped(quote_plus),
    ),
    Variation(
        name="escapes-in-lower-case",
        summary="Percent escapes are written with small letters.",
        knobs=_escaped(_lower_escapes),
    ),
    Variation(
        name="escapes-like-a-browser",
        summary="What encodeURIComponent leaves alone is left alone.",
        knobs=_escaped(lambda text: quote(text, safe="!'()*")),
    ),
    Variation(
        name="everything-escaped",
        summary="Every byte is a percent escape, letters too.",
        knobs=_escaped(_all_escaped),
    ),
    Variation(
        name="json-with-blanks",
        summary="JSON has a blank after each comma and colon.",
        knobs=_json(ensure_ascii=False),
        dialects=STAMPED,
    ),
    Variation(
        name="json-in-ascii",
        summary="Letters beyond ASCII are written as escapes in JSON.",
        knobs=_json(ensure_ascii=True, separators=(",", ":")),
        dialects=STAMPED,
    ),
    Variation(
        name="json-indented",
        summary="JSON stands on several lines.",
        knobs=_json(ensure_ascii=False, indent=2),
        dialects=STAMPED,
    ),
    Variation(
        name="json-sorted",
        summary="The members of JSON are sorted, the inner ones too.",
        knobs=_json(ensure_ascii=False, sort_keys=True),
        dialects=STAMPED,
    ),
    Variation(
        name="empty-object-for-nothing",
        summary="A POST without parameters has an empty object for a body, and signs it.",
        knobs=lambda: Knobs(signing=_empty_object),
        dialects=STAMPED,
    ),
    Variation(
        name="headers-in-small-letters",
        summary="The names of headers are in lower case.",
        knobs=_headers(bytes.lower),
    ),
    Variation(
        name="headers-in-capitals",
        summary="The names of headers are in upper case.",
        knobs=_headers(bytes.upper),
    ),
    Variation(
        name="headers-backwards",
        summary="Headers stand in another order.",
        knobs=lambda: Knobs(outgoing=_headers_backwards),
    ),
    Variation(
        name="more-headers",
        summary="Requests carry headers that nobody asked for.",
        knobs=lambda: Knobs(outgoing=_more_headers),
    ),
    Variation(
        name="content-type-with-charset",
        summary="The content type names its charset.",
        knobs=lambda: Knobs(outgoing=_with_charset),
    ),
    Variation(
        name="bodies-in-chunks",
        summary="Bodies are sent in chunks, without a length.",
        knobs=lambda: Knobs(outgoing=_in_chunks, wiring=Wiring(framing=_chunked)),
    ),
    Variation(
        name="length-of-nothing",
        summary="Requests without a body say that its length is 0.",
        knobs=lambda: Knobs(wiring=Wiring(framing=_always_a_length)),
    ),
    Variation(
        name="a-connection-for-each",
        summary="No connection is used twice.",
        knobs=lambda: Knobs(wiring=Wiring(usable=lambda connection: False)),
    ),
    Variation(
        name="orders-on-warm-connections",
        summary="Orders go out on connections that served before.",
        knobs=lambda: Knobs(wiring=Wiring(reuse_for_all=True)),
    ),
    Variation(
        name="one-call-at-a-time",
        summary="Calls follow one another, and nothing else is promised.",
        knobs=lambda: Knobs(turn=always_one_at_a_time),
        features=_without("concurrent"),
    ),
    Variation(
        name="calls-in-a-queue",
        summary="Calls may be made together, and are sent one after the other.",
        knobs=lambda: Knobs(turn=always_one_at_a_time),
    ),
    Variation(
        name="nothing-tried-again",
        summary="Nothing is tried twice, and nothing else is promised.",
        knobs=lambda: Knobs(attempts=just_once),
        features=_without("retries"),
    ),
    Variation(
        name="reads-once-more",
        summary="A read is tried twice, at once.",
        knobs=lambda: Knobs(attempts=_one_more_try),
    ),
    Variation(
        name="orders-always-named",
        summary="An order that the user gave no id is given one.",
        knobs=_named_orders,
    ),
    Variation(
        name="amounts-with-zeros",
        summary="Amounts and prices have a zero more than they were given.",
        knobs=_amounts(_with_zeros),
    ),
    Variation(
        name="amounts-without-zeros",
        summary="Amounts and prices are written without zeros at their end.",
        knobs=_amounts(_without_zeros),
    ),
    Variation(
        name="a-second-behind",
        summary="The clock is nearly a second behind.",
        knobs=lambda: Knobs(moment=lambda clock: lambda: clock.now_ms() - 900),
        dialects=STAMPED,
    ),
    Variation(
        name="whole-seconds",
        summary="Timestamps are those of the last full second, in the unit that is asked for.",
        knobs=lambda: Knobs(moment=lambda clock: lambda: clock.now_ms() // 1000 * 1000),
        dialects=STAMPED,
    ),
    Variation(
        name="refusals-of-one-kind",
        summary="Refusals are told in the exchange's words, and no kinds are told apart.",
        knobs=lambda: Knobs(outcome=_kindless),
    ),
    Variation(
        name="failures-of-one-kind",
        summary="No kinds of failures are told apart at all.",
        knobs=lambda: Knobs(outcome=_kindless_throughout),
    ),
)
