"""TLS: strategies and oracles of the family TLS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from harness.cases import Call, Case, KeyPlan, SessionPlan
from harness.drivers.driver import CannotTry, Failed, Reply, Succeeded
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import NotMade, Observation, Record
from harness.properties.evidence import untried
from harness.properties.reporting import judged, marked, not_reported
from harness.setting import Setting
from harness.strategies import calls

#: The label of the same call where nothing is wrong, to compare with.
CONTROL = "control"
#: The session where nothing is wrong, and the key of the session where something is.
SOUND, WATCHED_KEY = "s", "f"

#: What each door shows, in words that follow "a call".
WORDS = {
    "tls": "met the certificate of an authority that it was not told of",
    "self_signed": "met a certificate that nobody vouches for",
    "untrusted": "met a certificate of another authority with a name that it knows",
    "missing_intermediate": "met a certificate whose chain leads nowhere",
    "wrong_host": "met a certificate for another name",
    "address_as_name": "met a certificate with its address among the names, where no address counts",
    "no_names": "met a certificate without names, for its address by the subject alone",
    "wide_wildcard": "met a certificate for stars in the place of an address",
    "expired": "met a certificate that has expired",
    "not_yet_valid": "met a certificate that is not valid yet",
    "tls_1_0": "met an exchange that speaks TLS 1.0 alone",
    "tls_1_1": "met an exchange that speaks TLS 1.1 alone",
}
STRANGERS = ("self_signed", "untrusted", "missing_intermediate")
OTHER_NAMES = ("wrong_host", "address_as_name", "no_names", "wide_wildcard")
OUT_OF_DATE = ("expired", "not_yet_valid")
OLD_VERSIONS = ("tls_1_0", "tls_1_1")
#: RFC 9110, section 4.3.4, forbids clients to look for a name in the subject; libcurl, where there are no other names,
#: does. Nobody who uses it as it is can help that, so it is looked at and not judged.
DISPUTED = "no_names"
TRAPS = ("alert", "reset", "stranger")


# --- oracles


def stranger_refused(case: Case, observation: Observation) -> Judgement:
    """A certificate of an unknown authority ends the call as a failure."""
    return _refused(case, observation, "AUTHORITY-NOT-CHECKED")


def other_name_refused(case: Case, observation: Observation) -> Judgement:
    """A certificate for another name ends the call as a failure."""
    return _refused(case, observation, "HOST-NAME-NOT-CHECKED")


def out_of_date_refused(case: Case, observation: Observation) -> Judgement:
    """A certificate out of its time ends the call as a failure."""
    return _refused(case, observation, "VALIDITY-NOT-CHECKED")


def old_version_refused(case: Case, observation: Observation) -> Judgement:
    """A version of old ends the call as a failure."""
    return _refused(case, observation, "OLD-TLS-SPOKEN")


def _refused(case: Case, observation: Observation, code: str) -> Judgement:
    if (unseen := _no_tls(observation)) is not None:
        return unseen
    seen = {"provocations": 0, "named": 0, "disputed": 0}
    for record in judged(observation):
        if (unseen := _unmade(record, observation)) is not None:
            return unseen
        broken = not_reported(record, str(case.about["what"]), code)
        if broken is not None and case.about.get("disputed"):
            return Held(seen=seen)
        if broken is not None:
            return broken
        seen["disputed"] += bool(case.about.get("disputed"))
        refusal = record.reply if isinstance(record.reply, Failed) else observation.opened.get(record.call.session)
        seen["provocations"] += 1
        seen["named"] += isinstance(refusal, Failed) and refusal.kind == "tls"
    return Held(seen=seen)


def _no_tls(observation: Observation) -> Unseen | None:
    """Return why nothing can be said: the same call goes wrong where nothing is wrong with TLS."""
    for record in observation.records:
        if record.call.label == CONTROL and not isinstance(record.reply, Succeeded):
            if (unseen := untried(record)) is not None:
                return unseen
            return Unseen(reason="the same call goes wrong where nothing is wrong with TLS")
    return None


def _unmade(record: Record, observation: Observation) -> Unseen | None:
    """Return why a call says nothing; one whose session the client refused to open was refused."""
    opened: Reply | None = observation.opened.get(record.call.session)
    if isinstance(opened, CannotTry):
        return Unseen(reason=opened.reason)
    if isinstance(record.reply, NotMade):
        return None if isinstance(opened, Failed) else Unseen(reason=record.reply.reason)
    return untried(record)


def nothing_sent(case: Case, observation: Observation) -> Judgement:
    """No request comes to whoever shows a certificate that cannot be accepted."""
    if (unseen := _no_tls(observation)) is not None:
        return unseen
    for record in judged(observation):
        if (unseen := _unmade(record, observation)) is not None:
            return unseen
    arrived = observation.keys[WATCHED_KEY].entries
    if arrived:
        told = next((record.reply for record in judged(observation)), None)
        after = ", and the failure was reported afterwards" if isinstance(told, Failed) else ""
        return Broken(
            summary=f"A request with key and signature went to a server that {case.about['shown']}{after}.",
            diagnosis=("SENT-BEFORE-VERIFYING",),
            culprits=arrived,
        )
    return Held(seen={"provocations": 1})


def told_authority_trusted(case: Case, observation: Observation) -> Judgement:
    """A certificate of the authority that the client was told of is accepted."""
    plain = next((record for record in observation.records if record.call.label == CONTROL), None)
    if plain is None or not isinstance(plain.reply, Succeeded):
        return Unseen(reason="the same call goes wrong without TLS")
    for record in judged(observation):
        if isinstance(record.reply, Succeeded):
            continue
        if (unseen := _unmade(record, observation)) is not None:
            return unseen
        reply = record.reply if isinstance(record.reply, Failed) else observation.opened.get(record.call.session)
        said = reply.kind if isinstance(reply, Failed) else "nothing"
        return Broken(
            summary=f"{record.call.operation} over TLS, with {case.about['what']}, reported {said}.",
            diagnosis=("CA-FILE-IGNORED",),
            culprits=record.entries,
        )
    return Held(seen={"provocations": 1})


def nothing_in_clear(case: Case, observation: Observation) -> Judgement:
    """A handshake that failed is not made up for by plain HTTP."""
    if (unseen := _no_tls(observation)) is not None:
        return unseen
    for record in judged(observation):
        if (unseen := _unmade(record, observation)) is not None:
            return unseen
    if observation.beside.in_clear:
        return Broken(
            summary=f"After {case.about['what']} the client sent its request without TLS.",
            diagnosis=("TLS-DROPPED",),
            consequence="Whoever sits in between breaks the handshake, and reads and changes what comes then.",
        )
    for record in judged(observation):
        if (broken := not_reported(record, f"met {case.about['what']}", "TLS-DROPPED")) is not None:
            return broken
    if not observation.beside.handshakes:
        return Unseen(reason="no connection came")
    return Held(seen={"provocations": 1})


def truncation_noticed(case: Case, observation: Observation) -> Judgement:
    """An answer that ends with its connection, and without the alert that TLS ends with, is a failure."""
    control = next(record for record in observation.records if record.call.label == CONTROL)
    if isinstance(control.reply, Failed):
        return Held(seen={"provocations": 1})  # who takes no answer without a length over TLS cannot be shortened
    if not isinstance(control.reply, Succeeded):
        return untried(control) or Unseen(reason="no call was made")
    for record in judged(observation):
        if (unseen := _unmade(record, observation)) is not None:
            return unseen
        what = "got an answer without a length whose TLS connection ended without saying so"
        if (broken := not_reported(record, what, "TRUNCATION-NOT-NOTICED")) is not None:
            return broken
    return Held(seen={"provocations": 1, "read": 1})


# --- strategies


def strangers(setting: Setting) -> Sequence[Case]:
    """Return calls to a server with a certificate of an authority that the client was not told of, or of none."""
    # The first one stands alone: a client whose adapter can tell authorities to the whole process only is not blamed.
    untold = Case(
        steps=(marked(_read(setting)),),
        sessions=(SessionPlan(door="tls", trusts=False),),
        about={"what": WORDS["tls"]},
    )
    return [untold, *_behind(setting, STRANGERS)]


def other_names(setting: Setting) -> Sequence[Case]:
    """Return calls to a server whose certificate is for another name, or for its own in a place that does not count."""
    return _behind(setting, OTHER_NAMES)


def out_of_date(setting: Setting) -> Sequence[Case]:
    """Return calls to a server whose certificate has expired, or is not valid yet."""
    return _behind(setting, OUT_OF_DATE)


def old_versions(setting: Setting) -> Sequence[Case]:
    """Return calls to a server that speaks TLS 1.0 or 1.1 and nothing later."""
    return _behind(setting, OLD_VERSIONS)


def _behind(setting: Setting, doors: Sequence[str]) -> list[Case]:
    read = _read(setting)
    control = replace(read, session=SOUND, label=CONTROL)
    return [
        Case(
            steps=(control, marked(read)),
            sessions=(SessionPlan(name=SOUND, door="tls"), SessionPlan(door=door)),
            about={"what": WORDS[door], "disputed": door == DISPUTED},
        )
        for door in doors
    ]


def before_acceptance(setting: Setting) -> Sequence[Case]:
    """Return calls, an order where there is one, to servers with a certificate that cannot be accepted."""
    control = replace(_read(setting), session=SOUND, label=CONTROL)
    call = calls.place(setting) if setting.can("place_order") else _read(setting)
    return [
        Case(
            steps=(control, marked(call), control),
            keys=(KeyPlan(), KeyPlan(name=WATCHED_KEY)),
            sessions=(SessionPlan(name=SOUND, door="tls"), SessionPlan(key=WATCHED_KEY, door=door)),
            about={"shown": WORDS[door].replace("met a", "showed a")},
        )
        for door in ("self_signed", "untrusted", "wrong_host", "expired")
    ]


def sound(setting: Setting) -> Sequence[Case]:
    """Return calls to a server with a certificate of the authority in `ca_file`, by itself and in a chain of two."""
    read = _read(setting)
    plain = replace(read, session="p", label=CONTROL)
    return [
        Case(
            steps=(plain, marked(read), marked(read)),
            sessions=(SessionPlan(name="p"), SessionPlan(door=door)),
            about={"what": what},
        )
        for door, what in (
            ("tls", "a certificate of the authority in `ca_file`"),
            ("chained", "a certificate that leads to the authority in `ca_file` by one in between"),
        )
    ]


def failed_handshakes(setting: Setting) -> Sequence[Case]:
    """Return calls to a port where handshakes end by an alert, a reset, a strange certificate, and plain HTTP works."""
    read = _read(setting)
    control = replace(read, session=SOUND, label=CONTROL)
    words = {
        "alert": "a handshake that the server broke off",
        "reset": "a reset in the handshake",
        "stranger": "a certificate of another authority",
    }
    return [
        Case(
            steps=(control, marked(read)),
            sessions=(SessionPlan(name=SOUND, door="tls"), SessionPlan(door=f"trap:{how}")),
            about={"what": words[how]},
        )
        for how in TRAPS
    ]


def truncations(setting: Setting) -> Sequence[Case]:
    """Return a call whose answer has no length and ends with its TLS connection: properly, and without the alert."""
    read = _read(setting)
    sessions = (
        SessionPlan(name=SOUND, door="hop:closed_properly+tls"),
        SessionPlan(door="hop:closed_abruptly+tls"),
    )
    return [Case(steps=(replace(read, session=SOUND, label=CONTROL), marked(read)), sessions=sessions)]


def _read(setting: Setting) -> Call:
    return calls.read(setting) or calls.plain_calls(setting)[0]
