"""What stands beside the exchange: hops, a proxy, a trap, and a watch over the client's program."""

from harness.beside.facts import Beside, Passed, Written
from harness.beside.surroundings import Surroundings
from harness.beside.watch import Watch

__all__ = ["Beside", "Passed", "Surroundings", "Watch", "Written"]
