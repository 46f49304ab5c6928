"""CONN: what a connection may do to an answer, and what must not come of it."""

from harness.catalogue.requirement import Property, Requirement
from harness.catalogue.sources import policy
from harness.events import Level
from harness.properties import transport

_MESSAGE = "RFC 9112, sections 6.3 and 8"
_TOLD = policy("an answer that did not come says nothing, and nothing may be made of it")

ROWS = (
    Requirement(
        id="CONN-001",
        level=Level.MUST,
        title="Answers are read rightly however they are cut into packets.",
        source="RFC 9293, section 3.8: TCP is a stream of bytes",
        consequence="Calls fail at random over slow or busy networks.",
        remedy="Read until Content-Length or the last chunk says that the body is complete.",
        needs_key=False,
        property=Property(
            cases=None, fixed=transport.in_pieces, judge=transport.whole_answers, least={"provocations": 2}, examples=0
        ),
    ),
    Requirement(
        id="CONN-002",
        level=Level.MUST,
        title="A cut answer is an error, never partial data.",
        source=f"{_MESSAGE}: an incomplete message must not be taken for a complete one",
        consequence="Half a list of orders is taken for the whole of it.",
        remedy="Compare what came with Content-Length, and wait for the last chunk.",
        property=Property(
            cases=None,
            fixed=transport.cut_answers,
            judge=transport.cut_is_a_failure,
            least={"provocations": 4},
            examples=0,
        ),
    ),
    Requirement(
        id="CONN-003",
        level=Level.MUST,
        title="A stall before the first byte or within the body ends as a failure.",
        source=_TOLD,
        consequence="An answer that never came is taken for an empty one.",
        remedy="Let every wait end with the call's deadline, and report the time-out.",
        property=Property(
            cases=None,
            fixed=transport.stalls,
            judge=transport.stall_is_a_failure,
            least={"provocations": 1},
            examples=0,
        ),
    ),
    Requirement(
        id="CONN-004",
        level=Level.MUST,
        title="Resets and closed connections are reported as failures.",
        source=_TOLD,
        consequence="A call that nobody answered is taken for one that went well.",
        remedy="Report every error of the socket; make no answer of it.",
        property=Property(
            cases=None,
            fixed=transport.resets,
            judge=transport.reset_is_a_failure,
            least={"provocations": 3},
            examples=0,
        ),
    ),
    Requirement(
        id="CONN-005",
        level=Level.MUST,
        title="A connection that the server closed while idle is replaced without an error or a second effect.",
        source="RFC 9112, section 9.5: a connection may be closed at any time; clients recover from it",
        consequence="The first call after every quiet minute fails.",
        remedy="Look whether an idle connection still stands before using it, or use a fresh one.",
        property=Property(
            cases=None,
            fixed=transport.closed_while_idle,
            judge=transport.replaced_in_silence,
            least={"provocations": 1},
            examples=0,
        ),
    ),
    Requirement(
        id="CONN-009",
        level=Level.MUST,
        title="All traffic goes to the configured base URL, and the Host header matches it.",
        source="RFC 9110, section 7.2; client-under-test contract, version 1: `base_url`",
        consequence="The client cannot be pointed at a test exchange, or trades at the real one meanwhile.",
        remedy="Take host and port from the base URL everywhere, and let the HTTP library write the Host header.",
        needs_key=False,
        property=Property(
            cases=None,
            fixed=transport.two_addresses,
            judge=transport.at_the_base_url,
            least={"requests": 4},
            examples=0,
        ),
    ),
)
