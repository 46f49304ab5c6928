"""OPS and PUB: operations do what they say, and public ones need no key."""

from harness.catalogue.requirement import Application, Property, Requirement
from harness.catalogue.sources import BITUNIX, EXMO, POLONIEX, REFERENCE, policy
from harness.events import Level
from harness.properties import effects, errands, in_flight, names
from signer import Kind

_PUBLIC = frozenset({"ticker", "order_book"})

ROWS = (
    Requirement(
        id="OPS-001",
        level=Level.MUST,
        title="Each operation has the effect its name says: side, market, price, amount, id unchanged.",
        source=policy("it is what a client is for"),
        consequence="The user buys what he meant to sell, or at another price.",
        remedy="Check the mapping of names, sides and markets, and which number goes where.",
        operations=frozenset({"place_order"}),
        property=Property(
            cases=effects.orders_and_more,
            fixed=effects.withdrawals,
            judge=effects.effects_as_named,
            least={"calls": 20},
        ),
    ),
    Requirement(
        id="OPS-002",
        level=Level.MUST,
        title="A `client_order_id` travels unchanged.",
        source=f"{POLONIEX}: clientOrderId; {EXMO}: client_id; {REFERENCE}: the first order answers for it",
        consequence="The user does not find his order by the id that he gave it, or places it a second time.",
        remedy="Send the id digit by digit as it was given: as text or as an exact integer, without a prefix.",
        operations=frozenset({"place_order"}),
        dialects={"bitunix": Application(level=Level.SHOULD, source="clientId is seen, not documented")},
        property=Property(
            cases=names.orders_with_drawn_ids,
            fixed=names.orders_with_ids,
            judge=names.own_ids_unchanged,
            least={"identifiers": 5},
            examples=8,
        ),
    ),
    Requirement(
        id="OPS-003",
        level=Level.SHOULD,
        title="An operation makes no hidden private calls beyond the documented ones.",
        source=policy("limits are counted in requests, and nonces are spent by them"),
        consequence="The user reaches the limit of the exchange with half the calls that he counted.",
        remedy="Ask for what an operation needs, once, and keep what does not change.",
        property=Property(
            cases=None, fixed=errands.each_alone, judge=errands.no_errands, least={"calls": 1}, examples=0
        ),
    ),
    Requirement(
        id="PUB-001",
        level=Level.MUST,
        title="Public operations work without credentials.",
        source=f"{POLONIEX}; {EXMO}; {BITUNIX}: public calls need no key",
        consequence="Prices cannot be read before an account is opened.",
        remedy="Ask for credentials only when a private call is made.",
        one_of=_PUBLIC,
        needs_key=False,
        property=Property(
            cases=None, fixed=effects.public_only, judge=effects.public_works, least={"calls": 2}, examples=0
        ),
    ),
    Requirement(
        id="PUB-002",
        level=Level.SHOULD,
        title="Public requests carry neither key, signature nor nonce.",
        source=policy("what is not needed is not told"),
        consequence="The key is told to caches and proxies on the way, and nonces are spent for nothing.",
        remedy="Keep authentication out of the path that public calls take.",
        one_of=_PUBLIC,
        needs_key=False,
        property=Property(
            cases=None,
            fixed=effects.public_among_private,
            judge=effects.public_is_bare,
            least={"requests": 2},
            examples=0,
        ),
    ),
    Requirement(
        id="PUB-003",
        level=Level.SHOULD,
        title="Public calls do not wait for private ones.",
        source=policy("prices must come while an order is under way"),
        consequence="While one order waits for its answer the user sees no prices.",
        remedy="Keep public calls out of the lock that private ones need.",
        kinds=frozenset({Kind.RISING_NONCE}),
        features=frozenset({"concurrent"}),
        one_of=_PUBLIC,
        property=Property(
            cases=None,
            fixed=in_flight.stalled_private,
            judge=in_flight.public_goes_ahead,
            least={"provocations": 1},
            examples=0,
        ),
    ),
    Requirement(
        id="PUB-004",
        level=Level.MUST,
        title="Market names are spelled as the exchange wants them, unusual ones too.",
        source=f"{POLONIEX}; {EXMO}; {BITUNIX}; {REFERENCE}: the names of markets",
        consequence="A market cannot be traded, or another one is traded in its place.",
        remedy="Join the two currencies as the exchange does, and leave their letters alone.",
        one_of=_PUBLIC,
        needs_key=False,
        property=Property(
            cases=None,
            fixed=names.every_market,
            judge=names.markets_spelled,
            least={"names": 4},
            wanted={"unusual": "a market that no list has"},
            examples=0,
        ),
    ),
)
