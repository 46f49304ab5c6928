"""The window that a request names for itself: `recvWindow`, a validity in milliseconds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from harness.cases import Case
from harness.judging import Broken, Judgement
from harness.observation import Observation, refused_for
from harness.properties.evidence import enough
from harness.setting import Setting
from harness.strategies import calls
from mockserver import Entry
from signer import Credentials, Reason, Scheme, SignerError, places, stages_of

#: A window that is narrow and that no call on one machine misses.
_NARROW_MS = 2_000


# --- oracles


def window_is_signed_and_allowed(case: Case, observation: Observation) -> Judgement:
    """A window that a request names is one that the documents allow, and what is signed holds it."""
    scheme = observation.setting.dialect.scheme
    seen: Counter[str] = Counter()
    for view, entry in observation.private():
        if entry.fields is None:
            continue
        if entry.fields.window is not None:
            if (problem := _not_allowed(scheme, entry.fields.window)) is not None:
                return Broken(summary=problem, diagnosis=("WINDOW-BEYOND-LIMIT",), culprits=(entry,))
            if refused_for(entry) == Reason.BAD_SIGNATURE.value and _signed_without(scheme, entry, view.credentials):
                return Broken(
                    summary=f"The window {entry.fields.window} is sent and not signed.",
                    diagnosis=("WINDOW-NOT-SIGNED",),
                    culprits=(entry,),
                )
            seen["windows"] += 1
        seen["requests"] += 1
    return enough(observation, seen)


def _not_allowed(scheme: Scheme, text: str) -> str | None:
    rule = scheme.time_rule
    if rule is None or rule.largest_past_ms is None:
        return None
    asked_ms = rule.parse_window(text)
    if asked_ms is None:
        return f"A request names the window {text!r}, which is no number of milliseconds."
    if asked_ms > rule.largest_past_ms:
        return f"A request asks for a window of {asked_ms} ms; {rule.largest_past_ms} ms are the most."
    return None


def _signed_without(scheme: Scheme, entry: Entry, credentials: Credentials) -> bool:
    """Tell whether the signature is that of the same request without its window."""
    if entry.fields is None:
        return False
    request = places.without(entry.request, scheme.places.get("window", ""))
    try:
        stages = stages_of(scheme, request, replace(entry.fields, window=None), credentials.secret)
    except SignerError:
        return False
    return scheme.spelling.same(stages.signature, entry.fields.signature or "")


# --- strategies


def windows(setting: Setting) -> Sequence[Case]:
    """Return every plain call as the client makes it, and raw ones that name a window: narrow, usual and widest."""
    found = [Case(steps=tuple(calls.plain_calls(setting)) * 3)]
    where, _, name = setting.dialect.scheme.places.get("window", "").rpartition(" ")
    rule = setting.dialect.scheme.time_rule
    if rule is None or rule.largest_past_ms is None or not where.endswith("parameter") or not setting.can("raw"):
        return found
    for window_ms in (_NARROW_MS, rule.past_ms, rule.largest_past_ms):
        named = [calls.raw(setting, {name: str(window_ms)}, method=method) for method in calls.raw_methods(setting)]
        found.append(Case(steps=tuple(named), axis=f"window {window_ms} ms"))
    return found
