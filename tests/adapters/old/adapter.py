"""Stands beside the old SDK and a copy of the kit, in their environment and not in ours."""

from noncense_adapter import ClientError, main
from old_sdk import OldSdk


class Session:
    def __init__(self, target):
        self.client = OldSdk(target.key, target.secret, target.base_url, target.timeout_s)

    def call(self, operation, params):
        try:
            return self.client.balances()
        except Exception as error:
            raise ClientError("unknown", str(error), type(error).__name__) from error

    def close(self):
        self.client.session.close()


class Adapter:
    name, version, language = "old-sdk", "0.1", "python"
    dialects, operations, features = ("poloniex",), ("balances",), ()

    def open(self, target):
        return Session(target)


main(Adapter())
