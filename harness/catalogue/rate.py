"""RATE: being asked to go slower."""

from harness.catalogue.requirement import Application, Property, Requirement
from harness.catalogue.sources import BITUNIX, EXMO, NONCE_RISES, POLONIEX, REFERENCE, WINDOW, policy
from harness.events import Level
from harness.properties import in_flight, rates

_READS = frozenset({"balances", "open_orders", "deposit_address", "raw"})


def _void(source: str) -> Application:
    return Application(level=None, source=f"{source}: no Retry-After is documented")


ROWS = (
    Requirement(
        id="RATE-001",
        level=Level.MUST,
        title="A rate refusal, by status or by body, is reported as a failure.",
        source=f"the rate limits of {POLONIEX}; {EXMO}; {BITUNIX}; {REFERENCE}, check 13; RFC 6585, section 4",
        consequence="The user takes a refused order for a placed one, and keeps hammering.",
        remedy="Treat 429 and 418 as failures whatever the body, and know the exchange's own code for it.",
        property=Property(
            cases=None,
            fixed=rates.rate_refusals,
            judge=rates.rate_refusal_is_told,
            least={"provocations": 5},
            examples=0,
        ),
    ),
    Requirement(
        id="RATE-002",
        level=Level.MUST,
        title="Retry-After, in seconds or as a date, is obeyed by what the client sends on its own.",
        source=f"RFC 9110, section 10.2.3; {policy('whoever is asked to wait and does not is banned')}",
        consequence="The exchange locks the key or the address out for minutes.",
        remedy="Wait as long as asked before a retry; where the deadline forbids it, report the failure at once.",
        one_of=_READS,
        dialects={"poloniex": _void(POLONIEX), "exmo": _void(EXMO), "bitunix": _void(BITUNIX)},
        waits=True,
        property=Property(
            cases=None,
            fixed=rates.asked_to_wait,
            judge=rates.delay_is_kept,
            least={"provocations": 3},
            wanted={"retries": "a retry by the client itself"},
            examples=0,
        ),
    ),
    Requirement(
        id="RATE-003",
        level=Level.MUST,
        title="A refusal for the rate does not cause more traffic than before.",
        source=policy("whoever answers a refusal with more requests turns a pause into a ban"),
        consequence="The address is banned, and with it every other program behind it.",
        remedy="Let a refused call rest before it is tried again, longer each time, and try few times.",
        property=Property(
            cases=None,
            fixed=in_flight.refused_under_load,
            judge=in_flight.no_more_traffic,
            least={"provocations": 2},
            examples=0,
        ),
    ),
    Requirement(
        id="RATE-004",
        level=Level.SHOULD,
        title="A limiter inside the client neither reorders nor ages signed requests.",
        source=f"{NONCE_RISES}; {WINDOW}",
        consequence="The client's own limiter makes calls fail, the more of them the busier it is.",
        remedy="Let a call wait first; draw nonce and timestamp and sign when it may go.",
        features=frozenset({"concurrent"}),
        property=Property(
            cases=None,
            fixed=in_flight.burst,
            judge=in_flight.limiter_keeps_order_and_age,
            least={"requests": 40},
            examples=0,
        ),
    ),
)
