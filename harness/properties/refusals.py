"""Refusals: strategies and oracles of the family ERR that ask what becomes of the exchange's no."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from harness.cases import Call, Case, KeyPlan, Revoke, SessionPlan, SetLastNonce, ShiftClock, Step
from harness.drivers.driver import Failed
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import Observation, Record
from harness.properties.evidence import own_requests
from harness.properties.reporting import (
    a_read_and_an_order,
    changes,
    judged,
    marked,
    not_reported,
    still_trying,
    unsaid,
)
from harness.setting import Setting
from harness.strategies import calls, faults
from harness.users import SAYS_NO
from mockserver import Entry, RefusalRow
from signer import Kind

FAR_AHEAD = 9_000_000_000_000_000_000
MINUTES_10_MS = 600_000


#: Refusals that only some operations can meet.
_AT_HOME: Mapping[str, frozenset[str]] = {
    "insufficient_funds": frozenset({"place_order", "withdraw"}),
    "rejected": frozenset({"place_order", "withdraw"}),
    "below_minimum": frozenset({"place_order", "withdraw"}),
    "order_not_found": frozenset({"cancel_order"}),
    "unknown_currency": frozenset({"withdraw", "deposit_address"}),
    "unknown_market": frozenset({"place_order", "open_orders"}),
}
#: Variants that belong to one operation, or to endpoints that no operation of the contract uses.
_VARIANTS: Mapping[str, frozenset[str]] = {
    "withdraw": frozenset({"withdraw"}),
    "buy": frozenset({"place_order"}),
    "trade": frozenset({"place_order"}),
    "candles_integer": frozenset(),
    "candles_range": frozenset(),
    "trades": frozenset(),
    "status": frozenset(),
    "address_per_day": frozenset(),
    "move": frozenset(),
    "move_amount": frozenset(),
    "move_flags": frozenset(),
    "loan": frozenset(),
    "loan_rate": frozenset(),
}


# --- oracles


def refusals_are_told(case: Case, observation: Observation) -> Judgement:
    """No refusal is reported as a success or as an empty result."""
    told = 0
    for record in judged(observation):
        if (unseen := unsaid(record) or still_trying(record)) is not None:
            return unseen
        refused = _refused(record)
        if refused is None:
            continue
        what = f"was refused ({_words(refused)})"
        if (broken := not_reported(record, what, "REFUSAL-AS-SUCCESS")) is not None:
            return broken
        told += 1
    return Held(seen={"provocations": told}) if told else Unseen(reason="the exchange refused nothing")


def _refused(record: Record) -> Entry | None:
    """Return the refusal that a call ended in: that of the last request to its own endpoint, or to no endpoint."""
    requests = own_requests(record) or (record.entries if record.call.operation == "raw" else ())
    return requests[-1] if requests and requests[-1].refused is not None else None


def _words(entry: Entry) -> str:
    assert entry.refused is not None  # noqa: S101
    name = entry.refused.refusal.value.replace("_", " ")
    return f"{name}, HTTP {entry.answer.status}" if entry.answer is not None else name


def _row(observation: Observation, entry: Entry) -> RefusalRow:
    assert entry.refused is not None  # noqa: S101
    return observation.setting.dialect.row(entry.refused)


def kind_fits(allowed: Callable[[RefusalRow], frozenset[str]], code: str) -> Callable[[Case, Observation], Judgement]:
    """Return an oracle: a refusal is reported as one of the kinds that its row allows; `unknown` is never wrong."""

    def judge(case: Case, observation: Observation) -> Judgement:
        told = 0
        for record in judged(observation):
            if (unseen := unsaid(record) or still_trying(record)) is not None:
                return unseen
            refused = _refused(record)
            if refused is None:
                continue
            what = f"was refused ({_words(refused)})"
            if (broken := not_reported(record, what, "REFUSAL-AS-SUCCESS")) is not None:
                return broken
            row = _row(observation, refused)
            kinds = allowed(row) | {"unknown"}
            if isinstance(record.reply, Failed) and record.reply.kind not in kinds:
                wanted = " or ".join(sorted(row.kinds & kinds))
                return Broken(
                    summary=f"{record.call.operation} {what} and was reported as {record.reply.kind}, not as {wanted}.",
                    diagnosis=(code,),
                    culprits=(refused,),
                )
            told += 1
        return Held(seen={"provocations": told}) if told else Unseen(reason="the exchange refused nothing")

    return judge


def credentials_are_named(row: RefusalRow) -> frozenset[str]:
    """Return the kinds of a refusal of credentials: those of its row."""
    return row.kinds


def freshness_is_named(row: RefusalRow) -> frozenset[str]:
    """Return every kind that does not speak of credentials, for refusals that have nothing to do with them."""
    everything = SAYS_NO | {"unavailable", "network", "timeout", "bad_response"}
    return (everything - {"authentication", "permission"}) | row.kinds


def permission_is_named(row: RefusalRow) -> frozenset[str]:
    """Return `permission`: the key is right, and a right is missing."""
    return frozenset({"permission"})


def words_survive(case: Case, observation: Observation) -> Judgement:
    """Code and text of the exchange stand in the message; the status that the client gives, if any, is the true one."""
    told = 0
    for record in judged(observation):
        if (unseen := unsaid(record) or still_trying(record)) is not None:
            return unseen
        refused = _refused(record)
        if refused is None or refused.answer is None:
            continue
        if (broken := not_reported(record, f"was refused ({_words(refused)})", "REFUSAL-AS-SUCCESS")) is not None:
            return broken
        if not isinstance(record.reply, Failed):
            continue
        reply, row = record.reply, _row(observation, refused)
        lost = []
        if row.code and row.code not in reply.message:
            lost.append(f"the code {row.code}")
        text = _text_of(refused.answer.body)
        if text and not any(spelled in reply.message for spelled in _spellings(text)):
            lost.append(f"the text {text!r}")
        if reply.http_status is not None and reply.http_status != refused.answer.status:
            lost.append(f"the status {refused.answer.status} (it says {reply.http_status})")
        if lost:
            return Broken(
                summary=f"{record.call.operation} was refused ({_words(refused)}), and the error lacks "
                f"{' and '.join(lost)}: {reply.message!r}.",
                diagnosis=("ERROR-WITHOUT-WORDS",),
                culprits=(refused,),
            )
        told += 1
    return Held(seen={"provocations": told}) if told else Unseen(reason="the exchange refused nothing")


def _text_of(body: bytes) -> str:
    """Return the words of a refusal, wherever its dialect has them."""
    try:
        document = json.loads(body)
    except ValueError:
        return ""
    for name in ("placeMsg", "detail", "error", "errmsg", "msg"):
        found = _member(document, name)
        if isinstance(found, str) and found:
            return found
    return ""


def _member(document: object, name: str) -> object:
    if not isinstance(document, Mapping):
        return None
    if name in document:
        return document[name]
    return next((found for inner in document.values() if (found := _member(inner, name)) is not None), None)


def _spellings(text: str) -> tuple[str, ...]:
    """Return a text as it is, and as JSON or a debugger's eye would show it."""
    escaped = [json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]]
    # JSON may escape a slash, and some exchanges do.
    return (text, *escaped, *(spelled.replace("/", "\\/") for spelled in escaped), repr(text)[1:-1])


# --- strategies


def every_refusal(setting: Setting) -> Sequence[Case]:
    """Return every refusal of the dialect's table: real causes first, then planned ones, on reads and on changes."""
    found = [*_real(setting, credentials=True, rights=True, freshness=True), *_business(setting)]
    for index, row in enumerate(setting.dialect.refusals):
        found.extend(_planned(row, call) for call in _met_by(setting, row, index))
    return found


def _met_by(setting: Setting, row: RefusalRow, index: int) -> Sequence[Call]:
    """Return the calls that a refusal is tried on: a read, an order and another change, where it can meet them."""
    if row.variant.startswith("public"):
        return [call for call in calls.public_calls(setting)[:1] if call.operation == "ticker"]
    reads = list(calls.reads(setting))
    others = [call for call in changes(setting) if call.operation != "place_order"]
    if setting.can("cancel_order"):
        others.append(calls.cancel_unknown(setting))
    order = [calls.place(setting)] if setting.can("place_order") else []
    homes = _VARIANTS.get(row.variant) if row.variant in _VARIANTS else _AT_HOME.get(row.refusal.value)
    if homes is not None:
        own = {other.variant for other in setting.dialect.refusals if other.refusal is row.refusal}
        if not row.variant and "withdraw" in own:
            homes = homes - {"withdraw"}
        met = [call for call in (*reads, *order, *others) if call.operation in homes]
        return _turn(met, index) if _of_other_endpoints(row) else met
    if _of_other_endpoints(row):
        return _turn([*reads, *order, *others], index)
    return [*_turn(reads, index), *order, *_turn(others, index)]


def _of_other_endpoints(row: RefusalRow) -> bool:
    """Tell whether a refusal is one of Bitunix's futures: no operation meets it, and one call shows how it is read."""
    return row.variant == "futures" or row.variant.isdigit()


def _turn(choices: Sequence[Call], index: int) -> Sequence[Call]:
    """Return the call whose turn it is, where there is any."""
    return [choices[index % len(choices)]] if choices else []


def _planned(row: RefusalRow, call: Call) -> Case:
    arm = faults.refuse(row.refusal.value, faults.aimed_at(call), times=None, variant=row.variant)
    key = None if call.operation in calls.PUBLIC else arm.key
    arm = replace(arm, key=key, settings={**arm.settings, "retry_after": 0})  # nothing is learnt from waiting
    return Case(steps=(arm, marked(call)))


def _real(setting: Setting, *, credentials: bool = False, rights: bool = False, freshness: bool = False) -> list[Case]:
    """Return real causes of refusals: credentials, rights and freshness, as chosen."""
    found: list[Case] = []
    for call in map(marked, a_read_and_an_order(setting)):
        if credentials:
            found.append(Case(steps=(call,), sessions=(SessionPlan(wrong_secret=True),)))
            found.append(Case(steps=(call,), sessions=(SessionPlan(unknown_key=True),)))
            found.append(Case(steps=(Revoke(key="k"), call)))
        if freshness:
            found.extend(Case(steps=(*stale, call)) for stale in _stale(setting))
    if rights:
        for call in changes(setting):
            allowed = frozenset({"read"}) if call.operation == "place_order" else frozenset({"read", "trade"})
            found.append(Case(steps=(marked(call),), keys=(KeyPlan(permissions=allowed),)))
    return found


def _stale(setting: Setting) -> Sequence[tuple[Step, ...]]:
    kinds = setting.dialect.scheme.kinds
    found: list[tuple[Step, ...]] = []
    if Kind.RISING_NONCE in kinds:
        found.append((SetLastNonce(key="k", nonce=FAR_AHEAD),))
    if Kind.TIMESTAMP in kinds:
        found.append((ShiftClock(ms=MINUTES_10_MS),))
    return found


def penniless(setting: Setting) -> KeyPlan:
    """Return a key whose account holds nothing."""
    currencies = {market.base for market in setting.dialect.markets} | {
        market.quote for market in setting.dialect.markets
    }
    return KeyPlan(balances=dict.fromkeys(sorted(currencies), "0"))


def no_money(setting: Setting) -> Sequence[Case]:
    """Return orders and withdrawals of an account that holds nothing."""
    return [Case(steps=(marked(call),), keys=(penniless(setting),)) for call in changes(setting)]


def _business(setting: Setting) -> Sequence[Case]:
    found = list(no_money(setting))
    if setting.can("cancel_order"):
        found.append(Case(steps=(marked(calls.cancel_unknown(setting)),)))
    return found


def bad_credentials(setting: Setting) -> Sequence[Case]:
    """Return a wrong secret, an unknown key and a revoked one."""
    return _real(setting, credentials=True)


def missing_rights(setting: Setting) -> Sequence[Case]:
    """Return orders and withdrawals of a key that may not."""
    return _real(setting, rights=True)


def refused_freshness(setting: Setting) -> Sequence[Case]:
    """Return nonces and timestamps that are refused: for good reason, and as planned."""
    found = _real(setting, freshness=True)
    kinds = setting.dialect.scheme.kinds
    names = ["nonce_not_increasing"] if Kind.RISING_NONCE in kinds else []
    names += ["timestamp_outside_window"] if Kind.TIMESTAMP in kinds else []
    for call in a_read_and_an_order(setting):
        for name in names:
            found.append(Case(steps=(faults.refuse(name, faults.aimed_at(call), times=None), marked(call))))
    return found


def telling_refusals(setting: Setting) -> Sequence[Case]:
    """Return a choice of refusals whose words are worth keeping, real ones and planned ones."""
    found = [*_real(setting, credentials=True, rights=True), *_business(setting)]
    call = next(iter(a_read_and_an_order(setting)), None)
    names = ("invalid_parameter", "rate_limited", "permission_denied", "internal_error")
    if call is not None:
        for row in setting.dialect.refusals:
            if row.refusal.value in names and not row.variant:
                found.append(_planned(row, call))
    return found
