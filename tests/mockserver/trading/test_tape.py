"""The tape: the newest trades, and the last day's extremes and volumes."""

from decimal import ROUND_DOWN, Decimal

from hypothesis import given
from hypothesis import strategies as st

from mockserver.core.orders import Fill, Side
from mockserver.core.tape import Tape

HOUR_MS = 3_600_000


def fill_of(trade_id: int, at_ms: int, price: str | int = 10, amount: str | int = 1) -> Fill:
    return Fill(
        trade_id=trade_id,
        order_id=1,
        market="BTC/USDT",
        side=Side.BUY,
        price=Decimal(price),
        amount=Decimal(amount),
        fee=Decimal(0),
        fee_currency="BTC",
        maker=False,
        at_ms=at_ms,
    )


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 9), st.integers(1, 9)), max_size=20), st.integers(0, 40))
def test_the_ticker_tells_of_the_last_24_hours_and_of_no_other(trades, pause):
    tape = Tape(Decimal(5))
    now_ms = 0
    fills = []
    for hours, price, amount in trades:
        now_ms += hours * HOUR_MS
        fills.append(fill_of(len(fills), now_ms, price, amount))
        tape.print(fills[-1])
    now_ms += pause * HOUR_MS
    day = [fill for fill in fills if fill.at_ms >= now_ms - 24 * HOUR_MS]
    last = fills[-1].price if fills else Decimal(5)
    ticker = tape.ticker(now_ms, bid=None, ask=Decimal(11))
    assert (ticker.last, ticker.bid, ticker.ask) == (last, None, 11)
    assert ticker.high == max((fill.price for fill in day), default=last)
    assert ticker.low == min((fill.price for fill in day), default=last)
    assert ticker.base_volume == sum(fill.amount for fill in day)
    assert ticker.quote_volume == sum(fill.price * fill.amount for fill in day)
    assert list(tape.trades) == fills


def test_the_last_millisecond_of_the_day_still_counts():
    tape = Tape(Decimal(5))
    tape.print(fill_of(1, 0, 10))
    assert tape.ticker(24 * HOUR_MS, bid=None, ask=None).base_volume == 1
    assert tape.ticker(24 * HOUR_MS + 1, bid=None, ask=None).base_volume == 0


def test_the_quote_volume_is_of_totals_as_they_were_paid():
    tape = Tape(Decimal(5))
    tape.print(fill_of(1, 0, "33333.33", "0.00012347"))
    paid = (Decimal("33333.33") * Decimal("0.00012347")).quantize(Decimal("1e-8"), ROUND_DOWN)
    assert tape.ticker(0, bid=None, ask=None).quote_volume == paid


def test_a_clock_that_is_set_back_makes_the_ticker_no_error():
    tape = Tape(Decimal(5))
    for number, hours in enumerate((0, 30, 2, 1, 50, 3)):
        tape.print(fill_of(number, hours * HOUR_MS, 10 + number))
    ticker = tape.ticker(0, bid=None, ask=None)
    assert ticker.last == 15
    assert ticker.low <= ticker.high
    assert ticker.base_volume >= 0
    assert tape.ticker(500 * HOUR_MS, bid=None, ask=None).base_volume == 0


def test_a_long_tape_keeps_its_newest_ten_thousand():
    tape = Tape(Decimal(5))
    middle, newest = fill_of(2, 0), fill_of(3, 0)
    for fill in [fill_of(1, 0)] * 10_000 + [middle] * 10_000 + [newest]:
        tape.print(fill)
    assert len(tape.trades) == 10_001
    assert (tape.trades[0], tape.trades[-1]) == (middle, newest)
