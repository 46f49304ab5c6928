"""CANON: the canonical form of a request."""

from harness.catalogue.requirement import Application, Property, Requirement
from harness.catalogue.sources import BITUNIX, EXMO, POLONIEX, REFERENCE, SIGNED_EXACTLY
from harness.events import Level
from harness.properties import placement, signed_calls, signing, spellings
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
        property=Property(
            cases=signed_calls.sort_traps,
            judge=signing.sorted_as_bytes,
            least={"requests": 10},
            wanted=signing.SORT_TRAPS,
            patience=2,
        ),
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
        property=Property(
            cases=signed_calls.empties,
            fixed=signed_calls.one_of_each,
            judge=signing.nothing_stands_for_absence,
            least={"requests": 10},
        ),
    ),
    Requirement(
        id="CANON-005",
        level=Level.MUST,
        title="Booleans and integers are spelled as documented and alike in both places.",
        source=f"{SIGNED_EXACTLY}; booleans are true and false, integers plain digits",
        consequence="A flag that was set is read as unset, a number as another one, or the call is refused.",
        remedy="Write booleans as true and false and integers in plain digits, once; sign and send that text.",
        operations=frozenset({"raw"}),
        dialects=_SILENT,
        property=Property(
            cases=None,
            fixed=spellings.scalars,
            judge=spellings.scalars_as_documented,
            least={"values": len(spellings.SCALARS)},
            examples=0,
        ),
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
    Requirement(
        id="CANON-007",
        level=Level.MUST,
        title="A POST has no query where that is refused, and parameters do not travel in both places.",
        source=f"{REFERENCE}: a POST with a query is refused; EXMO refuses one with code 40038",
        consequence="The call is refused, or the exchange reads the copy that nobody meant.",
        remedy="Put the parameters of a POST into its body alone.",
        kinds=frozenset({Kind.RISING_NONCE, Kind.SINGLE_USE_NONCE}),
        dialects={
            "poloniex": Application(level=Level.SHOULD, source="Poloniex was seen to pass over the query of a POST"),
            "bitunix": Application(level=Level.SHOULD, source="the Bitunix documents do not say which copy counts"),
        },
        property=Property(
            cases=signed_calls.mixed_calls,
            fixed=placement.filled_posts,
            judge=placement.parameters_in_one_place,
            least={"requests": 10},
            wanted={"POST": "a POST"},
            examples=8,
        ),
    ),
    Requirement(
        id="CANON-008",
        level=Level.SHOULD,
        title="A body has the documented content type and form, and is never a mixture.",
        source=f"{POLONIEX}; {EXMO}: forms; {BITUNIX}; {REFERENCE}: JSON objects",
        consequence="The exchange sees no parameters, or refuses the call for its content type.",
        remedy="Announce what is sent: application/x-www-form-urlencoded for a form, application/json for JSON.",
        property=Property(
            cases=signed_calls.mixed_calls,
            fixed=placement.filled_posts,
            judge=placement.documented_form,
            least={"requests": 10},
            wanted={"bodies": "a request with a body"},
            examples=8,
        ),
    ),
)
