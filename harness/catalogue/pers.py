"""PERS: nonces across restarts."""

from harness.catalogue.requirement import Property, Requirement
from harness.catalogue.sources import NONCE_RISES, policy
from harness.events import Level
from harness.properties import notes, processes, restarts
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
    Requirement(
        id="PERS-003",
        level=Level.MUST,
        title="The first nonce after a restart exceeds the last one before it, even if the clock went back.",
        source=NONCE_RISES,
        consequence="After the clock was put right, all calls are refused until it has caught up.",
        remedy=_KEEP,
        kinds=_RISING,
        softened_without="persistent_nonce",
        needs_program=True,
        property=Property(
            cases=None,
            fixed=notes.clock_goes_back,
            judge=notes.above_though_the_clock_went_back,
            least={"restarts": 2},
            wanted={"followed": "a nonce that followed the client's clock ahead"},
            examples=0,
        ),
    ),
    Requirement(
        id="PERS-004",
        level=Level.MUST,
        title="Damaged, empty, unwritable or foreign notes never lead to a nonce that was used before.",
        source=NONCE_RISES,
        consequence="A full disk or a crash in the middle of writing, and all calls are refused.",
        remedy="Check what is read; where it makes no sense, stop and say so, or begin far ahead of the clock.",
        kinds=_RISING,
        softened_without="persistent_nonce",
        needs_program=True,
        property=Property(
            cases=None,
            fixed=notes.spoilt,
            judge=notes.spoilt_notes_are_not_believed,
            least={"restarts": 5},
            wanted={"spoilt": "notes that were spoilt", "older": "an older copy of the notes that did no harm"},
            examples=0,
        ),
    ),
    Requirement(
        id="PERS-005",
        level=Level.MUST,
        title="Counters of different keys are independent.",
        source=f"{NONCE_RISES}: of one key",
        consequence="Who has two keys finds one of them refused after a restart.",
        remedy="Write a note for each key, in a file of its own or under its name.",
        kinds=_RISING,
        softened_without="persistent_nonce",
        needs_program=True,
        property=Property(
            cases=None, fixed=notes.two_keys, judge=notes.each_key_for_itself, least={"restarts": 2}, examples=0
        ),
    ),
    Requirement(
        id="PERS-006",
        level=Level.SHOULD,
        title="A client with random nonces does not repeat its sequence after a restart.",
        source=policy("a sequence that begins anew is foreseeable, and spent where nonces are remembered"),
        consequence="Where a nonce is spent once it was seen, the first calls after each restart are refused.",
        remedy="Take nonces from the system's randomness.",
        kinds=frozenset({Kind.SINGLE_USE_NONCE}),
        needs_program=True,
        property=Property(
            cases=None,
            fixed=processes.restarted_often,
            judge=processes.no_nonce_in_common,
            least={"requests": 6},
            examples=0,
        ),
    ),
)
