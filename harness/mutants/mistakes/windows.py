"""Mistakes with what a request tells of its time besides the timestamp: its window, and the timestamp once more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from harness.mutants.knobs import Draft, Knobs, sign_afresh
from harness.mutants.messages import Account, Wanted
from harness.mutants.mistakes.mistake import EVERYTHING, WINDOWED, Mistake
from signer import Request, Signed

_WINDOW = "recvWindow"


def _asking_for(window: str) -> Callable[[], Knobs]:
    """Return a client whose every private request names this window."""

    def wanted(right: Wanted) -> Wanted:
        return replace(right, pairs=(*right.pairs, (_WINDOW, window))) if right.private else right

    return lambda: Knobs(wanted=wanted)


def _behind_the_signature(request: Request, account: Account) -> Request:
    pair = f"&{_WINDOW}=10000".encode()
    if request.body:
        return replace(request, body=request.body + pair)
    return replace(request, target=request.target + pair)


def _in_query_and_body(draft: Draft) -> Signed:
    """Sign a form whose timestamp stands in the query too; the one in the body is that of the attempt before."""
    request = draft.request
    if request.method != "POST" or not isinstance(draft.timestamp, int):
        return sign_afresh(draft)
    body = request.body + (b"&" if request.body else b"") + b"timestamp=%d" % (draft.timestamp - 1)
    twice = replace(request, target=request.target + b"?timestamp=%d" % draft.timestamp, body=body)
    return sign_afresh(replace(draft, request=twice))


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        name="window-beyond-the-limit",
        kills="TIME-010",
        diagnoses=("WINDOW-BEYOND-LIMIT",),
        summary="Every request asks for a window of ten minutes, to be on the safe side.",
        knobs=_asking_for("600000"),
        dialects=WINDOWED,
        collateral=EVERYTHING,
    ),
    Mistake(
        name="window-in-words",
        kills="TIME-010",
        diagnoses=("WINDOW-BEYOND-LIMIT",),
        summary="The window is written with its unit, as the configuration has it.",
        knobs=_asking_for("5s"),
        dialects=WINDOWED,
        collateral=EVERYTHING,
    ),
    Mistake(
        name="window-added-after-signing",
        kills="TIME-010",
        diagnoses=("WINDOW-NOT-SIGNED",),
        summary="The window is added to the request that was signed already.",
        knobs=lambda: Knobs(outgoing=_behind_the_signature),
        dialects=WINDOWED,
        collateral=EVERYTHING,
    ),
    Mistake(
        name="timestamp-in-query-and-body",
        kills="CRED-002",
        diagnoses=("FRESHNESS-DISAGREES",),
        summary="The timestamp stands in the query and in the body, taken a moment apart.",
        knobs=lambda: Knobs(signing=_in_query_and_body),
        dialects=WINDOWED,
        collateral=("CANON-*", "TIME-*", "OPS-*", "UNI-005"),
    ),
)
