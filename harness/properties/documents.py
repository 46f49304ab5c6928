"""Answers as documents, of the family PARSE: what a client needs an answer to look like."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from harness.cases import Arm, Call, Case, FromReply
from harness.drivers.driver import Failed, Hung, Succeeded
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import Observation, Record
from harness.properties.evidence import own_requests, untried
from harness.properties.reporting import judged, marked, unsaid
from harness.setting import Setting
from harness.strategies import calls, faults, members, spoken
from mockserver import Entry

#: The label of the same call before, whose answer nobody touched.
PLAIN = "plain"
GIVEN_IDS = ("7001", "7002")


# --- oracles


def unknown_members_ignored(case: Case, observation: Observation) -> Judgement:
    """Members that no page names, and members in another order, change nothing."""
    return _as_before(case, observation)


def optional_members_missed(case: Case, observation: Observation) -> Judgement:
    """A member that an exchange leaves out, or fills with null, at times is not relied on."""
    return _as_before(case, observation)


def dress_ignored(case: Case, observation: Observation) -> Judgement:
    """Blanks around the JSON, a byte order mark and what the Content-Type says change nothing."""
    return _as_before(case, observation)


def _as_before(case: Case, observation: Observation) -> Judgement:
    """Judge a call whose answer was harmlessly changed by the same call before it."""
    for record in observation.records:
        if (unseen := untried(record)) is not None:
            return unseen
    if not observation.all_struck:
        return Unseen(reason="fault not struck")
    plain = next((record for record in observation.records if record.call.label == PLAIN), None)
    told = 0
    for record in judged(observation):
        if (unseen := unsaid(record)) is not None:
            return unseen
        if plain is None or not isinstance(plain.reply, Succeeded):
            return Unseen(reason="the call did not go well before anything was changed")
        path = case.about.get("path")
        if isinstance(path, str) and not _leads_somewhere(plain, path):
            return Unseen(reason="the answer has no such place")
        operation = record.call.operation
        problem = _unlike(operation, plain.reply.value, record, emptied=case.about.get("emptied") is True)
        if problem is not None:
            return Broken(
                summary=f"{case.about['what']}, and {operation} {problem}.",
                diagnosis=(str(case.about["code"]),),
                culprits=tuple(own_requests(record)),
                consequence="The order stands, and its user is told otherwise."
                if any(entry.effects for entry in own_requests(record)) and not isinstance(record.reply, Succeeded)
                else "",
            )
        told += 1
    return Held(seen={"provocations": told}) if told else Unseen(reason="no call was made")


def _leads_somewhere(plain: Record, path: str) -> bool:
    requests = own_requests(plain)
    return bool(requests) and bool(members.found(_document(requests[-1]), path))


def _document(entry: Entry) -> object:
    if entry.answer is None:
        return None
    try:
        return json.loads(entry.answer.body)
    except ValueError:
        return None


def _unlike(operation: str, before: object, record: Record, *, emptied: bool) -> str | None:
    """Return how the client's report differs from what it said before; None where it does not."""
    match record.reply:
        case Hung(limit_s=limit_s):
            return f"reported nothing within {limit_s:g} s"
        case Failed(kind=kind, message=message):
            return f"failed ({kind}): {message!r}"
        case Succeeded(value=value):
            pass
        case _:
            return None
    if operation == "place_order":
        placed = [effect.subject for entry in record.entries for effect in entry.effects]
        got = value.get("order_id") if isinstance(value, Mapping) else None
        return None if str(got) in placed else f"returned the id {got!r}"
    if operation in calls.READS and emptied:
        return None if not value else f"returned {_short(value)} of nothing"
    if operation in calls.READS and _promised(value) != _promised(before):
        return f"returned {_short(value)} where it had returned {_short(before)}"
    return None


#: What a listed order has by the contract; anything else is the client's own.
_OF_AN_ORDER = ("order_id", "market", "side", "price", "amount")


def _promised(value: object) -> object:
    """Return a value without what the contract does not promise of it."""
    if not isinstance(value, list):
        return value
    return [{name: item.get(name) for name in _OF_AN_ORDER} if isinstance(item, Mapping) else item for item in value]


def _short(value: object) -> str:
    text = ascii(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


# --- strategies


def more_and_shuffled(setting: Setting) -> Sequence[Case]:
    """Return every call, with a member more in each object of its answer, and with all members in reverse."""
    found: list[Case] = []
    for steps, call in _twice(setting, named=False):
        for path in members.records(setting, call.operation):
            arm = _spoilt(call, "extra", f"there is a member more in {_in_words(path)}", field=path)
            found.append(_changed(steps, arm, call, "UNKNOWN-MEMBER-REFUSED", path=path))
        arm = _spoilt(call, "shuffled", "the members of the answer stand in the opposite order")
        found.append(_changed(steps, arm, call, "MEMBER-ORDER-RELIED-ON"))
    return found


def without_optional(setting: Setting) -> Sequence[Case]:
    """Return calls whose answers lack each optional member in turn, or have null for it."""
    found: list[Case] = []
    for steps, call in _twice(setting, named=True):
        if call.operation in calls.PUBLIC:
            continue
        for how, paths in (
            ("missing", members.optional(setting, call.operation)),
            ("null", members.nullable(setting, call.operation)),
        ):
            for path in paths:
                what = f"the member {_in_words(path)} is {how}"
                case = _changed(steps, _spoilt(call, how, what, field=path), call, "OPTIONAL-MEMBER-MISSED", path=path)
                found.append(replace(case, about={**case.about, "emptied": path == "data"}))
    return found


#: What a Content-Type may say of JSON.
CONTENT_TYPES = (
    "application/json;charset=utf-8",
    'Application/JSON; Charset="UTF-8"',
    "application/json; charset=utf8",
    "text/plain; charset=utf-8",
    "text/html; charset=UTF-8",
    "text/javascript",
    "application/octet-stream",
)


def dressed(setting: Setting) -> Sequence[Case]:
    """Return reads whose JSON comes with a byte order mark, between blanks, and under odd content types or none."""
    found: list[Case] = []
    reads = [way for way in _twice(setting, named=False) if way[1].operation in calls.READS]
    for steps, call in reads:
        arm = _spoilt(call, "bom", "a byte order mark stands before the JSON")
        found.append(_changed(steps, arm, call, "BLANKS-OR-MARK-REFUSED"))
        arm = _harm(call, "head", {"how": "no_content_type"}, "the answer has no Content-Type")
        found.append(_changed(steps, arm, call, "CONTENT-TYPE-INSISTED-ON"))
    for index, name in enumerate(CONTENT_TYPES if reads else ()):
        steps, call = reads[index % len(reads)]
        arm = _harm(call, "body", {"content_type": name}, f"the answer's Content-Type is {name}")
        found.append(_changed(steps, arm, call, "CONTENT-TYPE-INSISTED-ON"))
    if setting.can("open_orders"):
        call = Call(operation="open_orders", params={"market": setting.dialect.markets[0].name})
        body = f"\r\n\t  {spoken.no_orders(setting.dialect)} \n\n"
        arm = _harm(call, "body", {"body": body, "content_type": "application/json"}, "blanks stand around the JSON")
        found.append(_changed((), arm, call, "BLANKS-OR-MARK-REFUSED"))
    return found


def _in_words(path: str) -> str:
    """Say where a path leads: `data.*.memo` is "memo of each entry of data"."""
    words = ["each entry" if word == "*" else word for word in reversed(path.split("."))]
    return " of ".join(words) if path else "the answer"


def _spoilt(call: Call, how: str, note: str, *, field: str | None = None) -> Arm:
    return _harm(call, "json", {"how": how} | ({} if field is None else {"field": field}), note)


def _harm(call: Call, fault: str, settings: Mapping[str, object], note: str) -> Arm:
    return Arm(
        fault=fault,
        at="after_handler",
        operation=faults.aimed_at(call),
        key=None if call.operation in calls.PUBLIC else "k",
        times=None,
        settings=settings,
        note=note,
    )


def _changed(
    steps: Sequence[Call], arm: Arm, call: Call, code: str, *, path: str | None = None, what: str = ""
) -> Case:
    about: dict[str, object] = {"what": what or arm.note[:1].upper() + arm.note[1:], "code": code}
    before = replace(call, label=PLAIN, params=_first(call.params))
    if path is not None:
        about["path"] = path
    return Case(steps=(*steps, before, arm, marked(call)), about=about)


def _first(params: Mapping[str, object]) -> Mapping[str, object]:
    """Return what the same call is given the first time: another order, another id of the client's own."""
    return {
        name: FromReply(label="order1", member="order_id")
        if isinstance(value, FromReply)
        else GIVEN_IDS[0]
        if name == "client_order_id"
        else value
        for name, value in params.items()
    }


def _twice(setting: Setting, *, named: bool) -> Sequence[tuple[tuple[Call, ...], Call]]:
    """Return every call that can be made twice alike, with what must have been called before.

    Args:
        setting: What cases are drawn for.
        named: Whether orders carry ids of the client's own.
    """
    found: list[tuple[tuple[Call, ...], Call]] = []
    order = calls.place(setting)
    own = replace(order, params={**order.params, "client_order_id": GIVEN_IDS[1]}) if named else order
    for call in calls.reads(setting):
        if call.operation == "raw":
            continue
        placed = (own,) if call.operation == "open_orders" and setting.can("place_order") else ()
        found.append((placed, call))
    if setting.can("place_order"):
        found.append(((), own))
    if setting.can("place_order", "cancel_order"):
        market = str(order.params["market"])
        two = tuple(replace(order, label=f"order{number}") for number in (1, 2))
        if named:
            two = tuple(
                replace(one, params={**one.params, "client_order_id": given})
                for one, given in zip(two, GIVEN_IDS, strict=True)
            )
        found.append((two, calls.cancel("order2", market)))
    if setting.can("withdraw"):
        found.append(((), calls.withdraw(setting)))
    found.extend(((), call) for call in calls.public_calls(setting) if call.params["market"] == order.params["market"])
    return found
