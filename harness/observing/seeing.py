"""The exchange of an observation: opened, given its keys, and read when the command has ended."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from random import Random

from harness.drivers.driver import Description
from harness.errors import UsageError
from harness.observation import KeyView, Observation
from harness.observing.conversation import authority
from harness.observing.provoking import ELSEWHERE
from harness.observing.settings import Observing
from harness.setting import Setting
from mockserver import Balance, Dialect, Entry, KeyHandle, MockExchange, Profile, Settings
from signer import Credentials

FORM = "observed"
#: So many requests are kept, and so many bytes of them; a command that sends more is judged by the last ones.
MOST_ENTRIES = 200_000
MOST_BYTES = 512 * 2**20

#: What a key's account held.
Balances = Mapping[str, Balance]


def drawn_credentials(dialect: Dialect, seed: int) -> Credentials:
    """Return the key that a command is given where its user named none; the same for the same seed."""
    return dialect.new_credentials(Random(f"{seed} observed"))


def exchange_of(settings: Observing) -> MockExchange:
    """Return the exchange, not running yet, that a command is to be watched from."""
    return MockExchange(
        settings=Settings(
            dialect=settings.dialect,
            profile=Profile(settings.profile),
            habits=dict(settings.habits),
            seed=settings.seed,
            journal_entries=MOST_ENTRIES,
            journal_bytes=MOST_BYTES,
        )
    )


def keys_of(exchange: MockExchange, settings: Observing) -> tuple[KeyHandle, ...]:
    """Open an account for each key of a command, with all rights; where its user named none, one key is drawn.

    Raises:
        UsageError: One key was named twice.
        SettingsError: The exchange would have no such key.
    """
    wanted = settings.keys or (drawn_credentials(exchange.dialect, settings.seed),)
    if len({one.key for one in wanted}) < len(wanted):
        raise UsageError("one key was named twice")
    may = ("read", "trade", "withdraw")
    return tuple(exchange.create_key(permissions=may, key=one.key, secret=one.secret) for one in wanted)


def observation_of(
    exchange: MockExchange,
    keys: Sequence[KeyHandle],
    entries: Sequence[Entry],
    before: Mapping[str, Balances],
    client: Description,
    elsewhere: Collection[str],
) -> Observation:
    """Return what was seen.

    Args:
        exchange: Where.
        keys: The keys of the command.
        entries: What arrived while it ran.
        before: What each key's account had held.
        client: What the command is called.
        elsewhere: Host and port of the other origins: what reached those stands apart from all else.
    """
    known = {key.key for key in keys}
    away = [entry for entry in entries if _went_away(entry, elsewhere)]
    numbers = {entry.number for entry in away}
    mine: dict[str, list[Entry]] = {key: [] for key in known}
    others: list[Entry] = []
    read = exchange.dialect.scheme.read
    for entry in entries:
        if entry.number in numbers:
            continue
        public = entry.fields is None and entry.endpoint is not None
        named = entry.fields.key if entry.fields is not None else read(entry.request).key
        if named is not None and named in known and not public:
            mine[named].append(entry)
        else:
            others.append(entry)
    views = {
        _name(index): KeyView(
            credentials=Credentials(key=key.key, secret=key.secret),
            entries=tuple(mine[key.key]),
            before=before[key.key],
            after=exchange.balances(key),
            orders=exchange.orders(key),
            withdrawals=exchange.withdrawals(key),
        )
        for index, key in enumerate(keys)
    }
    return Observation(
        setting=Setting(dialect=exchange.dialect, profile=exchange.profile, client=client, form=FORM),
        records=(),
        keys=views,
        others=tuple(others),
        canary=tuple(entry.request for entry in away),
        struck=(),
        opened={},
        stderr="",
    )


def _name(index: int) -> str:
    return "k" if index == 0 else f"k{index + 1}"


def _went_away(entry: Entry, elsewhere: Collection[str]) -> bool:
    """Tell whether a request went to another origin."""
    return authority(entry) in elsewhere or entry.request.path == ELSEWHERE.encode()
