"""Which trials there are to hold, and holding them side by side."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from fnmatch import fnmatchcase
from functools import partial

from harness.catalogue import requirements
from harness.errors import UsageError
from harness.proving.own_exchanges import can_be_made
from harness.proving.trial import Ending, Trial, broken, held
from harness.proving.wrong_clients import WRONG_CLIENTS
from mockserver import is_dialect_file


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
    """Hold trials, so many at once, each in a process that does nothing else; endings come as they are known.

    A trial over which we break down ends as BROKE for all of its clients: of some thousands one may not end the others.
    """
    if jobs <= 1:
        for trial in planned:
            yield from _endings(trial, partial(held, trial))
        return
    # Not by a fork: a process that has threads must not be split.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=jobs, mp_context=context) as pool:
        futures = {pool.submit(held, trial): trial for trial in planned}
        try:
            for future in as_completed(futures):
                yield from _endings(futures[future], future.result)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _endings(trial: Trial, hear: Callable[[], Sequence[Ending]]) -> Sequence[Ending]:
    try:
        return hear()
    except Exception as error:  # whatever it is, it is ours, and the matrix shall show it
        return broken(trial, f"{type(error).__name__}: {error}")


def _means(pattern: str, name: str) -> bool:
    return fnmatchcase(name.lower(), pattern.lower())


def _chosen(name: str, patterns: Sequence[str]) -> bool:
    return not patterns or any(_means(pattern, name) for pattern in patterns)
