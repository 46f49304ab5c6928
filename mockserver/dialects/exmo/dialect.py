"""EXMO as one value: signing, routes, refusals, order of checks."""

from __future__ import annotations

from random import Random

from mockserver.core.dialect import Check, Dialect, RateRule, RawTarget
from mockserver.dialects.exmo.answers import write_refusal, write_success
from mockserver.dialects.exmo.describing import KEY_KINDS
from mockserver.dialects.exmo.habits import HABITS
from mockserver.dialects.exmo.markets import MARKETS, pair_name
from mockserver.dialects.exmo.parameters import read_parameters
from mockserver.dialects.exmo.refusals import REFUSALS
from mockserver.dialects.exmo.routes import ENDPOINTS, routing
from signer import Credentials
from signer.dialects.exmo import SCHEME


def new_credentials(random: Random) -> Credentials:
    """Return a fresh pair: `K-` and `S-`, each before 40 lower-case hex digits (facts 1.2)."""
    return Credentials(key=f"K-{random.getrandbits(160):040x}", secret=f"S-{random.getrandbits(160):040x}")


DIALECT = Dialect(
    name="exmo",
    title="EXMO REST API v1 and v1.1",
    source="https://documenter.getpostman.com/view/10287440/SzYXWKPi",
    hosts=("api.exmo.com", "api.exmo.me"),
    compresses=True,  # facts 1.7
    scheme=SCHEME,
    endpoints=ENDPOINTS,
    refusals=REFUSALS,
    # Facts 1.4, inferred but for the beginning: an absent key comes before the signature is looked at. A nonce that is
    # absent or no number counts as 0, hence its form is judged where the nonce is.
    checks=(
        Check.MAINTENANCE,
        Check.ROUTE,
        Check.SIZE,
        Check.QUERY,
        Check.PRESENT,
        Check.KEY,
        Check.ACTIVE,
        Check.ADDRESS,
        Check.SIGNATURE,
        Check.PERMISSION,
        Check.ACCOUNT,
        Check.WELL_FORMED,
        Check.NONCE,
        Check.RATE,
    ),
    route=routing(ENDPOINTS),
    read_parameters=read_parameters,
    write_success=write_success,
    write_refusal=write_refusal,
    new_credentials=new_credentials,
    markets=MARKETS,
    opening_balances={"BTC": "1", "ETH": "10", "USDT": "10000", "USD": "10000"},
    market_name=pair_name,
    raw_targets=(RawTarget(method="POST", target="user_info"), RawTarget(method="POST", target="user_open_orders")),
    rate=RateRule(calls=10, per="address_and_account", public_too=True),
    key_kinds=KEY_KINDS,
    # Facts 4.2: 11 digits by 2023, and JSON numbers in most answers.
    order_ids_from=36_000_000_001,
    habits=HABITS,
)
