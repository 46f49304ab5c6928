"""What a client wrote down of its nonces: strategies and oracles for clocks gone back, spoilt notes, several keys."""

from __future__ import annotations

from collections.abc import Sequence

from harness.cases import Call, Case, ClientClock, KeyPlan, Restart, SessionPlan, ShiftClock, Step
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import Observation
from harness.properties.evidence import nonce_value
from harness.properties.restarts import above_the_last
from harness.properties.units import TEN_MINUTES_MS, leap_ms
from harness.setting import Setting
from harness.strategies import calls

HOUR_MS = 3_600_000


# --- oracles


def above_though_the_clock_went_back(case: Case, observation: Observation) -> Judgement:
    """The first nonce after a restart exceeds the last one before it, although the clock went back meanwhile."""
    if not observation.client_side.clock_moved:
        return Unseen(reason="not exercised: there is no means to move this client's clock")
    judged = above_the_last(case, observation)
    if not isinstance(judged, Held):
        return judged
    entries = [entry for entry in observation.key.private if nonce_value(entry) is not None]
    leaps = [leap_ms(entries[0], entry) or 0.0 for entry in entries[1:]]
    return Held(seen={**judged.seen, "followed": int(any(leap > HOUR_MS - TEN_MINUTES_MS for leap in leaps))})


def spoilt_notes_are_not_believed(case: Case, observation: Observation) -> Judgement:
    """After its notes were spoilt the client uses no nonce again: it fails loudly, or goes on above."""
    older = case.about.get("how") == "older"
    judged = above_the_last(case, observation)
    if isinstance(judged, Broken):
        # An older copy is sound in itself; that it is older can only be known by who has another memory.
        return Held(seen={"restarts": 1}) if older else judged
    if isinstance(judged, Unseen) and not observation.restarted_at:
        return judged
    spoilt = observation.client_side.spoilt
    return Held(seen={"restarts": 1, "spoilt": int(spoilt > 0 and not older), "older": int(spoilt > 0 and older)})


def each_key_for_itself(case: Case, observation: Observation) -> Judgement:
    """What one key counts is not disturbed by what another counts."""
    judged = above_the_last(case, observation)
    if isinstance(judged, Broken):
        return Broken(
            summary=f"{judged.summary} Another key had been used in between.",
            diagnosis=judged.diagnosis,
            culprits=judged.culprits,
        )
    return judged


# --- strategies


def clock_goes_back(setting: Setting) -> Sequence[Case]:
    """Return a client whose clock is an hour ahead and then right, with a restart in between, by a kill and without."""
    harmless = calls.read(setting) or calls.plain_calls(setting)[0]
    return [
        Case(
            steps=(
                harmless,
                ShiftClock(ms=HOUR_MS),
                ClientClock(ms=HOUR_MS),
                harmless,
                harmless,
                ShiftClock(ms=-HOUR_MS),
                ClientClock(ms=0),
                Restart(kill=kill),
                harmless,
            )
        )
        for kill in (True, False)
    ]


def spoilt(setting: Setting) -> Sequence[Case]:
    """Return kills after which the notes are cut, empty, no text, another key's, a folder, or older than the last."""
    found = [_spoilt_once(setting, how) for how in ("cut", "empty", "binary", "folder")]
    one, other = _harmless(setting, "a"), _harmless(setting, "b")
    steps: tuple[Step, ...] = (one, one, other, Restart(spoil="foreign"), one, other, one)
    found.append(Case(steps=steps, keys=_KEYS, sessions=_SESSIONS, about={"how": "foreign"}, axis="foreign notes"))
    again = (one, Restart(spoil="keep"), one, one, Restart(spoil="older"), one)
    found.append(Case(steps=again, about={"how": "older"}, axis="older notes"))
    return found


def _spoilt_once(setting: Setting, how: str) -> Case:
    one = _harmless(setting, "a")
    return Case(steps=(*(one,) * 4, Restart(spoil=how), one, one), about={"how": how}, axis=f"notes: {how}")


_KEYS = (KeyPlan(name="k"), KeyPlan(name="l"))
_SESSIONS = (SessionPlan(name="a", key="k"), SessionPlan(name="b", key="l"))


def _harmless(setting: Setting, session: str) -> Call:
    return calls.read(setting, session=session) or calls.plain_calls(setting, session=session)[0]


def two_keys(setting: Setting) -> Sequence[Case]:
    """Return two keys of one client, one used often and the other seldom, with restarts in between."""
    one, other = _harmless(setting, "a"), _harmless(setting, "b")
    before = (*(one,) * 20, other)
    return [
        Case(
            steps=(*before, Restart(kill=True), one, other, *(other,) * 5, one, Restart(kill=True), other, one),
            keys=_KEYS,
            sessions=_SESSIONS,
        )
    ]
