"""Runs as things one can keep: written, read, judged again, played again, compared."""

from harness.recording.recorder import Recorder
from harness.recording.recording import Playing, Recording

__all__ = ["Playing", "Recorder", "Recording"]
