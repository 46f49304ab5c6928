"""A small bot on `bitunix`, such as its users write: `noncense observe --dialect bitunix -- python THIS_FILE`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / ".sdks" / "gallery" / "bitunix" / "python"))

from bitunix import BitunixClient

ROUNDS, SYMBOL = 20, "BTCUSDT"
BUY, LIMIT = 2, 1


def attempt(call: Callable[..., Any], *given: Any) -> Any:
    """Make a call; a bot that lives through a bad day says what failed, and goes on."""
    try:
        return call(*given)
    except Exception as failure:
        print(f"{type(failure).__name__}: {failure}")
        return None


def main() -> None:
    """Look at the account, and trade a little."""
    client = BitunixClient(os.environ["NONCENSE_KEY"], os.environ["NONCENSE_SECRET"])
    for number in range(ROUNDS):
        attempt(client.get_latest_price, SYMBOL)
        attempt(client.get_account_balance)
        placed = attempt(client.place_order, BUY, LIMIT, "0.001", SYMBOL, str(15000 + number))
        attempt(client.query_current_orders, SYMBOL)
        order = ((placed or {}).get("data") or {}).get("orderId")
        if order:
            attempt(client.cancel_orders, [{"orderId": order, "symbol": SYMBOL}])


if __name__ == "__main__":
    main()
