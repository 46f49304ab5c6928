"""What is sent again: the families RETRY and RATE.

That a call comes again may be the client's doing or its user's: a loop in a bot looks like a loop in an SDK. What
repeats a nonce or a signature was repeated below the user. For the rest he has to vouch that his command makes each
call once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from harness import arrivals
from harness.observation import KeyView
from harness.observing.conversation import Conversation, same_call
from harness.observing.provoking import struck_by
from harness.observing.rows.hands import (
    ONCE,
    RIGHT_MS,
    VOUCH,
    alone,
    freshness_names,
    from_one_hand,
    stamped_alike,
)
from harness.observing.rows.hands import suspicion as _two_clients
from harness.observing.rule import Broken, Rule, Suspected, Unseen, Word, held
from harness.properties.evidence import answered_ms, copies
from harness.properties.outcomes import EFFECTS
from mockserver import Entry

#: A client that comes back by itself does so within this time; a user may take less.
SOON_MS = 60_000
#: Harm after which nobody knows what became of a call.
OPEN = ("drop_answer", "reset", "close", "status", "truncate")
#: Refusals that no repetition can change.
FINAL = ("refuse",)


# --- what came again


def again(conversation: Conversation, *names: str) -> Iterator[tuple[KeyView, Entry, Entry]]:
    """Yield requests that certain provocations struck, each with its key's next one where that asks for the same."""
    known = freshness_names(conversation)
    for view in conversation.keys:
        ordered = sorted(view.private, key=lambda entry: entry.number)
        for struck, later in pairwise(ordered):
            soon = later.server_ms - struck.server_ms <= SOON_MS
            if struck_by(struck) in names and soon and same_call(struck, later, known):
                yield view, struck, later


# --- oracles


def no_replay(conversation: Conversation) -> Word:
    """No signed request arrives twice byte for byte after its connection broke."""
    seen, doubt = Counter[str](), None
    for view in conversation.keys:
        ordered = sorted(view.private, key=lambda entry: entry.number)
        served: Counter[int] = Counter()
        before: dict[int, int] = {}
        for entry in ordered:
            before[entry.number] = served[entry.connection]
            served[entry.connection] += 1
        for index, first in enumerate(ordered):
            if struck_by(first) not in OPEN:
                continue
            seen["provocations"] += 1
            seen["warm"] += before[first.number] > 0
            second = next((later for later in ordered[index + 1 :] if copies(first, later)), None)
            if second is None:
                continue
            reopened = before[first.number] > 0 and before[second.number] == 0 and alone(view)
            late = second.server_ms - first.server_ms > RIGHT_MS
            if reopened or late or conversation.draws or conversation.vouched(VOUCH):
                return _replayed(first, second)
            doubt = doubt or _two_clients("A call that failed came again byte for byte", first, second)
    return doubt or held(seen, "no connection broke under a private call")


def _replayed(first: Entry, second: Entry) -> Broken:
    refused = f"; the second was refused ({second.refused.refusal.value})" if second.refused else ""
    how = "whose connection broke" if struck_by(first) in ("drop_answer", "reset", "close") else "that failed"
    return Broken(
        summary=f"A {first.request.method} {how} was sent again byte for byte{refused}.",
        diagnosis=("REQUEST-REPLAYED",),
        culprits=(first, second),
        consequence="The call took effect, and the user is told that it was refused."
        if first.effects and second.refused
        else "",
    )


def one_effect(conversation: Conversation) -> Word:
    """What changes something and lost its answer does not take effect a second time."""
    seen, doubt = 0, None
    kinds = frozenset(EFFECTS.values())
    for view, lost, later in again(conversation, *OPEN):
        if not any(effect.kind in kinds for effect in lost.effects):
            continue
        if not any(effect.kind in kinds for effect in later.effects):
            continue
        what = lost.operation or lost.endpoint or "call"
        told = f"A {what} whose answer was lost came again, and took effect twice."
        nonces = [entry.fields.nonce if entry.fields else None for entry in (lost, later)]
        repeated = nonces[0] is not None and nonces[0] == nonces[1] and from_one_hand(conversation, lost, later, view)
        if conversation.vouched(ONCE) or repeated:
            return Broken(
                summary=told,
                diagnosis=("EFFECT-TWICE",),
                culprits=(lost, later),
                consequence="The user asked once, and it stands twice.",
            )
        doubt = doubt or _suspicion(f"{told[:-1]}", lost, later)
    for _view, lost in conversation.struck(*OPEN):
        seen += any(effect.kind in kinds for effect in lost.effects)
    return doubt or held({"provocations": seen}, "no call that changes something lost its answer")


def _suspicion(words: str, first: Entry, second: Entry) -> Suspected:
    return Suspected(
        summary=f"{words}; whether the client or its user made the call again is not on the wire.",
        unless=ONCE,
        culprits=(first, second),
    )


def same_order_id(conversation: Conversation) -> Word:
    """Every attempt at one order carries one client order id."""
    seen, known = 0, freshness_names(conversation)
    if not conversation.vouched(ONCE):
        return Unseen(reason="whether a call is a retry is not on the wire; vouch for it: --promise once")
    for struck, later in _in_a_row(conversation):
        names = _id_names(conversation, struck)
        if not names or struck.operation != "place_order" or not same_call(struck, later, known | names):
            continue
        seen += 1
        ids = [_id_of(entry, names) for entry in (struck, later)]
        if ids[0] != ids[1]:
            return Broken(
                summary=f"One order was tried twice with different client order ids: {ids[0]!r}, {ids[1]!r}.",
                diagnosis=("ORDER-ID-NOT-KEPT",),
                culprits=(struck, later),
                consequence="The exchange cannot tell the attempts apart: each may become an order.",
            )
    return held({"retries": seen}, "no order was tried again")


def _in_a_row(conversation: Conversation) -> Iterator[tuple[Entry, Entry]]:
    """Yield requests that harm struck, each with the next one of its key."""
    for view in conversation.keys:
        for struck, later in pairwise(sorted(view.private, key=lambda entry: entry.number)):
            if struck_by(struck) in OPEN:
                yield struck, later


def _id_names(conversation: Conversation, entry: Entry) -> frozenset[str]:
    endpoint = arrivals.endpoint_of(conversation.observation.setting, entry)
    if endpoint is None:
        return frozenset()
    return frozenset(one.name.lower() for one in endpoint.parameters if "client" in one.name.lower())


def _id_of(entry: Entry, names: frozenset[str]) -> object:
    try:
        found = arrivals.parameters(entry.request)
    except arrivals.Unreadable:
        return None
    return next((str(values[0]) for name, values in found.items() if name.lower() in names and values), None)


def signed_anew(conversation: Conversation) -> Word:
    """What is sent again has a nonce, a timestamp and a signature of its own."""
    seen = 0
    for view, struck, later in again(conversation, *OPEN, "rate_limit", "refuse_nonce", "delay", "skew"):
        if struck.fields is None or later.fields is None:
            continue
        what = struck.operation or struck.endpoint
        pairs = (
            ("nonce", "RETRY-KEEPS-NONCE", struck.fields.nonce, later.fields.nonce),
            ("signature", "RETRY-KEEPS-SIGNATURE", struck.fields.signature, later.fields.signature),
        )
        for name, code, before, after in pairs:
            if before is not None and before == after and from_one_hand(conversation, struck, later, view):
                return Broken(
                    summary=f"{what} was tried again with the {name} of the attempt before.",
                    diagnosis=(code,),
                    culprits=(struck, later),
                )
        if stamped_alike(conversation, struck, later):
            return Broken(
                summary=f"{what} was tried again with the timestamp of the attempt before.",
                diagnosis=("RETRY-KEEPS-TIMESTAMP",),
                culprits=(struck, later),
            )
        seen += 1
    if not conversation.vouched(ONCE):
        return Unseen(reason="whether a call is a retry is not on the wire; vouch for it: --promise once")
    return held({"retries": seen}, "no call was tried again")


def final_is_final(conversation: Conversation) -> Word:
    """What was refused for good is not asked for again."""
    for _view, struck, later in again(conversation, *FINAL):
        what = struck.operation or struck.endpoint
        words = f"{what} was refused for good and sent again"
        if conversation.vouched(ONCE):
            return Broken(summary=f"{words}.", diagnosis=("FINAL-REFUSAL-RETRIED",), culprits=(struck, later))
        return _suspicion(words, struck, later)
    return held({"provocations": len(conversation.struck(*FINAL))}, "nothing was refused for good")


def delay_is_kept(conversation: Conversation) -> Word:
    """What comes again after `Retry-After` comes no sooner."""
    seen, doubt = 0, None
    for _view, struck, later in again(conversation, "rate_limit"):
        waited_ms = later.server_ms - answered_ms(struck)
        seen += 1
        if waited_ms >= 1000 - 30:
            continue
        words = f"The exchange asked for a pause (Retry-After: 1), and the call was sent again after {waited_ms:.0f} ms"
        if conversation.vouched(ONCE):
            return Broken(summary=f"{words}.", diagnosis=("RETRY-AFTER-IGNORED",), culprits=(struck, later))
        doubt = doubt or _suspicion(words, struck, later)
    return doubt or held({"provocations": len(conversation.struck("rate_limit"))}, "nothing was refused for the rate")


def bounded(conversation: Conversation) -> Word:
    """One call does not lead to requests without an end."""
    known = freshness_names(conversation)
    for view in conversation.keys:
        run: list[Entry] = []
        for entry in sorted(view.private, key=lambda entry: entry.number):
            failed = entry.refused is not None or entry.fault is not None
            follows = bool(run) and same_call(run[-1], entry, known) and entry.server_ms - run[-1].server_ms < 1000
            if not failed or not (follows or not run):
                run = []
            if failed:
                run.append(entry)
            if len(run) > 50 and conversation.vouched(ONCE):
                return Broken(
                    summary=f"One {entry.operation or entry.endpoint} that kept failing led to {len(run)} requests.",
                    diagnosis=("RETRIES-WITHOUT-END",),
                    culprits=tuple(run),
                )
    return Unseen(reason="lasting harm is not struck here, for the command would not come to its end")


RULES: tuple[Rule, ...] = (
    Rule(
        requirement="RETRY-001",
        looks_at="effects of calls whose answer was lost, and of the same call made again",
        judge=one_effect,
        least={"provocations": 1},
        provoked_by=OPEN,
        vouched=ONCE,
    ),
    Rule(
        requirement="RETRY-002",
        looks_at="requests that come again byte for byte after their connection broke",
        judge=no_replay,
        least={"provocations": 1},
        provoked_by=OPEN,
    ),
    Rule(
        requirement="RETRY-003",
        looks_at="client order ids of orders that come again after harm",
        judge=same_order_id,
        least={"retries": 1},
        provoked_by=OPEN,
        vouched=ONCE,
    ),
    Rule(
        requirement="RETRY-004",
        looks_at="nonces, signatures and timestamps of calls that come again after harm",
        judge=signed_anew,
        least={"retries": 1},
        provoked_by=(*OPEN, "rate_limit", "refuse_nonce", "skew"),
    ),
    Rule(
        requirement="RETRY-005",
        looks_at="how often one call that fails is sent in a row",
        judge=bounded,
        acquits=False,
        vouched=ONCE,
    ),
    Rule(
        requirement="RETRY-006",
        looks_at="calls that come again after a refusal for good",
        judge=final_is_final,
        least={"provocations": 1},
        provoked_by=FINAL,
        vouched=ONCE,
    ),
    Rule(
        requirement="RATE-002",
        looks_at="when calls come again after `Retry-After: 1`",
        judge=delay_is_kept,
        least={"provocations": 1},
        provoked_by=("rate_limit",),
        vouched=ONCE,
    ),
)
