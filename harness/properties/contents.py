"""What answers hold: strategies and oracles of the family PARSE for hostile documents, foreign text and long lists."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_CEILING

from harness.cases import Arm, Call, Case
from harness.drivers.driver import Failed, Hung, Succeeded
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import Observation, Record
from harness.properties.evidence import own_requests, untried
from harness.properties.reporting import harmed, judged, unsaid
from harness.setting import Setting
from harness.strategies import calls, faults, spoken
from harness.strategies.calls import plain
from mockserver import Market, Order

#: How languages write what is no number, and what is beyond all numbers.
_NO_NUMBER = re.compile(r"[+-]?(nan|inf(inity)?)", re.IGNORECASE)
#: How many orders a long list has; no exchange hands them out in pages so short.
MANY = 12


# --- oracles


def hostile_is_survived(case: Case, observation: Observation) -> Judgement:
    """A hostile document ends in a failure or in data: not in silence, and not in amounts that are no numbers."""
    if not observation.all_struck:
        return Unseen(reason="fault not struck")
    told = 0
    for record in judged(observation):
        if (unseen := unsaid(record)) is not None:
            return unseen
        what = str(case.about["what"])
        if isinstance(record.reply, Hung):
            return Broken(
                summary=f"{record.call.operation} was answered with {what} and reported nothing within "
                f"{record.reply.limit_s:g} s.",
                diagnosis=("CALL-HANGS",),
                culprits=tuple(own_requests(record)),
            )
        balances = record.reply.value if isinstance(record.reply, Succeeded) else None
        if record.call.operation == "balances" and (odd := _no_amount(balances)) is not None:
            return Broken(
                summary=f"{record.call.operation} was answered with {what} and returned {odd} as an amount.",
                diagnosis=("NO-NUMBER-AS-AMOUNT",),
                culprits=tuple(own_requests(record)),
                consequence="Every sum and every comparison with it goes wrong in silence.",
            )
        told += 1
    return Held(seen={"provocations": told}) if told else Unseen(reason="no call was made")


def _no_amount(value: object) -> str | None:
    """Return an amount of a map of balances that is no number although it passes for one; None where all are well."""
    if not isinstance(value, Mapping):
        return None
    return next((str(amount) for amount in value.values() if _NO_NUMBER.fullmatch(str(amount))), None)


def text_unharmed(case: Case, observation: Observation) -> Judgement:
    """Text beyond ASCII is the same text when the client hands it on, in data and in errors."""
    if not observation.all_struck:
        return Unseen(reason="fault not struck")
    wanted, around = str(case.about["text"]), str(case.about["around"])
    told = 0
    for record in judged(observation):
        if (unseen := unsaid(record)) is not None:
            return unseen
        match record.reply:
            case Succeeded(value=value):
                texts = list(_texts(value))
            case Failed(message=message):
                texts = [message]
            case _:
                return Unseen(reason="the client reported nothing")
        if not (handed := [text for text in texts if around in text]):
            return Unseen(reason="the client hands no text of an answer on", cannot_try=True)
        if not any(spelled in text for text in handed for spelled in _spellings(wanted)):
            return Broken(
                summary=f"The exchange wrote {wanted!a} ({case.about['how']}); the client says "
                f"{ascii(handed[0])[:120]}.",
                diagnosis=("TEXT-HARMED",),
                culprits=tuple(own_requests(record)),
            )
        told += 1
    return Held(seen={"provocations": told}) if told else Unseen(reason="no call was made")


def _texts(value: object) -> Sequence[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return [text for one in inner for text in _texts(one)]


def _spellings(text: str) -> tuple[str, ...]:
    """Return a text as it is, and as a debugger's eye or JSON inside a message would show it."""
    return (text, ascii(text)[1:-1], _escaped(text))


def _escaped(text: str) -> str:
    """Return a text as JSON escapes it: an escape for each character, two for what is beyond the first plane."""
    return json.dumps(text)[1:-1]


def lists_complete(case: Case, observation: Observation) -> Judgement:
    """A list has every order once, in an order that can be stated."""
    asked = sum(call.operation == "place_order" for call in case.calls())
    for record in judged(observation):
        if (unseen := untried(record)) is not None:
            return unseen
        stood = [order for order in observation.key.orders if order.is_open]
        if len(stood) != asked:
            return Unseen(reason=f"{len(stood)} of {asked} orders were placed")
        problem = _listed(record, stood)
        if problem is not None:
            code, words = problem
            return Broken(
                summary=f"{len(stood)} orders are open, and open_orders {words}.",
                diagnosis=(code,),
                culprits=tuple(own_requests(record)),
                consequence="What is not listed is forgotten, and trades when nobody thinks of it."
                if code == "LIST-INCOMPLETE"
                else "",
            )
    return Held(seen={"provocations": 1, "orders": len(observation.key.orders)})


def _listed(record: Record, stood: Sequence[Order]) -> tuple[str, str] | None:
    if not isinstance(record.reply, Succeeded):
        kind = record.reply.kind if isinstance(record.reply, Failed) else "no answer"
        return "LIST-INCOMPLETE", f"failed: {kind}"
    value = record.reply.value
    if not isinstance(value, list):
        return "LIST-INCOMPLETE", f"returned {type(value).__name__}, not a list"
    ids = [str(item.get("order_id")) if isinstance(item, Mapping) else "" for item in value]
    lacking = {str(order.order_id) for order in stood} - set(ids)
    if lacking:
        return "LIST-INCOMPLETE", f"lists {len(set(ids))} of them"
    if len(ids) != len(set(ids)):
        return "LISTED-TWICE", f"lists {len(ids)}, some of them twice"
    by_id = {str(order.order_id): order for order in stood}
    listed = [by_id[name] for name in ids if name in by_id]
    if len(listed) > 2 and not _stated(listed):
        return "LIST-WITHOUT-ORDER", f"lists them neither by age nor by price: {', '.join(ids[:6])} …"
    return None


def _stated(listed: Sequence[Order]) -> bool:
    """Tell whether orders stand by age or by price, rising or falling; sides may stand apart."""
    ages = [order.order_id for order in listed]
    prices = [order.price for order in listed]
    return any(row in (sorted(row), sorted(row, reverse=True)) for row in (ages, prices))


# --- strategies

_TOKENS = (
    ("NaN for a balance", "NaN"),
    ("-Infinity for a balance", "-Infinity"),
    ("an exponent beyond any double", "1e400"),
    ("an integer of 400 digits", "9" * 400),
    ("a fraction of 400 digits", "0." + "3" * 400),
)


def hostile_documents(setting: Setting) -> Sequence[Case]:
    """Return JSON that parsers stumble over: nesting, doubled members, numbers that are none or that no type holds."""
    found: list[Case] = []
    reads = [call for call in calls.reads(setting) if call.operation != "raw"] or list(calls.reads(setting))
    for call in reads[:2]:
        operation = faults.aimed_at(call)
        for size in (600, 100_000):
            arm = Arm(
                fault="json",
                at="after_handler",
                operation=operation,
                times=None,
                settings={"how": "deep", "size": size},
                note=f"the answer is lists within lists, {size} deep",
            )
            found.append(harmed(call, arm, about=f"lists within lists, {size} deep"))
        nested = '{"data":' * 3000 + "0" + "}" * 3000
        found.append(harmed(call, faults.answered(nested, operation), about="objects within objects, 3000 deep"))
        arm = Arm(
            fault="duplicate_keys",
            at="after_handler",
            operation=operation,
            times=None,
            note="every member of the answer stands twice, first with a wrong value",
        )
        found.append(harmed(call, arm, about="every member twice"))
    if setting.can("balances"):
        call = Call(operation="balances")
        template = spoken.one_balance(setting.dialect)
        for what, token in _TOKENS:
            arm = faults.answered(template.replace("TOKEN", token), "balances")
            found.append(harmed(call, replace(arm, note=f"the answer has {what}"), about=what))
    return found


#: Text beyond ASCII, and how it stands in the answer.
_FOREIGN = ("naïve λ ключ 東京", "€ 🦊 e\u0301", "עברית\u200dא")
AROUND = "note"


def foreign_answers(setting: Setting) -> Sequence[Case]:
    """Return data and refusals with text beyond ASCII: as UTF-8, as escapes, as pairs of escapes."""
    found: list[Case] = []
    for text in _FOREIGN:
        for how in ("as UTF-8", "escaped"):
            shown = text.encode().decode("latin-1") if how == "as UTF-8" else _escaped(text)
            said = f"{AROUND} {shown}."
            about = {"text": text, "around": AROUND, "how": how}
            if setting.can("raw"):
                call = calls.raw(setting, {})
                arm = faults.answered(spoken.note(setting.dialect).replace("TEXT", said))
                found.append(_about(harmed(call, _noted(arm, text, how)), about))
            call = next(iter(calls.reads(setting)), calls.plain_calls(setting)[0])
            status, body = spoken.refusal(setting.dialect)
            arm = faults.answered(body.replace("TEXT", said), faults.aimed_at(call), status=status)
            found.append(_about(harmed(call, _noted(arm, text, how)), about))
    return found


def _noted(arm: Arm, text: str, how: str) -> Arm:
    return replace(arm, note=f"the answer holds {text!a}, {how}")


def _about(case: Case, about: Mapping[str, object]) -> Case:
    return replace(case, about={**case.about, **about})


def open_lists(setting: Setting) -> Sequence[Case]:
    """Return lists of no order, of one, of three, and of a dozen whose prices neither rise nor fall with their age."""
    market = setting.dialect.markets[0]
    listing = Call(operation="open_orders", params={"market": market.name})
    return [harmed(listing, before=_orders(market, count)) for count in (0, 1, 3, MANY)]


def _orders(market: Market, count: int) -> Sequence[Call]:
    found = []
    for number in range(count):
        steps = 1 + (number * 5) % MANY
        price = (market.opening_price / 2).quantize(market.price_step) - steps * 100 * market.price_step
        least = max(market.minimum_amount, market.minimum_total / price, market.amount_step)
        amount = (least * 3 / market.amount_step).to_integral_value(rounding=ROUND_CEILING) * market.amount_step
        params = {"market": market.name, "side": "buy", "price": plain(price), "amount": plain(amount)}
        found.append(Call(operation="place_order", params=params))
    return found
