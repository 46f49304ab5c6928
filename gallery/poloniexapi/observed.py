"""A small bot on `poloniexapi`, such as its users write: `noncense observe --dialect poloniex -- python THIS_FILE`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / ".sdks" / "gallery" / "poloniexapi" / "python"))

import poloniex

ROUNDS, PAIR = 8, "USDT_BTC"


def attempt(call: Callable[..., Any], *given: Any) -> Any:
    """Make a call; a bot that lives through a bad day says what failed, and goes on."""
    try:
        return call(*given)
    except Exception as failure:
        print(f"{type(failure).__name__}: {failure}")
        return None


def main() -> None:
    """Look at the account, trade a little, and ask for several things at once."""
    polo = poloniex.Poloniex(os.environ["NONCENSE_KEY"], os.environ["NONCENSE_SECRET"], timeout=2)
    with ThreadPoolExecutor(3) as together:
        for number in range(ROUNDS):
            attempt(polo.returnTicker)
            attempt(polo.returnBalances)
            placed = attempt(polo.buy, PAIR, str(15000 + number), "0.0015")
            attempt(polo.returnOpenOrders, PAIR)
            if placed and "orderNumber" in placed:
                attempt(polo.cancelOrder, placed["orderNumber"])
            attempt(polo.returnTradeHistory, PAIR)
            reads = (polo.returnTradableBalances, polo.returnFeeInfo, polo.returnDepositAddresses)
            list(together.map(attempt, reads))


if __name__ == "__main__":
    main()
