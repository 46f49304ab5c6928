"""How a client speaks an exchange that does the reference exchange's business and signs in a way of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from harness.mutants.failures import Failure, kind_of_status
from harness.mutants.messages import Json, Wanted
from harness.mutants.reading import Talk, refusal
from harness.mutants.speakers import reference
from harness.mutants.speakers.speaker import Speak, Speaker
from mockserver import Dialect, dialect_named


def plain_speaker(dialect: Dialect) -> Speaker:
    """Return the speaker of a dialect that is like the reference one, as `mockserver.plain_dialect` makes them.

    Raises:
        LookupError: The dialect has a business of its own, of which we know nothing.
    """
    known = reference.SPEAKER
    if dialect.like != known.scheme.name:
        raise LookupError(f"the client speaks no {dialect.name}")
    sends_forms = any(parameter.place == "form" for endpoint in dialect.endpoints for parameter in endpoint.parameters)
    return Speaker(
        scheme=dialect.scheme,
        operations={name: _in_forms(speak) if sends_forms else speak for name, speak in known.operations.items()},
        refusal=_refusals_of(dialect),
    )


def _in_forms(speak: Speak) -> Speak:
    return lambda talk, params: speak(_Forms(talk), params)


class _Forms:
    """A conversation in which forms go out where the reference exchange has JSON."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk

    def ask(self, wanted: Wanted) -> Json:
        return self._talk.ask(_as_form(wanted))

    def mapping(self, value: Json) -> Mapping[str, Json]:
        return self._talk.mapping(value)

    def sequence(self, value: Json) -> Sequence[Json]:
        return self._talk.sequence(value)

    def remembered(self, name: str, wanted: Wanted) -> Json:
        return self._talk.remembered(name, _as_form(wanted))


def _as_form(wanted: Wanted) -> Wanted:
    return replace(wanted, place="form") if wanted.place == "json" else wanted


def _refusals_of(dialect: Dialect) -> Callable[[int, Json, Wanted], Failure | None]:
    """Read refusals by the dialect's own table: what its codes mean is what the reference exchange's mean."""
    codes = {row.refusal: row.code for row in dialect_named(reference.SPEAKER.scheme.name).refusals}
    kinds: dict[str, str] = {}
    for row in dialect.refusals:
        kinds.setdefault(row.code, reference.KINDS.get(codes.get(row.refusal, ""), "nonce"))

    def refused(status: int, parsed: Json, wanted: Wanted) -> Failure | None:
        if 200 <= status < 300:
            return None
        members = list(parsed.values()) if isinstance(parsed, Mapping) else []
        code = next((str(value) for value in members if str(value) in kinds), "")
        words = next((value for value in members if isinstance(value, str) and " " in value), "")
        kind = kind_of_status(status) if status >= 500 else kinds.get(code, kind_of_status(status))
        return refusal(kind, words, status=status, code=code, body=parsed)

    return refused
