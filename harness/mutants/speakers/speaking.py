"""The speakers by dialect."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from harness.mutants.own import played
from harness.mutants.speakers import bitunix, exmo, poloniex, reference
from harness.mutants.speakers.plain import plain_speaker
from harness.mutants.speakers.speaker import Speaker
from mockserver import dialect_named

SPEAKERS: Mapping[str, Speaker] = MappingProxyType(
    {speaker.scheme.name: speaker for speaker in (reference.SPEAKER, poloniex.SPEAKER, exmo.SPEAKER, bitunix.SPEAKER)}
)


def speaker_named(dialect: str) -> Speaker:
    """Return the speaker of a dialect: of one of ours, of our examples, or of a file that this process has read.

    Raises:
        LookupError: The client does not speak it.
        SettingsError: There is no such dialect.
    """
    return SPEAKERS.get(dialect) or plain_speaker(dialect_named(played(dialect)))
