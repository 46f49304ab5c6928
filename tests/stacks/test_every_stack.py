"""Every stack at hand, measured as it comes and with its cures (`make stacks`)."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.stacks import MEASURED, STACKS, Matter, Measured, Missing, Mode, Stack, Wanted, measure, read
from harness.stacks.probes import PROBES
from harness.stacks.seeing import Kind

pytestmark = pytest.mark.stacks

#: Where `noncense stacks --install` was told to install by the page that it writes.
INSTALLED = Path(__file__).parents[2] / ".noncense" / "stacks"

WAYS = ("warm", "reset", "unread", "fresh", "always")
#: What is left of a matter although its cure was applied, always or now and then; the table says so.
UNCURED = {"java-connection": {"post-unread", *(f"{method}-{way}" for method in ("get", "delete") for way in WAYS)}}


@pytest.fixture(params=STACKS, ids=lambda stack: stack.name, scope="module")
def measured(request: pytest.FixtureRequest) -> Measured:
    stack: Stack = request.param
    matters = (Matter.DROPPED, Matter.REDIRECTED, Matter.ANSWERED)
    (found,) = measure(
        Wanted(stacks=(stack,), matters=matters, repeats=1), installed=INSTALLED if INSTALLED.is_dir() else None
    )
    if isinstance(found, Missing):
        pytest.skip(f"{found.reason} ({found.install})")
    return found


def test_everything_arrives(measured: Measured) -> None:
    quick = {probe.name for probe in PROBES if probe.matter is not Matter.SLOW}
    assert {probe for mode, probe in measured.outcomes if mode is Mode.AS_IS} == quick
    assert [place for place, (one,) in measured.outcomes.items() if one.kind is Kind.UNHEARD] == []


def test_a_cured_stack_sends_nothing_twice_and_follows_nothing(measured: Measured) -> None:
    harmful = {Kind.AGAIN, Kind.BARE, Kind.CARRIED, Kind.REPLAYED}
    left = {probe for (mode, probe), (one,) in measured.outcomes.items() if mode is Mode.CURED and one.kind in harmful}
    assert left <= UNCURED.get(measured.stack.name, set())


def test_the_version_that_was_published_still_does_what_was_published(measured: Measured) -> None:
    row = read(MEASURED).row(measured.stack.name)
    assert row is not None
    if (row.version, row.runtime) != (measured.version, measured.runtime):
        pytest.skip(f"{row.version} on {row.runtime} was published, {measured.version} on {measured.runtime} is here")
    different = [
        (place, outcomes)
        for place, outcomes in measured.outcomes.items()
        if not set(outcomes) <= set(row.outcomes[place])
    ]
    assert different == []
