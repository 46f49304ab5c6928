"""A client of the legacy Poloniex API on requests. It may be called from several threads at once."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from typing import Any

import requests

from .auth import PoloniexAuth, Turns
from .errors import PoloniexError, kind_of_status, refusal
from .transport import Deadline, new_session, send

Fields = Mapping[str, Any]

PLAIN_DECIMAL = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)


class PoloniexClient:
    """One account; without a key and a secret, public calls only.

    Every method raises PoloniexError. Nothing is sent twice: after an open outcome, look before you retry.

    Args:
        key: The API key.
        secret: Its secret.
        base_url: Scheme, host and port.
        timeout_s: The limit of a whole call, in seconds.
        ca_file: Certificates to trust in place of the usual ones.
    """

    def __init__(
        self,
        key: str | None = None,
        secret: str | None = None,
        *,
        base_url: str = "https://poloniex.com",
        timeout_s: float = 10.0,
        ca_file: str | None = None,
    ) -> None:
        self._base_url = base_url
        self._timeout_s = timeout_s
        self._auth = PoloniexAuth(key, secret) if key and secret else None
        self._turns = Turns.of(key or "")
        self._session = new_session(ca_file)

    def __repr__(self) -> str:
        return f"PoloniexClient({self._base_url!r}, auth={self._auth!r})"

    def close(self) -> None:
        self._session.close()

    def balances(self) -> dict[str, str]:
        """What can be spent now, by currency."""
        return {currency: _decimal(value) for currency, value in _members(self.command("returnBalances")).items()}

    def place_order(self, market: str, side: str, price: str, amount: str, client_order_id: str | None = None) -> str:
        """Place a limit order and return its number."""
        if side not in {"buy", "sell"}:
            raise PoloniexError("invalid_request", "a side is buy or sell")
        fields = {"currencyPair": _pair(market), "rate": _plain(price), "amount": _plain(amount)}
        if client_order_id is not None:
            fields["clientOrderId"] = client_order_id
        with _shape():
            return _text(self.command(side, fields)["orderNumber"])

    def cancel_order(self, order_id: str) -> None:
        self.command("cancelOrder", {"orderNumber": order_id})

    def open_orders(self, market: str) -> list[dict[str, str]]:
        rows = self.command("returnOpenOrders", {"currencyPair": _pair(market)})
        with _shape():
            return [
                {
                    "order_id": _text(row["orderNumber"]),
                    "market": market,
                    "side": _text(row["type"]),
                    "price": _decimal(row["rate"]),
                    "amount": _decimal(row["amount"]),
                }
                for row in rows or []
            ]

    def withdraw(self, currency: str, amount: str, address: str, network: str | None = None) -> str:
        """Send coins away and return what Poloniex says; another network is another currency to withdraw as."""
        fields = {"currency": currency, "amount": _plain(amount), "address": address}
        if network is not None:
            fields["currencyToWithdrawAs"] = network
        with _shape():
            return _text(self.command("withdraw", fields)["response"])

    def deposit_address(self, currency: str) -> str:
        """Where coins can be sent to; an address that there is not yet is asked for."""
        deadline = Deadline(self._timeout_s)
        known = _members(self.command("returnDepositAddresses", deadline=deadline))
        with _shape():
            if currency in known:
                return _text(known[currency])
            return _text(self.command("generateNewAddress", {"currency": currency}, deadline=deadline)["response"])

    def ticker(self, market: str) -> dict[str, str]:
        rows = _members(self._public("returnTicker", {}))
        if _pair(market) not in rows:
            raise PoloniexError("not_found", f"the exchange lists no market {market}")
        row = rows[_pair(market)]
        with _shape():
            names = {"last": "last", "bid": "highestBid", "ask": "lowestAsk"}
            return {ours: _decimal(row[theirs]) for ours, theirs in names.items()}

    def order_book(self, market: str, depth: int = 50) -> dict[str, list[list[str]]]:
        """The best levels of either side as [price, amount]."""
        book = self._public("returnOrderBook", {"currencyPair": _pair(market), "depth": str(depth)})
        with _shape():
            return {
                side: [[_decimal(price), _decimal(amount)] for price, amount in book[side][:depth]]
                for side in ("bids", "asks")
            }

    def command(self, name: str, fields: Fields | None = None, *, deadline: Deadline | None = None) -> Any:
        """Make any private call.

        Args:
            name: The command, such as `returnBalances`.
            fields: Its parameters; a list is its name repeated, and None is left out.
            deadline: That of a call of which this is a part.

        Returns:
            The parsed answer, its fractions as Decimal.
        """
        if self._auth is None:
            raise PoloniexError("authentication", "a private call needs an API key and a secret")
        deadline = deadline or Deadline(self._timeout_s)
        form: dict[str, Any] = {"command": name}
        form.update((field, _spelled(value)) for field, value in (fields or {}).items() if value is not None)
        with self._turns.nonce(deadline.left()) as nonce:
            form["nonce"] = str(nonce)
            url = f"{self._base_url}/tradingApi"
            return self._read(deadline, requests.Request("POST", url, data=form, auth=self._auth))

    def _public(self, name: str, fields: Fields) -> Any:
        query = {"command": name, **fields}
        return self._read(Deadline(self._timeout_s), requests.Request("GET", f"{self._base_url}/public", params=query))

    def _read(self, deadline: Deadline, request: requests.Request) -> Any:
        status, body = send(self._session, deadline, request)
        try:
            answer = json.loads(body, parse_float=Decimal, parse_constant=_no_number)
        except (ValueError, RecursionError):
            raise PoloniexError(kind_of_status(status), f"HTTP {status}: the answer is not JSON", status) from None
        failed, words = _refused(answer)
        if failed or not 200 <= status < 300:
            raise refusal(status, words)
        return answer


def _refused(answer: Any) -> tuple[bool, str]:
    """Tell whether an answer is a refusal, which comes with any status, and in which words."""
    if not isinstance(answer, dict):
        return False, ""
    nested = answer.get("result")
    said = answer.get("error") or (nested.get("error") if isinstance(nested, dict) else None)
    failed = bool(said) or ("success" in answer and answer["success"] in (0, "0", False))
    words = (text for text in (said, answer.get("response"), answer.get("message")) if isinstance(text, str))
    return failed, next(words, "")


@contextmanager
def _shape() -> Iterator[None]:
    """Read an answer of the documented shape; any other one is an error of its own."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError):
        raise PoloniexError("bad_response", "the answer has another shape than the documented one") from None


def _members(answer: Any) -> dict[str, Any]:
    """PHP writes an empty object as an empty list, and so does Poloniex."""
    if isinstance(answer, dict):
        return answer
    if answer == []:
        return {}
    raise PoloniexError("bad_response", "the answer holds no object where one is documented")


def _decimal(value: Any) -> str:
    if isinstance(value, str | int | Decimal) and not isinstance(value, bool):
        try:
            return format(Decimal(value), "f")
        except InvalidOperation:
            pass
    raise PoloniexError("bad_response", "the answer holds no decimal where one is documented")


def _text(value: Any) -> str:
    if isinstance(value, str) and value:
        return value
    raise PoloniexError("bad_response", "the answer holds no text where one is documented")


def _spelled(value: Any) -> Any:
    """Spell what requests would spell as Python does: True, and a list of that."""
    if isinstance(value, list | tuple):
        return [_spelled(single) for single in value]
    return value if isinstance(value, str) else json.dumps(value)


def _pair(market: str) -> str:
    """Return USDT_BTC for BTC/USDT: Poloniex names the pricing currency first."""
    base, slash, quote = market.partition("/")
    if not (base and slash and quote):
        raise PoloniexError("invalid_request", "a market is written BASE/QUOTE")
    return f"{quote}_{base}"


def _plain(amount: str) -> str:
    if not PLAIN_DECIMAL.fullmatch(amount):
        raise PoloniexError("invalid_request", "an amount or a price is a plain decimal text, such as 0.0125")
    return amount


def _no_number(name: str) -> None:
    raise ValueError(name)
