"""requests, as the laboratory of HTTP stacks calls it; the protocol stands in README.md."""

from __future__ import annotations

import json
import platform
import sys
from importlib.metadata import version

import requests

HEADERS = {"Key": "key-of-the-laboratory", "Sign": "sign-of-the-laboratory", "Authorization": "Bearer laboratory"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def main() -> None:
    """Make the calls, and tell of each."""
    mode, *calls = sys.argv[1:]
    tell({"stack": version("requests"), "runtime": f"Python {platform.python_version()}"})
    cured = mode == "cured"
    with requests.Session() as session:
        for call in calls:
            method, size, url = call.split(" ")
            body = b"nonce=1&c=buy".ljust(int(size), b"x") if method == "POST" else None
            headers = HEADERS | FORM if body else HEADERS
            try:
                answer = session.request(
                    method, url, data=body, headers=headers, allow_redirects=not cured, timeout=3 if cured else None
                )
                heard = {name.lower(): [value] for name, value in answer.headers.items()}
                tell({"status": answer.status_code, "bytes": len(answer.content), "headers": heard})
            except (requests.RequestException, OSError) as problem:
                tell({"error": f"{type(problem).__name__}: {problem}"})


def tell(told: dict[str, object]) -> None:
    """Print a line."""
    print(json.dumps(told), flush=True)


main()
