"""PERS: nonces across restarts."""

from harness.catalogue.requirement import Property, Requirement
from harness.catalogue.sources import NONCE_RISES
from harness.events import Level
from harness.properties import restarts
from signer import Kind

_RISING = frozenset({Kind.RISING_NONCE})
_KEEP = "Write the last nonce down before it is sent, or begin above everything a fast run can have used."

ROWS = (
    Requirement(
        id="PERS-001",
        level=Level.MUST,
        title="The first nonce after a clean restart exceeds the last one before it.",
        source=NONCE_RISES,
        consequence="After a restart all calls are refused until the clock has caught up.",
        remedy=_KEEP,
        kinds=_RISING,
        softened_without="persistent_nonce",
        needs_program=True,
        property=Property(
            cases=None, fixed=restarts.clean, judge=restarts.above_the_last, least={"restarts": 2}, examples=0
        ),
    ),
    Requirement(
        id="PERS-002",
        level=Level.MUST,
        title="The first nonce after a kill at any moment exceeds the last one before it.",
        source=NONCE_RISES,
        consequence="After a crash all calls are refused until the clock has caught up.",
        remedy=_KEEP,
        kinds=_RISING,
        softened_without="persistent_nonce",
        needs_program=True,
        property=Property(
            cases=None, fixed=restarts.killed, judge=restarts.above_the_last, least={"restarts": 3}, examples=0
        ),
    ),
)
