"""Whose nonces? Two requests with one key may be two clients', and then their nonces meet in any order.

Who sent a request is not on the wire. Several processes may share a key because their user wants them to; that binds no
single client. What came one after the other on one connection came from one process, though, and so did what repeats a
signature. Nobody else is convicted of a nonce, unless the user vouches for it that each key has one client.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from harness.observation import KeyView
from harness.observing.conversation import Conversation, one_after_another, overlap
from harness.observing.provoking import struck_by
from harness.observing.rule import Suspected
from harness.properties import retries, times, units
from harness.properties.evidence import answered_ms, nonce_value
from mockserver import Entry

#: Requests of one clock so near to each other may read the same from it, whoever sends them.
TICK_MS = 2
#: A clock that is read for a nonce is right, save for a burst; so far ahead of it a burst may be.
RIGHT_MS = 2_000
#: A clock that is so far off was set so, as tests do.
SET_MS = 3_600_000
#: How far back a client's requests are compared with each other.
BACK = 12
#: What users may vouch for: see `settings.PROMISES`.
VOUCH, ONCE = "one_client", "once"
_PLEASE = "whether one client sent both is not on the wire"


def pairs(conversation: Conversation, view: KeyView) -> Iterator[tuple[Entry, Entry]]:
    """Yield pairs of requests, the earlier first, of which it is sure that one client had sent the first before."""
    if not conversation.vouched(VOUCH):
        yield from one_after_another(view)
        return
    entries = sorted(view.private, key=lambda entry: entry.number)
    for index, entry in enumerate(entries):
        done = [earlier for earlier in entries[max(index - BACK, 0) : index] if not overlap(earlier, entry)]
        yield from ((earlier, entry) for earlier in done if not overtaken(earlier, entry))


def overtaken(earlier: Entry, later: Entry) -> bool:
    """Tell whether the request that came later may have been made first: one that was long in coming, on its own way.

    A connection takes its time to be opened; meanwhile a call that was made after, and finds one open, comes and is
    answered. Then the nonces say so: they follow the clock, and the later one is a little older.
    """
    before, after = nonce_value(earlier), nonce_value(later)
    pace = None if after is None else units.pace_of(after, later.server_ms)
    if before is None or after is None or pace is None or earlier.connection == later.connection:
        return False
    return 0 < before - after <= pace * RIGHT_MS


def tick_ms(entry: Entry) -> float:
    """Return for how long one reading of the clock that a nonce comes from may stand, at most."""
    value = nonce_value(entry)
    pace = None if value is None else units.pace_of(value, entry.server_ms)
    return TICK_MS if pace is None else max(1 / pace + 1, TICK_MS)


def several_hands(earlier: Entry, later: Entry, view: KeyView) -> bool:
    """Tell whether several clients of one process, or several threads, would explain nonces that follow the clock.

    Some HTTP stacks lend one connection to all clients of a process, and a thread that has drawn its nonce may have to
    wait for a connection. Who counts for himself, or stands still, has no such excuse.
    """
    before, after = nonce_value(earlier), nonce_value(later)
    pace = None if after is None else units.pace_of(after, later.server_ms)
    if before is None or after is None or pace is None:
        return False
    if _was_set(before / pace - earlier.server_ms, after / pace - later.server_ms):
        return True
    near = all(abs(value / pace - entry.server_ms) < RIGHT_MS for value, entry in ((before, earlier), (after, later)))
    if not near:
        return False
    if before > after:
        return before - after <= max(len(view.entries), pace * RIGHT_MS)
    return answered_ms(earlier) > (after + 1) / pace + TICK_MS


def _was_set(*offsets_ms: float) -> bool:
    """Tell whether a clock was stopped, or moved, by whoever wrote the command: it is hours off, each time."""
    return all(abs(offset) > SET_MS for offset in offsets_ms)


def stopped(earlier: Entry, later: Entry) -> bool:
    """Tell whether two nonces were read from a clock that somebody had set."""
    offsets = []
    for entry in (earlier, later):
        value = nonce_value(entry)
        pace = None if value is None else units.pace_of(value, entry.server_ms)
        if value is None or pace is None:
            return False
        offsets.append(value / pace - entry.server_ms)
    return _was_set(*offsets)


def stamped_alike(conversation: Conversation, earlier: Entry, later: Entry) -> bool:
    """Tell whether a call that came again has the timestamp of the one before, and cannot have read it from a clock.

    A clock of seconds shows one second for a second. Without its user's word a call that came again may be another
    client's, which drew the same and was slow to send it; and a clock that is hours off was stopped on purpose.
    """
    stamps = [entry.fields.timestamp if entry.fields else None for entry in (earlier, later)]
    value = times.timestamp_ms(conversation.observation, later)
    if value is None or stamps[0] != stamps[1]:
        return False
    tick_ms = 1000 if value % 1000 == 0 else 1
    age_ms = later.server_ms - value - tick_ms
    if conversation.vouched(ONCE):
        return age_ms > retries.APART_MS and later.server_ms - earlier.server_ms > retries.APART_MS
    return RIGHT_MS < age_ms < SET_MS and later.server_ms - earlier.server_ms > RIGHT_MS


def twins(view: KeyView) -> Iterator[tuple[Entry, Entry]]:
    """Yield pairs of requests that carry one nonce."""
    first: dict[str, Entry] = {}
    for entry in sorted(view.private, key=lambda entry: entry.number):
        nonce = entry.fields.nonce if entry.fields else None
        if nonce is None:
            continue
        if nonce in first:
            yield first[nonce], entry
        first.setdefault(nonce, entry)


def by_chance(earlier: Entry, later: Entry) -> bool:
    """Tell whether two clients that read one clock may have drawn the same nonce, however late they came to send it."""
    value = nonce_value(later)
    pace = None if value is None else units.pace_of(value, later.server_ms)
    if value is None or pace is None:
        return abs(later.server_ms - earlier.server_ms) <= TICK_MS
    waited_ms = [entry.server_ms - value / pace for entry in (earlier, later)]
    return stopped(earlier, later) or all(-RIGHT_MS < waited < RIGHT_MS for waited in waited_ms)


def from_one_hand(conversation: Conversation, earlier: Entry, later: Entry, view: KeyView) -> bool:
    """Tell whether it is sure that one client sent two requests with one nonce, the earlier one first."""
    if conversation.vouched(VOUCH) or conversation.draws:
        return True
    if earlier.connection == later.connection and not several_hands(earlier, later, view):
        return True
    return not by_chance(earlier, later)


def fell(conversation: Conversation, view: KeyView) -> Suspected | None:
    """Return the suspicion that nonces of one key leave, taken together."""
    if conversation.vouched(VOUCH):
        return None
    highest: Entry | None = None
    for entry in sorted(view.private, key=lambda entry: entry.number):
        value = nonce_value(entry)
        if value is None:
            continue
        if highest is not None and value <= (nonce_value(highest) or 0) and not overlap(highest, entry):
            return suspicion(f"Nonce {value} came after {nonce_value(highest)} with one key", highest, entry)
        if highest is None or value > (nonce_value(highest) or 0):
            highest = entry
    return None


def suspicion(words: str, earlier: Entry, later: Entry) -> Suspected:
    """Return the suspicion that two requests leave while nobody knows who sent them."""
    return Suspected(summary=f"{words}; {_PLEASE}.", unless=VOUCH, culprits=(earlier, later))


def freshness_names(conversation: Conversation) -> frozenset[str]:
    """Return names of parameters that are another for each request: nonce, timestamp, signature, key."""
    places = conversation.observation.setting.dialect.scheme.places.values()
    return frozenset(place.rpartition(" ")[2].lower() for place in places)


def alone(view: KeyView) -> bool:
    """Tell whether nothing shows that several clients use a key: no calls side by side, none that two drew alike.

    A stack that replays does so on a connection that it opens in place of the one that broke. Two clients that drew the
    same by chance have a connection each, and sooner or later they show side by side.
    """
    unharmed = Counter(
        entry.fields.nonce or entry.fields.signature for entry in view.private if entry.fields and not struck_by(entry)
    )
    return not side_by_side(view) and all(count == 1 for count in unharmed.values())


def side_by_side(view: KeyView) -> bool:
    """Tell whether calls with a key were ever under way together."""
    ordered = sorted(view.private, key=lambda entry: entry.arrived_ns)
    return any(overlap(one, other) for one, other in pairwise(ordered))
