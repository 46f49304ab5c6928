"""A finding on a client whose stack does so by itself says so, and one on any other client does not."""

from __future__ import annotations

import pytest

from harness.drivers import ObjectClient
from harness.events import Status
from harness.mutants import adapter_with
from harness.run import RunSettings, run


def hints(http_stack: str) -> tuple[str, ...]:
    def made() -> object:
        adapter = adapter_with("redirects-followed")
        adapter.http_stack = http_stack
        return adapter

    settings = RunSettings(dialect="reference", seed=7, requirements=("REDIR-001",), examples=2)
    (result,) = run(settings, ObjectClient(reference=made), []).results
    assert result.status is Status.FAILED
    assert result.finding is not None
    return tuple(result.finding.hints)


def test_a_client_on_requests_is_told_what_requests_does_and_how_to_stop_it() -> None:
    (words,) = hints("requests 2.34.2")
    assert words.startswith("By itself requests follows redirects, and takes `Key` and `Sign` along")
    assert words.endswith("cure: `allow_redirects=False` in every call")


@pytest.mark.parametrize("http_stack", ["node:http 20", "http.client"])
def test_a_client_on_a_stack_that_follows_nothing_has_itself_to_blame(http_stack: str) -> None:
    assert hints(http_stack) == ()
