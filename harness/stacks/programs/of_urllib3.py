"""urllib3, as the laboratory of HTTP stacks calls it; the protocol stands in README.md."""

from __future__ import annotations

import json
import platform
import sys
from importlib.metadata import version

import urllib3

HEADERS = {"Key": "key-of-the-laboratory", "Sign": "sign-of-the-laboratory", "Authorization": "Bearer laboratory"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def main() -> None:
    """Make the calls, and tell of each."""
    mode, *calls = sys.argv[1:]
    tell({"stack": version("urllib3"), "runtime": f"Python {platform.python_version()}"})
    cured = mode == "cured"
    pool = urllib3.PoolManager(retries=False, timeout=3) if cured else urllib3.PoolManager()
    for call in calls:
        method, size, url = call.split(" ")
        body = b"nonce=1&c=buy".ljust(int(size), b"x") if method == "POST" else None
        headers = HEADERS | FORM if body else HEADERS
        try:
            answer = pool.request(method, url, body=body, headers=headers)
            heard = {name.lower(): answer.headers.getlist(name) for name in answer.headers}
            tell({"status": answer.status, "bytes": len(answer.data), "headers": heard})
        except (urllib3.exceptions.HTTPError, OSError) as problem:
            tell({"error": f"{type(problem).__name__}: {problem}"})


def tell(told: dict[str, object]) -> None:
    """Print a line."""
    print(json.dumps(told), flush=True)


main()
