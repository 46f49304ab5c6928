"""What EXMO lets through: the limits of quantities, prices and amounts, each with its way of saying no."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from mockserver.core.markets import Market
from mockserver.core.refusals import Refusal, Refused
from mockserver.dialects.exmo.answers import plain
from mockserver.dialects.exmo.markets import (
    MAX_AMOUNT,
    MAX_PRICE,
    MAX_QUANTITY,
    QUANTITY_PLACES,
    pair_name,
    price_places,
)


def quantity_outside(market: Market, quantity: Decimal, places: int) -> Refused | None:
    """Refuse a quantity that is too small (50277), too large, or finer than eight decimals (50381).

    Args:
        market: Whose limits.
        quantity: Of the base.
        places: How many decimals it was written with.
    """
    if quantity <= 0 or quantity < market.minimum_amount:
        return Refused(
            refusal=Refusal.BELOW_MINIMUM,
            detail=f"a quantity is at least {market.minimum_amount} {market.base}",
            facts={"minimum": plain(market.minimum_amount), "value": format(quantity, "f")[:80]},
        )
    if quantity > MAX_QUANTITY:
        return _beyond("quantity", MAX_QUANTITY, "quantity_high")
    return too_many_places(market, "quantity", QUANTITY_PLACES) if places > QUANTITY_PLACES else None


def price_outside(market: Market, price: Decimal, places: int) -> Refused | None:
    """Refuse a price below one step (50319), beyond the greatest (50321), or with too many decimals (50381)."""
    if price < market.price_step:
        return Refused(
            refusal=Refusal.INVALID_PARAMETER,
            detail=f"a price is at least {market.price_step}",
            facts={"parameter": "price", "minimum": plain(market.price_step)},
            variant="price_low",
        )
    if price > MAX_PRICE:
        return _beyond("price", MAX_PRICE, "price_high")
    allowed = price_places(market)
    return too_many_places(market, "price", allowed) if places > allowed else None


def amount_outside(price: Decimal, quantity: Decimal) -> Refused | None:
    """Refuse an order that is worth more than any may be; the least worth is the venue's to check."""
    return _beyond("amount", MAX_AMOUNT, "amount_high") if price * quantity > MAX_AMOUNT else None


def total_outside(market: Market, total: Decimal) -> Refused | None:
    """Refuse a total of the quote that is less than the least amount of an order (50277)."""
    if total >= market.minimum_total and total > 0:
        return None
    return Refused(
        refusal=Refusal.BELOW_MINIMUM,
        detail=f"an amount is at least {market.minimum_total} {market.quote}",
        facts={"minimum": plain(market.minimum_total), "value": format(total, "f")[:80]},
        variant="amount",
    )


def service_places(market: Market, given: int) -> Refused | None:
    """Refuse a price of a stop or margin order that has too many decimals: 140333, in shape B (facts 2.2)."""
    allowed = price_places(market)
    if given <= allowed:
        return None
    return Refused(
        refusal=Refusal.INVALID_PARAMETER,
        detail=f"a price has at most {allowed} decimals",
        facts={"parameter": "price", "given": given, "places": allowed},
        variant="service_places",
    )


def too_many_places(market: Market, name: str, allowed: int) -> Refused:
    """Say that a number is finer than the pair allows."""
    return Refused(
        refusal=Refusal.INVALID_PARAMETER,
        detail=f"{name} has at most {allowed} decimals",
        facts={"parameter": name, "places": allowed, "market": pair_name(market.name)},
        variant="places",
    )


def bad_choice(name: str, value: str) -> Refused:
    """Say that a parameter has a value that is none of those there are."""
    return Refused(
        refusal=Refusal.INVALID_PARAMETER,
        detail=f"{name} has a value that is not allowed",
        facts={"parameter": name, "value": value[:80]},
        variant="choice",
    )


def too_small(refused: Refused) -> Refused:
    """Say in EXMO's words that an order is too small: a total is an amount here, and an amount a quantity."""
    if refused.refusal is not Refusal.BELOW_MINIMUM:
        return refused
    return replace(refused, variant="" if refused.variant == "amount" else "amount")


def no_pair(pair: str) -> Refused:
    """Say that there is no such pair; no source knows how EXMO says it."""
    return Refused(refusal=Refusal.UNKNOWN_MARKET, detail="no such pair", facts={"market": pair[:40]})


def no_currency(currency: str) -> Refused:
    """Say that there is no such currency, or that it has no chain; no source knows how EXMO says it."""
    return Refused(refusal=Refusal.UNKNOWN_CURRENCY, detail="no such currency", facts={"currency": currency[:40]})


def _beyond(name: str, greatest: Decimal, variant: str) -> Refused:
    return Refused(
        refusal=Refusal.INVALID_PARAMETER,
        detail=f"{name} is at most {plain(greatest)}",
        facts={"parameter": name, "maximum": plain(greatest)},
        variant=variant,
    )
