"""httpx, as the laboratory of HTTP stacks calls it; the protocol stands in README.md."""

from __future__ import annotations

import json
import platform
import sys

import httpx

HEADERS = {"Key": "key-of-the-laboratory", "Sign": "sign-of-the-laboratory", "Authorization": "Bearer laboratory"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def main() -> None:
    """Make the calls, and tell of each."""
    mode, *calls = sys.argv[1:]
    tell({"stack": httpx.__version__, "runtime": f"Python {platform.python_version()}"})
    client = httpx.Client(follow_redirects=True) if mode == "follow" else httpx.Client()
    with client:
        for call in calls:
            method, size, url = call.split(" ")
            body = b"nonce=1&c=buy".ljust(int(size), b"x") if method == "POST" else None
            headers = HEADERS | FORM if body else HEADERS
            try:
                answer = client.request(method, url, content=body, headers=headers)
                heard = {name.lower(): answer.headers.get_list(name) for name in answer.headers}
                tell({"status": answer.status_code, "bytes": len(answer.content), "headers": heard})
            except (httpx.HTTPError, httpx.StreamError, OSError) as problem:
                tell({"error": f"{type(problem).__name__}: {problem}"})


def tell(told: dict[str, object]) -> None:
    """Print a line."""
    print(json.dumps(told), flush=True)


main()
