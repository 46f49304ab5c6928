"""urllib.request, as the laboratory of HTTP stacks calls it; the protocol stands in README.md."""

from __future__ import annotations

import http.client
import json
import platform
import sys
import urllib.error
import urllib.request

HEADERS = {"Key": "key-of-the-laboratory", "Sign": "sign-of-the-laboratory", "Authorization": "Bearer laboratory"}


class Staying(urllib.request.HTTPRedirectHandler):
    """Follows nothing."""

    def redirect_request(self, *_: object) -> None:
        """Ask for nothing else."""
        return


def main() -> None:
    """Make the calls, and tell of each."""
    mode, *calls = sys.argv[1:]
    tell({"stack": platform.python_version(), "runtime": f"Python {platform.python_version()}"})
    cured = mode == "cured"
    opener = urllib.request.build_opener(Staying) if cured else urllib.request.build_opener()
    for call in calls:
        method, size, url = call.split(" ")
        body = b"nonce=1&c=buy".ljust(int(size), b"x") if method == "POST" else None
        request = urllib.request.Request(url, data=body, headers=HEADERS, method=method)
        try:
            with opener.open(request, timeout=3) if cured else opener.open(request) as answer:
                content = answer.read()
                heard = {name.lower(): answer.headers.get_all(name) for name in answer.headers}
                tell({"status": answer.status, "bytes": len(content), "headers": heard})
        except (urllib.error.URLError, http.client.HTTPException, OSError) as problem:
            tell({"error": f"{type(problem).__name__}: {problem}"})


def tell(told: dict[str, object]) -> None:
    """Print a line."""
    print(json.dumps(told), flush=True)


main()
