"""An exchange that is called Poloniex, and commands that are led there."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.redirecting import Redirected, redirect
from harness.redirecting.namespace import forbidden
from mockserver import KeyHandle, MockExchange

#: A command that takes longer than this does not come back.
PATIENCE_S = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A command that was led somewhere, and has ended."""

    status: int
    output: str
    errors: str
    strays: tuple[str, ...]
    troubles: tuple[str, ...]
    taken: Redirected


Led = Callable[..., Ended]


@pytest.fixture(scope="module")
def exchange() -> Iterator[MockExchange]:
    with MockExchange("poloniex") as running:
        yield running


@pytest.fixture
def key(exchange: MockExchange) -> KeyHandle:
    return exchange.create_key(balances={"BTC": "1.5"})


@pytest.fixture
def led(exchange: MockExchange, key: KeyHandle, tmp_path: Path) -> Led:
    """Run a command to its end, on a rung; `K` and `S` in it stand for the key and its secret."""

    def run(*argv: str, rung: str | None = None, environment: Mapping[str, str] | None = None) -> Ended:
        command = [{"K": key.key, "S": key.secret}.get(word, word) for word in argv]
        own = {"exchange": exchange, "hosts": exchange.dialect.hosts, "key": key, "rung": rung}
        whole = {**os.environ, **(environment or {})}
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        with redirect(command, environment=whole, folder=folder, **own) as taken:
            done = run_to_its_end(taken)
            strays, troubles = taken.strays(), taken.troubles()
        return Ended(
            status=done.returncode,
            output=done.stdout,
            errors=done.stderr,
            strays=tuple(map(str, strays)),
            troubles=troubles,
            taken=taken,
        )

    return run


def run_to_its_end(taken: Redirected) -> subprocess.CompletedProcess[str]:
    argv: Sequence[str] = taken.redirection.argv
    environment = dict(taken.redirection.environment)
    return subprocess.run(argv, env=environment, capture_output=True, text=True, timeout=PATIENCE_S)


@pytest.fixture
def namespaces() -> None:
    """Skip where there are none."""
    if (why := forbidden()) is not None:
        pytest.skip(f"this machine allows no network of a command's own: {why}")
