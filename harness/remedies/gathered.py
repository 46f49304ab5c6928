"""Every remedy by the diagnosis that it mends."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from harness.remedies.answers import ANSWERS
from harness.remedies.carrying import CARRYING
from harness.remedies.documents import DOCUMENTS
from harness.remedies.freshness import FRESHNESS
from harness.remedies.placement import PLACEMENT
from harness.remedies.remedy import Remedy
from harness.remedies.repeating import REPEATING
from harness.remedies.signatures import SIGNATURES
from harness.remedies.texts import TEXTS
from harness.remedies.together import TOGETHER
from harness.remedies.trust import TRUST
from harness.remedies.values import VALUES

#: All remedies, in the order of a request's life.
REMEDIES: tuple[Remedy, ...] = (
    *SIGNATURES,
    *TEXTS,
    *PLACEMENT,
    *FRESHNESS,
    *VALUES,
    *ANSWERS,
    *DOCUMENTS,
    *REPEATING,
    *TOGETHER,
    *TRUST,
    *CARRYING,
)

_BY_CODE: Mapping[str, Remedy] = MappingProxyType({code: remedy for remedy in REMEDIES for code in remedy.codes})


def remedy_of(code: str) -> Remedy:
    """Return the remedy for a diagnosis.

    Raises:
        KeyError: There is no such diagnosis.
    """
    return _BY_CODE[code]
