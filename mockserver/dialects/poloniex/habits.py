"""How our Poloniex can be played otherwise: its four regimes, its later years, and the states of its markets.

Each habit is a choice in one matter of a `Manner`; whatever follows from the manner is made anew from it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from mockserver.core.answers import Answer
from mockserver.core.dialect import Dialect
from mockserver.core.habits import Habit
from mockserver.core.rates import Ban
from mockserver.core.refusals import Refusal, RefusalRow
from mockserver.dialects.poloniex.manner import MARKET_STATES, Manner
from mockserver.dialects.poloniex.routes import endpoints_in, router

#: 0: what was refused with 422 later, and how long it was answered with 200.
_NONCES = frozenset({Refusal.MISSING_NONCE, Refusal.MALFORMED_NONCE, Refusal.NONCE_NOT_INCREASING})

#: 1.6 and 2.4: two texts had other numbers in 2016.
_TEXTS_IN_A = {
    "Please do not make more than 8 API calls per second.": "Please do not make more than 6 API calls per second.",
    "Please specify a time window of no more than 1 month.": "Please specify a time window of no more than 1 year.",
}

#: 5.9: order numbers had 17 digits then.
_ORDER_IDS_IN_D: Final = 60_019_465_097_744_384


def _chosen(dialect: Dialect) -> Manner:
    """Return the manner that a dialect is played in."""
    limit = dialect.habit("open_orders")
    return Manner(
        regime=dialect.habit("regime"),
        members=dialect.habit("members"),
        market=dialect.habit("market"),
        open_orders=None if limit == "any" else int(limit),
        withdrawals=dialect.habit("withdrawals"),
    )


def _wear(name: str) -> Callable[[Dialect, str], Dialect]:
    """Return what makes the commands of a dialect anew after a choice."""

    def wear(dialect: Dialect, choice: str) -> Dialect:
        manner = _chosen(replace(dialect, chosen={**dialect.chosen, name: choice}))
        endpoints = endpoints_in(manner)
        return replace(dialect, endpoints=endpoints, route=router(endpoints))

    return wear


def _wear_regime(dialect: Dialect, regime: str) -> Dialect:
    dressed = _wear("regime")(dialect, regime)
    rows = tuple(_row_in(regime, row) for row in dialect.refusals)
    first = _ORDER_IDS_IN_D if regime == "D" else dialect.order_ids_from
    return replace(dressed, refusals=rows, order_ids_from=first)


def _row_in(regime: str, row: RefusalRow) -> RefusalRow:
    """Return a row as a regime says it: of A and B statuses and texts are older, D has one failure of its own."""
    if regime == "D":
        own = row.refusal is Refusal.INTERNAL_ERROR
        return replace(row, status=500, code="500", text="System error") if own else row
    status = row.status
    if (status == 422 and (regime == "A" or row.refusal not in _NONCES)) or (status == 429 and regime == "A"):
        status = 200
    text = _TEXTS_IN_A.get(row.text, row.text) if regime == "A" else row.text
    return replace(row, status=status, text=text)


#: 2.6: the texts say for how long; how much it takes is ours.
_BANS = (
    Ban(after=10, within_ms=10_000, lasts_ms=60_000, variant="throttled"),
    Ban(after=40, within_ms=60_000, lasts_ms=120_000, variant="banned"),
)


def _wear_calls(dialect: Dialect, calls: str) -> Dialect:
    return replace(dialect, rate=replace(dialect.rate, calls=int(calls)))


def _wear_bans(dialect: Dialect, bans: str) -> Dialect:
    return replace(dialect, rate=replace(dialect.rate, bans=_BANS))


#: 1.5: what recorded answers carried besides; the values are made up, and the same each time.
_FRONT_HEADERS: Final = (
    ("Set-Cookie", "__cfduid=d5eed0000c0ffee00000000000000000000000000; path=/; domain=.poloniex.com; HttpOnly"),
    ("Expect-CT", "max-age=604800"),
    ("Server", "cloudflare"),
    ("CF-RAY", "5eed0000c0ffee00-AMS"),
)


def _wear_front(dialect: Dialect, front: str) -> Dialect:
    write_success, write_refusal = dialect.write_success, dialect.write_refusal

    def behind(answer: Answer) -> Answer:
        return replace(answer, headers=(*answer.headers, *_FRONT_HEADERS))

    return replace(
        dialect,
        write_success=lambda *said: behind(write_success(*said)),
        write_refusal=lambda *said: behind(write_refusal(*said)),
    )


HABITS: Final[tuple[Habit, ...]] = (
    Habit(
        name="regime",
        choices=("C", "A", "B", "D"),
        words="Which statuses failures have. A, until March 2017: 200, and 403 for bad credentials. B, until January"
        " 2018: 422 for nonces and 429 for rates besides. C: 422 for parameters, too. D, from August 2022: the new"
        " platform behind the old commands, without margin and lending.",
        wear=_wear_regime,
        source="Poloniex facts 0 and 5.9",
    ),
    Habit(
        name="members",
        choices=("2019", "2018", "2022"),
        words="Whose members answers have, and whose texts refusals of orders: those of 2022 tell more, those of 2018"
        " less; commands that came later are not there then.",
        wear=_wear("members"),
        source="Poloniex facts 2.3, 3 and 4",
    ),
    Habit(
        name="market",
        choices=MARKET_STATES,
        words="The state of all markets: frozen, disabled, closed and paused ones take no order, one that is post only"
        " takes none that would trade at once, a banded one none far from the last price, and one that is reduce only"
        " no position that grows.",
        wear=_wear("market"),
        source="Poloniex facts 2.3 and 3.1",
    ),
    Habit(
        name="open_orders",
        choices=("any", "1", "10", "100"),
        words="How many orders an account may have in one market; 100 was seen.",
        wear=_wear("open_orders"),
        source="Poloniex facts 2.3",
    ),
    Habit(
        name="withdrawals",
        choices=("at once", "pending"),
        words="Whether a withdrawal is complete at once, or pending until somebody completes or cancels it from"
        " outside.",
        wear=_wear("withdrawals"),
        source="Poloniex facts 1.3 and 4.2",
    ),
    Habit(
        name="calls",
        choices=("6", "8"),
        words="How many calls a second are allowed, where the limit is enforced: six are documented, the text says"
        " eight.",
        wear=_wear_calls,
        source="Poloniex facts 1.6",
    ),
    Habit(
        name="bans",
        choices=("none", "some"),
        words="What becomes of an address that does not mind the limit: nothing; or it is throttled for a minute, and"
        " banned for two if it goes on.",
        wear=_wear_bans,
        source="Poloniex facts 2.6",
    ),
    Habit(
        name="front",
        choices=("none", "cloudflare"),
        words="Whether answers carry the headers of what stood in front of the exchange.",
        wear=_wear_front,
        source="Poloniex facts 1.5",
    ),
)
