"""The journal: what was received, judged and answered; page by page, as it happens, and for other tools."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from mockserver.core.dialect import Check
from mockserver.core.refusals import Refusal
from mockserver.core.selection import Selection
from mockserver.core.verification import Outcome
from mockserver.errors import SettingsError
from mockserver.wire.rooms.house import House
from mockserver.wire.route import Asked, Missing, Route, Spelt
from mockserver.wire.schemas import (
    ANYTHING,
    MILLISECONDS,
    TEXT,
    TRUTH,
    WHOLE,
    Schema,
    among,
    answer,
    listing,
    named,
    or_null,
    record,
    said,
)

if TYPE_CHECKING:
    from mockserver.core.journal import Entry
    from mockserver.wire.line import Line, Spoken

_MOST_ENTRIES = 1000
_LONGEST_WAIT_S = 60

_NEVER_NEGATIVE: Schema = {"type": "integer", "minimum": 0}
_BYTES: Schema = {
    "anyOf": [TEXT, answer({"base64": TEXT})],
    "description": "text where it is UTF-8, else base64",
}
_PAIRS: Schema = {"type": "array", "items": {"type": "array", "items": _BYTES}}

_CHOSEN: Mapping[str, Schema] = {
    "key": said(TEXT, "requests that name this API key"),
    "operation": said(TEXT, "requests that serve this operation of the contract"),
    "endpoint": said(TEXT, "requests to this endpoint of the dialect"),
    "refusal": said(among((*Refusal, "any", "none")), "requests that were refused like this"),
    "since": said(_NEVER_NEGATIVE, "pages with a greater number"),
}

NAMED: Mapping[str, Schema] = {
    "Entry": answer(
        {
            "number": WHOLE,
            "judged": said(WHOLE, "its rank among all that came to the gate; 0 for those that never did"),
            "connection": WHOLE,
            "server_ms": MILLISECONDS,
            "arrived_ns": WHOLE,
            "answered_ns": said(WHOLE, "0 while it has no answer"),
            "request": answer({"method": TEXT, "target": _BYTES, "headers": _PAIRS, "body": _BYTES}),
            "unreadable": or_null(_BYTES),
            "fields": or_null(
                answer(
                    {
                        **dict.fromkeys(("key", "signature", "nonce", "timestamp"), or_null(TEXT)),
                        "repeated": listing(TEXT),
                    }
                )
            ),
            "endpoint": or_null(TEXT),
            "operation": or_null(TEXT),
            "verdict": or_null({"type": "object"}),
            "checks": listing(
                record(
                    {"check": among(tuple(Check)), "outcome": among(tuple(Outcome))},
                    required=("check", "outcome"),
                    more=ANYTHING,
                )
            ),
            "refused": or_null(
                answer({"refusal": among(tuple(Refusal)), "variant": TEXT, "detail": TEXT, "facts": {"type": "object"}})
            ),
            "effects": listing(answer({"kind": TEXT, "subject": TEXT})),
            "answer": or_null(
                answer(
                    {
                        "status": WHOLE,
                        "reason": or_null(TEXT),
                        "content_type": TEXT,
                        "headers": _PAIRS,
                        "body": _BYTES,
                    }
                )
            ),
            "fault": or_null({"type": "object"}),
        }
    ),
    "Journal": answer(
        {
            "total": said(WHOLE, "how many requests there were"),
            "dropped": said(WHOLE, "how many pages had to make room"),
            "more": said(TRUTH, "whether there are others behind these"),
            "entries": listing(named("Entry")),
        }
    ),
}


def routes(house: House) -> tuple[Route, ...]:
    """Return what can be asked here."""
    room = _Journal(house)
    wait: Schema = {"type": "number", "minimum": 0, "maximum": _LONGEST_WAIT_S}
    return (
        Route(
            method="GET", path="journal", handle=room.pages, live=room.wait, gives=named("Journal"),
            does="What was received, judged and answered, oldest first.",
            query={
                **_CHOSEN,
                "limit": said({"type": "integer", "minimum": 1}, f"so many pages: 100, {_MOST_ENTRIES} at most"),
                "newest": said(TRUTH, "whether the newest are meant, and not the oldest"),
                "wait": said(wait, "wait so many seconds for a page where there is none yet"),
                "format": said(among(("json", "jsonl", "har")), "as what"),
            },
            also={
                "application/x-ndjson": "jsonl: a page in each line",
                "application/har+json": "har: a HAR 1.2 document, with what it has no member for in `_noncense`",
            },
        ),
        Route(
            method="GET", path="journal/events", handle=room.full, live=room.watch, gives=ANYTHING, query=_CHOSEN,
            does="Pages as they are written, as server-sent events.",
            also={"text/event-stream": "`entry`, with its number as id; `update`, its answer came later; `gap`"},
        ),
        Route(
            method="GET", path="journal/{number}", does="One page.", handle=room.page, gives=named("Entry"),
        ),
        Route(
            method="GET", path="journal/{number}/curl", does="The command that sends a page's request again.",
            handle=room.curl, gives=ANYTHING, also={"text/plain": "a line for a shell, behind what to know of it"},
        ),
    )  # fmt: skip


class _Journal:
    def __init__(self, house: House) -> None:
        self._house = house
        self._kept = house.exchange.journal
        self._showing = house.showing

    def pages(self, asked: Asked) -> object:
        limit = min(asked.whole("limit", 100), _MOST_ENTRIES)
        chosen = _selection(asked).of(self._kept)
        pages = chosen[-limit:] if asked.query.get("newest") is True else chosen[:limit]
        match asked.query.get("format"):
            case "jsonl":
                return Spelt(text="".join(self._showing.lines(pages)), content_type="application/x-ndjson")
            case "har":
                text = json.dumps(self._showing.har(pages, asked.url), ensure_ascii=False, indent=1)
                return Spelt(text=text, content_type="application/har+json")
            case _:
                return {
                    "total": self._kept.total,
                    "dropped": self._kept.dropped,
                    "more": len(chosen) > limit,
                    "entries": [self._showing.page(page) for page in pages],
                }

    async def wait(self, asked: Asked, line: Line) -> Spoken | None:
        seconds = asked.query.get("wait")
        if isinstance(seconds, float) and seconds > 0:
            await self._house.viewers.wait(line, _selection(asked), seconds)
        return None

    async def watch(self, asked: Asked, line: Line) -> Spoken | None:
        if self._house.viewers.full:
            return None
        selection = _selection(asked)
        last = asked.last_event
        if last is not None and last.isascii() and last.isdigit() and len(last) <= 18:
            selection = replace(selection, since=int(last))
        elif "since" not in asked.query:
            selection = replace(selection, since=self._kept.total)
        return await self._house.viewers.watch(line, selection)

    def full(self, asked: Asked) -> object:
        if self._house.viewers.full:
            raise SettingsError("too many look on already")
        return Spelt(text="", content_type="text/event-stream")  # to a HEAD

    def page(self, asked: Asked) -> object:
        return self._showing.page(self._found(asked))

    def curl(self, asked: Asked) -> object:
        return Spelt(text=self._showing.curl(self._found(asked), asked.url), content_type="text/plain; charset=utf-8")

    def _found(self, asked: Asked) -> Entry:
        name = asked.names["number"]
        number = int(name) if name.isascii() and name.isdigit() and len(name) <= 18 else 0
        pages = self._kept.since(number - 1)
        if not number or not pages or pages[0].number != number:
            raise Missing(f"there is no page {name[:20]}, or it had to make room")
        return pages[0]


def _selection(asked: Asked) -> Selection:
    return Selection(
        key=asked.text("key"),
        operation=asked.text("operation"),
        endpoint=asked.text("endpoint"),
        refusal=asked.text("refusal"),
        since=asked.whole("since", 0),
    )
