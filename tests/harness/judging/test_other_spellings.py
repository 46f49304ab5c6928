"""What stands on the wire in another way than our right client's, and is right as well; and where that ends."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote, quote_plus

import pytest

from harness.drivers import ObjectClient
from harness.events import RequirementResult, Status
from harness.mutants import Adapter, adapter_with
from harness.mutants.failures import Failure
from harness.mutants.knobs import Draft, Knobs, sign_afresh
from harness.mutants.messages import Account, Json, Wanted
from harness.mutants.mistakes.encodings import strings
from harness.mutants.spelling import Spelling
from harness.mutants.transport import Wiring
from harness.run import RunSettings, run
from signer import Credentials, Request, Signed

DIALECTS = ("reference", "poloniex", "exmo", "bitunix")


def judged(client: object, dialect: str, *rows: str) -> list[RequirementResult]:
    summary = run(RunSettings(dialect=dialect, seed=5, requirements=rows), ObjectClient(reference=client), ())
    assert summary.fault is None, summary.fault
    return list(summary.results)


def verdict(knobs: Callable[[], Knobs], dialect: str, row: str) -> RequirementResult:
    (result,) = judged(lambda: Adapter(knobs(), name="another client"), dialect, row)
    return result


def trimming(own: Credentials, everybodys: object) -> Credentials:
    return replace(own, key=own.key.strip(), secret=own.secret.strip())


def plus_for_blanks() -> Knobs:
    return Knobs(spelling=Spelling(escape=quote_plus))


def marks_left_alone() -> Knobs:
    return Knobs(spelling=Spelling(escape=lambda text: quote(text, safe="!'()*~,")))


def small_escapes() -> Knobs:
    def escape(text: str) -> str:
        return "".join(one if one.isascii() and one.isalnum() else quote(one, safe="").lower() for one in text)

    return Knobs(spelling=Spelling(escape=escape))


def agents(agent: bytes) -> Callable[[], Knobs]:
    return lambda: Knobs(wiring=Wiring(agent=agent))


def typed(value: bytes) -> Callable[[], Knobs]:
    def outgoing(request: Request, account: Account) -> Request:
        headers = (
            (name, value + b"; charset=utf-8" if name == b"Content-Type" else old) for name, old in request.headers
        )
        return replace(request, headers=tuple(headers))

    return lambda: Knobs(outgoing=outgoing)


def same_timestamp_twice() -> Knobs:
    def signing(draft: Draft) -> Signed:
        if draft.request.method != "GET":
            return sign_afresh(draft)
        mark = b"&" if draft.request.query else b"?"
        target = draft.request.target + mark + f"timestamp={draft.timestamp}".encode()
        return sign_afresh(replace(draft, request=replace(draft.request, target=target)))

    return Knobs(signing=signing)


@pytest.mark.parametrize(
    ("knobs", "dialect", "row"),
    [
        *((plus_for_blanks, dialect, row) for dialect in DIALECTS for row in ("UNI-002", "ENC-005")),
        *((marks_left_alone, dialect, "ENC-005") for dialect in DIALECTS),
        *((small_escapes, dialect, "ENC-004") for dialect in DIALECTS),
        *((lambda: Knobs(credentials=trimming), dialect, "CRED-005") for dialect in DIALECTS),
        (agents(b"my-bot/2.1 python-requests/2.32.3"), "reference", "CRED-007"),
        (agents(b"ccxt/4.4.1 (+https://example.com)"), "exmo", "CRED-007"),
        (typed(b"application/json"), "reference", "CANON-008"),
        (typed(b"application/json"), "bitunix", "CANON-008"),
        (typed(b"application/x-www-form-urlencoded"), "poloniex", "CANON-008"),
        (same_timestamp_twice, "reference", "CRED-002"),
        (same_timestamp_twice, "bitunix", "CRED-002"),
    ],
)
def test_another_way_to_write_is_no_mistake(knobs: Callable[[], Knobs], dialect: str, row: str) -> None:
    result = verdict(knobs, dialect, row)
    assert result.status is Status.PASSED, result.reason


@pytest.mark.parametrize("agent", [b"python-requests/2.32.3", b"curl/8.5.0", b"Mozilla/5.0", b"my-bot", b"node"])
def test_a_user_agent_without_the_client_and_its_version_names_nobody(agent: bytes) -> None:
    assert verdict(agents(agent), "reference", "CRED-007").status is Status.FAILED


def test_a_timestamp_that_is_told_twice_is_counted_beside_the_pass() -> None:
    (told,) = (
        note for note in verdict(same_timestamp_twice, "reference", "CRED-002").notes if "two places" not in note
    )
    assert "covered: a request that tells its nonce or timestamp twice (" in told


def test_shapes_that_were_covered_are_told_with_their_number() -> None:
    (result,) = judged(Adapter(), "bitunix", "CANON-002")
    assert result.status is Status.PASSED
    assert any("two names that part at a small and a capital letter (" in note for note in result.notes)
    assert any("a name that is the beginning of another (" in note for note in result.notes)


def test_a_client_without_a_place_for_own_ids_is_not_blamed_unless_it_promises_one() -> None:
    def without(operation: str, params: dict[str, Json]) -> dict[str, Json]:
        return {name: value for name, value in params.items() if name != "client_order_id"}

    modest = Adapter(Knobs(intent=without), name="modest", features=("concurrent",))  # type: ignore[arg-type]
    (result,) = judged(modest, "reference", "OPS-002")
    assert result.status is Status.SKIPPED
    boastful = Adapter(Knobs(intent=without), name="boastful")  # type: ignore[arg-type]
    (result,) = judged(boastful, "reference", "OPS-002")
    assert result.status is Status.FAILED


def test_a_long_call_that_is_refused_at_home_is_right() -> None:
    def cautious(wanted: Wanted) -> Wanted:
        if any(len(str(value)) > 1000 for _, value in wanted.pairs) or len(wanted.pairs) > 50:
            raise Failure("invalid_request", "that is too long")
        return wanted

    result = verdict(lambda: Knobs(wanted=cautious), "poloniex", "SIZE-003")
    assert result.status is Status.PASSED, result.reason
    assert "not covered: a long request that was sent" in result.notes


@pytest.mark.parametrize("form", ["NFD", "NFKC"])
def test_every_normal_form_is_found_out(form: str) -> None:
    result = verdict(lambda: Knobs(wanted=strings(lambda text: unicodedata.normalize(form, text))), "exmo", "UNI-002")
    assert result.finding is not None
    assert result.finding.diagnosis == ("TEXT-NORMALISED",)


def test_a_client_that_signs_wrongly_anyway_is_not_said_to_break_behind_a_proxy() -> None:
    (result,) = judged(adapter_with("another-hash"), "exmo", "SIGN-012")
    assert result.status is Status.INCONCLUSIVE
    assert "without a proxy either" in result.reason


def test_an_adapter_that_breaks_on_half_a_pair_is_not_judged_by_it() -> None:
    class Brittle(Adapter):
        def open(self, target: object) -> object:
            session = super().open(target)  # type: ignore[arg-type]
            made = session.call

            def call(operation: str, params: dict[str, object]) -> object:
                str(params).encode()
                return made(operation, params)

            session.call = call  # type: ignore[method-assign]
            return session

    (result,) = judged(Brittle(), "reference", "UNI-004")
    assert result.status in (Status.PASSED, Status.SKIPPED, Status.INCONCLUSIVE), result
