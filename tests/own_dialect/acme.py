"""The exchange of the example, its client, and the ways in which tests ask for them."""

import runpy
from functools import cache
from pathlib import Path
from types import SimpleNamespace

from harness.drivers import ObjectClient
from harness.events import RequirementResult
from harness.run import RunSettings, run
from mockserver import Dialect, dialect_named
from signer import Credentials, Request, Scheme

EXAMPLE = Path(__file__).parents[2] / "examples" / "own-dialect"
ACME = str(EXAMPLE / "acme.py")
ADAPTER = str(EXAMPLE / "adapter.py")

#: The pair of Binance's documents, which stands in every edition of them.
PUBLISHED = Credentials(
    key="vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A",
    secret="NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j",
)
MOMENT = 1499827319559


def dialect() -> Dialect:
    return dialect_named(ACME)


def scheme() -> Scheme:
    return dialect().scheme


@cache
def example() -> SimpleNamespace:
    """Return the names of the example's client and adapter."""
    adapter = runpy.run_path(ADAPTER)
    return SimpleNamespace(**adapter)


def form(body: str, target: str = "/v1/orders") -> Request:
    return Request(method="POST", target=target.encode(), body=body.encode())


def judged(client: ObjectClient, *requirements: str, seed: int = 1, profile: str = "documented") -> dict[str, str]:
    """Return what became of each requirement: its status, and what a finding names."""
    settings = RunSettings(dialect=ACME, seed=seed, profile=profile, requirements=requirements)
    summary = run(settings, client, ())
    assert summary.fault is None, summary.fault
    return {result.id: _told(result) for result in summary.results}


def _told(result: RequirementResult) -> str:
    named = result.finding.diagnosis if result.finding is not None else ()
    return " ".join([result.status.value, *named])
