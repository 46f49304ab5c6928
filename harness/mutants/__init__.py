"""A client that is right by default and can be made wrong by one knob at a time."""

from harness.mutants.adapter import Adapter
from harness.mutants.knobs import RIGHT, Knobs

__all__ = ["RIGHT", "Adapter", "Knobs"]
