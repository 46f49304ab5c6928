"""The right client over the HTTP stacks that Python programs use: http.client, urllib, requests and aiohttp.

Each sends what was signed, once, follows nothing, and says what became of it in the client's own words. They need what
the tests need.
"""

from __future__ import annotations

import asyncio
import http.client
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import aiohttp
import requests
from yarl import URL

from harness.mutants import Adapter, Knobs
from harness.mutants.clock import Deadline, too_late
from harness.mutants.failures import Failure, Origin, unreadable
from harness.mutants.knobs import Send
from harness.mutants.messages import Account, Answer
from harness.mutants.transport import refuse_controls
from signer import Request

#: Everything that a stack does for one request: (address, request, seconds that are left) in.
Stack = Callable[[str, Request, float], Answer]


def _headers(request: Request) -> dict[str, str]:
    named = {name.decode("latin-1"): value.decode("latin-1") for name, value in request.headers}
    return {"User-Agent": "noncense-client/1.0", "Accept": "application/json", "Accept-Encoding": "identity", **named}


def _lowered(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _by_http_client(address: str, request: Request, left_s: float) -> Answer:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=left_s)
    try:
        body = request.body if request.method != "GET" else None
        connection.request(request.method, request.target.decode("ascii"), body=body, headers=_headers(request))
        response = connection.getresponse()
        return Answer(status=response.status, headers=_lowered(dict(response.getheaders())), body=response.read())
    finally:
        connection.close()


class _Nowhere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


def _by_urllib(address: str, request: Request, left_s: float) -> Answer:
    opener = urllib.request.build_opener(_Nowhere(), urllib.request.ProxyHandler({}))
    url = address.rstrip("/") + request.target.decode("ascii")
    data = request.body if request.method != "GET" else None
    headers = _headers(request)
    if data is not None:
        headers.setdefault("Content-Type", "application/octet-stream")
    wanted = urllib.request.Request(url, data=data, headers=headers, method=request.method)
    try:
        with opener.open(wanted, timeout=left_s) as response:
            return Answer(status=response.status, headers=_lowered(dict(response.headers)), body=response.read())
    except urllib.error.HTTPError as refused:
        with refused:
            return Answer(status=refused.code, headers=_lowered(dict(refused.headers)), body=refused.read())


def _by_requests(address: str, request: Request, left_s: float) -> Answer:
    with requests.Session() as session:
        session.trust_env = False
        url = address.rstrip("/") + request.target.decode("ascii")
        body = request.body if request.method != "GET" else None
        prepared = requests.Request(request.method, url, headers=_headers(request), data=body).prepare()
        # requests spells URLs anew; what was signed has to be sent.
        prepared.url = url
        response = session.send(prepared, timeout=left_s, allow_redirects=False)
        return Answer(status=response.status_code, headers=_lowered(response.headers), body=response.content)


def _by_aiohttp(address: str, request: Request, left_s: float) -> Answer:
    async def ask() -> Answer:
        limit = aiohttp.ClientTimeout(total=left_s)
        async with aiohttp.ClientSession(timeout=limit, auto_decompress=False) as session:
            url = URL(address.rstrip("/") + request.target.decode("ascii"), encoded=True)
            body = request.body if request.method != "GET" else None
            async with session.request(
                request.method, url, data=body, headers=_headers(request), allow_redirects=False
            ) as response:
                return Answer(status=response.status, headers=_lowered(response.headers), body=await response.read())

    return asyncio.run(ask())


STACKS: Mapping[str, Stack] = {
    "http.client": _by_http_client,
    "urllib": _by_urllib,
    "requests": _by_requests,
    "aiohttp": _by_aiohttp,
}

_TOO_LATE = (TimeoutError, requests.Timeout)
_CUT = (http.client.IncompleteRead, requests.exceptions.ChunkedEncodingError, aiohttp.ClientPayloadError)
_RUBBISH = (
    http.client.HTTPException,
    requests.exceptions.ContentDecodingError,
    requests.exceptions.InvalidHeader,
    aiohttp.ClientResponseError,
    ValueError,
)
_NO_LINE = (OSError, requests.ConnectionError, aiohttp.ClientConnectionError)


def over(stack: Stack) -> Callable[[Send, Account], Send]:
    """Return a way of sending that leaves it to a stack."""

    def around(send: Send, account: Account) -> Send:
        def sent(request: Request, deadline: Deadline, fresh: bool) -> Answer:
            refuse_controls(request)
            try:
                return stack(account.base_url, request, deadline.left_s())
            except _TOO_LATE:
                raise too_late(deadline.limit_s) from None
            except _CUT:
                raise unreadable("the answer was cut off") from None
            except http.client.RemoteDisconnected:
                raise Failure("network", "the connection ended", origin=Origin.TRANSPORT) from None
            except _NO_LINE as error:
                late = "timed out" in str(error)
                raise (too_late(deadline.limit_s) if late else _broken(error)) from None
            except _RUBBISH as error:
                raise unreadable(f"the answer is not HTTP: {type(error).__name__}") from None

        return sent

    return around


def _broken(error: Exception) -> Failure:
    return Failure("network", f"no answer: {type(error).__name__}", origin=Origin.TRANSPORT)


def adapter_over(name: str) -> Adapter:
    """Return an adapter of the right client over a stack, by its name."""
    features = ("concurrent", "retries", "idempotency")
    return Adapter(Knobs(around=over(STACKS[name])), name=f"over {name}", features=features)
