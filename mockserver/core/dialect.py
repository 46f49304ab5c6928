"""A dialect dresses the exchange: routes, fields, error bodies, statuses, order of checks. One frozen value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from mockserver.core.answers import Answer
from mockserver.core.endpoint import Endpoint, Json, Parameters
from mockserver.core.habits import Habit
from mockserver.core.markets import Market
from mockserver.core.rates import RateRule as RateRule
from mockserver.core.refusals import Refusal, RefusalRow, Refused
from signer import Credentials, Request, Scheme


class Profile(StrEnum):
    """Which exchange is played: the one of the documents or the one that live servers were seen to be."""

    DOCUMENTED = "documented"
    OBSERVED = "observed"


class Check(StrEnum):
    """The checks of the gate, in whatever order a dialect asks for them. NONCE is the one that consumes."""

    MAINTENANCE = "maintenance"
    ROUTE = "route"
    SIZE = "size"
    QUERY = "query"
    PRESENT = "present"
    WELL_FORMED = "well_formed"
    KEY = "key"
    ACTIVE = "active"
    ADDRESS = "address"
    SIGNATURE = "signature"
    WINDOW = "window"
    NONCE = "nonce"
    RATE = "rate"
    PERMISSION = "permission"
    ACCOUNT = "account"


@dataclass(slots=True)  # made for each request: see `signer.Request`
class Found:
    """A request led to its endpoint, with the variables of its path. Nobody writes to it once it is made.

    `parameters` is set by a dialect that had to read them all to find the endpoint, so that they are read once.
    """

    endpoint: Endpoint
    path_parameters: Mapping[str, str] = field(default_factory=dict)
    parameters: Parameters | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTarget:
    """A private call without effect that the harness may use for `raw`, with parameters of its own choosing.

    Without effect does not mean that it succeeds: where every POST of a dialect changes something, the one named here
    is refused after the gate (an order that nobody has is cancelled, say), and only the gate's decision counts.
    """

    method: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One exchange's way of signing and speaking.

    Attributes:
        name: As on the command line.
        title: For people.
        source: Where it is documented.
        scheme: How it signs.
        endpoints: All it serves.
        refusals: Its table of refusals, in the order of the checks.
        checks: The order of the checks on a private request.
        route: The endpoint of a request, or UNKNOWN_ENDPOINT, METHOD_NOT_ALLOWED.
        read_parameters: The parameters of a request to an endpoint, or INVALID_REQUEST; no handler is run before it.
        write_success: An endpoint's value as an answer; the last argument is the server's clock in ms.
        write_refusal: A refusal as an answer, from the row; likewise.
        new_credentials: A fresh pair in the documented format.
        markets: What is traded, with the dialect's steps and minimums.
        opening_balances: What a new account holds: currency to decimal text.
        market_name: `BTC/USDT` to the dialect's spelling.
        raw_targets: Private calls that the harness may send parameters of its own to.
        rate: The documented rate limit; an endpoint may have one of its own.
        default_network: What `withdraw` and `deposit_address` mean without a network, by currency.
        body_limit: Largest accepted body, bytes.
        hosts: The host names of the original.
        compresses: Whether it compresses answers for clients that ask for it.
        order_ids_from: Where the venue's order ids begin. Beyond 2^53 where they travel as text; where they travel as
            JSON numbers, what the exchange itself hands out.
        key_kinds: The kinds of keys there are, the usual one first; empty where all are alike.
        habits: The matters in which it can be played in several ways; `dressed` turns it into another dialect.
        chosen: Of its habits, those that it wears otherwise than usual.
        like: The dialect whose business, paths and answers it has, where only what is signed is its own; "" for none.
        levels: Where its documents bind clients otherwise than the catalogue of requirements does: id to the level
            (`MUST`, `SHOULD`, `MAY`, or `void` for not at all) and to what says so.
    """

    name: str
    title: str
    source: str
    scheme: Scheme
    endpoints: tuple[Endpoint, ...]
    refusals: tuple[RefusalRow, ...]
    checks: tuple[Check, ...]
    route: Callable[[Request], Found | Refused]
    read_parameters: Callable[[Request, Found], Parameters | Refused]
    write_success: Callable[[Endpoint, Json, int], Answer]
    write_refusal: Callable[[Refused, RefusalRow, Profile, Request, int], Answer]
    new_credentials: Callable[[Random], Credentials]
    markets: tuple[Market, ...]
    opening_balances: Mapping[str, str]
    market_name: Callable[[str], str]
    raw_targets: tuple[RawTarget, ...]
    rate: RateRule
    default_network: Mapping[str, str] = field(default_factory=dict)
    body_limit: int = 1_048_576
    hosts: tuple[str, ...] = ()
    compresses: bool = False
    order_ids_from: int = 2**53 + 1
    key_kinds: tuple[str, ...] = ()
    habits: tuple[Habit, ...] = ()
    chosen: Mapping[str, str] = field(default_factory=dict)
    like: str = ""
    levels: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def habit(self, name: str) -> str:
        """Return how the exchange is played in one matter.

        Raises:
            KeyError: The dialect has no such habit.
        """
        usual = {habit.name: habit.usual for habit in self.habits}
        return self.chosen.get(name, usual[name])

    def row(self, refused: Refused) -> RefusalRow:
        """Return the table's row for a refusal: its own variant, else the usual one.

        Raises:
            KeyError: The dialect's table lacks the refusal, which the tests of the house rule out.
        """
        usual = None
        for row in self.refusals:
            if row.refusal is refused.refusal:
                if row.variant == refused.variant:
                    return row
                if not row.variant:
                    usual = row
        if usual is None:
            raise KeyError(f"{self.name} has no row for {refused.refusal}")
        return usual


def refusals_covered(dialect: Dialect) -> frozenset[Refusal]:
    """Return the refusals that the dialect's table knows."""
    return frozenset(row.refusal for row in dialect.refusals)
