"""The client. Its host is written into it; there is one mistake in it, which its own tests do not notice."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from typing import Any
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

HOST = "https://api.exmo.com"


class ExmoError(Exception):
    """The exchange said no."""


class Client:
    """One key's calls."""

    def __init__(self, key: str, secret: str, *, timeout_s: float = 10.0) -> None:
        self._key = key
        self._secret = secret.encode()
        self._timeout_s = timeout_s
        self._last = 0
        self._lock = threading.Lock()

    def balances(self) -> dict[str, str]:
        """What can be spent."""
        return dict(self._private("user_info", {})["balances"])

    def order(self, pair: str, side: str, quantity: str, price: str) -> int:
        """Place an order, and return its id."""
        asked = {"pair": pair, "type": side, "quantity": quantity, "price": price}
        return int(self._private("order_create", asked)["order_id"])

    def deposit_addresses(self, label: str = "") -> dict[str, Any]:
        """Where to pay in; a label is for one's own books."""
        return self._answer("deposit_address", {"label": label} if label else {})

    def _private(self, method: str, params: dict[str, str]) -> dict[str, Any]:
        answer = self._answer(method, params)
        if answer.get("result") is False:
            raise ExmoError(str(answer.get("error")))
        return answer

    def _answer(self, method: str, params: dict[str, str]) -> dict[str, Any]:
        asked = {**params, "nonce": str(self._nonce())}
        body = urlencode(asked).encode()
        signed = urlencode(asked, quote_via=quote).encode()  # a blank is %20 here, and + in the body
        request = Request(  # noqa: S310 - the host above
            f"{HOST}/v1.1/{method}",
            data=body,
            headers={
                "Key": self._key,
                "Sign": hmac.new(self._secret, signed, hashlib.sha512).hexdigest(),
                "User-Agent": "exmo-small/0.3",
            },
        )
        with urlopen(request, timeout=self._timeout_s) as answer:  # noqa: S310 - likewise
            found: dict[str, Any] = json.loads(answer.read())
        return found

    def _nonce(self) -> int:
        with self._lock:
            self._last = max(self._last + 1, time.time_ns() // 1_000_000)
            return self._last
