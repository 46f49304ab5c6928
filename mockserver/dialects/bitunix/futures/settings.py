"""What an account has chosen for its futures: one position or two to a contract, leverage, what backs a position."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Parameters
from mockserver.core.orders import Side
from mockserver.core.positions import MarginMode, MarginTerms, Position
from mockserver.core.refusals import Refused
from mockserver.core.wallets import Wallet
from mockserver.dialects.bitunix import parameters as read
from mockserver.dialects.bitunix.futures.contracts import Contract
from mockserver.dialects.bitunix.futures.refusals import refuse

ONE_WAY: Final = "ONE_WAY"
HEDGE: Final = "HEDGE"
POSITION_MODES: Final = (ONE_WAY, HEDGE)

LONG: Final = "LONG"
SHORT: Final = "SHORT"

#: Bitunix's words for what backs a position.
MARGIN_MODES: Final = {"ISOLATION": MarginMode.ISOLATED, "CROSS": MarginMode.CROSS}
MARGIN_WORDS: Final = {mode: word for word, mode in MARGIN_MODES.items()}


class FuturesSettings:
    """One account's choices; an annex, written by the handlers of `/account/` alone.

    Attributes:
        position_mode: `ONE_WAY` or `HEDGE`.
        leverages: Symbol to leverage, where somebody chose one.
        margin_modes: Symbol to what backs a position, likewise.
    """

    __slots__ = ("leverages", "margin_modes", "position_mode")

    def __init__(self) -> None:
        self.position_mode = ONE_WAY
        self.leverages: dict[str, int] = {}
        self.margin_modes: dict[str, MarginMode] = {}

    @property
    def hedges(self) -> bool:
        """Whether a contract may have a long and a short position side by side."""
        return self.position_mode == HEDGE

    def leverage(self, contract: Contract) -> int:
        """Return the leverage of the next order."""
        return self.leverages.get(contract.symbol, contract.default_leverage)

    def margin_mode(self, contract: Contract) -> MarginMode:
        """Return what will back the next order's position."""
        return self.margin_modes.get(contract.symbol, MarginMode.CROSS)

    def terms(self, contract: Contract, *, slot: str = "", reduce_only: bool = False) -> MarginTerms:
        """Return the terms of the next order."""
        return MarginTerms(
            wallet=Wallet.FUTURES,
            leverage=Decimal(self.leverage(contract)),
            mode=self.margin_mode(contract),
            reduce_only=reduce_only,
            slot=slot,
        )


def settings_of(desk: Desk) -> FuturesSettings:
    """Return the account's choices."""
    return desk.annex(FuturesSettings)


def positions_of(desk: Desk, contract: Contract | None = None) -> list[Position]:
    """Return the account's open futures positions, oldest first."""
    return [
        position
        for position in desk.positions(wallet=Wallet.FUTURES)
        if contract is None or position.market == contract.market.name
    ]


def position_numbered(desk: Desk, position_id: int | None) -> Position | None:
    """Return an open futures position by its id, or None."""
    return next((held for held in desk.positions(wallet=Wallet.FUTURES) if held.position_id == position_id), None)


def position_asked(desk: Desk, parameters: Parameters) -> Position | Refused:
    """Return the open position that `positionId` names, or the refusal of one that is absent or unknown (30004)."""
    number = read.required(parameters, "positionId")
    if isinstance(number, Refused):
        return number
    return position_numbered(desk, read.whole(number)) or refuse(30004)


def direction(position: Position) -> str:
    """Return `LONG` or `SHORT`."""
    return position.slot or (LONG if position.amount > 0 else SHORT)


def way_out(position: Position) -> Side:
    """Return the side of an order that makes a position smaller."""
    return Side.SELL if position.amount > 0 else Side.BUY
