"""A schedule as text: a case as JSON, and as one word for a command line.

Cases are plain data (decision 0002), so a schedule that fails can be kept in a file, sent to a colleague and played by
another release. What a later release cannot read any more is refused with a reason, never misread.
"""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import replace
from typing import get_args

from harness.cases import Call, Case, KeyPlan, SessionPlan, Step, Together
from harness.errors import HarnessError, UsageError
from harness.recording.plain import read, written

#: Rises when older releases could misread what is written.
FORMAT = 1
#: What tells the case of a campaign from the case of a single requirement.
AXIS = "a campaign's schedule"
#: No schedule of ours comes near this; a word that unpacks to more is none of ours.
_LIMIT = 1 << 20


def as_json(case: Case) -> str:
    """Write a schedule: its keys, sessions and steps, as docs/recordings.md describes cases.

    A secret that was drawn for a case would be taken out; the machine draws none.
    """
    document = {"format": FORMAT, "case": written(replace(case, axis=""))}
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


def from_json(text: str) -> Case:
    """Read a schedule.

    Raises:
        UsageError: It is none, or of a format that this release does not know.
    """
    try:
        document = json.loads(text)
        if document["format"] != FORMAT:
            raise UsageError(f"the schedule has format {document['format']!r}; this release reads {FORMAT}")
        case: object = read(document["case"])
    except UsageError:
        raise
    except (HarnessError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise UsageError("this is no schedule of a campaign") from problem
    if not isinstance(case, Case) or not _is_schedule(case):
        raise UsageError("this is no schedule of a campaign")
    return replace(case, axis=AXIS)


def as_word(case: Case) -> str:
    """Write a schedule as one word without blanks or quotes, for a command line."""
    packed = zlib.compress(as_json(case).encode(), 9)
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def from_word(word: str) -> Case:
    """Read what `as_word` has written, or a schedule as JSON.

    Raises:
        UsageError: It is neither.
    """
    if word.lstrip().startswith(("{", "[")):
        return from_json(word)
    try:
        packed = base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True)
        unpacking = zlib.decompressobj()
        text = unpacking.decompress(packed, _LIMIT)
        if unpacking.unconsumed_tail or not unpacking.eof:
            raise UsageError("this is no schedule of a campaign: it is cut, or too long")
        return from_json(text.decode())
    except (zlib.error, ValueError) as problem:
        raise UsageError("this is no schedule of a campaign") from problem


def _is_schedule(case: Case) -> bool:
    """Tell whether what was read has the shape of a case, so that it can be played or fail like one."""
    if not all(isinstance(part, tuple) for part in (case.steps, case.keys, case.sessions)):
        return False
    shapes = (
        *((step, get_args(Step)) for step in case.steps),
        *((key, (KeyPlan,)) for key in case.keys),
        *((session, (SessionPlan,)) for session in case.sessions),
        *((call, (Call,)) for step in case.steps if isinstance(step, Together) for call in step.calls),
    )
    if not all(isinstance(value, kinds) for value, kinds in shapes):
        return False
    sessions, keys = {session.name for session in case.sessions}, {key.name for key in case.keys}
    return all(session.key in {None, *keys} for session in case.sessions) and all(
        call.session in sessions for call in case.calls()
    )
