"""What a command's environment says: where the exchange is, which proxy to take, whom to trust.

Sources: the manuals of curl, OpenSSL, Python's ssl and urllib, requests, Node, Go's net/http and crypto/x509, the JDK's
networking properties, PHP's ini directives, Deno, git, cargo and npm; what reaches whom was measured.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from harness.redirecting.doors import TRUST_PASSWORD, Trust

#: What is on this machine is reached without a proxy, so that its bytes arrive as they were sent.
NEAR = "localhost,127.0.0.1,::1"

_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "ws_proxy", "wss_proxy")
_TRUSTING = (
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    "DENO_CERT",
    "AWS_CA_BUNDLE",
    "GIT_SSL_CAINFO",
    "CARGO_HTTP_CAINFO",
    "PIP_CERT",
    "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
)


class Keyed(Protocol):
    """A key to the exchange, as a client is given it."""

    @property
    def key(self) -> str:
        """The public half."""

    @property
    def secret(self) -> str:
        """The other one."""


def told(url: str, key: Keyed) -> dict[str, str]:
    """Return what is told to clients that ask: `NONCENSE_URL`, `NONCENSE_KEY` and `NONCENSE_SECRET`."""
    return {"NONCENSE_URL": url, "NONCENSE_KEY": key.key, "NONCENSE_SECRET": key.secret}


def trusting(trust: Trust) -> dict[str, str]:
    """Return what makes programs trust an authority, and nobody else where they can be told so."""
    return {**dict.fromkeys(_TRUSTING, str(trust.pem)), "SSL_CERT_DIR": str(trust.empty)}


def proxied(url: str) -> dict[str, str]:
    """Return what leads programs to a proxy, in both letter cases; what is on this machine is reached without it."""
    names = [*_PROXIES, *(name.upper() for name in _PROXIES), "GLOBAL_AGENT_HTTP_PROXY", "GLOBAL_AGENT_HTTPS_PROXY"]
    return {**dict.fromkeys(names, url), "no_proxy": NEAR, "NO_PROXY": NEAR}


def bare(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment that names no proxy, and nothing of ours that another redirection may have left there."""
    named = {*_PROXIES, "no_proxy", "global_agent_http_proxy", "global_agent_https_proxy", "node_use_env_proxy"}
    kept = {name: value for name, value in environment.items() if name.lower() not in named}
    return {name: value for name, value in kept.items() if not name.startswith("NONCENSE_LED_")}


def php(environment: Mapping[str, str], folder: Path, trust: Trust, prepended: Path | None = None) -> dict[str, str]:
    """Return what leads PHP to trust an authority, and perhaps to run a file first; an ini file is written for it.

    Args:
        environment: What the command would inherit: folders of ini files that are named there are kept.
        folder: Where the ini file goes, in a folder of its own.
        trust: The authority.
        prepended: What is run before every script.
    """
    own = folder / "php"
    own.mkdir(exist_ok=True)
    lines = [f'curl.cainfo="{trust.pem}"', f'openssl.cafile="{trust.pem}"']
    if prepended is not None:
        lines.append(f'auto_prepend_file="{prepended}"')
    (own / "noncense.ini").write_text("\n".join([*lines, ""]), encoding="utf-8")
    return {"PHP_INI_SCAN_DIR": f"{environment.get('PHP_INI_SCAN_DIR', '')}:{own}"}


def java(environment: Mapping[str, str], trust: Trust, *, proxy_port: int | None, hosts: Path | None) -> dict[str, str]:
    """Return what leads the JDK to trust an authority, to take a proxy, and to look names up in one file alone.

    Args:
        environment: What the command would inherit: options that are named there are kept.
        trust: The authority.
        proxy_port: Where the proxy is; None for none, in a namespace.
        hosts: The file of names; None for the system's own way.
    """
    options = []
    if trust.java is not None:
        options += [f"-Djavax.net.ssl.trustStore={trust.java}", f"-Djavax.net.ssl.trustStorePassword={TRUST_PASSWORD}"]
    if proxy_port is not None:
        for scheme in ("http", "https"):
            options += [f"-D{scheme}.proxyHost=127.0.0.1", f"-D{scheme}.proxyPort={proxy_port}"]
    else:
        # In a namespace its process has a small number, which another in the same folder for such files may have too.
        options.append("-XX:-UsePerfData")
    if hosts is not None:
        options.append(f"-Djdk.net.hosts.file={hosts}")
    inherited = environment.get("JAVA_TOOL_OPTIONS", "")
    return {"JAVA_TOOL_OPTIONS": " ".join([*([inherited] if inherited else []), *map(_java_quoted, options)])}


def _java_quoted(option: str) -> str:
    """Return an option as JAVA_TOOL_OPTIONS holds it: a blank is kept between quotes."""
    return shlex.quote(option) if " " in option else option
