"""Does to the Python kit what SDKs do."""

import os
import subprocess
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[4] / "adapters" / "python"))

from noncense_adapter import ClientError, Skipped, main


class Session:
    def call(self, operation, params):
        return getattr(self, operation)(params)

    def close(self):
        print("closed")

    def echo(self, params):
        return params

    def print(self, params):
        print("noise: print")
        os.write(1, b"noise: descriptor\n")
        return {}

    def child(self, params):
        subprocess.run(["sh", "-c", "echo noise: child; cat"], check=True)
        return {}

    def reported(self, params):
        raise ClientError("nonce", "Nonce must be greater than 7.", "InvalidNonce", 422)

    def skipped(self, params):
        raise Skipped("it cannot send an empty list")

    def foreign(self, params):
        raise IndexError("something of its own")

    def large(self, params):
        return "x" * 9 * 1024 * 1024

    def odd(self, params):
        return ["\ud800", float("nan"), 'é"\\\n\u2028']

    def leave(self, params):
        os._exit(7)

    def hang(self, params):
        threading.Event().wait()


class Evil:
    name, version, language = "evil", "1", "python"
    dialects, features = ("reference",), ("concurrent",)
    operations = ("echo", "print", "child", "reported", "skipped", "foreign", "large", "odd", "leave", "hang")

    def open(self, target):
        if target.key == "refuse":
            raise ClientError("authentication", "a key has 32 characters")
        return Session()


main(Evil())
