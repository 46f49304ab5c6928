"""Hostile requests by the ten thousand, and good ones among them: `python -m benchmarks.fuzz --requests N --seed S`.

Good requests of each dialect are spoilt (bytes flipped, dropped, doubled; lines and numbers swapped for nasty ones;
chunks, bursts, replays), half of them before they are signed, so that they pass the gate. They go out on raw sockets,
whole or in pieces, and the client then says its last word, hangs up or tears the line. After every few of them a good
request goes out on a line of its own. It has to be found that

* no answer has a status of 500 or more, and what comes back is answers and nothing else,
* no line stays open and silent,
* every good request is granted,
* the exchange notes no fault of its own, and no nonce was accepted twice,
* its memory stays within bounds.

Each dialect's exchange is a process of its own. The seed decides every byte but those of the time and the keys. Exit
status 1 says that something was found; the requests that did it are printed.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import re
import socket
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.candidates import Candidate
from benchmarks.mutations import PRIVATE, Signing, spoilt
from signer import Credentials

#: After so many spoilt requests a good one goes out.
_GOOD_EVERY = 10

#: A line that is silent for longer hangs. The exchange itself gives a body twenty seconds, but nobody here waits for
#: that: whoever waits for an answer has said that nothing more will come.
_PATIENCE_S = 8.0

#: The journal may weigh 64 MiB by its own reckoning, and Python's objects weigh more than what is in them.
_MOST_GROWTH_MIB = 160

_STATUS_LINE = re.compile(rb"HTTP/1\.1 ([0-9]{3}) [^\r\n]*\r\n")
_SHOWN = 5


class Fuzz:
    """The war on one dialect's exchange.

    Attributes:
        found: What was wrong, one line each.
        statuses: How often each status was answered.
    """

    def __init__(self, dialect: str, seed: int, loop: str) -> None:
        self.dialect = dialect
        self.found: list[str] = []
        self.statuses: Counter[int] = Counter()
        self._chance = random.Random(f"{seed} {dialect}")
        self._candidate = Candidate(dialect, loop)
        self._victim, self._bystander = self._new_key(), self._new_key()
        self._bad, self._good = Signing(dialect, self._victim), Signing(dialect, self._bystander)
        self._line = self._connected()
        self._slowest_s = 0.0
        self._granted = self._asked = 0

    def run(self, count: int) -> None:
        """Send so many requests and print a line about them."""
        before = self._memory_mib()
        for number in range(count):
            self._attack(number)
            if number % _GOOD_EVERY == 0:
                self._ask_well(number)
        grown = self._memory_mib() - before
        if grown > _MOST_GROWTH_MIB:
            self.found.append(f"memory grew by {grown} MiB")
        self._look_back()
        by_class = Counter({f"{kind}xx": 0 for kind in range(2, 6)})
        for status, times in self.statuses.items():
            by_class[f"{status // 100}xx"] += times
        shown = " ".join(f"{name} {times}" for name, times in sorted(by_class.items()))
        print(
            f"{self.dialect:10} {count} spoilt, answers {shown}; good {self._granted} of {self._asked}; "
            f"slowest {self._slowest_s * 1000:.0f} ms; memory {before} + {grown} MiB; {len(self.found)} findings"
        )

    def stop(self) -> None:
        """End the exchange."""
        self._line.close()
        self._candidate.stop()

    def _attack(self, number: int) -> None:
        chance = self._chance
        data = spoilt(self.dialect, self._bad, chance)
        started = time.monotonic()
        line = self._connected()
        try:
            answer = self._talk(line, data)
        finally:
            line.close()
        took_s = time.monotonic() - started
        self._slowest_s = max(self._slowest_s, took_s)
        if answer is None:
            self._note(number, f"no end after {took_s:.1f} s", data)
            return
        statuses = [int(status) for status in _STATUS_LINE.findall(answer)]
        self.statuses.update(statuses)
        if any(status >= 500 for status in statuses):
            self._note(number, f"answered {statuses}", data)
        elif answer and not answer.startswith(b"HTTP/1.1 "):
            self._note(number, f"answered {answer[:40]!r}", data)

    def _talk(self, line: socket.socket, data: bytes) -> bytes | None:
        """Send what is to be sent; return what came back, or None where the line stayed open."""
        chance = self._chance
        way = chance.random()
        try:
            if way < 0.2:
                at = chance.randrange(len(data) + 1)
                line.sendall(data[:at])
                line.sendall(data[at:])
            else:
                line.sendall(data)
            if way > 0.95:  # gone without waiting
                return b""
            line.shutdown(socket.SHUT_WR)
            answer = bytearray()
            while received := line.recv(65536):
                answer += received
        except TimeoutError:
            return None
        except OSError:  # the exchange may hang up on rubbish before all of it is sent
            return b""
        return bytes(answer)

    def _ask_well(self, number: int) -> None:
        self._asked += 1
        data = self._good.sign(PRIVATE[self.dialect][0])
        try:
            self._line.sendall(data)
            answer = self._line.recv(65536)
        except OSError as error:
            answer = repr(error).encode()
        if answer.startswith(b"HTTP/1.1 200 ") and b'"error"' not in answer:
            self._granted += 1
            return
        self._note(number, f"a good request was not granted: {answer[-200:]!r}", data)
        self._line.close()
        self._line = self._connected()

    def _look_back(self) -> None:
        """Ask the exchange itself what it has to say."""
        health = self._control("GET", "health")
        if health["own_faults"]:
            self.found.append(f"{health['own_faults']} faults of its own")
        last = 0
        entries: list[dict[str, Any]] = self._control("GET", f"journal?key={self._victim.key}&limit=1000")["entries"]
        for entry in entries:
            if entry["verdict"] is None or not entry["verdict"]["accepted"]:
                continue
            nonce = entry["fields"]["nonce"] or ""
            if nonce.isdigit() and self.dialect != "bitunix":  # where a nonce is random, a replay is within the rules
                if int(nonce) <= last:
                    self.found.append(f"the nonce {nonce} was accepted after {last}")
                last = int(nonce)

    def _note(self, number: int, what: str, data: bytes) -> None:
        self.found.append(f"request {number}: {what}\n    {data[:600]!r}")

    def _connected(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self._candidate.port), timeout=_PATIENCE_S)

    def _new_key(self) -> Credentials:
        created = self._control("POST", "keys", {"permissions": ["read", "trade", "withdraw"], "private_venue": True})
        return Credentials(key=created["key"], secret=created["secret"])

    def _control(self, method: str, room: str, body: object = None) -> dict[str, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self._candidate.port, timeout=30)
        connection.request(method, f"/_noncense/{room}", None if body is None else json.dumps(body))
        answer: dict[str, Any] = json.loads(connection.getresponse().read())
        connection.close()
        return answer

    def _memory_mib(self) -> int:
        """Return the resident memory of the exchange, where the system tells."""
        status = Path(f"/proc/{self._candidate.pid}/status")
        if not status.exists():
            return 0
        return int(re.findall(r"VmRSS:\s+([0-9]+)", status.read_text())[0]) // 1024


def main() -> None:
    """Read the arguments, attack, and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=20_000, help="spoilt ones, over all dialects (%(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--dialect", choices=sorted(PRIVATE), help="only this one")
    parser.add_argument("--loop", choices=("asyncio", "uvloop"), default="asyncio")
    given = parser.parse_args()
    dialects = [given.dialect] if given.dialect else sorted(PRIVATE)
    found: list[str] = []
    for dialect in dialects:
        fuzz = Fuzz(dialect, given.seed, given.loop)
        try:
            fuzz.run(max(1, given.requests // len(dialects)))
        finally:
            fuzz.stop()
        found += fuzz.found
    for line in found[:_SHOWN]:
        print(line)
    if len(found) > _SHOWN:
        print(f"… and {len(found) - _SHOWN} more")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
