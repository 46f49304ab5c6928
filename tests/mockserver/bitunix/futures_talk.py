"""A conversation with Bitunix's futures: an account with money in its futures wallet, and others who move prices."""

import json
from decimal import Decimal
from typing import Any

from mockserver.core.dialect import Dialect
from mockserver.core.journal import Entry
from mockserver.core.orders import Side, TimeInForce
from mockserver.core.refusals import Refused
from mockserver.dialects.bitunix import DIALECT
from tests.mockserver.bitunix.bitunix_talk import FUTURES, NOW, Talk, body_of

ORDER = {"symbol": "BTCUSDT", "side": "BUY", "orderType": "LIMIT", "qty": "0.01", "price": "60000"}


def said(entry: Entry) -> tuple[int, Any, str]:
    """Return code, data and message of a futures answer."""
    envelope = json.loads(body_of(entry))
    assert list(envelope) == ["code", "data", "msg"]
    return envelope["code"], envelope["data"], envelope["msg"]


class FuturesTalk(Talk):
    """Calls to the futures paths; everything that goes wrong is said by the test."""

    def __init__(self, dialect: Dialect = DIALECT, *, usdt: str = "5000", **key: Any) -> None:
        super().__init__(dialect, **key)
        self.now = NOW
        if usdt != "0":
            self.post("/funds_transfer", {"type": "spot_futures", "coin": "USDT", "amount": usdt})

    def ask(self, method: str, path: str, body: object = None) -> Entry:
        sent = b"" if body is None else json.dumps(body).encode()
        request = self.signed(method, FUTURES + path, sent, timestamp_ms=self.now)
        return self.serve(request, at_ms=self.now)

    def do(self, path: str, body: object) -> Any:
        """POST what succeeds, and return its data."""
        code, data, message = said(self.ask("POST", path, body))
        assert (code, message) == (0, "Success")
        return data

    def see(self, path: str) -> Any:
        """GET what succeeds, signed, and return its data."""
        code, data, message = said(self.ask("GET", path))
        assert (code, message) == (0, "Success")
        return data

    def refused(self, path: str, body: object) -> int:
        """POST what is refused, and return its code."""
        entry = self.ask("POST", path, body)
        code, data, _ = said(entry)
        assert code != 0
        assert data is None
        assert entry.refused is not None
        return code

    def open(self, **changes: object) -> str:
        """Place an order with these values changed, and return its id."""
        return self.do("/trade/place_order", {**ORDER, **changes})["orderId"]

    def long(self, qty: str = "0.01", **changes: object) -> str:
        """Buy at market, and return the position's id."""
        self.open(orderType="MARKET", price=None, qty=qty, **changes)
        return self.see("/position/get_pending_positions?symbol=BTCUSDT")[0]["positionId"]

    def short(self, qty: str = "0.01", **changes: object) -> str:
        """Sell at market, and return the position's id."""
        return self.long(qty, side="SELL", **changes)

    def move_price(self, price: str) -> None:
        """Let others trade at a price: the book is eaten up to it, and walls stand twenty beside it."""
        other = self.exchange.registry.create_key(
            permissions={"read", "trade"}, balances={"USDT": "10000000000", "BTC": "1000000"}
        )
        desk = self.exchange.venue.desk(other.account, self.now)
        market = desk.market("BTC/USDT")
        assert market is not None
        wanted, beside = Decimal(price), Decimal(20)
        rises = wanted > desk.ticker(market).last
        side, back = (Side.BUY, Side.SELL) if rises else (Side.SELL, Side.BUY)
        if not rises:
            beside = -beside
        desk.place_order(market, back, wanted + beside, Decimal(100))
        desk.place_order(market, side, wanted, Decimal(100_000), time_in_force=TimeInForce.IOC)
        desk.place_order(market, side, wanted - beside, Decimal(100))
        for way in (side, back):
            assert not isinstance(desk.place_order(market, way, wanted, Decimal("0.01")), Refused)
