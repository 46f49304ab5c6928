"""A small bot on ccxt's `poloniex`: `noncense observe --dialect poloniex -- python THIS_FILE [--asyncio]`."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / ".sdks" / "gallery" / "ccxt" / "python"))

import ccxt
import ccxt.async_support

ROUNDS, MARKET = 15, "BTC/USDT"
#: An optional setting of the bot that nobody made, handed on as it is.
UNTIL = None
KEYS = {"apiKey": os.environ.get("NONCENSE_KEY"), "secret": os.environ.get("NONCENSE_SECRET")}


def attempt(call: Callable[..., Any], *given: Any) -> Any:
    """Make a call; a bot that lives through a bad day says what failed, and goes on."""
    try:
        return call(*given)
    except Exception as failure:
        print(f"{type(failure).__name__}: {failure}")
        return None


async def attempted(call: Callable[..., Awaitable[Any]], *given: Any) -> Any:
    """Make a call of the other kind."""
    try:
        return await call(*given)
    except Exception as failure:
        print(f"{type(failure).__name__}: {failure}")
        return None


def main() -> None:
    """Look at the account, and trade a little."""
    exchange = ccxt.poloniex(KEYS)
    for number in range(ROUNDS):
        attempt(exchange.fetch_ticker, MARKET)
        attempt(exchange.fetch_balance)
        placed = attempt(exchange.create_order, MARKET, "limit", "buy", 0.001, 15000 + number)
        attempt(exchange.fetch_open_orders, MARKET)
        if placed and placed["id"]:
            attempt(exchange.cancel_order, placed["id"], MARKET)
        attempt(exchange.fetch_my_trades, MARKET, None, None, {"end": UNTIL})
    attempt(exchange.withdraw, "BTC", 0.5, "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy")


async def main_asyncio() -> None:
    """Do the same, and ask for several things at once."""
    exchange = ccxt.async_support.poloniex(KEYS)
    for number in range(ROUNDS):
        await attempted(exchange.fetch_ticker, MARKET)
        placed = await attempted(exchange.create_order, MARKET, "limit", "buy", 0.001, 15000 + number)
        await asyncio.gather(
            attempted(exchange.fetch_balance),
            attempted(exchange.fetch_open_orders, MARKET),
            attempted(exchange.fetch_my_trades, MARKET, None, None, {"end": UNTIL}),
        )
        if placed and placed["id"]:
            await attempted(exchange.cancel_order, placed["id"], MARKET)
    await attempted(exchange.withdraw, "BTC", 0.5, "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy")
    await exchange.close()


if __name__ == "__main__":
    if "--asyncio" in sys.argv[1:]:
        asyncio.run(main_asyncio())
    else:
        main()
