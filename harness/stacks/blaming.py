"""Which stack a finding comes from, when the SDK is not the one who did it: a look-up in what was measured."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from harness.stacks.cures import cure_of
from harness.stacks.probes import CODES, PLACES, Matter, Mode
from harness.stacks.results import MEASURED, Results, Row, read
from harness.stacks.roster import STACKS, Stack
from harness.stacks.seeing import Kind

_FOLLOWED = frozenset({Kind.BARE, Kind.CARRIED, Kind.REPLAYED})
_AWAY = tuple(place for place in PLACES if place != "same")


def stack_of(http_stack: str, agents: Collection[str]) -> Stack | None:
    """Return the stack that a client stands on; None where neither the wire nor the adapter tells.

    Args:
        http_stack: What the adapter says in `describe`: its language, a blank, and its `http_stack`.
        agents: The `User-Agent` of its requests; what a stack calls itself there is believed first.
    """
    for stack in STACKS:
        if stack.agents is not None and any(re.search(stack.agents, agent) for agent in agents):
            return stack
    found = [stack for stack in STACKS if re.search(stack.told, http_stack, re.IGNORECASE)]
    return found[0] if len(found) == 1 else None


def blamed(
    http_stack: str,
    agents: Collection[str],
    diagnosis: Collection[str],
    methods: Collection[str],
    results: Results | None = None,
) -> str:
    """Say that a stack does by itself what was found, with the version that was measured, and the cure.

    Args:
        http_stack: What the adapter says in `describe`: its language, a blank, and its `http_stack`.
        agents: The `User-Agent` of the requests that show the finding.
        diagnosis: The finding's codes.
        methods: The methods of these requests.
        results: What was measured; None for what is published.

    Returns:
        One sentence; nothing where the stack is not known, or was not seen to do this by itself.
    """
    about = next((matter for code, matter in _CODES.items() if code in diagnosis), None)
    stack = stack_of(http_stack, agents) if about is not None else None
    if about is None or stack is None:
        return ""
    row = (read(MEASURED) if results is None else results).row(stack.name)
    words = _does(row, about, diagnosis, methods) if row is not None else ""
    if row is None or not words:
        return ""
    cure = cure_of(stack.name, about)
    mend = f"; cure: {cure}" if cure else ""
    return f"By itself {stack.title} {words} (measured with {row.version}){mend}"


#: What each diagnosis would be, were it the stack's doing.
_CODES: Mapping[str, Matter] = {
    "REQUEST-REPLAYED": Matter.DROPPED,
    "CREDENTIALS-FOLLOW-REDIRECT": Matter.REDIRECTED,
    "REDIRECT-FOLLOWED": Matter.REDIRECTED,
    "REDIRECTS-WITHOUT-END": Matter.REDIRECTED,
    "CUT-ANSWER-AS-DATA": Matter.ANSWERED,
    "CALL-HANGS": Matter.SLOW,
}


def _does(row: Row, about: Matter, diagnosis: Collection[str], methods: Collection[str]) -> str:
    match about:
        case Matter.DROPPED:
            ways = ("warm", "reset", "unread", "fresh")
            again = [
                method
                for method in sorted(methods)
                if _kinds(row, [f"{method.lower()}-{way}" for way in ways]) & {Kind.AGAIN}
            ]
            return f"sends a {' and a '.join(again)} again when its connection breaks" if again else ""
        case Matter.REDIRECTED:
            carried = "CREDENTIALS-FOLLOW-REDIRECT" in diagnosis
            places = _AWAY if carried else tuple(PLACES)
            posts = [f"post-{code}-{place}" for code in CODES for place in places]
            gets = [f"get-302-{place}" for place in places]
            kinds = _kinds(row, [*(posts if "POST" in methods else ()), *(gets if "GET" in methods else ())])
            if carried and kinds & {Kind.CARRIED, Kind.REPLAYED}:
                return "follows redirects, and takes `Key` and `Sign` along"
            return "follows redirects" if not carried and kinds & _FOLLOWED else ""
        case Matter.ANSWERED:
            cut = [words for probe, words in _CUT.items() if Kind.UNNOTICED in _kinds(row, [probe])]
            return f"hands over an answer {' or '.join(cut)}" if cut else ""
        case Matter.SLOW:
            waits = [one.words for one in row.of(Mode.AS_IS, "post-never") if one.kind is Kind.WAITS]
            return f"is {waits[0]} for one" if waits else ""


_CUT = {"cut-length": "that is shorter than its `Content-Length`", "cut-chunks": "whose chunks never end"}


def _kinds(row: Row, probes: Collection[str]) -> set[Kind]:
    return {one.kind for probe in probes for one in row.of(Mode.AS_IS, probe)}
