"""Reading what a futures call asks for; what is wrong is said with the codes of facts 3.3."""

from __future__ import annotations

from decimal import Decimal

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.refusals import Refused
from mockserver.dialects.bitunix import parameters as read
from mockserver.dialects.bitunix.answers import plain
from mockserver.dialects.bitunix.futures.contracts import CONTRACTS, MARGIN_COIN, Contract, contract_named
from mockserver.dialects.bitunix.futures.refusals import refuse
from mockserver.dialects.bitunix.markets import MAX_VOLUME, market_named


def contract(desk: Desk, parameters: Parameters) -> Contract | Refused:
    """Return the contract that `symbol` names; 20015 for a pair that is spot alone, 20001 for none at all."""
    symbol = read.required(parameters, "symbol")
    if isinstance(symbol, Refused):
        return symbol
    found = contract_named(desk, symbol)
    if found is not None:
        return found
    return refuse(20001 if market_named(desk, symbol) is None else 20015, market=symbol[:40])


def contract_if_named(desk: Desk, parameters: Parameters) -> Contract | Refused | None:
    """Return the contract that `symbol` names, None where it is absent."""
    return contract(desk, parameters) if read.text(parameters, "symbol") else None


def contracts(desk: Desk, parameters: Parameters) -> list[Contract]:
    """Return the contracts of the comma list `symbols`, all where it is absent; names of nothing are passed over."""
    listed = read.text(parameters, "symbols")
    if not listed:
        return [known for known in CONTRACTS if contract_named(desk, known.symbol) is not None]
    named = (contract_named(desk, symbol.strip()) for symbol in listed.split(",")[:100])
    return list({found.symbol: found for found in named if found is not None}.values())


def margin_coin(parameters: Parameters) -> str | Refused:
    """Return the margin coin, which must be named, and can be but one."""
    coin = read.required(parameters, "marginCoin")
    if isinstance(coin, Refused) or coin.upper() == MARGIN_COIN:
        return coin
    return off_the_list(coin, (MARGIN_COIN,))


def choice(parameters: Parameters, name: str, allowed: tuple[str, ...], *, default: str | None = None) -> str | Refused:
    """Return one of the allowed values, 10008 for another; the default, where there is one, for none."""
    if default is not None and not is_given(parameters, name):
        return default
    value = read.required(parameters, name)
    return value if isinstance(value, Refused) or value in allowed else off_the_list(value, allowed)


def price(parameters: Parameters, name: str, step: Decimal) -> Decimal | Refused:
    """Return a price above zero on its market's steps; 10002 for anything else."""
    value = read.decimal(parameters, name)
    if isinstance(value, Refused):
        return value
    return read.invalid(name) if value <= 0 or value.adjusted() > 12 or value % step else value


def quantity(parameters: Parameters, name: str, contract: Contract) -> Decimal | Refused:
    """Return a quantity on a contract's steps: 30016 for none above zero, 30017 below the least, else 10002."""
    value = read.decimal(parameters, name)
    if isinstance(value, Refused):
        return value
    if value <= 0:
        return refuse(30016)
    if value < contract.market.minimum_amount:
        return refuse(30017)
    return read.invalid(name) if value > MAX_VOLUME or value % contract.market.amount_step else value


def is_given(parameters: Parameters, name: str) -> bool:
    """Tell whether a parameter is there; null and nothing between quotes are not."""
    return parameters.get(name) not in (None, "")


def flag(parameters: Parameters, name: str) -> bool | Refused:
    """Return a boolean, false where it is absent; the texts `true` and `false` are taken as well."""
    value: Json = parameters.get(name)
    if value is None or value == "":
        return False
    if isinstance(value, bool):
        return value
    known = {"true": True, "false": False}.get(read.text(parameters, name).lower())
    return off_the_list(str(value)[:40], ("true", "false")) if known is None else known


def off_the_list(value: str, allowed: tuple[str, ...]) -> Refused:
    """Say that a value is none of those there are (10008)."""
    return refuse(10008, value=value[:40], choices=",".join(allowed))


def out_of_range(value: Decimal | int, least: Decimal | int, most: Decimal | int) -> Refused:
    """Say that a number is beyond its bounds (10008)."""
    return refuse(10008, value=plain(Decimal(value)), choices=f"{plain(Decimal(least))}-{plain(Decimal(most))}")


def page(parameters: Parameters) -> tuple[int, int]:
    """Return how many rows to skip and how many to show: 0 and 10 unless asked otherwise, 100 at most (facts 5.3)."""
    return read.whole(read.text(parameters, "skip")) or 0, read.bounded(parameters, "limit", default=10, maximum=100)


def span_ms(parameters: Parameters) -> tuple[int, int]:
    """Return the first and the last millisecond that are asked for; an ill-formed bound is none."""
    since = read.whole(read.text(parameters, "startTime"))
    until = read.whole(read.text(parameters, "endTime"))
    return since or 0, (1 << 63) if until is None else until
