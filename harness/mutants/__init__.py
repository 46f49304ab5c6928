"""A client that is right by default and can be made wrong by one knob at a time."""

from harness.mutants.adapter import Adapter
from harness.mutants.knobs import RIGHT, Knobs
from harness.mutants.mistakes import MISTAKES, Mistake, adapter_with, mistake_named

__all__ = ["MISTAKES", "RIGHT", "Adapter", "Knobs", "Mistake", "adapter_with", "mistake_named"]
