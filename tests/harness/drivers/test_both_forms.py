"""One adapter, every way to plug it in: what the harness sees is the same."""

import os
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from harness.drivers.driver import CannotTry, Driver, Failed, Hung, Reply, Succeeded
from harness.errors import AdapterFault
from tests.harness.drivers.driver_setup import PLENTY_S, tame, target

FORMS = ["in process", "program", "beside a copied kit", "served by the harness"]


@pytest.fixture(params=[(form, flavour) for form in FORMS for flavour in ("sync", "async")], ids=", ".join)
def driver(request: pytest.FixtureRequest) -> Iterator[Driver]:
    """An adapter that may be called concurrently, with session a open."""
    made = tame(*request.param)
    made.describe("reference")
    assert made.open("a", target()) == Succeeded(value=None)
    yield made
    made.shutdown()


@pytest.fixture(params=[(form, flavour) for form in FORMS[1:] for flavour in ("sync", "async")], ids=", ".join)
def as_program(request: pytest.FixtureRequest) -> Iterator[Driver]:
    """The same, where it is a program: its descriptors are its own."""
    made = tame(*request.param)
    made.open("a", target())
    yield made
    made.shutdown()


@pytest.fixture(params=FORMS)
def serial(request: pytest.FixtureRequest) -> Iterator[Driver]:
    """An adapter that promises nothing about concurrent calls, with session a open."""
    made = tame(request.param, "serial")
    made.describe("reference")
    made.open("a", target())
    yield made
    made.shutdown()


def raw(driver: Driver, do: str, text: str = "", *, session: str = "a") -> Reply:
    return driver.call(session, "raw", {"do": do, "text": text}, limit_s=PLENTY_S).reply


def test_the_description_is_the_adapters(driver: Driver) -> None:
    description = driver.describe("reference")
    assert (description.name, description.version, description.language) == ("tame", "1.2.3", "python")
    assert description.dialects == ("reference",)
    assert description.operations == {"balances", "withdraw", "deposit_address", "raw"}
    assert description.features == {"concurrent"}
    assert (description.homepage, description.issues) == ("https://example.org", None)


def test_success_failure_and_skipping_are_told_apart(driver: Driver) -> None:
    replies = [
        driver.call("a", operation, {}, limit_s=PLENTY_S).reply
        for operation in ("balances", "withdraw", "deposit_address")
    ]
    assert replies[0] == Succeeded(value={"BTC": "0.50000000"})
    failed = replies[1]
    assert isinstance(failed, Failed)
    assert (failed.kind, failed.message, failed.type, failed.http_status) == (
        "insufficient_funds",
        "not enough",
        "Poor",
        422,
    )
    assert replies[2] == CannotTry(reason="no such call", url="https://example.org/1")


def test_a_client_may_refuse_in_its_constructor(driver: Driver) -> None:
    reply = driver.open("b", replace(target(debug=True), key="refused"))
    assert isinstance(reply, Failed)
    assert (reply.kind, reply.message, reply.type) == ("authentication", "a key has 32 characters", "ValueError")
    mark = driver.stderr_mark()
    raw(driver, "log", "hushed")
    assert "debug: hushed" not in driver.stderr_since(mark), "its loud log went with it"


def test_a_call_is_timed_between_its_handing_over_and_its_answer(driver: Driver) -> None:
    timed = driver.call("a", "balances", {}, limit_s=PLENTY_S)
    assert 0 < timed.ended_ns - timed.started_ns < PLENTY_S * 1e9


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("decimal", "0.00000001"),
        ("nan", "NaN"),
        ("tuple", ["a", {"b": ["c"]}]),
        ("nothing", None),
        ("surrogate", "\ud800"),
    ],
)
def test_values_arrive_as_json_has_them(driver: Driver, name: str, value: object) -> None:
    assert raw(driver, "value", name) == Succeeded(value=value)


def test_a_value_that_json_cannot_spell_is_the_adapters_fault(driver: Driver) -> None:
    with pytest.raises(AdapterFault, match="set cannot be spelled as JSON"):
        raw(driver, "value", "set")


@pytest.mark.parametrize(
    ("do", "name"), [("break", "RuntimeError: boom"), ("leave", "SystemExit: 5"), ("invent a kind", "ValueError")]
)
def test_any_other_exception_is_the_adapters_own_failure(driver: Driver, do: str, name: str) -> None:
    with pytest.raises(AdapterFault) as caught:
        raw(driver, do, "boom")
    assert caught.value.kind in ("raised", "json_rpc")
    assert name in caught.value.detail
    assert name in caught.value.stderr
    assert "tame_adapter.py" in caught.value.stderr
    assert raw(driver, "count") == Succeeded(value=1), "the adapter is still there"


def test_an_operation_that_cannot_exist_is_an_error_and_no_reply(driver: Driver) -> None:
    with pytest.raises(AdapterFault) as caught:
        driver.call("a", "xyzzy_1", {}, limit_s=PLENTY_S)
    assert caught.value.kind in ("raised", "json_rpc")


def test_calls_handed_over_together_run_together(driver: Driver) -> None:
    replies = driver.call_together([("a", "raw", {"do": "meet"})] * 3, limit_s=PLENTY_S)
    assert [timed.reply for timed in replies] == [Succeeded(value="met")] * 3


def test_an_adapter_that_does_not_promise_concurrency_gets_one_call_after_the_other(serial: Driver) -> None:
    replies = serial.call_together([("a", "raw", {"do": "count"})] * 20, limit_s=PLENTY_S)
    assert [timed.reply for timed in replies] == [Succeeded(value=1)] * 20


def test_replies_stand_in_the_order_of_the_calls(driver: Driver) -> None:
    calls = [("a", "balances", {}), ("a", "deposit_address", {}), ("a", "raw", {"do": "count"})]
    replies = [type(timed.reply) for timed in driver.call_together(calls, limit_s=PLENTY_S)]
    assert replies == [Succeeded, CannotTry, Succeeded]


def test_a_call_that_hangs_is_a_fact_about_the_client(driver: Driver) -> None:
    reply = driver.call("a", "raw", {"do": "hang"}, limit_s=0.1).reply
    assert reply == Hung(limit_s=0.1)
    driver.close("a")
    assert driver.open("b", target()) == Succeeded(value=None)
    assert raw(driver, "count", session="b") == Succeeded(value=1)


def test_a_serial_adapter_that_hangs_is_free_again_for_the_next_session(serial: Driver) -> None:
    assert serial.call("a", "raw", {"do": "hang"}, limit_s=0.1).reply == Hung(limit_s=0.1)
    assert serial.call("a", "raw", {"do": "count"}, limit_s=0.1).reply == Hung(limit_s=0.1)
    serial.close("a")
    serial.open("b", target())
    assert raw(serial, "count", session="b") == Succeeded(value=1)


@pytest.mark.parametrize("do", ["print", "print to stderr", "log"])
def test_what_a_client_prints_or_logs_is_kept_and_disturbs_nothing(driver: Driver, do: str) -> None:
    raw(driver, "print", "before")
    mark = driver.stderr_mark()
    assert raw(driver, do, "the signature is 123\n") == Succeeded(value=None)
    text = driver.stderr_since(mark)
    assert "the signature is 123" in text
    assert "before" not in text


def test_logging_is_at_its_loudest_only_for_a_session_that_asks_for_it(driver: Driver) -> None:
    mark = driver.stderr_mark()
    raw(driver, "log", "quiet")
    assert "debug: quiet" not in driver.stderr_since(mark)
    driver.open("loud", target(debug=True))
    raw(driver, "log", "loud", session="loud")
    assert "debug: loud" in driver.stderr_since(mark)
    driver.close("loud")
    raw(driver, "log", "hushed")
    assert "debug: hushed" not in driver.stderr_since(mark)


def test_what_goes_past_python_to_descriptor_1_lands_on_stderr(as_program: Driver) -> None:
    mark = as_program.stderr_mark()
    assert raw(as_program, "write to descriptor 1", "from a C library") == Succeeded(value=None)
    assert as_program.stderr_since(mark) == "from a C library"


def test_no_child_of_the_client_reads_our_requests(as_program: Driver) -> None:
    assert raw(as_program, "run a child that reads stdin") == Succeeded(value=0)


def test_a_value_too_long_for_a_line_is_told_apart_from_a_broken_line(as_program: Driver) -> None:
    with pytest.raises(AdapterFault) as caught:
        raw(as_program, "value", "huge")
    assert caught.value.kind == "json_rpc"
    assert "a line may take 8388608" in caught.value.detail


def test_the_state_folder_of_a_session_is_handed_on(driver: Driver) -> None:
    driver.open("b", target(state_dir="/somewhere"))
    assert raw(driver, "state folder", session="b") == Succeeded(value="/somewhere")


@pytest.mark.parametrize("kill", [True, False])
def test_a_restart_leaves_no_session(driver: Driver, kill: bool) -> None:
    driver.restart(kill=kill)
    driver.describe("reference")
    with pytest.raises(AdapterFault):
        raw(driver, "count")
    assert driver.open("a", target()) == Succeeded(value=None)


def test_a_session_that_is_not_open_is_closed_without_a_word(driver: Driver) -> None:
    driver.close("nobody")
    driver.close("a")
    driver.close("a")


def test_the_end_is_quick_although_a_call_hangs(driver: Driver) -> None:
    driver.start_call("a", "raw", {"do": "hang"})
    driver.shutdown()
    driver.shutdown()


def test_a_call_that_a_kill_cuts_short_does_not_come_back(driver: Driver) -> None:
    driver.start_call("a", "raw", {"do": "hang"})
    driver.restart(kill=True)
    driver.open("a", target())
    assert raw(driver, "count") == Succeeded(value=1)


def test_no_thread_of_an_object_outlives_its_driver() -> None:
    before = set(threading.enumerate())
    for flavour in ("sync", "async"):
        driver = tame("in process", flavour)
        driver.open("a", target())
        driver.call_together([("a", "raw", {"do": "meet"})] * 3, limit_s=PLENTY_S)
        driver.close("a")
        driver.shutdown()
    for thread in set(threading.enumerate()) - before:
        thread.join(PLENTY_S)
    assert set(threading.enumerate()) <= before


def test_proxy_variables_are_gone_while_a_client_is_driven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    driver = tame("in process", "sync")
    driver.describe("reference")
    assert "HTTPS_PROXY" not in os.environ
    driver.shutdown()
    assert os.environ["HTTPS_PROXY"] == "http://127.0.0.1:1"


def test_standard_streams_are_given_back() -> None:
    before = sys.stdout, sys.stderr
    driver = tame("in process", "sync")
    driver.open("a", target())
    raw(driver, "print", "x")
    assert (sys.stdout, sys.stderr) == before
    driver.shutdown()
