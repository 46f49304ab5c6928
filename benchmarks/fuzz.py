"""Hostile requests by the hundred thousand, good ones among them: `python -m benchmarks.fuzz --requests N --seed S`.

Good requests to every endpoint are spoilt (bytes flipped, dropped, doubled; lines and numbers swapped for nasty ones;
chunks, bursts, replays, compressed bodies, other hosts), half of them before they are signed, so that they pass the
gate. Among them are calls to the control, and bytes that are no HTTP at all. They go out on raw sockets, whole or in
pieces, and the client then says its last word, hangs up or tears the line; others dribble theirs meanwhile. After every
few of them a good request goes out on a line of its own. It has to be found that

* no answer has a status of 500 or more, and what comes back is answers and nothing else,
* no line stays open and silent, and nobody who dribbles is put up with for longer than he may,
* every good request is granted,
* the exchange notes no fault of its own, and no nonce was accepted twice,
* its memory does not grow any more once its journal is full.

Each target is a process of its own: each dialect by itself, one of them under TLS, and all of them at one address. The
seed decides every byte but those of the time and the keys. Exit status 1 says that something was found; the requests
that did it are printed.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import re
import socket
import ssl
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.assaults import Slowcoaches, control_call, tls_noise
from benchmarks.candidates import ALL, HASTE_S, Candidate
from benchmarks.mutations import NASTY, PRIVATE, Signing, spoilt
from signer import Credentials

#: After so many spoilt requests a good one goes out.
_GOOD_EVERY = 10

#: A line that is silent for longer hangs. Whoever waits for an answer has said that nothing more will come.
_PATIENCE_S = 8.0

#: The longest that anybody may dribble: a head, a body, and then idling.
_LONGEST_S = 7 * HASTE_S + 3

#: What each exchange may add to the memory: its journal may weigh 64 MiB by its own reckoning, and Python's objects
#: weigh more than what is in them.
_MOST_GROWTH_MIB = 160

#: What a long run may add from its third quarter to its last, when the journal has been full for a while; a run is long
#: from here on.
_MOST_DRIFT_MIB = 12
_LONG = 30_000

_HEAD_END = b"\r\n\r\n"
_STATUS_LINE = re.compile(rb"HTTP/1\.1 ([0-9]{3}) [^\r\n]*\r\n")
_SHOWN = 5

#: What share of all requests goes where, besides the dialects by themselves, which share the rest.
_SHARES = {f"besieged:{ALL}": 0.05, "besieged-tls:exmo": 0.02}


class Fuzz:
    """The war on one target.

    Attributes:
        found: What was wrong, one line each.
        statuses: How often each status was answered.
    """

    def __init__(self, target: str, seed: int, loop: str) -> None:
        siege, _, place = target.partition(":")
        self._target = target
        self._dialects: Sequence[str] = sorted(PRIVATE) if place == ALL else (place,)
        self._tls = _careless() if siege == "besieged-tls" else None
        self.found: list[str] = []
        self.statuses: Counter[int] = Counter()
        self._chance = random.Random(f"{seed} {target}")
        self._candidate = Candidate(target, loop)
        self._victims = {dialect: self._new_key(dialect) for dialect in self._dialects}
        self._bad = {dialect: Signing(dialect, victim) for dialect, victim in self._victims.items()}
        self._good = {dialect: Signing(dialect, self._new_key(dialect)) for dialect in self._dialects}
        self._line: socket.socket | None = None
        self._slow = Slowcoaches(self._candidate.port, _LONGEST_S)
        self._slowest_s = 0.0
        self._granted = self._asked = 0
        self._memory: list[int] = []

    def run(self, count: int) -> None:
        """Send so many requests and print a line about them."""
        started = time.monotonic()
        for number in range(count):
            if number % max(1, count // 20) == 0:
                self._memory.append(self._memory_mib())
            self._attack(number)
            if number % _GOOD_EVERY == 0:
                self._ask_well(number)
        self._slow.leave()
        for data in self._slow.overdue:
            self.found.append(
                f"{self._target}: who dribbled this was put up with for {_LONGEST_S:.0f} s\n    {data[:600]!r}"
            )
        self._memory.append(self._memory_mib())
        self._weigh(count)
        for dialect in self._dialects:
            self._look_back(dialect)
        by_class = Counter({f"{kind}xx": 0 for kind in range(2, 6)})
        for status, times in self.statuses.items():
            by_class[f"{status // 100}xx"] += times
        shown = " ".join(f"{name} {times}" for name, times in sorted(by_class.items()))
        print(
            f"{self._target:18} {count} spoilt in {time.monotonic() - started:.0f} s, {self._slow.came} dribbled;"
            f" answers {shown}; good {self._granted} of {self._asked}; slowest {self._slowest_s * 1000:.0f} ms;"
            f" memory in MiB {' '.join(map(str, self._memory[::4]))}; {len(self.found)} findings",
            flush=True,
        )

    def stop(self) -> None:
        """End the exchange."""
        if self._line is not None:
            self._line.close()
        self._candidate.stop()

    def _weigh(self, count: int) -> None:
        """See that memory stays within bounds, and in a long run that it has come to rest."""
        grown = self._memory[-1] - self._memory[0]
        if grown > _MOST_GROWTH_MIB * len(self._dialects):
            self.found.append(f"{self._target}: memory grew by {grown} MiB")
        if count < _LONG:
            return
        quarter = len(self._memory) // 4
        drift = median(self._memory[-quarter:]) - median(self._memory[-2 * quarter : -quarter])
        if drift > _MOST_DRIFT_MIB:
            self.found.append(f"{self._target}: memory still grew by {drift:.0f} MiB in the last quarter")

    def _attack(self, number: int) -> None:
        chance = self._chance
        data = self._something(chance)
        if chance.random() < 0.01 and data.count(_HEAD_END) <= 1:  # who asks again in time may stay for longer
            self._slow.come(data[:4000])
        self._slow.dribble(chance)
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
        elif answer and not answer.startswith(b"HTTP/1.1 ") and self._tls is None:
            self._note(number, f"answered {answer[:40]!r}", data)

    def _something(self, chance: random.Random) -> bytes:
        """Return what is sent next."""
        way = chance.random()
        if way < 0.03:
            return tls_noise(chance)
        if way < 0.08:
            return control_call(NASTY, chance)
        dialect = chance.choice(self._dialects)
        data = spoilt(dialect, self._bad[dialect], chance)
        if chance.random() < 0.9 and self._target.startswith("besieged"):
            data = data.replace(b"Host: 127.0.0.1", b"Host: " + dialect.encode(), 1)
        return data

    def _talk(self, line: socket.socket, data: bytes) -> bytes | None:
        """Send what is to be sent; return what came back, or None where the line stayed open."""
        chance = self._chance
        way = chance.random()
        answer = bytearray()
        try:
            if self._tls is not None and way < 0.7:
                return self._whisper(line, data)
            if way < 0.2:
                at = chance.randrange(len(data) + 1)
                line.sendall(data[:at])
                line.sendall(data[at:])
            else:
                line.sendall(data)
            if way > 0.95:  # gone without waiting
                return b""
            line.shutdown(socket.SHUT_WR)
            while received := line.recv(65536):
                answer += received
        except TimeoutError:
            return None
        except OSError:  # the exchange may hang up on rubbish before all of it is sent
            return b""
        return bytes(answer)

    def _whisper(self, line: socket.socket, data: bytes) -> bytes:
        """Say it under TLS, where nobody can say his last word and still listen: only the first words are awaited."""
        if self._tls is None:
            return b""
        with self._tls.wrap_socket(line, server_hostname="x") as private:
            private.sendall(data)
            private.settimeout(0.02)
            try:
                return private.recv(65536)
            except TimeoutError:
                return b""

    def _ask_well(self, number: int) -> None:
        dialect = self._chance.choice(self._dialects)
        self._asked += 1
        data = self._good[dialect].sign(PRIVATE[dialect][0])
        if self._target.startswith("besieged"):
            data = data.replace(b"Host: 127.0.0.1", b"Host: " + dialect.encode(), 1)
        try:
            if self._line is None:
                plain = self._connected()
                self._line = plain if self._tls is None else self._tls.wrap_socket(plain, server_hostname="x")
            self._line.sendall(data)
            answer = self._line.recv(65536)
        except OSError as error:
            answer = repr(error).encode()
        if answer.startswith(b"HTTP/1.1 200 ") and b'"error"' not in answer:
            self._granted += 1
            return
        self._note(number, f"a good request was not granted: {answer[-200:]!r}", data)
        if self._line is not None:
            self._line.close()
            self._line = None

    def _look_back(self, dialect: str) -> None:
        """Ask an exchange itself what it has to say."""
        health = self._control(dialect, "GET", "health")
        if health["own_faults"]:
            self.found.append(f"{health['own_faults']} faults of its own")
        last = 0
        entries: list[dict[str, Any]] = self._control(
            dialect, "GET", f"journal?key={self._victims[dialect].key}&limit=1000"
        )["entries"]
        for entry in entries:
            if entry["verdict"] is None or not entry["verdict"]["accepted"]:
                continue
            nonce = entry["fields"]["nonce"] or ""
            if nonce.isdigit() and dialect != "bitunix":  # where a nonce is random, a replay is within the rules
                if int(nonce) <= last:
                    self.found.append(f"the nonce {nonce} was accepted after {last}")
                last = int(nonce)

    def _note(self, number: int, what: str, data: bytes) -> None:
        self.found.append(f"{self._target}, request {number}: {what}\n    {data[:600]!r}")

    def _connected(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self._candidate.port), timeout=_PATIENCE_S)

    def _new_key(self, dialect: str) -> Credentials:
        asked = {"permissions": ["read", "trade", "withdraw"], "private_venue": True}
        created = self._control(dialect, "POST", "keys", asked)
        return Credentials(key=created["key"], secret=created["secret"])

    def _control(self, dialect: str, method: str, room: str, body: object = None) -> dict[str, Any]:
        if self._tls is None:
            connection = http.client.HTTPConnection("127.0.0.1", self._candidate.port, timeout=30)
        else:
            connection = http.client.HTTPSConnection("127.0.0.1", self._candidate.port, timeout=30, context=self._tls)
        connection.request(
            method,
            f"/_noncense/{room}",
            None if body is None else json.dumps(body),
            {"Host": f"{dialect}.localhost"},
        )
        answer: dict[str, Any] = json.loads(connection.getresponse().read())
        connection.close()
        return answer

    def _memory_mib(self) -> int:
        """Return the resident memory of the exchange, where the system tells."""
        status = Path(f"/proc/{self._candidate.pid}/status")
        if not status.exists():
            return 0
        return int(re.findall(r"VmRSS:\s+([0-9]+)", status.read_text())[0]) // 1024


def _careless() -> ssl.SSLContext:
    """Return a context that takes any certificate: who the exchange is, is not what is asked here."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def targets(count: int) -> dict[str, int]:
    """Return every target, and how many of so many requests it gets."""
    shared = {target: max(1, round(count * share)) for target, share in _SHARES.items()}
    each = max(1, (count - sum(shared.values())) // len(PRIVATE))
    return {f"besieged:{dialect}": each for dialect in sorted(PRIVATE)} | shared


def main() -> None:
    """Read the arguments, attack, and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=200_000, help="spoilt ones, over all targets (%(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--target", choices=sorted(targets(1)), help="all of them at this one alone")
    parser.add_argument("--loop", choices=("asyncio", "uvloop"), default="asyncio")
    given = parser.parse_args()
    found = 0
    for target, count in ({given.target: given.requests} if given.target else targets(given.requests)).items():
        fuzz = Fuzz(target, given.seed, given.loop)
        try:
            fuzz.run(count)
        finally:
            fuzz.stop()
        found += len(fuzz.found)
        for line in fuzz.found[:_SHOWN]:
            print(line, flush=True)
        if len(fuzz.found) > _SHOWN:
            print(f"… and {len(fuzz.found) - _SHOWN} more", flush=True)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
