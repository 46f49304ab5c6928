"""From a conversation to results: what held, what was broken, what nobody can say, and why."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import replace

from harness.catalogue import Requirement
from harness.concluding import before_trying
from harness.events import Finding, Level, RequirementResult, Status
from harness.findings import finding_of
from harness.leaks import redact
from harness.observation import Observation
from harness.observing.conversation import Conversation, only
from harness.observing.provoking import PROVOCATIONS, struck_by
from harness.observing.rows import rule_of
from harness.observing.rule import Beyond, Broken, Held, Rule, Suspected, Unseen
from harness.observing.settings import TIMEOUT_S, Observing
from harness.search import Conviction

#: The reasons that many requirements share, worded once: reports gather what has one reason.
NO_ADAPTER = "not exercised: it needs an adapter (noncense test), as docs/observing-rows.md says"
NOTHING = "no private request arrived"
FOREMOST = "SIGN-001"
#: So many more refused signatures are asked what they have in common with the one that convicts.
MOST_WITNESSES = 3
_WORDS = {one.name: one.words for one in PROVOCATIONS}


def judged(
    rows: Sequence[Requirement], conversation: Conversation, settings: Observing
) -> tuple[RequirementResult, ...]:
    """Judge a conversation by every requirement.

    Args:
        rows: The requirements.
        conversation: What was seen.
        settings: What the observation was asked to do.
    """
    # Where nothing came at all, one requirement says so for the others, where it is among them.
    several = any(row.id == FOREMOST for row in rows)
    return tuple(_result(row, conversation, settings, speaks=not several or row.id == FOREMOST) for row in rows)


def _result(row: Requirement, conversation: Conversation, settings: Observing, *, speaks: bool) -> RequirementResult:
    setting = conversation.observation.setting
    # Nobody promised anything; what a row presumes has to show in the traffic.
    blank = before_trying(row, setting.dialect, replace(setting.client, features=row.features))
    if blank.void:
        return blank
    blank = replace(blank, reason="", status=Status.SKIPPED, exchanges=0)
    rule = rule_of(row.id)
    if rule is None or isinstance(rule, Beyond):
        return replace(blank, reason=NO_ADAPTER)
    if not conversation.private and row.needs_key and not _says_something(rule, conversation):
        if speaks:
            return replace(blank, status=Status.INCONCLUSIVE, reason=_silence(conversation, settings))
        return replace(blank, reason=f"not exercised: {NOTHING}")
    if (idle := _not_provoked(rule, conversation, settings)) is not None:
        word = rule.judge(conversation)
        if isinstance(word, Broken):
            return _broken(row, blank, word, conversation, settings)
        return replace(blank, status=idle[0], reason=idle[1])
    return _concluded(row, rule, blank, conversation, settings)


def _says_something(rule: Rule, conversation: Conversation) -> bool:
    return isinstance(rule.judge(conversation), Broken)


def _concluded(
    row: Requirement, rule: Rule, blank: RequirementResult, conversation: Conversation, settings: Observing
) -> RequirementResult:
    word = rule.judge(conversation)
    match word:
        case Broken():
            return _broken(row, blank, word, conversation, settings)
        case Suspected(summary=summary, unless=unless, grave=grave):
            hint = f" Vouch for it: --promise {unless}." if unless else ""
            level = blank.level if grave or blank.level is not Level.MUST else Level.SHOULD
            return replace(
                blank,
                level=level,
                status=Status.INCONCLUSIVE,
                reason=redact(f"suspected: {summary}{hint}", conversation.secrets),
            )
        case Unseen(reason=reason):
            return replace(blank, reason=f"not exercised: {reason}")
        case Held(seen=seen):
            short = [
                f"{seen.get(name, 0)} of {least} {name}"
                for name, least in rule.least.items()
                if seen.get(name, 0) < least
            ]
            if short:
                return replace(blank, reason=f"not exercised: the traffic had {', '.join(short)}")
            if not rule.acquits:
                return replace(blank, reason="not exercised: the wire alone can convict of this, and not acquit")
            evidence = ", ".join(f"{count} {name}" for name, count in seen.items() if count)
            return replace(blank, status=Status.PASSED, notes=(f"seen: {evidence}",))


def _not_provoked(rule: Rule, conversation: Conversation, settings: Observing) -> tuple[Status, str] | None:
    """Return status and reason where a rule's provocation did not happen; None where it did, or where it needs none."""
    if not rule.provoked_by:
        return None
    fitting = [name for name in rule.provoked_by if name in conversation.planned]
    if any(conversation.planned[name] for name in fitting):
        return None
    if settings.provoke is None:
        return Status.SKIPPED, "not exercised: it needs --provoke"
    if not fitting:
        return Status.SKIPPED, f"not exercised: it needs --provoke {rule.provoked_by[0]}"
    if settings.provoke:
        return Status.INCONCLUSIVE, f"fault not struck: no call met {', '.join(fitting)}"
    return Status.SKIPPED, "not exercised: there were too few calls for its provocation to strike"


def _silence(conversation: Conversation, settings: Observing) -> str:
    """Say why nothing can be said, and what may be the matter."""
    told = [NOTHING]
    strangers = {
        entry.fields.key
        for entry in conversation.observation.others
        if entry.fields is not None and entry.fields.key is not None
    }
    if strangers:
        # Key and secret may have been swapped; so what is shown is cut after the secret is out of it.
        shown = ", ".join(sorted(redact(ascii(key), conversation.secrets)[:60] for key in strangers)[:3])
        told.append(f"private requests came with keys that nobody named ({shown}): name them by --key and --secret")
    elif any(entry.fields is not None for entry in conversation.observation.others):
        told.append("private requests came without a key")
    elif conversation.observation.others:
        told.append(f"{len(conversation.observation.others)} public ones did")
    else:
        further = "" if settings.redirect == "namespace" else "; try --redirect namespace"
        told.append(f"nor any other: the command spoke to nobody, or slipped past us{further}")
    if conversation.strays:
        named = dict.fromkeys(redact(str(stray), conversation.secrets) for stray in conversation.strays[:3])
        told.append("it tried to reach " + ", ".join(named))
    return "; ".join(told)


# --- findings


def _broken(
    row: Requirement, blank: RequirementResult, word: Broken, conversation: Conversation, settings: Observing
) -> RequirementResult:
    conviction = Conviction(case=conversation.case, observation=conversation.observation, judgement=word)
    witnesses = _witnesses(word, conversation)
    found = finding_of(row, conviction, reproduce=again(settings, row.id), witnesses=witnesses)
    finding: Finding = replace(found, case=None, minimal_example=_in_english(word, conversation, settings))
    return replace(blank, status=Status.FAILED, reason=finding.summary, finding=finding)


def _witnesses(word: Broken, conversation: Conversation) -> tuple[Observation, ...]:
    """Return other requests whose signature was refused, each by itself: only what explains them all is kept."""
    refused = {entry.number for _view, entry, codes in conversation.unverified if codes}
    culprits = {entry.number for entry in word.culprits}
    if not culprits & refused:
        return ()
    others = sorted(refused - culprits)[:MOST_WITNESSES]
    return tuple(_of_one(conversation.observation, number) for number in others)


def _of_one(observation: Observation, number: int) -> Observation:
    return only(observation, lambda entry: entry.number == number)


def _in_english(word: Broken, conversation: Conversation, settings: Observing) -> tuple[str, ...]:
    """Say in a few lines what was run, and what was done to the requests that convict."""
    lines = [f"The command: {shlex.join(settings.argv)}"]
    for entry in word.culprits[:4]:
        what = f"Request {entry.number}, on connection {entry.connection}"
        name = struck_by(entry)
        lines.append(
            f"{what}: {entry.endpoint or entry.request.path.decode('latin-1')}" + (f"; {_WORDS[name]}" if name else "")
        )
    return tuple(redact(line, conversation.secrets) for line in lines)


def again(settings: Observing, requirement: str) -> str:
    """Return the command that shows a finding again; no secret stands in it, but the name of a variable that has it."""
    words = ["noncense", "observe", "--dialect", settings.dialect]
    if settings.profile != "documented":
        words += ["--profile", settings.profile]
    for habit, choice in settings.habits.items():
        words += ["--habit", f"{habit}={choice}"]
    words += ["--requirement", requirement, "--seed", str(settings.seed)]
    if settings.redirect is not None:
        words += ["--redirect", settings.redirect]
    if settings.provoke is not None:
        words += ["--provoke", ",".join(settings.provoke) or "all", "--share", f"{settings.share:g}"]
    for promise in sorted(settings.promises):
        words += ["--promise", promise]
    if settings.timeout_s != TIMEOUT_S:
        words += ["--timeout", f"{settings.timeout_s:g}"]
    line = shlex.join(words)
    for number, key in enumerate(settings.keys, start=1):
        line += f' --key {shlex.quote(key.key)} --secret "$SECRET{number if number > 1 else ""}"'
    return redact(f"{line} -- {shlex.join(settings.argv)}", [key.secret for key in settings.keys])
