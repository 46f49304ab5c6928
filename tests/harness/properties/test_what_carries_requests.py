"""What convicts on the way of requests and answers: TLS, proxies, sizes, pauses, leavings; and what does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.beside import Beside, Passed, Written
from harness.cases import Case
from harness.drivers.driver import CannotTry, Failed, Reply, Succeeded
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import KeyView, NotMade, Observation
from harness.properties import certificates, connections, discretion, pauses, redirects, sizes
from signer import Credentials, Request
from tests.harness.properties.observed import ARM, FAULT, READ, case_of, failed, observed, request

WHOLE = Succeeded(value={"BTC": "1"})
SECRET = "a-secret-that-is-long-enough"
TLS = Failed(kind="tls", message="no trusted connection")


def about(**facts: object) -> Case:
    return replace(case_of(READ), about={"what": "met a stranger", "disputed": False, **facts})


def told(reply: Reply, *, opened: Reply = WHOLE, **facts: object) -> Judgement:
    seen = replace(observed(READ, reply), opened={"a": opened})
    return certificates.stranger_refused(about(**facts), seen)


def test_who_talks_to_a_stranger_is_convicted_and_who_refuses_is_not() -> None:
    assert isinstance(told(WHOLE), Broken)
    assert told(TLS) == Held(seen={"provocations": 1, "named": 1, "disputed": 0})
    assert told(failed("network")) == Held(seen={"provocations": 1, "named": 0, "disputed": 0})


def test_a_session_that_is_refused_when_it_opens_is_a_refusal_too() -> None:
    gone = NotMade(reason="session a did not open")
    assert isinstance(told(gone, opened=TLS), Held)  # type: ignore[arg-type]
    assert isinstance(told(gone, opened=CannotTry(reason="not exercised")), Unseen)  # type: ignore[arg-type]


def test_what_libraries_dispute_convicts_nobody() -> None:
    assert told(WHOLE, disputed=True) == Held(seen={"provocations": 0, "named": 0, "disputed": 0})


def test_a_request_in_clear_convicts_whatever_is_reported() -> None:
    seen = observed(READ, TLS)
    assert isinstance(certificates.nothing_in_clear(about(), seen), Unseen)
    assert isinstance(certificates.nothing_in_clear(about(), replace(seen, beside=Beside(handshakes=1))), Held)
    clear = Beside(handshakes=2, in_clear=(b"GET / HTTP/1.1",))
    assert isinstance(certificates.nothing_in_clear(about(), replace(seen, beside=clear)), Broken)


@pytest.mark.parametrize(
    ("header", "asked"),
    [
        (b"gzip", True),
        (b"br;q=1.0, GZIP;q=0.5", True),
        (b"gzip;q=0", False),
        (b"gzip; q=0.0", False),
        (b"*", False),
        (b"identity", False),
        (b"x-gzip", False),
    ],
)
def test_a_coding_is_asked_for_by_its_name(header: bytes, asked: bool) -> None:
    wanted = Request(method="GET", target=b"/", headers=((b"Accept-Encoding", header),), body=b"")
    assert connections.asks_for(wanted, "gzip") is asked


@pytest.mark.parametrize(("left", "verdict"), [(0, Held), (5, Held), (6, Broken), (20, Broken)])
def test_connections_that_sessions_share_are_no_leak(left: int, verdict: type) -> None:
    seen = replace(observed(READ, WHOLE), beside=Beside(connections=20, left_open=left))
    assert isinstance(connections.let_go(about(ends=False), seen), verdict)


@pytest.mark.parametrize(("lingered", "verdict"), [(False, Held), (True, Broken)])
def test_a_program_that_has_to_be_killed_is_convicted(lingered: bool, verdict: type) -> None:
    seen = replace(observed(READ, WHOLE), beside=Beside(lingered=lingered))
    judgement = connections.let_go(about(ends=True), seen)
    assert isinstance(judgement, verdict)
    assert not isinstance(judgement, Broken) or judgement.diagnosis == ("PROGRAM-LINGERS",)


def with_secret(beside: Beside) -> Observation:
    seen = observed(READ, WHOLE)
    (view,) = seen.keys.values()
    return replace(seen, keys={"k": _known(view)}, beside=beside)


def _known(view: KeyView) -> KeyView:
    return replace(view, credentials=Credentials(key="k", secret=SECRET))


def test_the_secret_in_a_file_or_on_a_command_line_convicts() -> None:
    files = Beside(watched=frozenset({"files"}), written=(Written(path="/t/x/session.json", text=f"s={SECRET}"),))
    judgement = discretion.not_on_disk(about(), with_secret(files))
    assert isinstance(judgement, Broken)
    assert judgement.summary.endswith(".../session.json.")
    lines = Beside(
        watched=frozenset({"processes"}), command_lines=("/bin/openssl dgst", f"/bin/openssl -hmac {SECRET}")
    )
    assert isinstance(discretion.not_on_a_command_line(about(), with_secret(lines)), Broken)
    quiet = replace(lines, command_lines=lines.command_lines[:1])
    assert discretion.not_on_a_command_line(about(), with_secret(quiet)) == Held(seen={"calls": 1, "processes": 1})


def test_what_nobody_could_see_is_not_said() -> None:
    for judge in (discretion.not_on_disk, discretion.not_on_a_command_line, discretion.nobody_else):
        assert isinstance(judge(about(), with_secret(Beside())), Unseen)


def test_third_parties_convict_and_the_exchange_does_not() -> None:
    def passed(known: bool) -> Passed:
        return Passed(target="metrics.example:443", tunnel=True, authorized=False, known=known)

    seen = Beside(watched=frozenset({"network"}), passed=(passed(True),))
    assert isinstance(discretion.nobody_else(about(), with_secret(seen)), Held)
    assert isinstance(discretion.nobody_else(about(), with_secret(replace(seen, passed=(passed(False),)))), Broken)
    far = replace(seen, strangers=("8.8.8.8 port 443 (tcp)",))
    assert isinstance(discretion.nobody_else(about(), with_secret(far)), Broken)


@pytest.mark.parametrize(("taken", "verdict"), [(sizes.MOST_TAKEN, Held), (sizes.MOST_TAKEN + 1, Broken)])
def test_more_than_enough_of_an_endless_answer_convicts(taken: int, verdict: type) -> None:
    seen = replace(observed(READ, failed("bad_response")), beside=Beside(most_taken=taken))
    assert isinstance(sizes.measured(about(bomb=False), seen), verdict)


@pytest.mark.parametrize(("after", "verdict"), [(10, Held), (11, Broken)])
def test_descriptors_that_pile_up_convict(after: int, verdict: type) -> None:
    seen = replace(observed(READ, WHOLE), beside=Beside(connections=1, descriptors=(10, after)))
    assert isinstance(sizes.nothing_piles_up(about(), seen), verdict)


@pytest.mark.parametrize(
    ("growth", "verdict"),
    [(None, Held), ((80 << 20, 800), Held), ((30 << 20, 9900), Held), ((40 << 20, 9900), Broken)],
    ids=["unseen", "too few calls to tell", "little in many", "much in many"],
)
def test_memory_that_grows_with_ten_thousand_calls_convicts(growth: tuple[int, int] | None, verdict: type) -> None:
    seen = replace(observed(READ, WHOLE), beside=Beside(connections=1, descriptors=(10, 10), growth=growth))
    judgement = sizes.nothing_piles_up(about(), seen)
    assert isinstance(judgement, verdict)
    if isinstance(judgement, Held):
        assert judgement.seen["memory"] == int(growth == (30 << 20, 9900))
    else:
        assert "grew by 40 MiB, 4236 bytes a call" in judgement.summary


def waiting(*series: tuple[float, ...], late_ms: float = 0.0) -> Judgement:
    """Judge sessions that waited so many milliseconds between their requests, on a machine that is usually so late."""
    keys = {}
    for number, waits in enumerate(series):
        times = [0.0]
        for wait in waits:
            times.append(times[-1] + wait)
        entries = tuple(
            replace(request(index, fault=FAULT), arrived_ns=int(at * 1e6), answered_ns=int(at * 1e6))
            for index, at in enumerate(times, 1)
        )
        (view,) = observed(READ, failed("unavailable"), entries).keys.values()
        keys[f"s{number}"] = view
    beside = Beside(usual_late_ms=late_ms)
    return pauses.spread_out(about(), replace(observed(READ, failed("unavailable")), keys=keys, beside=beside))


def jittered(*middles: float) -> list[tuple[float, ...]]:
    return [tuple(middle * (0.5 + number / 24) for middle in middles) for number in range(24)]


def test_pauses_that_grow_with_jitter_are_right() -> None:
    assert waiting(*jittered(20, 40, 80)) == Held(seen={"sessions": 24, "growth": 1})


def test_pauses_that_do_not_grow_or_are_none_convict() -> None:
    for waits in (jittered(60, 60, 60), jittered(40, 20), jittered(0.5, 0.5)):
        judgement = waiting(*waits)
        assert isinstance(judgement, Broken)
        assert judgement.diagnosis == ("RETRY-PAUSES-DO-NOT-GROW",)


def test_sessions_in_step_convict() -> None:
    judgement = waiting(*[(20.0, 400.0 + number / 10) for number in range(24)])
    assert isinstance(judgement, Broken)
    assert judgement.diagnosis == ("RETRY-PAUSES-WITHOUT-JITTER",)


@pytest.mark.parametrize(
    "waits",
    [
        jittered(60, 68, 70),
        [(20.0, 400.0 + number * 2) for number in range(24)],
    ],
    ids=["growth", "jitter"],
)
def test_a_busy_machine_leaves_open_what_it_may_have_hidden(waits: list[tuple[float, ...]]) -> None:
    quiet, busy = waiting(*waits), waiting(*waits, late_ms=12)
    assert not isinstance(quiet, Unseen)
    assert busy == Unseen(reason="the machine was too busy to tell")


def test_a_busy_machine_hides_neither_sessions_in_step_nor_plain_jitter() -> None:
    in_step = waiting(*[(20.0, 400.0 + number / 10) for number in range(24)], late_ms=12)
    assert isinstance(in_step, Broken)
    assert waiting(*jittered(100, 200, 400), late_ms=12) == Held(seen={"sessions": 24, "growth": 1})


def test_too_few_sessions_say_nothing_of_growth() -> None:
    assert waiting(*jittered(60, 60)[::3]) == Held(seen={"sessions": 8, "growth": 0})
    assert isinstance(waiting((20.0,)), Unseen)


@pytest.mark.parametrize(("followed", "verdict"), [(1, Held), (51, Held), (61, Broken)])
def test_who_counts_his_redirects_is_right(followed: int, verdict: type) -> None:
    seen = observed(READ, failed("bad_response"), [request(number) for number in range(followed)])
    assert isinstance(redirects.ends(Case(steps=(ARM, READ)), seen), verdict)
