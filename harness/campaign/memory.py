"""What a campaign remembers: schedules that failed, kept by one of Hypothesis's databases, in a folder or in Redis.

Kept are our own schedules, as JSON, and not what Hypothesis drew them from: they stay readable, outlive a change of the
machine, and are played first by the next campaign, here or on another machine of a fleet.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hypothesis.database import DirectoryBasedExampleDatabase, ExampleDatabase

from harness.campaign.schedules import as_json, from_json
from harness.cases import Case
from harness.errors import HarnessError, UsageError

#: Where schedules are kept unless somebody says otherwise.
FOLDER = ".noncense/examples"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """A schedule that failed, and the requirement that it broke."""

    requirement: str
    case: Case


class Memory:
    """The schedules of one client on one exchange."""

    def __init__(self, database: ExampleDatabase, *, client: str, dialect: str, profile: str) -> None:
        self._database = database
        self._key = f"noncense campaign: {client} on {dialect}, {profile}".encode()

    def failed_before(self) -> Sequence[Remembered]:
        """Return the schedules that failed, in an order of their own; what another release wrote is passed over."""
        found = []
        for value in sorted(self._fetched(), key=lambda value: (len(value), value)):
            try:
                document = json.loads(value)
                case = from_json(json.dumps(document["schedule"]))
                found.append(Remembered(requirement=str(document["requirement"]), case=case))
            except (ValueError, KeyError, TypeError, UsageError):
                continue
        return found

    def remember(self, failed: Remembered) -> None:
        """Keep a schedule."""
        try:
            self._database.save(self._key, _written(failed))
        except Exception as problem:
            raise HarnessError(f"cannot keep a schedule in the database: {problem}") from problem

    def forget(self, failed: Remembered) -> None:
        """Drop a schedule that fails no more."""
        self._database.delete(self._key, _written(failed))

    def _fetched(self) -> Sequence[bytes]:
        try:
            return list(self._database.fetch(self._key))
        except Exception as problem:
            raise HarnessError(f"cannot read the database of schedules: {problem}") from problem


def _written(failed: Remembered) -> bytes:
    document = {"requirement": failed.requirement, "schedule": json.loads(as_json(failed.case))}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def opened(place: str) -> ExampleDatabase:
    """Return the database that is meant: a folder, or a `redis://` or `rediss://` address.

    Raises:
        UsageError: The folder is a file, or Redis is asked for and its library is not installed.
    """
    if place.startswith(("redis://", "rediss://", "unix://")):
        try:
            from hypothesis.extra.redis import RedisExampleDatabase

            redis = importlib.import_module("redis")
        except ImportError as missing:
            raise UsageError("--examples-in redis://… needs the Python package redis") from missing
        try:
            return RedisExampleDatabase(redis.from_url(place), key_prefix=b"noncense:")
        except ValueError as problem:
            raise UsageError(f"{place!r} is no address of a Redis server") from problem
    if "://" in place:
        raise UsageError(f"examples are kept in a folder or at redis://…, not at {place!r}")
    folder = Path(place)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"the examples cannot be kept in {place}: it is a file")
    return DirectoryBasedExampleDatabase(folder)
