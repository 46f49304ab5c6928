"""All rules, by requirement."""

from __future__ import annotations

from harness.observing.rows import elsewhere, nonces, requests, sending, signatures, times
from harness.observing.rows.beyond import BEYOND
from harness.observing.rule import Beyond, Rule

RULES: tuple[Rule, ...] = (
    *signatures.RULES,
    *requests.RULES,
    *nonces.RULES,
    *times.RULES,
    *sending.RULES,
    *elsewhere.RULES,
)

_BY_ID: dict[str, Rule | Beyond] = {
    **{rule.requirement: rule for rule in RULES},
    **{beyond.requirement: beyond for beyond in BEYOND},
}


def rule_of(requirement: str) -> Rule | Beyond | None:
    """Return what the wire says of a requirement; None for one that is not asked of the wire at all."""
    return _BY_ID.get(requirement)
