"""NUM: money is decimal, identifiers are text."""

from harness.catalogue.requirement import Application, Property, Requirement
from harness.catalogue.sources import EXMO, POLONIEX, REFERENCE, policy
from harness.events import Level
from harness.properties import numbers

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
)
