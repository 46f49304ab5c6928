"""CRED: whose key, whose secret."""

from harness.catalogue.requirement import Property, Requirement
from harness.catalogue.sources import SIGNED_EXACTLY, policy
from harness.events import Level
from harness.properties import credentials

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
)
