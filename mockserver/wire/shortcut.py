"""The short way for the usual request: whole on arrival, alone on its line, unharmed, and the line stays open.

aiohttp makes a request, a task and a writer for each message. We judge without awaiting anything, so a message that is
already whole needs none of them: it is answered as soon as it is parsed, and aiohttp never hears of it. Everything else
(a body still on its way, pipelining, faults, control, HTTP/1.0, closing) takes aiohttp's way, and so does every request
where aiohttp's inside is not as we know it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from aiohttp import HttpVersion11, StreamReader
from aiohttp.http_parser import RawRequestMessage

if TYPE_CHECKING:
    from mockserver.wire.line import Line

#: Answers a whole message at once: (line, head, body) to whether it did; where it did not, the body is untouched.
AnswerAtOnce: TypeAlias = "Callable[[Line, RawRequestMessage, StreamReader], bool]"


class Shortcut:
    """Stands before aiohttp's parser and keeps back the messages that are answered at once."""

    __slots__ = ("_answer", "_consumed", "_feed", "_line", "_parser", "newest")

    def __init__(self, line: Line, parser: Any, answer: AnswerAtOnce) -> None:
        self._line = line
        self._parser = parser
        self._feed = parser.feed_data
        self._consumed: Callable[[], None] | None = getattr(parser, "message_consumed", None)
        self._answer = answer
        #: The newest bytes, should they turn out to be no HTTP.
        self.newest = b""

    def __getattr__(self, name: str) -> Any:
        """Leave everything else to the parser itself."""
        return getattr(self._parser, name)

    def feed_data(self, data: bytes) -> tuple[Any, bool, bytes]:
        """Parse bytes; return the messages that aiohttp shall see, whether they upgrade, and what is left over."""
        self.newest = data
        parsed: tuple[Any, bool, bytes] = self._feed(data)
        messages, upgraded, rest = parsed
        if len(messages) == 1 and not upgraded and self._line.idle:
            head, body = messages[0]
            if (
                body.is_eof()
                and head.version == HttpVersion11
                and not head.should_close
                and self._answer(self._line, head, body)
            ):
                if self._consumed is not None:
                    self._consumed()
                return (), upgraded, rest
        return parsed


def never(line: Line, head: RawRequestMessage, body: StreamReader) -> bool:
    """Answer nothing at once."""
    return False
