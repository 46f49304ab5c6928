"""An exchange in a process of its own, to be killed: `python -m tests.mockserver.stores.served FILE KEYS MAKER INTAKE`.

INTAKE is how many bytes may lie there before they are put away in the middle of the rush.
"""

import sys

from mockserver import MockExchange, Settings, run
from mockserver.stores import sqlite
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
    sqlite._LARGEST_INTAKE = int(sys.argv[4])  # noqa: SLF001 - a file of eight megabytes takes too long to fill
    run(settings_of(sys.argv[1], int(sys.argv[2]), sys.argv[3]), ready)
