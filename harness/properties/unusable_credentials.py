"""Credentials that cannot work: misread from a file, or revoked between two calls; CRED-005 and CRED-006."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from harness.cases import Case, Revoke, SessionPlan
from harness.drivers.driver import Failed, Succeeded
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import Observation
from harness.properties.evidence import untried
from harness.setting import Setting
from harness.strategies import calls
from mockserver import Entry
from signer import Credentials, SignerError, Stages, check_signature

#: What becomes of a secret on its way from a file or a form; `{}` stands for the secret itself.
SPOILT = ("{}\n", "{}\r\n", " {}", "{}\t", "", "   ", "\n")


# --- oracles


def refused_or_exact(case: Case, observation: Observation) -> Judgement:
    """A spoilt credential is refused at home, used as it was given, or mended so that it works."""
    plan = case.sessions[0]
    own = observation.key.credentials
    given = Credentials(key=_as(plan.key_as, own.key), secret=_as(plan.secret_as, own.secret))
    seen: Counter[str] = Counter()
    for entry in (*observation.key.private, *observation.others):
        if entry.fields is None:
            continue
        if (arrived := entry.fields.key or "") not in {own.key, given.key, given.key.strip(" \t")}:
            return Broken(
                summary=f"The key was given as {given.key!a} and sent as {arrived!a}, neither that nor the key itself.",
                diagnosis=("CREDENTIAL-REPAIRED",),
                culprits=(entry,),
            )
        right = any(
            _signs(observation, entry, Credentials(key=key, secret=secret))
            for key in (entry.fields.key or "", given.key)
            for secret in (own.secret, given.secret)
        )
        if entry.fields.signature and not right:
            return Broken(
                summary=f"A secret with {case.about['spoilt']} was used as neither what was given nor the secret.",
                diagnosis=("CREDENTIAL-REPAIRED",),
                culprits=(entry,),
            )
        seen["requests"] += 1
    for record in observation.records:
        if (unseen := untried(record)) is not None:
            return unseen
    return Held(seen={"provocations": 1, **seen})


def _as(pattern: str | None, real: str) -> str:
    return real if pattern is None else pattern.replace("{}", real)


def _signs(observation: Observation, entry: Entry, credentials: Credentials) -> bool:
    """Tell whether a request's signature was made with a key and a secret; blanks around a key are lost on the way."""
    assert entry.fields is not None  # noqa: S101
    scheme = observation.setting.dialect.scheme
    try:
        fields = replace(entry.fields, key=credentials.key)
        return isinstance(check_signature(scheme, entry.request, fields, credentials), Stages)
    except SignerError:
        return False


def revoked_is_over(case: Case, observation: Observation) -> Judgement:
    """A call with a revoked key is reported as `authentication`, after one request."""
    last = observation.records[-1]
    if (unseen := untried(last)) is not None:
        return unseen
    if not all(isinstance(record.reply, Succeeded) for record in observation.records[:-1]):
        return Unseen(reason="the key did not work before it was revoked")
    tried = [entry for entry in last.entries if entry.fields is not None]
    what = f"{last.call.operation} with a key that was just revoked"
    if len(tried) > 1:
        return Broken(
            summary=f"{what} was tried {len(tried)} times.",
            diagnosis=("REVOKED-KEY-TRIED-AGAIN",),
            culprits=tuple(tried),
        )
    if isinstance(last.reply, Succeeded):
        return Broken(
            summary=f"{what} was reported as a success.",
            diagnosis=("REFUSAL-AS-SUCCESS",),
            culprits=tuple(tried),
        )
    if not tried:
        return Unseen(reason="the client sent nothing with the revoked key")
    refused = tried[0].refused
    if not isinstance(last.reply, Failed) or refused is None:
        return Unseen(reason="the exchange did not refuse the key")
    kinds = observation.setting.dialect.row(refused).kinds | {"authentication", "unknown"}
    if last.reply.kind not in kinds:
        return Broken(
            summary=f"{what} was reported as {last.reply.kind}, not as authentication.",
            diagnosis=("CREDENTIALS-MISNAMED",),
            culprits=tuple(tried),
        )
    return Held(seen={"provocations": 1})


# --- strategies

_WORDS = {
    "{}\n": "a line end behind it",
    "{}\r\n": "a line end of two characters behind it",
    " {}": "a blank before it",
    "{}\t": "a tab behind it",
    "": "nothing in it",
    "   ": "blanks alone in it",
    "\n": "a line end alone in it",
}


def spoilt(setting: Setting) -> Sequence[Case]:
    """Return a call with each spoilt secret, and with each spoilt key."""
    plain = next(iter(calls.plain_calls(setting)))
    found = []
    for pattern in SPOILT:
        about = {"spoilt": _WORDS[pattern]}
        found.append(Case(steps=(plain,), sessions=(SessionPlan(secret_as=pattern),), about=about))
        found.append(Case(steps=(plain,), sessions=(SessionPlan(key_as=pattern),), about=about))
    return found


def revoked_between(setting: Setting) -> Sequence[Case]:
    """Return each plain call, made once before the key is revoked and once after."""
    plain = calls.plain_calls(setting)
    named = [call for call in plain if call.operation != "raw"]
    return [Case(steps=(call, Revoke(key="k"), call)) for call in named or plain]
