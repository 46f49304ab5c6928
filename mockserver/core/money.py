"""Money as decimals: exact where the ledger adds, rounded where a rule says so, never by a context of somebody else."""

from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
)
from typing import Final

ZERO: Final = Decimal(0)

#: The finest part of a currency: eight decimals, as balances are printed everywhere in this field.
GRAIN: Final = Decimal("0.00000001")

# The caller's thread may have set a coarse context of its own, so every sum names the one it wants. Here a lost digit
# raises: a total that cannot be kept exactly is no total.
_DIGITS = 96
_EXACT = Context(prec=_DIGITS, traps=[InvalidOperation, DivisionByZero, Overflow, Inexact])
_DOWN = Context(prec=_DIGITS, rounding=ROUND_FLOOR, traps=[InvalidOperation, DivisionByZero, Overflow])
_UP = Context(prec=_DIGITS, rounding=ROUND_CEILING, traps=[InvalidOperation, DivisionByZero, Overflow])
_NEAREST = Context(prec=_DIGITS, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero, Overflow])

#: `add(a, b)`, `subtract(a, b)`, `multiply(a, b)`: exact, or `decimal.DecimalException` is raised.
add = _EXACT.add
subtract = _EXACT.subtract
multiply = _EXACT.multiply


def floored(value: Decimal) -> Decimal:
    """Return the value without what lies beyond eight decimals; raises `decimal.DecimalException` beyond 96 digits."""
    return _DOWN.quantize(value, GRAIN)


def ceiled(value: Decimal) -> Decimal:
    """Return the least value of eight decimals that is not less; raises as `floored` does."""
    return _UP.quantize(value, GRAIN)


def nearest(value: Decimal) -> Decimal:
    """Return the nearest value of eight decimals, the even one from half-way; raises as `floored` does."""
    return _NEAREST.quantize(value, GRAIN)


def on_step(value: Decimal, step: Decimal) -> Decimal:
    """Return the greatest multiple of a step that is not more than the value."""
    return multiply(_DOWN.divide_int(value, step), step)


def quotient(value: Decimal, divisor: Decimal) -> Decimal:
    """Return how often a divisor goes into a value, to eight decimals, rounded down."""
    return floored(_DOWN.divide(value, divisor))


def divided_up(value: Decimal, divisor: Decimal) -> Decimal:
    """Return a value divided, to eight decimals, rounded up."""
    return ceiled(_UP.divide(value, divisor))


def plain(value: Decimal) -> str:
    """Return a value in digits, without the exponent that `str` would use for `0.00000001`."""
    return format(value, "f")
