"""What is true of a venue after every step, whoever did what: asked by the tests that trade at random."""

from collections.abc import Iterable
from decimal import Decimal, localcontext

from mockserver.core.accounts import MARKET_MAKER, Account
from mockserver.core.ledger import ESCROW, FEES, LENDER, WORLD
from mockserver.core.orders import OrderStatus, Side
from mockserver.core.stops import StopStatus
from mockserver.core.venue import Venue
from mockserver.core.wallets import Wallet

NOTHING = Decimal(0)


def check_the_ledger(venue: Venue) -> None:
    """Nothing is made, nothing is lost, and nobody owes but the world and the lender."""
    assert not any(venue.ledger.sums().values())
    for holder in venue.ledger.holders():
        for currency in venue.currencies:
            assert venue.ledger.held(holder, currency) >= 0
            assert venue.ledger.available(holder, currency) >= 0 or holder in (WORLD, LENDER)
            assert venue.ledger.held(holder, currency) == 0 or holder not in (WORLD, LENDER, FEES, ESCROW)


def check_the_account(venue: Venue, account_id: int) -> None:
    """What is set aside is what its orders, stop orders and positions say; and they say what can be."""
    account = venue.account(account_id)
    _check_the_orders(account)
    _check_what_is_held(venue, account)
    for position in {id(one): one for one in (*account.positions.values(), *account.held_positions.values())}.values():
        base, quote = position.market.split("/")
        assert position.amount or (position.cost, position.margin) == (0, 0)
        assert position.cost >= 0
        assert position.margin >= 0
        held = position in account.held_positions.values()
        assert held or not (position.amount or position.debts or position.open_orders)
        assert position.open_orders == sum(order.position is position for order in account.open.values())
        reducing = [order for order in account.open.values() if order.position is position and order.margin.reduce_only]
        assert all((order.side is Side.SELL) == (position.amount > 0) for order in reducing)
        assert sum(order.remaining for order in reducing) <= abs(position.amount)
        if held:
            owned = {
                currency: venue.ledger.available(position.holder, currency)
                + venue.ledger.held(position.holder, currency)
                - position.debts.get(currency, NOTHING)
                for currency in (base, quote)
            }
            assert owned == {base: position.amount, quote: -position.cost if position.amount > 0 else position.cost}
    for holder in account.spare_purses:
        assert not any(
            venue.ledger.available(holder, one) or venue.ledger.held(holder, one) for one in venue.currencies
        )


def _check_the_orders(account: Account) -> None:
    for order in account.orders.values():
        assert order.filled + order.remaining == order.amount
        if order.account_id != MARKET_MAKER:
            assert order.filled == sum(fill.amount for fill in order.fills)
        assert (order.remaining == 0) == (order.status is OrderStatus.FILLED)
        assert order.is_open == (order.order_id in account.open)
        assert order.is_open or (order.held, order.collateral) == (0, 0)
        assert all(fill.price <= order.price for fill in order.fills if order.side is Side.BUY)
        assert all(fill.price >= order.price for fill in order.fills if order.side is Side.SELL)
    for stop in account.stops.values():
        assert stop.held == 0 or stop.status is StopStatus.WAITING
        assert (stop.status is StopStatus.TRIGGERED) == (stop.order_id is not None)
        assert (stop.status is StopStatus.FAILED) == (stop.refused is not None)


def _check_what_is_held(venue: Venue, account: Account) -> None:
    held: dict[tuple[int, str], Decimal] = {}

    def add(holder: int, currency: str, amount: Decimal) -> None:
        held[holder, currency] = held.get((holder, currency), NOTHING) + amount

    for order in account.open.values():
        base, quote = order.market.split("/")
        add(order.holder, quote if order.side is Side.BUY else base, order.held)
        if order.position is not None:
            add(account.purses[order.wallet], quote, order.collateral)
    for stop in account.stops.values():
        base, quote = stop.market.split("/")
        add(account.account_id, quote if stop.side is Side.BUY else base, stop.held)
    for position in account.positions.values():
        add(account.purses[position.wallet], position.market.split("/")[1], position.margin)
    holders = {*account.purses.values(), *(position.holder for position in account.held_positions.values())}
    assert {holder for holder, _ in held} <= holders
    for holder in holders:
        for currency in venue.currencies:
            assert venue.ledger.held(holder, currency) == held.get((holder, currency), NOTHING)


def check_the_books(venue: Venue, accounts: Iterable[int], now_ms: int) -> None:
    """The books show what stands in open orders, in order, and no bid has reached an ask."""
    every = (MARKET_MAKER, *accounts)
    for market in venue.markets:
        bids, asks = venue.desk(0, now_ms).book(market, 1_000)
        assert not (bids and asks and bids[0][0] >= asks[0][0])
        standing: dict[tuple[Side, Decimal], Decimal] = {}
        for account in every:
            for order in venue.desk(account, now_ms).open_orders(market, wallet=None):
                place = (order.side, order.price)
                standing[place] = standing.get(place, NOTHING) + order.remaining
        shown = {(Side.BUY, price): amount for price, amount in bids}
        shown |= {(Side.SELL, price): amount for price, amount in asks}
        assert shown == standing
        assert [price for price, _ in bids] == sorted((price for price, _ in bids), reverse=True)
        assert [price for price, _ in asks] == sorted(price for price, _ in asks)


def check_everything(venue: Venue, accounts: Iterable[int], now_ms: int) -> None:
    """All of the above."""
    accounts = tuple(accounts)
    with localcontext(prec=200):
        check_the_ledger(venue)
        for account in (MARKET_MAKER, *accounts):
            check_the_account(venue, account)
        check_the_books(venue, accounts, now_ms)


def everything_of(venue: Venue, accounts: Iterable[int]) -> list[object]:
    """All that an account has and did, as values that compare."""
    return [
        (
            venue.orders_of(account),
            [repr(stop) for stop in venue.account(account).stops.values()],
            [repr(position) for position in venue.account(account).positions.values()],
            {wallet: venue.balances_of(account, wallet) for wallet in Wallet},
            venue.withdrawals_of(account),
            venue.deposits_of(account),
        )
        for account in accounts
    ]
