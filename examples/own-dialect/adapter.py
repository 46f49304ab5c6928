"""Lets noncense drive the Acme client, in process and as a program; names and shapes are translated here."""

import sys
from pathlib import Path

from harness.adapter import ClientError, main

sys.path.insert(0, str(Path(__file__).resolve().parent))

from acme_client import AcmeClient, AcmeError


class Session:
    def __init__(self, target, client):
        try:
            self._client = client(
                target.key,
                target.secret,
                base_url=target.base_url,
                timeout_s=target.timeout_s,
                ca_file=target.ca_file,
            )
        except AcmeError as error:
            raise ClientError(error.kind, str(error), type="AcmeError") from None

    def call(self, operation, params):
        try:
            return getattr(self, operation)(**params)
        except AcmeError as error:
            raise ClientError(error.kind, str(error), type="AcmeError", http_status=error.status) from None

    def close(self):
        pass

    def balances(self):
        return self._client.balances()

    def place_order(self, **order):
        return {"order_id": self._client.place_order(**order)}

    def cancel_order(self, order_id, market=None):
        self._client.cancel_order(order_id)
        return {}

    def open_orders(self, market):
        return self._client.open_orders(market)

    def withdraw(self, currency, amount, address, network=None):
        self._client.withdraw(currency, amount, address)
        return {}

    def deposit_address(self, currency, network=None):
        return {"address": self._client.deposit_address(currency)}

    def ticker(self, market):
        return self._client.ticker(market)

    def order_book(self, market, depth):
        return self._client.order_book(market, depth)

    def raw(self, target, params, method="POST"):
        return self._client.get(target, params) if method == "GET" else self._client.post(target, params)


class Adapter:
    name, version, language = "acme-client", "1.0.0", "python"
    dialects = ("acme",)
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
    features = ("concurrent", "tls")
    http_stack = "http.client"
    client = AcmeClient

    def open(self, target):
        return Session(target, self.client)


ADAPTER = Adapter()

if __name__ == "__main__":
    main(ADAPTER)
