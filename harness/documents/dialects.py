"""Each exchange as a page: how it signs, in which order it checks, how it refuses, what it serves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.cli.dialects import endpoints, refusals
from harness.documents.causes import SWITCHED
from harness.documents.endpoint_words import answer_lines, endpoint_lines, habit_lines, plain, rate_words
from harness.documents.exchange_words import WORDS, Example, Words
from harness.documents.tables import code, listed, page, prose, table
from mockserver import DIALECT_NAMES, Dialect, RateRule, dialect_named
from signer import Credentials, Request, Scheme, sign

_CHECKS = {
    "maintenance": "the exchange is open",
    "route": "the endpoint exists and takes the method",
    "size": "the body is not too large",
    "query": "a POST has no query",
    "present": "every field of authentication is there",
    "well_formed": "nonce and timestamp read as documented",
    "key": "the key is known",
    "active": "the key is activated and not revoked",
    "address": "the key may be used from this address",
    "signature": "the signature is right",
    "window": "the timestamp is within the window",
    "nonce": "the nonce is fresh; from here on it is spent",
    "rate": "the rate limit leaves room",
    "permission": "the key has the right that the call needs",
    "account": "the account is not frozen",
}
_FORM_OF_NONCE = "the nonce reads as documented"


def dialect_pages() -> Mapping[str, str]:
    """Return path below docs/dialects/ to page."""
    pages = {f"{name}.md": page(_page(dialect_named(name), WORDS[name])) for name in DIALECT_NAMES}
    return {"README.md": page(_overview()), **pages}


def _overview() -> Iterator[str]:
    yield "# The exchanges"
    yield ""
    yield "Written by `scripts/document` from the dialects that the mock exchange plays."
    yield ""
    yield from table(
        ("dialect", "exchange", "signature", "endpoints", "refusals"),
        [
            (
                f"[{name}]({name}.md)",
                prose(dialect.title),
                f"{dialect.scheme.digest_name}, {dialect.scheme.spelling.name}",
                str(len(dialect.endpoints)),
                str(len(dialect.refusals)),
            )
            for name in DIALECT_NAMES
            for dialect in (dialect_named(name),)
        ],
    )


def _page(dialect: Dialect, words: Words) -> Iterator[str]:
    yield f"# {dialect.name}: {dialect.title}"
    yield ""
    yield f"Source: {prose(dialect.source)}. Written by `scripts/document` from the dialect itself."
    yield ""
    yield from _signing(dialect, words)
    yield ""
    yield from _checks(dialect)
    yield ""
    yield from _refusals(dialect, words)
    yield ""
    yield from _switched(dialect)
    yield ""
    yield from _operations(dialect)
    yield ""
    yield from endpoint_lines(dialect)
    yield ""
    yield from answer_lines(dialect)
    yield ""
    yield from habit_lines(dialect)
    yield from _markets(dialect)
    yield ""
    yield from _gaps(words)


def _signing(dialect: Dialect, words: Words) -> Iterator[str]:
    scheme = dialect.scheme
    yield "## How it signs"
    yield ""
    yield f"Source: {prose(scheme.source)}."
    yield ""
    yield from table(("field", "place"), [(name, prose(place)) for name, place in scheme.places.items()])
    yield ""
    yield f"- **Canonical request.** {words.canonical_request}"
    yield f"- **String to sign.** {words.string_to_sign}"
    yield f"- **Secret.** {words.secret}"
    yield f"- **Digest.** {scheme.digest_name}, written in {scheme.spelling.name}."
    if scheme.nonce_rule is not None:
        rising = "strictly greater than the last one of the key" if scheme.nonce_rule.rising else "new for each request"
        yield f"- **Nonce.** {_capital(prose(scheme.nonce_rule.describe))}, {rising}."
    if scheme.time_rule is not None:
        yield f"- **Timestamp.** {_capital(scheme.time_rule.unit)}; {_window(scheme)}."
    yield f"- **Credentials.** {words.credentials}"
    yield ""
    yield "An example, computed by the reference signer:"
    yield ""
    yield "```text"
    yield from _example(scheme, words.example)
    yield "```"


def _window(scheme: Scheme) -> str:
    rule = scheme.time_rule
    assert rule is not None  # noqa: S101
    behind = f"{rule.past_ms} ms behind the server's clock"
    if rule.future_ms is None:
        return f"accepted up to {behind}, and any distance ahead of it"
    if rule.future_ms == rule.past_ms:
        return f"accepted up to {rule.past_ms} ms from the server's clock, on either side"
    return f"accepted up to {behind} and {rule.future_ms} ms ahead of it"


def _example(scheme: Scheme, example: Example) -> Iterator[str]:
    signed = sign(
        scheme,
        Request(method=example.method, target=example.target.encode(), headers=(), body=example.body),
        Credentials(key=example.key, secret=example.secret),
        nonce=example.nonce,
        timestamp_ms=example.timestamp_ms,
    )
    yield f"secret             {example.secret}"
    yield f"request            {example.method} {example.target}"
    for name, value in signed.request.headers:
        yield f"                   {name.decode()}: {value.decode()}"
    if signed.request.body:
        yield f"                   {signed.request.body.decode()}"
    for label, stage in (
        ("canonical request", signed.stages.canonical_request),
        ("string to sign", signed.stages.string_to_sign),
    ):
        first, *rest = stage.decode().split("\n")
        yield f"{label:<19}{first}"
        for line in rest:
            yield f"{'':<19}{line}"
    yield f"{'signature':<19}{signed.stages.signature}"


def _checks(dialect: Dialect) -> Iterator[str]:
    yield "## The order of the checks"
    yield ""
    yield "The first no is the answer; parameters and business rules come after all of these."
    yield ""
    unstamped = dialect.scheme.time_rule is None
    for number, check in enumerate(dialect.checks, start=1):
        yield f"{number}. {_FORM_OF_NONCE if check.value == 'well_formed' and unstamped else _CHECKS[check.value]}"
    yield ""
    limit = rate_words(dialect.rate)
    yield f"A body may have {dialect.body_limit} bytes. The rate limit, where it is enforced: {limit}."
    own: dict[RateRule, list[str]] = {}
    for endpoint in dialect.endpoints:
        if endpoint.rate is not None:
            own.setdefault(endpoint.rate, []).append(code(endpoint.name))
    if own:
        yield ""
        yield "These are counted each by itself:"
        yield ""
    for rule, names in own.items():
        yield f"- {rate_words(rule)}: {', '.join(names)}."


def _refusals(dialect: Dialect, words: Words) -> Iterator[str]:
    yield "## How it refuses"
    yield ""
    yield (
        "Where two statuses are given they are those of the profiles, documented / observed. The kinds are those that a"
        " client may report the refusal as; `unknown` is never wrong."
    )
    yield ""
    yield words.evidence
    yield ""
    yield from table(
        ("refusal", "status", "code", "text", "kinds", "source"),
        [
            (
                str(row["refusal"]),
                f"{row['status']}" if row["status"] == row["observed"] else f"{row['status']} / {row['observed']}",
                code(str(row["code"])),
                code(str(row["text"])),
                listed(kinds) if isinstance(kinds := row["kinds"], list) else "",
                prose(str(row["source"])),
            )
            for row in refusals(dialect)
        ],
    )


def _switched(dialect: Dialect) -> Iterator[str]:
    """Say which refusals have no cause here, by the reason."""
    by_reason: dict[str, list[str]] = {}
    for (refusal, variant), reason in SWITCHED[dialect.name].items():
        by_reason.setdefault(reason, []).append(code(f"{refusal}:{variant}" if variant else refusal))
    yield "### What only a switch can bring about"
    yield ""
    yield (
        "Every other row is said for its own cause. These are said to a key with the condition that is named"
        " (`create_key(conditions=[…])`, or control over HTTP), or as a planned fault (`refuse`):"
    )
    yield ""
    for reason, names in by_reason.items():
        yield f"- {', '.join(names)}: {prose(reason)}."


def _operations(dialect: Dialect) -> Iterator[str]:
    yield "## The operations of the contract"
    yield ""
    rows = [row for row in endpoints(dialect) if row["operation"]]
    yield from table(
        ("operation", "endpoint", "method", "path"),
        [
            (code(str(row["operation"])), code(str(row["endpoint"])), str(row["method"]), code(str(row["path"])))
            for row in rows
        ],
    )
    yield ""
    targets = ", ".join(code(f"{raw.method} {raw.target}") for raw in dialect.raw_targets)
    yield f"The harness sends `raw` calls with parameters of its own to {targets}."
    if dialect.default_network:
        usual = ", ".join(f"{currency} {code(network)}" for currency, network in dialect.default_network.items())
        yield f"Where a call names no network, these are meant: {usual}."


def _markets(dialect: Dialect) -> Iterator[str]:
    yield "## What is traded"
    yield ""
    yield from table(
        (
            "market",
            "spelled",
            "price step",
            "amount step",
            "least amount",
            "least total",
            "opens at",
            "maker fee",
            "taker fee",
        ),
        [
            (
                market.name,
                code(dialect.market_name(market.name)),
                plain(market.price_step),
                plain(market.amount_step),
                plain(market.minimum_amount),
                plain(market.minimum_total),
                plain(market.opening_price),
                plain(market.maker_fee),
                plain(market.taker_fee),
            )
            for market in dialect.markets
        ],
    )
    yield ""
    opening = ", ".join(f"{amount} {currency}" for currency, amount in dialect.opening_balances.items())
    yield (
        f"A new account holds {opening}, unless it is opened with other balances. Fees are shares of what is received."
        f" Order ids begin at {dialect.order_ids_from}."
    )


def _gaps(words: Words) -> Iterator[str]:
    yield "## What is not played yet"
    yield ""
    if not words.gaps:
        yield "Nothing: the whole specification is served."
    for gap in words.gaps:
        names = f": {', '.join(code(name) for name in gap.names)}" if gap.names else ""
        yield f"- {gap.words}{names}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
