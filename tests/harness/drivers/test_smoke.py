"""Is the adapter wired right? What is its own fault is told before anyone is judged, and nothing else is."""

import sys
from collections.abc import Iterator, Mapping

import pytest

from harness.adapter import ClientError, Skipped, Target
from harness.drivers.driver import Description
from harness.errors import AdapterFault, UsageError
from harness.smoke import smoke
from mockserver import MockExchange
from tests.harness.drivers.driver_setup import HERE, in_process, program


@pytest.fixture(scope="module")
def exchange() -> Iterator[MockExchange]:
    with MockExchange("reference") as running:
        yield running


class Wired:
    """An adapter that answers everything with a refusal: no credit to its client, and no fault of its own."""

    name, version, language = "wired", "1", "python"
    dialects: tuple[str, ...] = ("reference",)
    operations: tuple[str, ...] = ("balances", "ticker")
    features: tuple[str, ...] = ("concurrent",)

    def open(self, target: Target) -> "Wired":
        return self

    def call(self, operation: str, params: Mapping[str, object]) -> object:
        raise ClientError("network", "no route")

    def close(self) -> None:
        pass


def judge(adapter: object, exchange: MockExchange) -> Description:
    driver = in_process(adapter)
    try:
        return smoke(driver, exchange)
    finally:
        driver.shutdown()


def judge_program(vice: str, exchange: MockExchange, *, limit_s: float = 60) -> Description:
    driver = program(sys.executable, str(HERE / "evil_program.py"), vice)
    try:
        return smoke(driver, exchange, limit_s=limit_s)
    finally:
        driver.shutdown()


def test_a_client_that_only_fails_is_wired_right(exchange: MockExchange) -> None:
    assert judge(Wired(), exchange).name == "wired"


def test_the_projects_right_client_is_wired_right(exchange: MockExchange) -> None:
    mutants = pytest.importorskip("harness.mutants")
    assert "balances" in judge(mutants.Adapter(), exchange).operations


def test_a_client_that_refuses_its_credentials_is_wired_right(exchange: MockExchange) -> None:
    class Refusing(Wired):
        def open(self, target: Target) -> Wired:
            raise ClientError("authentication", "a key has 20 characters")

    assert judge(Refusing(), exchange).name == "wired"


def test_a_client_that_cannot_even_try_is_wired_right(exchange: MockExchange) -> None:
    class Unable(Wired):
        def call(self, operation: str, params: Mapping[str, object]) -> object:
            raise Skipped("not yet")

    assert judge(Unable(), exchange).name == "wired"


def test_a_client_of_another_dialect_is_wrong_usage(exchange: MockExchange) -> None:
    class Foreign(Wired):
        dialects = ("exmo", "poloniex")

    with pytest.raises(UsageError, match="does not speak reference; the dialects it speaks: exmo, poloniex"):
        judge(Foreign(), exchange)


def test_success_without_a_request_is_dishonest(exchange: MockExchange) -> None:
    class Dreaming(Wired):
        def call(self, operation: str, params: Mapping[str, object]) -> object:
            return {"BTC": "1"}

    with pytest.raises(AdapterFault, match=r"dishonest: .* no request reached http"):
        judge(Dreaming(), exchange)


def test_an_adapter_that_accepts_what_cannot_exist_is_dishonest(exchange: MockExchange) -> None:
    class Yes(tuple[str, ...]):
        __slots__ = ()

        def __contains__(self, operation: object) -> bool:
            return True

    class Obliging(Wired):
        operations = Yes(("balances",))

    with pytest.raises(AdapterFault, match=r"dishonest: xyzzy_[0-9a-f]{8} cannot exist"):
        judge(Obliging(), exchange)


def test_a_program_that_never_answers_what_cannot_exist_is_dishonest(exchange: MockExchange) -> None:
    with pytest.raises(AdapterFault, match=r"dishonest: xyzzy_.*: it answered hung"):
        judge_program("hang", exchange, limit_s=0.1)


def test_an_adapter_that_breaks_when_calls_come_together_is_dishonest(exchange: MockExchange) -> None:
    class Busy(Wired):
        def __init__(self) -> None:
            self.calls = 0

        def call(self, operation: str, params: Mapping[str, object]) -> object:
            self.calls += 1
            if self.calls > 3:
                raise RuntimeError("one at a time")
            return super().call(operation, params)

    with pytest.raises(AdapterFault, match=r"dishonest: it promises concurrent, .* one at a time"):
        judge(Busy(), exchange)


def test_an_adapter_that_promises_no_concurrency_is_not_tried_on_it(exchange: MockExchange) -> None:
    class Counting(Wired):
        features = ()
        calls = 0

        def call(self, operation: str, params: Mapping[str, object]) -> object:
            Counting.calls += 1
            return super().call(operation, params)

    judge(Counting(), exchange)
    assert Counting.calls == 2


def test_an_adapter_that_breaks_on_what_it_promises_is_told_by_its_own_word(exchange: MockExchange) -> None:
    class Broken(Wired):
        def call(self, operation: str, params: Mapping[str, object]) -> object:
            raise KeyError("market")

    with pytest.raises(AdapterFault, match="raised: ticker: KeyError: 'market'"):
        judge(Broken(), exchange)


@pytest.mark.parametrize("vice", ["exit", "signal", "close-stdout", "print", "json-rpc-error"])
def test_a_program_that_breaks_in_the_smoke_keeps_the_name_of_its_fault(vice: str, exchange: MockExchange) -> None:
    names = {"exit": "exited", "signal": "signalled", "close-stdout": "end_of_file", "json-rpc-error": "json_rpc"}
    with pytest.raises(AdapterFault) as caught:
        judge_program(vice, exchange)
    assert caught.value.kind == names.get(vice, "framing")


@pytest.mark.parametrize("dialect", ["poloniex", "exmo", "bitunix"])
def test_every_dialect_has_parameters_to_be_tried_with(dialect: str) -> None:
    asked = {}

    class Everywhere(Wired):
        dialects = (dialect,)
        operations = ("raw", "order_book")

        def call(self, operation: str, params: Mapping[str, object]) -> object:
            asked[operation] = params
            return super().call(operation, params)

    with MockExchange(dialect) as exchange:
        judge(Everywhere(), exchange)
    assert set(asked["raw"]) == {"method", "target", "params"}
    assert asked["order_book"]["depth"] == 5
