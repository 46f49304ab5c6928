"""How a client speaks the EXMO dialect, version 1.1.

Source: our page of EXMO facts, sections 2 to 4 and 6: error bodies of three shapes, endpoints, empty containers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

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

#: What each code tells the user.
KINDS: Mapping[str, str] = {
    "40003": "authentication",
    "40004": "authentication",
    "40005": "authentication",
    "40009": "nonce",
    "40013": "invalid_request",
    "40015": "not_found",
    "40016": "unavailable",
    "40017": "authentication",
    "40032": "permission",
    "40033": "permission",
    "40034": "rate_limit",
    "40038": "invalid_request",
    "10193": "not_found",
    "10519": "permission",
    "50013": "invalid_request",
    "50049": "invalid_request",
    "50052": "insufficient_funds",
    "50054": "insufficient_funds",
    "50173": "order_not_found",
    "50277": "invalid_request",
    "50304": "order_not_found",
    "50319": "invalid_request",
    "50321": "invalid_request",
    "50381": "invalid_request",
    "140333": "invalid_request",
    "140434": "insufficient_funds",
    "191021": "order_not_found",
}

_CODE = re.compile(r"(?:Error\s+)?([0-9]{5,6})\b", re.ASCII)


def refused(status: int, parsed: Json, wanted: Wanted) -> Failure | None:
    """Tell a refusal: `result` false, an `error` that says something, candles' `s`, or the status."""
    body = parsed if isinstance(parsed, Mapping) else {}
    said, code, words = body.get("error"), "", ""
    if isinstance(said, Mapping):
        inner, message = said.get("code"), said.get("msg")
        code = str(inner) if isinstance(inner, int | str) and not isinstance(inner, bool) else ""
        words = message if isinstance(message, str) else ""
    elif isinstance(said, str):
        words = said
        found = _CODE.match(said)
        code = found[1] if found else ""
    elif isinstance(body.get("errmsg"), str):
        words = str(body["errmsg"])
    failed = body.get("result") is False or said not in (None, "", False) or body.get("s") == "error"
    if 200 <= status < 300 and not failed:
        return None
    if status >= 500:
        kind = kind_of_status(status)
    elif "rate limit" in words:
        kind = "rate_limit"
    else:
        kind = KINDS.get(code, "unknown" if status == 200 else kind_of_status(status))
    return refusal(kind, words, status=status, code="" if code in words else code, body=parsed)


def pair(params: Params) -> str:
    """Return the exchange's name for a market."""
    base, quote_currency = base_and_quote(params)
    return f"{base}_{quote_currency}"


def _post(operation: str, name: str, *pairs: tuple[str, Json], changes_state: bool = False) -> Wanted:
    return Wanted(
        operation=operation,
        method="POST",
        path=f"/v1.1/{name}",
        pairs=pairs,
        place="form",
        changes_state=changes_state,
    )


def _get(operation: str, name: str, *pairs: tuple[str, Json]) -> Wanted:
    return Wanted(operation=operation, method="GET", path=f"/v1.1/{name}", pairs=pairs, private=False)


def balances(talk: Talk, params: Params) -> Json:
    """What can be spent now."""
    answer = talk.mapping(member(talk.ask(_post("balances", "user_info")), "balances"))
    return {currency: decimal_text(value) for currency, value in answer.items()}


def place_order(talk: Talk, params: Params) -> Json:
    """A limit order."""
    pairs = (
        ("pair", pair(params)),
        ("quantity", amount(params, "amount")),
        ("price", amount(params, "price")),
        ("type", side(params)),
        *optional(params, "client_order_id", "client_id"),
    )
    answer = talk.ask(_post("place_order", "order_create", *pairs, changes_state=True))
    return {"order_id": identifier(member(answer, "order_id"))}


def cancel_order(talk: Talk, params: Params) -> Json:
    """Cancel by the exchange's id."""
    pairs = (("order_id", given(params, "order_id")),)
    talk.mapping(talk.ask(_post("cancel_order", "order_cancel", *pairs, changes_state=True)))
    return {}


def open_orders(talk: Talk, params: Params) -> Json:
    """The open orders of a market that have a price; stop orders stand between them."""
    name = pair(params)
    answer = talk.mapping(talk.ask(_post("open_orders", "user_open_orders", ("pair", name))))
    return [
        {
            "order_id": identifier(member(row, "order_id")),
            "market": given(params, "market"),
            "side": text(member(row, "type")),
            "price": decimal_text(member(row, "price")),
            "amount": decimal_text(member(row, "quantity")),
            **own_id(row, "client_id"),
        }
        for row in talk.sequence(answer.get(name))
        if isinstance(row, Mapping) and "price" in row
    ]


def withdraw(talk: Talk, params: Params) -> Json:
    """Send coins away; the network is called transport."""
    pairs = (
        ("amount", amount(params, "amount")),
        ("currency", given(params, "currency")),
        ("address", given(params, "address")),
        *optional(params, "network", "transport"),
    )
    identifier(member(talk.ask(_post("withdraw", "withdraw_crypt", *pairs, changes_state=True)), "task_id"))
    return {}


def deposit_address(talk: Talk, params: Params) -> Json:
    """Where coins can be sent to; a network is part of the name, and a tag follows the address after a comma."""
    name = given(params, "currency") + "".join(str(value) for _, value in optional(params, "network", "network"))
    answer = talk.mapping(talk.ask(_post("deposit_address", "deposit_address")))
    if name not in answer:
        raise Failure("not_found", f"the account has no address for {name}", origin=Origin.REFUSAL)
    return {"address": text(answer[name]).partition(",")[0]}


def ticker(talk: Talk, params: Params) -> Json:
    """The last trade and the best prices, out of those of all markets."""
    answer = talk.mapping(talk.ask(_get("ticker", "ticker")))
    row = _of_market(answer, pair(params))
    names = {"last": "last_trade", "bid": "buy_price", "ask": "sell_price"}
    return {ours: decimal_text(member(row, theirs)) for ours, theirs in names.items()}


def order_book(talk: Talk, params: Params) -> Json:
    """The best levels of either side."""
    most, name = depth(params), pair(params)
    answer = talk.mapping(talk.ask(_get("order_book", "order_book", ("pair", name), ("limit", min(most, 1000)))))
    row = _of_market(answer, name)
    sides = {"bids": "bid", "asks": "ask"}
    return {ours: levels(talk.sequence(member(row, theirs)), _level, most) for ours, theirs in sides.items()}


def _of_market(answer: Mapping[str, Json], name: str) -> Json:
    """Return a market's part; an unknown market vanishes from the answer without a word (6.1, 7)."""
    if name not in answer:
        raise Failure("not_found", f"the exchange lists no market {name}", origin=Origin.REFUSAL)
    return answer[name]


def _level(row: Json) -> tuple[str, str]:
    return decimal_text(item(row, 0)), decimal_text(item(row, 1))


def raw(talk: Talk, params: Params) -> Json:
    """Any private call; the target is the method's name, and there is no HTTP method but POST."""
    name = quote(given(params, "target"), safe="/")
    return as_plain(talk.ask(_post("raw", name, *raw_pairs(params), changes_state=True)))  # type: ignore[return-value]


SPEAKER = Speaker(
    scheme=scheme_named("exmo"),
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
