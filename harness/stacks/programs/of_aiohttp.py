"""aiohttp's client, as the laboratory of HTTP stacks calls it; the protocol stands in README.md."""

from __future__ import annotations

import asyncio
import json
import platform
import sys

import aiohttp

HEADERS = {"Key": "key-of-the-laboratory", "Sign": "sign-of-the-laboratory", "Authorization": "Bearer laboratory"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def main() -> None:
    """Make the calls, and tell of each."""
    mode, *calls = sys.argv[1:]
    tell({"stack": aiohttp.__version__, "runtime": f"Python {platform.python_version()}"})
    cured = mode == "cured"
    client = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=3)) if cured else aiohttp.ClientSession()
    async with client as session:
        if cured:
            session._retry_connection = False  # noqa: SLF001 - there is no public switch
        for call in calls:
            method, size, url = call.split(" ")
            body = b"nonce=1&c=buy".ljust(int(size), b"x") if method == "POST" else None
            headers = HEADERS | FORM if body else HEADERS
            try:
                async with session.request(
                    method, url, data=body, headers=headers, allow_redirects=not cured
                ) as answer:
                    content = await answer.read()
                heard = {name.lower(): answer.headers.getall(name) for name in answer.headers}
                tell({"status": answer.status, "bytes": len(content), "headers": heard})
            except (aiohttp.ClientError, ValueError, OSError) as problem:
                tell({"error": f"{type(problem).__name__}: {problem}"})


def tell(told: dict[str, object]) -> None:
    """Print a line."""
    print(json.dumps(told), flush=True)


asyncio.run(main())
