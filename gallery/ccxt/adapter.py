"""ccxt 1.81.1's `poloniex`, untouched: `noncense test --dialect poloniex -- python THIS_FILE [--asyncio]`.

Where the exchange is, is one of its options (`urls`). `timeout` is another, in milliseconds: less than a second is
more than it can bear, since it cuts off the fraction and hands zero to requests, so a second is the least that it is
given. Its limiter of calls is on, as it comes. Amounts and prices are given as text, which it takes, and come back as
its floats.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(_ROOT / ".sdks" / "gallery" / "ccxt" / "python"), str(_ROOT / "adapters" / "python")]

import aiohttp  # noqa: E402
import ccxt  # noqa: E402
import ccxt.async_support  # noqa: E402
import requests  # noqa: E402
from noncense_adapter import ClientError, Skipped, main  # noqa: E402

#: Its classes of failures, the narrower first.
_KINDS = (
    (ccxt.PermissionDenied, "permission"),
    (ccxt.AuthenticationError, "authentication"),
    (ccxt.InvalidNonce, "nonce"),
    (ccxt.DDoSProtection, "rate_limit"),
    (ccxt.InsufficientFunds, "insufficient_funds"),
    (ccxt.OrderNotFound, "order_not_found"),
    (ccxt.InvalidOrder, "invalid_request"),
    (ccxt.InvalidAddress, "invalid_request"),
    (ccxt.BadSymbol, "not_found"),
    (ccxt.BadRequest, "invalid_request"),
    (ccxt.BadResponse, "bad_response"),
    (ccxt.RequestTimeout, "timeout"),
    (ccxt.ExchangeNotAvailable, "unavailable"),
    (ccxt.NetworkError, "network"),
)


class Calls:
    """Of each operation: what the SDK is asked, and how its answer becomes the contract's value."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def balances(self) -> _Asked:
        """Ask for the free part of every currency."""
        return self._client.fetch_balance, lambda answer: {
            code: _text(amount) for code, amount in answer["free"].items()
        }

    def place_order(
        self, market: str, side: str, price: str, amount: str, client_order_id: str | None = None
    ) -> _Asked:
        """Place a limit order."""
        named = {} if client_order_id is None else {"clientOrderId": client_order_id}
        return lambda: self._client.create_order(market, "limit", side, amount, price, named), lambda answer: {
            "order_id": _text(answer["id"])
        }

    def cancel_order(self, order_id: str, market: str) -> _Asked:
        """Cancel an order."""
        return lambda: self._client.cancel_order(order_id, market), lambda answer: {}

    def open_orders(self, market: str) -> _Asked:
        """List the open orders of a market."""
        return lambda: self._client.fetch_open_orders(market), lambda answer: [
            {
                "order_id": _text(order["id"]),
                "market": order["symbol"],
                "side": order["side"],
                "price": _text(order["price"]),
                "amount": _text(order["remaining"]),
                **({"client_order_id": order["clientOrderId"]} if order["clientOrderId"] else {}),
            }
            for order in answer
        ]

    def withdraw(self, currency: str, amount: str, address: str, network: str | None = None) -> _Asked:
        """Take money out."""
        way = {} if network is None else {"network": network}
        return lambda: self._client.withdraw(currency, amount, address, None, way), lambda answer: {}

    def deposit_address(self, currency: str, network: str | None = None) -> _Asked:
        """Ask where money is paid in."""
        if network is not None:
            raise Skipped("fetch_deposit_address() of poloniex takes no network")
        return lambda: self._client.fetch_deposit_address(currency), lambda answer: {
            "address": _text(answer["address"])
        }

    def ticker(self, market: str) -> _Asked:
        """Ask for the last, the best bid and the best ask."""
        return lambda: self._client.fetch_ticker(market), lambda answer: {
            name: _text(answer[name]) for name in ("last", "bid", "ask")
        }

    def order_book(self, market: str, depth: int) -> _Asked:
        """Ask for the book."""
        return lambda: self._client.fetch_order_book(market, depth), lambda answer: {
            name: [[_text(price), _text(amount)] for price, amount in answer[name]] for name in ("bids", "asks")
        }

    def raw(self, method: str, target: str, params: Mapping[str, Any]) -> _Asked:
        """Make any private call: what its implicit methods, such as `privatePostReturnBalances`, are made of."""
        return lambda: self._client.request(target, "private", method, dict(params)), lambda answer: answer


class Session:
    """One `ccxt.poloniex`."""

    def __init__(self, target: Any) -> None:
        self._client = ccxt.poloniex(_options(target))

    def call(self, operation: str, params: Mapping[str, Any]) -> object:
        """Make one call and return what the SDK returned, in the contract's shape where it has that shape."""
        ask, read = getattr(Calls(self._client), operation)(**params)
        try:
            answer = ask()
        except Exception as failure:
            raise _reported(failure) from None
        return _read(read, answer)

    def close(self) -> None:
        """Close the connections."""
        self._client.session.close()


class AsyncioSession:
    """One `ccxt.async_support.poloniex`."""

    def __init__(self, target: Any) -> None:
        self._client = ccxt.async_support.poloniex(_options(target))

    async def call(self, operation: str, params: Mapping[str, Any]) -> object:
        """Make one call and return what the SDK returned, in the contract's shape where it has that shape."""
        ask, read = getattr(Calls(self._client), operation)(**params)
        try:
            answer = await ask()
        except Exception as failure:
            raise _reported(failure) from None
        return _read(read, answer)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()


_Asked = tuple[Callable[[], Any], Callable[[Any], object]]


def _options(target: Any) -> dict[str, Any]:
    return {
        **({} if target.key is None else {"apiKey": target.key, "secret": target.secret}),
        "timeout": max(1000, int(target.timeout_s * 1000)),
        "urls": {"api": {"public": f"{target.base_url}/public", "private": f"{target.base_url}/tradingApi"}},
    }


def _read(read: Callable[[Any], object], answer: Any) -> object:
    try:
        return read(answer)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        # Handed to the user as a success, whatever it is; so it is handed on.
        return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer


def _text(value: Any) -> str:
    """Spell what the SDK returned as text; what is missing stays missing."""
    if value is None:
        raise KeyError
    return str(value)


def _reported(failure: Exception) -> ClientError:
    """Tell apart what the SDK's classes tell apart; another exception is its code that broke on the answer."""
    kind = next((kind for type_, kind in _KINDS if isinstance(failure, type_)), "unknown")
    return ClientError(kind, str(failure), type=type(failure).__name__)


class Adapter:
    """The SDK as the contract wants it described. Only the one for asyncio is made for calls at the same time."""

    version = ccxt.__version__
    language = "python"
    dialects = ("poloniex",)
    operations = (
        "balances",
        "place_order",
        "cancel_order",
        "open_orders",
        "withdraw",
        "deposit_address",
        "ticker",
        "order_book",
        "raw",
    )
    homepage = "https://github.com/ccxt/ccxt"
    issues = "https://github.com/ccxt/ccxt/issues"

    def __init__(self, asyncio: bool) -> None:
        self._session = AsyncioSession if asyncio else Session
        self.name = "ccxt poloniex asyncio" if asyncio else "ccxt poloniex"
        self.features = ("concurrent",) if asyncio else ()
        self.http_stack = f"aiohttp {aiohttp.__version__}" if asyncio else f"requests {requests.__version__}"

    async def open(self, target: Any) -> Session | AsyncioSession:
        """Make a client, on the loop that it will run on."""
        return self._session(target)


ADAPTER = Adapter("--asyncio" in sys.argv[1:])

if __name__ == "__main__":
    main(ADAPTER)
