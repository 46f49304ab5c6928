"""One request out, one answer in: within the time that is left, once, and to nobody else.

The bytes of the head are ours, so that nothing is added or tidied; reading is left to `http.client`.
"""

from __future__ import annotations

import io
import select
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse, IncompleteRead, RemoteDisconnected
from typing import IO, cast
from urllib.parse import urlsplit

from harness.mutants.clock import Deadline, too_late
from harness.mutants.failures import Failure, Origin, unreadable
from harness.mutants.messages import Answer
from harness.mutants.proxying import Proxy, tunnelled
from signer import Request

#: Some Pythons (3.11.2 is one) let a connection end without saying so, and take what came for all there is.
_IGNORE_TRUNCATION = getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0)

#: No answer that we know of is larger.
LARGEST_ANSWER = 64 * 1024 * 1024
PIECE = 1024 * 1024
MOST_INTERIM_ANSWERS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the exchange listens, from its base URL."""

    scheme: str
    host: str
    port: int
    authority: str

    @classmethod
    def of(cls, base_url: str) -> Address:
        """Read a base URL.

        Raises:
            Failure: It is none of http or https (kind `invalid_request`).
        """
        parts = urlsplit(base_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise Failure("invalid_request", "the base URL is neither http nor https")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        return cls(scheme=parts.scheme, host=parts.hostname, port=port, authority=parts.netloc.lower())


class CutShort(Failure):
    """The answer ended before its end; what came of it is kept for those who would take it."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(
            "bad_response",
            f"the answer was cut off after {len(answer.body)} bytes",
            origin=Origin.UNREADABLE,
            status=answer.status,
        )
        self.answer = answer


class _Arriving(io.RawIOBase):
    """A socket's bytes; every wait for more of them ends with the call's deadline."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self.wait_s: Callable[[], float] | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int | None:
        if self.wait_s is None:
            return None
        self._sock.settimeout(self.wait_s())
        return self._sock.recv_into(buffer)  # type: ignore[arg-type]


class _Reader(io.BufferedReader):
    """Survives the answers that are read from it."""

    def close(self) -> None:
        pass


class Connection:
    """One connection to the exchange."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.arriving = _Arriving(sock)
        self._reader = _Reader(self.arriving, 65536)
        self.served = 0

    def makefile(self, mode: str) -> IO[bytes]:
        """Hand the reader to `HTTPResponse`."""
        return cast("IO[bytes]", self._reader)

    def quiet(self) -> bool:
        """Tell whether nothing has come on the connection since the last answer: no end, no stray bytes."""
        self.arriving.wait_s = None
        return not self._reader.peek(1) and not select.select([self.sock], [], [], 0)[0]

    def close(self) -> None:
        """Close it."""
        self.sock.close()


def connect(
    address: Address,
    deadline: Deadline,
    tls: ssl.SSLContext | None,
    proxy: Proxy | None = None,
    *,
    lenient: bool = False,
) -> Connection:
    """Open a connection.

    Args:
        address: The exchange.
        deadline: The end of the call.
        tls: How TLS is spoken; None where it is not.
        proxy: Whom to ask for it.
        lenient: Whether a TLS connection that just ends is taken for one that was closed.

    Raises:
        Failure: It cannot be had (kinds `network`, `timeout`, `tls`).
    """
    try:
        next_hop = (address.host, address.port) if proxy is None else (proxy.host, proxy.port)
        sock = socket.create_connection(next_hop, timeout=deadline.left_s())
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls is not None:
            sock.settimeout(deadline.left_s())
            if proxy is not None:
                tunnelled(sock, proxy, f"{address.host}:{address.port}")
            sock = tls.wrap_socket(sock, server_hostname=address.host, suppress_ragged_eofs=lenient)
    except TimeoutError:
        raise too_late(deadline.limit_s) from None
    except ssl.SSLEOFError:
        raise Failure("network", "no connection: it ended in the handshake", origin=Origin.TRANSPORT) from None
    except ssl.SSLError as error:
        raise Failure("tls", f"no trusted connection: {error.reason}", origin=Origin.TRANSPORT) from None
    except OSError as error:
        raise Failure("network", f"no connection: {error.strerror or error}", origin=Origin.TRANSPORT) from None
    return Connection(sock)


def refuse_controls(request: Request) -> None:
    """Let no control character and no blank into the request line, and none of the former into a header.

    Raises:
        Failure: One is there (kind `invalid_request`).
    """
    if any(byte <= 0x20 or byte >= 0x7F for byte in request.target):
        raise Failure("invalid_request", "the target holds a blank or a control character")
    for name, value in request.headers:
        if any(byte < 0x20 or byte == 0x7F for byte in name + value):
            raise Failure("invalid_request", f"the header {name.decode('latin-1')!r} would hold a control character")


def framing_of(request: Request) -> tuple[tuple[bytes, bytes], ...]:
    """Return the headers that say how long the body is: its bytes, counted."""
    if request.body or request.method not in {"GET", "HEAD"}:
        return ((b"Content-Length", str(len(request.body)).encode()),)
    return ()


def whole_body(response: HTTPResponse) -> bytes:
    """Read a body to its end, unless it is larger than any that the exchange gives."""
    if response.length is not None:
        if response.length > LARGEST_ANSWER:
            raise too_large(response.status)
        return response.read()
    pieces, size = [], 0
    while piece := response.read(PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > LARGEST_ANSWER:
            raise too_large(response.status)
    return b"".join(pieces)


def too_large(status: int) -> Failure:
    """Return the failure of an answer that is larger than any."""
    return unreadable("the answer is larger than any that the exchange gives", status)


def head_of(
    request: Request,
    authority: bytes,
    framing: tuple[tuple[bytes, bytes], ...],
    *,
    agent: bytes | None,
    last: bool,
) -> bytes:
    """Return the request line and the headers, as they go out."""
    headers = (
        (b"Host", authority),
        *(((b"User-Agent", agent),) if agent is not None else ()),
        (b"Accept", b"application/json"),
        (b"Connection", b"close" if last else b"keep-alive"),
        *framing,
        *request.headers,
    )
    line = request.method.encode("latin-1") + b" " + request.target + b" HTTP/1.1\r\n"
    return line + b"".join(name + b": " + value + b"\r\n" for name, value in headers) + b"\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """The replaceable parts of a transport.

    Attributes:
        guard: Looks at a request before it is sent; raises what it will not send.
        authority: What stands in the Host header.
        framing: The headers that frame the body.
        payload: The body as it is written behind the head.
        agent: What the client calls itself; None for nothing.
        usable: Whether an idle connection may carry another request.
        wait_s: How long to wait for the next bytes.
        interim: Whether an answer with a status is followed by another.
        read_body: An answer's body.
        keep_after: Whether a connection goes back to the idle ones after a failure (None: after a complete answer).
        reuse_for_all: Whether requests that change something may go out on a connection that served before.
        trusting: How TLS is spoken, by the file of the authority that the client is told of.
        lenient: Whether a TLS connection that just ends is taken for one that was closed.
        proxy: Which proxy is used, of the one that the client is told of.
        releases: Whether connections are closed that are not needed any more.
    """

    guard: Callable[[Request], None] = refuse_controls
    authority: Callable[[Address], str] = lambda address: address.authority
    framing: Callable[[Request], tuple[tuple[bytes, bytes], ...]] = framing_of
    payload: Callable[[Request], bytes] = lambda request: request.body
    agent: bytes | None = b"noncense-client/1.0"
    usable: Callable[[Connection], bool] = Connection.quiet
    wait_s: Callable[[Deadline], float] = Deadline.left_s
    interim: Callable[[int], bool] = lambda status: 100 <= status < 200
    read_body: Callable[[HTTPResponse], bytes] = whole_body
    keep_after: Callable[[Failure], bool] = lambda failure: False
    reuse_for_all: bool = False
    trusting: Callable[[str | None], ssl.SSLContext] = lambda ca_file: trusting(ca_file)
    lenient: bool = False
    proxy: Callable[[Proxy | None], Proxy | None] = lambda told: told
    releases: bool = True


#: Connections that a mistaken client never closes.
FORGOTTEN: list[Connection] = []


@dataclass(slots=True)
class Transport:
    """Sends requests of one session; safe from several threads."""

    address: Address
    wiring: Wiring
    tls: ssl.SSLContext | None = None
    proxy: Proxy | None = None
    _idle: list[Connection] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _closed: bool = False

    def send(self, request: Request, deadline: Deadline, *, fresh: bool) -> Answer:
        """Send a request once and wait for its answer. Redirects are not followed, nothing is sent again.

        Args:
            request: Signed, if it is to be.
            deadline: The end of the call.
            fresh: Whether the request must have a connection of its own, so that the answer's end is its end too.

        Raises:
            Failure: No answer, or half of one. `dropped` tells whether the connection ended before any of it.
        """
        self.wiring.guard(request)
        own = fresh and not self.wiring.reuse_for_all
        connection = (None if own else self._take()) or connect(
            self.address, deadline, self.tls, self.proxy, lenient=self.wiring.lenient
        )
        keep = False
        try:
            answer, keep = self._over(connection, request, deadline, last=own)
        except Failure as failure:
            failure.sent = request
            keep = self.wiring.keep_after(failure)
            raise
        finally:
            if not (keep and not own and self._give_back(connection)):
                self._let_go(connection)
        return answer

    def close(self) -> None:
        """Close every idle connection; those still under way close when they are done."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            self._let_go(connection)

    def _let_go(self, connection: Connection) -> None:
        if self.wiring.releases:
            connection.close()
        else:
            FORGOTTEN.append(connection)

    def _take(self) -> Connection | None:
        while True:
            with self._lock:
                if not self._idle:
                    return None
                connection = self._idle.pop()
            if self.wiring.usable(connection):
                return connection
            self._let_go(connection)

    def _give_back(self, connection: Connection) -> bool:
        with self._lock:
            if not self._closed:
                self._idle.append(connection)
        return not self._closed

    def _over(self, connection: Connection, request: Request, deadline: Deadline, *, last: bool) -> tuple[Answer, bool]:
        warm, connection.served = connection.served > 0, connection.served + 1
        authority = self.wiring.authority(self.address).encode("latin-1")
        proxy = self.proxy if self.tls is None else None
        shown = request if proxy is None else proxy.absolute(request, authority)
        head = head_of(shown, authority, self.wiring.framing(request), agent=self.wiring.agent, last=last)
        head = head if proxy is None else proxy.head(head)
        connection.arriving.wait_s = lambda: self.wiring.wait_s(deadline)
        response: HTTPResponse | None = None
        try:
            connection.sock.settimeout(deadline.left_s())
            # The exchange may have answered before it had read all: its answer is worth more than our error.
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.sock.sendall(head + self.wiring.payload(request))
            response = self._response(connection, request.method)
            return self._complete(response), not response.will_close
        except TimeoutError:
            raise too_late(deadline.limit_s) from None
        except (RemoteDisconnected, ConnectionError, ssl.SSLEOFError) as error:
            if response is not None and isinstance(error, ssl.SSLEOFError):
                raise unreadable("the connection ended, and TLS did not say that the answer does") from None
            failure = Failure("network", f"the connection ended: {_words(error)}", origin=Origin.TRANSPORT)
            failure.dropped = warm
            raise failure from None
        except OSError as error:
            raise Failure("network", f"the connection failed: {_words(error)}", origin=Origin.TRANSPORT) from None
        except (HTTPException, ValueError) as error:
            raise unreadable(f"the answer is not HTTP: {type(error).__name__}") from None
        finally:
            if response is not None:
                response.close()

    def _response(self, connection: Connection, method: str) -> HTTPResponse:
        for _ in range(MOST_INTERIM_ANSWERS):
            response = HTTPResponse(cast("socket.socket", connection), method=method)
            try:
                response.begin()
            except BaseException:
                response.close()  # or it would be closed with its reader, in whichever order they are forgotten
                raise
            if not self.wiring.interim(response.status):
                return response
        raise unreadable("the exchange sends interim answers without end")

    def _complete(self, response: HTTPResponse) -> Answer:
        headers = {name.lower(): value for name, value in response.getheaders()}
        try:
            body = self.wiring.read_body(response)
        except IncompleteRead as cut:
            raise CutShort(Answer(status=response.status, headers=headers, body=cut.partial)) from None
        return Answer(status=response.status, headers=headers, body=body)


def _words(error: OSError) -> str:
    return error.strerror or type(error).__name__


def trusting(ca_file: str | None) -> ssl.SSLContext:
    """Return a TLS context that trusts the authorities of a file, and the system's where there is none."""
    context = ssl.create_default_context(cafile=ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options &= ~_IGNORE_TRUNCATION
    return context
