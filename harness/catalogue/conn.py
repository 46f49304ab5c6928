"""CONN: what a connection may do to an answer, and what must not come of it."""

from harness.catalogue.requirement import Property, Requirement
from harness.catalogue.sources import policy
from harness.events import Level
from harness.properties import connections, transport

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
        id="CONN-006",
        level=Level.MUST,
        title="Content encodings that the client asked for are decoded; none is asked for that it cannot decode.",
        source="RFC 9110, sections 8.4 and 12.5.3: Accept-Encoding says what the client can decode",
        consequence="Behind another front of the same exchange every answer is rubbish.",
        remedy="Leave Accept-Encoding to the HTTP library, or name no more than it decodes.",
        property=Property(
            cases=None,
            fixed=connections.compressed,
            judge=connections.decoded,
            least={"provocations": 4},
            examples=0,
            wanted={name: f"an answer in {name}, which the client does not ask for" for name in connections.CODINGS},
        ),
    ),
    Requirement(
        id="CONN-007",
        level=Level.SHOULD,
        title="1xx, 204, empty 200 and HTTP/1.0 answers do not break it.",
        source="RFC 9110, section 15.2: interim answers are parsed even where none is expected; RFC 9112, section 6.3",
        consequence="A new proxy in front of the exchange stops all trading.",
        remedy="Read on behind an interim answer, and to the connection's end where no length is given.",
        property=Property(
            cases=None,
            fixed=connections.odd_frames,
            judge=connections.unbroken,
            least={"provocations": 6},
            examples=0,
        ),
    ),
    Requirement(
        id="CONN-008",
        level=Level.MUST,
        title="Stray bytes after an answer never become the next answer.",
        source="RFC 9112, section 9.2: an answer that no request is waiting for closes the connection, and is not used",
        consequence="From then on each call gets the answer of the one before it.",
        remedy="Look whether anything lies on an idle connection; if so, close it and open another.",
        operations=frozenset({"place_order"}),
        one_of=frozenset({"balances", "open_orders"}),
        property=Property(
            cases=None,
            fixed=connections.strays,
            judge=connections.strays_dropped,
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
    Requirement(
        id="CONN-010",
        level=Level.SHOULD,
        title="A configured proxy is used, and its credentials stay with it.",
        source="Client-under-test contract, version 1: `proxy_url`; RFC 9110, section 11.7.2",
        consequence="Calls come from an address that the exchange does not know, or the proxy's password goes abroad.",
        remedy="Hand the proxy to the HTTP library; send Proxy-Authorization to it alone.",
        features=frozenset({"proxy"}),
        property=Property(
            cases=None,
            fixed=connections.by_proxy,
            judge=connections.by_the_proxy,
            least={"requests": 2},
            examples=0,
        ),
    ),
    Requirement(
        id="CONN-011",
        level=Level.SHOULD,
        title="Closing a session releases connections and tasks; the process ends when told.",
        source=policy("what a session opened belongs to it"),
        consequence="A bot that reconnects runs out of sockets after a day, and has to be killed to end.",
        remedy="Close the pool with the session; let no thread and no timer keep the process alive.",
        property=Property(
            cases=None,
            fixed=connections.many_sessions,
            judge=connections.let_go,
            least={"sessions": 20},
            examples=0,
        ),
    ),
)
