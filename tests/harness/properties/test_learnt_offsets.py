"""The exchange's clock, learnt: what convicts a client that promises it, and what is let pass."""

from __future__ import annotations

from dataclasses import replace

from harness.cases import Case, ShiftClock
from harness.drivers.driver import Succeeded
from harness.judging import Broken, Held, Unseen
from harness.observation import Record
from harness.properties import server_time
from mockserver import Fault, FaultKind, Phase, Refusal
from signer import Reason
from signer import Refused as NotVerified
from tests.harness.properties.observed import READ, failed, observed, request, setting

NOW_MS = 1_795_276_800_000
OK = Succeeded(value={})
BITUNIX = setting("bitunix", features="server_time")
DELAYED = Fault(kind=FaultKind.DELAY, phase=Phase.BEFORE_GATE)


def stamped(number, gap_ms, *, refused=False, fault=None):
    entry = request(number, timestamp=str(NOW_MS + gap_ms), at_ms=NOW_MS, fault=fault)
    if not refused:
        return entry
    verdict = NotVerified(reason=Reason.TIMESTAMP_TOO_OLD, detail="", fields=entry.fields)
    return replace(entry, verdict=verdict)


def record(reply, *entries):
    return Record(call=READ, reply=reply, started_ns=0, ended_ns=0, entries=entries)


def judged(*records, case=None):
    steps = (ShiftClock(ms=600_000), *(READ,) * len(records))
    *before, last = records
    observation = observed(READ, last.reply, last.entries, before=before, where=BITUNIX)
    return server_time.offset_is_learnt(case or Case(steps=steps), observation)


def test_a_refusal_that_is_mended_within_the_call_is_right():
    assert isinstance(judged(record(OK, stamped(1, -600_000, refused=True), stamped(2, 0))), Held)


def test_a_call_that_failed_once_is_right_when_the_next_succeeds():
    late = stamped(1, -600_000, refused=True)
    assert isinstance(judged(record(failed("timestamp"), late), record(OK, stamped(2, 0))), Held)


def test_a_client_that_goes_on_by_its_own_clock_is_told():
    late = [stamped(number, -600_000, refused=True) for number in (1, 2)]
    judgement = judged(*(record(failed("timestamp"), entry) for entry in late))
    assert isinstance(judgement, Broken)
    assert judgement.diagnosis == ("OFFSET-NOT-LEARNT",)
    assert "-600 s" in judgement.summary


def test_a_client_that_learns_once_is_told_so():
    mended = record(OK, stamped(1, -600_000, refused=True), stamped(2, 0))
    late = record(failed("timestamp"), stamped(3, 600_000, refused=True))
    case = Case(steps=(ShiftClock(ms=600_000), READ, ShiftClock(ms=-600_000), READ))
    judgement = judged(mended, late, case=case)
    assert isinstance(judgement, Broken)
    assert judgement.diagnosis == ("OFFSET-NOT-RENEWED",)


def test_a_call_that_spins_is_told():
    judgement = judged(record(OK, *(stamped(number, -600_000, refused=True) for number in range(1, 5))))
    assert isinstance(judgement, Broken)
    assert judgement.diagnosis == ("TIME-RETRY-SPINS",)


def test_another_failure_says_nothing():
    entry = request(1, timestamp=str(NOW_MS), at_ms=NOW_MS, refusal=Refusal.RATE_LIMITED)
    assert isinstance(judged(record(failed("rate_limit"), entry)), Unseen)


def estimated(*gaps_ms, about="an answer that was seconds on its way"):
    first = stamped(1, -600_000, refused=True, fault=DELAYED)
    entries = [first, *(stamped(number, gap, refused=False) for number, gap in enumerate(gaps_ms, 2))]
    case = Case(steps=(READ,), about={"source": about})
    return server_time.offset_is_estimated_well(case, observed(READ, OK, entries, where=BITUNIX))


def test_half_of_the_round_trip_is_allowed_for():
    assert isinstance(estimated(0, server_time.DELAY_MS // 2, -server_time.DELAY_MS // 2 - 500), Held)


def test_the_whole_round_trip_is_too_much():
    judgement = estimated(server_time.DELAY_MS - 500)
    assert isinstance(judgement, Broken)
    assert judgement.diagnosis == ("OFFSET-MISJUDGED",)


def test_who_has_learnt_nothing_has_learnt_nothing_wrong():
    assert isinstance(estimated(-600_003, -599_500), Held)


def test_the_time_of_long_ago_is_wrong():
    assert isinstance(estimated(server_time.LONG_AGO_MS - NOW_MS), Broken)


def test_a_client_that_sends_no_more_has_shown_nothing():
    assert isinstance(estimated(), Unseen)
