"""An exchange in a process of its own, to be killed: `python -m tests.mockserver.stores.served WHERE KEYS on|off`."""

import sys

from mockserver import MockExchange, Settings, run
from signer import Credentials

SECRET = "known-to-all"


def settings_of(where: str, keys: int, market_maker: str) -> Settings:
    return Settings(
        dialect="reference",
        store=where,
        market_maker=market_maker == "on",
        credentials=tuple(Credentials(key=f"{number:032x}", secret=SECRET) for number in range(keys)),
    )


def ready(exchange: MockExchange) -> None:
    print(exchange.port, flush=True)


if __name__ == "__main__":
    run(settings_of(sys.argv[1], int(sys.argv[2]), sys.argv[3]), ready)
