"""The gallery's entries: a folder each, described by its `entry.toml`, and no other change."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.errors import UsageError

#: Where each kind of registry is known by its users.
REGISTRIES = {"pypi": "PyPI", "npm": "npm", "packagist": "Packagist", "rubygems": "RubyGems", "crates": "crates.io"}
#: Where chance comes from, for every client of the board.
SEED = 1
#: What a `known` row says of a requirement that the client keeps.
HOLDS = "holds"

_WATCHED = ("--provoke", "--promise", "once,one_client,concurrent", "--any-status")
_ENTRY = {"sdk", "version", "registry", "language", "dialect", "homepage", "clients"}
_CLIENT = {"name", "command"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """One way to use an entry's SDK, judged by itself.

    Attributes:
        name: Its name on the board and of its files.
        command: The adapter's command line; a word that names a file of the entry's folder stands for that file.
        observed: The command line of a program that uses the SDK as its users do, without an adapter; perhaps empty.
        known: Requirement to diagnosis, or to `HOLDS`: what every judging finds again.
    """

    name: str
    command: tuple[str, ...]
    observed: tuple[str, ...] = ()
    known: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One SDK, at one version, as somebody else published it.

    Attributes:
        folder: Where it stands; its name is the entry's.
        sdk: The package.
        registry: Which kind of registry it comes from, a key of `REGISTRIES`.
        dialect: The exchange that it is written for.
        homepage: Where its authors are met.
        every_commit: Whether it is judged by the tests of every commit.
    """

    folder: Path
    sdk: str
    version: str
    registry: str
    language: str
    dialect: str
    homepage: str
    clients: tuple[Client, ...]
    every_commit: bool = False

    @property
    def name(self) -> str:
        """The entry's name."""
        return self.folder.name

    def argv(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """Return a command line as it is given at the top of the repository."""
        return tuple(
            f"{self.folder.parent.name}/{self.name}/{word}" if (self.folder / word).is_file() else word
            for word in words
        )


def command_line(entry: Entry, client: Client, *, observed: bool, seed: int) -> tuple[str, ...]:
    """Return the words behind `noncense` that judge a client, given at the top of the repository.

    Args:
        entry: The client's entry.
        client: The client.
        observed: Whether it is watched without an adapter. Its program is ours, which vouches for it that one client
            makes all calls, and none twice in a row.
        seed: Where chance comes from.
    """
    common = ("--dialect", entry.dialect, "--seed", str(seed), "--level", "should")
    if not observed:
        return ("test", *common, "--", *entry.argv(client.command))
    return ("observe", *common, *_WATCHED, "--", *entry.argv(client.observed))


def read_entries(gallery: Path) -> tuple[Entry, ...]:
    """Read every entry of a gallery, in order of their names.

    Raises:
        UsageError: A description lacks something, has something unknown, or two clients have one name.
    """
    entries = tuple(_entry(path) for path in sorted(gallery.glob("*/entry.toml")))
    names = [client.name for entry in entries for client in entry.clients]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"two clients of the gallery are called {name}")
    return entries


def _entry(path: Path) -> Entry:
    with path.open("rb") as file:
        try:
            said = tomllib.load(file)
        except tomllib.TOMLDecodeError as error:
            raise UsageError(f"{path}: {error}") from error
    _look(path, said, _ENTRY, {"every_commit"})
    if said["registry"] not in REGISTRIES:
        raise UsageError(f"{path}: {said['registry']} is none of {', '.join(REGISTRIES)}")
    clients = []
    for client in said["clients"]:
        _look(path, client, _CLIENT, {"observed", "known"})
        clients.append(
            Client(
                name=client["name"],
                command=tuple(client["command"]),
                observed=tuple(client.get("observed", ())),
                known=dict(client.get("known", {})),
            )
        )
    return Entry(**{**said, "folder": path.parent, "clients": tuple(clients)})


def _look(path: Path, said: Mapping[str, object], needed: set[str], allowed: set[str]) -> None:
    if missing := needed - said.keys():
        raise UsageError(f"{path}: lacks {', '.join(sorted(missing))}")
    if unknown := said.keys() - needed - allowed:
        raise UsageError(f"{path}: does not know {', '.join(sorted(unknown))}")
