"""Timestamps, and calls that are under way together: the families TIME and CONC."""

from __future__ import annotations

from itertools import pairwise

from harness.observation import KeyView, refused_for
from harness.observing.conversation import Conversation, one_after_another, overlap, same_call
from harness.observing.provoking import WITHHELD_MS, struck_by
from harness.observing.rows.hands import ONCE, VOUCH, fell, freshness_names, stamped_alike, suspicion, twins
from harness.observing.rule import Broken, Held, Rule, Suspected, Unseen, Word, held
from harness.properties import times, windows
from harness.properties.evidence import answered_ms, nonce_value
from mockserver import Entry
from signer import Reason

#: A timestamp this old was not made when its request was sent, however busy the machine is.
OLD_MS = WITHHELD_MS - 150
FEW = 10
#: What is said of timestamps in the right unit that are not now.
_OFF = frozenset({"TIMESTAMP-OFF", "CLOCK-BEHIND", "CLOCK-AHEAD"})
#: No more calls than these are under way between two that are under way together.
NEAR = 64


def documented_unit(conversation: Conversation) -> Word:
    """Timestamps are now, in the documented unit; one that stands somewhere else may be a clock that a test froze."""
    judged = times.documented_unit(conversation.case, conversation.steady)
    if isinstance(judged, Broken) and _OFF & set(judged.diagnosis):
        return Suspected(
            summary=f"{judged.summary} Whether the command stopped or moved its clock on purpose is not seen.",
            culprits=judged.culprits,
            grave=all(refused_for(entry) in times.REFUSED_FOR_TIME for entry in conversation.private),
        )
    return judged


def window_is_signed(conversation: Conversation) -> Word:
    """A window that a request names is signed; one that is too wide may be what somebody asked for."""
    judged = windows.window_is_signed_and_allowed(conversation.case, conversation.observation)
    if isinstance(judged, Broken) and "WINDOW-BEYOND-LIMIT" in judged.diagnosis:
        return Suspected(summary=f"{judged.summary} Whether that was asked for is not seen.", culprits=judged.culprits)
    if isinstance(judged, Held):
        return held({"windows": judged.seen.get("windows", 0)}, "the traffic named no window")
    return judged


def stamped_when_sent(conversation: Conversation) -> Word:
    """A timestamp is not older than the answer that its request waited for."""
    seen = 0
    for view in conversation.keys:
        for earlier, later in one_after_another(view):
            if struck_by(earlier) != "delay":
                continue
            value = times.timestamp_ms(conversation.observation, later)
            if value is None:
                continue
            seen += 1
            behind_ms = times.behind_ms(conversation.observation, (earlier, later))
            old = later.server_ms - value > OLD_MS + behind_ms
            if old and value < answered_ms(earlier) - times.STALE_MS - behind_ms:
                return Broken(
                    summary=f"A timestamp was {later.server_ms - value} ms old on arrival: it was taken before the call"
                    " had to wait.",
                    diagnosis=("TIMESTAMP-TAKEN-TOO-EARLY",),
                    culprits=(earlier, later),
                )
    return held({"calls": seen}, "no call waited for another one's answer on the same connection")


def retry_stamped_anew(conversation: Conversation) -> Word:
    """What is sent again after a failure is not stamped with the time of the failure."""
    for view in conversation.keys:
        ordered = sorted(view.private, key=lambda entry: entry.number)
        for earlier, later in pairwise(ordered):
            if not _failed(earlier) or not same_call(earlier, later, freshness_names(conversation)):
                continue
            apart_ms = later.server_ms - earlier.server_ms
            if stamped_alike(conversation, earlier, later):
                return Broken(
                    summary=f"A call that failed was sent again {apart_ms} ms later with the timestamp of the first"
                    " attempt.",
                    diagnosis=("RETRY-NOT-STAMPED-ANEW",),
                    culprits=(earlier, later),
                )
    return Unseen(reason="whether a call is a retry or its user's next one is not on the wire")


def _failed(entry: Entry) -> bool:
    return entry.fault is not None or entry.refused is not None


def refusal_for_time_is_left(conversation: Conversation) -> Word:
    """A refusal for time is not answered by the same call for ever."""
    for view in conversation.keys:
        run: list[Entry] = []
        for entry in sorted(view.private, key=lambda entry: entry.number):
            late = refused_for(entry) in times.REFUSED_FOR_TIME
            again = not run or same_call(run[-1], entry, freshness_names(conversation))
            if not late or not again:
                run = []
            if late:
                run.append(entry)
            if len(run) > FEW and run[-1].server_ms - run[0].server_ms < FEW * 100:
                words = f"One call was refused for its timestamp {len(run)} times in a second"
                if not conversation.vouched(ONCE):
                    return Suspected(
                        summary=f"{words}; whether it is a retry or its user's next one is not on the wire.",
                        unless=ONCE,
                        culprits=tuple(run),
                    )
                return Broken(summary=f"{words}.", diagnosis=("TIME-RETRY-SPINS",), culprits=tuple(run))
    return Unseen(reason="what the command was told of a refusal for time is not seen")


def no_equal_nonces_together(conversation: Conversation) -> Word:
    """Calls under way together carry different nonces, where one client makes them."""
    seen, doubt = 0, None
    for view in conversation.keys:
        for earlier, later in twins(view):
            if not overlap(earlier, later):
                continue
            if conversation.draws or conversation.vouched(VOUCH):
                nonce = later.fields.nonce if later.fields else ""
                return Broken(
                    summary=f"Two calls under way together carry the same nonce {nonce}.",
                    diagnosis=("NONCE-NOT-LOCKED",),
                    culprits=(earlier, later),
                )
            doubt = doubt or suspicion("Two calls under way together carry one nonce", earlier, later)
        seen += _together(view)
    if not conversation.vouched(VOUCH) and not conversation.draws and not doubt:
        return Unseen(reason="calls under way together may be several clients'; vouch for it: --promise one_client")
    return doubt or held({"requests": seen}, "no two calls were under way together")


def _together(view: KeyView) -> int:
    ordered = sorted(view.private, key=lambda entry: entry.arrived_ns)
    return sum(overlap(one, other) for one, other in pairwise(ordered))


def no_overtaking(conversation: Conversation) -> Word:
    """Calls of one client under way together do not overtake each other."""
    seen = 0
    vouched = conversation.vouched(VOUCH) and conversation.vouched("concurrent")
    for view in conversation.keys:
        seen += _together(view)
        ordered = sorted(view.private, key=lambda entry: entry.number) if vouched else []
        for place, entry in enumerate(ordered):
            if refused_for(entry) != Reason.NONCE_NOT_INCREASING.value:
                continue
            for other in ordered[max(place - NEAR, 0) : place + NEAR]:
                ahead = 0 < other.judged < entry.judged and (nonce_value(other) or 0) > (nonce_value(entry) or 0)
                if ahead and overlap(entry, other):
                    return Broken(
                        summary=f"Nonce {nonce_value(entry)} arrived after a higher one: calls made together overtook "
                        "each other.",
                        diagnosis=("SENT-OUT-OF-ORDER",),
                        culprits=(other, entry),
                    )
    if not vouched:
        return Unseen(
            reason="calls under way together may be several clients'; vouch for it: --promise one_client, concurrent"
        )
    return held({"requests": seen}, "no two calls were under way together")


def several_clients(conversation: Conversation) -> Word:
    """Nonces of one key meet in their order, whoever sends them: who they are is not seen."""
    if conversation.vouched(VOUCH):
        return Unseen(reason="each key has one client, as its user says")
    for view in conversation.keys:
        if (doubt := fell(conversation, view)) is not None:
            return doubt
    return Unseen(reason="whether several clients share a key is not on the wire")


def really_together(conversation: Conversation) -> Word:
    """Calls are under way together: the second has arrived before the first is answered."""
    seen = sum(_together(view) for view in conversation.keys)
    return held({"pairs": seen}, "no two calls were under way together")


RULES: tuple[Rule, ...] = (
    Rule(
        requirement="TIME-001",
        looks_at="unit and form of every timestamp, until the exchange's clock is moved",
        judge=documented_unit,
    ),
    Rule(
        requirement="TIME-002",
        looks_at="timestamps of calls that waited for a withheld answer on the same connection",
        judge=stamped_when_sent,
        least={"calls": 1},
        provoked_by=("delay",),
    ),
    Rule(
        requirement="TIME-003",
        looks_at="timestamps of calls that are sent again after a failure",
        judge=retry_stamped_anew,
        acquits=False,
    ),
    Rule(
        requirement="TIME-005",
        looks_at="how often one call is sent again after a refusal for time",
        judge=refusal_for_time_is_left,
        provoked_by=("skew",),
        acquits=False,
        vouched=ONCE,
    ),
    Rule(
        requirement="TIME-010",
        looks_at="windows that requests name for themselves, and whether they are signed",
        judge=window_is_signed,
        least={"windows": 1},
    ),
    Rule(
        requirement="CONC-001",
        looks_at="nonces of calls under way together",
        judge=no_equal_nonces_together,
        least={"requests": 5},
        vouched=VOUCH,
    ),
    Rule(
        requirement="CONC-002",
        looks_at="nonces that were refused because a higher one overtook them",
        judge=no_overtaking,
        least={"requests": 5},
        vouched=VOUCH,
    ),
    Rule(
        requirement="CONC-004",
        looks_at="nonces of one key, whoever sent them",
        judge=several_clients,
        acquits=False,
    ),
    Rule(
        requirement="CONC-008",
        looks_at="calls under way together",
        judge=really_together,
        least={"pairs": 1},
    ),
)
