"""Margin: orders that are paid with borrowed money, and the positions they make.

Each position has a purse of its own in the ledger. What an order needs and the purse lacks, the lender puts there; what
trades bring lands there, and what is not set aside for an order pays the lender back. The collateral stays in the
account's wallet, in the market's quote currency: a part of it is set aside for orders that would enlarge a position,
passes to the position as they trade, and is free again as it gets smaller. What a closed part has won or lost, and all
fees, are settled with the wallet at once.

A position is closed by the exchange when what stands behind it has shrunk to half of what its leverage asks for. What
the wallet cannot pay then, the lender loses.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import count
from typing import Final

from mockserver.core.accounts import Account
from mockserver.core.ledger import FEES, LENDER, Ledger
from mockserver.core.listing import Listing
from mockserver.core.markets import Market
from mockserver.core.money import ZERO, add, ceiled, divided_up, multiply, quotient, subtract
from mockserver.core.orders import Order, Side
from mockserver.core.positions import MarginMode, MarginTerms, Position
from mockserver.core.refusals import Refused, insufficient
from mockserver.core.transfers import Transfers

_POSITION_IDS_FROM: Final = 9_000_001
_TWO: Final = Decimal(2)


class Margin:
    """The positions of a venue. The floor tells it of orders and trades; it does the borrowing and the reckoning.

    Args:
        ledger: Who has what.
        accounts: The venue's accounts by id.
        transfers: Where an account's wallets are.
    """

    __slots__ = ("_accounts", "_ledger", "_position_ids", "_transfers")

    def __init__(self, ledger: Ledger, accounts: Mapping[int, Account], transfers: Transfers) -> None:
        self._ledger = ledger
        self._accounts = accounts
        self._transfers = transfers
        self._position_ids = count(_POSITION_IDS_FROM)

    # Before an order is placed: nothing is changed.

    def reducible(
        self, account: Account, market: Market, side: Side, terms: MarginTerms, without: Order | None = None
    ) -> Decimal:
        """Return how much an order may trade before it enlarges a position, given what stands already.

        Args:
            account: Whose.
            market: Where.
            side: Of the order.
            terms: Of the order.
            without: An order that is about to be cancelled.
        """
        position = account.held_positions.get((market.name, terms.wallet, terms.slot))
        if position is None or (position.amount > ZERO) == (side is Side.BUY):
            return ZERO
        left = abs(position.amount)
        for order in account.open.values():
            if order.position is position and order.side is side and order is not without:
                left = subtract(left, order.remaining)
        return max(left, ZERO)

    def collateral(
        self, account: Account, market: Market, opening: Decimal, terms: MarginTerms, freed: Decimal = ZERO
    ) -> Decimal | Refused:
        """Return what must be set aside for so much of the quote in new positions, or INSUFFICIENT_FUNDS.

        Args:
            account: Whose.
            market: Where.
            opening: What the part of an order that enlarges a position is worth.
            terms: Of the order.
            freed: What will be free again before.
        """
        needed = divided_up(opening, terms.leverage)
        available = self._transfers.balances(account, terms.wallet)[market.quote].available
        return needed if needed <= add(available, freed) else insufficient(market.quote)

    # An order's life.

    def attach(self, account: Account, market: Market, terms: MarginTerms, now_ms: int) -> Position:
        """Return the position that an accepted order is for, made now if there is none."""
        place = (market.name, terms.wallet, terms.slot)
        position = account.held_positions.get(place)
        if position is None:
            holder = account.spare_purses.pop() if account.spare_purses else self._ledger.open_new()
            position = account.held_positions[place] = Position(
                position_id=next(self._position_ids),
                account_id=account.account_id,
                market=market.name,
                wallet=terms.wallet,
                slot=terms.slot,
                holder=holder,
                opened_ms=now_ms,
                updated_ms=now_ms,
            )
        position.open_orders += 1
        return position

    def fund(self, account: Account, order: Order, currency: str, quote: str) -> None:
        """Borrow what an order lacks, and set aside what it holds and its collateral."""
        position = _of(order)
        lacking = subtract(order.held, self._ledger.available(position.holder, currency))
        if lacking > ZERO:
            self._borrow(position, currency, lacking)
        self._ledger.hold(currency, order.held, position.holder)
        if order.collateral:
            self._ledger.hold(quote, order.collateral, self._transfers.purse(account, position.wallet))

    def closed(self, account: Account, order: Order, quote: str) -> None:
        """Let go of an order that stands no more and holds nothing."""
        position = _of(order)
        if order.collateral:
            self._ledger.release(quote, order.collateral, self._transfers.purse(account, position.wallet))
            order.collateral = ZERO
        position.open_orders -= 1
        self._repay(position)
        if not position.open_orders and not position.is_open:
            del account.held_positions[position.market, position.wallet, position.slot]
            account.spare_purses.append(position.holder)

    def traded(
        self, listing: Listing, order: Order, amount: Decimal, total: Decimal, fee: Decimal, now_ms: int
    ) -> None:
        """Reckon with a trade whose money and goods have changed hands, but for its fee."""
        position = _of(order)
        account = self._accounts[order.account_id]
        buys = order.side is Side.BUY
        closing = min(amount, abs(position.amount)) if (position.amount > ZERO) != buys else ZERO
        closing_total = total if closing == amount else quotient(multiply(total, closing), amount)
        wallet = self._transfers.purse(account, position.wallet)
        position.updated_ms = now_ms
        position.fees = add(position.fees, fee)
        if closing:
            self._reduce(listing, position, order, closing, closing_total, wallet)
        opening = subtract(amount, closing)
        if opening:
            self._enlarge(listing, position, order, opening, subtract(total, closing_total), wallet, now_ms)
        self._charge(position, listing.quote, fee, wallet, FEES)
        self._repay(position)

    def _reduce(
        self, listing: Listing, position: Position, order: Order, closing: Decimal, brought: Decimal, wallet: int
    ) -> None:
        quote, size, long = listing.quote, abs(position.amount), position.amount > ZERO
        whole = closing == size
        cost = position.cost if whole else quotient(multiply(position.cost, closing), size)
        freed = position.margin if whole else quotient(multiply(position.margin, closing), size)
        profit = subtract(brought, cost) if long else subtract(cost, brought)
        position.amount = add(position.amount, -closing if long else closing)
        position.cost = subtract(position.cost, cost)
        position.margin = subtract(position.margin, freed)
        position.realised = add(position.realised, profit)
        order.realised = add(order.realised, profit)
        self._ledger.release(quote, freed, wallet)
        if profit > ZERO:
            lacking = subtract(profit, self._ledger.available(position.holder, quote))
            if lacking > ZERO:
                self._borrow(position, quote, lacking)
            self._ledger.move(quote, profit, position.holder, wallet)
        elif profit < ZERO:
            most = freed if position.mode is MarginMode.ISOLATED else None
            self._charge(position, quote, -profit, wallet, position.holder, most)
        if whole:
            del listing.positions[position.position_id]

    def _enlarge(
        self,
        listing: Listing,
        position: Position,
        order: Order,
        opening: Decimal,
        worth: Decimal,
        wallet: int,
        now_ms: int,
    ) -> None:
        terms = order.margin
        if terms is None:
            raise ValueError("an order with a position has terms")
        if not position.is_open:
            position.opened_ms = now_ms
            listing.positions[position.position_id] = position
            self._accounts[order.account_id].positions[position.position_id] = position
        position.leverage, position.mode = terms.leverage, terms.mode
        position.amount = add(position.amount, opening if order.side is Side.BUY else -opening)
        position.cost = add(position.cost, worth)
        wanted = divided_up(worth, terms.leverage)
        passed = min(wanted, order.collateral)
        order.collateral = subtract(order.collateral, passed)
        # What a position that changed under a standing order asks for besides is taken where it is to be had.
        further = min(subtract(wanted, passed), self._ledger.available(wallet, listing.quote))
        self._ledger.hold(listing.quote, further, wallet)
        position.margin = add(position.margin, add(passed, further))

    def adjust(self, account: Account, market: Market, position: Position, amount: Decimal) -> Refused | None:
        """Set aside more for a position or less, as `AccountDesk.adjust_margin` says."""
        wallet = self._transfers.purse(account, position.wallet)
        if amount > ZERO:
            if self._ledger.available(wallet, market.quote) < amount:
                return insufficient(market.quote)
            self._ledger.hold(market.quote, amount, wallet)
        else:
            if add(position.margin, amount) < divided_up(position.cost, position.leverage):
                return insufficient(market.quote)
            self._ledger.release(market.quote, -amount, wallet)
        position.margin = add(position.margin, amount)
        return None

    # What the price does to a position.

    def is_used_up(self, position: Position, quote: str, price: Decimal) -> bool:
        """Tell whether the exchange closes a position at this price."""
        least = multiply(abs(position.amount), price)
        equity = add(self._backing(position, quote), position.unrealised(price))
        return multiply(multiply(equity, _TWO), position.leverage) <= least

    def liquidation_price(self, position: Position, quote: str) -> Decimal | None:
        """Return the price at which the exchange closes a position; None for none above zero."""
        size = abs(position.amount)
        if not size:
            return None
        backing, twice = self._backing(position, quote), multiply(position.leverage, _TWO)
        if position.amount > ZERO:
            owed, share = subtract(position.cost, backing), subtract(twice, Decimal(1))
        else:
            owed, share = add(position.cost, backing), add(twice, Decimal(1))
        return quotient(multiply(owed, twice), multiply(size, share)) if owed > ZERO else None

    def _backing(self, position: Position, quote: str) -> Decimal:
        if position.mode is MarginMode.ISOLATED:
            return position.margin
        account = self._accounts[position.account_id]
        return add(position.margin, self._transfers.balances(account, position.wallet)[quote].available)

    # Money.

    def _borrow(self, position: Position, currency: str, amount: Decimal) -> None:
        self._ledger.move(currency, amount, LENDER, position.holder)
        position.debts[currency] = add(position.debts.get(currency, ZERO), amount)

    def _repay(self, position: Position) -> None:
        for currency, debt in tuple(position.debts.items()):
            paid = min(debt, self._ledger.available(position.holder, currency))
            self._ledger.move(currency, paid, position.holder, LENDER)
            if paid == debt:
                del position.debts[currency]
            else:
                position.debts[currency] = subtract(debt, paid)

    def _charge(
        self,
        position: Position,
        currency: str,
        amount: Decimal,
        wallet: int,
        payee: int,
        most: Decimal | None = None,
    ) -> None:
        """Take what a position costs from its wallet, then from its margin; what neither has, the lender pays."""
        payable = amount if most is None else min(amount, most)
        paid = min(payable, self._ledger.available(wallet, currency))
        self._ledger.move(currency, paid, wallet, payee)
        rest = min(subtract(payable, paid), position.margin)
        if rest:
            position.margin = subtract(position.margin, rest)
            self._ledger.settle(currency, rest, wallet, payee)
        lost = subtract(amount, add(paid, rest))
        if lost:
            self._ledger.move(currency, lost, LENDER, payee)


def _of(order: Order) -> Position:
    if order.position is None:
        raise ValueError(f"order {order.order_id} is not on margin")
    return order.position


def worth_of_opening(price: Decimal, amount: Decimal, reducible: Decimal, total: Decimal | None = None) -> Decimal:
    """Return what the part of an order that enlarges a position is worth, in the quote, rounded up.

    Args:
        price: Of the order.
        amount: Of the order.
        reducible: What it may trade before.
        total: What the whole costs, where it is not price times amount.
    """
    opening = subtract(amount, min(amount, reducible))
    if total is None or opening != amount:
        return ceiled(multiply(price, opening))
    return total
