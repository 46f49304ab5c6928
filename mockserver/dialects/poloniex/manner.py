"""In which manner our Poloniex is played: what changed over the years, and states that a market can be in.

Facts 0 (regimes), 2.3 and 5 (what grew later), 1.6. `habits.py` lets people choose.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """One manner of playing; what nobody chooses is as it was in 2019.

    Attributes:
        regime: Of the facts: "A" to "D".
        members: Whose members answers have, and whose texts refusals: those of "2018", "2019" or "2022".
        market: The state that all markets are in: one of `MARKET_STATES`.
        open_orders: How many orders an account may have in one market; None for any number.
        withdrawals: "at once", or "pending" until somebody lets them arrive.
    """

    regime: str = "C"
    members: str = "2019"
    market: str = "open"
    open_orders: int | None = None
    withdrawals: str = "at once"

    @property
    def late(self) -> bool:
        """Whether it is played as in its last years."""
        return self.members == "2022"

    @property
    def frozen(self) -> str:
        """What `isFrozen` says."""
        return "1" if self.market == "frozen" else "0"

    @property
    def post_only(self) -> str:
        """What `postOnly` says of a market."""
        return "1" if self.market == "post only" else "0"


USUAL: Final = Manner()

#: What a market can be; of all but the first, the second, the last two, placing an order is refused for it.
MARKET_STATES: Final = ("open", "post only", "frozen", "disabled", "closed", "paused", "banded", "reduce only")
