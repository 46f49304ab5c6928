"""The wall clock that jumps back: what convicts a client whose limit it undoes, and what does not."""

from __future__ import annotations

from dataclasses import replace

from harness.cases import Case
from harness.drivers.driver import Hung
from harness.judging import Broken, Held, Unseen
from harness.observation import Record
from harness.properties import host
from tests.harness.properties.observed import READ, failed, observed

ON_TIME, NEVER = (failed("timeout"), 0.4), (Hung(limit_s=15.0), 15.0)


def judged(*calls):
    *before, (reply, lasted_s) = calls
    earlier = [
        Record(call=READ, reply=said, started_ns=0, ended_ns=int(lasted * 1e9), entries=()) for said, lasted in before
    ]
    observation = observed(READ, reply, lasted_s=lasted_s, before=earlier)
    moved = replace(observation, client_side=replace(observation.client_side, clock_moved=True))
    return host.jumps_do_not_matter(Case(steps=(), about={"forwards": False}), moved)


def test_a_limit_that_a_jump_back_undoes_is_told():
    judgement = judged(ON_TIME, NEVER)
    assert isinstance(judgement, Broken)
    assert judgement.diagnosis == ("TIMED-BY-THE-WALL-CLOCK",)


def test_a_client_without_any_limit_is_not_said_to_be_misled_by_the_clock():
    judgement = judged(NEVER, NEVER)
    assert isinstance(judgement, Unseen)
    assert "RETRY-010" in judgement.reason


def test_the_call_after_the_jump_alone_convicts_nobody():
    assert isinstance(judged(NEVER), Unseen)


def test_a_limit_that_is_kept_after_the_jump_is_right():
    assert isinstance(judged(ON_TIME, ON_TIME), Held)
