"""The venue against an exchange that is obviously right: told the same things, they say and have the same."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mockserver.core.desk import Withdrawal
from mockserver.core.markets import Market
from mockserver.core.orders import Order, Side, TimeInForce
from mockserver.core.refusals import Refused
from mockserver.core.seeding import no_liquidity
from mockserver.core.stops import StopOrder
from mockserver.core.venue import Venue
from tests.mockserver.trading.invariants import check_everything
from tests.mockserver.trading.plain_model import Ordered, PlainExchange, Waiting
from tests.mockserver.trading.trading_setup import NOW

# A market whose fees and totals need rounding, and whose minima are easily met and easily missed.
MARKET = Market(
    base="AAA",
    quote="BBB",
    price_step=Decimal("0.0000001"),
    amount_step=Decimal("0.001"),
    minimum_total=Decimal("0.5"),
    minimum_amount=Decimal("0.05"),
    opening_price=Decimal("7.77"),
    maker_fee=Decimal("0.0015"),
    taker_fee=Decimal("0.0025"),
)
OPENING = {"AAA": "20", "BBB": "150"}

LEVELS = [Decimal(price) for price in ("7.6512347", "7.7112349", "7.7723451", "7.8334567", "8.0198765")]
PRICES = st.sampled_from(LEVELS)
AMOUNTS = st.one_of(
    st.decimals(min_value=1, max_value=9, places=3),
    st.decimals(min_value="0.001", max_value=30, places=3),
    st.decimals(min_value="0.00000001", max_value="0.2", places=8),
)
TOTALS = st.decimals(min_value="0.1", max_value=200, places=8)
WHO = st.integers(0, 1)
SIDES = st.sampled_from(Side)


def exact(value: Decimal | None) -> Fraction | None:
    return None if value is None else Fraction(value)


def said(outcome: object) -> str:
    """A refusal in the model's words; the empty text for everything else."""
    if isinstance(outcome, str):
        return outcome
    return f"{outcome.refusal} {outcome.variant}".strip() if isinstance(outcome, Refused) else ""


class AgainstAModel(RuleBasedStateMachine):
    """Drives both, pairs what they made, and compares all that can be seen."""

    @initialize()
    def begin(self) -> None:
        self.venue = Venue((MARKET,), OPENING, 0, liquidity=no_liquidity)
        self.desks = [self.venue.desk(self.venue.open_account(), NOW) for _ in range(2)]
        self.desks[0].book(MARKET, 1)
        owned = [{currency: Fraction(amount) for currency, amount in OPENING.items()} for _ in range(2)]
        self.model = PlainExchange(MARKET, owned, Fraction(MARKET.opening_price))

    def agree(self, ours: object, theirs: Ordered | Waiting | str) -> None:
        assert said(ours) == said(theirs), (ours, theirs)

    def open_pair(self, which: int) -> tuple[Order, Ordered] | None:
        """One of the open orders, ours and the model's."""
        ours = sorted((order for desk in self.desks for order in desk.open_orders()), key=lambda order: order.order_id)
        theirs = [order for order in self.model.orders if order.open]
        assert len(ours) == len(theirs)
        return (ours[which % len(ours)], theirs[which % len(ours)]) if ours else None

    @rule(who=WHO, side=SIDES, price=PRICES, amount=AMOUNTS, kind=st.sampled_from([*TimeInForce, *["gtc"] * 4]))
    def place(self, who: int, side: Side, price: Decimal, amount: Decimal, kind: str) -> None:
        ours = self.desks[who].place_order(MARKET, side, price, amount, time_in_force=TimeInForce(kind))
        self.agree(ours, self.model.place(who, side is Side.BUY, Fraction(price), Fraction(amount), kind))

    @rule(who=WHO, side=SIDES, amount=st.none() | AMOUNTS, total=st.none() | TOTALS)
    def place_at_market(self, who: int, side: Side, amount: Decimal | None, total: Decimal | None) -> None:
        if amount is None and total is None:
            return
        ours = self.desks[who].place_market_order(MARKET, side, amount=amount, total=total)
        self.agree(ours, self.model.place_at_market(who, side is Side.BUY, exact(amount), exact(total)))

    @rule(which=st.integers(0, 9), price=PRICES, amount=st.none() | AMOUNTS, kind=st.sampled_from(TimeInForce))
    def replace(self, which: int, price: Decimal, amount: Decimal | None, kind: TimeInForce) -> None:
        if (pair := self.open_pair(which)) is not None:
            old, theirs = pair
            desk = self.desks[theirs.who]
            ours = desk.replace_order(old.order_id, price, amount, time_in_force=kind)
            wanted = theirs.left if amount is None else Fraction(amount)
            self.agree(ours, self.model.place(theirs.who, theirs.buys, Fraction(price), wanted, kind, theirs))

    @rule(which=st.integers(0, 9))
    def cancel(self, which: int) -> None:
        if (pair := self.open_pair(which)) is not None:
            ours, theirs = pair
            assert isinstance(self.desks[theirs.who].cancel_order(ours.order_id), Order)
            theirs.open = False

    @rule(
        who=WHO, side=SIDES, trigger=PRICES, amount=AMOUNTS, limit=st.none() | PRICES, rising=st.none() | st.booleans()
    )
    def wait(
        self, who: int, side: Side, trigger: Decimal, amount: Decimal, limit: Decimal | None, rising: bool | None
    ) -> None:
        ours = self.desks[who].place_stop(MARKET, side, trigger, amount, limit=limit, rising=rising)
        buys = side is Side.BUY
        up = buys if rising is None else rising
        self.agree(ours, self.model.wait(who, buys, Fraction(trigger), Fraction(amount), exact(limit), up))

    @rule(which=st.integers(0, 9))
    def think_better(self, which: int) -> None:
        waiting = [stop for stop in self.model.stops if stop.state == "waiting"]
        if waiting:
            theirs = waiting[which % len(waiting)]
            ours = self.desks[theirs.who].stops(open_only=True)
            mine = [stop.number for stop in waiting if stop.who == theirs.who].index(theirs.number)
            assert isinstance(self.desks[theirs.who].cancel_stop(ours[mine].stop_id), StopOrder)
            theirs.state = "cancelled"

    @rule(who=WHO, currency=st.sampled_from(("AAA", "BBB")), amount=TOTALS)
    def withdraw(self, who: int, currency: str, amount: Decimal) -> None:
        ours = self.desks[who].withdraw(currency, amount, "somewhere")
        enough = self.model.free(who, currency) >= Fraction(amount)
        assert isinstance(ours, Withdrawal) == enough
        if enough:
            self.model.owned[who][currency] -= Fraction(amount)

    @rule(who=WHO, currency=st.sampled_from(("AAA", "BBB")), amount=TOTALS)
    def deposit(self, who: int, currency: str, amount: Decimal) -> None:
        self.venue.deposit(self.desks[who].account_id, currency, amount, NOW)
        self.model.owned[who][currency] += Fraction(amount)

    @invariant()
    def everybody_has_the_same(self) -> None:
        for who, desk in enumerate(self.desks):
            for currency, balance in desk.balances().items():
                assert Fraction(balance.held) == self.model.held(who, currency)
                assert Fraction(balance.available) == self.model.free(who, currency)

    @invariant()
    def the_same_stands_open(self) -> None:
        ours = {order.order_id: order for desk in self.desks for order in desk.orders()}
        assert [
            (Fraction(order.amount), Fraction(order.remaining), order.is_open) for _, order in sorted(ours.items())
        ] == [(order.amount, order.left, order.open) for order in self.model.orders]
        stops = sorted((stop for desk in self.desks for stop in desk.stops()), key=lambda stop: stop.stop_id)
        assert [stop.status.value for stop in stops] == [stop.state for stop in self.model.stops]
        for buys, shown in zip((False, True), self.desks[0].book(MARKET, 99), strict=True):
            levels: dict[Fraction, Fraction] = {}
            for order in self.model.against(buys):
                levels[order.price] = levels.get(order.price, Fraction(0)) + order.left
            assert [(Fraction(price), Fraction(amount)) for price, amount in shown] == list(levels.items())

    @invariant()
    def the_same_was_traded(self) -> None:
        numbers = sorted(order.order_id for desk in self.desks for order in desk.orders())
        sides: dict[int, dict[Side, tuple[object, ...]]] = {}
        for desk in self.desks:
            for fill in desk.fills():
                seen = (numbers.index(fill.order_id), Fraction(fill.price), Fraction(fill.amount), Fraction(fill.fee))
                sides.setdefault(fill.trade_id, {})[fill.side] = seen
        assert [(sides[number][Side.BUY], sides[number][Side.SELL]) for number in sorted(sides)] == [
            ((buyer, price, amount, buy_fee), (seller, price, amount, sell_fee))
            for buyer, seller, price, amount, buy_fee, sell_fee in self.model.trades
        ]
        assert Fraction(self.desks[0].ticker(MARKET).last) == self.model.last

    @invariant()
    def the_books_balance(self) -> None:
        check_everything(self.venue, [desk.account_id for desk in self.desks], NOW)


TestAgainstAModel = AgainstAModel.TestCase
TestAgainstAModel.settings = settings(deadline=None, max_examples=60, stateful_step_count=30)


STEPS = (*["place"] * 4, *["wait"] * 2, "market", "replace", "cancel", "better", "withdraw", "deposit")


class Chance:
    """Draws the arguments of the machine's rules, for lives longer than a search would try."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def price(self) -> Decimal:
        return self.random.choice(LEVELS)

    def amount(self) -> Decimal:
        most = self.random.choice((900, 900, 3_000, 9_000, 30_000))
        return Decimal(self.random.randrange(most // 4, most)) / 1000

    def total(self) -> Decimal:
        return Decimal(self.random.randrange(10_000_000, 10_000_000_000)) / 10**8

    def step(self, machine: AgainstAModel) -> None:
        """Take one step of a kind that is drawn."""
        draw = self.random.choice
        who, side, which = draw((0, 1)), draw(list(Side)), self.random.randrange(10)
        match draw(STEPS):
            case "place":
                machine.place(who, side, self.price(), self.amount(), draw([*TimeInForce, *["gtc"] * 4]))
            case "market":
                bounds = draw(((True, False), (False, True), (True, True)))
                machine.place_at_market(
                    who, side, self.amount() if bounds[0] else None, self.total() if bounds[1] else None
                )
            case "replace":
                machine.replace(which, self.price(), draw((None, self.amount())), draw(list(TimeInForce)))
            case "cancel":
                machine.cancel(which)
            case "wait":
                limit, rising = draw((None, None, self.price())), draw((None, None, True, False))
                machine.wait(who, side, self.price(), self.amount(), limit, rising)
            case "better":
                machine.think_better(which)
            case "withdraw":
                machine.withdraw(who, draw(("AAA", "BBB")), self.total() / 2)
            case "deposit":
                machine.deposit(who, draw(("AAA", "BBB")), self.total() / 4)


@pytest.mark.parametrize("seed", range(40))
def test_long_lives_agree_too(seed):
    machine, chance = AgainstAModel(), Chance(seed)
    machine.begin()
    for _ in range(60):
        chance.step(machine)
        machine.everybody_has_the_same()
        machine.the_same_stands_open()
        machine.the_same_was_traded()
