"""Control over HTTP, below `/_noncense/`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockserver.core.answers import Answer
from mockserver.wire.line import ENDS, STAYS, Line, Spoken
from mockserver.wire.writing import write_answer

if TYPE_CHECKING:
    from mockserver.wire.app import Wire
    from signer import Request

CONTROL_PREFIX = b"/_noncense/"


class Control:
    """Answers what is asked below `/_noncense/`."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def serve(self, request: Request, line: Line, now_ms: int, *, keep_alive: bool) -> Spoken:
        """Answer one request."""
        answer = Answer(status=200, body=b'{"status":"ok"}')
        line.say(write_answer(answer, now_ms, keep_alive=keep_alive, old=False, bodiless=request.method == "HEAD"))
        return STAYS if keep_alive else ENDS
