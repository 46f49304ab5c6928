"""How a client speaks the Bitunix spot dialect.

Source: our page of Bitunix facts, sections 3 to 6: the envelope, its codes, orders refused inside a success.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from harness.mutants.failures import Failure, Origin, kind_of_status
from harness.mutants.messages import Json, Wanted
from harness.mutants.reading import Talk, as_plain, decimal_text, identifier, member, refusal, text
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
    "2": "invalid_request",
    "500": "unavailable",
    "10016": "authentication",
    "10058": "invalid_request",
    "70003": "invalid_request",
    "100004": "authentication",
    "100005": "authentication",
    "100008": "timestamp",
    "100011": "permission",
    "110007": "invalid_request",
    "110008": "invalid_request",
    "110033": "permission",
    "110041": "rate_limit",
    "10034": "insufficient_funds",
    # Of futures, whose other codes say that something is wrong with the request.
    "10001": "unavailable",
    "10002": "invalid_request",
    "10003": "authentication",
    "10004": "permission",
    "10005": "rate_limit",
    "10006": "rate_limit",
    "10007": "authentication",
    "20003": "insufficient_funds",
    "20011": "permission",
}
#: The code inside a success by which an order is refused for want of money.
BALANCE_TOO_LOW = "10034"
SIDES: Mapping[str, int] = {"sell": 1, "buy": 2}
#: Where neither the caller nor the documents name a network.
NETWORKS: Mapping[str, str] = {"BTC": "BTC", "ETH": "ETH", "USDT": "Tron (TRC-20)"}


def refused(status: int, parsed: Json, wanted: Wanted) -> Failure | None:
    """Tell a refusal: a code that is not "0", `success` false, or the status."""
    body = parsed if isinstance(parsed, Mapping) else {}
    code = _code(body.get("code"))
    said_no = (code not in ("", "0")) or body.get("success") is False or ("code" in body and code == "")
    if 200 <= status < 300 and not said_no:
        return None
    message = body.get("msg")
    usual = "unknown" if status == 200 else kind_of_status(status)
    kind = kind_of_status(status) if status >= 500 else KINDS.get(code, usual)
    return refusal(kind, message if isinstance(message, str) else "", status=status, code=code, body=parsed)


def _code(value: Json) -> str:
    """Return a code as text: spot sends a string and futures a number."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def symbol(params: Params) -> str:
    """Return the exchange's name for a market."""
    return "".join(base_and_quote(params))


def _post(operation: str, path: str, *pairs: tuple[str, Json], changes_state: bool = False) -> Wanted:
    return Wanted(
        operation=operation,
        method="POST",
        path=f"/api/spot/v1/{path}",
        pairs=pairs,
        place="json",
        changes_state=changes_state,
    )


def _get(operation: str, path: str, *pairs: tuple[str, Json], private: bool = True) -> Wanted:
    return Wanted(operation=operation, method="GET", path=f"/api/spot/v1/{path}", pairs=pairs, private=private)


def _data(parsed: Json) -> Json:
    return member(parsed, "data")


def balances(talk: Talk, params: Params) -> Json:
    """What can be spent now; an account without coins is null."""
    rows = talk.sequence(_data(talk.ask(_get("balances", "user/account"))))
    return {text(member(row, "coin")): decimal_text(member(row, "balance")) for row in rows}


def place_order(talk: Talk, params: Params) -> Json:
    """A limit order. A success may hold a refusal: then `placeStatus` is not 1 and there is no id."""
    pairs: tuple[tuple[str, Json], ...] = (
        ("side", SIDES[side(params)]),
        ("type", 1),
        ("volume", amount(params, "amount")),
        ("price", amount(params, "price")),
        ("symbol", symbol(params)),
        *optional(params, "client_order_id", "clientId"),
    )
    placed = _data(talk.ask(_post("place_order", "order/place_order", *pairs, changes_state=True)))
    if isinstance(placed, Mapping):
        code = _code(placed.get("placeCode"))
        accepted = _code(placed.get("placeStatus")) in ("", "1")
        if not accepted or (placed.get("orderId") is None and code):
            words = placed.get("placeMsg")
            kind = "insufficient_funds" if code == BALANCE_TOO_LOW else "invalid_request"
            raise refusal(kind, words if isinstance(words, str) else "", status=200, code=code, body=placed)
    return {"order_id": identifier(member(placed, "orderId"))}


def cancel_order(talk: Talk, params: Params) -> Json:
    """Cancel by the exchange's id; a list of one."""
    one: Json = {"orderId": given(params, "order_id"), "symbol": symbol(params)}
    talk.ask(_post("cancel_order", "order/cancel", ("orderIdList", [one]), changes_state=True))
    return {}


def open_orders(talk: Talk, params: Params) -> Json:
    """The open orders of a market; null where there are none."""
    rows = talk.sequence(_data(talk.ask(_post("open_orders", "order/pending/list", ("symbol", symbol(params))))))
    names = {str(number): name for name, number in SIDES.items()}
    return [
        {
            "order_id": identifier(member(row, "orderId")),
            "market": given(params, "market"),
            "side": names.get(_code(member(row, "side")), "unknown"),
            "price": decimal_text(member(row, "price")),
            "amount": decimal_text(member(row, "leftVolume")),
            **own_id(row, "clientId"),
        }
        for row in rows
        if isinstance(row, Mapping) and _code(row.get("type")) != "2"
    ]


def withdraw(talk: Talk, params: Params) -> Json:
    """Send coins away; the amount is a JSON number here."""
    currency = given(params, "currency")
    pairs: tuple[tuple[str, Json], ...] = (
        ("coin", currency),
        ("network", _network(params, currency)),
        ("address", given(params, "address")),
        ("amount", Decimal(amount(params, "amount"))),
    )
    identifier(_withdrawal(_data(talk.ask(_post("withdraw", "withdraw", *pairs, changes_state=True)))))
    return {}


def _withdrawal(data: Json) -> Json:
    """Return a withdrawal's id: the documents' table shows an object, their sample a bare text (5.1)."""
    return member(data, "withdrawId") if isinstance(data, Mapping) else data


def deposit_address(talk: Talk, params: Params) -> Json:
    """Where coins can be sent to."""
    currency = given(params, "currency")
    pairs = (("coin", currency), ("network", _network(params, currency)))
    rows = talk.sequence(_data(talk.ask(_post("deposit_address", "deposit/address", *pairs))))
    if not rows:
        raise Failure("not_found", f"the account has no address for {currency}", origin=Origin.REFUSAL)
    return {"address": text(member(rows[0], "address"))}


def _network(params: Params, currency: str) -> str:
    return str(params.get("network") or NETWORKS.get(currency, currency))


def ticker(talk: Talk, params: Params) -> Json:
    """The last price, and the best prices from the book: there is no call that knows both."""
    last = decimal_text(_data(talk.ask(_get("ticker", "market/last_price", ("symbol", symbol(params)), private=False))))
    book = _book(talk, "ticker", params)
    best = {}
    for ours, theirs in (("bid", "bids"), ("ask", "asks")):
        rows = talk.sequence(book.get(theirs))
        best[ours] = decimal_text(member(rows[0], "price")) if rows else "0"
    return {"last": last, **best}


def order_book(talk: Talk, params: Params) -> Json:
    """The best levels of either side."""
    most = depth(params)
    book = _book(talk, "order_book", params)
    return {name: levels(talk.sequence(book.get(name)), _level, most) for name in ("bids", "asks")}


def _book(talk: Talk, operation: str, params: Params) -> Mapping[str, Json]:
    pairs = (("symbol", symbol(params)), ("precision", _finest_step(talk, operation, symbol(params))))
    return talk.mapping(_data(talk.ask(_get(operation, "market/depth", *pairs, private=False))))


def _finest_step(talk: Talk, operation: str, name: str) -> str:
    """Return a market's finest price step, which the book must be asked with (4.1)."""
    listed = talk.remembered("pairs", _get(operation, "common/coin_pair/list", private=False))
    for row in talk.sequence(_data(listed)):
        if isinstance(row, Mapping) and str(row.get("symbol", "")).upper() == name.upper():
            steps = talk.sequence(row.get("precisions"))
            return decimal_text(steps[0]) if steps else "0.00000001"
    raise Failure("not_found", f"the exchange lists no market {name}", origin=Origin.REFUSAL)


def _level(row: Json) -> tuple[str, str]:
    return decimal_text(member(row, "price")), decimal_text(member(row, "volume"))


def raw(talk: Talk, params: Params) -> Json:
    """Any private call; the target is a path."""
    method = given(params, "method")
    wanted = Wanted(
        operation="raw",
        method=method,
        path=given(params, "target"),
        pairs=raw_pairs(params),
        place="query" if method == "GET" else "json",
        changes_state=method != "GET",
    )
    return as_plain(talk.ask(wanted))  # type: ignore[return-value]


SPEAKER = Speaker(
    scheme=scheme_named("bitunix"),
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
