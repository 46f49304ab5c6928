"""From a conviction to words for the client's author: the smallest conversation that shows the mistake."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from harness.cases import Case, in_english
from harness.catalogue.requirement import Requirement
from harness.counting import Counted, counted, rests_on_counting
from harness.discriminating import explained
from harness.drivers.driver import CannotTry, Failed, Hung, Interrupted, Succeeded
from harness.events import Finding
from harness.leaks import redact
from harness.observation import NotMade, Observation, Record
from harness.recording.plain import NotPlain, written
from harness.search import Conviction
from mockserver import Entry
from signer import Accepted, Refused

#: A transcript shows at most so many requests.
TRANSCRIPT_LIMIT = 12
#: A body or header value is cut after so many characters.
TEXT_LIMIT = 600
#: So much of a client's last words.
STDERR_LIMIT = 2000


def finding_of(
    requirement: Requirement, conviction: Conviction, *, reproduce: str, witnesses: Sequence[Observation] = ()
) -> Finding:
    """Put a conviction into words.

    Args:
        requirement: What was broken.
        conviction: The smallest case and what was observed.
        reproduce: The command that shows it again.
        witnesses: What was observed of cases that tell its explanations apart.

    Returns:
        A finding in which every secret is replaced by its fingerprint.
    """
    observation = conviction.observation
    secrets = [view.credentials.secret for view in observation.keys.values()]

    def clean(text: str) -> str:
        return redact(text, secrets)

    judgement = conviction.judgement
    culprits = judgement.culprits or _all_entries(observation)
    signed = explained(observation, culprits, witnesses)
    own = judgement.diagnosis or signed.codes
    about_signing = bool(signed.words) and not set(own).isdisjoint({*signed.codes, *signed.dropped})
    if about_signing:
        own = tuple(code for code in own if code not in signed.dropped)
    habits = Counted()
    if rests_on_counting(requirement.family, own):
        habits = counted(conviction.case, observation, culprits)
    return Finding(
        summary=clean(judgement.summary),
        diagnosis=tuple(dict.fromkeys((*own, *habits.codes))),
        minimal_example=tuple(clean(line) for line in in_english(conviction.case)),
        transcript=_transcript(_most_telling(culprits), observation, clean),
        consequence=clean(judgement.consequence or requirement.consequence),
        reproduce=reproduce,
        remedy=requirement.remedy,
        stderr=clean(observation.stderr)[-STDERR_LIMIT:],
        case=_plain(conviction.case, secrets),
        hints=(*((signed.words,) if about_signing else ()), *habits.words, *_by_itself(observation, own, culprits)),
    )


def _by_itself(observation: Observation, diagnosis: Sequence[str], culprits: Sequence[Entry]) -> tuple[str, ...]:
    """Say of which HTTP stack this was seen without any SDK above it, where that is known."""
    from harness.stacks import blamed

    requests = [entry.request for entry in culprits]
    agents = {
        value.decode("latin-1")
        for request in requests
        for name, value in request.headers
        if name.lower() == b"user-agent"
    }
    client = observation.setting.client
    told = f"{client.language} {client.http_stack or ''}"
    words = blamed(told, agents, diagnosis, {request.method for request in requests})
    return (words,) if words else ()


def _plain(case: Case, secrets: Sequence[str]) -> Mapping[str, object] | None:
    """Return a case as a record holds it; None for one that no record can hold."""
    try:
        plain = written(case, secrets)
    except NotPlain:
        return None
    return plain if isinstance(plain, dict) else None


def client_said(reply: object) -> str:
    """Put a client's reply into one line."""
    match reply:
        case Succeeded(value=value):
            return f"ok: {_short(ascii(value))}"
        case Failed(kind=kind, message=message, type=type_, http_status=status):
            extra = "".join([f" {type_}" if type_ else "", f" (HTTP {status})" if status else ""])
            return f"error {kind}{extra}: {_short(message)}"
        case CannotTry(reason=reason):
            return f"cannot try: {reason}"
        case Hung(limit_s=limit):
            return f"no answer within {limit:g} s"
        case Interrupted():
            return "killed before it could answer"
        case NotMade(reason=reason):
            return f"not called: {reason}"
        case _:
            return repr(reply)


def in_short(observation: Observation) -> tuple[str, ...]:
    """Tell of a played case in a line for each request and each call, secrets taken out."""
    secrets = [view.credentials.secret for view in observation.keys.values()]
    lines: list[str] = []
    told: set[int] = set()
    for record in observation.records:
        for entry in record.entries:
            if entry.number not in told:
                told.add(entry.number)
                lines.append(_request_in_short(entry))
        lines.append(f"{record.call.operation}: {client_said(record.reply)}")
    return tuple(redact(line, secrets) for line in lines)


def _request_in_short(entry: Entry) -> str:
    request = entry.request
    nonce = f" nonce {entry.fields.nonce}" if entry.fields is not None and entry.fields.nonce else ""
    status = f", {entry.answer.status}" if entry.answer is not None else ""
    fault = f", struck by {entry.fault.kind.value}" if entry.fault is not None else ""
    target = request.target.decode("utf-8", "replace")
    return f"  {request.method} {_short(target)}{nonce}: {_verdict(entry)}{status}{fault}"


def _all_entries(observation: Observation) -> tuple[Entry, ...]:
    entries = [entry for view in observation.keys.values() for entry in view.entries]
    entries.extend(observation.others)
    return tuple(sorted({entry.number: entry for entry in entries}.values(), key=lambda entry: entry.number))


def _most_telling(entries: Sequence[Entry]) -> Sequence[Entry]:
    if len(entries) <= TRANSCRIPT_LIMIT:
        return entries
    half = TRANSCRIPT_LIMIT // 2
    return (*entries[:half], *entries[-half:])


def _transcript(
    entries: Sequence[Entry], observation: Observation, clean: Callable[[str], str]
) -> tuple[Mapping[str, object], ...]:
    """Return a page for each request. A call is named at its first one; what the client said comes after its last."""
    records = [_record_of(entry, observation) for entry in entries]
    pages: list[Mapping[str, object]] = []
    for index, (entry, record) in enumerate(zip(entries, records, strict=True)):
        page = _page(entry, clean)
        if record is not None and not any(record is other for other in records[:index]):
            page["call"] = record.call.operation
        if record is not None and not any(record is other for other in records[index + 1 :]):
            page["client_said"] = clean(client_said(record.reply))
        pages.append(page)
    return tuple(pages)


def _page(entry: Entry, clean: Callable[[str], str]) -> dict[str, object]:
    """Return one request, and what the exchange made of it."""
    request = entry.request
    page: dict[str, object] = {
        "request": clean(f"{request.method} {_short(request.target.decode('utf-8', 'replace'))}"),
        "headers": [
            clean(f"{name.decode('latin-1')}: {_short(value.decode('latin-1'))}")
            for name, value in request.headers
            if name.lower() not in _DULL
        ],
        "body": clean(_short(request.body.decode("utf-8", "replace"))),
        "verdict": clean(_verdict(entry)),
    }
    if entry.effects:
        page["effects"] = [f"{effect.kind} {effect.subject}" for effect in entry.effects]
    if entry.fault is not None:
        page["fault"] = f"{entry.fault.kind.value}, {entry.fault.phase.value.replace('_', ' ')}"
    if entry.answer is not None:
        page["answer"] = clean(f"{entry.answer.status} {_short(entry.answer.body.decode('utf-8', 'replace'))}")
    return page


_DULL = frozenset({b"host", b"accept", b"accept-encoding", b"connection", b"user-agent", b"content-length"})


def _record_of(entry: Entry, observation: Observation) -> Record | None:
    for record in observation.records:
        if not record.together and any(other.number == entry.number for other in record.entries):
            return record
    return None


def _verdict(entry: Entry) -> str:
    if isinstance(entry.verdict, Refused):
        return f"refused: {entry.verdict.reason.value}. {entry.verdict.detail}"
    if entry.refused is not None:
        return f"refused: {entry.refused.refusal.value}. {entry.refused.detail}"
    if isinstance(entry.verdict, Accepted):
        return "accepted"
    return "unreadable" if entry.unreadable else "public"


def _short(text: str) -> str:
    return text if len(text) <= TEXT_LIMIT else f"{text[:TEXT_LIMIT]}… ({len(text)} characters)"
