"""A hop before the exchange: it counts connections, ends answers as no exchange would, or never ends them."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable
from enum import StrEnum

from harness.beside.listening import Listening, both_ways, connected
from harness.beside.messages import Arriving, Message
from harness.beside.swelling import crowded, padded

#: An endless answer ends here after all.
MOST_SENT = 128 * 1024 * 1024
_PIECE = b"%x\r\n" % 65536 + b" " * 65536 + b"\r\n"
#: How long connections may take to end once their sessions are closed.
PARTING_S = 1.0


class Manner(StrEnum):
    """What a hop does."""

    #: Nothing but counting.
    COUNTED = "counted"
    #: Answers end with their connection, in good order.
    CLOSED_PROPERLY = "closed_properly"
    #: Answers end with their connection, without the alert by which TLS says that this is the end.
    CLOSED_ABRUPTLY = "closed_abruptly"
    #: Answers never end.
    ENDLESS = "endless"
    #: Behind each answer comes a copy of the first one.
    STRAY = "stray"
    #: Answers are made 5 MiB long by blanks.
    PADDED = "padded"
    #: A list of one order becomes one of twenty thousand.
    CROWDED = "crowded"


class Hop(Listening):
    """Stands before the exchange.

    Attributes:
        connections: How many have come.
        most_taken: The most bytes of one endless answer that a client took.
    """

    def __init__(
        self, manner: Manner, exchange_port: int, tls: ssl.SSLContext | None, trouble: Callable[[str], None]
    ) -> None:
        """Start to listen.

        Args:
            manner: What it does.
            exchange_port: Where the exchange listens without TLS.
            tls: How it speaks TLS; None where it does not.
            trouble: Told what went wrong on our side.
        """
        self._manner = manner
        self._exchange_port = exchange_port
        self._tls = tls
        self._trouble = trouble
        self._alive: set[int] = set()
        self._first = b""
        self._marked = 0
        self._changed = threading.Condition()
        self.connections = 0
        self.most_taken = 0
        super().__init__(f"hop-{manner}")

    def mark(self) -> None:
        """Forget what came so far."""
        with self._changed:
            self._marked = self.connections
            self.most_taken = 0

    def open_connections(self, patience_s: float = PARTING_S) -> int:
        """Wait a little until the client has ended the connections since the mark, and return how many it has not."""
        until = time.monotonic() + patience_s
        with self._changed:
            while (alive := sum(number > self._marked for number in self._alive)) and (
                left := until - time.monotonic()
            ) > 0:
                self._changed.wait(left)
            return alive

    def serve(self, client: socket.socket) -> None:
        """Serve one connection."""
        with self._changed:
            self.connections += 1
            number = self.connections
            self._alive.add(number)
        line = client
        try:
            line = client if self._tls is None else self._tls.wrap_socket(client, server_side=True)
            if line is client or self.keep(line):
                self._carry(line)
        finally:
            self.let_go(line)
            with self._changed:
                self._alive.discard(number)
                self._changed.notify_all()

    def _carry(self, line: socket.socket) -> None:
        try:
            there = connected(self._exchange_port)
        except OSError as problem:
            self._trouble(f"the hop cannot reach the exchange: {problem}")
            return
        match self._manner:
            case Manner.COUNTED:
                both_ways(self, line, there)
            case Manner.STRAY | Manner.PADDED | Manner.CROWDED:
                with there:
                    self._altered(line, there)
            case _:
                self._broken_off(line, there)

    def _altered(self, line: socket.socket, there: socket.socket) -> None:
        """Carry request after request, and alter the answers."""
        requests, answers = Arriving(line), Arriving(there)
        while (request := requests.message()) is not None:
            there.sendall(request.without(b"accept-encoding").written())
            answer = answers.message()
            if answer is None:
                return
            line.sendall(self._as_altered(answer))
            if b"close" in (answer.value(b"connection") or b"").lower():
                return

    def _as_altered(self, answer: Message) -> bytes:
        match self._manner:
            case Manner.PADDED:
                return padded(answer).written()
            case Manner.CROWDED:
                return crowded(answer).written()
            case _:
                with self._changed:
                    self._first = self._first or answer.written()
                return answer.written() + self._first

    def _broken_off(self, line: socket.socket, there: socket.socket) -> None:
        """Carry one request, and end its answer in an odd way, or never."""
        with there:
            request = Arriving(line).message()
            if request is None:
                return
            there.sendall(request.without(b"connection", b"accept-encoding").written())
            answer = Arriving(there).message()
        if answer is None:
            return
        if self._manner is Manner.ENDLESS:
            self._never_end(line, answer)
            return
        self._end(line, answer)

    def _end(self, line: socket.socket, answer: Message) -> None:
        unframed = answer.without(b"content-length", b"transfer-encoding", b"connection")
        closing = Message(first=unframed.first, headers=(*unframed.headers, b"Connection: close"), body=unframed.body)
        line.sendall(closing.written())
        if isinstance(line, ssl.SSLSocket) and self._manner is not Manner.CLOSED_PROPERLY:
            bare = socket.socket(fileno=line.detach())
            with bare:
                bare.shutdown(socket.SHUT_WR)
                _drained(bare)
            return
        if isinstance(line, ssl.SSLSocket):
            line.settimeout(PARTING_S)
            line.unwrap().close()
            return
        line.shutdown(socket.SHUT_WR)
        _drained(line)

    def _never_end(self, line: socket.socket, answer: Message) -> None:
        head = answer.without(b"content-length", b"transfer-encoding")
        endless = Message(first=head.first, headers=(*head.headers, b"Transfer-Encoding: chunked"))
        whole = b"%x\r\n%b\r\n" % (len(answer.body), answer.body) if answer.body else b""
        line.sendall(endless.written() + whole)
        taken = 0
        try:
            while taken < MOST_SENT:
                line.sendall(_PIECE)
                taken += 65536
                self.most_taken = max(self.most_taken, taken)
        except OSError:
            return


def _drained(line: socket.socket) -> None:
    """Read until the other side has ended as well, so that nothing unread turns our end into a reset."""
    line.settimeout(PARTING_S)
    while line.recv(65536):
        pass
