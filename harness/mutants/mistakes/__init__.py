"""The mistakes that clients make, one at a time, each with the requirement it must be caught by."""

from harness.mutants.mistakes.gathered import MISTAKES, adapter_with, mistake_named
from harness.mutants.mistakes.mistake import Mistake

__all__ = ["MISTAKES", "Mistake", "adapter_with", "mistake_named"]
