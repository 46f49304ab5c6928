"""The kill matrix: all endings, counted, kept in a file and read from it again."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.errors import UsageError
from harness.proving.trial import NOT_TRIED, SAYS_NOTHING, Ending, Verdict
from harness.proving.wrong_clients import WRONG_CLIENTS, wrong_client_named

#: Of all runs of wrong clients so many must be kills.
ENOUGH = 0.99
#: How sure a bound on a chance shall be.
_SURE = 0.95

#: What was measured last, and what the published page is made from.
MEASURED = Path(__file__).with_name("measured.json")

#: What each wrong client came to on each dialect: (name, dialect) to a verdict to its seeds.
Cells = dict[tuple[str, str], dict[Verdict, list[int]]]


@dataclass(slots=True)
class Matrix:
    """What came of wrong clients.

    Attributes:
        cells: (name, dialect) to a verdict to the seeds that brought it.
        others: Name to the other requirements that failed it, where they were tried, with counts.
        unforeseen: Likewise, those of them that nobody expected.
        words: (name, dialect) to the last words about it that are not of a kill.
    """

    cells: Cells = field(default_factory=dict)
    others: dict[str, Counter[str]] = field(default_factory=dict)
    unforeseen: dict[str, Counter[str]] = field(default_factory=dict)
    words: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, ending: Ending) -> None:
        """Take an ending down."""
        place = (ending.name, ending.dialect)
        verdicts = self.cells.setdefault(place, {})
        # What the seed brought before counts no longer.
        for verdict, seeds in tuple(verdicts.items()):
            verdicts[verdict] = [seed for seed in seeds if seed != ending.seed]
            if not verdicts[verdict]:
                del verdicts[verdict]
        verdicts[ending.verdict] = sorted((*verdicts.get(ending.verdict, ()), ending.seed))
        if ending.verdict is not Verdict.KILLED:
            self.words[place] = ending.words
        for kept, rows in ((self.others, ending.others), (self.unforeseen, ending.unforeseen)):
            if rows:
                kept.setdefault(ending.name, Counter()).update(rows)

    def known(self) -> set[tuple[str, str, int]]:
        """Return (name, dialect, seed) of everything that was tried, whatever came of it.

        Who tries again what survived, and leaves alone what was killed, measures his patience.
        """
        return {
            (name, dialect, seed)
            for (name, dialect), verdicts in self.cells.items()
            for verdict, seeds in verdicts.items()
            if verdict not in NOT_TRIED
            for seed in seeds
        }

    def count(self, names: Iterable[str] | None = None) -> Counter[Verdict]:
        """Count runs by verdict, those of some wrong clients or of all."""
        wanted = None if names is None else frozenset(names)
        total: Counter[Verdict] = Counter()
        for (name, _), verdicts in self.cells.items():
            if wanted is None or name in wanted:
                total.update({verdict: len(seeds) for verdict, seeds in verdicts.items()})
        return total

    def never_killed(self) -> tuple[tuple[str, str], ...]:
        """Return (name, dialect) of wrong clients that were tried there, and killed never."""
        return tuple(
            place
            for place, verdicts in sorted(self.cells.items())
            if not verdicts.get(Verdict.KILLED) and set(verdicts) - NOT_TRIED
        )

    def exit_status(self) -> int:
        """Return 0 where the catalogue has proved its power, 1 where not, and 3 where nothing was tried."""
        total = self.count()
        tried = sum(number for verdict, number in total.items() if verdict not in NOT_TRIED)
        if not tried:
            return 3
        return 1 if self.never_killed() or total[Verdict.KILLED] < ENOUGH * tried else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """The chance that a requirement's wrong clients survive it with its default number of cases.

    Attributes:
        runs: How often one of them was tried.
        survived: How often one was not killed.
        seeds: With how many seeds.
    """

    runs: int
    survived: int
    seeds: int = 1

    @property
    def at_most(self) -> float:
        """The largest chance of surviving that is still believable (95 %), given what was seen."""
        if not self.runs:
            return 1.0
        low, high = self.survived / self.runs, 1.0
        for _ in range(40):
            middle = (low + high) / 2
            if _chance_of_so_few(self.runs, self.survived, middle) > 1 - _SURE:
                low = middle
            else:
                high = middle
        return high


def powers(matrix: Matrix) -> Mapping[str, Power]:
    """Return the power of every requirement whose wrong clients were tried."""
    found: dict[str, Power] = {}
    for row in dict.fromkeys(wrong.kills for wrong in WRONG_CLIENTS):
        names = frozenset(wrong.name for wrong in WRONG_CLIENTS if wrong.kills == row)
        told = [
            (verdict, seeds)
            for (name, _), verdicts in matrix.cells.items()
            if name in names
            for verdict, seeds in verdicts.items()
            if verdict not in SAYS_NOTHING
        ]
        if runs := sum(len(seeds) for _, seeds in told):
            killed = sum(len(seeds) for verdict, seeds in told if verdict is Verdict.KILLED)
            different = {seed for _, seeds in told for seed in seeds}
            found[row] = Power(runs=runs, survived=runs - killed, seeds=len(different))
    return found


def _chance_of_so_few(runs: int, survived: int, chance: float) -> float:
    return math.fsum(math.comb(runs, k) * chance**k * (1 - chance) ** (runs - k) for k in range(survived + 1))


def as_json(matrix: Matrix) -> str:
    """Return a matrix as JSON: what `read` reads."""
    document: dict[str, dict[str, object]] = {}
    for (name, dialect), verdicts in sorted(matrix.cells.items()):
        told = document.setdefault(name, {"kills": _kills(name), "dialects": {}})
        place = {verdict.value: seeds for verdict, seeds in sorted(verdicts.items())}
        told["dialects"][dialect] = place  # type: ignore[index]
    for name, rows in matrix.others.items():
        document[name]["others"] = dict(sorted(rows.items()))
    rows_json = [f"{json.dumps(name)}: {json.dumps(told)}" for name, told in document.items()]
    return "{\n" + ",\n".join(rows_json) + "\n}\n"


def read(path: Path) -> Matrix:
    """Read a matrix that was written before; an empty one where there is none. Names that are gone are left out.

    Raises:
        UsageError: The file holds something else.
    """
    matrix = Matrix()
    if not path.exists():
        return matrix
    names = {wrong.name: wrong for wrong in WRONG_CLIENTS}
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        for name, told in document.items():
            # A client that is meant for another row now has to be tried anew.
            if name not in names or told["kills"] != names[name].kills:
                continue
            for dialect, verdicts in told["dialects"].items():
                if dialect in names[name].dialects:
                    matrix.cells[name, dialect] = {Verdict(key): list(seeds) for key, seeds in verdicts.items()}
            if "others" in told:
                matrix.others[name] = Counter(told["others"])
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as problem:
        raise UsageError(f"{path} holds no kill matrix: {problem}") from problem
    return matrix


def _kills(name: str) -> str:
    return wrong_client_named(name).kills
