"""Margin, as somebody meets it who has nothing there: no money, no loans, no position. Facts 4.9 and 4.1.

Money cannot be moved to margin here, so orders on margin are not served: no text is known for one without collateral.
"""

from __future__ import annotations

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.markets import Market
from mockserver.core.refusals import Refused
from mockserver.dialects.poloniex import parameters as read
from mockserver.dialects.poloniex.markets import market_name

_ZERO = "0.00000000"

#: 4.9 does not say how far from liquidation someone without loans is; wholly covered, we say.
_COVERED = "1.00000000"


def _margin_markets(desk: Desk) -> list[Market]:
    """Return what is traded on margin: all that is paid in BTC."""
    return [market for market in desk.markets() if market.quote == "BTC"]


def return_tradable_balances(desk: Desk, parameters: Parameters) -> Json:
    """`returnTradableBalances`: what margin would allow to trade, by pair and currency."""
    return {market_name(market.name): {market.quote: _ZERO, market.base: _ZERO} for market in _margin_markets(desk)}


def return_margin_account_summary(desk: Desk, parameters: Parameters) -> Json:
    """`returnMarginAccountSummary`: an empty account's."""
    return {
        "totalValue": _ZERO,
        "pl": _ZERO,
        "lendingFees": _ZERO,
        "netValue": _ZERO,
        "totalBorrowedValue": _ZERO,
        "currentMargin": _COVERED,
    }


def get_margin_position(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`getMarginPosition`: of one pair, or of all that are traded on margin."""
    if read.wants_all(parameters):
        return {market_name(market.name): _no_position() for market in _margin_markets(desk)}
    market = read.market_of(desk, parameters)
    return market if isinstance(market, Refused) else _no_position()


def _no_position() -> Json:
    return {
        "amount": _ZERO,
        "total": _ZERO,
        "basePrice": _ZERO,
        "liquidationPrice": -1,
        "pl": _ZERO,
        "lendingFees": _ZERO,
        "type": "none",
    }


def close_margin_position(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`closeMarginPosition`: that there is none to close counts as a success (2.5)."""
    market = read.market_of(desk, parameters)
    if isinstance(market, Refused):
        return market
    return {"success": 1, "message": "You do not have an open position in this market.", "resultingTrades": []}
