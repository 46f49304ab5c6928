"""Intent, effect and report of every call that changes something: three accounts that have to agree.

What was asked stands in the case, what stands is in the exchange's books, and what the user was told is the client's
reply. Two of the three may differ from the third only in ways that cost nobody money: an open outcome may turn out
either way, and nothing else may.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from harness.arrivals import Unreadable, parameters
from harness.cases import Again, Arm, Call, Case
from harness.drivers.driver import CannotTry, Failed, Succeeded
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import NotMade, Observation, Record
from harness.properties.evidence import own_requests
from harness.properties.reporting import changes, harmed, judged, unsaid
from harness.setting import Setting
from harness.strategies import calls, faults
from harness.users import SAYS_NO
from mockserver import Entry

#: What each operation leaves in the books.
EFFECTS: Mapping[str, str] = {
    "place_order": "order_placed",
    "cancel_order": "order_cancelled",
    "withdraw": "withdrawal",
}
GIVEN_ID = "918273645777"


class Standing(StrEnum):
    """What a call has left in the exchange's books."""

    NOTHING = "nothing"
    ONCE = "what was asked"
    OTHERWISE = "something else than was asked"
    MORE = "more than was asked"


class Told(StrEnum):
    """What its user knows of it."""

    SUCCESS = "success"
    REFUSED = "a refusal"
    OPEN = "an open outcome"
    SILENCE = "nothing"


#: What is wrong with a standing of which its user was told this; every pair that is missing is well.
TABLE: Mapping[tuple[Standing, Told], str] = {
    (Standing.NOTHING, Told.SUCCESS): "OPEN-OUTCOME-AS-SUCCESS",
    (Standing.ONCE, Told.REFUSED): "OPEN-OUTCOME-AS-REFUSAL",
    **{(Standing.OTHERWISE, told): "EFFECT-NOT-AS-ASKED" for told in Told},
    **{(Standing.MORE, told): "EFFECT-TWICE" for told in Told},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One call that changes something, as three see it.

    Attributes:
        call: What was asked.
        times: How often it took effect.
        stands: What is in the books.
        told: What its user knows.
        reply: In the client's own words.
        entries: The requests that it led to.
    """

    call: Call
    times: int
    stands: Standing
    told: Told
    reply: object
    entries: tuple[Entry, ...]

    @property
    def mistake(self) -> str | None:
        """The diagnosis of two accounts that do not agree; None where they do."""
        gone = self.call.operation == "cancel_order" and getattr(self.reply, "kind", "") == "order_not_found"
        return None if gone and self.stands is Standing.ONCE else TABLE.get((self.stands, self.told))

    def in_words(self) -> str:
        """Return the three accounts in one sentence."""
        asked = {"place_order": "an order", "cancel_order": "a cancellation", "withdraw": "a withdrawal"}
        times = f" ({self.times} times)" if self.times > 1 else ""
        words = f" ({self.reply.kind})" if isinstance(self.reply, Failed) else ""
        what = asked[self.call.operation]
        return f"The user asked for {what}; {self.stands}{times} stands; he was told of {self.told}{words}"


def accounts(observation: Observation) -> Sequence[Account]:
    """Return the accounts of all calls that change something, in order; a call that its user made again is one.

    An effect that came after its call had ended counts for that call: no other has asked for it.
    """
    grouped: dict[object, list[Record]] = {}
    for index, record in enumerate(observation.records):
        if record.call.operation in EFFECTS and not isinstance(record.reply, NotMade | CannotTry):
            known = record.call.label or index
            grouped.setdefault((record.call.session, record.call.operation, known), []).append(record)
    found = [_account(records, observation) for records in grouped.values()]
    late = _unclaimed(observation, found)
    return [_with_late(account, late) for account in found]


def _account(records: Sequence[Record], observation: Observation) -> Account:
    call, reply = records[-1].call, records[-1].reply
    entries = tuple(entry for record in records for entry in own_requests(record))
    effects = _effects(entries, call.operation)
    match reply:
        case Succeeded():
            told = Told.SUCCESS
        case Failed(kind=kind):
            told = Told.REFUSED if kind in SAYS_NO else Told.OPEN
        case _:
            told = Told.SILENCE
    account = Account(call=call, times=len(effects), stands=Standing.NOTHING, told=told, reply=reply, entries=entries)
    return replace(account, stands=_standing(account, effects, observation))


def _effects(entries: Sequence[Entry], operation: str) -> Sequence[str]:
    kind = EFFECTS[operation]
    return [effect.subject for entry in entries for effect in entry.effects if effect.kind == kind]


def _standing(account: Account, effects: Sequence[str], observation: Observation) -> Standing:
    if not effects:
        return Standing.NOTHING
    if len(effects) > 1:
        return Standing.MORE
    return Standing.ONCE if _as_asked(account.call, effects[0], observation) else Standing.OTHERWISE


def _as_asked(call: Call, subject: str, observation: Observation) -> bool:
    params = call.params
    if call.operation == "place_order":
        order = next((one for one in observation.key.orders if str(one.order_id) == subject), None)
        if order is None:
            return True
        got = (order.market, order.side.value, order.price, order.amount)
        return got == (params["market"], params["side"], Decimal(str(params["price"])), Decimal(str(params["amount"])))
    if call.operation == "withdraw":
        sent = [(one.currency, one.amount, one.address) for one in observation.key.withdrawals]
        return (params["currency"], Decimal(str(params["amount"])), params["address"]) in sent
    return True


def _unclaimed(observation: Observation, found: Sequence[Account]) -> Mapping[str, int]:
    """Return how many effects of each operation came when no call that asked for them was under way."""
    claimed = {entry.number for account in found for entry in account.entries}
    late = [entry for view in observation.keys.values() for entry in view.entries if entry.number not in claimed]
    return {operation: len(_effects(late, operation)) for operation in EFFECTS}


def _with_late(account: Account, late: Mapping[str, int]) -> Account:
    more = late[account.call.operation]
    if not more:
        return account
    times = account.times + more
    return replace(account, times=times, stands=Standing.MORE if times > 1 else Standing.ONCE)


# --- oracles


def agreeing(*codes: str) -> Callable[[Case, Observation], Judgement]:
    """Return an oracle: of every call that changes something the three accounts agree, as far as these diagnoses go."""

    def judge(case: Case, observation: Observation) -> Judgement:
        if not observation.all_struck:
            return Unseen(reason="fault not struck")
        seen = 0
        for account in accounts(observation):
            code = account.mistake
            if code in codes:
                return Broken(
                    summary=f"{account.in_words()}.",
                    diagnosis=(code,) if code else (),
                    culprits=account.entries,
                    consequence=_in_money(account),
                )
            seen += 1
        return Held(seen={"provocations": seen}) if seen else Unseen(reason="no call was made")

    return judge


def _in_money(account: Account) -> str:
    params = account.call.params
    if account.stands is Standing.MORE and account.call.operation == "place_order":
        base = str(params["market"]).partition("/")[0]
        total = account.times * Decimal(str(params["amount"]))
        return f"The user wanted to {params['side']} {params['amount']} {base}, and {total} {base} are ordered."
    if account.stands is Standing.MORE and account.call.operation == "withdraw":
        total = account.times * Decimal(str(params["amount"]))
        return f"The user sent {params['amount']} {params['currency']} away, and {total} have gone."
    return "The user calls again, and owns two." if account.told is Told.REFUSED else ""


def can_be_found_out(case: Case, observation: Observation) -> Judgement:
    """A user who was told of an open outcome can find out: by his own id, by the listing, and by neither twice.

    What a client sends twice by itself is RETRY-001's matter.
    """
    if not observation.struck or not observation.struck[0][1]:
        return Unseen(reason="fault not struck")
    order = next(iter(judged(observation)), None)
    if order is None:
        return Unseen(reason="no call was made")
    if (unseen := unsaid(order)) is not None:
        return unseen
    arrived = own_requests(order)
    if not arrived:
        return Unseen(reason="no order arrived")
    given = order.call.params.get("client_order_id")
    if given is not None and not _carries(arrived[0], str(given)):
        return Broken(
            summary=f"The order was given the id {given}, and was sent without it.",
            diagnosis=("ORDER-ID-NOT-SENT",),
            culprits=tuple(arrived),
            consequence="When its answer is lost, nobody can tell whether this order stands.",
        )
    for record in observation.records:
        if record.call.operation == "open_orders" and (problem := _hidden(record, observation, given)) is not None:
            return problem
    account = next(one for one in accounts(observation) if one.call.label == order.call.label)
    if account.mistake == "EFFECT-TWICE" and len(judged(observation)) > 1:
        return Broken(
            summary=f"{account.in_words()}, after a user who {_manner(case)}.",
            diagnosis=("EFFECT-TWICE",),
            culprits=account.entries,
            consequence=_in_money(account),
        )
    shown = sum(_shows_ids(record) for record in observation.records)
    return Held(seen={"provocations": 1, "shown": shown})


def _carries(entry: Entry, given: str) -> bool:
    """Tell whether a request has a parameter of this value, whatever its name and however it is spelled."""
    try:
        return any(str(value) == given for values in parameters(entry.request).values() for value in values)
    except Unreadable:
        return False


def _manner(case: Case) -> str:
    user = next((step.user for step in case.steps if isinstance(step, Again)), "")
    return "repeated it with the same id" if user == "hasty" else "looked at his open orders first"


def _shows_ids(record: Record) -> bool:
    value = record.reply.value if isinstance(record.reply, Succeeded) else None
    return isinstance(value, list) and any(isinstance(item, Mapping) and "client_order_id" in item for item in value)


def _hidden(record: Record, observation: Observation, given: object) -> Broken | None:
    """Convict a listing that does not show an order that stands, or shows it under another id of the client's own."""
    if not isinstance(record.reply, Succeeded) or not isinstance(record.reply.value, list):
        return None
    first = min((entry.number for entry in record.entries), default=0)
    earlier = [entry for entry in observation.key.entries if entry.number < first]
    stood = _effects(earlier, "place_order")
    items = [item for item in record.reply.value if isinstance(item, Mapping)]
    by_id = {str(item.get("order_id")): item for item in items}
    for order in observation.key.orders:
        name = str(order.order_id)
        if name not in stood or not order.is_open or order.market != record.call.params["market"]:
            continue
        if name not in by_id:
            return Broken(
                summary=f"Order {name} stands, its answer was lost, and open_orders does not show it.",
                diagnosis=("LIST-INCOMPLETE",),
                culprits=record.entries,
                consequence="The user, who finds nothing, places it again and owns two.",
            )
        own = by_id[name].get("client_order_id")
        if given is not None and own is not None and str(own) != str(given):
            return Broken(
                summary=f"Order {name} was given the id {given}, and open_orders shows it as {own!r}.",
                diagnosis=("ORDER-ID-NOT-SHOWN",),
                culprits=record.entries,
            )
    return None


# --- strategies


def changes_in_trouble(setting: Setting) -> SearchStrategy[Case]:
    """Draw changes that meet a failure at any stage, or whose answers are garbled, on fresh and on warm connections."""
    kinds = list(changes(setting))
    ways: list[tuple[Call, tuple[Call, ...]]] = [(call, ()) for call in kinds]
    if setting.can("place_order", "cancel_order"):
        order = replace(calls.place(setting), label="order")
        ways.append((calls.cancel("order", str(order.params["market"])), (order,)))

    def case(way: tuple[Call, tuple[Call, ...]], arm: Arm, warm: bool) -> Case:
        call, before = way
        read = calls.read(setting)
        warming = (read,) if warm and read is not None else ()
        aimed = replace(arm, operation=call.operation)
        harmful = harmed(call, aimed, before=(*before, *warming))
        after = (read,) if read is not None else ()
        return replace(
            harmful, steps=(*harmful.steps, *after), about={"what": arm.note or arm.fault, "by": "the books"}
        )

    harm = st.one_of(faults.any_failure(setting), faults.garbled(setting))
    return st.builds(case, st.sampled_from(ways), harm, st.booleans())


def users_in_doubt(setting: Setting) -> Sequence[Case]:
    """Return orders whose answers are lost, or that never came to be, and users who look first or repeat at once."""
    plain = calls.place(setting)
    own = replace(plain, params={**plain.params, "client_order_id": GIVEN_ID})
    found: list[Case] = []
    listing = Call(operation="open_orders", params={"market": plain.params["market"]})
    for arm in (
        faults.lost_answer("place_order"),
        faults.reset("place_order", at="after_handler"),
        faults.reset("place_order"),
        faults.unavailable("place_order", status=504, at="after_handler"),
    ):
        for order in (own, plain):
            case = harmed(order, arm)
            found.append(replace(case, steps=(*case.steps, Again(label="judged", user="prudent"), listing)))
        if setting.dialect.name in _IDS_ARE_UNIQUE:
            case = harmed(own, arm)
            found.append(replace(case, steps=(*case.steps, Again(label="judged", user="hasty"), listing)))
    return found


#: Where a second order with the id of an open one is none: `reference` answers with the first, Poloniex refuses it.
_IDS_ARE_UNIQUE = frozenset({"reference", "poloniex"})
