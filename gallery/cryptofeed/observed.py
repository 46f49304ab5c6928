"""A small bot on cryptofeed's Poloniex: `noncense observe --dialect poloniex -- python THIS_FILE`.

It is written by the documentation, and so it shows what the SDK does as it comes: its private calls go to a host that
is not the exchange's.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / ".sdks" / "gallery" / "cryptofeed" / "python"))

from cryptofeed.defines import BUY, LIMIT
from cryptofeed.exchanges.poloniex import Poloniex

ROUNDS, SYMBOL = 5, "BTC-USDT"


def attempt(call: Callable[..., Any], *given: Any) -> Any:
    """Make a call; a bot that lives through a bad day says what failed, and goes on."""
    try:
        return call(*given)
    except Exception as failure:
        print(f"{type(failure).__name__}: {failure}")
        return None


def main() -> None:
    """Look at the account, and try to trade a little."""
    keys = {"key_id": os.environ["NONCENSE_KEY"], "key_secret": os.environ["NONCENSE_SECRET"]}
    # The second pair is not documented, and without it nothing can be signed.
    exchange = Poloniex(config={"poloniex": keys, **keys})
    for number in range(ROUNDS):
        attempt(exchange.l2_book, SYMBOL)
        attempt(exchange.balances)
        attempt(exchange.place_order, SYMBOL, BUY, LIMIT, Decimal("0.001"), Decimal(15000 + number))
        attempt(exchange.orders)


if __name__ == "__main__":
    main()
