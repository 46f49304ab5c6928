"""What the doctor says of a refused signature, for oracles that judge by it."""

from __future__ import annotations

from harness.observation import KeyView, Observation
from mockserver import Entry
from signer.doctor import diagnose

#: Mistakes that every call makes, and that show only under load: a nonce and a timestamp are alike in a quiet hour.
SEEN_UNDER_LOAD = frozenset({"NONCE-AND-TIMESTAMP-SWAPPED"})


def codes_of(observation: Observation, view: KeyView, entry: Entry, previous: Entry | None) -> tuple[str, ...]:
    """Return the doctor's names for what is wrong with a request's signature, best first."""
    found = diagnose(
        observation.setting.dialect.scheme,
        entry.request,
        view.credentials,
        previous=previous.request if previous is not None else None,
    )
    return tuple(diagnosis.code for diagnosis in found)


def is_wrong_alone(observation: Observation, view: KeyView, entry: Entry) -> bool:
    """Tell whether a signature is wrong by a mistake that a call makes without any company."""
    return any(code in SEEN_UNDER_LOAD for code in codes_of(observation, view, entry, None))
