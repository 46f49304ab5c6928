"""Ways of reading, listing and refusing that differ from our right client's, and break nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

import pytest

from harness.drivers import ObjectClient
from harness.events import RequirementResult, Status
from harness.mutants import Adapter
from harness.mutants.failures import Failure, Origin
from harness.mutants.knobs import Knobs
from harness.mutants.messages import Account, Json, Wanted
from harness.run import RunSettings, run
from mockserver import dialect_named


def results(knobs: Callable[[], Knobs], dialect: str, *rows: str) -> list[RequirementResult]:
    client = ObjectClient(reference=lambda: Adapter(knobs(), name="another right client"))
    summary = run(RunSettings(dialect=dialect, seed=3, requirements=rows), client, ())
    assert summary.fault is None, summary.fault
    return list(summary.results)


def passes(knobs: Callable[[], Knobs], dialect: str, *rows: str) -> None:
    wrong = [(one.id, one.status, one.reason) for one in results(knobs, dialect, *rows) if one.status is not PASSED]
    assert wrong == []


PASSED = Status.PASSED


def newest_first(operation: str, value: Json) -> Json:
    return value[::-1] if operation == "open_orders" and isinstance(value, list) else value


def dearest_first(operation: str, value: Json) -> Json:
    if operation != "open_orders" or not isinstance(value, list):
        return value
    return sorted(value, key=lambda item: -Decimal(str(item["price"])) if isinstance(item, Mapping) else 0)


@pytest.mark.parametrize("ordering", [newest_first, dearest_first])
def test_a_list_may_stand_in_any_order_that_can_be_stated(ordering: Callable[[str, Json], Json]) -> None:
    passes(lambda: Knobs(result=ordering), "exmo", "PARSE-008", "PARSE-001", "RETRY-012")


def without_own_ids(operation: str, value: Json) -> Json:
    if operation != "open_orders" or not isinstance(value, list):
        return value
    return [{name: item[name] for name in item if name != "client_order_id"} for item in value]


def test_a_list_without_own_ids_is_known_by_what_the_orders_are() -> None:
    (result,) = results(lambda: Knobs(result=without_own_ids), "poloniex", "RETRY-012")
    assert result.status is PASSED
    assert "not covered: a listing that shows the client's own ids" in result.notes


def refusing_at_home() -> Knobs:
    markets = {market.name: market for market in dialect_named("bitunix").markets}

    def intent(operation: str, params: Mapping[str, Json]) -> Mapping[str, Json]:
        if operation == "place_order":
            market = markets.get(str(params["market"]))
            if market is None:
                raise Failure("not_found", "there is no such market")
            for name, step in (("price", market.price_step), ("amount", market.amount_step)):
                text = str(params[name])
                if not text.replace(".", "", 1).isdecimal() or not Decimal(text) or Decimal(text) % step:
                    raise Failure("invalid_request", f"{name} is not on the market's step")
        return params

    return Knobs(intent=intent)


def test_what_no_exchange_would_take_may_be_refused_at_home() -> None:
    passes(refusing_at_home, "bitunix", "NUM-001", "NUM-003", "NUM-006", "ERR-007", "OPS-003")


def vague(failure: Failure, wanted: Wanted, account: Account) -> Failure:
    return Failure("unknown", str(failure), origin=Origin.LOCAL)


def test_a_client_that_tells_no_failures_apart_is_never_wrong_about_their_kind() -> None:
    rows = ("ERR-005", "ERR-006", "ERR-007", "ERR-010", "RETRY-011", "PARSE-006", "PARSE-007")
    passes(lambda: Knobs(outcome=vague), "reference", *rows)


class Gone(Adapter):
    """Takes an order that is gone for cancelled: whether it may is ERR-001's question."""

    def open(self, target: object) -> object:
        from harness.adapter import ClientError

        session = super().open(target)  # type: ignore[arg-type]
        inner = session.call

        def call(operation: str, params: dict[str, object]) -> object:
            try:
                return inner(operation, params)
            except ClientError as refused:
                if operation == "cancel_order" and refused.kind == "order_not_found":
                    return {}
                raise

        session.call = call  # type: ignore[method-assign]
        return session


def test_an_order_that_is_gone_may_be_taken_for_cancelled() -> None:
    client = ObjectClient(reference=lambda: Gone(name="gone"))
    summary = run(RunSettings(dialect="poloniex", seed=3, requirements=("RETRY-011",)), client, ())
    assert summary.results[0].status is PASSED


class Typed(Adapter):
    """Parses amounts before the client sees them, as adapters of typed languages do, and breaks on nonsense."""

    def open(self, target: object) -> object:
        session = super().open(target)  # type: ignore[arg-type]
        inner = session.call

        def call(operation: str, params: dict[str, object]) -> object:
            for name in ("price", "amount"):
                if not str(params.get(name, "1")).replace(".", "", 1).isdecimal():
                    raise ValueError(f"{name} is no decimal")
            return inner(operation, params)

        session.call = call  # type: ignore[method-assign]
        return session


def test_an_adapter_may_break_on_what_the_contract_does_not_allow() -> None:
    client = ObjectClient(reference=lambda: Typed(name="typed"))
    summary = run(RunSettings(dialect="reference", seed=3, requirements=("NUM-003", "NUM-006")), client, ())
    assert [result.status for result in summary.results] == [PASSED, PASSED]
    assert summary.fault is None
