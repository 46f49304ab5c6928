"""Requests that tell apart what one refused signature may mean.

The smallest case that fails is often too small to tell: with a single parameter, parameters that were not sorted and
parameters that were reversed sign the same text. So the same client is asked for a few requests more, with much in them
to be spelled in different ways, and only explanations that fit every refused one are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from harness.cases import Call, Case
from harness.observation import KeyView, Observation, refused_for
from harness.search import Conviction
from harness.setting import Setting
from harness.strategies import calls
from mockserver import Entry
from signer import Reason
from signer.doctor import diagnose

#: Blanks, slashes, commas, empty values, letters beyond ASCII, capitals, and names out of order.
TELLING: Mapping[str, str] = {
    "note": "two words",
    "Path": "a/b,c",
    "empty": "",
    "label": "Grüße",
    "a": "1",
    "none": "",
    "zone": "x=y&z",
}
#: The same names in the other order would do; these have a plus and a percent sign besides, and nothing empty.
TELLING_MORE: Mapping[str, str] = {"z": "last first", "m": "a+b", "B": "50%", "k": "[1]"}
#: So many more requests at most.
MOST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What may explain a refused signature.

    Attributes:
        codes: The explanations that fit every request, best first.
        dropped: Those of the first request that do not.
        words: How far this is sure, in a line; "" where one request had one explanation from the start.
    """

    codes: tuple[str, ...]
    dropped: frozenset[str] = frozenset()
    words: str = ""


def explained(observation: Observation, culprits: Sequence[Entry], witnesses: Sequence[Observation]) -> Explained:
    """Ask the doctor about the first refused signature, and keep what fits those of the witnesses as well."""
    first = next((codes for codes in _explanations(observation, culprits) if codes), ())
    if len(first) < 2:
        return Explained(codes=first)
    method = _method(observation, culprits)
    others = [frozenset(codes) for witness in witnesses for codes in _explanations(witness, method=method) if codes]
    if not others:
        return Explained(codes=first, words=f"{len(first)} explanations fit the one request there is")
    kept = tuple(code for code in first if all(code in codes for codes in others))
    requests = len(others) + 1
    if not kept:
        return Explained(
            codes=first, words=f"no one explanation fits all {requests} requests; it may be several mistakes"
        )
    dropped = frozenset(first) - set(kept)
    if len(kept) == 1:
        return Explained(codes=kept, dropped=dropped, words=f"confirmed on {requests} requests")
    return Explained(codes=kept, dropped=dropped, words=f"{len(kept)} explanations still fit all {requests} requests")


def witnesses_of(
    conviction: Conviction, setting: Setting, play: Callable[[Case], Observation]
) -> tuple[Observation, ...]:
    """Play a few cases more, where what convicted has several explanations.

    Args:
        conviction: What was found.
        setting: What cases are drawn for.
        play: Plays a case.

    Returns:
        What was observed; nothing where there is nothing to tell apart.

    Raises:
        AdapterFault: The adapter broke.
    """
    judgement = conviction.judgement
    codes = explained(conviction.observation, judgement.culprits, ()).codes
    if len(codes) < 2 or (judgement.diagnosis and not set(codes) & set(judgement.diagnosis)):
        return ()
    method = _method(conviction.observation, judgement.culprits)
    return tuple(play(case) for case in _telling(conviction.case, setting, method)[:MOST])


def _telling(case: Case, setting: Setting, method: str) -> Sequence[Case]:
    """Return cases of one telling call each, with the keys and the session of the case that failed.

    A mistake has another name in a query than in a body: calls of another method would tell nothing.
    """
    session = case.sessions[0]
    asked: list[Call] = []
    if setting.can("raw") and method in calls.raw_methods(setting):
        asked += [calls.raw(setting, params, method=method, session=session.name) for params in (TELLING, TELLING_MORE)]
    if setting.can("place_order"):
        asked.append(calls.place(setting, session=session.name))
    if setting.can("open_orders"):
        market = setting.dialect.markets[-1].name
        asked.append(Call(operation="open_orders", params={"market": market}, session=session.name))
    return [replace(case, steps=(call,), sessions=(session,), axis="telling", about={}) for call in asked]


def _method(observation: Observation, culprits: Sequence[Entry]) -> str:
    """Return the method of the first refused signature."""
    return next((entry.request.method for entry, _, _ in _refused(observation, culprits)), "")


def _refused(observation: Observation, culprits: Sequence[Entry]) -> Iterator[tuple[Entry, KeyView, Entry | None]]:
    """Yield each request whose signature was refused, of the culprits where there are any, with the one before it."""
    numbers = {entry.number for entry in culprits}
    for view in observation.keys.values():
        previous: Entry | None = None
        for entry in view.private:
            if (not numbers or entry.number in numbers) and refused_for(entry) == Reason.BAD_SIGNATURE.value:
                yield entry, view, previous
            previous = entry


def _explanations(
    observation: Observation, culprits: Sequence[Entry] = (), *, method: str = ""
) -> list[tuple[str, ...]]:
    """Return what the doctor says of each refused signature, of one method alone where one is named."""
    return [
        _codes(observation, view, entry, previous)
        for entry, view, previous in _refused(observation, culprits)
        if method in ("", entry.request.method)
    ]


def _codes(observation: Observation, view: KeyView, entry: Entry, previous: Entry | None) -> tuple[str, ...]:
    strangers = [other.credentials.secret for other in observation.keys.values() if other is not view]
    diagnoses = diagnose(
        observation.setting.dialect.scheme,
        entry.request,
        view.credentials,
        other_secrets=strangers,
        previous=None if previous is None else previous.request,
    )
    return tuple(diagnosis.code for diagnosis in diagnoses)
