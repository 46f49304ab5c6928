"""What the reference exchange trades, and what a new account holds."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from mockserver.core.markets import Market


def _market(base: str, quote: str, price_step: str, amount_step: str, minimum_total: str, opening_price: str) -> Market:
    return Market(
        base=base,
        quote=quote,
        price_step=Decimal(price_step),
        amount_step=Decimal(amount_step),
        minimum_total=Decimal(minimum_total),
        minimum_amount=Decimal(amount_step),
        opening_price=Decimal(opening_price),
        maker_fee=Decimal("0.001"),
        taker_fee=Decimal("0.002"),
    )


#: Steps and least totals are the specification's; the opening prices are ours.
MARKETS: tuple[Market, ...] = (
    _market("BTC", "USDT", "0.01", "0.00000001", "1", "30000"),
    _market("ETH", "USDT", "0.01", "0.00000001", "1", "2000"),
    _market("ETH", "BTC", "0.00000001", "0.00000001", "0.0001", "0.06666666"),
    _market("1INCH", "USDT", "0.0001", "0.01", "1", "0.4"),
)

OPENING_BALANCES: Mapping[str, str] = MappingProxyType({"BTC": "1", "ETH": "10", "USDT": "10000"})


def market_name(market: str) -> str:
    """Spell `BTC/USDT` as this dialect does, which is the same."""
    return market
