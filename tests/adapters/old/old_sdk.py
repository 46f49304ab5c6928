"""An SDK on the `requests` of 2017; it knows nothing of us, and we do not change it."""

import hashlib
import hmac
import threading
import time

import requests


class OldSdk:
    def __init__(self, key, secret, url, timeout):
        self.key, self.secret, self.url, self.timeout = key, secret, url, timeout
        self.lock, self.nonce = threading.Lock(), 0
        self.session = requests.Session()

    def balances(self):
        with self.lock:
            self.nonce = max(self.nonce + 1, int(time.time() * 1000000))
            request = requests.Request(
                "POST", self.url + "/tradingApi", data=[("command", "returnBalances"), ("nonce", str(self.nonce))]
            ).prepare()
            request.headers["Key"] = self.key
            sign = hmac.new(self.secret.encode("utf-8"), request.body.encode("ascii"), hashlib.sha512)
            request.headers["Sign"] = sign.hexdigest()
            print("requests", requests.__version__, "sends", request.url)
            told = self.session.send(request, timeout=self.timeout).json()
        if "error" in told:
            raise RuntimeError(told["error"])
        return told
