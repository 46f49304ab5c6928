"""Requests as records and back. A record holds the request as it travelled; what follows from it is found again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from enum import Enum
from typing import Any

from msgspec import Raw

from mockserver.core.answers import Answer
from mockserver.core.faults import Fault, FaultKind, Phase
from mockserver.core.journal import Effect, Entry
from mockserver.core.refusals import Refusal, Refused
from mockserver.core.visit import Visit
from mockserver.stores.store import RequestRecord, RequestRow
from signer import Accepted, Fields, Reason, Stages
from signer import Refused as NotBelieved

ACCEPTED = "accepted"


def row_of(visit: Visit) -> RequestRow:
    """Return what is kept of a request that has its place: a RequestRecord's values."""
    entry = visit.entry
    verdict, answer = entry.verdict, visit.answer
    folded = entry.folded  # looked at once: who reads the journal in another thread may unfold it
    return (
        visit.seq,
        visit.changed,
        visit.now_ms,
        visit.peer,
        Raw(folded) if folded else visit.request,
        answer,
        None if entry.answer is answer else entry.answer,
        entry.number,
        entry.connection,
        entry.server_ms,
        entry.arrived_ns,
        entry.answered_ns,
        entry.judged,
        entry.stopped_at,
        None if entry.last_nonce is None else str(entry.last_nonce),
        None if verdict is None else ACCEPTED if isinstance(verdict, Accepted) else _not_believed_text(verdict),
        "\n".join([f"{effect.kind} {effect.subject}" for effect in entry.effects]) if entry.effects else None,
        None if entry.refused is None else _refused_text(entry.refused),
        None if entry.fault is None else _fault_text(entry.fault),
        entry.unreadable,
    )


def entry_of(record: RequestRecord) -> Entry:
    """Return a page of the journal, as far as the record tells; what follows from the request is not in it."""
    return Entry(
        number=record.number,
        connection=record.connection,
        server_ms=record.server_ms,
        arrived_ns=record.arrived_ns,
        request=record.request,
        answered_ns=record.answered_ns,
        refused=None if record.refused is None else _refused_of(record.refused),
        effects=tuple(_effect_of(line) for line in (record.effects or "").splitlines()),
        answer=record.answered if record.said is None else record.said,
        fault=None if record.fault is None else _fault_of(record.fault),
        unreadable=record.unreadable,
        judged=record.judged,
        stopped_at=record.stopped_at,
        last_nonce=None if record.last_nonce is None else int(record.last_nonce),
    )


def not_believed_of(text: str, said: Fields, stages: Stages | None) -> NotBelieved:
    """Return the signer's verdict from its record, with the fields and stages that were found again."""
    kept = json.loads(text)
    return NotBelieved(
        reason=Reason(kept["reason"]),
        fields=said,
        detail=kept["detail"],
        stages=stages if kept["computed"] else None,
        first_difference=kept["first_difference"],
    )


def _not_believed_text(verdict: NotBelieved) -> str:
    return _text(
        {
            "reason": verdict.reason,
            "detail": verdict.detail,
            "computed": verdict.stages is not None,
            "first_difference": verdict.first_difference,
        }
    )


def _refused_text(refused: Refused) -> str:
    return _text({field.name: getattr(refused, field.name) for field in fields(refused)})


def _refused_of(text: str) -> Refused:
    kept = json.loads(text)
    return Refused(**{**kept, "refusal": Refusal(kept["refusal"])})


def _fault_text(fault: Fault) -> str:
    return _text({field.name: getattr(fault, field.name) for field in fields(fault)})


def _fault_of(text: str) -> Fault:
    kept: dict[str, Any] = json.loads(text)
    told: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()}
    told["kind"], told["phase"] = FaultKind(kept["kind"]), Phase(kept["phase"])
    return Fault(**told)


def _effect_of(line: str) -> Effect:
    kind, _, subject = line.partition(" ")
    return Effect(kind=kind, subject=subject)


def _text(value: Mapping[str, object]) -> str:
    return json.dumps(_plain(value), separators=(",", ":"))


def _plain(value: object) -> object:
    """Return JSON data for values that are none: enums their text, sets and tuples lists, the rest as it prints."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        return {str(name): _plain(member) for name, member in value.items()}
    if isinstance(value, Sequence | set | frozenset):
        return [_plain(member) for member in value]
    return str(value)


def difference(then: Answer | None, now: Answer) -> str:
    """Return two answers that should be one, from a little before they part, for a message."""
    before, after = _shown(then), _shown(now)
    at = next((index for index, (ours, theirs) in enumerate(zip(before, after, strict=False)) if ours != theirs), 0)
    begin = max(0, at - 20)
    return f"{before[begin : begin + 60]!r} then and {after[begin : begin + 60]!r} now"


def _shown(answer: Answer | None) -> str:
    """Return an answer as it would look on the wire, roughly."""
    if answer is None:
        return ""
    first = f"{answer.status}" if answer.reason is None else f"{answer.status} {answer.reason}"
    lines = [first, f"Content-Type: {answer.content_type}", *[f"{name}: {value}" for name, value in answer.headers]]
    return "\r\n".join([*lines, "", answer.body.decode("latin-1")])
