"""A program that breaks is named as the adapter's fault, each way by its own name, and never hangs the run."""

import pytest

from harness.drivers.driver import Failed, Hung, Succeeded
from harness.errors import AdapterFault, AdapterUnusable, UsageError
from tests.harness.drivers.driver_setup import descriptors, evil, in_process, opened, program, target


def fault_of(vice: str, *, call_limit_s: float = 60, probe_s: float = 60) -> AdapterFault:
    """Call twice: what follows an answer is seen by the next call at the latest."""
    with opened(vice, probe_s=probe_s) as driver:
        try:
            for _ in range(2):
                driver.call("a", "raw", {}, limit_s=call_limit_s)
        except AdapterFault as fault:
            return fault
    raise AssertionError(f"{vice} went unnoticed")


@pytest.mark.parametrize(
    ("vice", "kind", "words"),
    [
        ("exit", "exited", "status 7"),
        ("exit-in-peace", "exited", "status 0"),
        ("exit-and-leave-a-child", "exited", "status 7"),
        ("signal", "signalled", "SIGTERM"),
        ("close-stdout", "end_of_file", "closed its stdout with 1 unanswered request, and still runs"),
        ("half-a-line", "end_of_file", "in the middle of a line"),
        ("print", "framing", "debug: signing the request"),
        ("blank-line", "framing", "not JSON"),
        ("nan", "framing", "not JSON"),
        ("invalid-utf-8", "framing", "not JSON"),
        ("deep", "framing", "not JSON"),
        ("batch", "framing", "no JSON-RPC object"),
        ("notify", "framing", "no JSON-RPC 2.0 answer"),
        ("unknown-id", "framing", "unknown id"),
        ("null-id", "framing", "unknown id"),
        ("boolean-id", "framing", "unknown id"),
        ("text-id", "framing", "unknown id"),
        ("answer-twice", "framing", "two answers to request 3"),
        ("long-line", "framing", "8388608"),
        ("one-byte-too-long", "framing", "a line of 8388609 bytes"),
        ("endless-line", "framing", "more than 8388608 bytes"),
        ("flood", "framing", "unknown id"),
        ("json-rpc-error", "json_rpc", "'code': -1"),
        ("no-result", "json_rpc", "neither result nor error"),
        ("empty-result", "json_rpc", "one of ok, error and skipped"),
        ("ok-and-error", "json_rpc", "one of ok, error and skipped"),
        ("invented-kind", "json_rpc", "bad_luck"),
        ("status-as-text", "json_rpc", "http_status"),
        ("no-message", "json_rpc", "message is missing"),
    ],
)
def test_each_way_of_breaking_has_its_own_name(vice: str, kind: str, words: str) -> None:
    fault = fault_of(vice)
    assert fault.kind == kind
    assert words in fault.detail
    assert "\n" not in fault.detail


def test_a_program_that_answers_nothing_at_all_is_silent() -> None:
    fault = fault_of("freeze", call_limit_s=0.2, probe_s=0.2)
    assert (fault.kind, "probe" in fault.detail) == ("silent", True)


def test_a_program_that_does_not_say_who_it_is_is_silent() -> None:
    with evil("mute", limit_s=0.2) as driver, pytest.raises(AdapterFault, match="silent"):
        driver.describe("reference")


def test_a_program_that_stops_reading_is_found_out_although_the_pipe_is_full() -> None:
    with opened("read-no-more", probe_s=0.2) as driver:
        assert driver.call("a", "raw", {"big": 1}, limit_s=60).reply == Succeeded(value={})
        driver.call("a", "raw", {}, limit_s=60)
        with pytest.raises(AdapterFault, match="silent"):
            driver.call("a", "raw", {"padding": "x" * 2_000_000}, limit_s=0.2)


def test_a_program_that_closes_its_stdin_is_an_end_of_file() -> None:
    fault = fault_of("deaf")
    assert (fault.kind, fault.detail[:19]) == ("end_of_file", "it closed its stdin")


def test_the_longest_line_that_is_allowed_is_read() -> None:
    with opened("longest-line") as driver:
        reply = driver.call("a", "raw", {}, limit_s=60).reply
    assert isinstance(reply, Succeeded)


@pytest.mark.parametrize(("vice", "words"), [("exit", "the end is near"), ("json-rpc-error", "wired wrong")])
def test_the_last_lines_of_stderr_come_with_a_fault(vice: str, words: str) -> None:
    assert words in fault_of(vice).stderr


def test_a_program_that_is_gone_before_it_is_asked_is_told_with_its_status_and_last_lines() -> None:
    with evil("out-at-once") as driver, pytest.raises(AdapterFault) as caught:
        driver.describe("reference")
    assert (caught.value.kind, caught.value.stderr) == ("exited", "no such module")


@pytest.mark.parametrize(
    ("vice", "words"),
    [("another-protocol", "protocol 2"), ("operations-as-text", "operations is"), ("nameless", "name is missing")],
)
def test_a_description_that_breaks_the_contract_is_the_adapters_fault(vice: str, words: str) -> None:
    with evil(vice) as driver, pytest.raises(AdapterFault) as caught:
        driver.describe("reference")
    assert (caught.value.kind, words in caught.value.detail) == ("json_rpc", True)


def test_features_and_fields_of_a_later_version_harm_nobody() -> None:
    with evil("from-the-future") as driver:
        description = driver.describe("reference")
    assert description.features == {"concurrent", "telepathy"}


def test_a_json_rpc_error_leaves_the_program_in_use() -> None:
    with opened("json-rpc-error") as driver:
        pid = driver.pid
        for _ in range(2):
            with pytest.raises(AdapterFault, match="json_rpc"):
                driver.call("a", "raw", {}, limit_s=60)
        assert driver.pid == pid


@pytest.mark.parametrize("argv", [("./no-such-program",), (__file__,), ()])
def test_a_program_that_cannot_be_started_is_wrong_usage(argv: tuple[str, ...]) -> None:
    driver = program(*argv)
    with pytest.raises(UsageError, match="cannot start"):
        driver.describe("reference")
    driver.shutdown()


def test_after_three_restarts_that_nothing_asked_for_the_adapter_is_given_up() -> None:
    with evil("exit") as driver:
        for restarts in (0, 1, 2, 3):
            driver.open("a", target())
            assert driver.unasked_restarts == restarts
            with pytest.raises(AdapterFault, match="exited"):
                driver.call("a", "raw", {}, limit_s=60)
        with pytest.raises(AdapterUnusable, match="after 3 restarts") as caught:
            driver.open("a", target())
    assert "the end is near" in caught.value.stderr


def test_a_restart_that_follows_a_fault_was_not_asked_for_even_if_the_run_orders_it() -> None:
    with evil("exit") as driver:
        for _ in range(4):
            driver.open("a", target())
            with pytest.raises(AdapterFault, match="exited"):
                driver.call("a", "raw", {}, limit_s=60)
            if driver.unasked_restarts < 3:
                driver.restart(kill=True)
        with pytest.raises(AdapterUnusable):
            driver.restart(kill=True)


def test_a_case_that_went_well_ends_the_row_of_restarts() -> None:
    with evil("exit") as driver:
        for _ in range(6):
            driver.open("a", target())
            with pytest.raises(AdapterFault, match="exited"):
                driver.call("a", "raw", {}, limit_s=60)
            driver.open("b", target())
            driver.close("b")
            assert driver.unasked_restarts == 0


def test_a_refusal_to_open_is_the_clients_word() -> None:
    with evil("refuse-to-open") as driver:
        assert driver.open("a", target()) == Failed(kind="authentication", message="a key has 32 characters")


def test_a_client_that_hangs_is_no_broken_adapter() -> None:
    with opened("hang") as driver:
        timed = driver.call("a", "raw", {}, limit_s=0.1)
    assert timed.reply == Hung(limit_s=0.1)
    assert timed.ended_ns - timed.started_ns == 100_000_000


def test_a_late_answer_to_a_call_that_hung_is_not_taken_for_another() -> None:
    with opened("answer-late") as driver:
        assert driver.call("a", "raw", {}, limit_s=0.1).reply == Hung(limit_s=0.1)
        assert driver.call("a", "raw", {}, limit_s=60).reply == Succeeded(value="in time")


def test_a_session_after_a_hang_gets_a_program_of_its_own() -> None:
    with opened("hang") as driver:
        driver.call("a", "raw", {}, limit_s=0.1)
        hung = driver.pid
        driver.open("b", target())
        assert driver.pid == hung, "a session is still open"
        driver.close("a")
        driver.close("b")
        driver.open("c", target())
        assert driver.pid != hung
        assert driver.unasked_restarts == 0, "a client that hangs is no reason to give its adapter up"


def test_a_client_that_hangs_in_closing_breaks_nothing() -> None:
    with opened("hang-in-closing", limit_s=3.0) as driver:
        driver.close("a")
        assert driver.open("b", target()) == Succeeded(value=None)


def test_a_flood_on_stderr_is_kept_in_bounds_and_its_end_is_shown() -> None:
    with opened("flood-stderr") as driver:
        mark = driver.stderr_mark()
        assert driver.call("a", "raw", {}, limit_s=60).reply == Succeeded(value={})
        text = driver.stderr_since(mark)
    assert "bytes forgotten" in text
    assert "THE BEGINNING" not in text
    assert text.endswith("THE END\n")
    assert len(text) < 5 * 1024 * 1024


def test_twenty_kills_leak_no_descriptor() -> None:
    with opened("good") as driver:
        before = descriptors()
        for _ in range(20):
            driver.restart(kill=True)
            driver.open("a", target())
        assert len(descriptors()) == len(before)


def test_an_object_that_breaks_is_named_with_its_traceback() -> None:
    class Broken:
        name, version, language = "broken", "1", "python"
        dialects, operations, features = ("reference",), ("raw",), ()

        def open(self, target: object) -> object:
            raise RuntimeError("no such setting")

    driver = in_process(Broken())
    with pytest.raises(AdapterFault) as caught:
        driver.open("a", target())
    driver.shutdown()
    assert caught.value.kind == "raised"
    assert "RuntimeError: no such setting" in caught.value.detail
    assert "Traceback" in caught.value.stderr


def test_an_object_that_does_not_say_who_it_is_is_the_adapters_fault() -> None:
    driver = in_process(object())
    with pytest.raises(AdapterFault, match="raised"):
        driver.describe("reference")
    driver.shutdown()
