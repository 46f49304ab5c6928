"""What users do who are told of a failure that leaves open what became of their order: the prudent ones look first."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from harness.cases import Call
from harness.drivers.driver import Failed, Succeeded

#: What the exchange says when it has looked at a request and said no; never the name of an outcome that is open.
SAYS_NO = frozenset(
    {
        "authentication",
        "permission",
        "nonce",
        "timestamp",
        "rate_limit",
        "insufficient_funds",
        "order_not_found",
        "invalid_request",
        "not_found",
    }
)


def is_open(failure: Failed) -> bool:
    """Tell whether a failure leaves open what became of the call."""
    return failure.kind not in SAYS_NO


def looking_for(order: Call) -> Call:
    """Return the call by which a user looks whether his order stands."""
    return Call(operation="open_orders", params={"market": order.params["market"]}, session=order.session)


def found(order: Call, listing: object) -> bool:
    """Tell whether a user takes his order for standing: when he sees it, and when he could not look.

    Where the listing shows ids of the client's own he goes by these, else by side, price and amount.
    """
    if not isinstance(listing, Succeeded) or not isinstance(listing.value, list):
        return True
    return any(isinstance(item, Mapping) and _is(order.params, item) for item in listing.value)


def _is(order: Mapping[str, object], item: Mapping[str, object]) -> bool:
    own, shown = order.get("client_order_id"), item.get("client_order_id")
    if own is not None and shown is not None:
        return str(own) == str(shown)
    same_numbers = all(_number(order.get(name)) == _number(item.get(name)) for name in ("price", "amount"))
    return order.get("side") == item.get("side") and same_numbers


def _number(value: object) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None
