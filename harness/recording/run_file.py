"""What heads a record: which exchange was played, with what, and which client was judged."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.drivers import Client, ObjectClient, ProgramClient
from harness.drivers.driver import Description
from harness.errors import UsageError
from harness.events import Level
from harness.known_failures import KnownFailures
from harness.run_settings import RunSettings
from harness.version import __version__

#: The version of the format; a reader refuses one that it does not know.
FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What was run.

    Attributes:
        settings: As the run was asked for.
        client: The client, as far as it can be named; an adapter that was handed over as an object cannot.
        description: What the client said it was.
        form: "program" or "in-process".
        noncense: The version that made the record.
    """

    settings: RunSettings
    client: Client
    description: Description
    form: str
    noncense: str = __version__


def head_as_text(head: Head) -> str:
    """Return a head as JSON."""
    settings, client = head.settings, head.description
    known = settings.known_failures
    document = {
        "noncense_run": FORMAT,
        "noncense": head.noncense,
        "dialect": settings.dialect,
        "profile": settings.profile,
        "habits": dict(settings.habits),
        "seed": settings.seed,
        "requirements": list(settings.requirements),
        "level": settings.level.value,
        "examples": settings.examples,
        "timeout_s": settings.timeout_s,
        "call_timeout_s": settings.call_timeout_s,
        "known_failures": None if known is None else dict(known.entries),
        "form": head.form,
        "driven": _driven(head.client),
        "client": {
            "name": client.name,
            "version": client.version,
            "language": client.language,
            "dialects": list(client.dialects),
            "operations": sorted(client.operations),
            "features": sorted(client.features),
            "homepage": client.homepage,
            "issues": client.issues,
            "http_stack": client.http_stack,
        },
    }
    return json.dumps(document, indent=2) + "\n"


def head_of(text: str, *, origin: str) -> Head:
    """Read a head.

    Args:
        text: As `head_as_text` wrote it.
        origin: What to call it in messages.

    Raises:
        UsageError: It is none, or of a version that we do not know.
    """
    try:
        document = json.loads(text)
        version = document["noncense_run"]
    except (ValueError, KeyError, TypeError) as problem:
        raise UsageError(f"{origin} is not the head of a recorded run") from problem
    if version != FORMAT:
        raise UsageError(f"{origin} is a record of format {version}; this version reads format {FORMAT}")
    try:
        return _head(document)
    except (KeyError, TypeError, ValueError) as problem:
        raise UsageError(f"{origin} is not the head of a recorded run: {problem!r}") from problem


def _head(document: Mapping[str, Any]) -> Head:
    known = document["known_failures"]
    client = document["client"]
    return Head(
        settings=RunSettings(
            dialect=document["dialect"],
            profile=document["profile"],
            habits=document["habits"],
            seed=document["seed"],
            requirements=tuple(document["requirements"]),
            level=Level(document["level"]),
            examples=document["examples"],
            timeout_s=document["timeout_s"],
            call_timeout_s=document["call_timeout_s"],
            known_failures=None if known is None else KnownFailures(entries=known, origin="the record"),
        ),
        client=_client_of(document["driven"]),
        description=Description(
            name=client["name"],
            version=client["version"],
            language=client["language"],
            dialects=tuple(client["dialects"]),
            operations=frozenset(client["operations"]),
            features=frozenset(client["features"]),
            homepage=client["homepage"],
            issues=client["issues"],
            http_stack=client["http_stack"],
        ),
        form=document["form"],
        noncense=document["noncense"],
    )


def _driven(client: Client) -> dict[str, object]:
    match client:
        case ProgramClient(argv=argv):
            return {"program": list(argv)}
        case ObjectClient(reference=reference):
            return {"object": reference if isinstance(reference, str) else None}


def _client_of(driven: Mapping[str, Any]) -> Client:
    if "program" in driven:
        return ProgramClient(argv=tuple(driven["program"]))
    return ObjectClient(reference=driven["object"])
