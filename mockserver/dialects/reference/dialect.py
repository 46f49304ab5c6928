"""The reference exchange as one value."""

from __future__ import annotations

import string
from random import Random

from mockserver.core.dialect import Check, Dialect, RateRule, RawTarget
from mockserver.dialects.reference.answers import write_refusal, write_success
from mockserver.dialects.reference.markets import MARKETS, OPENING_BALANCES, market_name
from mockserver.dialects.reference.parameters import read_parameters
from mockserver.dialects.reference.refusals import REFUSALS
from mockserver.dialects.reference.routes import ENDPOINTS, route
from signer import Credentials
from signer.dialects.reference import SCHEME

_URL_SAFE = string.ascii_letters + string.digits + "-_"

#: The sixteen checks; the last two are the parameters' and the handlers'. A path that is known with another method is
#: part of ROUTE.
CHECKS: tuple[Check, ...] = (
    Check.MAINTENANCE,
    Check.ROUTE,
    Check.SIZE,
    Check.PRESENT,
    Check.WELL_FORMED,
    Check.KEY,
    Check.ACTIVE,
    Check.ADDRESS,
    Check.SIGNATURE,
    Check.WINDOW,
    Check.NONCE,
    Check.RATE,
    Check.PERMISSION,
)


def new_credentials(chance: Random) -> Credentials:
    """Return a fresh pair: a key of 32 lowercase hex digits and a secret of 64 characters safe in an URL.

    The specification asks for nothing but text; the secret looks like base64 and like hex to nobody's decoder for long,
    so a client that decodes it is found out.
    """
    return Credentials(key=f"{chance.getrandbits(128):032x}", secret="".join(chance.choices(_URL_SAFE, k=64)))


DIALECT = Dialect(
    name="reference",
    title="Reference exchange",
    source="the reference specification of this project",
    scheme=SCHEME,
    endpoints=ENDPOINTS,
    refusals=REFUSALS,
    checks=CHECKS,
    route=route,
    read_parameters=read_parameters,
    write_success=write_success,
    write_refusal=write_refusal,
    new_credentials=new_credentials,
    markets=MARKETS,
    opening_balances=OPENING_BALANCES,
    market_name=market_name,
    raw_targets=(
        RawTarget(method="GET", target="/v1/balances"),
        RawTarget(method="GET", target="/v1/orders"),
        RawTarget(method="POST", target="/v1/orders/1/cancel"),
    ),
    rate=RateRule(calls=10, per="key"),
)
