"""A canary: a second origin that must never hear a secret. Where redirects lead in tests."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from mockserver.core.answers import Answer
from mockserver.loop_thread import LoopThread
from mockserver.wire import CanaryWire
from signer import Request


class Canary:
    """Listens on a port of its own, writes down every request, and gives one and the same answer.

    Args:
        body: The body of that answer.
        status: Its status.
        content_type: Its Content-Type.
        host: The address to listen on.
    """

    def __init__(
        self,
        *,
        body: bytes = b'{"canary":true}',
        status: int = 200,
        content_type: str = "application/json",
        host: str = "127.0.0.1",
    ) -> None:
        self._wire = CanaryWire(Answer(status=status, body=body, content_type=content_type))
        self._host = host
        self._thread: LoopThread | None = None
        self._port = 0

    def __enter__(self) -> Self:
        """Start."""
        self._thread = LoopThread(uvloop=False, name="noncense-canary")
        self._port = self._thread.run(self._wire.listen(self._host, 0))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        if self._thread is not None:
            self._thread.run(self._wire.close())
            self._thread.stop()
            self._thread = None

    @property
    def url(self) -> str:
        """Scheme, host and port."""
        return f"http://{self._host}:{self._port}"

    @property
    def requests(self) -> list[Request]:
        """What came so far, in order, as it travelled."""
        return list(self._wire.requests)

    def answer_with(self, body: bytes, *, status: int = 200, content_type: str = "application/json") -> None:
        """Change the answer."""
        self._wire.answer = Answer(status=status, body=body, content_type=content_type)
