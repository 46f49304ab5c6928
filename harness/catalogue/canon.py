"""CANON: the canonical form of a request."""

from harness.catalogue.requirement import Application, Property, Requirement
from harness.catalogue.sources import BITUNIX, REFERENCE, SIGNED_EXACTLY
from harness.events import Level
from harness.properties import signed_calls, signing
from signer import Kind

_SIGNED_MANY = frozenset({Kind.SINGLE_USE_NONCE, Kind.TIMESTAMP})
_REFUSED = "Calls with these parameters are refused, and only these."
_SILENT = {"bitunix": Application(level=Level.SHOULD, source="the Bitunix documents are silent here")}

ROWS = (
    Requirement(
        id="CANON-001",
        level=Level.MUST,
        title="Parameters are signed in the documented order: sorted, or as sent.",
        source=f"{SIGNED_EXACTLY}; {BITUNIX}: parameters in ascending ASCII order",
        consequence=_REFUSED,
        remedy="Where the exchange asks for sorting, sort for the signature; elsewhere sign what is sent, as it is.",
        operations=frozenset({"raw"}),
        property=Property(cases=signed_calls.reversed_names, judge=signing.signatures_verify, least={"requests": 10}),
    ),
    Requirement(
        id="CANON-002",
        level=Level.MUST,
        title="Where sorting is asked for it compares code units, not letters of a locale.",
        source=f"{BITUNIX}: ascending ASCII order",
        consequence=_REFUSED,
        remedy="Sort by bytes or code units; leave locale-aware comparison to user interfaces.",
        kinds=_SIGNED_MANY,
        operations=frozenset({"raw"}),
        dialects={"reference": Application(level=None, source=f"{REFERENCE}: nothing is sorted")},
        property=Property(cases=signed_calls.sort_traps, judge=signing.signatures_verify, least={"requests": 10}),
    ),
    Requirement(
        id="CANON-003",
        level=Level.MUST,
        title="Lists and repeated keys have one spelling, the same signed and sent.",
        source=SIGNED_EXACTLY,
        consequence=_REFUSED,
        remedy="Spell lists once, as repeated names, and sign that text.",
        operations=frozenset({"raw"}),
        dialects=_SILENT,
        property=Property(cases=signed_calls.lists, judge=signing.values_arrive, least={"requests": 10}),
    ),
    Requirement(
        id="CANON-004",
        level=Level.MUST,
        title="Empty values are kept in both places or dropped in both; absent ones are sent nowhere as text.",
        source=SIGNED_EXACTLY,
        consequence="An optional parameter that is left out makes the call fail, or is read as the word 'None'.",
        remedy="Drop absent parameters before signing; treat empty ones alike when signing and sending.",
        dialects=_SILENT,
        property=Property(cases=signed_calls.empties, judge=signing.nothing_stands_for_absence, least={"requests": 10}),
    ),
    Requirement(
        id="CANON-006",
        level=Level.MUST,
        title="The configured base URL never leaks its host, port or letter case into signed text or target.",
        source=SIGNED_EXACTLY,
        consequence="The client works against one host only.",
        remedy="Build the target from the path alone; let the HTTP library write the Host header.",
        property=Property(
            cases=signed_calls.elsewhere, judge=signing.nothing_of_the_base_url, least={"requests": 5}, examples=8
        ),
    ),
)
