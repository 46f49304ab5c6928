"""What became of those who did nothing wrong, as a page."""

from __future__ import annotations

from harness.documents.tables import code, prose, table
from harness.proving.hearing import Docket, Heard, Word
from harness.proving.innocents import INNOCENTS
from harness.proving.matrix import Power

_INTRODUCTION = """\
# Innocent clients

How do we know that a requirement finds nothing but what it claims to find? Right clients in several languages, and
clients that do one thing in another way that is right too (another unit of the nonce, another order of parameters,
calls one after another, reads that are tried again), are heard by every MUST that can be asked of their form. None may
fail them: one that does has found a habit, not a mistake.

A hearing is one client, one exchange, one way of playing it, one seed; from seed to seed a client moves on to the next
exchange and profile. `noncense innocents --seeds N --json harness/proving/heard.json --jobs J` hears what was not heard
yet, and `python -m harness.documents` writes the page from it.
"""


def innocence_page(docket: Docket) -> str:
    """Return the page."""
    return "\n".join((_INTRODUCTION, *_summary(docket), *_table(docket), *_not_cleared(docket))) + "\n"


def _summary(docket: Docket) -> list[str]:
    tried = [one for one in docket.heard.values() if one.word is not Word.ABSENT]
    convicted = sum(one.word is Word.CONVICTED for one in tried)
    cleared = sum(one.word is Word.CLEARED for one in tried)
    seeds = {one.hearing.seed for one in tried}
    bound = Power(runs=cleared + convicted, survived=convicted).at_most  # who was not judged proves nothing
    return [
        f"{len(INNOCENTS)} clients; {len(tried)} hearings over {len(seeds)} seeds. {cleared} ended with nothing"
        f" that applies left unpassed, and {convicted} with an innocent client convicted. So the chance that a run"
        f" convicts one is at most {bound:.2%} (95 %, one-sided).",
        "",
    ]


def _table(docket: Docket) -> list[str]:
    rows = []
    for innocent in INNOCENTS:
        own = [
            one for one in docket.heard.values() if one.hearing.name == innocent.name and one.word is not Word.ABSENT
        ]
        places = {one.hearing.place for one in own}
        cleared = sum(one.word is Word.CLEARED for one in own)
        told = f"{cleared}/{len(own)}" if own else "not heard"
        rows.append(
            (code(innocent.name), prose(innocent.summary), ", ".join(innocent.dialects), told, str(len(places)))
        )
    return ["## Clients", "", *table(("Client", "What it does", "Where", "Cleared", "Places"), rows), ""]


def _not_cleared(docket: Docket) -> list[str]:
    left = [one for one in docket.heard.values() if one.word in (Word.CONVICTED, Word.UNDECIDED)]
    if not left:
        return ["Nobody was convicted, and nothing stayed undecided."]
    rows = [_row(one) for one in sorted(left, key=lambda one: (one.hearing.name, one.hearing.place, one.hearing.seed))]
    return ["## Not cleared", "", *table(("Client", "Where", "Seed", "What came of it"), rows)]


def _row(one: Heard) -> tuple[str, ...]:
    words = "; ".join((one.word.value, *one.reasons))
    return (code(one.hearing.name), one.hearing.place, str(one.hearing.seed), prose(words))
