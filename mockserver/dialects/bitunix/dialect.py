"""Bitunix as one value: signing, the routes and refusals of both products, order of checks, habits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from random import Random

from mockserver.core.dialect import Check, Dialect, RateRule, RawTarget
from mockserver.core.endpoint import Handler
from mockserver.core.habits import Habit, dressed
from mockserver.dialects.bitunix import orders, wallet
from mockserver.dialects.bitunix.answers import write_refusal, write_refusal_as_seen_live, write_success
from mockserver.dialects.bitunix.futures import account, market
from mockserver.dialects.bitunix.futures.refusals import FUTURES_ROWS, LIVE_SIGNATURE_TEXT, SIGNATURE_CODE
from mockserver.dialects.bitunix.futures.routes import PREFIX as FUTURES_PREFIX
from mockserver.dialects.bitunix.markets import MARKETS, NETWORKS, symbol_of
from mockserver.dialects.bitunix.parameters import read_parameters
from mockserver.dialects.bitunix.refusals import REFUSALS
from mockserver.dialects.bitunix.routes import ENDPOINTS, PREFIX, router
from signer import Credentials
from signer.dialects.bitunix import OBSERVED_TIME_RULE, SCHEME, STRICT_NONCE_RULE


def new_credentials(random: Random) -> Credentials:
    """Return a fresh pair of 32 lower-case hex digits each, as in the vectors of facts 2.2."""
    return Credentials(key=f"{random.getrandbits(128):032x}", secret=f"{random.getrandbits(128):032x}")


def _nonce(dialect: Dialect, choice: str) -> Dialect:
    return replace(dialect, scheme=replace(dialect.scheme, nonce_rule=STRICT_NONCE_RULE))


def _window(dialect: Dialect, choice: str) -> Dialect:
    return replace(dialect, scheme=replace(dialect.scheme, time_rule=OBSERVED_TIME_RULE))


def _answers(dialect: Dialect, choice: str) -> Dialect:
    rows = tuple(
        replace(row, text=LIVE_SIGNATURE_TEXT) if row in FUTURES_ROWS and row.code == SIGNATURE_CODE else row
        for row in dialect.refusals
    )
    return _with_handlers(
        replace(dialect, refusals=rows, write_refusal=write_refusal_as_seen_live),
        {
            f"{PREFIX}/order/cancel": orders.cancel_orders_as_seen_live,
            f"{FUTURES_PREFIX}/market/depth": market.depth,
            f"{FUTURES_PREFIX}/account": account.account,
        },
    )


def _withdraw_to(dialect: Dialect, choice: str) -> Dialect:
    return _with_handlers(dialect, {PREFIX + path: handler for path, handler in wallet.STORED.items()})


def _with_handlers(dialect: Dialect, handlers: Mapping[str, Handler]) -> Dialect:
    endpoints = tuple(
        replace(endpoint, handler=handlers.get(endpoint.path, endpoint.handler)) for endpoint in dialect.endpoints
    )
    return replace(dialect, endpoints=endpoints, route=router(endpoints))


HABITS: tuple[Habit, ...] = (
    Habit(
        name="nonce",
        choices=("any", "32"),
        words="A nonce may be any text, as live servers take it, or must be 32 letters and digits, as documented.",
        wear=_nonce,
        source="Bitunix facts 1.5",
    ),
    Habit(
        name="window",
        choices=("two-sided", "one-sided"),
        words="A timestamp may be 60 seconds from the clock on either side, or any distance ahead of it.",
        wear=_window,
        observed="one-sided",
        source="Bitunix facts 1.6",
    ),
    Habit(
        name="answers",
        choices=("documented", "live"),
        words="As live servers do it, futures depth comes as text instead of numbers, the futures account as an object"
        " instead of an array, a wrong signature on futures has another text, and a spot cancel by `clientId` blocks"
        " others for a minute.",
        wear=_answers,
        observed="live",
        source="Bitunix facts 3.3, 4.2, 5.2, 5.3",
    ),
    Habit(
        name="withdraw_to",
        choices=("any", "stored"),
        words="Money may be withdrawn to any address, or to stored ones alone, which are those that `deposit/address`"
        " has handed out to anybody here.",
        wear=_withdraw_to,
        source="Bitunix facts 1.8",
    ),
)

DIALECT = Dialect(
    name="bitunix",
    title="Bitunix OpenAPI, spot and futures",
    source="https://www.bitunix.com/api-docs/spots/en_us/",
    hosts=("openapi.bitunix.com", "fapi.bitunix.com"),
    scheme=SCHEME,
    endpoints=ENDPOINTS,
    refusals=(*REFUSALS, *FUTURES_ROWS),
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
    route=router(ENDPOINTS),
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
    habits=HABITS,
)


def variant(*, strict_nonce: bool = False, one_sided_window: bool = False) -> Dialect:
    """Return Bitunix with rules about which documents and live servers disagree.

    Args:
        strict_nonce: Refuse a nonce that is not 32 letters and digits, as documented (facts 1.5).
        one_sided_window: Accept any timestamp ahead of the clock, as a live server did (facts 1.6).
    """
    chosen = {"nonce": "32" if strict_nonce else "any", "window": "one-sided" if one_sided_window else "two-sided"}
    return dressed(DIALECT, chosen=chosen)
