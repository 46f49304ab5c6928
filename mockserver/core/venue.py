"""A venue: a floor, a ledger and accounts. It is handed the time and the seed, and knows of no other chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, DecimalException
from typing import Final

from mockserver.core.account_desk import AccountDesk
from mockserver.core.accounts import MARKET_MAKER, NOBODY, Account
from mockserver.core.cashier import Cashier
from mockserver.core.desk import Balance, Deposit, Withdrawal
from mockserver.core.floor import Floor
from mockserver.core.ledger import WORLD, Ledger
from mockserver.core.markets import Market
from mockserver.core.money import ZERO, floored, on_step
from mockserver.core.orders import Order
from mockserver.core.seeding import LiquidityPlan, opening_liquidity
from mockserver.core.tally import Tally
from mockserver.core.transfers import Transfers
from mockserver.core.wallets import Wallet
from mockserver.errors import LedgerError

#: Where order ids start unless told otherwise: just above what a double can count.
ORDER_IDS_FROM: Final = 2**53 + 1

#: More than anybody has of anything. A grant beyond it would take the digits that every other account's sums need.
_MOST: Final = Decimal(10) ** 30


class Venue:
    """A small exchange: what an account does here happens to the books of everybody at the same venue.

    Markets open when they are first looked at, with the liquidity that the plan says for the seed, so a venue costs
    next to nothing before it is used. Two venues of one seed that are asked the same things in the same order give the
    same answers.

    Args:
        markets: What is traded, in the dialect's order.
        opening_balances: What an account has that is opened without balances of its own: currency to decimal text.
        seed: Of the liquidity and the addresses.
        id_start: The first order id.
        currencies: Further currencies, besides the markets' and those of the opening balances.
        liquidity: What a market opens with that does not breathe.
        breathing: Whether a market maker moves the prices.

    Attributes:
        markets: As given.
        currencies: Bases and quotes of the markets in their order, then the others.
        ledger: Who has what.
        floor: Where it is traded; desks place and cancel there.
        cashier: Where money leaves to the world and comes in.
        transfers: Where money moves inside of the house.
        annexes: What the dialect keeps for the whole venue, by what made it.
        tally: Of its changes: whoever finds it as it was knows that nothing was changed.
    """

    __slots__ = (
        "_accounts",
        "_opening_balances",
        "annexes",
        "cashier",
        "currencies",
        "floor",
        "ledger",
        "markets",
        "tally",
        "transfers",
    )

    def __init__(
        self,
        markets: Sequence[Market],
        opening_balances: Mapping[str, str],
        seed: int,
        *,
        id_start: int = ORDER_IDS_FROM,
        currencies: Sequence[str] = (),
        liquidity: LiquidityPlan = opening_liquidity,
        breathing: bool = False,
    ) -> None:
        self.markets = tuple(markets)
        traded = [currency for market in self.markets for currency in (market.base, market.quote)]
        self.currencies = tuple(dict.fromkeys((*traded, *opening_balances, *currencies)))
        self.ledger = Ledger(self.currencies)
        self._opening_balances = opening_balances
        self._accounts: dict[int, Account] = {}
        self.tally = tally = Tally()
        self.annexes: dict[object, object] = {}
        self.cashier = Cashier(self.ledger, self.currencies, tally, seed=seed)
        self.transfers = Transfers(self.ledger, self._accounts, tally)
        for system_account in (NOBODY, MARKET_MAKER):
            self._enter(Account(system_account))
        self.floor = Floor(
            self.markets,
            self._accounts,
            self.ledger,
            self.transfers,
            tally,
            seed=seed,
            id_start=id_start,
            liquidity=liquidity,
            breathing=breathing,
        )

    # What happened.

    def mark_changed(self) -> None:
        """Count a change that nobody else counts, such as one in an annex."""
        self.tally.changes += 1

    # Accounts.

    def open_account(self, balances: Mapping[str, str] | None = None, order_id_start: int | None = None) -> int:
        """Open an account and return its id, which rises by one for each.

        Args:
            balances: Currency to decimal text; what is not named is zero. None for the opening balances.
            order_id_start: Its orders are numbered from here; None to take part in the venue's own numbering. Ids that
                another account's orders have are passed over.

        Raises:
            LedgerError: A currency that is not traded here, or an amount that is no sum of money.
        """
        grants = {
            currency: _amount_of(currency, text)
            for currency, text in (self._opening_balances if balances is None else balances).items()
        }
        if strange := [currency for currency in grants if currency not in self.currencies]:
            raise LedgerError(f"no currency {strange[0]!r} here")
        account = Account(len(self._accounts) - 1, order_id_start)
        self._enter(account)
        for currency, amount in grants.items():
            if amount:
                self.ledger.move(currency, amount, WORLD, account.account_id)
        self.tally.changes += 1
        return account.account_id

    def deposit(
        self, account_id: int, currency: str, amount: Decimal, now_ms: int, *, network: str | None = None
    ) -> Deposit:
        """Let money come in from the world; LedgerError for an unknown account, currency or an amount that is none."""
        if amount >= _MOST:
            raise LedgerError(f"nobody has so much as {amount:f} {currency}")
        return self.cashier.deposit(self.account(account_id), currency, amount, network, now_ms)

    def complete_withdrawal(self, account_id: int, withdrawal_id: int, now_ms: int) -> Withdrawal:
        """Let a pending withdrawal arrive; LedgerError where there is no such one."""
        return self.cashier.complete_withdrawal(self.account(account_id), withdrawal_id, now_ms)

    def freeze(self, account_id: int, *, frozen: bool = True) -> None:
        """Set or lift the account's freeze. The gate asks for it; a desk does not."""
        self.account(account_id).frozen = frozen
        self.tally.changes += 1

    def is_frozen(self, account_id: int) -> bool:
        """Tell whether the account is frozen."""
        return self.account(account_id).frozen

    # The prices.

    @property
    def breathing(self) -> bool:
        """Whether a market maker moves the prices."""
        return self.floor.breathing

    def breathe(self, now_ms: int, *, breathing: bool) -> None:
        """Let a market maker move the prices from now on, or let them stand still."""
        self.floor.breathe(now_ms, breathing=breathing)

    def move_price(self, market: str, price: Decimal, now_ms: int) -> None:
        """Have the market maker trade with everybody up to a price, print a trade there and quote around it.

        Where the market breathes, its next moment leads it back to where the seed has it.

        Raises:
            LedgerError: There is no such market, or the price is not above zero, or has an end finer than a step.
        """
        known = self.floor.market(market)
        if known is None or not price.is_finite() or price <= ZERO or price != on_step(price, known.price_step):
            raise LedgerError(f"{market!r} is no market here, or {price} is no price there")
        self.floor.move_price(known, price, now_ms)

    def desk(self, account_id: int, now_ms: int) -> AccountDesk:
        """Return the account's place for one request; `NOBODY` has one too, for public endpoints."""
        floor = self.floor
        if floor.breathing or floor.ends:
            floor.pass_until(now_ms)
        return AccountDesk(self, self.account(account_id), now_ms)

    # What the outside may look at without a desk: copies, which stay as they are.

    def orders_of(self, account_id: int) -> tuple[Order, ...]:
        """Return the account's orders as they are now, oldest first."""
        return tuple(replace(order, fills=list(order.fills)) for order in self.account(account_id).orders.values())

    def withdrawals_of(self, account_id: int) -> tuple[Withdrawal, ...]:
        """Return the account's withdrawals, oldest first."""
        return tuple(self.account(account_id).withdrawals.values())

    def deposits_of(self, account_id: int) -> tuple[Deposit, ...]:
        """Return the account's deposits, oldest first."""
        return tuple(self.account(account_id).deposits)

    def balances_of(self, account_id: int, wallet: Wallet = Wallet.SPOT) -> dict[str, Balance]:
        """Return what is in a wallet of the account of every currency, zeros too."""
        return self.transfers.balances(self.account(account_id), wallet)

    def _enter(self, account: Account) -> None:
        self._accounts[account.account_id] = account
        self.ledger.open(account.account_id)

    def account(self, account_id: int) -> Account:
        """Return the account itself, to be read; LedgerError for one that is not here."""
        try:
            return self._accounts[account_id]
        except KeyError:
            raise LedgerError(f"no account {account_id} at this venue") from None


def _amount_of(currency: str, text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except DecimalException:
        amount = Decimal("nan")
    if not amount.is_finite() or amount < ZERO or amount >= _MOST or amount != floored(amount):
        raise LedgerError(f"an account cannot have {text!r} {currency}")
    return amount
