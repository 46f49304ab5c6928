"""How long one client is judged, and by which rows: `python -m benchmarks.wave1 [--wave 1|all] [--jobs 2]`.

The right client is judged in this process and as a program, with default settings; the time that it takes is printed,
and the slowest rows. The goals are 15 s in process and 30 s as a program on two cores for the rows of wave 1. Exit
status 1 says that one was missed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

from harness.catalogue import requirements
from harness.drivers import Client, ObjectClient, ProgramClient
from harness.events import RequirementResult, Status
from harness.run import RunSettings, run

_RIGHT = "tests/clients/right.py"
_CLIENTS: tuple[tuple[str, Client, float], ...] = (
    ("in process", ObjectClient(reference=_RIGHT), 15.0),
    ("as a program", ProgramClient(argv=(sys.executable, _RIGHT)), 30.0),
)
#: The rows of wave 1: family to the numbers of its rows.
_FIRST = {
    "SIGN": (1, 2, 3, 5, 6, 7, 8, 9, 10, 11),
    "CANON": (1, 2, 3, 4, 6),
    "ENC": (1, 2, 3, 6),
    "UNI": (1, 3),
    "CRED": (1, 2, 3, 4),
    "NONCE": (1, 2, 3, 4, 5, 6, 8, 10, 11),
    "TIME": (1, 2, 3, 4, 5, 6, 7),
    "CONC": (1, 2, 3, 4, 6),
    "PERS": (1, 2, 3, 4),
    "ERR": (1, 2, 3, 4, 8, 9, 10, 11, 12),
    "RETRY": (1, 2, 3, 4, 5, 6, 7, 9, 10),
    "CONN": (1, 2, 3, 4, 5, 9),
    "TLS": (1, 2, 3, 4, 5),
    "REDIR": (1, 3, 4),
    "SECR": (1, 2, 3, 4),
    "NUM": (1, 2, 4, 5),
    "PARSE": (1, 3, 4),
    "OPS": (1,),
    "PUB": (1, 2),
    "RATE": (1, 2),
    "SIZE": (3,),
}


def rows_of(wave: str) -> tuple[str, ...]:
    """Return the ids of a wave's rows that are built, in the catalogue's order."""
    first = {f"{family}-{number:03}" for family, numbers in _FIRST.items() for number in numbers}
    return tuple(row.id for row in requirements() if wave == "all" or row.id in first)


def slowest(results: Sequence[RequirementResult], count: int) -> list[str]:
    """Return lines about the rows that took longest."""
    order = sorted(results, key=lambda result: result.duration_s, reverse=True)
    return [f"    {result.duration_s:6.2f} s  {result.exchanges:5} requests  {result.id}" for result in order[:count]]


def main() -> int:
    """Print the tables and return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--wave", choices=("1", "all"), default="1")
    parser.add_argument("--dialect", action="append", choices=("reference", "poloniex", "exmo", "bitunix"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="rows judged side by side; 1 is the default setting")
    parser.add_argument("--slowest", type=int, default=8, metavar="N")
    asked = parser.parse_args()
    rows = rows_of(asked.wave)
    missed = False
    for dialect in asked.dialect or ("reference", "poloniex", "exmo", "bitunix"):
        for form, client, goal_s in _CLIENTS:
            settings = RunSettings(dialect=dialect, seed=asked.seed, requirements=rows, jobs=asked.jobs)
            started, used = time.perf_counter(), time.process_time()
            summary = run(settings, client, ())
            took_s, used_s = time.perf_counter() - started, time.process_time() - used
            missed = missed or (asked.wave == "1" and took_s > goal_s)
            passed = sum(result.status is Status.PASSED for result in summary.results)
            print(
                f"{dialect:<10} {form:<13} {took_s:6.1f} s (goal {goal_s:.0f} s), {used_s:.1f} s of them at work here;"
                f" {passed} of {len(summary.results)} rows passed, {summary.exchanges} requests"
            )
            print("\n".join(slowest(summary.results, asked.slowest)), flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
