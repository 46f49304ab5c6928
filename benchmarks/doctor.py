"""How long the doctor searches, by the number of mistakes: `python -m benchmarks.doctor`.

The wrong signatures are those of the tests, which were made without the doctor's tables. Three mistakes are searched
among the common ones; where one of the three is not, no answer is the right answer.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Sequence

from signer import Credentials, scheme_named
from signer.doctor import examine
from signer.doctor.codes import COMMON
from tests.signer.wrong_signatures import FAMILIES, Case


def drawn(mistakes: int, number: int, chance: random.Random) -> list[Case]:
    """Return so many cases of so many mistakes, over all families; three mistakes are common ones."""
    found = []
    for family in FAMILIES:
        cases = [
            case
            for case in family.cases(mistakes)
            if len(case.mistakes) == mistakes
            and (mistakes < 3 or all(name in COMMON or name.startswith("SIGNATURE-") for name in case.mistakes))
        ]
        found += chance.sample(cases, min(len(cases), number // len(FAMILIES) + 1))
    return found


def measured(cases: Sequence[Case]) -> str:
    """Return a row: how many were named first, the time of one search and the candidates it took."""
    times, searched, named = [], [], 0
    for case in cases:
        scheme, credentials = scheme_named(case.dialect), Credentials(key=case.key, secret=case.secret)
        start = time.perf_counter()
        examination = examine(scheme, case.request, credentials)
        times.append((time.perf_counter() - start) * 1000)
        searched.append(examination.searched)
        if examination.diagnoses and frozenset(examination.diagnoses[0].code.split("+")) == case.mistakes:
            named += 1
    times.sort()
    return (
        f"{len(cases):6} {named / len(cases):7.1%} {statistics.median(times):9.2f} {times[len(times) * 95 // 100]:8.2f}"
        f" {times[-1]:8.2f} {statistics.median(searched):11.0f} {max(searched):8}"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=int, default=600, help="how many a row")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    print("mistakes  cases   named median ms   95% ms   max ms  candidates     most")
    for mistakes in (1, 2, 3):
        print(f"{mistakes:8} {measured(drawn(mistakes, asked.cases, chance))}")
    strangers = [
        Case(case.dialect, frozenset(), case.request.with_header(b"Sign", b"ab" * 32), case.key, case.secret, "")
        for case in drawn(1, 30, chance)
    ]
    print(f"{'none':>8} {measured(strangers)}")


if __name__ == "__main__":
    main()
