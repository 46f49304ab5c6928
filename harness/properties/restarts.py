"""Restarts: strategies and oracles of the family PERS."""

from __future__ import annotations

from collections.abc import Sequence

from harness.cases import Call, Case, Restart, Step
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import Observation
from harness.properties.evidence import nonce_value
from harness.setting import Setting
from harness.strategies import calls


def above_the_last(case: Case, observation: Observation) -> Judgement:
    """The first nonce after a restart exceeds the last one before it."""
    if not observation.restarted_at:
        return Unseen(reason="the program was not restarted")
    seen = 0
    for view in observation.keys.values():
        for moment in observation.restarted_at:
            before = [entry for entry in view.private if entry.number <= moment and nonce_value(entry) is not None]
            after = [entry for entry in view.private if entry.number > moment and nonce_value(entry) is not None]
            if not before or not after:
                continue
            highest = max(before, key=lambda entry: nonce_value(entry) or 0)
            first = after[0]
            if (nonce_value(first) or 0) <= (nonce_value(highest) or 0):
                return Broken(
                    summary=f"After a restart the client sent nonce {nonce_value(first)}, "
                    f"not above {nonce_value(highest)} before it.",
                    diagnosis=("NONCE-LOST-ON-RESTART",),
                    culprits=(highest, first),
                )
            seen += 1
    return Held(seen={"restarts": seen}) if seen else Unseen(reason="too few requests around the restart")


def _busy(setting: Setting) -> tuple[Call, ...]:
    """Return calls quick enough for a counter to run ahead of its clock."""
    harmless = calls.read(setting) or calls.plain_calls(setting)[0]
    return (harmless,) * 30


def clean(setting: Setting) -> Sequence[Case]:
    """Return polite restarts: after one call, and right after many."""
    busy = _busy(setting)
    again: tuple[Step, ...] = (Restart(kill=False), busy[0])
    return [Case(steps=(busy[0], *again, *again)), Case(steps=(*busy, *again))]


def killed(setting: Setting) -> Sequence[Case]:
    """Return kills after the answer, before sending and after the exchange has read the request."""
    busy = _busy(setting)
    one = busy[0]
    return [
        Case(steps=(one, Restart(kill=True), one, Restart(kill=True), one), axis="after the answer"),
        Case(steps=(*busy, Restart(kill=True, during=one, wait_for="nothing"), one), axis="before sending"),
        Case(steps=(*busy, Restart(kill=True, during=one, wait_for="arrival"), one), axis="after sending"),
    ]
