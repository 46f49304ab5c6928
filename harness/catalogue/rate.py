"""RATE: being asked to go slower."""

from harness.catalogue.requirement import Application, Property, Requirement
from harness.catalogue.sources import BITUNIX, EXMO, POLONIEX, REFERENCE, policy
from harness.events import Level
from harness.properties import rates

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
        property=Property(
            cases=None,
            fixed=rates.asked_to_wait,
            judge=rates.delay_is_kept,
            least={"provocations": 3},
            wanted={"retries": "a retry by the client itself"},
            examples=0,
        ),
    ),
)
