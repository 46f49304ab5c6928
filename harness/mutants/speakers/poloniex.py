"""How a client speaks the legacy Poloniex dialect.

Source: our page of Poloniex facts, sections 2 to 5: endpoints, texts of refusals, empty containers.
"""

from __future__ import annotations

from collections.abc import Mapping

from harness.mutants.failures import Failure, Origin, kind_of_status
from harness.mutants.messages import Json, Wanted
from harness.mutants.reading import Talk, as_plain, decimal_text, identifier, item, member, refusal, text
from harness.mutants.speakers.speaker import (
    Params,
    Speaker,
    amount,
    base_and_quote,
    depth,
    given,
    levels,
    optional,
    own_id,
    raw_pairs,
    side,
)
from signer import scheme_named

#: Parts of refusal texts, in lower case, and what each tells the user; the first that is met counts.
KINDS: tuple[tuple[str, str], ...] = (
    ("invalid api key/secret pair", "authentication"),
    ("nonce must be greater than", "nonce"),
    ("invalid nonce parameter", "nonce"),
    ("invalid command", "not_found"),
    ("permission", "permission"),
    ("account is ", "permission"),
    ("may reside in a location", "permission"),
    ("not enough", "insufficient_funds"),
    ("order not found", "order_not_found"),
    ("invalid order number, or you are not the person", "order_not_found"),
    ("is either completed or does not exist", "order_not_found"),
    ("please do not make more than", "rate_limit"),
    ("this ip has been", "rate_limit"),
    ("too many requests", "rate_limit"),
    ("connection timed out", "timeout"),
    ("internal error", "unavailable"),
    ("transaction failed", "unavailable"),
    ("maintenance", "unavailable"),
    ("error pulling order book", "unavailable"),
)


def refused(status: int, parsed: Json, wanted: Wanted) -> Failure | None:
    """Tell a refusal: by an `error` that says something, by `success` 0, or by the status."""
    body = parsed if isinstance(parsed, Mapping) else {}
    said = body.get("error")
    nested = body.get("result")
    if said is None and isinstance(nested, Mapping):
        said = nested.get("error")
    failed = said not in (None, "", False) or ("success" in body and body["success"] in (0, "0", False))
    if 200 <= status < 300 and not failed:
        return None
    words = next((word for word in (said, body.get("response"), body.get("message")) if isinstance(word, str)), "")
    if status >= 500:
        kind = kind_of_status(status)
    else:
        usual = "invalid_request" if words and status in {200, 422} else kind_of_status(status)
        kind = next((kind for part, kind in KINDS if part in words.lower()), usual)
        if not words and status == 200:
            kind = "unknown"
    return refusal(kind, words, status=status, body=parsed)


def pair(params: Params) -> str:
    """Return the exchange's name for a market: the pricing currency comes first."""
    base, quote = base_and_quote(params)
    return f"{quote}_{base}"


def _command(operation: str, command: str, *pairs: tuple[str, Json], changes_state: bool = False) -> Wanted:
    return Wanted(
        operation=operation,
        method="POST",
        path="/tradingApi",
        pairs=(("command", command), *pairs),
        place="form",
        changes_state=changes_state,
    )


def _public(operation: str, command: str, *pairs: tuple[str, Json]) -> Wanted:
    return Wanted(
        operation=operation, method="GET", path="/public", pairs=(("command", command), *pairs), private=False
    )


def balances(talk: Talk, params: Params) -> Json:
    """What can be spent now."""
    answer = talk.mapping(talk.ask(_command("balances", "returnBalances")))
    return {currency: decimal_text(value) for currency, value in answer.items()}


def place_order(talk: Talk, params: Params) -> Json:
    """A limit order; the side is the command."""
    pairs = (
        ("currencyPair", pair(params)),
        ("rate", amount(params, "price")),
        ("amount", amount(params, "amount")),
        *optional(params, "client_order_id", "clientOrderId"),
    )
    answer = talk.ask(_command("place_order", side(params), *pairs, changes_state=True))
    return {"order_id": identifier(member(answer, "orderNumber"))}


def cancel_order(talk: Talk, params: Params) -> Json:
    """Cancel by the exchange's number."""
    pairs = (("orderNumber", given(params, "order_id")),)
    talk.mapping(talk.ask(_command("cancel_order", "cancelOrder", *pairs, changes_state=True)))
    return {}


def open_orders(talk: Talk, params: Params) -> Json:
    """The open orders of a market."""
    rows = talk.sequence(talk.ask(_command("open_orders", "returnOpenOrders", ("currencyPair", pair(params)))))
    return [
        {
            "order_id": identifier(member(row, "orderNumber")),
            "market": given(params, "market"),
            "side": text(member(row, "type")),
            "price": decimal_text(member(row, "rate")),
            "amount": decimal_text(member(row, "amount")),
            **own_id(row, "clientOrderId"),
        }
        for row in rows
    ]


def withdraw(talk: Talk, params: Params) -> Json:
    """Send coins away; another network is another currency code to withdraw as."""
    pairs = (
        ("currency", given(params, "currency")),
        ("amount", amount(params, "amount")),
        ("address", given(params, "address")),
        *optional(params, "network", "currencyToWithdrawAs"),
    )
    text(member(talk.ask(_command("withdraw", "withdraw", *pairs, changes_state=True)), "response"))
    return {}


def deposit_address(talk: Talk, params: Params) -> Json:
    """Where coins can be sent to; an address that there is not yet is asked for."""
    currency = given(params, "currency")
    known = talk.mapping(talk.ask(_command("deposit_address", "returnDepositAddresses")))
    if currency in known:
        return {"address": text(known[currency])}
    generated = talk.ask(_command("deposit_address", "generateNewAddress", ("currency", currency), changes_state=True))
    return {"address": text(member(generated, "response"))}


def ticker(talk: Talk, params: Params) -> Json:
    """The last trade and the best prices, out of those of all markets."""
    answer = talk.mapping(talk.ask(_public("ticker", "returnTicker")))
    name = pair(params)
    if name not in answer:
        raise Failure("not_found", f"the exchange lists no market {name}", origin=Origin.REFUSAL)
    row = answer[name]
    names = {"last": "last", "bid": "highestBid", "ask": "lowestAsk"}
    return {ours: decimal_text(member(row, theirs)) for ours, theirs in names.items()}


def order_book(talk: Talk, params: Params) -> Json:
    """The best levels of either side; amounts are JSON numbers here."""
    most = depth(params)
    answer = talk.ask(_public("order_book", "returnOrderBook", ("currencyPair", pair(params)), ("depth", most)))
    return {name: levels(talk.sequence(member(answer, name)), _level, most) for name in ("bids", "asks")}


def _level(row: Json) -> tuple[str, str]:
    return decimal_text(item(row, 0)), decimal_text(item(row, 1))


def raw(talk: Talk, params: Params) -> Json:
    """Any private command; the dialect has no method but POST."""
    return as_plain(talk.ask(_command("raw", given(params, "target"), *raw_pairs(params), changes_state=True)))  # type: ignore[return-value]


SPEAKER = Speaker(
    scheme=scheme_named("poloniex"),
    refusal=refused,
    operations={
        "balances": balances,
        "place_order": place_order,
        "cancel_order": cancel_order,
        "open_orders": open_orders,
        "withdraw": withdraw,
        "deposit_address": deposit_address,
        "ticker": ticker,
        "order_book": order_book,
        "raw": raw,
    },
)
