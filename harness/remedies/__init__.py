"""How each mistake is mended, in six languages."""

from harness.remedies.gathered import REMEDIES, remedy_of
from harness.remedies.remedy import LANGUAGES, Remedy

__all__ = ["LANGUAGES", "REMEDIES", "Remedy", "remedy_of"]
