"""An observation as something one can keep: written into a folder, and judged again without the command."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from harness.errors import HarnessError, UsageError
from harness.events import Level, RequirementResult, RunSummary, Status
from harness.known_failures import KnownFailures
from harness.leaks import fingerprint
from harness.observing.command import Ending
from harness.observing.conversation import Conversation
from harness.observing.judging import judged
from harness.observing.observe import Observed, asked, described, summed_up
from harness.observing.rows.signatures import CODES
from harness.observing.seeing import FORM, drawn_credentials
from harness.observing.settings import Observing
from harness.recording.plain import NotPlain, read, written
from harness.redirecting import Stray
from harness.reports import json_report
from harness.reports.reading_back import summary_of
from harness.setting import Setting
from harness.version import __version__
from mockserver import Profile, SettingsError, dialect_named, is_dialect_file
from signer import Credentials

OBSERVED, REPORT = "observed.json", "report.json"
#: The version of the format; a reader refuses one that it does not know.
FORMAT = 1
#: What cannot be looked into without the secret.
_SECRETIVE = frozenset({*CODES, "SIGN-001"})
WITHOUT_SECRET = "told as it was recorded: the command's own secret is not in the record"  # noqa: S105 - a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejudged:
    """A recorded observation, judged again.

    Attributes:
        was: The summary of the time.
        now: The summary by the rules of this version.
        made_by: The version that made the record.
    """

    was: RunSummary
    now: RunSummary
    made_by: str


def taken(folder: Path) -> None:
    """Take a folder for a record; it is made, and must be empty or hold an earlier observation, which is replaced.

    Raises:
        UsageError: It holds something else, or cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()) and not (folder / OBSERVED).is_file():
            raise UsageError(f"the folder {folder} holds something that is no recorded observation")
        for name in (REPORT, OBSERVED):
            (folder / name).unlink(missing_ok=True)
        (folder / OBSERVED).touch()
    except OSError as problem:
        raise UsageError(f"cannot record into {folder}: {problem.strerror}") from problem


def is_one(folder: Path) -> bool:
    """Tell whether a folder holds a recorded observation."""
    return (folder / OBSERVED).is_file()


def write(folder: Path, settings: Observing, observed: Observed) -> None:
    """Write an observation; no secret stands in it.

    Raises:
        HarnessError: The disk would not have it.
    """
    conversation = observed.conversation
    document: dict[str, object] = {"noncense_observation": FORMAT, "noncense": __version__}
    if conversation is not None:
        secrets = conversation.secrets
        document["conversation"] = written(_as_values(settings, conversation), secrets)
    try:
        (folder / OBSERVED).write_text(json.dumps(document, separators=(",", ":")) + "\n", encoding="utf-8")
        (folder / REPORT).write_bytes(json_report.render(observed.summary))
    except OSError as problem:
        raise HarnessError(f"cannot write the record in {folder}: {problem.strerror}") from problem


def _as_values(settings: Observing, conversation: Conversation) -> dict[str, object]:
    """Return everything as values that a record knows."""
    known, ending = settings.known_failures, conversation.ending
    return {
        "argv": settings.argv,
        "dialect": settings.dialect,
        "seed": settings.seed,
        "profile": settings.profile,
        "habits": dict(settings.habits),
        "keys": tuple(key.key for key in settings.keys),
        "redirect": settings.redirect,
        "provoke": settings.provoke,
        "share": settings.share,
        "timeout_s": settings.timeout_s,
        "promises": tuple(sorted(settings.promises)),
        "requirements": settings.requirements,
        "level": settings.level.value,
        "known_failures": None if known is None else dict(known.entries),
        "any_status": settings.any_status,
        "ending": {
            "status": ending.status,
            "out_of_time": ending.out_of_time,
            "interrupted": ending.interrupted,
            "left": ending.left,
        },
        "strays": tuple((stray.host, stray.port, stray.how) for stray in conversation.strays),
        "planned": dict(conversation.planned),
        "origins": tuple(sorted(conversation.origins)),
        "dropped": conversation.dropped,
        "observation": conversation.observation,
    }


def judge_again(folder: Path, *, only: Sequence[str] = (), dialect: str | None = None) -> Rejudged:
    """Judge a recorded observation by the rules of this version.

    Args:
        folder: The record.
        only: Ids or globs of what shall be judged; all that was judged then for none.
        dialect: The file that describes its exchange, where that is one of somebody's own; None for the one it names.

    Raises:
        UsageError: The folder holds none, or one that was cut short or is of a version that we do not know, or a
            pattern names nothing.
    """
    was = summary_of(_document(folder / REPORT), origin=str(folder / REPORT))
    document = _document(folder / OBSERVED)
    if document.get("noncense_observation") != FORMAT:
        raise UsageError(f"{folder / OBSERVED} is no observation of format {FORMAT}")
    made_by = str(document.get("noncense", "?"))
    if "conversation" not in document:
        return Rejudged(was=was, now=was, made_by=made_by)
    try:
        settings, conversation, whole = _read(document["conversation"], dialect)
    except SettingsError as problem:
        raise UsageError(str(problem)) from problem
    except (NotPlain, KeyError, TypeError, ValueError, AttributeError) as problem:
        raise UsageError(f"{folder / OBSERVED} cannot be read: {problem!r}") from problem
    known = {result.id for result in was.results}
    rows = [row for row in asked(tuple(only) or settings.requirements) if only or row.id in known]
    results = judged(rows, conversation, settings)
    if not whole:
        results = _as_recorded(results, was)
    now = summed_up(settings, rows, results, conversation, duration_s=was.duration_s)
    return Rejudged(was=was, now=now, made_by=made_by)


def _as_recorded(results: Sequence[RequirementResult], was: RunSummary) -> tuple[RequirementResult, ...]:
    before = {result.id: result for result in was.results}
    return tuple(
        replace(before[result.id], known_failure=False, notes=(*before[result.id].notes, WITHOUT_SECRET))
        if result.id in _SECRETIVE and result.id in before and before[result.id].status is Status.FAILED
        else result
        for result in results
    )


def _read(plain: object, file: str | None) -> tuple[Observing, Conversation, bool]:
    values = read(plain)
    if file is None and is_dialect_file(str(values["dialect"])):
        raise UsageError(f"it was on the exchange of {values['dialect']}; name the file that describes it: --dialect")
    profile = Profile(values["profile"])
    dialect = dialect_named(file or values["dialect"], profile, **values["habits"])
    drawn = drawn_credentials(dialect, values["seed"])
    secrets = {fingerprint(drawn.secret): drawn.secret}
    settings = _settings(values)
    client = described(settings, dialect.name)
    setting = Setting(dialect=dialect, profile=profile, client=client, form=FORM)
    values = read(plain, secrets, setting)
    observation, ending = values["observation"], values["ending"]
    conversation = Conversation(
        observation=observation,
        ending=Ending(
            status=ending["status"],
            out_of_time=ending["out_of_time"],
            interrupted=ending["interrupted"],
            left=tuple(ending["left"]),
        ),
        strays=tuple(Stray(host=host, port=port, how=how) for host, port, how in values["strays"]),
        planned=values["planned"],
        promises=settings.promises,
        origins=frozenset(values["origins"]),
        dropped=values["dropped"],
    )
    whole = all(view.credentials.secret in secrets.values() for view in observation.keys.values())
    return settings, conversation, whole


def _settings(values: Mapping[str, Any]) -> Observing:
    known = values["known_failures"]
    return Observing(
        argv=tuple(values["argv"]),
        dialect=values["dialect"],
        seed=values["seed"],
        profile=values["profile"],
        habits=values["habits"],
        keys=tuple(Credentials(key=key, secret="…") for key in values["keys"]),  # noqa: S106 - nobody's
        redirect=values["redirect"],
        provoke=None if values["provoke"] is None else tuple(values["provoke"]),
        share=values["share"],
        timeout_s=values["timeout_s"],
        promises=frozenset(values["promises"]),
        requirements=tuple(values["requirements"]),
        level=Level(values["level"]),
        known_failures=None if known is None else KnownFailures(entries=known, origin="the record"),
        any_status=values["any_status"],
    )


def _document(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as problem:
        if path.name == REPORT:
            raise UsageError(f"the observation in {path.parent} was cut short: it has no {REPORT}") from problem
        raise UsageError(f"cannot read {path}") from problem
    except ValueError as problem:
        raise UsageError(f"{path} is no JSON: it was cut short, or is none of ours") from problem
    if not isinstance(found, dict):
        raise UsageError(f"{path} is no recorded observation")
    return found
