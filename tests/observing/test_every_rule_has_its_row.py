"""The rules and the catalogue speak of the same requirements."""

from __future__ import annotations

from harness.catalogue import requirements
from harness.observing.provoking import NAMES
from harness.observing.rows import BEYOND, RULES
from harness.observing.settings import PROMISES

ROWS = {row.id for row in requirements()}


def test_no_requirement_is_spoken_of_twice_and_each_exists():
    ids = [one.requirement for one in RULES] + [one.requirement for one in BEYOND]
    assert len(ids) == len(set(ids))
    assert set(ids) - ROWS == set()


def test_what_a_rule_takes_exists():
    assert {name for rule in RULES for name in rule.provoked_by} - set(NAMES) == set()
    assert {rule.vouched for rule in RULES} - {"", *PROMISES} == set()


def test_every_provocation_is_looked_for_by_a_rule_or_shakes_all_of_them():
    """Slow answers and early hints have no rule of their own: they shake the others."""
    looked_for = {name for rule in RULES for name in rule.provoked_by}
    assert set(NAMES) - looked_for == {"early_hints", "slow_drip", "step"}
