"""NUM: money is decimal, identifiers are text."""

from harness.catalogue.requirement import Application, Property, Requirement
from harness.catalogue.sources import EXMO, POLONIEX, REFERENCE, policy
from harness.events import Level
from harness.properties import numbers, precision

_DECIMAL = f"{POLONIEX}; {EXMO}; {REFERENCE}: amounts are plain decimals"
_FORMAT = "Keep money as decimals or text from end to end; format it with a fixed notation, never through a float."

ROWS = (
    Requirement(
        id="NUM-001",
        level=Level.MUST,
        title="Prices and amounts arrive as plain decimals equal to what was asked.",
        source=_DECIMAL,
        consequence="An order for another amount or at another price is placed, or small orders are refused.",
        remedy=_FORMAT,
        operations=frozenset({"place_order"}),
        property=Property(
            cases=numbers.edge_orders,
            fixed=numbers.smallest_orders,
            judge=numbers.values_kept,
            least={"values": 20},
            examples=30,
        ),
    ),
    Requirement(
        id="NUM-002",
        level=Level.MUST,
        title="No exponent, thousands separator, decimal comma, NaN, Infinity or sign is sent.",
        source=_DECIMAL,
        consequence="Small orders are refused, or read as another number.",
        remedy=_FORMAT,
        operations=frozenset({"place_order"}),
        property=Property(
            cases=numbers.edge_orders,
            fixed=numbers.smallest_orders,
            judge=numbers.spelled_plainly,
            least={"values": 20},
        ),
    ),
    Requirement(
        id="NUM-003",
        level=Level.MUST,
        title="Nothing is rounded or cut silently; a refusal is fine.",
        source=policy("an order for another amount than was asked for is another order"),
        consequence="The user has ordered something else than he knows.",
        remedy="Send what was given, or refuse it: who wants it rounded can say so.",
        operations=frozenset({"place_order"}),
        property=Property(
            cases=precision.drawn_digits,
            fixed=precision.digits_too_many,
            judge=precision.nothing_rounded,
            least={"provocations": 6},
            examples=15,
        ),
    ),
    Requirement(
        id="NUM-004",
        level=Level.MUST,
        title="Decimals in answers come back exactly.",
        source=policy("a balance that is off by a rounding error is a wrong balance"),
        consequence="Sums do not add up, and an order for the whole balance is refused.",
        remedy="Parse numbers in answers as decimals or keep them as text.",
        operations=frozenset({"balances"}),
        property=Property(cases=numbers.rich_keys, judge=numbers.balances_exact, least={"values": 20}),
    ),
    Requirement(
        id="NUM-005",
        level=Level.MUST,
        title="Identifiers beyond 2^53 survive.",
        source=policy("an id that was rounded names no order, or another one"),
        consequence="The order cannot be cancelled.",
        remedy="Keep ids as text, or parse big integers exactly.",
        operations=frozenset({"place_order"}),
        dialects={"exmo": Application(level=Level.SHOULD, source="EXMO sends ids as JSON numbers")},
        property=Property(
            cases=None,
            fixed=numbers.big_identifiers,
            judge=numbers.identifiers_exact,
            least={"identifiers": 3},
            examples=0,
        ),
    ),
    Requirement(
        id="NUM-006",
        level=Level.SHOULD,
        title="Nonsense (zero, negative, NaN, text) is refused locally or passed on; never made another amount.",
        source=policy("a mistake of the user's program is refused by somebody, and not mended by a guess"),
        consequence="A slip in the user's program becomes an order.",
        remedy="Check that an amount is a plain decimal, and take no parser that stops at the first odd character.",
        operations=frozenset({"place_order"}),
        property=Property(
            cases=None,
            fixed=precision.nonsense,
            judge=precision.nonsense_not_mended,
            least={"provocations": 4},
            examples=0,
        ),
    ),
)
