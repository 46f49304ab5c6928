"""Whose key, whose secret: strategies and oracles of the family CRED."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from harness.cases import Call, Case, KeyPlan, SessionPlan, Together
from harness.drivers.driver import Failed, Succeeded
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import Observation, refused_for
from harness.properties.evidence import enough, untried
from harness.setting import Setting
from harness.strategies import calls, secrets
from signer import Stages, check_signature


def key_verbatim(case: Case, observation: Observation) -> Judgement:
    """The key arrives as it is, once, where the documents want it."""
    seen: Counter[str] = Counter()
    for entry in observation.others:
        if entry.fields is not None:
            arrived = entry.fields.key
            return Broken(
                summary=f"A private request carries {'no key' if arrived is None else f'the key {arrived!r}'}; "
                f"the session's key is {observation.key.credentials.key!r}.",
                diagnosis=("KEY-CHANGED",) if arrived else ("KEY-MISSING",),
                culprits=(entry,),
            )
    for _view, entry in observation.private():
        if entry.fields is not None and "key" in entry.fields.repeated:
            return Broken(summary="The API key is sent more than once.", diagnosis=("KEY-REPEATED",), culprits=(entry,))
        seen["requests"] += 1
    return enough(observation, seen)


def drawn_keys(setting: Setting) -> SearchStrategy[Case]:
    """Draw a key of the documented format, and a call or two."""
    plain = list(calls.plain_calls(setting))
    return st.builds(
        lambda key, steps: Case(steps=tuple(steps), keys=(KeyPlan(key=key),)),
        secrets.keys(setting),
        st.lists(st.sampled_from(plain), min_size=1, max_size=2),
    )


SESSIONS = ("a", "b", "c")


def several_sessions(setting: Setting) -> SearchStrategy[Case]:
    """Draw calls of three sessions with a key each, one after another and, where promised, together."""
    per_session = {name: list(calls.plain_calls(setting, session=name)) for name in SESSIONS}
    one = st.sampled_from([call for found in per_session.values() for call in found])
    steps: SearchStrategy[Call | Together] = one
    if setting.has("concurrent"):
        batch = st.lists(one, min_size=2, max_size=6).map(lambda drawn: Together(calls=tuple(drawn)))
        steps = st.one_of(one, batch)
    return st.lists(steps, min_size=2, max_size=6).map(
        lambda drawn: Case(
            steps=tuple(drawn),
            keys=tuple(KeyPlan(name=f"k{name}") for name in SESSIONS),
            sessions=tuple(SessionPlan(name=name, key=f"k{name}") for name in SESSIONS),
        )
    )


def sessions_stay_apart(case: Case, observation: Observation) -> Judgement:
    """No request of one session carries another's key or was signed with another's secret."""
    seen: Counter[str] = Counter()
    scheme = observation.setting.dialect.scheme
    for name, view in observation.keys.items():
        for entry in view.private:
            if refused_for(entry) == "bad_signature" and entry.fields is not None:
                for other, stranger in observation.keys.items():
                    if other == name:
                        continue
                    tried = check_signature(scheme, entry.request, entry.fields, stranger.credentials)
                    if isinstance(tried, Stages):
                        return Broken(
                            summary=f"A request with key {name} is signed with the secret of key {other}.",
                            diagnosis=("OTHER-SECRET",),
                            culprits=(entry,),
                        )
            seen["requests"] += 1
    for record in observation.records:
        if record.together:
            continue
        own = observation.keys[f"k{record.call.session}"].credentials.key
        for entry in record.entries:
            if entry.fields is not None and entry.fields.key is not None and entry.fields.key != own:
                return Broken(
                    summary=f"A call of session {record.call.session} was made with another session's key.",
                    diagnosis=("OTHER-KEY",),
                    culprits=(entry,),
                    consequence="An order of one account is placed on another.",
                )
    return enough(observation, seen)


def without_credentials(setting: Setting) -> Sequence[Case]:
    """Return a private call in a public-only session, for each plain call."""
    sessions = (SessionPlan(key=None),)
    return [Case(steps=(call,), sessions=sessions) for call in calls.plain_calls(setting)]


def refused_locally(case: Case, observation: Observation) -> Judgement:
    """A private call without credentials is refused as `authentication`, and nothing is sent."""
    if (opened := observation.opened.get("a")) is not None and not isinstance(opened, Succeeded):
        kind = opened.kind if isinstance(opened, Failed) else ""
        if kind in ("authentication", "unknown"):
            return Held(seen={"provocations": 1})
    private = [entry for entry in observation.others if entry.fields is not None]
    if private:
        return Broken(
            summary="A private call without credentials was sent all the same.",
            diagnosis=("SENT-WITHOUT-CREDENTIALS",),
            culprits=tuple(private),
        )
    for record in observation.records:
        if (unseen := untried(record)) is not None:
            return unseen
        if isinstance(record.reply, Succeeded):
            return Broken(summary=f"{record.call.operation} without credentials was reported as a success.")
        if isinstance(record.reply, Failed):
            if record.reply.kind not in ("authentication", "unknown"):
                return Broken(
                    summary=f"Missing credentials were reported as {record.reply.kind}, not as authentication.",
                )
            return Held(seen={"provocations": 1})
    return Unseen(reason="the call was not made")
