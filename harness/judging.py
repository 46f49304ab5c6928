"""What an oracle says about one case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mockserver import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The client kept its side. `seen` counts the evidence, by the names of `Property.least` and `wanted`."""

    seen: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """The client did not.

    Attributes:
        summary: One sentence with the values that convict.
        diagnosis: Codes of the mistake, best first.
        culprits: The requests that show it, to be put into the transcript; empty for all of the case's.
        consequence: What it would have cost, where this case says more than the requirement's own sentence.
    """

    summary: str
    diagnosis: tuple[str, ...] = ()
    culprits: tuple[Entry, ...] = ()
    consequence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """The case says nothing: the provocation did not happen, or the client could not try.

    `cannot_try` tells a client that has no way to make such a call (then the row is skipped, not inconclusive).
    """

    reason: str
    cannot_try: bool = False


Judgement = Held | Broken | Unseen
