"""What a machine may do to what a client sends: its locale, and the order of its hash tables; UNI-005."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from harness.cases import Call, Case, KeyPlan, Restart, SessionPlan, Step
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import Observation, Record
from harness.properties.evidence import own_requests, untried
from harness.setting import Setting
from harness.strategies import calls
from mockserver import Entry

#: Home, the same for every machine and run, so that every run finds the same.
HOME: Mapping[str, str] = {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0", "PERL_HASH_SEED": "0"}
#: Where a client is taken after it was tried at home: commas in numbers, letters i without a dot, other tables.
ELSEWHERE: tuple[Mapping[str, str], ...] = (
    {"LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.UTF-8", "PYTHONHASHSEED": "1", "PERL_HASH_SEED": "1"},
    {"LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "2", "PERL_HASH_SEED": "2"},
)
#: One session, with a key of its own, for each place.
SESSIONS = ("a", "b", "c")

#: What one request says: its path, and its parameters as they are spelled, in their order.
Said = tuple[bytes, tuple[tuple[str, str], ...]]


def same_bytes(case: Case, observation: Observation) -> Judgement:
    """The same calls are the same bytes wherever they are made, save for what differs from call to call at home too."""
    for record in observation.records:
        if (unseen := untried(record)) is not None:
            return unseen
    runs = [_run(observation.records, session) for session in SESSIONS]
    if not all(runs) or len({len(run) for run in runs}) != 1:
        return Unseen(reason="the calls did not arrive everywhere alike")
    for number, (home, *others) in enumerate(zip(*runs, strict=True)):
        volatile, ordered = _habits([home, *others])
        expected = _masked(home[0], volatile, ordered=ordered)
        for environment, twins in zip(ELSEWHERE, others, strict=True):
            for entry, said in twins:
                if (found := _masked((entry, said), volatile, ordered=ordered)) != expected:
                    record = [one for one in observation.records if one.call.session == "a"][2 * number]
                    return Broken(
                        summary=f"Under LANG={environment['LANG']} and other hash tables {record.call.operation} is "
                        f"sent otherwise: {_first_difference(expected, found)}.",
                        diagnosis=("BYTES-DEPEND-ON-SURROUNDINGS",),
                        culprits=(home[0][0], entry),
                    )
    return Held(seen={"runs": len(runs), "calls": len(runs[0])})


#: A request with what it says.
_Heard = tuple[Entry, Said]


def _run(records: Sequence[Record], session: str) -> list[tuple[_Heard, _Heard]]:
    """Return the requests of one session's calls, which are made in pairs; nothing where one did not arrive."""
    own = [own_requests(record) for record in records if record.call.session == session]
    if not all(own):
        return []
    heard = [(entries[0], _said(entries[0])) for entries in own]
    return list(zip(heard[::2], heard[1::2], strict=True))


def _said(entry: Entry) -> Said:
    request = entry.request
    pairs = [pair.partition("=")[::2] for pair in request.query.decode("latin-1").split("&") if pair]
    if request.body[:1] == b"{":
        try:
            members = json.loads(request.body, object_pairs_hook=lambda found: found)
            pairs += [(name, json.dumps(value)) for name, value in members]
        except ValueError:
            pairs.append(("", request.body.decode("latin-1")))
    else:
        pairs += [pair.partition("=")[::2] for pair in request.body.decode("latin-1").split("&") if pair]
    return request.path, tuple(pairs)


def _habits(places: Sequence[tuple[_Heard, _Heard]]) -> tuple[frozenset[str], bool]:
    """Return the parameters that differ between two equal calls in one place, and whether their order does not."""
    volatile: set[str] = set()
    ordered = True
    for (_, (_, one)), (_, (_, other)) in places:
        ordered = ordered and [name for name, _ in one] == [name for name, _ in other]
        volatile |= {name for name, _ in set(one) ^ set(other)}
    return frozenset(volatile), ordered


def _masked(heard: _Heard, volatile: frozenset[str], *, ordered: bool) -> Said:
    path, pairs = heard[1]
    kept = [(name, "" if name in volatile else value) for name, value in pairs]
    return path, tuple(kept if ordered else sorted(kept))


def _first_difference(expected: Said, found: Said) -> str:
    if expected[0] != found[0]:
        return f"the path {found[0].decode('latin-1')!r} where it was {expected[0].decode('latin-1')!r}"
    for (name, value), (other_name, other) in zip(expected[1], found[1], strict=False):
        if name != other_name:
            return f"{other_name!r} where {name!r} stood"
        if value != other:
            return f"{name}={other} where it was {name}={value}"
    return f"{len(found[1])} parameters where there were {len(expected[1])}"


def elsewhere_in_the_world(setting: Setting) -> Sequence[Case]:
    """Return one case: every call twice at home, and then twice in each other place."""
    plain: list[Call] = []
    if setting.can("raw"):
        names = ("xone", "xI", "xi", "xtwo", "xthree", "xfour", "xfive", "xsix", "xb")
        params = dict.fromkeys(names, "Istanbul iI")
        plain += [calls.raw(setting, params, method=method) for method in calls.raw_methods(setting)]
    if setting.can("place_order"):
        plain.append(calls.place(setting))
    if not plain:
        plain += calls.plain_calls(setting)
    steps: list[Step] = []
    for session, environment in zip(SESSIONS, (HOME, *ELSEWHERE), strict=True):
        steps.append(Restart(kill=False, environment=environment))
        steps += [replace(call, session=session) for call in plain for _ in range(2)]
    return [
        Case(
            steps=tuple(steps),
            keys=tuple(KeyPlan(name=name) for name in SESSIONS),
            sessions=tuple(SessionPlan(name=name, key=name) for name in SESSIONS),
        )
    ]
