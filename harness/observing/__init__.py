"""Any command, watched from the exchange: what the wire alone says of its client."""

from harness.observing.observe import Observed, asked, observe
from harness.observing.settings import PROMISES, Observing

__all__ = ["PROMISES", "Observed", "Observing", "asked", "observe"]
