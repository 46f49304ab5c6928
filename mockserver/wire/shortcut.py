"""The short way for the usual request: whole on arrival, alone on its line, unharmed, and the line stays open.

aiohttp makes a request, a task and a writer for each message. We judge without awaiting anything, so a message that is
already whole needs none of them: it is taken as soon as it is parsed, and aiohttp never hears of it. Everything else
(a body still on its way, pipelining, faults, control, HTTP/1.0, closing) takes aiohttp's way, and so does every request
where aiohttp's inside is not as we know it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from aiohttp import HttpVersion11, StreamReader
from aiohttp.http_exceptions import BadHttpMessage, HttpProcessingError
from aiohttp.http_parser import RawRequestMessage

if TYPE_CHECKING:
    from mockserver.wire.limits import Patience


class Listener(Protocol):
    """A connection, as far as the short way has to do with it."""

    patience: Patience | None

    @property
    def idle(self) -> bool:
        """Whether nothing is under way on it."""

    @property
    def room(self) -> int:
        """How many more requests aiohttp takes before it stops to read."""

    def hears(self) -> None:
        """Hear a part of a head."""

    def has_heard(self) -> None:
        """Hear the end of a head."""

    def break_off(self) -> None:
        """Have the parser asked once more."""


#: Takes a whole message for itself: (line, head, body) to whether it did; where it did not, the body is untouched.
#: The line is a `Line`, which in turn knows of this file.
TakeAtOnce: TypeAlias = Callable[[Any, RawRequestMessage, StreamReader], bool]


#: What ends a head.
_END = b"\r\n\r\n"

#: So many pieces in a row without a request are a body that happens to look like heads.
_PIECES = 64


class Shortcut:
    """Stands before aiohttp's parser and keeps back the messages that somebody takes for himself.

    The parser loses every request that came in the same bytes as one that it cannot read. So bytes that may hold
    several are fed to it one head at a time, and what it cannot read comes after what it can.
    """

    __slots__ = ("_body", "_broken", "_consumed", "_held", "_line", "_parse", "_take", "heard", "newest")

    def __init__(self, line: Listener, parser: Any, take: TakeAtOnce) -> None:
        self._line = line
        self._parse = parser.feed_data
        self._consumed: Callable[[], None] | None = getattr(parser, "message_consumed", None)
        self._take = take
        self._body: StreamReader | None = None
        self._held = b""
        self._broken: HttpProcessingError | None = None
        #: The newest bytes, should they turn out to be no HTTP.
        self.newest = b""
        #: So many bytes of a head came before them.
        self.heard = 0

    def let_go(self) -> None:
        """Forget an error, whose frames know the connection."""
        self._broken = None

    def feed_data(self, data: bytes) -> tuple[Any, bool, bytes]:
        """Parse bytes; return the messages that aiohttp shall see, whether they upgrade, and what is left over."""
        if self._held or self._broken is not None or data.count(_END) > 1:
            return self._feed_apart(data)
        self.newest = data or self.newest
        parsed = self._feed(data)
        messages, upgraded, rest = parsed
        line = self._line
        if len(messages) == 1 and not upgraded and line.idle:
            head, body = messages[0]
            take, consumed = self._take, self._consumed  # see `signer.signing.stages_of`
            if body.is_eof() and head.version == HttpVersion11 and not head.should_close and take(line, head, body):
                if consumed is not None:
                    consumed()
                self.heard = 0
                return (), upgraded, rest
        return parsed

    def _feed(self, data: bytes) -> tuple[Any, bool, bytes]:
        """Parse bytes; a body that is under way when they make no sense is waited for no longer."""
        try:
            parsed: tuple[Any, bool, bytes] = self._parse(data)
        except HttpProcessingError as error:
            body = self._body
            if body is not None and not body.is_eof():
                body.set_exception(TimeoutError(str(error)))  # the one error that aiohttp, too, expects of a body
            raise
        if parsed[0]:
            if parsed[1] and parsed[0][-1][0].path is None:  # a CONNECT to nowhere: aiohttp falls over it
                raise BadHttpMessage("no target")
            self._body = parsed[0][-1][1]
            patience = self._line.patience
            if patience is not None and patience.waits:
                self._line.has_heard()
        elif data and (self._body is None or self._body.is_eof()):
            self._line.hears()
            self.heard += len(data)
        return parsed

    def _feed_apart(self, data: bytes) -> tuple[Any, bool, bytes]:
        """Parse bytes one head at a time, as far as aiohttp has room; it asks again with no bytes when it has more."""
        if self._broken is not None:
            raise self._broken
        data, self._held = self._held + data, b""
        messages: list[Any] = []
        start, barren, room = 0, 0, self._line.room
        while start < len(data):
            end = data.find(_END, start) + len(_END) if barren < _PIECES else 0
            piece = data[start : end if end >= len(_END) else len(data)]
            self.newest = data[start : start + 65536]
            try:
                found, upgraded, rest = self._feed(piece)
            except HttpProcessingError as error:
                if messages:
                    self._broken = error
                    self._line.break_off()
                    break
                raise
            start += len(piece)
            barren = 0 if found else barren + 1
            messages.extend(found)
            if upgraded:
                return messages, True, rest + data[start:]
            if len(messages) >= room:
                self._held = data[start:]
                break
        return messages, False, b""


class Diverted:
    """A parser whose bytes go another way first; everything else is left to the parser itself.

    Args:
        parser: aiohttp's.
        feed_data: Where the bytes go: to somebody else, for whoever looks up elsewhere what he has not reads all that
            he has slowly.
    """

    __slots__ = ("_parser", "feed_data")

    def __init__(self, parser: Any, feed_data: Callable[[bytes], tuple[Any, bool, bytes]]) -> None:
        self._parser = parser
        self.feed_data = feed_data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._parser, name)


def never(line: object, head: RawRequestMessage, body: StreamReader) -> bool:
    """Take nothing."""
    return False
