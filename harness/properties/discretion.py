"""What a client's program leaves behind, starts and speaks to: the wave-2 rows of the family SECR."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote

from harness.cases import Case, Restart, SessionPlan
from harness.drivers.driver import CannotTry, Failed, Succeeded
from harness.judging import Broken, Held, Judgement, Unseen
from harness.leaks import find_leak
from harness.observation import Observation
from harness.properties.secrecy import SIGNATURE_LENGTH, harmed, secrets_of
from harness.setting import Setting
from harness.strategies import calls

# --- oracles


def not_in_the_url(case: Case, observation: Observation) -> Judgement:
    """Key and signature stay out of the request's target, which proxies and servers write into their logs."""
    seen = 0
    places = observation.setting.dialect.scheme.places
    # A URL with more in it than the exchange knows may be that of no endpoint, and its request nobody's.
    lost = [(view, entry) for view in observation.keys.values() for entry in observation.others]
    for view, entry in (*observation.private(), *lost):
        seen += entry.fields is not None
        target = entry.request.target.decode("latin-1")
        shown = []
        if not _may_stand(places, "key") and _stands(view.credentials.key, target):
            shown.append("the key")
        signature = entry.fields.signature if entry.fields else None
        own = signature if not _may_stand(places, "signature") else None
        if own and len(own) >= SIGNATURE_LENGTH and _stands(own, target):
            shown.append("the signature")
        if shown:
            return Broken(
                summary=f"{' and '.join(shown).capitalize()} of a request "
                f"{'stand' if len(shown) > 1 else 'stands'} in its URL.",
                diagnosis=("CREDENTIALS-IN-URL",),
                culprits=(entry,),
            )
    return Held(seen={"requests": seen}) if seen else Unseen(reason="no private request arrived")


def _may_stand(places: Mapping[str, str], field: str) -> bool:
    """Tell whether the documents themselves put a field into the URL."""
    return places.get(field, "").rpartition(" ")[0] in ("parameter", "query parameter")


def _stands(text: str, target: str) -> bool:
    return text in target or quote(text, safe="") in target


def not_on_disk(case: Case, observation: Observation) -> Judgement:
    """No file that was written meanwhile holds the secret."""
    if "files" not in observation.beside.watched:
        return Unseen(reason="not exercised: the client's program was not watched")
    for secret in secrets_of(observation):
        for written in observation.beside.written:
            if (leak := find_leak(secret, written.text)) is not None:
                form = "clear text" if leak.form == "clear" else leak.form
                return Broken(
                    summary=f"The secret was written to disk, in {form}: {_anonymous(written.path)}.",
                    diagnosis=("SECRET-ON-DISK",),
                )
    return _made(observation)


def _anonymous(path: str) -> str:
    """Return the end of a path: folders for the occasion have other names each time."""
    return ".../" + path.rpartition("/")[2]


def not_on_a_command_line(case: Case, observation: Observation) -> Judgement:
    """No process that the client starts is told the secret on its command line."""
    if "processes" not in observation.beside.watched:
        return Unseen(reason="not exercised: what its processes do cannot be seen")
    for secret in secrets_of(observation):
        for line in observation.beside.command_lines:
            if find_leak(secret, line) is not None:
                return Broken(
                    summary=f"The secret stands on the command line of {line.split()[0].rpartition('/')[2]}, "
                    "where every user of the machine can read it.",
                    diagnosis=("SECRET-ON-COMMAND-LINE",),
                )
    judgement = _made(observation)
    if isinstance(judgement, Held) and observation.beside.command_lines:
        return Held(seen={**judgement.seen, "processes": len(observation.beside.command_lines)})
    return judgement


def nobody_else(case: Case, observation: Observation) -> Judgement:
    """Nothing goes to anybody but the exchange."""
    if "network" not in observation.beside.watched and not observation.beside.passed:
        return Unseen(reason="not exercised: whom its processes speak to cannot be seen")
    for one in observation.beside.passed:
        if not one.known:
            return Broken(
                summary=f"The client spoke to a third party: {one.target.partition('?')[0][:100]}.",
                diagnosis=("THIRD-PARTY-CONTACTED",),
            )
    if observation.beside.strangers:
        return Broken(
            summary=f"The client spoke to a third party: {observation.beside.strangers[0]}.",
            diagnosis=("THIRD-PARTY-CONTACTED",),
        )
    return _made(observation)


def _made(observation: Observation) -> Judgement:
    made = sum(isinstance(record.reply, Succeeded | Failed) for record in observation.records)
    if made:
        return Held(seen={"calls": made})
    for record in observation.records:
        if isinstance(record.reply, CannotTry):
            return Unseen(reason=record.reply.reason, cannot_try=True)
    return Unseen(reason="no call was made")


# --- strategies


def private_calls(setting: Setting) -> Sequence[Case]:
    """Return one plain call of every private operation."""
    return [Case(steps=tuple(calls.plain_calls(setting)))]


def a_working_day(setting: Setting) -> Sequence[Case]:
    """Return every plain call with the loudest logging, and calls that fail in several ways."""
    return [replace(_day(setting), about={"looking": True})]


def to_its_end(setting: Setting) -> Sequence[Case]:
    """Return every plain call with the loudest logging, calls that fail in several ways, and the program's end."""
    day = _day(setting)
    return [replace(day, steps=(*day.steps, Restart(kill=False)))]


def _day(setting: Setting) -> Case:
    steps = (*calls.plain_calls(setting), *calls.public_calls(setting)[:2])
    loud = (SessionPlan(options={"debug": True}),)
    troubled = [case for case in harmed(setting) if case.axis == ""]
    harm = tuple(step for case in troubled for step in case.steps)
    return Case(steps=(*steps, *harm), sessions=loud)
