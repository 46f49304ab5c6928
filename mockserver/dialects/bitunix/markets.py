"""What Bitunix trades here, and how it spells pairs, precisions and networks."""

from __future__ import annotations

from decimal import Decimal

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Parameters
from mockserver.core.markets import Market
from mockserver.core.refusals import Refusal, Refused
from mockserver.dialects.bitunix import parameters as read


def _market(
    base: str, quote: str, *, price_step: str, amount_step: str, least: str, total: str, opening: str
) -> Market:
    return Market(
        base=base,
        quote=quote,
        price_step=Decimal(price_step),
        amount_step=Decimal(amount_step),
        minimum_total=Decimal(total),
        minimum_amount=Decimal(least),
        opening_price=Decimal(opening),
        maker_fee=Decimal("0.0008"),
        taker_fee=Decimal("0.001"),
    )


MARKETS: tuple[Market, ...] = (
    _market("BTC", "USDT", price_step="0.01", amount_step="0.00001", least="0.00005", total="10", opening="64250.51"),
    _market("ETH", "USDT", price_step="0.01", amount_step="0.0001", least="0.001", total="10", opening="3010.42"),
    _market(
        "ETH", "BTC", price_step="0.000001", amount_step="0.0001", least="0.001", total="0.0001", opening="0.046853"
    ),
    _market("1INCH", "USDT", price_step="0.0001", amount_step="0.1", least="1", total="10", opening="0.4127"),
)

#: Currency to its networks, the usual one first. A withdrawal must name one; `Tron (TRC-20)` is the documents' example.
NETWORKS: dict[str, tuple[str, ...]] = {
    "BTC": ("Bitcoin",),
    "ETH": ("Ethereum (ERC-20)",),
    "USDT": ("Tron (TRC-20)", "Ethereum (ERC-20)"),
    "1INCH": ("Ethereum (ERC-20)",),
}

#: What a withdrawal costs by coin and network, where it costs anything; the usual networks are free here.
WITHDRAWAL_FEES: dict[tuple[str, str], Decimal] = {("USDT", "Ethereum (ERC-20)"): Decimal("4.5")}

COIN_NAMES: dict[str, str] = {"BTC": "Bitcoin", "ETH": "Ethereum", "USDT": "Tether", "1INCH": "1inch"}

#: A pair of more precise numbers than this is no order; it also bounds what has to be calculated.
MAX_VOLUME = Decimal(1_000_000_000)
MAX_PRICE = Decimal(1_000_000_000)

_NAMES: dict[str, str] = {f"{market.base}{market.quote}": market.name for market in MARKETS}


def symbol_of(market: str) -> str:
    """Return Bitunix's spelling of `BASE/QUOTE`: `BASEQUOTE`."""
    return market.replace("/", "")


def market_named(desk: Desk, symbol: str) -> Market | None:
    """Return the market of a symbol in any letter case (facts 6, item 11), or None."""
    wanted = symbol.upper()
    name = _NAMES.get(wanted)
    if name is not None:
        return desk.market(name)
    return next((market for market in desk.markets() if symbol_of(market.name) == wanted), None)


def asked_market(desk: Desk, parameters: Parameters) -> Market | Refused:
    """Return the market that the parameter `symbol` names, or the refusal of one that is absent or unknown."""
    symbol = read.required(parameters, "symbol")
    if isinstance(symbol, Refused):
        return symbol
    found = market_named(desk, symbol)
    if found is None:
        return Refused(refusal=Refusal.UNKNOWN_MARKET, detail="no such symbol", facts={"market": symbol[:40]})
    return found


def decimals(step: Decimal) -> int:
    """Return how many decimals a step of a power of ten allows: 2 for 0.01."""
    exponent = step.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0
