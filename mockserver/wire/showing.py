"""The journal as it is shown: pages as JSON data, lines, HAR and commands, with every secret taken out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeAlias

from mockserver.wire.entry_json import entry_object
from mockserver.wire.har import curl, har, har_page
from mockserver.wire.veil import veil_of

if TYPE_CHECKING:
    from mockserver.core.exchange import Exchange
    from mockserver.core.journal import Entry

Object: TypeAlias = dict[str, object]


class Showing:
    """Shows pages of an exchange's journal."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def page(self, entry: Entry) -> Object:
        """Return one page as JSON data."""
        shown = self._veiled(entry_object(entry, self._exchange.dialect), entry)
        return shown if isinstance(shown, dict) else {}

    def lines(self, entries: Iterable[Entry]) -> Iterator[str]:
        """Return pages as lines of JSON, each with its end."""
        for entry in entries:
            yield text_of_json(self.page(entry)) + "\n"

    def har(self, entries: Iterable[Entry], url: str) -> Object:
        """Return pages as a HAR document; `url` is scheme, host and port for requests that named no host."""
        dialect = self._exchange.dialect
        return har([self._veiled(har_page(entry, dialect, url), entry) for entry in entries], dialect)

    def curl(self, entry: Entry, url: str) -> str:
        """Return the command that sends a page's request again."""
        return str(self._veiled(curl(entry, self._exchange.dialect, url), entry))

    def _veiled(self, value: object, entry: Entry) -> object:
        return veil_of(self._exchange, None if entry.fields is None else entry.fields.key).over(value)


def text_of_json(value: object) -> str:
    """Return JSON data as text, without blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
