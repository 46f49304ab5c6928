"""`poloniexapi` 0.5.7 behind the contract, untouched: `noncense test --dialect poloniex -- python THIS_FILE`.

The SDK knows one host and writes it into its methods. Its `session`, a public attribute, is a `requests` session; what
is mounted there for that host sends the very same request to `base_url`. Nothing else of the SDK is replaced: its
retries, its delays between them and its limiter (`coach`) are the ones it comes with.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(_ROOT / ".sdks" / "gallery" / "poloniexapi" / "python"), str(_ROOT / "adapters" / "python")]

import poloniex  # noqa: E402
import requests  # noqa: E402
from noncense_adapter import ClientError, Skipped, main  # noqa: E402

_HARD_CODED = "https://poloniex.com"


class Elsewhere(requests.adapters.HTTPAdapter):
    """Sends requests for the host that the SDK knows to another one."""

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self._base_url = base_url

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Send a request whose method, path, headers and body are the SDK's."""
        assert request.url is not None  # noqa: S101
        request.url = self._base_url + request.url.removeprefix(_HARD_CODED)
        # Which proxy of the environment is meant, if any, depends on where it goes.
        kwargs["proxies"] = requests.utils.get_environ_proxies(request.url)
        return super().send(request, *args, **kwargs)


class Session:
    """One `poloniex.Poloniex`."""

    def __init__(self, target: Any) -> None:
        # `timeout` is the SDK's own option. It is the limit of one attempt: there is none for a call.
        self._client = poloniex.Poloniex(target.key, target.secret, timeout=target.timeout_s)
        self._client.session.mount(_HARD_CODED, Elsewhere(target.base_url))

    def call(self, operation: str, params: Mapping[str, Any]) -> object:
        """Make one call and return what the SDK returned, in the contract's shape where it has that shape."""
        ask, read = getattr(self, f"_{operation}")(**params)
        try:
            answer = ask()
        except poloniex.RetryException as failure:
            # Every failure that it has tried four times more: network, time-out, 502, nonce. It does not say which.
            raise _reported("unknown", failure) from None
        except poloniex.PoloniexError as failure:
            raise _reported("unknown", failure) from None
        except Exception as failure:
            # Not one of its own: its code broke on the answer.
            raise _reported("unknown", failure) from None
        try:
            return read(answer)
        except (AttributeError, IndexError, KeyError, TypeError):
            # Handed to the user as a success, whatever it is; so it is handed on.
            return answer

    def close(self) -> None:
        """Close the connections."""
        self._client.session.close()

    def _balances(self) -> _Asked:
        return self._client.returnBalances, lambda answer: dict(answer.items())

    def _place_order(
        self, market: str, side: str, price: str, amount: str, client_order_id: str | None = None
    ) -> _Asked:
        if client_order_id is not None:
            raise Skipped("buy() and sell() take no clientOrderId")
        order = self._client.buy if side == "buy" else self._client.sell
        return lambda: order(_pair(market), price, amount), lambda answer: {"order_id": str(answer["orderNumber"])}

    def _cancel_order(self, order_id: str, market: str) -> _Asked:
        return lambda: self._client.cancelOrder(order_id), lambda answer: {}

    def _open_orders(self, market: str) -> _Asked:
        return lambda: self._client.returnOpenOrders(_pair(market)), lambda answer: [
            {
                "order_id": str(order["orderNumber"]),
                "market": market,
                "side": order["type"],
                "price": str(order["rate"]),
                "amount": str(order["amount"]),
            }
            for order in answer
        ]

    def _withdraw(self, currency: str, amount: str, address: str, network: str | None = None) -> _Asked:
        chain = network or False
        return lambda: self._client.withdraw(currency, amount, address, currencyToWithdrawAs=chain), lambda answer: {}

    def _deposit_address(self, currency: str, network: str | None = None) -> _Asked:
        if network is not None:
            raise Skipped("returnDepositAddresses() takes no network")
        return self._client.returnDepositAddresses, lambda answer: {"address": answer[currency]}

    def _ticker(self, market: str) -> _Asked:
        def read(answer: Any) -> object:
            if _pair(market) not in answer:
                raise ClientError("not_found", f"the ticker has no {_pair(market)}")
            row = answer[_pair(market)]
            return {"last": row["last"], "bid": row["highestBid"], "ask": row["lowestAsk"]}

        return self._client.returnTicker, read

    def _order_book(self, market: str, depth: int) -> _Asked:
        return lambda: self._client.returnOrderBook(_pair(market), depth), lambda answer: {
            name: [[str(price), str(amount)] for price, amount in answer[name]] for name in ("bids", "asks")
        }

    def _raw(self, method: str, target: str, params: Mapping[str, Any]) -> _Asked:
        # The SDK's documented way to any command: polo('returnOpenOrders', {...}).
        return lambda: self._client(target, dict(params)), lambda answer: answer


_Asked = tuple[Callable[[], Any], Callable[[Any], object]]


def _pair(market: str) -> str:
    base, quote = market.split("/")
    return f"{quote}_{base}"


def _reported(kind: str, failure: Exception) -> ClientError:
    return ClientError(kind, str(failure), type=type(failure).__name__)


class Adapter:
    """The SDK as the contract wants it described."""

    name = "poloniexapi"
    version = "0.5.7"
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
    features = ("concurrent", "retries")
    homepage = "https://github.com/s4w3d0ff/python-poloniex"
    issues = "https://github.com/s4w3d0ff/python-poloniex/issues"
    http_stack = f"requests {requests.__version__}"

    def open(self, target: Any) -> Session:
        """Make a client."""
        return Session(target)


ADAPTER = Adapter()

if __name__ == "__main__":
    main(ADAPTER)
