"""A client of Poloniex that knows nothing but https://poloniex.com: client.py KEY SECRET WAY."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import ssl
import sys
import time
from collections.abc import Callable, Coroutine

HOST, PATH = "poloniex.com", "/tradingApi"
URL = f"https://{HOST}{PATH}"

KEY, SECRET = sys.argv[1], sys.argv[2]
BODY = f"command=returnBalances&nonce={time.time_ns() // 1000}".encode()
HEADERS = {
    "Key": KEY,
    "Sign": hmac.new(SECRET.encode(), BODY, hashlib.sha512).hexdigest(),
    "Content-Type": "application/x-www-form-urlencoded",
}


def by_urllib() -> bytes:
    from urllib.request import Request, urlopen

    with urlopen(Request(URL, data=BODY, headers=HEADERS)) as answer:
        return answer.read()


def by_http_client() -> bytes:
    from http.client import HTTPSConnection

    connection = HTTPSConnection(HOST)
    connection.request("POST", PATH, body=BODY, headers=HEADERS)
    return connection.getresponse().read()


def by_requests() -> bytes:
    import requests

    return requests.post(URL, data=BODY, headers=HEADERS, timeout=30).content


def by_requests_alone() -> bytes:
    """Without a look at the environment, and with the bundle that it brings along."""
    import certifi
    import requests

    session = requests.Session()
    session.trust_env = False
    return session.post(URL, data=BODY, headers=HEADERS, verify=certifi.where()).content


def by_httpx() -> bytes:
    import httpx

    return httpx.post(URL, content=BODY, headers=HEADERS).content


def by_address() -> bytes:
    """Look the name up first and connect to what was found, as old code does."""
    import socket

    body = b"\r\n".join((b"Content-Length: %d" % len(BODY), b"Connection: close", b"", BODY))
    head = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
    with socket.socket() as plain:
        plain.connect((socket.gethostbyname(HOST), 443))
        with ssl.create_default_context().wrap_socket(plain, server_hostname=HOST) as line:
            line.sendall(f"POST {PATH} HTTP/1.1\r\nHost: {HOST}\r\n{head}".encode() + body)
            whole = b"".join(iter(lambda: line.recv(65536), b""))
    return whole.partition(b"\r\n\r\n")[2]


async def with_aiohttp() -> bytes:
    import aiohttp

    async with aiohttp.ClientSession() as session, session.post(URL, data=BODY, headers=HEADERS) as answer:
        return await answer.read()


async def with_streams() -> bytes:
    reader, writer = await asyncio.open_connection(HOST, 443, ssl=True)
    head = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
    writer.write(f"POST {PATH} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n{head}".encode())
    writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(BODY), BODY))
    whole = await reader.read()
    writer.close()
    return whole.partition(b"\r\n\r\n")[2]


def by_uvloop(client: Callable[[], Coroutine[None, None, bytes]]) -> bytes:
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(client())


WAYS: dict[str, Callable[[], bytes]] = {
    "urllib": by_urllib,
    "http.client": by_http_client,
    "requests": by_requests,
    "requests-alone": by_requests_alone,
    "httpx": by_httpx,
    "address": by_address,
    "aiohttp": lambda: asyncio.run(with_aiohttp()),
    "streams": lambda: asyncio.run(with_streams()),
    "uvloop-aiohttp": lambda: by_uvloop(with_aiohttp),
    "uvloop-streams": lambda: by_uvloop(with_streams),
}

print(json.dumps(json.loads(WAYS[sys.argv[3]]())["BTC"]))
