"""Journal entries as JSON: what was received, judged and answered, stage by stage."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import TypeAlias

from mockserver.core.answers import Answer
from mockserver.core.dialect import Dialect
from mockserver.core.faults import Fault, PlannedFault
from mockserver.core.journal import Entry
from mockserver.core.refusals import Refused
from mockserver.core.verification import steps
from signer import Accepted, Fields, Request, Stages, Verdict

Object: TypeAlias = dict[str, object]


def text_of(data: bytes) -> object:
    """Return bytes as text where they are UTF-8, else as `{"base64": …}`."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode("ascii")}


def entry_object(entry: Entry, dialect: Dialect) -> Object:
    """Return an entry as a JSON object, with the checks that it went through."""
    return {
        "number": entry.number,
        "judged": entry.judged,
        "connection": entry.connection,
        "server_ms": entry.server_ms,
        "arrived_ns": entry.arrived_ns,
        "answered_ns": entry.answered_ns,
        "request": _request(entry.request),
        "unreadable": text_of(entry.unreadable) if entry.unreadable else None,
        "fields": None if entry.fields is None else _fields(entry.fields),
        "endpoint": entry.endpoint,
        "operation": entry.operation,
        "verdict": None if entry.verdict is None else _verdict(entry.verdict),
        "checks": [
            {"check": step.check.value, "outcome": step.outcome.value, **step.seen} for step in steps(entry, dialect)
        ],
        "refused": None if entry.refused is None else _refused(entry.refused),
        "effects": [{"kind": effect.kind, "subject": effect.subject} for effect in entry.effects],
        "answer": None if entry.answer is None else _answer(entry.answer),
        "fault": None if entry.fault is None else fault_object(entry.fault),
    }


def fault_object(fault: Fault) -> Object:
    """Return a fault as a JSON object."""
    return {
        "fault": fault.kind.value,
        "at": fault.phase.value,
        "key": fault.key,
        "operation": _plain(fault.operation),
        "endpoint": _plain(fault.endpoint),
        "skip": fault.skip,
        "every": fault.every,
        "probability": fault.probability,
        "seed": fault.seed,
        "times": fault.times,
        **{name: _plain(value) for name, value in fault.settings.items()},
    }


def planned_object(planned: PlannedFault) -> Object:
    """Return a planned fault, with how much of it has happened, as a JSON object."""
    return {
        "id": planned.number,
        **fault_object(planned.fault),
        "seen": planned.seen,
        "struck": planned.struck,
        "spent": planned.spent,
        "batches": list(planned.batches),
    }


def _request(request: Request) -> Object:
    return {
        "method": request.method,
        "target": text_of(request.target),
        "headers": [[text_of(name), text_of(value)] for name, value in request.headers],
        "body": text_of(request.body),
    }


def _fields(fields: Fields) -> Object:
    return {
        "key": fields.key,
        "signature": fields.signature,
        "nonce": fields.nonce,
        "timestamp": fields.timestamp,
        "repeated": list(fields.repeated),
    }


def _stages(stages: Stages | None) -> object:
    if stages is None:
        return None
    return {
        "canonical_request": text_of(stages.canonical_request),
        "string_to_sign": text_of(stages.string_to_sign),
        "signature": stages.signature,
    }


def _verdict(verdict: Verdict) -> Object:
    if isinstance(verdict, Accepted):
        return {"accepted": True, "stages": _stages(verdict.stages)}
    return {
        "accepted": False,
        "reason": verdict.reason.value,
        "detail": verdict.detail,
        "first_difference": verdict.first_difference,
        "stages": _stages(verdict.stages),
    }


def _refused(refused: Refused) -> Object:
    return {
        "refusal": refused.refusal.value,
        "variant": refused.variant,
        "detail": refused.detail,
        "facts": {name: _plain(value) for name, value in refused.facts.items()},
    }


def _answer(answer: Answer) -> Object:
    return {
        "status": answer.status,
        "reason": answer.reason,
        "content_type": answer.content_type,
        "headers": [list(pair) for pair in answer.headers],
        "body": text_of(answer.body),
    }


def _plain(value: object) -> object:
    """Return a value as JSON has one: numbers beyond 2^53 and everything unknown as text."""
    if value is None or isinstance(value, bool | float | str):
        return value
    if isinstance(value, int):
        return value if abs(value) <= 2**53 else str(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(member) for member in value]
    return str(value)
