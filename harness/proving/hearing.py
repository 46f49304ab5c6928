"""A hearing: one innocent client before the whole catalogue, at one exchange, with one seed."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path
from zlib import crc32

from harness.catalogue import requirements
from harness.errors import UsageError
from harness.events import Level, RequirementResult, Status
from harness.proving.innocents import INNOCENTS, Innocent, innocent_named
from harness.run import RunSettings, run

PROFILES = ("documented", "observed")

#: What was heard last, and what the published page is made from.
HEARD = Path(__file__).with_name("heard.json")


class Word(StrEnum):
    """What the catalogue said of an innocent client."""

    #: Nothing that binds it was failed, and whatever applies was judged.
    CLEARED = "cleared"
    #: A MUST failed it, unjustly.
    CONVICTED = "convicted"
    #: No MUST failed it, and one could not be judged.
    UNDECIDED = "undecided"
    #: It cannot be started on this machine.
    ABSENT = "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """What is heard: who, where, as which exchange, with which seed."""

    name: str
    dialect: str
    profile: str
    seed: int

    @property
    def place(self) -> str:
        """The exchange, and how it is played."""
        return f"{self.dialect}, {self.profile}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came of a hearing; `reasons` are the requirements that did not pass, each with why."""

    hearing: Hearing
    word: Word
    reasons: tuple[str, ...] = ()


def hearings(
    *, seeds: Iterable[int], names: Sequence[str] = (), known: Collection[Hearing] = ()
) -> tuple[Hearing, ...]:
    """Return what is to be heard: each innocent client once with each seed, somewhere else with each.

    With eight seeds somebody who can be made everywhere has been at every exchange, played both ways.

    Args:
        seeds: The seeds.
        names: Only who is meant by one of these names or globs; empty for all.
        known: What was heard before and need not be again.

    Raises:
        UsageError: A pattern means nobody.
    """
    for pattern in names:
        if not any(fnmatchcase(innocent.name, pattern) for innocent in INNOCENTS):
            raise UsageError(f"there is no innocent client {pattern}")
    chosen = [one for one in INNOCENTS if not names or any(fnmatchcase(one.name, pattern) for pattern in names)]
    planned = []
    for seed in seeds:
        for innocent in chosen:
            places = [(dialect, profile) for dialect in innocent.dialects for profile in PROFILES]
            # By the name, and not by the place in a list: whoever else is heard, a seed takes one to the same place.
            dialect, profile = places[(seed + crc32(innocent.name.encode())) % len(places)]
            planned.append(Hearing(name=innocent.name, dialect=dialect, profile=profile, seed=seed))
    return tuple(hearing for hearing in planned if hearing not in known)


def heard(hearing: Hearing) -> tuple[Heard, ...]:
    """Hear an innocent client.

    Raises:
        LookupError: There is none of that name.
    """
    innocent = innocent_named(hearing.name)
    if not innocent.at_hand():
        return (Heard(hearing=hearing, word=Word.ABSENT),)
    settings = RunSettings(
        dialect=hearing.dialect, profile=hearing.profile, seed=hearing.seed, requirements=asked_of(innocent)
    )
    summary = run(settings, innocent.client(), ())
    # A MUST of the catalogue may be less for a client that promises less.
    binding = [result for result in summary.results if result.level is Level.MUST]
    left = [result for result in binding if result.status not in (Status.PASSED, Status.SKIPPED)]
    reasons = tuple(f"{result.id} {result.status}: {result.reason}" for result in left)
    if summary.fault is not None:
        return (Heard(hearing=hearing, word=Word.UNDECIDED, reasons=(summary.fault, *reasons)),)
    if not any(result.status is Status.PASSED for result in binding):
        return (Heard(hearing=hearing, word=Word.UNDECIDED, reasons=("nothing was judged", *reasons)),)
    return (Heard(hearing=hearing, word=_word(left), reasons=reasons),)


def not_heard(hearing: Hearing, words: str) -> tuple[Heard, ...]:
    """Return what comes of a hearing over which we broke down."""
    return (Heard(hearing=hearing, word=Word.UNDECIDED, reasons=(words,)),)


def asked_of(innocent: Innocent) -> tuple[str, ...]:
    """Return every MUST that can be asked of a client of this form."""
    return tuple(
        row.id
        for row in requirements()
        if row.level is Level.MUST and (innocent.as_program or not (row.needs_program or row.needs_watch))
    )


def _word(left: Sequence[RequirementResult]) -> Word:
    if any(result.status is Status.FAILED for result in left):
        return Word.CONVICTED
    return Word.UNDECIDED if left else Word.CLEARED


@dataclass(slots=True)
class Docket:
    """What came of all hearings."""

    heard: dict[Hearing, Heard] = field(default_factory=dict)

    def add(self, one: Heard) -> None:
        """Take one down; a later hearing takes the place of an earlier one, unless nobody was there any more."""
        if one.word is not Word.ABSENT or one.hearing not in self.heard:
            self.heard[one.hearing] = one

    def known(self) -> frozenset[Hearing]:
        """Return what was heard, whatever came of it."""
        return frozenset(hearing for hearing, one in self.heard.items() if one.word is not Word.ABSENT)

    def count(self) -> dict[Word, int]:
        """Count hearings by what came of them."""
        words = [one.word for one in self.heard.values()]
        return {word: words.count(word) for word in Word if word in words}

    def exit_status(self) -> int:
        """Return 0 where everybody was cleared, 1 where somebody was not, and 3 where nobody was heard."""
        total = self.count()
        total.pop(Word.ABSENT, 0)
        if not total:
            return 3
        return 0 if set(total) == {Word.CLEARED} else 1


def as_json(docket: Docket) -> str:
    """Return a docket as JSON, a line for each client: what `read` reads."""
    document: dict[str, dict[str, dict[str, object]]] = {}
    for hearing, one in sorted(docket.heard.items(), key=lambda item: (item[0].name, item[0].place, item[0].seed)):
        places = document.setdefault(hearing.name, {})
        words = places.setdefault(f"{hearing.dialect} {hearing.profile}", {})
        if one.word is Word.CLEARED:
            seeds = words.setdefault(one.word.value, [])
            seeds.append(hearing.seed)  # type: ignore[attr-defined]  # the list of the line above
        else:
            words[str(hearing.seed)] = [one.word.value, *one.reasons]
    lines = [f"{json.dumps(name)}: {json.dumps(places)}" for name, places in document.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def read(path: Path) -> Docket:
    """Read a docket that was written before; an empty one where there is none. Who is gone is left out.

    Raises:
        UsageError: The file holds something else.
    """
    docket = Docket()
    if not path.exists():
        return docket
    names = {innocent.name for innocent in INNOCENTS}
    try:
        for name, places in json.loads(path.read_text(encoding="utf-8")).items():
            for place, words in places.items() if name in names else ():
                dialect, profile = place.split(" ")
                for key, told in words.items():
                    for one in _read(name, dialect, profile, key, told):
                        docket.add(one)
    except (OSError, ValueError, AttributeError, TypeError, IndexError) as problem:
        raise UsageError(f"{path} holds no docket: {problem}") from problem
    return docket


def _read(name: str, dialect: str, profile: str, key: str, told: list[object]) -> Iterable[Heard]:
    def hearing(seed: object) -> Hearing:
        return Hearing(name=name, dialect=dialect, profile=profile, seed=int(str(seed)))

    if key == Word.CLEARED.value:
        return [Heard(hearing=hearing(seed), word=Word.CLEARED) for seed in told]
    return [Heard(hearing=hearing(key), word=Word(str(told[0])), reasons=tuple(map(str, told[1:])))]
