"""Wallets: an account keeps its money in several, and each has a purse of its own in the ledger."""

from enum import StrEnum


class Wallet(StrEnum):
    """Which of an account's wallets. Orders without margin are paid from `SPOT`; a new account's money is there."""

    SPOT = "spot"
    MARGIN = "margin"
    LENDING = "lending"
    FUTURES = "futures"
