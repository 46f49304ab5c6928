"""PARSE: answers are read as the dialect writes them."""

from harness.catalogue.requirement import Application, Property, Requirement
from harness.catalogue.sources import EXMO, POLONIEX, policy
from harness.events import Level
from harness.properties import contents, documents, effects
from signer import Kind

_RISING = frozenset({Kind.RISING_NONCE})

_PRIVATE = frozenset({"balances", "open_orders", "deposit_address", "place_order"})

ROWS = (
    Requirement(
        id="PARSE-001",
        level=Level.MUST,
        title="Unknown members and reordered keys are ignored.",
        source=policy("exchanges add members without notice; RFC 8259, section 4: members have no order"),
        consequence="On the day when the exchange adds a member the client stops working, orders first.",
        remedy="Read the members that you need by their names, and let the others be.",
        one_of=_PRIVATE,
        property=Property(
            cases=None,
            fixed=documents.more_and_shuffled,
            judge=documents.unknown_members_ignored,
            least={"provocations": 2},
            examples=0,
        ),
    ),
    Requirement(
        id="PARSE-002",
        level=Level.MUST,
        title="Absent and null optional members do not break it.",
        source=policy("what a page calls optional, or an exchange was seen to leave out, will be left out"),
        consequence="An order without an id of its own cannot be listed; an order that stands is reported as failed.",
        remedy="Read members that an operation does not need as if they could be absent.",
        operations=frozenset({"place_order", "open_orders"}),
        dialects={
            "exmo": Application(
                level=Level.SHOULD, source="of EXMO's answers one member alone is optional, by inference"
            )
        },
        property=Property(
            cases=None,
            fixed=documents.without_optional,
            judge=documents.optional_members_missed,
            least={"provocations": 1},
            examples=0,
        ),
    ),
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
    Requirement(
        id="PARSE-005",
        level=Level.SHOULD,
        title="Blank space, BOM, charset spelling and odd content types of JSON are tolerated.",
        source=policy("RFC 8259, section 2 allows blanks, section 8.1 lets parsers ignore a byte order mark"),
        consequence="A proxy that spells a header in its own way stops all trading.",
        remedy="Parse the body as JSON whatever its Content-Type says, and pass over a byte order mark.",
        one_of=frozenset({"balances", "open_orders", "deposit_address"}),
        property=Property(
            cases=None,
            fixed=documents.dressed,
            judge=documents.dress_ignored,
            least={"provocations": 5},
            examples=0,
        ),
    ),
    Requirement(
        id="PARSE-006",
        level=Level.MUST,
        title="Hostile JSON (deep nesting, duplicate keys, NaN, huge numbers) ends in `bad_response` or data.",
        source=policy("RFC 8259, sections 4, 6 and 9: parsers may limit depth and range, and have to say so"),
        consequence="The program stands still, or reckons with a balance that is not a number.",
        remedy="Catch what the parser throws at depth, refuse constants that JSON has not, and check amounts.",
        one_of=frozenset({"balances", "open_orders", "deposit_address", "raw"}),
        property=Property(
            cases=None,
            fixed=contents.hostile_documents,
            judge=contents.hostile_is_survived,
            least={"provocations": 3},
            examples=0,
        ),
    ),
    Requirement(
        id="PARSE-007",
        level=Level.MUST,
        title="Non-ASCII text in answers arrives unharmed.",
        source="RFC 8259, section 8.1: JSON text is UTF-8; section 7: beyond the first plane a pair of escapes",
        consequence="Labels, addresses and the exchange's own words reach the user as gibberish, or not at all.",
        remedy="Decode bodies as UTF-8 whatever the locale says, and leave escapes to the JSON parser.",
        property=Property(
            cases=None,
            fixed=contents.foreign_answers,
            judge=contents.text_unharmed,
            least={"provocations": 2},
            examples=0,
        ),
    ),
    Requirement(
        id="PARSE-008",
        level=Level.MUST,
        title="A list answer is complete and in a stated order.",
        source=policy("an order that is not listed is an order that nobody cancels"),
        consequence="Orders that are not listed are forgotten, and trade.",
        remedy="Hand on the whole list, in the exchange's order or in one of your own, and never by way of a set.",
        operations=frozenset({"place_order", "open_orders"}),
        property=Property(
            cases=None, fixed=contents.open_lists, judge=contents.lists_complete, least={"provocations": 4}, examples=0
        ),
    ),
)
