"""Intent, effect and report over a whole schedule: three accounts that have to agree, whatever order things came in.

Each intent is counted by what it asks for: so often it was asked, so often its user was told of success, so often of a
refusal; and so often it stands in the exchange's books. Calls made together, late arrivals and restarts need no special
care: the sums have to fit. What may differ is what was told to nobody, or was told to be open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from harness.campaign.lives import each_key
from harness.cases import Call, Case, FromReply
from harness.drivers.driver import CannotTry, Failed, Succeeded
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import KeyView, NotMade, Observation, Record
from harness.properties.effects import wanted_id
from harness.properties.outcomes import EFFECTS
from harness.users import SAYS_NO
from mockserver import Effect, Entry

#: What was asked for: the operation, and the values by which two of its calls differ in the books.
Intent = tuple[str, ...]

_NOUNS = {"place_order": "an order", "cancel_order": "a cancellation", "withdraw": "a withdrawal"}


@dataclass(slots=True, kw_only=True)
class Account:
    """One intent, as three see it.

    Attributes:
        intent: What was asked for.
        asked: How often.
        succeeded: How often its user was told of a success.
        refused: How often he was told of a refusal.
        stands: How often it is in the books.
        entries: The requests by which it came there.
        records: The calls that asked for it.
    """

    intent: Intent
    asked: int = 0
    succeeded: int = 0
    refused: int = 0
    stands: int = 0
    entries: list[Entry] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)

    @property
    def mistake(self) -> str | None:
        """The diagnosis of accounts that do not agree; None where they do."""
        if not self.asked:
            return "EFFECT-NOT-AS-ASKED"
        if self.stands > self.asked:
            return "EFFECT-TWICE"
        # An order that is gone already may be called cancelled, and called gone when it was cancelled just now.
        cancels = self.intent[0] == "cancel_order"
        if self.stands < (min(self.succeeded, 1) if cancels else self.succeeded):
            return "OPEN-OUTCOME-AS-SUCCESS"
        return "OPEN-OUTCOME-AS-REFUSAL" if self.stands > self.asked - self.refused else None

    def in_words(self) -> str:
        """Return the accounts in one sentence."""
        operation, *values = self.intent
        what = f"{_NOUNS[operation]} ({' '.join(values)})"
        if not self.asked:
            return f"Nobody asked for {what}, and it stands."
        counts = ((self.succeeded, "success"), (self.refused, "a refusal"))
        told = [f"{_times(count)} of {kind}" for count, kind in counts if count]
        heard = f"was told {' and '.join(told)}" if told else "was told nothing for certain"
        return f"The user asked {_times(self.asked)} for {what} and {heard}; it stands {_times(self.stands)}."

    def in_money(self) -> str:
        """Return what the disagreement costs."""
        operation, *values = self.intent
        if self.mistake == "EFFECT-TWICE" and operation == "place_order":
            base, amount = values[0].partition("/")[0], Decimal(values[3])
            return (
                f"The user wanted to {values[1]} {self.asked * amount} {base}, and {self.stands * amount} {base} are "
                "ordered."
            )
        if self.mistake == "EFFECT-TWICE" and operation == "withdraw":
            amount = Decimal(values[1])
            return f"The user sent {self.asked * amount} {values[0]} away, and {self.stands * amount} have gone."
        return "The user calls again, and owns two." if self.mistake == "OPEN-OUTCOME-AS-REFUSAL" else ""


def _times(count: int) -> str:
    return {0: "not at all", 1: "once", 2: "twice"}.get(count, f"{count} times")


def accounts(observation: Observation) -> list[Account]:
    """Return the accounts of all that was asked for with one key, and of all that stands without having been asked for.

    Args:
        observation: What was observed of one key.
    """
    found: dict[Intent, Account] = {}
    for record in observation.records:
        if record.call.operation not in EFFECTS or isinstance(record.reply, NotMade | CannotTry):
            continue
        account = _account(found, _asked_for(record.call, observation))
        account.asked += 1
        account.records.append(record)
        account.succeeded += isinstance(record.reply, Succeeded)
        account.refused += isinstance(record.reply, Failed) and _says_no(record.reply, record.call)
    view = observation.key
    for entry, effect in _effects(view):
        intent = _stands(effect, view)
        if intent is None:
            continue
        account = _account(found, intent)
        account.stands += 1
        account.entries.append(entry)
    return list(found.values())


def _account(found: dict[Intent, Account], intent: Intent) -> Account:
    return found.setdefault(intent, Account(intent=intent))


def _says_no(reply: Failed, call: Call) -> bool:
    gone = call.operation == "cancel_order" and reply.kind in ("order_not_found", "not_found")
    return reply.kind in SAYS_NO and not gone


def _asked_for(call: Call, observation: Observation) -> Intent:
    params: Mapping[str, object] = call.params
    match call.operation:
        case "place_order":
            return (
                "place_order",
                str(params["market"]),
                str(params["side"]),
                _plain(params["price"]),
                _plain(params["amount"]),
            )
        case "withdraw":
            return ("withdraw", str(params["currency"]), _plain(params["amount"]), str(params["address"]))
        case operation:
            named = params["order_id"]
            order_id = wanted_id(observation, named.label) if isinstance(named, FromReply) else str(named)
            return (operation, order_id or "of nothing")


def _plain(number: object) -> str:
    return format(Decimal(str(number)).normalize(), "f")


def _effects(view: KeyView) -> Iterator[tuple[Entry, Effect]]:
    kinds = frozenset(EFFECTS.values())
    for entry in view.entries:
        for effect in entry.effects:
            if effect.kind in kinds:
                yield entry, effect


def _stands(effect: Effect, view: KeyView) -> Intent | None:
    """Say what an effect is in the words of an intent; None where the books have forgotten it."""
    if effect.kind == EFFECTS["cancel_order"]:
        return ("cancel_order", effect.subject)
    if effect.kind == EFFECTS["place_order"]:
        for order in view.orders:
            if str(order.order_id) == effect.subject:
                return ("place_order", order.market, order.side.value, _plain(order.price), _plain(order.amount))
    for withdrawal in view.withdrawals:
        if effect.kind == EFFECTS["withdraw"] and str(withdrawal.withdrawal_id) == effect.subject:
            return ("withdraw", withdrawal.currency, _plain(withdrawal.amount), withdrawal.address)
    return None


def agreeing(*codes: str) -> Callable[[Case, Observation], Judgement]:
    """Return an oracle: the accounts of every intent agree, as far as these diagnoses go."""

    def judge(case: Case, observation: Observation) -> Judgement:
        seen = 0
        for own in each_key(case, observation):
            for account in accounts(own):
                code = account.mistake
                if code is not None and code in codes:
                    entries = account.entries or [entry for record in account.records for entry in record.entries]
                    return Broken(
                        summary=account.in_words(),
                        diagnosis=(code,),
                        culprits=tuple({entry.number: entry for entry in entries}.values()),
                        consequence=account.in_money(),
                    )
                seen += 1
        return Held(seen={"intents": seen}) if seen else Unseen(reason="nothing was asked for that changes anything")

    return judge
