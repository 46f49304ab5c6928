"""What convicts a client that does not tell its user of a failure, and what does not."""

from __future__ import annotations

import pytest

from harness.drivers.driver import CannotTry, Hung, Succeeded
from harness.judging import Broken, Held, Unseen
from harness.observation import NotMade
from harness.properties import errors, refusals
from harness.properties.reporting import must_fail
from mockserver import Answer, Refusal
from tests.harness.properties.observed import CANCEL, ORDER, READ, case_of, failed, observed, request

REFUSED = request(1, refusal=Refusal.PERMISSION_DENIED, answer=Answer(status=403, body=b'{"code":"x","detail":"No."}'))
WORDS = Answer(status=403, body='{"code":"permission_denied","detail":"N\u00f3 such \\"right\\"."}'.encode())


def test_a_fault_that_never_struck_says_nothing() -> None:
    judgement = must_fail(case_of(READ), observed(READ, Succeeded(value={}), struck=0), "X")
    assert judgement == Unseen(reason="fault not struck")


def test_a_success_where_nothing_can_have_succeeded_is_convicted_with_its_value() -> None:
    judgement = must_fail(case_of(READ), observed(READ, Succeeded(value={"BTC": "1"})), "RUBBISH-AS-DATA")
    assert isinstance(judgement, Broken)
    assert judgement.diagnosis == ("RUBBISH-AS-DATA",)
    assert "{'BTC': '1'}" in judgement.summary


def test_a_call_that_hangs_has_told_nobody() -> None:
    judgement = must_fail(case_of(READ), observed(READ, Hung(limit_s=10.0)), "X")
    assert isinstance(judgement, Broken)
    assert judgement.diagnosis == ("CALL-HANGS",)


@pytest.mark.parametrize("kind", ["unknown", "bad_response", "invalid_request", "network"])
def test_a_failure_of_any_kind_is_told(kind: str) -> None:
    assert must_fail(case_of(READ), observed(READ, failed(kind)), "X") == Held(seen={"provocations": 1})


def test_what_the_client_cannot_try_is_no_evidence() -> None:
    judgement = must_fail(case_of(READ), observed(READ, CannotTry(reason="no such door")), "X")
    assert judgement == Unseen(reason="no such door", cannot_try=True)


def test_what_was_never_called_is_no_evidence() -> None:
    assert isinstance(must_fail(case_of(READ), observed(READ, NotMade(reason="no order")), "X"), Unseen)


def test_a_refusal_reported_as_an_empty_list_is_convicted() -> None:
    judgement = refusals.refusals_are_told(case_of(ORDER), observed(ORDER, Succeeded(value=[]), [REFUSED]))
    assert isinstance(judgement, Broken)
    assert judgement.diagnosis == ("REFUSAL-AS-SUCCESS",)
    assert "permission denied, HTTP 403" in judgement.summary


def test_a_success_after_a_refusal_that_the_client_overcame_is_none_of_a_refusal() -> None:
    overcome = [request(1, refusal=Refusal.NONCE_NOT_INCREASING), request(2)]
    judgement = refusals.refusals_are_told(case_of(ORDER), observed(ORDER, Succeeded(value={}), overcome))
    assert judgement == Unseen(reason="the exchange refused nothing")


def test_unknown_is_never_the_wrong_kind() -> None:
    judge = refusals.kind_fits(refusals.permission_is_named, "X")
    assert isinstance(judge(case_of(ORDER), observed(ORDER, failed("unknown"), [REFUSED])), Held)
    assert isinstance(judge(case_of(ORDER), observed(ORDER, failed("permission"), [REFUSED])), Held)
    assert isinstance(judge(case_of(ORDER), observed(ORDER, failed("authentication"), [REFUSED])), Broken)


@pytest.mark.parametrize("kind", ["nonce", "invalid_request", "unavailable"])
def test_a_refused_nonce_may_be_called_anything_but_bad_credentials(kind: str) -> None:
    judge = refusals.kind_fits(refusals.freshness_is_named, "X")
    stale = [request(1, refusal=Refusal.NONCE_NOT_INCREASING)]
    assert isinstance(judge(case_of(ORDER), observed(ORDER, failed(kind), stale)), Held)
    assert isinstance(judge(case_of(ORDER), observed(ORDER, failed("authentication"), stale)), Broken)


@pytest.mark.parametrize(
    "message",
    [
        'permission_denied: N\u00f3 such "right".',
        'refused: {"code":"permission_denied","detail":"N\\u00f3 such \\"right\\"."}',
        'refused: {"code":"permission_denied","detail":"N\u00f3 such \\"right\\"."}',
    ],
)
def test_words_survive_in_whatever_spelling(message: str) -> None:
    told = [request(1, refusal=Refusal.PERMISSION_DENIED, answer=WORDS)]
    assert isinstance(refusals.words_survive(case_of(ORDER), observed(ORDER, failed("unknown", message), told)), Held)


def test_a_call_that_is_tried_again_when_the_limit_comes_has_lost_no_words_yet() -> None:
    told = [request(n, refusal=Refusal.PERMISSION_DENIED, answer=WORDS) for n in (1, 2)]
    seen = refusals.words_survive(case_of(ORDER), observed(ORDER, Hung(limit_s=15.0), told))
    assert seen == Unseen(reason="the client was still trying again when the limit came")


def test_words_survive_in_a_body_whose_slashes_are_escaped() -> None:
    body = rb'{"code":"permission_denied","detail":"Invalid API key\/secret pair."}'
    told = [request(1, refusal=Refusal.PERMISSION_DENIED, answer=Answer(status=403, headers=(), body=body))]
    said = observed(ORDER, failed("unknown", f"refused: {body.decode()}"), told)
    assert isinstance(refusals.words_survive(case_of(ORDER), said), Held)


@pytest.mark.parametrize(
    ("message", "status", "lost"),
    [
        ("permission_denied", None, "the text"),
        ('N\u00f3 such "right".', None, "the code permission_denied"),
        ('permission_denied: N\u00f3 such "right".', 400, "the status 403"),
    ],
)
def test_each_lost_word_is_named(message: str, status: int | None, lost: str) -> None:
    told = [request(1, refusal=Refusal.PERMISSION_DENIED, answer=WORDS)]
    judgement = refusals.words_survive(case_of(ORDER), observed(ORDER, failed("unknown", message, status), told))
    assert isinstance(judgement, Broken)
    assert lost in judgement.summary


@pytest.mark.parametrize("kind", sorted(refusals.SAYS_NO))
def test_a_lost_answer_is_no_refusal(kind: str) -> None:
    applied = [request(1, effect="order_placed")]
    judgement = errors.open_outcome_is_told(case_of(ORDER), observed(ORDER, failed(kind), applied))
    assert isinstance(judgement, Broken)
    assert "took effect" in judgement.summary
    assert "owns two" in judgement.consequence


@pytest.mark.parametrize("kind", ["unavailable", "timeout", "network", "bad_response", "tls", "unknown"])
def test_a_lost_answer_may_be_called_what_it_is(kind: str) -> None:
    applied = [request(1, effect="order_placed")]
    assert isinstance(errors.open_outcome_is_told(case_of(ORDER), observed(ORDER, failed(kind), applied)), Held)


def test_a_cancelled_order_may_be_reported_as_not_found_by_the_second_attempt() -> None:
    applied = [request(1, operation="cancel_order", effect="order_cancelled")]
    told = observed(CANCEL, failed("order_not_found"), applied)
    assert isinstance(errors.open_outcome_is_told(case_of(CANCEL), told), Held)


def test_a_success_is_a_lie_only_where_nothing_happened() -> None:
    applied = observed(ORDER, Succeeded(value={}), [request(1, effect="order_placed")])
    nothing = observed(ORDER, Succeeded(value={}), [request(1)])
    assert isinstance(errors.open_outcome_is_told(case_of(ORDER), applied), Held)
    assert isinstance(errors.open_outcome_is_told(case_of(ORDER), nothing), Broken)
