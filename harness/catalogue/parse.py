"""PARSE: answers are read as the dialect writes them."""

from harness.catalogue.requirement import Application, Property, Requirement
from harness.catalogue.sources import EXMO, POLONIEX
from harness.events import Level
from harness.properties import effects
from signer import Kind

_RISING = frozenset({Kind.RISING_NONCE})

ROWS = (
    Requirement(
        id="PARSE-003",
        level=Level.MUST,
        title="Empty containers of either kind (`[]`, `{}`) are empty results.",
        source=f"{POLONIEX}; {EXMO}: recorded answers write an empty map as an empty list",
        consequence="A user without open orders gets a failure.",
        remedy="Take an empty list and an empty object alike wherever a container is expected.",
        kinds=_RISING,
        operations=frozenset({"open_orders"}),
        dialects={"reference": Application(level=None, source="the reference dialect writes lists as lists")},
        property=Property(
            cases=None, fixed=effects.empty_answers, judge=effects.empty_is_empty, least={"provocations": 2}, examples=0
        ),
    ),
    Requirement(
        id="PARSE-004",
        level=Level.MUST,
        title='Success markers such as `error: ""` are not failures, and their absence neither.',
        source=f"{EXMO}: result true with an empty error on order_create, neither of them on user_info",
        consequence="A placed order is reported as failed, and the user places it again.",
        remedy="Judge an answer by a true failure: `result` false, or an error with words in it.",
        operations=frozenset({"place_order"}),
        dialects={
            "reference": Application(level=None, source="the reference dialect has no success markers"),
            "poloniex": Application(level=None, source="Poloniex has no empty error members"),
            "bitunix": Application(level=None, source="every Bitunix answer has its code"),
        },
        property=Property(
            cases=None,
            fixed=effects.marked_answers,
            judge=effects.markers_are_no_failures,
            least={"provocations": 3},
            examples=0,
        ),
    ),
)
