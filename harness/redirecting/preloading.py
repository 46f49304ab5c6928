"""A few lines that interpreters run before the program, and that lead its connections to the exchange.

They reach what no variable reaches: clients that take no proxy, or trust a bundle of their own. What was refused they
write down.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from harness.redirecting.doors import Doors, Trust

_PRELOADS = Path(__file__).with_name("preloads")
#: What is run before every PHP script.
PREPENDED = _PRELOADS / "prepend.php"


def led(doors: Doors, hosts: Iterable[str], trust: Trust, strays: Path, proxy_url: str) -> dict[str, str]:
    """Return what the lines are told: whom to lead, where to, whom to trust, and where to write strays down."""
    return {
        **trusted(trust),
        "NONCENSE_LED_HOSTS": ",".join(hosts),
        "NONCENSE_LED_TLS": str(doors.tls_port),
        "NONCENSE_LED_PLAIN": str(doors.plain_port),
        "NONCENSE_LED_KEPT": ",".join(map(str, sorted(doors.ports))),
        "NONCENSE_LED_STRAYS": str(strays),
        "NONCENSE_LED_PROXY": proxy_url.replace("http://", "tcp://"),
    }


def trusted(trust: Trust) -> dict[str, str]:
    """Return what the lines are told where connections are led by other means: only whom to trust."""
    return {"NONCENSE_LED_CA": str(trust.pem)}


def loading(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what has interpreters run the lines; what the environment has them run already stays.

    Args:
        environment: What the command would inherit.
    """
    python = str(_PRELOADS / "python")
    node = f"--require {_quoted(_PRELOADS / 'node.cjs')}"
    added = {
        "PYTHONPATH": os.pathsep.join(filter(None, (python, environment.get("PYTHONPATH")))),
        "NODE_OPTIONS": " ".join(filter(None, (node, environment.get("NODE_OPTIONS")))),
    }
    ruby = _PRELOADS / "ruby.rb"
    if not re.search(r"\s", str(ruby)):  # RUBYOPT has no way to keep a blank
        added["RUBYOPT"] = " ".join(filter(None, (f"-r{ruby}", environment.get("RUBYOPT"))))
    return added


def _quoted(path: Path) -> str:
    """Return a path as NODE_OPTIONS holds it."""
    return '"{}"'.format(str(path).replace("\\", "\\\\").replace('"', '\\"'))
