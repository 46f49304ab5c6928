"""`bitunix` 0.1.2 behind the contract, untouched: `noncense test --dialect bitunix -- python THIS_FILE`.

The host is `BASE_URL`, an attribute of the SDK's class; here it is set on the object. Answers are handed on as the
SDK hands them to its user: it returns the exchange's envelope, whatever code stands in it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(_ROOT / ".sdks" / "gallery" / "bitunix" / "python"), str(_ROOT / "adapters" / "python")]

import requests  # noqa: E402
from bitunix import BitunixClient  # noqa: E402
from noncense_adapter import ClientError, Skipped, main  # noqa: E402

_SELL, _BUY, _LIMIT = 1, 2, 1


class Session:
    """One `BitunixClient`. It takes no time limit, so `timeout_s` has nowhere to go."""

    def __init__(self, target: Any) -> None:
        try:
            self._client = BitunixClient(target.key, target.secret)
        except ValueError as failure:
            raise ClientError("authentication", str(failure), type="ValueError") from None
        self._client.BASE_URL = target.base_url

    def call(self, operation: str, params: Mapping[str, Any]) -> object:
        """Make one call and return what the SDK returned, in the contract's shape where it has that shape."""
        ask, read = getattr(self, f"_{operation}")(**params)
        try:
            answer = ask()
        except requests.RequestException as failure:
            raise _reported(failure) from None
        except Exception as failure:
            raise ClientError("unknown", str(failure), type=type(failure).__name__) from None
        try:
            return read(answer)
        except (AttributeError, IndexError, KeyError, TypeError):
            # Handed to the user as a success, whatever it is; so it is handed on.
            return answer

    def close(self) -> None:
        """Close the connections."""
        self._client.session.close()

    def _balances(self) -> _Asked:
        return self._client.get_account_balance, lambda answer: {row["coin"]: row["balance"] for row in answer["data"]}

    def _place_order(
        self, market: str, side: str, price: str, amount: str, client_order_id: str | None = None
    ) -> _Asked:
        if client_order_id is not None:
            raise Skipped("place_order() takes no clientId")

        def ask() -> Any:
            return self._client.place_order(_BUY if side == "buy" else _SELL, _LIMIT, amount, _symbol(market), price)

        return ask, lambda answer: {"order_id": _text(answer["data"]["orderId"])}

    def _cancel_order(self, order_id: str, market: str) -> _Asked:
        orders = [{"orderId": order_id, "symbol": _symbol(market)}]
        return lambda: self._client.cancel_orders(orders), lambda answer: {}

    def _open_orders(self, market: str) -> _Asked:
        return lambda: self._client.query_current_orders(_symbol(market)), lambda answer: [
            {
                "order_id": _text(order["orderId"]),
                "market": market,
                "side": {str(_BUY): "buy", str(_SELL): "sell"}[str(order["side"])],
                "price": _text(order["price"]),
                "amount": _text(order["leftVolume"]),
            }
            for order in _orders(answer)
        ]

    def _ticker(self, market: str) -> _Asked:
        def ask() -> Any:
            return self._client.get_latest_price(_symbol(market)), self._book(market)

        def read(answers: Any) -> object:
            price, book = answers
            best = {ours: book["data"][theirs][0]["price"] for ours, theirs in (("bid", "bids"), ("ask", "asks"))}
            return {"last": price["data"], **best}

        return ask, read

    def _order_book(self, market: str, depth: int) -> _Asked:
        def read(answer: Any) -> object:
            book = answer["data"]
            return {name: [[row["price"], row["volume"]] for row in book[name][:depth]] for name in ("bids", "asks")}

        return lambda: self._book(market), read

    def _book(self, market: str) -> Any:
        """Ask for a book with the finest of the steps that the list of pairs names."""
        pairs = self._client.get_trading_pairs()["data"]
        steps = [row["precisions"][0] for row in pairs if row["symbol"].upper() == _symbol(market).upper()]
        if not steps:
            raise ClientError("not_found", f"the list of pairs has no {_symbol(market)}")
        return self._client.get_depth_data(_symbol(market), steps[0])


_Asked = tuple[Callable[[], Any], Callable[[Any], object]]


def _symbol(market: str) -> str:
    return market.replace("/", "")


def _orders(answer: Any) -> Any:
    """Return the list of an envelope. Where there is none the exchange says null, and that is what its user gets."""
    return [] if answer["code"] == "0" and answer["data"] is None else answer["data"]


def _text(value: Any) -> str:
    """Spell what the SDK returned as text; what is missing stays missing."""
    if value is None:
        raise KeyError
    return str(value)


def _reported(failure: requests.RequestException) -> ClientError:
    """Tell apart what the classes of `requests` tell the user apart, and the statuses that speak for themselves."""
    status = failure.response.status_code if failure.response is not None else None
    kind = "unknown"
    if isinstance(failure, requests.exceptions.SSLError):
        kind = "tls"
    elif isinstance(failure, requests.Timeout):
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
    """The SDK as the contract wants it described. It has no withdrawals, no addresses, and no door to other calls."""

    name = "bitunix"
    version = "0.1.2"
    language = "python"
    dialects = ("bitunix",)
    operations = ("balances", "place_order", "cancel_order", "open_orders", "ticker", "order_book")
    features = ("concurrent",)
    homepage = "https://github.com/0xCherryBlueZu/bitunix"
    issues = "https://github.com/0xCherryBlueZu/bitunix/issues"
    http_stack = f"requests {requests.__version__}"

    def open(self, target: Any) -> Session:
        """Make a client.

        Raises:
            ClientError: The SDK's constructor refuses.
        """
        return Session(target)


ADAPTER = Adapter()

if __name__ == "__main__":
    main(ADAPTER)
