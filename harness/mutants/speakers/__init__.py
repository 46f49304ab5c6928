"""How each exchange is spoken to: operations to requests, answers to values."""

from harness.mutants.speakers.speaker import Speaker
from harness.mutants.speakers.speaking import SPEAKERS

__all__ = ["SPEAKERS", "Speaker"]
