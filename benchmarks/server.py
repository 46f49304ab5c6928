"""The mock exchange against a bare aiohttp handler that answers a constant: `python -m benchmarks.server`.

Both run on the same kind of event loop, each on a core of its own with the load on another, and are visited in turn, so
that what slows the machine slows both: rounds are short, for others use the machine too, and the ratio of each is taken
before the median is. By how its memory happens to lie, a process is up to a tenth faster or slower than another one of
the same program for as long as it lives; so all of them are started several times.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import statistics
import time

from benchmarks.candidates import BARE, Candidate, pin
from benchmarks.conversations import CONVERSATIONS, ORDER_IDS_FROM, PLAIN, Conversation
from benchmarks.load import Load, press
from signer import Credentials

#: An exchange that keeps things puts them away when nobody has asked for a while, which is not to fall into somebody
#: else's round.
_PAUSE_S = 0.5

#: Requests, before anything is measured: by then a journal is full, and costs what it costs from then on.
_WARMING_UP = 5_000


class Subject:
    """One row of the table: a server and what is said to it."""

    def __init__(self, candidate: Candidate, conversation: Conversation, connections: int) -> None:
        self._candidate = candidate
        self._conversation = conversation
        self._connections = connections
        self._keys: list[Credentials] = []
        self._nonce = 0

    @property
    def keeps(self) -> bool:
        """Whether what is said is kept."""
        return self._candidate.keeps

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
        return press(self._candidate.port, batches)


def compare(kind: str, names: list[str], *, processes: int, rounds: int, count: int, connections: int) -> None:
    """Measure on one kind of event loop and print a table."""
    loads: dict[str, list[Load]] = {name: [] for name in (BARE, *names)}
    for _ in range(processes):
        _measure(kind, loads, rounds=rounds, count=count, connections=connections)
    print(f"\n{kind}, {connections} connections, {processes} processes each, {rounds} rounds of {count} requests")
    print(f"{'':44}{'per second':>12}{'ratio':>8}{'of plain':>10}{'p50 ms':>9}{'p99 ms':>9}")
    for name in loads:
        _print_row(name, loads)


def _measure(kind: str, loads: dict[str, list[Load]], *, rounds: int, count: int, connections: int) -> None:
    """Start every server once, and add to each row what its rounds came to."""
    places = {name: CONVERSATIONS[name] for name in loads if name != BARE}
    candidates: dict[str, Candidate] = {}
    try:
        for place in (BARE, *sorted({place for place, _ in places.values()})):
            candidates[place] = Candidate(place, kind)
        bare = Subject(candidates[BARE], next(iter(places.values()))[1], connections)
        bare.borrow_keys()
        subjects = {BARE: bare}
        for name, (place, conversation) in places.items():
            subjects[name] = Subject(candidates[place], conversation, connections)
            subjects[name].take_keys()
        for subject in subjects.values():
            subject.round(_WARMING_UP)
        order = list(subjects)
        for _ in range(rounds):
            random.shuffle(order)
            for name in order:
                loads[name].append(subjects[name].round(count))
                if subjects[name].keeps:
                    time.sleep(_PAUSE_S)
    finally:
        for candidate in candidates.values():
            candidate.stop()


def _ratio(loads: list[Load], base: list[Load]) -> float:
    return statistics.median(load.rate / other.rate for load, other in zip(loads, base, strict=True))


def _print_row(name: str, loads: dict[str, list[Load]]) -> None:
    own = loads[name]
    rate = statistics.median(load.rate for load in own)
    plain = loads.get(PLAIN.get(name, ""))
    of_plain = "" if plain is None else f"{_ratio(own, plain):.2f}"
    p50 = statistics.median(load.p50_ms for load in own)
    p99 = statistics.median(load.p99_ms for load in own)
    shown = "bare aiohttp, a constant" if name == BARE else name
    print(f"{shown:44}{rate:12,.0f}{_ratio(own, loads[BARE]):8.2f}{of_plain:>10}{p50:9.2f}{p99:9.2f}")
    if refused := sum(load.refused for load in own):
        print(f"{'':4}{refused} answers were not 200: the figures mean nothing")


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=5, help="of each server, one after the other")
    parser.add_argument("--rounds", type=int, default=12, help="with each process")
    parser.add_argument("--requests", type=int, default=1600, help="of each round")
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--loop", choices=("asyncio", "uvloop", "both"), default="both")
    parser.add_argument("--only", default="", help="what a row's name has to contain")
    given = parser.parse_args()
    pin(1)
    names = [name for name in CONVERSATIONS if given.only in name]
    for kind in ("asyncio", "uvloop") if given.loop == "both" else (given.loop,):
        compare(
            kind,
            names,
            processes=given.processes,
            rounds=given.rounds,
            count=given.requests,
            connections=given.connections,
        )


if __name__ == "__main__":
    main()
