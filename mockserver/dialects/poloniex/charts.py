"""`returnChartData`: candles, made of the market's trades. Facts 3.5: here, and only here, money is bare numbers.

The facts leave open what stands between two trades that lie far apart. Ours are flat candles at the last price, as the
one that they know of, so that a chart has no holes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.money import ZERO, add, floored, multiply, quotient
from mockserver.core.orders import Fill
from mockserver.core.refusals import Refusal, Refused
from mockserver.dialects.poloniex import parameters as read
from mockserver.dialects.poloniex.manner import USUAL, Manner

#: Seconds, as text: what `period` may be.
PERIODS = ("300", "900", "1800", "7200", "14400", "86400")

#: 2.4: about three to four months of candles of five minutes were too many.
MOST_CANDLES = 30_000

#: 5.9: the platform of 2022 gave no more.
_MOST_IN_2022 = 100

_NOTHING: Json = [
    dict.fromkeys(("date", "high", "low", "open", "close", "volume", "quoteVolume", "weightedAverage"), 0)
]


@dataclass(slots=True, kw_only=True)
class Candle:
    """What a period saw; `paid` is in the currency that is paid with, `traded` in the one that is bought."""

    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    paid: Decimal = ZERO
    traded: Decimal = ZERO

    @classmethod
    def flat(cls, price: Decimal) -> Candle:
        """Return a candle of no trade."""
        return cls(open=price, high=price, low=price, close=price)

    def add(self, fill: Fill) -> None:
        """Let a trade burn in it."""
        self.high = max(self.high, fill.price)
        self.low = min(self.low, fill.price)
        self.close = fill.price
        self.paid = add(self.paid, floored(multiply(fill.price, fill.amount)))
        self.traded = add(self.traded, fill.amount)

    def view(self, date: int) -> Mapping[str, Decimal | int]:
        """Return it as the chart shows it: `volume` is what was paid, `quoteVolume` what was traded."""
        return {
            "date": date,
            "high": self.high,
            "low": self.low,
            "open": self.open,
            "close": self.close,
            "volume": self.paid,
            "quoteVolume": self.traded,
            "weightedAverage": quotient(self.paid, self.traded) if self.traded else self.close,
        }


def return_chart_data(desk: Desk, parameters: Parameters, *, manner: Manner = USUAL) -> Json | Refused:
    """`returnChartData`: oldest first, from `start` to `end`, both included; one candle of zeros where there is none.

    The period is looked at before the pair (2.4). An absent end is the far future, and the future has no candles yet.
    """
    automatic = parameters.get("resolution") == "auto"
    period = read.given(parameters, "period")
    if not automatic and period not in PERIODS:
        return read.invalid("period", "public_period")
    market = read.public_market_of(desk, parameters)
    if isinstance(market, Refused):
        return market
    start_ms = read.time_ms(parameters, "start", "public_start")
    if start_ms is None:
        return read.invalid("start", "public_start")
    if isinstance(start_ms, Refused):
        return start_ms
    end_ms = read.time_ms(parameters, "end", "public_end")
    if isinstance(end_ms, Refused):
        return end_ms
    until_ms = desk.now_ms if end_ms is None else min(end_ms, desk.now_ms)
    trades = desk.trades(market)
    for seconds in map(int, PERIODS if automatic or period is None else (period,)):
        chart = _chart(trades, seconds, start_ms, until_ms)
        if chart is None:
            continue
        return [_of_2022(candle) for candle in chart[-_MOST_IN_2022:]] if manner.regime == "D" else chart or _NOTHING
    return Refused(refusal=Refusal.INVALID_PARAMETER, facts={"parameter": "start"}, variant="public_range")


def _of_2022(candle: Mapping[str, Decimal | int]) -> Json:
    """Return a candle as the platform of 2022 wrote it: all text, other places, and both volumes exchanged (5.9)."""
    prices = {name: f"{candle[name]:.6f}" for name in ("high", "low", "open", "close")}
    return {
        "date": str(int(candle["date"]) * 1000),
        **prices,
        "volume": f"{candle['quoteVolume']:.18f}",
        "quoteVolume": f"{candle['volume']:.18f}",
        "weightedAverage": f"{candle['weightedAverage']:.6f}",
    }


def _chart(
    trades: Sequence[Fill], seconds: int, start_ms: int, until_ms: int
) -> list[Mapping[str, Decimal | int]] | None:
    """Return the candles of a range, or None for too many."""
    period_ms = seconds * 1000
    burnt: dict[int, Candle] = {}
    for fill in trades:
        at = fill.at_ms // period_ms
        if at not in burnt:
            burnt[at] = Candle.flat(fill.price)
        burnt[at].add(fill)
    if not burnt or until_ms < start_ms:
        return []
    first = max(-(-start_ms // period_ms), min(burnt))
    last = until_ms // period_ms
    if last - first >= MOST_CANDLES:
        return None
    shown: list[Mapping[str, Decimal | int]] = []
    # 3.5, since 2019: a start that no candle starts at has a flat one of its own.
    before = next((fill.price for fill in reversed(trades) if fill.at_ms <= start_ms), None)
    if start_ms // 1000 % seconds and before is not None:
        shown.append(Candle.flat(before).view(start_ms // 1000))
    earlier = [at for at in burnt if at < first]
    close = burnt[max(earlier)].close if earlier else ZERO
    for at in range(first, last + 1):
        candle = burnt.get(at) or Candle.flat(close)
        close = candle.close
        shown.append(candle.view(at * seconds))
    return shown
