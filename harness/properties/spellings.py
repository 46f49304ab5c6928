"""How values are spelled: booleans and integers, escapes, text that somebody might tidy."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from harness import arrivals
from harness.cases import Call, Case
from harness.drivers.driver import Failed, Succeeded
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import NotMade, Observation, Record, refused_for
from harness.properties.evidence import enough, untried
from harness.properties.signing import UNSIGNED, drawn, unsigned
from harness.setting import Setting
from harness.strategies import calls
from mockserver import Entry
from signer import Request

#: Both booleans, and the integers at which spellings part: nothing, a sign, 32 bits, the last one that a double holds.
SCALARS = (True, False, 0, -1, 2**31, 2**53 - 1)
#: What form and URI encoders do not agree on.
DISPUTED = "!'()*~,"
#: Text that looks as if it could be put in order, each with what it must stay different from.
UNTIDY = (
    "\u00e9",  # e with acute in one piece, and
    "e\u0301",  # in two
    "\u212b",  # the Angstrom sign, which composition makes a letter
    "\ufb01x",  # a ligature
    "\uff21\uff11",  # letters and digits of full width
    " a",
    "a ",
    "  a  b  ",
    "a\u00a0",
    "a\u200db",
    "\u200ba",
    "Stra\u00dfe",
    "\u0130stanbul",
    "MiXeD",
)
#: A half of a pair, which no encoding has a place for.
LONE = ("\ud800", "a\udfffb")

_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")


# --- oracles


def case_of_the_signature(case: Case, observation: Observation) -> Judgement:
    """The signature's letters are of the documented case."""
    seen: Counter[str] = Counter()
    for _view, entry in observation.private():
        verdict = entry.verdict
        if verdict is None or verdict.stages is None:
            continue
        expected, arrived = verdict.stages.signature, verdict.fields.signature or ""
        if arrived == expected:
            seen["requests"] += 1
        elif arrived.lower() == expected.lower():
            upper = arrived == arrived.upper()
            return Broken(
                summary=f"The signature is right but for its letter case: it begins {arrived[:12]!r}, "
                f"and is documented to begin {expected[:12]!r}.",
                diagnosis=("SIGNATURE-UPPER-CASE",) if upper else ("SIGNATURE-MISSPELLED",),
                culprits=(entry,),
            )
    return enough(observation, seen)


def scalars_as_documented(case: Case, observation: Observation) -> Judgement:
    """Booleans and integers are signed as they are sent, and sent as the contract and JSON have them."""
    seen: Counter[str] = Counter()
    for record, entry in _private(observation):
        if (reason := refused_for(entry)) in UNSIGNED:
            return unsigned(entry, str(reason))
        try:
            arrived = arrivals.parameters(entry.request)
        except arrivals.Unreadable as problem:
            return Broken(summary=f"The parameters cannot be read: {problem}.", culprits=(entry,))
        for name, value in drawn(record.call).items():
            got = list(arrived.get(name, ()))
            if len(got) != 1 or not _same_scalar(value, got[0]):
                shown = " and ".join(map(_shown, got)) or "nothing"
                code = "BOOLEAN-MISSPELLED" if isinstance(value, bool) else "INTEGER-MISSPELLED"
                return Broken(
                    summary=f"{name}={_plain(value)} arrived as {shown}.", diagnosis=(code,), culprits=(entry,)
                )
            seen["values"] += 1
    return enough(observation, seen)


def _same_scalar(value: object, got: object) -> bool:
    """Tell whether what arrived stands for a boolean or an integer: text to the letter, JSON by its own rules."""
    if isinstance(got, str):
        return got == _plain(value)
    if isinstance(value, bool) or isinstance(got, bool):
        return got is value
    return isinstance(got, Decimal) and got == value


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _shown(value: object) -> str:
    return f"the text {value!r}" if isinstance(value, str) else str(value)


def one_hex_case(case: Case, observation: Observation) -> Judgement:
    """All escapes of one request have one letter case."""
    seen: Counter[str] = Counter()
    for _view, entry in observation.private():
        seen["requests"] += 1
        lower, upper = _letters(entry.request)
        if lower and upper:
            return Broken(
                summary=f"One request has escapes of both letter cases: {lower} and {upper}.",
                diagnosis=("ESCAPES-IN-TWO-CASES",),
                culprits=(entry,),
            )
        seen["escapes"] += bool(lower or upper)
    return enough(observation, seen)


def _letters(request: Request) -> tuple[str, str]:
    """Return the first escape of a target and a form with lower-case letters, and the first with upper-case ones."""
    text = request.target if request.body[:1] in (b"{", b"[") else request.target + b"&" + request.body
    found = [escape[0].decode("ascii") for escape in _ESCAPE.finditer(text)]
    lower = next((escape for escape in found if escape != escape.upper()), "")
    upper = next((escape for escape in found if escape != escape.lower()), "")
    return lower, upper


def text_untouched(case: Case, observation: Observation) -> Judgement:
    """Text arrives code point by code point: not composed, not folded, not trimmed."""
    seen: Counter[str] = Counter()
    for record, entry in _private(observation):
        if (reason := refused_for(entry)) in UNSIGNED:
            return unsigned(entry, str(reason))
        try:
            arrived = arrivals.parameters(entry.request)
        except arrivals.Unreadable as problem:
            return Broken(summary=f"The parameters cannot be read: {problem}.", culprits=(entry,))
        for name, value in drawn(record.call).items():
            got = list(arrived.get(name, ()))
            if got != [value]:
                shown = " and ".join(ascii(item) for item in got) or "nothing"
                return Broken(
                    summary=f"{name}={value!a} arrived as {shown}.",
                    diagnosis=(_what_was_done(str(value), got),),
                    culprits=(entry,),
                )
            seen["values"] += 1
    return enough(observation, seen)


def _what_was_done(value: str, got: Sequence[object]) -> str:
    """Name what turned a text into another one."""
    became = got[0] if len(got) == 1 else None
    if isinstance(became, str):
        if became == value.strip() or became == " ".join(value.split()):
            return "TEXT-TRIMMED"
        if became in {unicodedata.normalize(form, value) for form in ("NFC", "NFD", "NFKC", "NFKD")}:
            return "TEXT-NORMALISED"
        if became in {value.lower(), value.upper(), value.casefold()}:
            return "TEXT-CASE-CHANGED"
    return "VALUE-CHANGED"


def halves_refused(case: Case, observation: Observation) -> Judgement:
    """Text that cannot be encoded is refused at home, as `invalid_request`; what is sent all the same arrives whole."""
    for record in observation.records:
        if (unseen := untried(record)) is not None:
            return unseen
        sent = [entry for entry in record.entries if entry.fields is not None or entry.unreadable]
        for entry in sent:
            if not _arrived_whole(record.call, entry):
                return Broken(
                    summary="Text that UTF-8 cannot spell (half of a surrogate pair) was sent as something else.",
                    diagnosis=("TEXT-MANGLED",),
                    culprits=(entry,),
                )
        if sent:
            continue
        match record.reply:
            case NotMade(reason=reason):
                return Unseen(reason=reason)
            case Succeeded():
                return Broken(summary="Text that UTF-8 cannot spell was reported as a success; nothing was sent.")
            case Failed(kind=kind) if kind not in ("invalid_request", "unknown"):
                return Broken(
                    summary=f"Text that UTF-8 cannot spell was refused as {kind}, not as invalid_request.",
                    diagnosis=("TEXT-REFUSAL-MISNAMED",),
                )
    made = sum(not isinstance(record.reply, NotMade) for record in observation.records)
    if not made:
        reason = "half of a surrogate pair can be handed to adapters in the harness's own process alone"
        return Unseen(reason=reason, cannot_try=True)
    return Held(seen={"provocations": made})


def _arrived_whole(call: Call, entry: Entry) -> bool:
    try:
        arrived = arrivals.parameters(entry.request)
    except arrivals.Unreadable:
        return False
    return all(list(arrived.get(name, ())) == [value] for name, value in drawn(call).items())


def _private(observation: Observation) -> Iterator[tuple[Record, Entry]]:
    for record in observation.records:
        for entry in record.entries:
            if entry.fields is not None:
                yield record, entry


# --- strategies


def scalars(setting: Setting) -> Sequence[Case]:
    """Return one call for each boolean and integer, by each method."""
    return [
        Case(steps=(calls.raw(setting, {"xvalue": value}, method=method),), axis=f"the value {_plain(value)}")
        for method in calls.raw_methods(setting)
        for value in SCALARS
    ]


def many_escapes(setting: Setting) -> Sequence[Case]:
    """Return calls whose values need escapes of one, two and three bytes at once."""
    if not setting.can("raw"):
        params = {"currency": calls.withdrawable(setting), "amount": "0.5", "address": ",:/\u03bb\u20ac"}
        return [Case(steps=(Call(operation="withdraw", params=params),))] * 2
    params = {"xascii": ",a:b/c;", "xtwo": "\u03bb\u0436", "xthree": "\u20ac\u6771"}
    return [
        Case(steps=(calls.raw(setting, params, method=method), calls.raw(setting, params, method=method)))
        for method in calls.raw_methods(setting)
    ]


def untidy(setting: Setting) -> Sequence[Case]:
    """Return one call for each text that somebody might tidy, by each method."""
    return [
        Case(steps=(calls.raw(setting, {"xvalue": text}, method=method),), axis=f"the text {text!a}")
        for method in calls.raw_methods(setting)
        for text in UNTIDY
    ]


def halves(setting: Setting) -> Sequence[Case]:
    """Return calls with half of a surrogate pair; none for programs, whose JSON has no agreed way to hold one."""
    if setting.form != "in-process":
        return [Case(steps=())]
    return [
        Case(
            steps=(replace(calls.raw(setting, {"xvalue": text}, method=method), beyond_contract=True),),
            axis=f"the text {text!a}",
        )
        for method in calls.raw_methods(setting)
        for text in LONE
    ]
