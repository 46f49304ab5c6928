"""Lets noncense drive the requests client, in process and as a program; names and shapes are translated here."""

import sys
from pathlib import Path

import requests

from harness.adapter import ClientError, main

sys.path.insert(0, str(Path(__file__).resolve().parent))

from poloniex_requests import PoloniexClient, PoloniexError


class Session:
    def __init__(self, target):
        self._client = PoloniexClient(
            target.key,
            target.secret,
            base_url=target.base_url,
            timeout_s=target.timeout_s,
            ca_file=target.ca_file,
        )

    def call(self, operation, params):
        try:
            return getattr(self, operation)(**params)
        except PoloniexError as error:
            raise ClientError(error.kind, str(error), type="PoloniexError", http_status=error.status) from None

    def close(self):
        self._client.close()

    def balances(self):
        return self._client.balances()

    def place_order(self, **order):
        return {"order_id": self._client.place_order(**order)}

    def cancel_order(self, order_id, market=None):
        self._client.cancel_order(order_id)
        return {}

    def open_orders(self, market):
        return self._client.open_orders(market)

    def withdraw(self, **withdrawal):
        self._client.withdraw(**withdrawal)
        return {}

    def deposit_address(self, currency, network=None):
        return {"address": self._client.deposit_address(currency)}

    def ticker(self, market):
        return self._client.ticker(market)

    def order_book(self, market, depth):
        return self._client.order_book(market, depth)

    def raw(self, target, params, method="POST"):
        return self._client.command(target, params)


class Adapter:
    name, version, language = "requests-auth", "1.0.0", "python"
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
    features = ("concurrent", "tls")
    http_stack = f"requests {requests.__version__}"

    def open(self, target):
        return Session(target)


ADAPTER = Adapter()

if __name__ == "__main__":
    main(ADAPTER)
