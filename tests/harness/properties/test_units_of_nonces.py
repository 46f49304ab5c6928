"""What nonces count: which steps convict a client of another unit, another base or a number out of a text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.cases import Case
from harness.drivers.driver import Succeeded
from harness.judging import Broken, Held, Unseen
from harness.properties import units
from tests.harness.properties.observed import ARM, FAULT, READ, observed, request, setting

NOW_MS = 1_795_276_800_000
OK = Succeeded(value={})


def seen(*nonces, dialect="poloniex", every_ms=5):
    entries = [request(n, nonce=str(nonce), at_ms=NOW_MS + n * every_ms) for n, nonce in enumerate(nonces, 1)]
    return observed(READ, OK, entries, where=setting(dialect))


@pytest.mark.parametrize("pace", [0.001, 0.1, 1, 100, 1000, 1_000_000])
def test_one_unit_is_one_unit_whichever_it_is(pace):
    nonces = [int((NOW_MS + n * 2000) * pace) for n in range(5)]
    assert isinstance(units.one_unit(Case(steps=()), seen(*nonces, every_ms=2000)), Held)


@pytest.mark.parametrize("nonces", [(1, 2, 3, 40), (10**19, 10**19 + 7, 10**19 + 10**15)])
def test_what_follows_no_clock_has_no_unit(nonces):
    assert isinstance(units.one_unit(Case(steps=()), seen(*nonces)), Held)


@pytest.mark.parametrize("later", [NOW_MS * 1000, NOW_MS + 3_600_000, NOW_MS - 3_600_000, NOW_MS + 601_000])
def test_another_unit_or_base_is_told(later):
    judgement = units.one_unit(Case(steps=()), seen(NOW_MS, NOW_MS + 5, later))
    assert isinstance(judgement, Broken)
    assert judgement.diagnosis == ("NONCE-UNIT-CHANGES",)
    assert [entry.number for entry in judgement.culprits] == [2, 3]


def test_a_stretch_that_was_reserved_is_no_other_base():
    assert isinstance(units.one_unit(Case(steps=()), seen(NOW_MS, NOW_MS + 100_000)), Held)


def test_a_pause_between_two_calls_is_no_other_base():
    assert isinstance(units.one_unit(Case(steps=()), seen(NOW_MS, NOW_MS + 7_200_000, every_ms=7_200_000)), Held)


@pytest.mark.parametrize(
    ("dialect", "pace", "verdict"),
    [
        ("exmo", 1, Held),
        ("poloniex", 1, Held),
        ("poloniex", 100, Held),
        ("exmo", 100, Broken),
        ("exmo", 1000, Broken),
        ("poloniex", 1_000_000, Broken),
        ("poloniex", 0.001, Broken),
    ],
)
def test_milliseconds_are_recommended_and_what_the_pages_show_besides(dialect, pace, verdict):
    observation = seen(int(NOW_MS * pace), dialect=dialect)
    assert isinstance(units.documented_pace(Case(steps=()), observation), verdict)


def after_a_refusal(*nonces, struck=1):
    entries = [replace(entry, fault=FAULT if entry.number == 1 else None) for entry in seen(*nonces).key.entries]
    return observed(READ, OK, entries, where=setting("poloniex"), struck=struck)


QUOTED = Case(steps=(ARM, READ), about={"words": "A refusal quoted a number"})


@pytest.mark.parametrize("then", [10**30 + 1, 2**63, -4, NOW_MS - 1])
def test_a_number_out_of_a_text_is_told(then):
    judgement = units.not_led_astray(QUOTED, after_a_refusal(NOW_MS, then))
    assert isinstance(judgement, Broken)
    assert judgement.diagnosis == ("NONCE-TAKEN-FROM-A-TEXT",)


@pytest.mark.parametrize("then", [(), (NOW_MS + 1,), (NOW_MS + 1, 2**63 - 1)])
def test_giving_up_going_on_and_catching_up_inside_the_range_are_right(then):
    assert isinstance(units.not_led_astray(QUOTED, after_a_refusal(NOW_MS, *then)), Held)


def test_nothing_is_said_where_nothing_was_refused():
    assert isinstance(units.not_led_astray(QUOTED, after_a_refusal(NOW_MS, 10**30, struck=0)), Unseen)
