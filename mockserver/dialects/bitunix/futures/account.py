"""The futures account: what is in it, leverage, margin mode, position mode, margin of a position (facts 5.3)."""

from __future__ import annotations

from decimal import Decimal

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.money import ZERO, add, subtract
from mockserver.core.positions import MarginMode
from mockserver.core.refusals import Refusal, Refused
from mockserver.core.wallets import Wallet
from mockserver.dialects.bitunix import parameters as read
from mockserver.dialects.bitunix.answers import plain
from mockserver.dialects.bitunix.futures import asking
from mockserver.dialects.bitunix.futures.contracts import MARGIN_COIN, contract_on
from mockserver.dialects.bitunix.futures.market import mark_price
from mockserver.dialects.bitunix.futures.refusals import refuse
from mockserver.dialects.bitunix.futures.settings import (
    MARGIN_MODES,
    MARGIN_WORDS,
    POSITION_MODES,
    direction,
    positions_of,
    settings_of,
)

_GRAIN = Decimal("0.00000001")
_MOST = Decimal(1_000_000_000)


def account(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return what is in the futures wallet, as live servers do: one object (facts 5.3)."""
    coin = asking.margin_coin(parameters)
    return coin if isinstance(coin, Refused) else _account(desk)


def account_in_a_list(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return what is in the futures wallet as the documents' sample shows it: in an array (facts 5.3)."""
    coin = asking.margin_coin(parameters)
    return coin if isinstance(coin, Refused) else [_account(desk)]


def leverage_and_margin_mode(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return what the next order on a contract will be made with."""
    contract, coin = asking.contract(desk, parameters), asking.margin_coin(parameters)
    if isinstance(contract, Refused):
        return contract
    if isinstance(coin, Refused):
        return coin
    chosen = settings_of(desk)
    return {
        "symbol": contract.symbol,
        "marginCoin": MARGIN_COIN,
        "leverage": chosen.leverage(contract),
        "marginMode": MARGIN_WORDS[chosen.margin_mode(contract)],
    }


def change_leverage(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Choose the leverage of the next orders; 20005 beyond the contract's, 20006 while orders are open."""
    coin, contract = asking.margin_coin(parameters), asking.contract(desk, parameters)
    if isinstance(coin, Refused):
        return coin
    if isinstance(contract, Refused):
        return contract
    asked = read.required(parameters, "leverage")
    if isinstance(asked, Refused):
        return asked
    leverage = read.whole(asked)
    if leverage is None or not 1 <= leverage <= contract.maximum_leverage:
        return refuse(20005)
    if desk.open_orders(contract.market, wallet=Wallet.FUTURES):
        return refuse(20006)
    settings_of(desk).leverages[contract.symbol] = leverage
    desk.mark_changed()
    return {"marginCoin": MARGIN_COIN, "symbol": contract.symbol, "leverage": leverage}


def change_margin_mode(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Choose what backs the next positions; 20006 while there are orders or a position."""
    coin, contract = asking.margin_coin(parameters), asking.contract(desk, parameters)
    if isinstance(coin, Refused):
        return coin
    if isinstance(contract, Refused):
        return contract
    word = asking.choice(parameters, "marginMode", tuple(MARGIN_MODES))
    if isinstance(word, Refused):
        return word
    if desk.open_orders(contract.market, wallet=Wallet.FUTURES) or positions_of(desk, contract):
        return refuse(20006)
    settings_of(desk).margin_modes[contract.symbol] = MARGIN_MODES[word]
    desk.mark_changed()
    return {"marginCoin": MARGIN_COIN, "symbol": contract.symbol, "marginMode": word}


def change_position_mode(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Choose between one position to a contract and two; 20009 while there are positions or orders."""
    mode = asking.choice(parameters, "positionMode", POSITION_MODES)
    if isinstance(mode, Refused):
        return mode
    if positions_of(desk) or desk.open_orders(wallet=Wallet.FUTURES):
        return refuse(20009)
    settings_of(desk).position_mode = mode
    desk.mark_changed()
    return {"positionMode": mode}


def adjust_position_margin(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Set aside more for a position, or less for an amount below zero.

    The position is named by `positionId`, else by `side` (`LONG`, `SHORT`), which only two positions of one contract
    need; 30004 for none, 20008 where there is not so much.
    """
    coin, contract = asking.margin_coin(parameters), asking.contract(desk, parameters)
    if isinstance(coin, Refused):
        return coin
    if isinstance(contract, Refused):
        return contract
    amount = read.decimal(parameters, "amount")
    if isinstance(amount, Refused):
        return amount
    if not _GRAIN <= abs(amount) <= _MOST or amount % _GRAIN:
        return read.invalid("amount")
    wanted, side = read.text(parameters, "positionId"), read.text(parameters, "side").upper()
    held = [
        position
        for position in positions_of(desk, contract)
        if wanted in ("", str(position.position_id)) and side in ("", direction(position))
    ]
    if len(held) != 1:
        return refuse(30004)
    refused = desk.adjust_margin(held[0], amount)
    if refused is not None and refused.refusal is Refusal.INSUFFICIENT_FUNDS:
        return refuse(20008)
    return refused


def _account(desk: Desk) -> Json:
    balance = desk.balances(Wallet.FUTURES)[MARGIN_COIN]
    margin = cross = isolated = ZERO
    for position in positions_of(desk):
        margin = add(margin, position.margin)
        profit = position.unrealised(mark_price(desk, contract_on(position.market)))
        if position.mode is MarginMode.CROSS:
            cross = add(cross, profit)
        else:
            isolated = add(isolated, profit)
    return {
        "marginCoin": MARGIN_COIN,
        "available": plain(balance.available),
        "frozen": plain(max(subtract(balance.held, margin), ZERO)),
        "margin": plain(margin),
        "transfer": plain(balance.available),
        "positionMode": settings_of(desk).position_mode,
        "crossUnrealizedPNL": plain(cross),
        "isolationUnrealizedPNL": plain(isolated),
        "bonus": "0",
    }
