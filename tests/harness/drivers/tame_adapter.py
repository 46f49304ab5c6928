"""An adapter without vices. `raw` does what its parameters say."""

import asyncio
import decimal
import logging
import os
import subprocess
import sys
import threading
from pathlib import Path

if "alone" in sys.argv:
    sys.path.insert(0, str(Path(__file__).parents[3] / "adapters" / "python"))
    from noncense_adapter import ClientError, Skipped, main
else:
    from harness.adapter import ClientError, Skipped, main

VALUES = {
    "decimal": decimal.Decimal("1E-8"),
    "nan": float("nan"),
    "tuple": ("a", {"b": ("c",)}),
    "nothing": None,
    "set": {1},
    "surrogate": "\ud800",
    "huge": "x" * (9 * 1024 * 1024),
}
LOADED = object()
LOOPS = set()


class LibraryClient:
    def __init__(self, secret):
        self.secret = secret

    def __repr__(self):
        return f"<LibraryClient secret={self.secret}>"


class Session:
    def __init__(self, target):
        self.target = target
        self.secret = target.secret
        self.client = LibraryClient(target.secret)
        self.barrier = threading.Barrier(3)
        self.busy = 0
        self.busiest = 0

    def call(self, operation, params):
        if operation == "balances":
            return {"BTC": "0.50000000"}
        if operation == "withdraw":
            try:
                raise OSError("insufficient, said the wire")
            except OSError as error:
                raise ClientError("insufficient_funds", "not enough", type="Poor", http_status=422) from error
        if operation == "deposit_address":
            raise Skipped("no such call", url="https://example.org/1")
        return self.raw(**params)

    def raw(self, do, text=""):
        if do == "meet":
            self.barrier.wait(60)
            return "met"
        if do == "count":
            self.busy += 1
            self.busiest = max(self.busiest, self.busy)
            self.busy -= 1
            return self.busiest
        if do == "hang":
            threading.Event().wait()
        if do == "print":
            print(text)
            return None
        if do == "print to stderr":
            print(text, file=sys.stderr)
            return None
        if do == "write to descriptor 1":
            os.write(1, text.encode())
            return None
        if do == "log":
            logging.getLogger("library").warning("%s", text)
            logging.getLogger("library").debug("debug: %s", text)
            return None
        if do == "run a child that reads stdin":
            child = subprocess.run([sys.executable, "-c", "import sys; sys.stdin.read()"], check=True)
            return child.returncode
        if do == "break":
            raise RuntimeError(text)
        if do == "leave":
            sys.exit(5)
        if do == "invent a kind":
            raise ClientError("bad_luck", "no")
        if do == "state folder":
            return self.target.state_dir
        if do == "value":
            return VALUES[text]
        raise AssertionError(do)

    def close(self):
        print("session closed", file=sys.stderr)


class AsyncSession(Session):
    def __init__(self, target):
        super().__init__(target)
        self.met = asyncio.Event()
        self.waiting = 0

    async def call(self, operation, params):
        LOOPS.add(asyncio.get_running_loop())
        assert len(LOOPS) == 1, "an adapter has one event loop"
        if params.get("do") == "hang":
            await asyncio.Event().wait()
        if params.get("do") == "meet":
            self.waiting += 1
            if self.waiting == 3:
                self.met.set()
            await asyncio.wait_for(self.met.wait(), 60)
            return "met"
        return super().call(operation, params)

    async def close(self):
        super().close()


class Adapter:
    name, version, language = "tame", "1.2.3", "python"
    dialects = ("reference",)
    operations = ("balances", "withdraw", "deposit_address", "raw")
    features = ("concurrent",)
    homepage = "https://example.org"

    def open(self, target):
        if target.key == "refused":
            raise ClientError("authentication", "a key has 32 characters", type="ValueError")
        return Session(target)


class SerialAdapter(Adapter):
    features = ()


class AsyncAdapter(Adapter):
    async def open(self, target):
        if target.key == "refused":
            return super().open(target)
        return AsyncSession(target)


ADAPTER = SYNC = Adapter()
SERIAL = SerialAdapter()
ASYNC = AsyncAdapter()

if __name__ == "__main__":
    main({"sync": SYNC, "serial": SERIAL, "async": ASYNC}[sys.argv[1]])
