"""Waiting side by side: calls that are made to wait are made at once, so that the longest wait is the only one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from harness.cases import Arm, Call, Case, KeyPlan, SessionPlan, Step, Together
from harness.properties.reporting import JUDGED
from harness.setting import Setting


def abreast(setting: Setting, cases: Sequence[Case]) -> Sequence[Case]:
    """Return one case that makes the judged calls of several at once, each in a session and with a key of its own.

    Args:
        setting: What they are drawn for; a client that promises nothing of calls made together gets them one by one.
        cases: Cases of `harmed`: one key, one session, harm that is aimed at the key, and one call that is judged.
    """
    if len(cases) < 2 or not setting.has("concurrent"):
        return cases
    steps: list[Step] = []
    made: list[Call] = []
    keys: list[KeyPlan] = []
    sessions: list[SessionPlan] = []
    about: dict[str, object] = {}
    for number, case in enumerate(cases, 1):
        name = f"s{number}"
        keys.append(replace(case.keys[0], name=name))
        sessions.append(replace(case.sessions[0], name=name, key=name))
        about.update({f"{what} of {name}": words for what, words in case.about.items()})
        for step in case.steps:
            if isinstance(step, Call) and step.label == JUDGED:
                made.append(replace(step, session=name))
            elif isinstance(step, Call):
                steps.append(replace(step, session=name))
            elif isinstance(step, Arm):
                steps.append(replace(step, key=name))
            else:
                steps.append(step)
    steps.append(Together(calls=tuple(made)))
    return [Case(steps=tuple(steps), keys=tuple(keys), sessions=tuple(sessions), about=about)]
