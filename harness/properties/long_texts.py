"""Long requests and strange heads of answers: SIZE-003 and SIZE-005."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from harness.cases import Arm, Call, Case
from harness.drivers.driver import Failed, Succeeded
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import Observation, refused_for
from harness.properties import signing
from harness.properties.evidence import untried
from harness.properties.signing import BAD_SIGNATURE, UNSIGNED
from harness.setting import Setting
from harness.strategies import calls, faults
from mockserver import Entry

#: A value that no buffer was made for, and one that a request line still holds.
LONG, LONG_IN_A_LINE = 65_536, 6_000
#: So many parameters, and items of a list; in a request line fewer.
MANY, MANY_IN_A_LINE = 1_000, 200
#: Heads of answers that are odd and sound.
ODD_HEADS = ("many_headers", "long_header", "folded", "upper_case", "lower_case", "no_date", "no_reason", "cookies")


# --- oracles


def long_ones_signed(case: Case, observation: Observation) -> Judgement:
    """Long texts and many parameters are signed rightly and arrive whole, or are refused before anything is sent."""
    short, long = observation.records[0], observation.records[-1]
    if (unseen := untried(long)) is not None:
        return unseen
    sound = all(refused_for(entry) not in UNSIGNED for entry in short.entries)
    for entry in long.entries:
        if refused_for(entry) == BAD_SIGNATURE and sound:
            return Broken(
                summary=f"A call with {case.about['long']} is signed wrongly; a short one like it verifies.",
                diagnosis=("LONG-TEXT-SIGNED-IN-PART",),
                culprits=(entry,),
            )
    judged = signing.values_arrive(case, observation)
    if isinstance(judged, Broken):
        return judged
    if any(entry.fields is not None for entry in long.entries):
        return Held(seen={"provocations": 1, "sent": 1})
    if isinstance(long.reply, Failed):
        return Held(seen={"provocations": 1, "refused locally": 1})
    return Unseen(reason="the long call did not arrive")


def heads_change_nothing(case: Case, observation: Observation) -> Judgement:
    """Calls after an odd answer are signed as those before it, and carry nothing of it but cookies."""
    if not observation.all_struck:
        return Unseen(reason="fault not struck")
    before, after = _private(observation, 0), _private(observation, len(observation.records) - 1)
    if not before or not after:
        return Unseen(reason="no private request arrived")
    for entry in before:
        if (reason := refused_for(entry)) in UNSIGNED:
            return signing.unsigned(entry, str(reason))
    usual = {name.lower() for entry in before for name, _ in entry.request.headers} | {b"cookie", b"connection"}
    for entry in after:
        if refused_for(entry) in UNSIGNED:
            return Broken(
                summary=f"After an answer with {case.about['head']} the next call is signed wrongly.",
                diagnosis=("ANSWER-CHANGES-SIGNING",),
                culprits=(entry,),
            )
        if strange := sorted({name.lower() for name, _ in entry.request.headers} - usual):
            shown = ", ".join(name.decode("latin-1") for name in strange)
            return Broken(
                summary=f"After an answer with {case.about['head']} the next call has new headers: {shown}.",
                diagnosis=("ANSWER-CHANGES-SIGNING",),
                culprits=(entry,),
            )
    seen = Counter(provocations=1)
    seen["read"] += isinstance(observation.records[1].reply, Succeeded)
    return Held(seen=seen)


def _private(observation: Observation, index: int) -> Sequence[Entry]:
    return [entry for entry in observation.records[index].entries if entry.fields is not None]


# --- strategies


def long_calls(setting: Setting) -> Sequence[Case]:
    """Return calls with a long value, with many parameters and with a long list, each after a short one like it."""
    if not setting.can("raw"):
        return [
            _long(_withdrawal(setting, 34), _withdrawal(setting, LONG), f"a value of {LONG} characters"),
            _long(_withdrawal(setting, 34), _withdrawal(setting, LONG_IN_A_LINE), f"a value of {LONG_IN_A_LINE}"),
        ]
    found = []
    for method in calls.raw_methods(setting):
        size, many = (LONG_IN_A_LINE, MANY_IN_A_LINE) if method == "GET" else (LONG, MANY)
        short = calls.raw(setting, {"xvalue": "a"}, method=method)
        found += [
            _long(short, calls.raw(setting, params, method=method), what)
            for params, what in (
                ({"xvalue": "abcdefgh" * (size // 8)}, f"a value of {size} characters"),
                ({f"x{number}": str(number) for number in range(many)}, f"{many} parameters"),
                ({"xlist": [f"item{number}" for number in range(many)]}, f"a list of {many} items"),
            )
            if not ("xlist" in params and setting.dialect.name == "bitunix" and method == "GET")
        ]
    return found


def _long(short: Call, long: Call, what: str) -> Case:
    return Case(steps=(short, long), about={"long": what}, axis=what)


def _withdrawal(setting: Setting, length: int) -> Call:
    params = {"currency": calls.withdrawable(setting), "amount": "0.5", "address": "a" * length}
    return Call(operation="withdraw", params=params)


def odd_heads(setting: Setting) -> Sequence[Case]:
    """Return three equal calls, of which the second is answered with an odd head."""
    plain = calls.read(setting) or next(iter(calls.plain_calls(setting)))
    found = []
    for how in ODD_HEADS:
        words = how.replace("_", " ")
        arm = Arm(
            fault="head",
            at="after_handler",
            operation=faults.aimed_at(plain),
            settings={"how": how},
            note=f"the head of the answer is odd ({words})",
        )
        found.append(Case(steps=(plain, arm, plain, plain), about={"head": f"an odd head ({words})"}))
    return found
