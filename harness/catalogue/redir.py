"""REDIR: redirects of signed requests."""

from harness.catalogue.requirement import Property, Requirement
from harness.catalogue.sources import policy
from harness.events import Level
from harness.properties import redirects

_OFF = "Switch redirects off for private calls and report the answer as a failure."

ROWS = (
    Requirement(
        id="REDIR-001",
        level=Level.MUST,
        title="Key, signature, nonce or signed body are not sent to another origin.",
        source=policy("RFC 9110, section 15.4, asks to consider it; here a signed order would be handed over"),
        consequence="The key and a valid signature go to whoever the redirect names.",
        remedy=_OFF,
        property=Property(
            cases=None,
            fixed=redirects.to_another_origin,
            judge=redirects.nothing_follows,
            least={"provocations": 5},
            examples=0,
        ),
    ),
    Requirement(
        id="REDIR-002",
        level=Level.MUST,
        title="A redirect from https to http is not followed with credentials.",
        source=policy("RFC 9110, section 15.4, asks to consider it; here a signed order would go out in clear"),
        consequence="Everybody on the way reads the key and a valid signature.",
        remedy=_OFF,
        features=frozenset({"tls"}),
        property=Property(
            cases=None,
            fixed=redirects.down_to_http,
            judge=redirects.nothing_follows,
            least={"provocations": 5},
            examples=0,
        ),
    ),
    Requirement(
        id="REDIR-003",
        level=Level.MUST,
        title="A POST turned into a GET by a redirect is not reported as a success.",
        source=policy("an order that was never placed must not be believed in"),
        consequence="The user believes in an order that does not exist.",
        remedy=_OFF,
        operations=frozenset({"place_order"}),
        property=Property(
            cases=None,
            fixed=redirects.orders_elsewhere,
            judge=redirects.not_taken_for_success,
            least={"provocations": 3},
            examples=0,
        ),
    ),
    Requirement(
        id="REDIR-004",
        level=Level.SHOULD,
        title="Redirects of private calls are not followed at all, and are reported.",
        source=policy("a signed request names its target; at another one it is a replay"),
        consequence="The same nonce and signature are sent twice.",
        remedy=_OFF,
        property=Property(
            cases=None, fixed=redirects.inside, judge=redirects.not_followed, least={"provocations": 1}, examples=0
        ),
    ),
    Requirement(
        id="REDIR-005",
        level=Level.MUST,
        title="Redirect loops end.",
        source="RFC 9110, section 15.4: a client should detect and intervene in cyclical redirections",
        consequence="One bad answer keeps the client busy for ever, and the exchange bans it.",
        remedy=_OFF,
        property=Property(
            cases=None, fixed=redirects.in_circles, judge=redirects.ends, least={"provocations": 2}, examples=0
        ),
    ),
)
