"""cryptofeed 1.9.3's Poloniex over REST, untouched: `noncense test --dialect poloniex -- python THIS_FILE`.

As it comes, no private call of it can work: it joins host and path without a slash (`https://poloniex.comtradingApi`),
and it looks for the key where its configuration does not have it. Both can be set from outside, and are, so that the
rest can be judged: the credentials stand in its configuration twice, and `api`, an attribute of its class, ends with a
slash on the object that makes private calls. Its public calls are made by an object on which it does not.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(_ROOT / ".sdks" / "gallery" / "cryptofeed" / "python"), str(_ROOT / "adapters" / "python")]

import requests  # noqa: E402
from cryptofeed.defines import ASK, BID, BUY, LIMIT, SELL  # noqa: E402
from cryptofeed.exchanges.poloniex import Poloniex  # noqa: E402
from noncense_adapter import ClientError, Skipped, main  # noqa: E402

_making = threading.Lock()


class Session:
    """Two `Poloniex`: one for private calls, one for public ones."""

    def __init__(self, target: Any) -> None:
        keys = {} if target.key is None else {"key_id": target.key, "key_secret": target.secret}
        with _making:
            # The list of markets is fetched once, by the class, from an address that stands in the class.
            Poloniex.symbol_endpoint = f"{target.base_url}/public?command=returnTicker"
            self._public = Poloniex(config={"poloniex": keys, **keys})
            self._private = Poloniex(config={"poloniex": keys, **keys})
        self._public.api = target.base_url
        self._private.api = f"{target.base_url}/"

    def call(self, operation: str, params: Mapping[str, Any]) -> object:
        """Make one call and return what the SDK returned, in the contract's shape where it has that shape."""
        ask, read = getattr(self, f"_{operation}")(**params)
        try:
            answer = ask()
        except requests.RequestException as failure:
            raise _reported(failure) from None
        except Exception as failure:
            # Not one of its own, for it has none: its code broke on the answer, or before it asked.
            raise ClientError("unknown", str(failure), type=type(failure).__name__) from None
        try:
            return read(answer)
        except (AttributeError, IndexError, KeyError, TypeError):
            # Handed to the user as a success, whatever it is; so it is handed on.
            return answer

    def close(self) -> None:
        """Nothing to close: each request has a connection of its own."""

    def _balances(self) -> _Asked:
        return self._private.balances, lambda answer: {code: row["available"] for code, row in answer.items()}

    def _place_order(
        self, market: str, side: str, price: str, amount: str, client_order_id: str | None = None
    ) -> _Asked:
        if client_order_id is not None:
            raise Skipped("place_order() takes no id of the client's")

        def ask() -> Any:
            way = BUY if side == "buy" else SELL
            return self._private.place_order(_symbol(market), way, LIMIT, Decimal(amount), Decimal(price))

        return ask, lambda answer: {"order_id": str(answer["order_id"])}

    def _cancel_order(self, order_id: str, market: str) -> _Asked:
        return lambda: self._private.cancel_order(order_id), lambda answer: {}

    def _open_orders(self, market: str) -> _Asked:
        return self._private.orders, lambda answer: [
            {
                "order_id": str(order["order_id"]),
                "market": market,
                "side": "buy" if order["side"] == BUY else "sell",
                "price": order["price"],
                "amount": order["pending"],
            }
            for order in answer
            if order["symbol"] == _symbol(market)
        ]

    def _order_book(self, market: str, depth: int) -> _Asked:
        def read(answer: Any) -> object:
            # Both sides come sorted by price.
            sides = {"bids": list(answer[BID].items())[::-1], "asks": list(answer[ASK].items())}
            return {name: [[price, amount] for price, amount in levels[:depth]] for name, levels in sides.items()}

        return lambda: self._public.l2_book(_symbol(market)), read


_Asked = tuple[Callable[[], Any], Callable[[Any], object]]


def _symbol(market: str) -> str:
    return market.replace("/", "-")


def _reported(failure: requests.RequestException) -> ClientError:
    """Tell apart what the classes of `requests` tell the user apart, and the statuses that speak for themselves."""
    status = failure.response.status_code if failure.response is not None else None
    kind = "unknown"
    if isinstance(failure, requests.Timeout):
        kind = "timeout"
    elif isinstance(failure, requests.JSONDecodeError | requests.TooManyRedirects):
        kind = "bad_response"
    elif isinstance(failure, requests.ConnectionError | requests.exceptions.ChunkedEncodingError):
        kind = "network"
    elif isinstance(failure, requests.HTTPError) and status is not None:
        kind = (
            "unavailable"
            if status >= 500
            else {401: "authentication", 404: "not_found", 429: "rate_limit"}.get(status, "unknown")
        )
    return ClientError(kind, str(failure), type=type(failure).__name__, http_status=status)


class Adapter:
    """The SDK as the contract wants it described. Its ticker has no last price, and no call can be made by name."""

    name = "cryptofeed poloniex"
    version = "1.9.3"
    language = "python"
    dialects = ("poloniex",)
    operations = ("balances", "place_order", "cancel_order", "open_orders", "order_book")
    features = ("concurrent",)
    homepage = "https://github.com/bmoscon/cryptofeed"
    issues = "https://github.com/bmoscon/cryptofeed/issues"
    http_stack = f"requests {requests.__version__}"

    def open(self, target: Any) -> Session:
        """Make a client.

        Raises:
            ClientError: Its constructor fails, which asks for the list of markets.
        """
        try:
            return Session(target)
        except requests.RequestException as failure:
            raise _reported(failure) from None
        except Exception as failure:
            raise ClientError("unknown", str(failure), type=type(failure).__name__) from None


ADAPTER = Adapter()

if __name__ == "__main__":
    main(ADAPTER)
