"""By their budget, by an interruption, or by an adapter that breaks: what was found is told in any case."""

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.campaign import read_budget
from harness.campaign.budget import Budget
from harness.campaign.invariants import INVARIANTS
from harness.drivers import ObjectClient
from harness.errors import UsageError
from harness.events import CampaignProgress, CasePlayed, Event, RunEnded, RunStarted, Status
from harness.known_failures import KnownFailures
from harness.mutants import adapter_with
from harness.mutants.adapter import Adapter, Session
from tests.harness.campaign.campaigns import RIGHT, Heard, failed, result, search, wrong


@pytest.mark.parametrize(("text", "seconds"), [("30s", 30), ("5m", 300), ("2h", 7200), ("1h30m", 5400), ("0.5s", 0.5)])
def test_a_budget_is_read(text: str, seconds: float) -> None:
    assert read_budget(text) == seconds


@pytest.mark.parametrize("text", ["", "5", "m", "5 m", "-5m", "0s", "5d", "five minutes"])
def test_what_is_no_budget_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--campaign"):
        read_budget(text)


def test_a_budget_ends_by_time_or_by_schedules_whichever_comes_first() -> None:
    ticks: Iterator[float] = itertools.count(0.0, 1.0)
    budget = Budget(2.0, elapsed=lambda: next(ticks))
    assert [budget.over, budget.over] == [False, True]
    counted = Budget(2.0, schedules=1, elapsed=lambda: 0.0)
    assert not counted.over
    counted.played = 1
    assert counted.over


def test_no_more_schedules_are_drawn_than_were_asked_for() -> None:
    heard = Heard()
    search(RIGHT, "exmo", "SIGN-001", schedules=7, listener=heard, trace=True)
    assert sum(isinstance(event, CasePlayed) for event in heard.events) == 7


def test_one_seed_draws_the_same_schedules() -> None:
    def drawn(seed: int) -> list[tuple[str, ...]]:
        heard = Heard()
        search(RIGHT, "exmo", "SIGN-001", schedules=4, seed=seed, listener=heard, trace=True)
        return [event.steps for event in heard.events if isinstance(event, CasePlayed)]

    assert drawn(5) == drawn(5)
    assert drawn(5) != drawn(6)


def test_an_interruption_ends_it_with_what_was_found() -> None:
    played = itertools.count(1)

    def interrupt(event: Event) -> None:
        if isinstance(event, CasePlayed) and next(played) == 10:
            raise KeyboardInterrupt

    heard = Heard(then=interrupt)
    with pytest.raises(KeyboardInterrupt):
        search(wrong("nonce-used-twice"), "exmo", schedules=500, listener=heard, trace=True)
    summary = next(event.summary for event in heard.events if isinstance(event, RunEnded))
    assert summary.fault == "it was interrupted"
    assert summary.exit_status == 1
    assert any(found.status is Status.FAILED for found in summary.results)


def test_progress_is_told_of_the_budget() -> None:
    heard = Heard()
    search(RIGHT, "exmo", schedules=12, listener=heard)
    started = next(event for event in heard.events if isinstance(event, RunStarted))
    assert started.budget_s == 600.0
    told = [event for event in heard.events if isinstance(event, CampaignProgress)]
    assert all(event.budget_s == 600.0 for event in told)
    assert [event.schedules for event in told] == sorted(event.schedules for event in told)


class Moody(Session):
    """Says of its first order that it stands and does not place it; never again."""

    moods = itertools.count()

    def call(self, operation: str, params: object) -> object:
        if operation == "place_order" and next(self.moods) == 0:
            return {"order_id": "1"}
        return super().call(operation, params)  # type: ignore[arg-type]


class MoodyAdapter(Adapter):
    def open(self, target: object) -> Session:
        return Moody(super().open(target).client)  # type: ignore[arg-type]


def test_what_failed_once_and_not_again_is_called_unstable() -> None:
    Moody.moods = itertools.count()
    summary = search(ObjectClient(reference=lambda: MoodyAdapter()), "exmo", "OPS-001", schedules=8)
    found = result(summary, "OPS-001")
    assert found.status is Status.INCONCLUSIVE
    assert found.reason.startswith("unstable")
    assert summary.exit_status == 3


def test_a_client_that_promises_hardly_anything_is_asked_for_nothing_else() -> None:
    adapter = Adapter(features=())
    adapter.operations = ("cancel_order",)
    summary = search(ObjectClient(reference=lambda: adapter), "exmo", schedules=5)
    assert summary.fault is None
    assert summary.exit_status == 3
    adapter.operations = ("ticker",)
    assert failed(search(ObjectClient(reference=lambda: adapter), "exmo", schedules=5)) == {}


class Broken(Adapter):
    def open(self, target: object) -> Session:
        raise RuntimeError("no more sockets")


def test_an_adapter_that_breaks_ends_it_with_status_3() -> None:
    summary = search(ObjectClient(reference=lambda: Broken()), "exmo", schedules=5)
    assert summary.exit_status == 3
    assert summary.fault is not None
    assert "no more sockets" in summary.fault


def test_a_requirement_that_is_not_watched_is_a_wrong_usage() -> None:
    with pytest.raises(UsageError, match="watches no requirement called NUM-001"):
        search(RIGHT, "exmo", "NUM-001")


def test_a_known_failure_is_excused_and_never_called_mended() -> None:
    known = KnownFailures(entries={"RETRY-001": "EFFECT-TWICE", "SIGN-001": None})
    summary = search(wrong("orders-sent-again"), "exmo", "RETRY-001", "SIGN-001", schedules=20, known=known)
    assert result(summary, "RETRY-001").known_failure
    assert not result(summary, "SIGN-001").known_failure
    assert summary.exit_status == 0


def test_the_page_about_campaigns_names_all_that_is_looked_at() -> None:
    page = (Path(__file__).parents[3] / "docs" / "campaigns.md").read_text(encoding="utf-8")
    table = page.partition("## What is looked at")[2].partition("## What a finding shows")[0]
    assert sorted(re.findall(r"[A-Z]+-\d{3}", table)) == sorted(one.requirement for one in INVARIANTS)


def test_what_a_client_does_not_promise_is_skipped() -> None:
    adapter = adapter_with("nonce-used-twice")
    adapter.features = ()
    summary = search(ObjectClient(reference=lambda: adapter), "exmo", schedules=10)
    assert result(summary, "CONC-001").status is Status.SKIPPED
    assert "NONCE-002" in failed(summary)
