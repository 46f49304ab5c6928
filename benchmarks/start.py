"""How long `noncense serve` takes until its first answer, and what it weighs then: `python -m benchmarks.start`.

Beside it stands how long Python takes to import aiohttp's server and nothing else, in the same run. The goals are
400 ms and 60 MiB. Exit status 1 says that one was missed.
"""

from __future__ import annotations

import argparse
import http.client
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

from mockserver import DIALECT_NAMES

GOAL_MS = 400
GOAL_MIB = 60

_PORT = re.compile(r"http://127\.0\.0\.1:(\d+)")
_RESIDENT = re.compile(r"^VmRSS:\s+(\d+) kB", re.MULTILINE)


def first_answer(dialect: str) -> tuple[float, float]:
    """Start an exchange, ask it once, and end it.

    Returns:
        How long it took until the answer was there, ms; and how much memory the process has, MiB, 0 where the system
        does not tell.
    """
    command = [sys.executable, "-m", "harness", "serve", "--dialect", dialect, "--port", "0"]
    began_s = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ourselves
        try:
            port = _announced(process)
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", "/")
            connection.getresponse().read()
            took_ms = (time.perf_counter() - began_s) * 1000
            connection.close()
            return took_ms, _resident_mib(process.pid)
        finally:
            process.kill()


def bare_import() -> float:
    """Import aiohttp's server in a process of its own; return how long that took, ms."""
    began_s = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import aiohttp.web"], check=True)
    return (time.perf_counter() - began_s) * 1000


def _announced(process: subprocess.Popen[str]) -> int:
    for line in process.stdout or ():
        if found := _PORT.search(line):
            return int(found[1])
    raise RuntimeError("it ended before it was ready")


def _resident_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status")
    found = _RESIDENT.search(status.read_text()) if status.exists() else None
    return int(found[1]) / 1024 if found else 0.0


def main() -> int:
    """Read the arguments, measure, and tell whether the goals were met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = range(parser.parse_args().rounds)
    bare_import()  # whoever comes first reads everything from the disk
    measured: dict[str, list[tuple[float, float]]] = {name: [] for name in DIALECT_NAMES}
    imports = []
    for _ in rounds:
        imports.append(bare_import())
        for name, taken in measured.items():
            taken.append(first_answer(name))
    bare_ms = statistics.median(imports)
    print(f"{'import aiohttp.web':20}{bare_ms:8.0f} ms")
    met = True
    for name, taken in measured.items():
        took_ms, mib = (statistics.median(values) for values in zip(*taken, strict=True))
        print(f"{name:20}{took_ms:8.0f} ms  {took_ms / bare_ms:5.2f} of that  {mib:6.1f} MiB")
        met = met and took_ms <= GOAL_MS and mib <= GOAL_MIB
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
