"""A visit: one request on its way through the exchange, between the conductor's three steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockserver.core.journal import Entry
from mockserver.core.refusals import Refused
from signer import Fields

if TYPE_CHECKING:
    from mockserver.core.answers import Answer
    from mockserver.core.dialect import Found
    from mockserver.core.keys import ApiKey
    from signer import Stages

#: What a request says about itself that was not asked.
SILENT = Fields()


class Visit:
    """What is known so far about a request that is being served. The conductor and its gate write it, nobody else.

    Attributes:
        entry: Its page in the journal.
        request: As it travelled; the page may have folded it.
        peer: The address it came from.
        oversized: Whether its body went beyond the dialect's limit, and was not read to its end.
        now_ms: The server's clock, at the step it is in.
        found: Its endpoint; None where it led nowhere.
        nowhere: Why it led nowhere.
        named_key: The API key that it names, known or not; None where it names none or needs none.
        fields: What it says about itself; nothing where nobody asked.
        key: The known API key, once the gate has looked.
        stages: Our computation of its signature, once the gate has made it.
        changed: Whether the venue is another one since it was handled, where there is a log that wants to know.
        answer: What the handler's value, or the refusal, became; a fault may have put another one into the entry.
        seq: Its place in the durable store; 0 while it has none.
        skew_ms: How far off the clock is that it is judged by, where that is planned.
    """

    __slots__ = (
        "answer", "changed", "entry", "fields", "found", "key", "named_key", "now_ms", "nowhere", "oversized", "peer",
        "request", "seq", "skew_ms", "stages",
    )  # fmt: skip

    def __init__(self, entry: Entry, peer: str, now_ms: int, *, oversized: bool = False) -> None:
        self.entry = entry
        self.request = entry.request
        self.peer = peer
        self.oversized = oversized
        self.now_ms = now_ms
        self.fields = SILENT
        self.found: Found | None = None
        self.nowhere: Refused | None = None
        self.named_key: str | None = None
        self.key: ApiKey | None = None
        self.stages: Stages | None = None
        self.changed = False
        self.answer: Answer | None = None
        self.seq = 0
        self.skew_ms = 0

    @property
    def operation(self) -> str | None:
        """The operation of the client contract that it serves, if any."""
        return self.entry.operation

    @property
    def refused(self) -> Refused | None:
        """Why the exchange said no, if it has."""
        return self.entry.refused
