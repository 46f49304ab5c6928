"""Names that travel as they are: markets in the exchange's spelling, orders by the user's own id."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from harness import arrivals
from harness.cases import Call, Case, SessionPlan
from harness.drivers.driver import Failed, Succeeded
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import Observation, Record
from harness.properties.evidence import own_requests, untried
from harness.setting import Setting
from harness.strategies import calls
from mockserver import Entry, ParameterKind

#: Names that no table holds: a digit first, one letter, more letters than usual, digits at the end.
UNUSUAL = ("1000SATS/USDT", "A/USDT", "SUPERLONGCOIN/USDT", "C98/USDT", "2Z/BTC")
#: Ids at which spellings part: one digit, 2^53 and one more, the longest, many zeros.
IDS = ("1", "9007199254740993", "999999999999999999", "100000000000000000", "123456789012345678")


def markets_spelled(case: Case, observation: Observation) -> Judgement:
    """A market is asked for by the exchange's own name for it; those that the exchange lists are found."""
    dialect = observation.setting.dialect
    listed = {market.name for market in dialect.markets}
    names = unusual = 0
    for record in observation.records:
        if (unseen := untried(record)) is not None:
            return unseen
        market = str(record.call.params["market"])
        wanted = dialect.market_name(market)
        for entry in record.entries:
            for arrived in _markets_in(observation.setting, entry):
                if arrived.casefold() != wanted.casefold():
                    return Broken(
                        summary=f"{market} was asked for as {arrived!r}; the exchange calls it {wanted!r}.",
                        diagnosis=("MARKET-MISSPELLED",),
                        culprits=(entry,),
                    )
                names += 1
        if market in listed and isinstance(record.reply, Failed):
            return Broken(
                summary=f"{record.call.operation} of {market}, which the exchange lists, failed: {record.reply.kind}.",
                diagnosis=("MARKET-MISSPELLED",),
                culprits=record.entries,
            )
        if market in listed and isinstance(record.reply, Succeeded):
            names += 1
        unusual += market not in listed
    return Held(seen={"names": names, "unusual": unusual}) if names else Unseen(reason="no market was asked for")


def _markets_in(setting: Setting, entry: Entry) -> Sequence[str]:
    """Return the market that a request names; none where it names none, or several in one list."""
    endpoint = arrivals.endpoint_of(setting, entry)
    if endpoint is None:
        return ()
    names = {parameter.name for parameter in endpoint.parameters if parameter.kind is ParameterKind.MARKET}
    try:
        arrived = arrivals.parameters(entry.request)
    except arrivals.Unreadable:
        return ()
    found = [str(value) for name, values in arrived.items() if name in names for value in values]
    return [] if any("," in one or one.casefold() == "all" for one in found) else found


def own_ids_unchanged(case: Case, observation: Observation) -> Judgement:
    """The user's own id of an order arrives digit by digit."""
    seen = 0
    for record in observation.records:
        if (unseen := untried(record)) is not None:
            return unseen
        wanted = str(record.call.params.get("client_order_id"))
        for entry in own_requests(record):
            arrived = _own_ids(observation.setting, entry)
            if not arrived and "idempotency" not in observation.setting.client.features:
                return Unseen(reason="the client has no place for an order id of its user's", cannot_try=True)
            if arrived != [wanted]:
                shown = " and ".join(map(repr, arrived)) or "nothing"
                return Broken(
                    summary=f"client_order_id={wanted} arrived as {shown}.",
                    diagnosis=("CLIENT-ORDER-ID-CHANGED",),
                    culprits=(entry,),
                )
            seen += 1
    return Held(seen={"identifiers": seen}) if seen else _why_unseen(observation.records)


def _own_ids(setting: Setting, entry: Entry) -> list[str]:
    """Return what stands under the exchange's name for a client's own order id; JSON numbers by their digits."""
    endpoint = arrivals.endpoint_of(setting, entry)
    names = {parameter.name for parameter in endpoint.parameters} if endpoint is not None else set()
    own = {name for name in names if name.replace("_", "").lower() in ("clientorderid", "clientid")}
    try:
        arrived = arrivals.parameters(entry.request)
    except arrivals.Unreadable:
        return []
    return [_digits(value) for name, values in arrived.items() if name in own for value in values]


def _digits(value: object) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _why_unseen(records: Sequence[Record]) -> Unseen:
    for record in records:
        if isinstance(record.reply, Failed):
            return Unseen(reason=f"the client refused locally: {record.reply.kind}")
    return Unseen(reason="no order arrived")


# --- strategies


def every_market(setting: Setting) -> Sequence[Case]:
    """Return public calls on every market of the exchange, and on unusual ones that it does not list."""
    found = [Case(steps=(call,), sessions=(SessionPlan(key=None),)) for call in calls.public_calls(setting)]
    for name in UNUSUAL:
        if setting.can("order_book"):
            call = Call(operation="order_book", params={"market": name, "depth": 5})
        else:
            call = Call(operation="ticker", params={"market": name})
        found.append(Case(steps=(call,), sessions=(SessionPlan(key=None),)))
    return found


def orders_with_ids(setting: Setting) -> Sequence[Case]:
    """Return an order for each id at which spellings part."""
    return [Case(steps=(_named(setting, identifier),)) for identifier in IDS]


def orders_with_drawn_ids(setting: Setting) -> SearchStrategy[Case]:
    """Draw an order with an id of 1 to 18 digits."""
    return st.integers(1, 10**18 - 1).map(lambda number: Case(steps=(_named(setting, str(number)),)))


def _named(setting: Setting, identifier: str) -> Call:
    params = {**calls.resting_order(setting.dialect.markets[0]), "client_order_id": identifier}
    return Call(operation="place_order", params=params)
