"""How each exchange is spoken to: operations to requests, answers to values."""

from harness.mutants.speakers.speaker import Speaker
from harness.mutants.speakers.speaking import SPEAKERS, speaker_named

__all__ = ["SPEAKERS", "Speaker", "speaker_named"]
