"""Bitunix's spot interface as one value: signing, routes, refusals, order of checks."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from mockserver.core.dialect import Check, Dialect, RateRule, RawTarget
from mockserver.dialects.bitunix.answers import write_refusal, write_success
from mockserver.dialects.bitunix.markets import MARKETS, NETWORKS, symbol_of
from mockserver.dialects.bitunix.parameters import read_parameters
from mockserver.dialects.bitunix.refusals import REFUSALS
from mockserver.dialects.bitunix.routes import ENDPOINTS, PREFIX, route
from signer import Credentials
from signer.dialects.bitunix import OBSERVED_TIME_RULE, SCHEME, STRICT_NONCE_RULE


def new_credentials(random: Random) -> Credentials:
    """Return a fresh pair of 32 lower-case hex digits each, as in the vectors of facts 2.2."""
    return Credentials(key=f"{random.getrandbits(128):032x}", secret=f"{random.getrandbits(128):032x}")


DIALECT = Dialect(
    name="bitunix",
    title="Bitunix spot OpenAPI",
    source="https://www.bitunix.com/api-docs/spots/en_us/",
    hosts=("openapi.bitunix.com", "fapi.bitunix.com"),
    scheme=SCHEME,
    endpoints=ENDPOINTS,
    refusals=REFUSALS,
    # Facts 3.4, inferred throughout. The nonce is looked at where somebody asks for it to be used once.
    checks=(
        Check.MAINTENANCE,
        Check.ROUTE,
        Check.SIZE,
        Check.PRESENT,
        Check.WELL_FORMED,
        Check.KEY,
        Check.ACTIVE,
        Check.WINDOW,
        Check.SIGNATURE,
        Check.NONCE,
        Check.ADDRESS,
        Check.PERMISSION,
        Check.ACCOUNT,
        Check.RATE,
    ),
    route=route,
    read_parameters=read_parameters,
    write_success=write_success,
    write_refusal=write_refusal,
    new_credentials=new_credentials,
    markets=MARKETS,
    opening_balances={"BTC": "1", "ETH": "10", "USDT": "10000"},
    market_name=symbol_of,
    # The POST ones take filters alone, and all of them may be left out.
    raw_targets=(
        RawTarget(method="GET", target=f"{PREFIX}/user/account"),
        RawTarget(method="POST", target=f"{PREFIX}/withdraw_transfer/page"),
        RawTarget(method="POST", target=f"{PREFIX}/deposit/page"),
    ),
    # Documented for the wallet calls; of the others nothing is said (facts 1.8).
    rate=RateRule(calls=10, per="address"),
    default_network={currency: networks[0] for currency, networks in NETWORKS.items()},
    # Orders are numbered with 18 digits, as text (facts 5.2).
    order_ids_from=730_000_000_000_000_001,
)


def variant(*, strict_nonce: bool = False, one_sided_window: bool = False) -> Dialect:
    """Return Bitunix with rules about which documents and live servers disagree.

    Args:
        strict_nonce: Refuse a nonce that is not 32 letters and digits, as documented (facts 1.5).
        one_sided_window: Accept any timestamp ahead of the clock, as a live server did (facts 1.6).
    """
    return replace(
        DIALECT,
        scheme=replace(
            SCHEME,
            nonce_rule=STRICT_NONCE_RULE if strict_nonce else SCHEME.nonce_rule,
            time_rule=OBSERVED_TIME_RULE if one_sided_window else SCHEME.time_rule,
        ),
    )


#: The profile `observed`: a live server took a timestamp from 61 seconds ahead (facts 1.6).
OBSERVED = variant(one_sided_window=True)
