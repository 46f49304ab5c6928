"""Markets: what they stand at, their books and trades, and the market maker's hand in them."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.core.account_desk import AccountDesk
from mockserver.core.accounts import NOBODY
from mockserver.core.markets import Market
from mockserver.core.orders import Side
from mockserver.wire.rooms.house import House, plainly
from mockserver.wire.route import Asked, Missing, Object, Route
from mockserver.wire.schemas import (
    DECIMAL,
    MILLISECONDS,
    TEXT,
    TRUTH,
    WHOLE,
    Schema,
    among,
    answer,
    listing,
    named,
    or_null,
    record,
    said,
)

_STEPS = ("price_step", "amount_step", "minimum_total", "minimum_amount", "maker_fee", "taker_fee")
_GLANCE = ("last", "bid", "ask", "high", "low", "base_volume", "quote_volume")
_TRADE: Mapping[str, Schema] = {
    "trade_id": WHOLE,
    "side": among(tuple(Side)),
    "price": DECIMAL,
    "amount": DECIMAL,
    "at_ms": MILLISECONDS,
}
_LEVELS = listing({"type": "array", "items": DECIMAL})
_KEY = said(TEXT, "a key whose venue is meant; the shared one without it")

NAMED: Mapping[str, Schema] = {
    "Market": answer(
        {
            "market": TEXT,
            **{name: or_null(DECIMAL) if name in ("bid", "ask") else DECIMAL for name in _GLANCE},
            **dict.fromkeys(_STEPS, DECIMAL),
        }
    ),
    "Trade": answer(_TRADE),
}


def routes(house: House) -> tuple[Route, ...]:
    """Return what can be asked here."""
    room = _Markets(house)
    markets = answer(
        {"breathing": said(TRUTH, "whether the market maker moves prices"), "markets": listing(named("Market"))}
    )
    return (
        Route(
            method="GET", path="market", does="The markets, with their steps and what they stand at.",
            handle=room.all, gives=markets, query={"key": _KEY},
        ),
        Route(
            method="POST", path="market", does="Have the market maker move the prices, or let them stand.",
            handle=room.breathe, takes=record({"breathing": TRUTH, "key": _KEY}, required=("breathing",)),
            gives=markets,
        ),
        Route(
            method="GET", path="market/{market}", does="One market; its name with a dash, BTC-USDT.",
            handle=room.one, gives=named("Market"), query={"key": _KEY},
        ),
        Route(
            method="POST", path="market/{market}", does="Have the market maker trade a market to a price.",
            handle=room.move, takes=record({"price": TEXT, "key": _KEY}, required=("price",)), gives=named("Market"),
        ),
        Route(
            method="GET", path="market/{market}/book", does="Bids and asks as price and amount, best first.",
            handle=room.book, gives=answer({"market": TEXT, "bids": _LEVELS, "asks": _LEVELS}),
            query={"depth": {"type": "integer", "minimum": 1, "maximum": 1000}, "key": _KEY},
        ),
        Route(
            method="GET", path="market/{market}/trades", does="The newest trades as the takers saw them, oldest first.",
            handle=room.trades, gives=answer({"market": TEXT, "trades": listing(named("Trade"))}),
            query={"limit": {"type": "integer", "minimum": 1, "maximum": 10_000}, "key": _KEY},
        ),
    )  # fmt: skip


class _Markets:
    def __init__(self, house: House) -> None:
        self._house = house

    def all(self, asked: Asked) -> Object:
        return self._told(asked, asked.text("key"))

    def breathe(self, asked: Asked) -> Object:
        key = _key(asked.body)
        self._house.venue(key)
        self._house.exchange.operator.breathe(asked.now_ms, breathing=asked.body["breathing"] is True, key=key)
        return self._told(asked, key)

    def one(self, asked: Asked) -> Object:
        desk, market = self._found(asked, asked.text("key"))
        return _market(desk, market)

    def move(self, asked: Asked) -> Object:
        key = _key(asked.body)
        _, market = self._found(asked, key)
        self._house.exchange.operator.move_price(market.name, str(asked.body["price"]), asked.now_ms, key=key)
        return _market(*self._found(asked, key))

    def book(self, asked: Asked) -> Object:
        desk, market = self._found(asked, asked.text("key"))
        bids, asks = desk.book(market, asked.whole("depth", 50))
        return {"market": market.name, "bids": _levels(bids), "asks": _levels(asks)}

    def trades(self, asked: Asked) -> Object:
        desk, market = self._found(asked, asked.text("key"))
        newest = list(desk.trades(market))[-asked.whole("limit", 100) :]
        return {"market": market.name, "trades": [plainly(trade, _TRADE) for trade in newest]}

    def _told(self, asked: Asked, key: str | None) -> Object:
        desk = self._desk(asked, key)
        return {
            "breathing": self._house.venue(key).breathing,
            "markets": [_market(desk, market) for market in desk.markets()],
        }

    def _desk(self, asked: Asked, key: str | None) -> AccountDesk:
        """Return nobody's desk. Looking opens markets and lets them breathe; so it is the operator who looks."""
        venue = self._house.venue(key)
        self._house.exchange.operator.look(asked.now_ms, key=key)
        return venue.desk(NOBODY, asked.now_ms)

    def _found(self, asked: Asked, key: str | None) -> tuple[AccountDesk, Market]:
        desk = self._desk(asked, key)
        name = asked.names["market"]
        market = desk.market(name) or desk.market(name.replace("-", "/"))
        if market is None:
            raise Missing(f"there is no market {name[:40]}")
        return desk, market


def _key(body: Mapping[str, object]) -> str | None:
    key = body.get("key")
    return key if isinstance(key, str) else None


def _market(desk: AccountDesk, market: Market) -> Object:
    return {"market": market.name, **plainly(desk.ticker(market), _GLANCE), **plainly(market, _STEPS)}


def _levels(offers: object) -> list[list[str]]:
    return (
        [[format(price, "f"), format(amount, "f")] for price, amount in offers]
        if isinstance(offers, list | tuple)
        else []
    )
