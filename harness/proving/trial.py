"""A trial: one wrong client before one requirement, and the same client without its mistake beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from harness.catalogue import Requirement, requirements
from harness.drivers import Client
from harness.events import Finding, RequirementResult, Status
from harness.mutants.own import at_hand, played
from harness.proving.wrong_clients import WrongClient, can_run, client_with, client_without, wrong_client_named
from harness.run import RunSettings, run


class Verdict(StrEnum):
    """What became of a wrong client."""

    #: Its own requirement failed it, for what it did.
    KILLED = "killed"
    #: Its own requirement failed it, and names another mistake.
    MISNAMED = "misnamed"
    #: Its own requirement let it pass, and another failed it; told apart only where all were tried.
    COLLATERAL = "collateral"
    #: It passed.
    SURVIVED = "survived"
    #: Nothing was judged: the fault did not strike, or too little was seen.
    UNREACHED = "unreached"
    #: The client without the mistake does not pass either, so a failure proves nothing.
    DISCREDITED = "discredited"
    #: The adapter or the harness broke.
    BROKE = "broke"
    #: Its language, or the file that describes its exchange, is not on this machine.
    ABSENT = "absent"


#: What was not tried on this machine.
NOT_TRIED = frozenset({Verdict.ABSENT})
#: What says nothing about the power of a requirement: the fault is not with what it looks for.
SAYS_NOTHING = NOT_TRIED | {Verdict.DISCREDITED, Verdict.BROKE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What is tried: all wrong clients of one requirement, on one dialect, with one seed.

    Attributes:
        requirement: The id of the requirement.
        dialect: The exchange.
        seed: Where chance comes from, for the right client and the wrong ones.
        names: The wrong clients.
        all_rows: Whether every other requirement is tried on them too.
    """

    requirement: str
    dialect: str
    seed: int
    names: tuple[str, ...]
    all_rows: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a trial ended for one wrong client.

    Attributes:
        name: The wrong client.
        requirement: Its requirement.
        dialect: The exchange.
        seed: Where chance came from.
        verdict: What became of it.
        words: What was found, or why nothing was.
        others: Other requirements that failed it, where all were tried.
        unforeseen: Those of them that its collateral does not name.
    """

    name: str
    requirement: str
    dialect: str
    seed: int
    verdict: Verdict
    words: str = ""
    others: tuple[str, ...] = ()
    unforeseen: tuple[str, ...] = ()


def held(trial: Trial) -> tuple[Ending, ...]:
    """Hold a trial.

    Raises:
        LookupError: A name or the requirement does not exist.
    """
    row = next((row for row in requirements() if row.id == trial.requirement), None)
    if row is None:
        raise LookupError(f"there is no requirement {trial.requirement}")
    witnesses: dict[object, RequirementResult] = {}
    endings = []
    for name in trial.names:
        wrong = wrong_client_named(name)
        if not can_run(wrong) or not at_hand(trial.dialect):
            missing = "its language" if at_hand(trial.dialect) else "the file that describes its exchange"
            endings.append(_ending(trial, name, Verdict.ABSENT, f"{missing} is not here"))
            continue
        right = client_without(wrong, row, played(trial.dialect))
        witness = (type(right), getattr(right, "argv", None), getattr(wrong, "features", None))
        if witness not in witnesses:
            witnesses[witness] = _judged(right, row, trial)
        endings.append(_ended(trial, row, wrong, witnesses[witness]))
    return tuple(endings)


def broken(trial: Trial, words: str) -> tuple[Ending, ...]:
    """Return the endings of a trial that could not be held to its end."""
    return tuple(_ending(trial, name, Verdict.BROKE, words) for name in trial.names)


def _ended(trial: Trial, row: Requirement, wrong: WrongClient, witness: RequirementResult) -> Ending:
    if witness.status is not Status.PASSED:
        words = f"without its mistake: {witness.status}, {witness.reason}"
        unreached = witness.status in (Status.SKIPPED, Status.INCONCLUSIVE)
        return _ending(trial, wrong.name, Verdict.UNREACHED if unreached else Verdict.DISCREDITED, words)
    result = _judged(client_with(wrong, row, played(trial.dialect)), row, trial)
    verdict, words = _verdict(result, wrong.diagnoses)
    others = _others(trial, row, wrong) if trial.all_rows else ()
    if others and verdict is Verdict.SURVIVED:
        verdict = Verdict.COLLATERAL
    return _ending(trial, wrong.name, verdict, words, others, tuple(row for row in others if not wrong.allows(row)))


def _names(found: Finding) -> frozenset[str]:
    """Return every mistake that a finding names, those of several at once one by one."""
    return frozenset(name for code in found.diagnosis for name in code.split("+"))


def _verdict(result: RequirementResult, intended: Sequence[str]) -> tuple[Verdict, str]:
    found = result.finding
    match result.status:
        case Status.FAILED if found is None or not intended or _names(found) & set(intended):
            return Verdict.KILLED, ", ".join(found.diagnosis) if found is not None else ""
        case Status.FAILED:
            named = ", ".join(found.diagnosis) if found is not None else ""
            return Verdict.MISNAMED, f"{named or 'no diagnosis'} instead of {' or '.join(intended)}"
        case Status.PASSED:
            return Verdict.SURVIVED, "; ".join(result.notes)
        case Status.ERROR:
            return Verdict.BROKE, result.reason
        case _:
            return Verdict.UNREACHED, result.reason


def _others(trial: Trial, own: Requirement, wrong: WrongClient) -> tuple[str, ...]:
    """Try every other requirement; those that want a program of its own, and the others, in a run each."""
    programs = tuple(row for row in requirements() if row.needs_program or row.needs_watch)
    objects = tuple(row for row in requirements() if row not in programs)
    failed = []
    for rows in (objects, programs):
        if not rows:
            continue
        settings = RunSettings(
            dialect=played(trial.dialect), seed=trial.seed, requirements=tuple(row.id for row in rows)
        )
        results = run(settings, client_with(wrong, rows[0], settings.dialect), ()).results
        failed += [result.id for result in results if result.status is Status.FAILED and result.id != own.id]
    return tuple(failed)


def _judged(client: Client, row: Requirement, trial: Trial) -> RequirementResult:
    settings = RunSettings(dialect=played(trial.dialect), seed=trial.seed, requirements=(row.id,))
    summary = run(settings, client, ())
    if summary.results:
        return summary.results[0]
    reason = summary.fault or "nothing was judged"
    return RequirementResult(id=row.id, level=row.level, title=row.title, status=Status.ERROR, reason=reason)


def _ending(
    trial: Trial,
    name: str,
    verdict: Verdict,
    words: str,
    others: tuple[str, ...] = (),
    unforeseen: tuple[str, ...] = (),
) -> Ending:
    return Ending(
        name=name,
        requirement=trial.requirement,
        dialect=trial.dialect,
        seed=trial.seed,
        verdict=verdict,
        words=words,
        others=others,
        unforeseen=unforeseen,
    )
