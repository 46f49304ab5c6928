"""Reading Poloniex's parameters: forms as PHP reads them, numbers as PHP's numeric test takes them.

Facts 1.1 (forms), 2.2 and 2.4 (validation), 4.6 (numbers), 5.7 (times).
"""

from __future__ import annotations

import re
from decimal import ROUND_DOWN, Decimal
from urllib.parse import unquote_to_bytes

from mockserver.core.desk import Desk
from mockserver.core.dialect import Found
from mockserver.core.endpoint import Parameters
from mockserver.core.markets import Market
from mockserver.core.refusals import Refusal, Refused
from mockserver.dialects.poloniex.markets import MARKET_NAMES
from signer import Request

#: PHP reads this many parameters and leaves the rest unread; ours is a bound on work, not a documented rule.
MOST_PARAMETERS = 1000

_STEP = Decimal("0.00000001")
_LARGEST_DIGITS = 18

_USUAL = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,8})?")
_NUMERIC = re.compile(r"[ \t\n\r\v\f]*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,6})?")
_ESCAPE = re.compile(rb"%[0-9A-Fa-f]{2}")
_DIGITS = re.compile(r"[0-9]{1,19}")
_ADDRESS = re.compile(r"[!-~]{1,128}")
_LARGEST_SIGNED_64 = 2**63 - 1


def read_form(form: bytes) -> dict[str, str]:
    """Return a form's names and values: empty pairs are skipped and the last of one name counts."""
    values: dict[str, str] = {}
    if b"%" in form or b"+" in form or not form.isascii():
        for raw in form.split(b"&", MOST_PARAMETERS)[:MOST_PARAMETERS]:
            if raw:
                raw_name, _, raw_value = raw.partition(b"=")
                values[_decoded(raw_name)] = _decoded(raw_value)
        return values
    for pair in form.decode("ascii").split("&", MOST_PARAMETERS)[:MOST_PARAMETERS]:
        if pair:
            name, _, value = pair.partition("=")
            values[name] = value
    return values


def _decoded(text: bytes) -> str:
    spaced = text.replace(b"+", b" ")
    return (unquote_to_bytes(spaced) if _ESCAPE.search(spaced) else spaced).decode("utf-8", "replace")


def read_parameters(request: Request, found: Found) -> Parameters | Refused:
    """Return what `route` had to read to find the command; handlers check it in the order that was probed (2.2)."""
    return {} if found.parameters is None else found.parameters


def given(parameters: Parameters, name: str) -> str | None:
    """Return a parameter's text; None where it is absent or empty, which PHP's own test treats alike."""
    value = parameters.get(name)
    return value if isinstance(value, str) and value else None


def missing() -> Refused:
    """Return `Required parameter missing.`."""
    return Refused(refusal=Refusal.MISSING_PARAMETER)


def invalid(name: str, variant: str = "") -> Refused:
    """Return `Invalid <name> parameter.`, or one of the public endpoints' own texts."""
    return Refused(refusal=Refusal.INVALID_PARAMETER, facts={"parameter": name}, variant=variant)


def numeric(text: str) -> Decimal | None:
    """Return the number that a text writes for PHP's numeric test; None for anything else, and beyond all reason."""
    if _NUMERIC.fullmatch(text) is None:
        return None
    number = Decimal(text.strip())
    return number if number.adjusted() < _LARGEST_DIGITS else None


def quantity(parameters: Parameters, name: str) -> Decimal | Refused:
    """Return a rate or an amount; nothing counts as zero, and what is not numeric or negative is invalid (2.2).

    The facts are silent on a ninth decimal. It is cut off, as fixed-point arithmetic does, so that no order is larger
    or dearer than the client wrote.
    """
    text = given(parameters, name)
    if text is None:
        return Decimal(0)
    if _USUAL.fullmatch(text) is not None:
        return Decimal(text)
    number = numeric(text)
    if number is None or number < 0:
        return invalid(name)
    return number.quantize(_STEP, rounding=ROUND_DOWN)


def market_of(desk: Desk, parameters: Parameters) -> Market | Refused:
    """Return the market of `currencyPair` in a private call."""
    pair = given(parameters, "currencyPair")
    if pair is None:
        return missing()
    return known_market(desk, pair) or Refused(refusal=Refusal.UNKNOWN_MARKET, facts={"market": pair})


def public_market_of(desk: Desk, parameters: Parameters) -> Market | Refused:
    """Return the market of `currencyPair` in a public call, which has texts of its own (2.4)."""
    pair = given(parameters, "currencyPair")
    if pair is None:
        return Refused(refusal=Refusal.MISSING_PARAMETER, variant="public")
    return known_market(desk, pair) or Refused(refusal=Refusal.UNKNOWN_MARKET, facts={"market": pair}, variant="public")


def known_market(desk: Desk, pair: str) -> Market | None:
    """Return the market of a pair; letter case counts, as nobody has seen otherwise."""
    name = MARKET_NAMES.get(pair)
    return None if name is None else desk.market(name)


def wants_all(parameters: Parameters) -> bool:
    """Tell whether `currencyPair` is the keyword for all of them, in capitals too (3)."""
    return parameters.get("currencyPair") in ("all", "ALL")


def order_number(parameters: Parameters) -> int | Refused:
    """Return an order's number; -1 for one that is numeric and yet no order's, such as `1.5`."""
    text = given(parameters, "orderNumber")
    if text is None:
        return missing()
    if _DIGITS.fullmatch(text) is not None:
        return int(text)
    number = numeric(text)
    if number is None and text.isascii() and text.isdigit():
        return -1  # more digits than any order's number has
    return invalid("orderNumber") if number is None or number < 0 else -1


def client_order_id(parameters: Parameters) -> str | Refused | None:
    """Return the client's own number for an order, without leading zeros; a 64-bit integer above zero."""
    text = given(parameters, "clientOrderId")
    if text is None:
        return None
    if _DIGITS.fullmatch(text) is None or not 0 < int(text) <= _LARGEST_SIGNED_64:
        return invalid("clientOrderId")
    return text.lstrip("0")


def flag(parameters: Parameters, name: str) -> bool:
    """Tell whether a flag is on: there, and not `0`."""
    return parameters.get(name, "") not in ("", "0")


def time_ms(parameters: Parameters, name: str, variant: str = "") -> int | Refused | None:
    """Return Unix seconds, with a fraction or without, as milliseconds."""
    text = given(parameters, name)
    if text is None:
        return None
    number = numeric(text)
    if number is None or number < 0:
        return invalid(name, variant)
    return int(number * 1000)


def within(at_ms: int, start_ms: int | None, end_ms: int | None) -> bool:
    """Tell whether something is of a range, both ends included; None is no end.

    What happened is dated in whole seconds (5.7), so whole seconds are compared: a client that asks up to the second
    that it is in gets what happened in it.
    """
    second = at_ms // 1000
    return (start_ms is None or start_ms // 1000 <= second) and (end_ms is None or second <= end_ms // 1000)


def count(parameters: Parameters, name: str, *, default: int, most: int, variant: str = "") -> int | Refused:
    """Return how many of something are wanted, cut to the most there may be."""
    text = given(parameters, name)
    if text is None:
        return default
    number = numeric(text)
    if number is None or number < 0:
        return invalid(name, variant)
    return min(int(number), most)


def address(parameters: Parameters) -> str | Refused:
    """Return the address of a withdrawal: printable ASCII without blanks. Its real form depends on the currency."""
    text = given(parameters, "address")
    if text is None:
        return missing()
    return text if _ADDRESS.fullmatch(text) is not None else invalid("address")
