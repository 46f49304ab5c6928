"""Whose request was it? Which session sent it, in which of its lives, alone or in a crowd, before or after a restart.

Rules about nonces bind one session, several sessions with one key, or a program across its restarts, each to another
degree. Before anybody is blamed for two requests it has to be known which of these they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from harness.cases import Again, Call, Case, Reopen, Restart, Step, Together
from harness.drivers.driver import Interrupted
from harness.observation import KeyView, Observation, Record
from mockserver import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a request came from.

    Attributes:
        session: The session, or "" where several could have sent it.
        life: How often that session had been opened anew by then.
        start: How often the program had been started anew.
        batch: The number of the step in which calls were handed over together; -1 for a call made alone.
    """

    session: str
    life: int
    start: int
    batch: int

    def is_one_with(self, other: Origin) -> bool:
        """Tell whether one and the same session object has sent both."""
        mine, theirs = (self.session, self.life, self.start), (other.session, other.life, other.start)
        return bool(self.session) and mine == theirs


def played(case: Case, observation: Observation) -> Iterator[tuple[int, Step, Sequence[Record]]]:
    """Return each step with its number and with the calls that it led to."""
    records = list(observation.records)
    for number, step in enumerate(case.steps):
        found: list[Record] = []
        match step:
            case Call():
                while records and records[0].call is not step:
                    records.pop(0)
                found, records = records[:1], records[1:]
            case Together(calls=calls):
                while records and records[0].together and len(found) < len(calls):
                    found.append(records.pop(0))
            case Again(label=label):
                while records and len(found) < 2 and _by_the_user(case, records[0], label):
                    found.append(records.pop(0))
            case Restart(during=Call() as during) if records and records[0].call is during:
                found, records = records[:1], records[1:]
            case _:
                pass
        yield number, step, found


def _by_the_user(case: Case, record: Record, label: str) -> bool:
    """Tell whether a user made a call who had heard that a labelled one failed: he looks, or makes it again."""
    if record.together or isinstance(record.reply, Interrupted):
        return False
    return record.call.label == label or not any(record.call is step for step in case.steps)


def alone(observation: Observation) -> Sequence[Record]:
    """Return the calls that were made one after another."""
    return [record for record in observation.records if not record.together]


def origins(case: Case, observation: Observation) -> dict[int, Origin]:
    """Return the origin of each private request, by its number in the journal."""
    names = {view.credentials.key: name for name, view in observation.keys.items()}
    owners = {session.name: session.key for session in case.sessions}
    lives = dict.fromkeys(owners, 0)
    start = 0
    found: dict[int, Origin] = {}
    for number, step, records in played(case, observation):
        together = isinstance(step, Together)
        for entry in {entry.number: entry for record in records for entry in record.entries}.values():
            if entry.fields is None or entry.fields.key not in names:
                continue
            key = names[entry.fields.key]
            senders = {record.call.session for record in records if owners[record.call.session] == key}
            session = senders.pop() if len(senders) == 1 else ""
            batch = number if together else -1
            found[entry.number] = Origin(session=session, life=lives.get(session, 0), start=start, batch=batch)
        match step:
            case Restart():
                start += 1
            case Reopen(session=name):
                lives[name] += 1
            case _:
                pass
    return found


def known(view: KeyView, where: dict[int, Origin]) -> Iterator[tuple[Entry, Origin]]:
    """Return the private requests of a key whose origin is known, in the order in which they arrived."""
    for entry in sorted(view.private, key=lambda entry: entry.number):
        if entry.number in where:
            yield entry, where[entry.number]


def each_key(case: Case, observation: Observation) -> Iterator[Observation]:
    """Return what was observed of each key by itself: an oracle for one key can judge it."""
    owners = {session.name: session.key for session in case.sessions}
    for name, view in observation.keys.items():
        own = tuple(record for record in observation.records if owners[record.call.session] == name)
        yield replace(observation, keys={name: view}, records=own)


def unplanned(observation: Observation) -> Observation:
    """Return an observation for oracles that would say nothing where a planned fault met no request.

    A schedule plans harm that may come to nothing; what is asked here does not hang on it.
    """
    return replace(observation, struck=())
