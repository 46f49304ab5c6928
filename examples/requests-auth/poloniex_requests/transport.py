"""A requests session that sends once, to one place, and comes back in time."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from .errors import PoloniexError

LARGEST_ANSWER = 64 * 1024 * 1024


class Deadline:
    """The end of a call. The time-outs of requests count from byte to byte: a slow answer could take for ever."""

    current = threading.local()

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._over = False

    def left(self) -> float:
        """Return how many seconds are left, not less than none."""
        return max(0.0, self._end - time.monotonic())

    @contextmanager
    def watching(self) -> Iterator[None]:
        """End every connection that this thread opens in the meantime when the time is over."""
        timer = threading.Timer(self.left(), self._end_all)
        timer.daemon = True
        timer.start()
        Deadline.current.value = self
        try:
            yield
        finally:
            Deadline.current.value = None
            timer.cancel()

    def watch(self, sock: socket.socket) -> None:
        """Take note of a connection."""
        with self._lock:
            self._sockets.append(sock)
            over = self._over
        if over:
            _shut(sock)

    def _end_all(self) -> None:
        with self._lock:
            self._over = True
            sockets = list(self._sockets)
        for sock in sockets:
            _shut(sock)


def _shut(sock: socket.socket) -> None:
    with suppress(OSError):  # it may have ended by itself
        # Not the method of a TLS socket, which would take the wrapping off under the reading thread.
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


class _Watched:
    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        deadline: Deadline | None = getattr(Deadline.current, "value", None)
        if deadline is not None:
            deadline.watch(self.sock)  # type: ignore[attr-defined]


class _WatchedHTTP(_Watched, HTTPConnection):
    pass


class _WatchedHTTPS(_Watched, HTTPSConnection):
    pass


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _WatchedHTTP


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedHTTPS


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}


def new_session(ca_file: str | None) -> requests.Session:
    """Return a session that asks nobody but us.

    It takes neither a proxy nor a password nor certificates from the environment, keeps no cookies, and closes each
    connection after its answer, so that none ends just as we write.
    """
    session = requests.Session()
    session.trust_env = False
    session.verify = ca_file if ca_file is not None else True
    session.headers.update({"Connection": "close", "User-Agent": "poloniex-requests-example/1.0"})
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.mount("http://", _Adapter(max_retries=0))
    session.mount("https://", _Adapter(max_retries=0))
    return session


def _body_of(response: requests.Response) -> bytes:
    """Read a body that is no larger than any that the exchange gives.

    Without a length a body ends with its connection, and requests does not tell whether TLS had said so (RFC 9112,
    section 9.8): over TLS such an answer is refused.
    """
    framed = response.headers.get("Content-Length") or response.headers.get("Transfer-Encoding")
    if response.url.startswith("https:") and not framed:
        raise PoloniexError("bad_response", "the answer has no length, so nobody could see that it was cut off")
    body = bytearray()
    for piece in response.iter_content(65536):
        body += piece
        if len(body) > LARGEST_ANSWER:
            raise PoloniexError("bad_response", "the answer is larger than any that we know of")
    return bytes(body)


def send(session: requests.Session, deadline: Deadline, request: requests.Request) -> tuple[int, bytes]:
    """Send a request once and return status and body.

    Raises:
        PoloniexError: There is no complete answer (`network`, `timeout`, `tls`, `bad_response`), or the request cannot
            be written (`invalid_request`).
    """
    try:
        prepared = session.prepare_request(request)
    except (ValueError, UnicodeError):
        # What requests says quotes the offending text, which may be a credential.
        raise PoloniexError("invalid_request", "the request holds what HTTP cannot carry") from None
    if deadline.left() <= 0:
        raise PoloniexError("timeout", "the time for this call is over")
    try:
        # A redirect would take Key and Sign along: requests strips Authorization from it, and nothing else.
        settings: dict[str, Any] = {"allow_redirects": False, "verify": session.verify, "stream": True}
        with deadline.watching(), session.send(prepared, timeout=deadline.left(), **settings) as response:
            return response.status_code, _body_of(response)
    except requests.exceptions.SSLError:
        raise PoloniexError("tls", "there is no trusted connection") from None
    except requests.exceptions.ContentDecodingError:
        raise PoloniexError("bad_response", "the answer cannot be decoded") from None
    except (requests.exceptions.RequestException, OSError, ValueError) as error:
        if isinstance(error, requests.exceptions.Timeout) or deadline.left() <= 0:
            raise PoloniexError("timeout", "the exchange did not answer in time") from None
        raise PoloniexError("network", f"no answer: {type(error).__name__}") from None
