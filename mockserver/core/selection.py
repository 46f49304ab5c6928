"""Which pages of the journal somebody asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mockserver.core.journal import Entry, Journal


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What the pages have in common; None for whatever it is.

    Attributes:
        key: Requests that name this API key.
        operation: Requests that serve this operation of the contract.
        endpoint: Requests to the dialect's endpoint of this name.
        refusal: Requests that were refused like this; `any` for all that were refused, `none` for those that were not.
        since: Pages with a greater number.
    """

    key: str | None = None
    operation: str | None = None
    endpoint: str | None = None
    refusal: str | None = None
    since: int = 0

    def of(self, journal: Journal) -> list[Entry]:
        """Return the pages of a journal that are meant, oldest first."""
        pages: Iterable[Entry] = journal.since(self.since) if self.key is None else journal.of(self.key)
        return [page for page in pages if page.number > self.since and self._means(page)]

    def takes(self, page: Entry) -> bool:
        """Tell whether a page is meant, by what stands on it; one that names its key nowhere belongs to none."""
        if page.number <= self.since or not self._means(page):
            return False
        return self.key is None or (page.fields is not None and page.fields.key == self.key)

    def _means(self, page: Entry) -> bool:
        if self.operation is not None and page.operation != self.operation:
            return False
        if self.endpoint is not None and page.endpoint != self.endpoint:
            return False
        refused = page.refused
        match self.refusal:
            case None:
                return True
            case "any":
                return refused is not None
            case "none":
                return refused is None
            case refusal:
                return refused is not None and refused.refusal == refusal
