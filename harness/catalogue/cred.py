"""CRED: whose key, whose secret."""

from harness.catalogue.requirement import Application, Property, Requirement
from harness.catalogue.sources import REFERENCE, SIGNED_EXACTLY, policy
from harness.events import Level
from harness.properties import credentials, placement, signed_calls, unusable_credentials
from signer import Kind

_ONE_PLACE = "one place is documented; what a second one would mean is not said"

ROWS = (
    Requirement(
        id="CRED-001",
        level=Level.MUST,
        title="The API key is sent verbatim, once, in the documented place.",
        source=f"{SIGNED_EXACTLY}; the key travels as it was issued",
        consequence="Customers whose key has an unlucky shape can never make a call.",
        remedy="Copy the key into its header as it is; do not change its case, trim or encode it.",
        property=Property(cases=credentials.drawn_keys, judge=credentials.key_verbatim, least={"requests": 10}),
    ),
    Requirement(
        id="CRED-002",
        level=Level.MUST,
        title="A nonce or timestamp that is given in two places is the same in both.",
        source=f"{SIGNED_EXACTLY}; one request has one nonce and one timestamp",
        consequence="The exchange checks the one and signs the other, and refuses the call.",
        remedy="Draw nonce and time once for each request, and put that value wherever it belongs.",
        kinds=frozenset({Kind.SINGLE_USE_NONCE, Kind.TIMESTAMP}),
        dialects={
            "reference": Application(level=Level.SHOULD, source=f"{REFERENCE}: {_ONE_PLACE}"),
            "bitunix": Application(level=Level.SHOULD, source=f"Bitunix, 'Sign': {_ONE_PLACE}"),
        },
        property=Property(
            cases=signed_calls.mixed_calls,
            judge=placement.freshness_told_once,
            least={"requests": 10},
            wanted={"two places": "a request that tells its nonce or timestamp twice"},
            examples=8,
        ),
    ),
    Requirement(
        id="CRED-003",
        level=Level.MUST,
        title="Sessions do not mix: key, secret and nonce of one never appear with another's.",
        source=policy("an order on the wrong account is lost money"),
        consequence="An order of one account is refused, or worse, placed on another.",
        remedy="Keep credentials and nonces in the session object; nothing of them belongs to the module.",
        property=Property(
            cases=credentials.several_sessions,
            judge=credentials.sessions_stay_apart,
            least={"requests": 20},
            examples=15,
        ),
    ),
    Requirement(
        id="CRED-004",
        level=Level.SHOULD,
        title="Missing credentials are refused locally as `authentication`, with no request sent.",
        source=policy("a request that cannot succeed tells the world what its user was about to do"),
        consequence="The user meets a puzzling refusal of the exchange instead of a plain word.",
        remedy="Check for key and secret before the request is built.",
        property=Property(
            cases=None,
            fixed=credentials.without_credentials,
            judge=credentials.refused_locally,
            least={"provocations": 1},
            examples=0,
        ),
    ),
    Requirement(
        id="CRED-005",
        level=Level.SHOULD,
        title="Malformed credentials are refused or used exactly; they are never turned into others that fail.",
        source=policy("a secret read from a file has a line end, and a refusal of the exchange does not say so"),
        consequence="Every call is refused, and the user looks for the mistake at the exchange.",
        remedy="Refuse a key or secret that is empty, blank or holds a line end; or cut the line end off, all of it.",
        property=Property(
            cases=None,
            fixed=unusable_credentials.spoilt,
            judge=unusable_credentials.refused_or_exact,
            least={"provocations": len(unusable_credentials.SPOILT)},
            examples=0,
        ),
    ),
    Requirement(
        id="CRED-006",
        level=Level.SHOULD,
        title="A revoked key leads to `authentication` at once and to no further attempts.",
        source=policy("no repetition brings a key back, and exchanges lock out whoever keeps trying"),
        consequence="The user trades on in the belief that something passing is wrong; his address may be locked out.",
        remedy="Report refused credentials as such after the first refusal, whatever worked before.",
        property=Property(
            cases=None,
            fixed=unusable_credentials.revoked_between,
            judge=unusable_credentials.revoked_is_over,
            least={"provocations": 1},
            examples=0,
        ),
    ),
    Requirement(
        id="CRED-007",
        level=Level.MAY,
        title="The client names itself and its version in User-Agent.",
        source="RFC 9110, section 10.1.5: a user agent should send the field, with its significant products",
        consequence="The exchange cannot tell whom to warn of a change, and blocks the library instead of the client.",
        remedy="Send a User-Agent such as my-client/1.4.0; what the HTTP library calls itself may follow.",
        property=Property(
            cases=signed_calls.mixed_calls,
            judge=placement.names_itself,
            least={"requests": 3},
            examples=3,
        ),
    ),
)
