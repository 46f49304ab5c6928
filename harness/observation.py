"""A case's slice of the world: what the client said, and what the journal saw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from harness.beside import Beside
from harness.cases import Arm, Call
from harness.client_side import ClientFacts
from harness.drivers.driver import Reply
from harness.setting import Setting
from mockserver import Balance, Entry, Order, Withdrawal
from signer import Credentials, Refused, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class NotMade:
    """A call that could not be made, because the call it depends on gave no value or its session did not open."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One call, the client's answer, and the requests that the exchange saw meanwhile.

    For calls handed over together the entries are those of the whole batch.
    """

    call: Call
    reply: Reply | NotMade
    started_ns: int
    ended_ns: int
    entries: tuple[Entry, ...]
    together: bool = False

    @property
    def duration_s(self) -> float:
        """How long the call took."""
        return (self.ended_ns - self.started_ns) / 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyView:
    """What became of one key: its credentials, its requests, its account before and after."""

    credentials: Credentials
    entries: tuple[Entry, ...]
    before: Mapping[str, Balance]
    after: Mapping[str, Balance]
    orders: tuple[Order, ...]
    withdrawals: tuple[Withdrawal, ...]

    @property
    def private(self) -> tuple[Entry, ...]:
        """The requests to private endpoints, in the order in which they were judged."""
        return tuple(entry for entry in self.entries if entry.fields is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """Everything an oracle may look at.

    Attributes:
        setting: What the case was drawn for.
        records: The calls, in order.
        keys: By the key plan's name.
        others: Requests that carried none of the case's keys (public calls, unknown keys, rubbish).
        canary: Requests that reached the second origin.
        struck: Each planned fault and how often it struck.
        opened: Session name to the client's answer to `open`.
        stderr: What the client wrote to stderr and to its log meanwhile.
        texts: In process: the textual forms of the client's objects.
        restarted_at: Journal numbers at which the client's program was started anew.
        base_urls: Session name to the base URL that it was opened with.
        client_side: What became of the client's clock, notes and forks.
        beside: What was seen beside the exchange: at hops, proxies and traps, and of the client's program.
    """

    setting: Setting
    records: tuple[Record, ...]
    keys: Mapping[str, KeyView]
    others: tuple[Entry, ...]
    canary: tuple[Request, ...]
    struck: tuple[tuple[Arm, int], ...]
    opened: Mapping[str, Reply]
    stderr: str
    texts: tuple[str, ...] = ()
    restarted_at: tuple[int, ...] = field(default=())
    base_urls: Mapping[str, str] = field(default_factory=dict)
    client_side: ClientFacts = field(default_factory=ClientFacts)
    beside: Beside = field(default_factory=Beside)

    @property
    def key(self) -> KeyView:
        """The case's only key, or its first."""
        return next(iter(self.keys.values()))

    def private(self) -> Iterator[tuple[KeyView, Entry]]:
        """Every private request with its key."""
        for view in self.keys.values():
            for entry in view.private:
                yield view, entry

    @property
    def all_struck(self) -> bool:
        """Whether every planned fault met its request at least once."""
        return all(count > 0 for _, count in self.struck)


def refused_for(entry: Entry) -> str | None:
    """Return the signer's reason for refusing a request, as text, or None where it was accepted or never judged."""
    return entry.verdict.reason.value if isinstance(entry.verdict, Refused) else None
