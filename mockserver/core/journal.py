"""What the server saw, decided and answered: append-only, bounded."""

import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Final

from msgspec.msgpack import Decoder, Encoder

from mockserver.core.answers import Answer
from mockserver.core.faults import Fault
from mockserver.core.refusals import Refused
from signer import Fields, Request, Verdict

#: A durable store writes folded requests as they are: another way of folding is another version of its file.
_FOLDED: Final = Encoder().encode
_UNFOLDED: Final = Decoder(Request).decode


@dataclass(slots=True, unsafe_hash=True)  # made for each order placed or cancelled: see `signer.Request`
class Effect:
    """Something a request changed: `order_placed`, `order_cancelled`, `withdrawal`; with the id that it concerns.

    Nobody writes to it once it is made.
    """

    kind: str
    subject: str


@dataclass(slots=True)  # see `signer.Request`
class Entry:
    """One request's page in the journal. Written by the conductor while the request is served, then only read.

    Attributes:
        number: Rises by one for each request of this exchange.
        connection: Which TCP connection it came on; a number that rises by one for each.
        server_ms: The server's clock when the request was complete.
        arrived_ns: Monotonic clock when the request was complete; `answered_ns` when the answer was handed over.
        request: As it travelled.
        fields: What it said about itself, for private endpoints; None for public ones and unknown routes.
        endpoint: The endpoint's name, or None.
        operation: The operation of the contract, or None.
        verdict: The gate's decision on signature and freshness; None where it was not asked.
        refused: Why the exchange said no, at whatever step; None for a success.
        effects: What it changed.
        answer: What was answered, or would have been if no fault had struck; None when nothing was.
        fault: The last fault that struck it.
        unreadable: The bytes of a request that was no HTTP, else empty.
        judged: The rank of its judgement among all that were judged, from 1; 0 where it never came to the gate. Only
            a HOLD makes it differ from the order of the numbers.
        stopped_at: The check of the gate that refused it; "" for one that came through, or never came to the gate.
        last_nonce: The last accepted rising nonce of its key when its own was looked at; None where it was not.
        weight: What it weighs in the journal, bytes, roughly; the journal alone writes it.
    """

    number: int
    connection: int
    server_ms: int
    arrived_ns: int
    request: Request
    answered_ns: int = 0
    fields: Fields | None = None
    endpoint: str | None = None
    operation: str | None = None
    verdict: Verdict | None = None
    refused: Refused | None = None
    effects: tuple[Effect, ...] = ()
    answer: Answer | None = None
    fault: Fault | None = None
    unreadable: bytes = b""
    judged: int = 0
    stopped_at: str = ""
    last_nonce: int | None = None
    weight: int = field(default=0, compare=False)

    def fold(self) -> None:
        """Keep the request in one piece until somebody asks for it, in whatever thread; said once, by who answered it.

        It is some twenty-five small objects otherwise. To let go of these, when the page has to make room, takes more
        time than to fold them while they are at hand.
        """
        kept = _kept(self)
        if isinstance(kept, bytes):
            return
        try:
            folded = _FOLDED(kept)
        except (TypeError, UnicodeEncodeError):
            return  # no request that came over a wire has such a method
        _keep(self, folded)

    @property
    def folded(self) -> bytes:
        """The request in one piece, as MessagePack, while nobody has asked for it; else empty."""
        kept = _kept(self)
        return kept if isinstance(kept, bytes) else b""

    @property
    def size(self) -> int:
        """How many bytes arrived, roughly."""
        request = self.request
        headers = sum([len(name) + len(value) for name, value in request.headers])
        return len(request.body) + len(request.target) + len(self.unreadable) + headers


# Where a page keeps its request is looked at by one property alone; all else of a page is read as quickly as ever.
_kept: "Callable[[Entry], Request | bytes]" = vars(Entry)["request"].__get__
_keep: "Callable[[Entry, Request | bytes], None]" = vars(Entry)["request"].__set__


def _unfolded(entry: Entry) -> Request:
    kept = _kept(entry)
    if isinstance(kept, bytes):
        kept = _UNFOLDED(kept)
        _keep(entry, kept)
    return kept


setattr(Entry, "request", property(_unfolded, _keep))  # noqa: B010 - a member of the class, not of an entry


class Journal:
    """A ring of entries, newest last, with an index by API key.

    Written from one thread; read from any.
    """

    def __init__(self, *, entries: int, size: int) -> None:
        """Start empty.

        Args:
            entries: How many entries are kept.
            size: How many bytes of requests and answers they may weigh together, roughly.
        """
        self._limit = entries
        self._size_limit = size
        self._entries: deque[Entry] = deque()
        self._by_key: dict[str, deque[Entry]] = {}
        self._filed: deque[str | None] = deque()
        self._size = 0
        self._total = 0
        self._listening = threading.Lock()
        self._listeners: tuple[Callable[[], None], ...] = ()

    @property
    def total(self) -> int:
        """How many requests there were, those that have been dropped too."""
        return self._total

    @property
    def dropped(self) -> int:
        """How many entries had to go to make room."""
        return self._total - len(self._entries)

    def append(self, entry: Entry, key: str | None, size: int) -> None:
        """File an entry under its key.

        Args:
            entry: The entry; it may still be written to.
            key: The API key that the request names, if any.
            size: What it weighs, bytes.
        """
        self._total += 1
        self._entries.append(entry)
        self._filed.append(key)
        entry.weight = size
        self._size += size
        if key is not None:
            filed = self._by_key.get(key)
            if filed is None:
                filed = self._by_key[key] = deque()
            filed.append(entry)
        if self._total > self._limit or self._size > self._size_limit:
            self._make_room()
        for tell in self._listeners:
            tell()

    def grow(self, entry: Entry, size: int) -> None:
        """Let an entry weigh more by so many bytes, now that it has an answer; one that had to go weighs nothing."""
        if entry.number > self._total - len(self._entries):
            entry.weight += size
            self._size += size

    def load(self, pages: Iterable[tuple[Entry, str | None]]) -> None:
        """File entries of an earlier life, oldest first, with the keys they name; later numbers follow on theirs."""
        for entry, key in pages:
            self._total = entry.number - 1
            self.append(entry, key, entry.size + (0 if entry.answer is None else len(entry.answer.body)))
            entry.fold()

    def on_arrival(self, tell: Callable[[], None]) -> Callable[[], None]:
        """Have a function called whenever an entry has been filed; returns what puts an end to that."""
        with self._listening:
            self._listeners = (*self._listeners, tell)

        def stop() -> None:
            with self._listening:
                self._listeners = tuple(listener for listener in self._listeners if listener is not tell)

        return stop

    def _make_room(self) -> None:
        entries, by_key = self._entries, self._by_key
        kept = len(entries)
        while kept > 1 and (kept > self._limit or self._size > self._size_limit):
            kept -= 1
            self._size -= entries.popleft().weight
            key = self._filed.popleft()
            if key is not None:
                filed = by_key[key]
                filed.popleft()
                if not filed:
                    del by_key[key]

    def all(self) -> tuple[Entry, ...]:
        """Return every entry that is kept, oldest first."""
        return _copied(lambda: self._entries)

    def of(self, key: str) -> tuple[Entry, ...]:
        """Return the entries of an API key, oldest first: private calls, and calls to nowhere that name it."""
        return _copied(lambda: self._by_key.get(key, ()))

    def since(self, number: int) -> tuple[Entry, ...]:
        """Return the entries whose number is greater, oldest first."""
        newest_first = _copied(lambda: takewhile(lambda entry: entry.number > number, reversed(self._entries)))
        return newest_first[::-1]


def _copied(read: Callable[[], Iterable[Entry]]) -> tuple[Entry, ...]:
    """Copy entries that another thread may be adding to."""
    while True:
        try:
            return tuple(read())
        except RuntimeError:  # changed while it was copied
            continue
