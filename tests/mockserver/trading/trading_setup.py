"""What the trading tests share: two small markets and ways to open a venue."""

from collections.abc import Mapping
from decimal import Decimal

from mockserver.core.account_desk import AccountDesk
from mockserver.core.markets import Market
from mockserver.core.orders import Order, Side, TimeInForce
from mockserver.core.refusals import Refused
from mockserver.core.seeding import LiquidityPlan, no_liquidity
from mockserver.core.venue import Venue

NOW = 1_700_000_000_000

BTC_USDT = Market(
    base="BTC",
    quote="USDT",
    price_step=Decimal("0.01"),
    amount_step=Decimal("0.00000001"),
    minimum_total=Decimal(1),
    opening_price=Decimal(30_000),
)

ETH_BTC = Market(
    base="ETH",
    quote="BTC",
    price_step=Decimal("0.00000001"),
    amount_step=Decimal("0.00000001"),
    minimum_total=Decimal("0.0001"),
    opening_price=Decimal("0.06"),
    minimum_amount=Decimal("0.001"),
    maker_fee=Decimal(0),
    taker_fee=Decimal("0.0025"),
)

OPENING_BALANCES = {"BTC": "1", "ETH": "10", "USDT": "10000"}


def empty_venue(seed: int = 0, liquidity: LiquidityPlan = no_liquidity) -> Venue:
    """A venue in whose books nothing stands."""
    return Venue((BTC_USDT, ETH_BTC), OPENING_BALANCES, seed, liquidity=liquidity)


def new_desk(venue: Venue, balances: Mapping[str, str] | None = None) -> AccountDesk:
    """The desk of a new account."""
    return venue.desk(venue.open_account(balances), NOW)


def place(
    desk: AccountDesk,
    side: str,
    price: str,
    amount: str,
    time_in_force: TimeInForce = TimeInForce.GTC,
    market: Market = BTC_USDT,
) -> Order:
    """Place an order that is accepted."""
    order = try_to_place(desk, side, price, amount, time_in_force, market)
    assert isinstance(order, Order), order
    return order


def try_to_place(
    desk: AccountDesk,
    side: str,
    price: str,
    amount: str,
    time_in_force: TimeInForce = TimeInForce.GTC,
    market: Market = BTC_USDT,
) -> Order | Refused:
    """Place an order that may be refused."""
    return desk.place_order(market, Side(side), Decimal(price), Decimal(amount), time_in_force=time_in_force)


def spread_of(desk: AccountDesk) -> dict[str, tuple[str, str]]:
    """Available and held, as text without trailing zeros, of the currencies that the account has any of."""
    return {
        currency: (format(balance.available.normalize(), "f"), format(balance.held.normalize(), "f"))
        for currency, balance in desk.balances().items()
        if balance.available or balance.held
    }
