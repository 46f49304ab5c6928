"""Which trials there are to hold, and working off many of a kind side by side."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, as_completed
from fnmatch import fnmatchcase
from functools import partial
from typing import TypeVar

from harness.catalogue import requirements
from harness.errors import UsageError
from harness.proving.own_exchanges import can_be_made
from harness.proving.trial import Ending, Trial, broken, held
from harness.proving.wrong_clients import WRONG_CLIENTS
from mockserver import is_dialect_file

T = TypeVar("T")
R = TypeVar("R")


def trials(
    *,
    seeds: Sequence[int],
    dialects: Sequence[str] = (),
    names: Sequence[str] = (),
    rows: Sequence[str] = (),
    all_rows: bool = False,
    known: Collection[tuple[str, str, int]] = (),
) -> tuple[Trial, ...]:
    """Return the trials that are asked for, in the catalogue's order, one seed after the other.

    Args:
        seeds: A trial for each.
        dialects: Only these exchanges, by name or by the file that describes one; empty for all of ours.
        names: Only wrong clients that one of these names or globs means; empty for all.
        rows: Likewise for the requirements that must catch them.
        all_rows: Whether every other requirement is tried too.
        known: (name, dialect, seed) of what was tried before and need not be again.

    Raises:
        UsageError: A pattern means nothing.
    """
    built = {row.id: row for row in requirements()}
    everybody = [wrong.name for wrong in WRONG_CLIENTS]
    for what, patterns, there in (("requirement", rows, built), ("wrong client", names, everybody)):
        for pattern in patterns:
            if not any(_means(pattern, name) for name in there):
                raise UsageError(f"there is no {what} {pattern}")
    found = []
    for seed in seeds:
        for name, row in built.items():
            if rows and not any(_means(pattern, name) for pattern in rows):
                continue
            own = [wrong for wrong in WRONG_CLIENTS if wrong.kills == name and _chosen(wrong.name, names)]
            places = dict.fromkeys(dialect for wrong in own for dialect in wrong.dialects)
            for dialect in (*places, *(name for name in dialects if is_dialect_file(name))):
                left = tuple(
                    wrong.name
                    for wrong in own
                    if can_be_made(wrong, row, dialect) and (wrong.name, dialect, seed) not in known
                )
                if left and (not dialects or dialect in dialects):
                    found.append(Trial(requirement=name, dialect=dialect, seed=seed, names=left, all_rows=all_rows))
    return tuple(found)


def hold(planned: Sequence[Trial], *, jobs: int = 1) -> Iterator[Ending]:
    """Hold trials, so many at once; endings come as they are known, BROKE for one over which we broke down."""
    return side_by_side(held, planned, broken, jobs=jobs)


def side_by_side(
    work: Callable[[T], Sequence[R]], planned: Sequence[T], or_else: Callable[[T, str], Sequence[R]], *, jobs: int = 1
) -> Iterator[R]:
    """Work off what is planned, so much at once, each in a process that does nothing else; results come as they end.

    Args:
        work: What is done with each; a function of a module, as are the others, for other processes have to find them.
        planned: What to work off.
        or_else: What comes of one over which the work broke down, and why; of some thousands one may not end the rest.
        jobs: How many at once; a single one is done in this process.

    Raises:
        BrokenExecutor: One of those processes died.
    """
    if jobs <= 1:
        for one in planned:
            yield from _outcome(one, partial(work, one), or_else)
        return
    # Not by a fork: a process that has threads must not be split.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=jobs, mp_context=context) as pool:
        futures = {pool.submit(work, one): one for one in planned}
        try:
            for future in as_completed(futures):
                yield from _outcome(futures[future], future.result, or_else)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _outcome(one: T, hear: Callable[[], Sequence[R]], or_else: Callable[[T, str], Sequence[R]]) -> Sequence[R]:
    try:
        return hear()
    except BrokenExecutor:  # a process died, and nobody knows over whom: nothing is said of those who were left
        raise
    except Exception as error:  # whatever it is, it is ours, and whoever reads the results shall see it
        return or_else(one, f"{type(error).__name__}: {error}".partition("\n")[0])


def _means(pattern: str, name: str) -> bool:
    return fnmatchcase(name.lower(), pattern.lower())


def _chosen(name: str, patterns: Sequence[str]) -> bool:
    return not patterns or any(_means(pattern, name) for pattern in patterns)
