"""The speakers by dialect."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from harness.mutants.speakers import bitunix, exmo, poloniex, reference
from harness.mutants.speakers.speaker import Speaker

SPEAKERS: Mapping[str, Speaker] = MappingProxyType(
    {speaker.scheme.name: speaker for speaker in (reference.SPEAKER, poloniex.SPEAKER, exmo.SPEAKER, bitunix.SPEAKER)}
)
