"""Where requests are sent on to: the family REDIR."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from harness.observing.conversation import Conversation
from harness.observing.provoking import INSIDE
from harness.observing.rule import Broken, Rule, Unseen, Word, held
from harness.properties import redirects
from mockserver import Entry


def nothing_follows(conversation: Conversation) -> Word:
    """Key, signature, nonce and signed body do not reach another origin."""
    sent = conversation.struck("redirect")
    status = sent[0][1].answer.status if sent and sent[0][1].answer is not None else 302
    for entry in conversation.observation.canary:
        carried = redirects.credentials_in(entry, conversation.observation)
        if carried:
            culprit = _redirected(conversation)
            return Broken(
                summary=f"A redirect to another origin was followed with {' and '.join(carried)}.",
                diagnosis=("CREDENTIALS-FOLLOW-REDIRECT",),
                culprits=culprit,
                consequence="Whoever can redirect one request holds a signed order that he may send himself."
                if "the signed body" in carried
                else "",
            )
    return held({"provocations": len(sent)}, f"no call was redirected ({status})")


def _redirected(conversation: Conversation) -> tuple[Entry, ...]:
    return tuple(entry for _view, entry in conversation.struck("redirect"))[:2]


def not_followed(conversation: Conversation) -> Word:
    """A private call does not follow a redirect inside the exchange."""
    for entry in conversation.everything:
        if entry.request.path == INSIDE.encode():
            before = [one for _view, one in conversation.struck("detour") if one.number < entry.number]
            return Broken(
                summary="A private call followed a redirect inside the exchange.",
                diagnosis=("REDIRECT-FOLLOWED",),
                culprits=(*before[-1:], entry),
            )
    return Unseen(reason="what the command was told of a redirect is not seen")


def redirects_end(conversation: Conversation) -> Word:
    """Redirects are not followed without an end."""
    for _one, run in _runs(conversation):
        if len(run) > redirects.MOST_FOLLOWED:
            return Broken(
                summary=f"A redirected call led to {len(run)} requests.",
                diagnosis=("REDIRECTS-WITHOUT-END",),
                culprits=tuple(run[:6]),
            )
    return Unseen(reason="calls are not redirected in circles here, for the command would not come to its end")


def _runs(conversation: Conversation) -> Iterator[tuple[str, list[Entry]]]:
    run: list[Entry] = []
    for one, other in pairwise(conversation.everything):
        if other.request.path == INSIDE.encode() and one.request.path == INSIDE.encode():
            run.append(other)
        elif run:
            yield INSIDE, run
            run = []
    if run:
        yield INSIDE, run


RULES: tuple[Rule, ...] = (
    Rule(
        requirement="REDIR-001",
        looks_at="what reaches another origin after a redirect there",
        judge=nothing_follows,
        least={"provocations": 1},
        provoked_by=("redirect",),
    ),
    Rule(
        requirement="REDIR-004",
        looks_at="requests to where a redirect inside the exchange leads",
        judge=not_followed,
        provoked_by=("detour",),
        acquits=False,
    ),
    Rule(
        requirement="REDIR-005",
        looks_at="how many redirects are followed in a row",
        judge=redirects_end,
        provoked_by=("detour", "redirect"),
        acquits=False,
    ),
)
