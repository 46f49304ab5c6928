"""The mock exchange against a bare aiohttp handler that answers a constant: `python -m benchmarks.server`.

Both run on the same kind of event loop, each on a core of its own with the load on another, and are visited in turn, so
that what slows the machine slows both. The ratio of each round is taken before the median is.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import statistics
import time

from benchmarks.candidates import BARE, Candidate, pin
from benchmarks.conversations import CONVERSATIONS, ORDER_IDS_FROM, Conversation
from benchmarks.load import Load, press
from signer import Credentials


class Subject:
    """One row of the table: a server and what is said to it."""

    def __init__(self, name: str, candidate: Candidate, conversation: Conversation, connections: int) -> None:
        self.name = name
        self.loads: list[Load] = []
        self._candidate = candidate
        self._conversation = conversation
        self._connections = connections
        self._keys: list[Credentials] = []
        self._nonce = 0

    def take_keys(self) -> None:
        """Have the exchange hand out a key for each connection."""
        for _ in range(self._connections):
            asked = {
                "private_venue": True,
                "order_id_start": ORDER_IDS_FROM,
                "balances": {"USDT": "1000000", "BTC": "10"},
            }
            connection = http.client.HTTPConnection("127.0.0.1", self._candidate.port, timeout=10)
            connection.request("POST", "/_noncense/keys", json.dumps(asked))
            created = json.loads(connection.getresponse().read())
            connection.close()
            self._keys.append(Credentials(key=created["key"], secret=created["secret"]))

    def borrow_keys(self) -> None:
        """Make up keys, for a server that looks at none."""
        self._keys = [Credentials(key=f"{number:032x}", secret="x" * 64) for number in range(self._connections)]

    def round(self, count: int) -> Load:
        """Send so many requests and take down what came of it."""
        now_ms = time.time_ns() // 1_000_000
        each = max(2, count // self._connections // 2 * 2)
        batches = [self._conversation(key, self._nonce, each, now_ms) for key in self._keys]
        self._nonce += each
        load = press(self._candidate.port, batches)
        self.loads.append(load)
        return load


def compare(kind: str, names: list[str], *, rounds: int, count: int, connections: int) -> None:
    """Measure on one kind of event loop and print a table."""
    dialects = sorted({CONVERSATIONS[name][0] for name in names})
    candidates: dict[str, Candidate] = {}
    try:
        for name in (BARE, *dialects):
            candidates[name] = Candidate(name, kind)
        bare = Subject("bare aiohttp, a constant", candidates[BARE], CONVERSATIONS[names[0]][1], connections)
        bare.borrow_keys()
        subjects = []
        for name in names:
            dialect, conversation = CONVERSATIONS[name]
            subject = Subject(name, candidates[dialect], conversation, connections)
            subject.take_keys()
            subjects.append(subject)
        order = [bare, *subjects]
        for subject in order:
            subject.round(count // 4)
            subject.loads.clear()
        for _ in range(rounds):
            random.shuffle(order)
            for subject in order:
                subject.round(count)
        print(f"\n{kind}, {connections} connections, {rounds} rounds of {count} requests")
        print(f"{'':44}{'per second':>12}{'ratio':>8}{'p50 ms':>9}{'p99 ms':>9}")
        for subject in (bare, *subjects):
            _print_row(subject, bare)
    finally:
        for candidate in candidates.values():
            candidate.stop()


def _print_row(subject: Subject, bare: Subject) -> None:
    rate = statistics.median(load.rate for load in subject.loads)
    ratio = statistics.median(load.rate / base.rate for load, base in zip(subject.loads, bare.loads, strict=True))
    p50 = statistics.median(load.p50_ms for load in subject.loads)
    p99 = statistics.median(load.p99_ms for load in subject.loads)
    print(f"{subject.name:44}{rate:12,.0f}{ratio:8.2f}{p50:9.2f}{p99:9.2f}")
    if refused := sum(load.refused for load in subject.loads):
        print(f"{'':4}{refused} answers were not 200: the figures mean nothing")


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--requests", type=int, default=8000, help="of each round")
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--loop", choices=("asyncio", "uvloop", "both"), default="both")
    parser.add_argument("--only", default="", help="what a row's name has to contain")
    given = parser.parse_args()
    pin(1)
    names = [name for name in CONVERSATIONS if given.only in name]
    for kind in ("asyncio", "uvloop") if given.loop == "both" else (given.loop,):
        compare(kind, names, rounds=given.rounds, count=given.requests, connections=given.connections)


if __name__ == "__main__":
    main()
