"""What a request is worth behind a proxy: SIGN-012."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from harness.cases import Call, Case, KeyPlan, SessionPlan
from harness.judging import Broken, Judgement, Unseen
from harness.observation import Observation, refused_for
from harness.properties.evidence import enough
from harness.properties.signing import UNSIGNED
from harness.setting import Setting
from harness.strategies import calls
from mockserver import Entry
from signer.doctor import diagnose

#: What the doctor calls signatures over what belongs to the way and not to the request.
OF_THE_WAY = ("HOST-SIGNED", "FULL-URL-SIGNED")
DIRECT, BEHIND = "a", "h"


def survives_the_hop(case: Case, observation: Observation) -> Judgement:
    """What verifies without a proxy verifies behind one that rewrites what proxies may."""
    plain, behind = observation.keys[DIRECT], observation.keys[BEHIND]
    for entry in (*plain.private, *behind.private):
        if refused_for(entry) == "bad_signature":
            view = plain if entry in plain.private else behind
            found = diagnose(observation.setting.dialect.scheme, entry.request, view.credentials)
            if codes := tuple(one.code for one in found if one.code in OF_THE_WAY):
                return Broken(
                    summary="The signature covers the host, which any proxy on the way may rewrite.",
                    diagnosis=codes,
                    culprits=(entry,),
                )
    if any(refused_for(entry) in UNSIGNED for entry in plain.private):
        return Unseen(reason="signatures do not verify without a proxy either")
    for entry in (*behind.private, *_nobodys(observation)):
        if (reason := refused_for(entry)) in UNSIGNED or entry.fields is None:
            return Broken(
                summary=f"{entry.request.method} {entry.request.path.decode('latin-1')} verifies without a proxy, and "
                f"behind one that rewrites what it may it is refused: {str(reason).replace('_', ' ')}.",
                diagnosis=("BREAKS-BEHIND-A-PROXY",),
                culprits=(entry,),
            )
    return enough(observation, {"requests": len(behind.private)})


def _nobodys(observation: Observation) -> Sequence[Entry]:
    """Return requests to private endpoints that lost their key on the way."""
    return [entry for entry in observation.others if entry.fields is not None]


def near_and_far(setting: Setting) -> Sequence[Case]:
    """Return every plain call and raw ones with parameters, each once without a proxy and once behind one."""
    found = list(calls.plain_calls(setting))
    if setting.can("raw"):
        params = {"xvalue": "a b/c", "xtwo": "\u03bb"}
        found += [calls.raw(setting, params, method=method) for method in calls.raw_methods(setting)]
    steps: list[Call] = []
    for call in found:
        steps += [call, replace(call, session=BEHIND)]
    keys = (KeyPlan(name=DIRECT), KeyPlan(name=BEHIND))
    sessions = (SessionPlan(name=DIRECT, key=DIRECT), SessionPlan(name=BEHIND, key=BEHIND, door="rewriter"))
    return [Case(steps=tuple(steps), keys=keys, sessions=sessions, axis="behind a proxy")]
