"""EXMO as one value: signing, routes, refusals, order of checks."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from mockserver.core.dialect import Check, Dialect, RateRule, RawTarget
from mockserver.core.endpoint import Handler
from mockserver.dialects.exmo import listings
from mockserver.dialects.exmo.answers import write_refusal, write_success
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
    rate=RateRule(calls=10, per="address", public_too=True),
    # Facts 4.2: 11 digits by 2023, and JSON numbers in most answers.
    order_ids_from=36_000_000_001,
)


def variant(*, deals_as_text: bool = False, none_as_object: bool = False) -> Dialect:
    """Return EXMO with habits about which documents and live reports disagree.

    Args:
        deals_as_text: Version 1 spells the amounts of deals as text, as a live test saw (facts 6.2, item 12).
        none_as_object: No cancelled orders are `{}`, as a live account answered, and not `[]` (facts 4.8).
    """
    changed: dict[str, Handler] = {}
    if deals_as_text:
        changed["v1/user_trades"] = listings.user_trades(listings.deal_v1_as_text, most=10_000)
        changed["v1/order_trades"] = listings.order_trades(listings.deal_v1_as_text)
    if none_as_object:
        changed["user_cancelled_orders"] = listings.object_for_none(listings.user_cancelled_orders)
        changed["v1/user_cancelled_orders"] = listings.object_for_none(listings.user_cancelled_orders_v1)
    endpoints = tuple(replace(known, handler=changed.get(known.name, known.handler)) for known in ENDPOINTS)
    return replace(DIALECT, endpoints=endpoints, route=routing(endpoints))
