"""Poloniex as one value."""

from __future__ import annotations

import string
from random import Random

from mockserver.core.dialect import Check, Dialect, RateRule, RawTarget
from mockserver.dialects.poloniex.answers import write_refusal, write_success
from mockserver.dialects.poloniex.habits import HABITS
from mockserver.dialects.poloniex.markets import MARKETS, OPENING_BALANCES, market_name
from mockserver.dialects.poloniex.parameters import read_parameters
from mockserver.dialects.poloniex.refusals import REFUSALS
from mockserver.dialects.poloniex.routes import ENDPOINTS, route
from signer import Credentials
from signer.dialects.poloniex import SCHEME

_KEY_CHARACTERS = string.ascii_uppercase + string.digits

#: Facts 1.7. The form of the nonce is looked at after the signature, so that strangers learn nothing and burn nothing.
CHECKS: tuple[Check, ...] = (
    Check.MAINTENANCE,
    Check.SIZE,
    Check.RATE,
    Check.ROUTE,
    Check.PRESENT,
    Check.KEY,
    Check.ACTIVE,
    Check.SIGNATURE,
    Check.ADDRESS,
    Check.PERMISSION,
    Check.WELL_FORMED,
    Check.NONCE,
    Check.ACCOUNT,
)


def new_credentials(chance: Random) -> Credentials:
    """Return a fresh pair: four groups of eight capitals and digits, and 128 lowercase hex digits (1.3)."""
    groups = ("".join(chance.choices(_KEY_CHARACTERS, k=8)) for _ in range(4))
    return Credentials(key="-".join(groups), secret=f"{chance.getrandbits(512):0128x}")


DIALECT = Dialect(
    name="poloniex",
    title="Poloniex (legacy API, 2018 to 2022)",
    source="the legacy Poloniex documentation and recorded traffic, as gathered on the page of Poloniex facts",
    hosts=("poloniex.com", "www.poloniex.com"),
    compresses=True,  # facts 1.5
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
        RawTarget(method="POST", target="returnBalances"),
        RawTarget(method="POST", target="returnCompleteBalances"),
        RawTarget(method="POST", target="returnDepositAddresses"),
    ),
    # 1.6: six calls are documented; the text of the refusal speaks of eight, and stays exact.
    rate=RateRule(calls=6, per="address", public_too=True),
    habits=HABITS,
)
