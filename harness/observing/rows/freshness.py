"""Nonces and timestamps: the families NONCE, TIME and CONC, as far as the wire alone can tell.

Who sent a request is not on the wire. Several processes may share a key because their user wants them to, and then
their nonces meet in any order: that binds no single client. What came one after the other on one connection came from
one process, though, and so did what repeats a signature. Nobody else is convicted of a nonce, unless the user vouches
for it that each key has one client.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from harness.observation import KeyView, refused_for
from harness.observing.conversation import Conversation, one_after_another, overlap, same_call
from harness.observing.provoking import WITHHELD_MS, struck_by
from harness.observing.rule import Broken, Rule, Suspected, Unseen, Word, held, of_observation, of_steady_time
from harness.properties import nonces, times, units
from harness.properties.evidence import answered_ms, nonce_value
from mockserver import Entry
from signer import Reason

#: Requests of one clock so near to each other may read the same from it, whoever sends them.
TICK_MS = 2
#: A clock that is read for a nonce is right, save for a burst; so far ahead of it a burst may be.
RIGHT_MS = 2_000
#: A timestamp this old was not made when its request was sent, however busy the machine is.
OLD_MS = WITHHELD_MS - 150
FEW = 10
VOUCH = "one_client"
_PLEASE = "whether one client sent both is not on the wire"


# --- who sent what


def _pairs(conversation: Conversation, view: KeyView) -> Iterator[tuple[Entry, Entry]]:
    """Yield pairs of requests, the earlier first, of which it is sure that one client had sent the first before."""
    if not conversation.vouched(VOUCH):
        yield from one_after_another(view)
        return
    entries = sorted(view.private, key=lambda entry: entry.number)
    for index, entry in enumerate(entries):
        done = [earlier for earlier in entries[max(index - 40, 0) : index] if not overlap(earlier, entry)]
        yield from ((earlier, entry) for earlier in done)


def _tick_ms(entry: Entry) -> float:
    """Return for how long one reading of the clock that a nonce comes from may stand, at most."""
    value = nonce_value(entry)
    pace = None if value is None else units.pace_of(value, entry.server_ms)
    return TICK_MS if pace is None else max(1 / pace + 1, TICK_MS)


def _several_hands(earlier: Entry, later: Entry, view: KeyView) -> bool:
    """Tell whether several clients of one process, or several threads, would explain nonces that follow the clock.

    Some HTTP stacks lend one connection to all clients of a process, and a thread that has drawn its nonce may have to
    wait for a connection. Who counts for himself, or stands still, has no such excuse.
    """
    before, after = nonce_value(earlier), nonce_value(later)
    pace = None if after is None else units.pace_of(after, later.server_ms)
    if before is None or after is None or pace is None:
        return False
    near = all(abs(value / pace - entry.server_ms) < RIGHT_MS for value, entry in ((before, earlier), (after, later)))
    if not near:
        return False
    if before > after:
        return before - after <= max(len(view.private), pace * RIGHT_MS)
    return answered_ms(earlier) > (after + 1) / pace + TICK_MS


def _twins(view: KeyView) -> Iterator[tuple[Entry, Entry]]:
    """Yield pairs of requests that carry one nonce."""
    first: dict[str, Entry] = {}
    for entry in sorted(view.private, key=lambda entry: entry.number):
        nonce = entry.fields.nonce if entry.fields else None
        if nonce is None:
            continue
        if nonce in first:
            yield first[nonce], entry
        first.setdefault(nonce, entry)


def copies(earlier: Entry, later: Entry) -> bool:
    """Tell whether a request is an earlier one again, byte for byte as far as it is signed."""
    one, other = earlier.request, later.request
    same = (one.method, one.target, one.body) == (other.method, other.target, other.body)
    signed = earlier.fields is not None and later.fields is not None
    return same and signed and earlier.fields.signature == later.fields.signature  # type: ignore[union-attr]


def _by_chance(earlier: Entry, later: Entry) -> bool:
    """Tell whether two clients that read one clock may have drawn the same nonce: nearly in the same moment."""
    return abs(later.server_ms - earlier.server_ms) <= _tick_ms(later)


# --- oracles


def rising(conversation: Conversation) -> Word:
    """Each nonce of a client exceeds the ones before."""
    seen, doubt = 0, None
    for view in conversation.keys:
        for earlier, later in _pairs(conversation, view):
            before, after = nonce_value(earlier), nonce_value(later)
            if before is None or after is None:
                continue
            seen += 1
            if after > before:
                continue
            if not conversation.vouched(VOUCH) and _several_hands(earlier, later, view):
                doubt = doubt or _suspicion(f"Nonce {after} came after {before} on one connection", earlier, later)
                continue
            return Broken(
                summary=f"Nonce {after} {'equals' if after == before else 'is below'} {before}, which the same client "
                "had sent before.",
                diagnosis=("NONCE-REPEATED",) if after == before else ("NONCE-WENT-BACK",),
                culprits=(earlier, later),
            )
        doubt = doubt or _fell(conversation, view)
    return doubt or held({"pairs": seen}, "no two calls were made of which one client had sent both")


def _fell(conversation: Conversation, view: KeyView) -> Suspected | None:
    """Return the suspicion that nonces of one key leave, taken together."""
    if conversation.vouched(VOUCH):
        return None
    highest: Entry | None = None
    for entry in sorted(view.private, key=lambda entry: entry.number):
        value = nonce_value(entry)
        if value is None:
            continue
        if highest is not None and value <= (nonce_value(highest) or 0) and not overlap(highest, entry):
            return _suspicion(f"Nonce {value} came after {nonce_value(highest)} with one key", highest, entry)
        if highest is None or value > (nonce_value(highest) or 0):
            highest = entry
    return None


def _suspicion(words: str, earlier: Entry, later: Entry) -> Suspected:
    return Suspected(summary=f"{words}; {_PLEASE}.", unless=VOUCH, culprits=(earlier, later))


def never_twice(conversation: Conversation) -> Word:
    """No client sends a nonce twice; random ones are sent twice by nobody."""
    doubt: Suspected | None = None
    for view in conversation.keys:
        surely = {(earlier.number, later.number) for earlier, later in _pairs(conversation, view)}
        for earlier, later in _twins(view):
            nonce = later.fields.nonce if later.fields else ""
            sure = (
                not conversation.rises
                or conversation.vouched(VOUCH)
                or ((earlier.number, later.number) in surely and not _several_hands(earlier, later, view))
                or (copies(earlier, later) and not _by_chance(earlier, later))
            )
            if sure:
                return Broken(
                    summary=f"Nonce {nonce} was sent twice with one key.",
                    diagnosis=("REQUEST-REPLAYED",) if copies(earlier, later) else ("NONCE-REPEATED",),
                    culprits=(earlier, later),
                )
            doubt = doubt or _suspicion(f"Nonce {nonce} was sent twice with one key", earlier, later)
    seen = sum(len(view.private) for view in conversation.keys)
    return doubt or held({"requests": seen}, "no private request arrived")


def signatures_never_repeat(conversation: Conversation) -> Word:
    """No signature is seen twice, save where two clients may have drawn one nonce in one moment."""
    doubt: Suspected | None = None
    for view in conversation.keys:
        surely = {(earlier.number, later.number) for earlier, later in _pairs(conversation, view)}
        first: dict[str, Entry] = {}
        for entry in sorted(view.private, key=lambda entry: entry.number):
            signature = entry.fields.signature if entry.fields else None
            if not signature:
                continue
            earlier = first.setdefault(signature, entry)
            if earlier is entry:
                continue
            excused = _several_hands(earlier, entry, view) and not conversation.vouched(VOUCH)
            if ((earlier.number, entry.number) in surely and not excused) or not _by_chance(earlier, entry):
                near = conversation.rises and _by_chance(earlier, entry)
                return Broken(
                    summary="Two requests carry the same signature: it was not computed anew.",
                    diagnosis=("NONCE-REPEATED", "SIGNATURE-REUSED") if near else ("SIGNATURE-REUSED",),
                    culprits=(earlier, entry),
                )
            doubt = doubt or _suspicion("Two requests carry the same signature", earlier, entry)
    seen = sum(len(view.private) for view in conversation.keys)
    return doubt or held({"requests": seen}, "no private request arrived")


def rising_in_a_tick(conversation: Conversation) -> Word:
    """Calls of one client within one tick of its clock have different nonces."""
    seen = 0
    for view in conversation.keys:
        for earlier, later in _pairs(conversation, view):
            before, after = nonce_value(earlier), nonce_value(later)
            apart_ms = later.server_ms - earlier.server_ms
            if before is None or after is None or apart_ms > _tick_ms(later):
                continue
            if after <= before and not conversation.vouched(VOUCH) and _several_hands(earlier, later, view):
                continue
            if after <= before:
                coarse = _tick_ms(later) > 500
                return Broken(
                    summary=f"Two calls of one client, {apart_ms} ms apart, carry nonces {before} and {after}.",
                    diagnosis=("NONCE-TOO-COARSE" if coarse else "NONCE-REPEATED",)
                    if before == after
                    else ("NONCE-WENT-BACK",),
                    culprits=(earlier, later),
                )
            seen += 1
    return held({"pairs": seen}, "no two calls of one client came so fast")


def spent_by_failures(conversation: Conversation) -> Word:
    """The nonce of a call that failed is not used for another one."""
    seen = 0
    for view in conversation.keys:
        ordered = sorted(view.private, key=lambda entry: entry.number)
        for index, failed in enumerate(ordered):
            answer = failed.answer
            if not (failed.fault is not None or failed.refused is not None or (answer and answer.status >= 400)):
                continue
            if failed.fields is None or failed.fields.nonce is None or index + 1 == len(ordered):
                continue
            for later in ordered[index + 1 :]:
                same = later.fields is not None and later.fields.nonce == failed.fields.nonce
                if same and (not conversation.rises or not _by_chance(failed, later)):
                    return Broken(
                        summary=f"Nonce {failed.fields.nonce} belonged to a call that failed, and was used again.",
                        diagnosis=("REQUEST-REPLAYED",) if copies(failed, later) else ("NONCE-REPEATED",),
                        culprits=(failed, later),
                    )
            seen += 1
    return held({"failures": seen}, "no call failed before another one")


def one_unit(conversation: Conversation) -> Word:
    """Nonces of one client count in one unit, from one base."""
    seen = 0
    for view in conversation.keys:
        for earlier, later in _pairs(conversation, view):
            leap = units.leap_ms(earlier, later)
            if leap is not None and abs(leap) > units.TEN_MINUTES_MS:
                return Broken(
                    summary=f"{later.operation or later.endpoint} counts its nonce otherwise than "
                    f"{earlier.operation or earlier.endpoint}: {nonce_value(later)} came after {nonce_value(earlier)}.",
                    diagnosis=("NONCE-UNIT-CHANGES",),
                    culprits=(earlier, later),
                )
            seen += earlier.endpoint != later.endpoint
    return held({"pairs": seen}, "no two different calls of one client came one after the other")


def documented_unit(conversation: Conversation) -> Word:
    """Timestamps are now, in the documented unit; one that stands somewhere else may be a clock that a test froze."""
    judged = times.documented_unit(conversation.case, conversation.steady)
    if isinstance(judged, Broken) and "TIMESTAMP-OFF" in judged.diagnosis:
        return Suspected(
            summary=f"{judged.summary} Whether the command stopped or moved its clock on purpose is not seen.",
            culprits=judged.culprits,
        )
    return judged


def refused_nonce_is_left(conversation: Conversation) -> Word:
    """After a refused nonce the next one of the same client is higher, and few are tried."""
    for view in conversation.keys:
        follows = {earlier.number: later for earlier, later in one_after_another(view)}
        for earlier in view.private:
            later = follows.get(earlier.number)
            if later is None or struck_by(earlier) != "refuse_nonce":
                continue
            before, after = nonce_value(earlier), nonce_value(later)
            if before is not None and after is not None and after <= before:
                return Broken(
                    summary=f"Nonce {before} was refused, and the same client came with {after} next.",
                    diagnosis=("NONCE-REPEATED",) if before == after else ("NONCE-WENT-BACK",),
                    culprits=(earlier, later),
                )
    return Unseen(reason="what the command was told of a refused nonce is not seen")


def not_led_astray(conversation: Conversation) -> Word:
    """A number out of a refusal does not become a nonce."""
    told_of = 0
    for view, told in conversation.struck("refuse_nonce"):
        if told.fault is None or "last_nonce" not in told.fault.settings:
            continue
        after = [entry for entry in view.private if entry.number > told.number and entry.fields]
        for entry in after:
            text = entry.fields.nonce if entry.fields else None
            digits = text is not None and text.lstrip("-").isascii() and text.lstrip("-").isdigit()
            if digits and not 0 <= int(text or "0") <= units.GREATEST:
                return Broken(
                    summary=f"A refusal quoted a number of 31 digits, and the client went on with nonce {text}.",
                    diagnosis=("NONCE-TAKEN-FROM-A-TEXT",),
                    culprits=(told, entry),
                )
        told_of += bool(after)
    return held({"provocations": told_of}, "no call followed a refusal that quotes an absurd number")


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
            if later.server_ms - value > OLD_MS and value < answered_ms(earlier) - times.STALE_MS:
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
            first, second = (entry.fields.timestamp if entry.fields else None for entry in (earlier, later))
            apart_ms = later.server_ms - earlier.server_ms
            if first is not None and first == second and apart_ms > times.STALE_MS:
                return Broken(
                    summary=f"A call that failed was sent again {apart_ms} ms later with the timestamp of the first"
                    " attempt.",
                    diagnosis=("RETRY-NOT-STAMPED-ANEW",),
                    culprits=(earlier, later),
                )
    return Unseen(reason="whether a call is a retry or its user's next one is not on the wire")


def _failed(entry: Entry) -> bool:
    return entry.fault is not None or entry.refused is not None


def freshness_names(conversation: Conversation) -> frozenset[str]:
    """Return names of parameters that are another for each request: nonce, timestamp, signature, key."""
    places = conversation.observation.setting.dialect.scheme.places.values()
    return frozenset(place.rpartition(" ")[2].lower() for place in places)


def refusal_for_time_is_left(conversation: Conversation) -> Word:
    """A refusal for time is not answered by the same call for ever."""
    for view in conversation.keys:
        run: list[Entry] = []
        for entry in sorted(view.private, key=lambda entry: entry.number):
            late = refused_for(entry) in times.REFUSED_FOR_TIME
            again = not run or same_call(run[-1], entry, freshness_names(conversation))
            run = [*run, entry] if late and again else [entry] if late else []
            if len(run) > FEW and run[-1].server_ms - run[0].server_ms < FEW * 100:
                return Broken(
                    summary=f"One call was refused for its timestamp {len(run)} times in a second.",
                    diagnosis=("TIME-RETRY-SPINS",),
                    culprits=tuple(run),
                )
    return Unseen(reason="what the command was told of a refusal for time is not seen")


def no_equal_nonces_together(conversation: Conversation) -> Word:
    """Calls under way together carry different nonces, where one client makes them."""
    seen, doubt = 0, None
    for view in conversation.keys:
        for earlier, later in _twins(view):
            if not overlap(earlier, later):
                continue
            if not conversation.rises or conversation.vouched(VOUCH):
                nonce = later.fields.nonce if later.fields else ""
                return Broken(
                    summary=f"Two calls under way together carry the same nonce {nonce}.",
                    diagnosis=("NONCE-NOT-LOCKED",),
                    culprits=(earlier, later),
                )
            doubt = doubt or _suspicion("Two calls under way together carry one nonce", earlier, later)
        seen += _together(view)
    if not conversation.vouched(VOUCH) and conversation.rises and not doubt:
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
        for entry in view.private:
            if refused_for(entry) != Reason.NONCE_NOT_INCREASING.value:
                continue
            for other in view.private:
                ahead = 0 < other.judged < entry.judged and (nonce_value(other) or 0) > (nonce_value(entry) or 0)
                if ahead and overlap(entry, other) and vouched:
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
        if (doubt := _fell(conversation, view)) is not None:
            return doubt
    return Unseen(reason="whether several clients share a key is not on the wire")


def really_together(conversation: Conversation) -> Word:
    """Calls are under way together: the second has arrived before the first is answered."""
    seen = sum(_together(view) for view in conversation.keys)
    return held({"pairs": seen}, "no two calls were under way together")


_NONCES = (
    Rule(
        requirement="NONCE-001",
        looks_at="nonces that came one after the other on one connection, which one process alone can have sent",
        judge=rising,
        least={"pairs": 1},
        vouched=VOUCH,
    ),
    Rule(
        requirement="NONCE-002",
        looks_at="nonces that came twice: on one connection, byte for byte, or at random",
        judge=never_twice,
        least={"requests": 2},
        vouched=VOUCH,
    ),
    Rule(
        requirement="SIGN-006",
        looks_at="signatures that came twice",
        judge=signatures_never_repeat,
        least={"requests": 2},
    ),
    Rule(
        requirement="NONCE-003",
        looks_at="nonces on one connection within one tick of the clock that they are read from",
        judge=rising_in_a_tick,
        least={"pairs": 3},
    ),
    Rule(
        requirement="NONCE-004",
        looks_at="the text of every nonce",
        judge=of_observation(nonces.written_as_digits),
    ),
    Rule(
        requirement="NONCE-005",
        looks_at="the size of nonces, and how fast they grow",
        judge=of_steady_time(nonces.inside_range),
    ),
    Rule(
        requirement="NONCE-006",
        looks_at="nonces of calls that failed, in all that came after",
        judge=spent_by_failures,
        least={"failures": 1},
    ),
    Rule(
        requirement="NONCE-007",
        looks_at="the unit of nonces of different calls on one connection",
        judge=one_unit,
        least={"pairs": 1},
    ),
    Rule(
        requirement="NONCE-008",
        looks_at="length and alphabet of random nonces",
        judge=of_observation(nonces.documented_shape),
    ),
    Rule(
        requirement="NONCE-010",
        looks_at="the next nonce on the connection on which one was refused",
        judge=refused_nonce_is_left,
        provoked_by=("refuse_nonce",),
        acquits=False,
    ),
    Rule(
        requirement="NONCE-012",
        looks_at="nonces after a refusal that quotes a number of 31 digits",
        judge=not_led_astray,
        least={"provocations": 1},
        provoked_by=("refuse_nonce",),
    ),
    Rule(
        requirement="NONCE-013",
        looks_at="the magnitude of nonces, against the recommended unit",
        judge=of_steady_time(units.documented_pace),
    ),
)

_TIMES = (
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
    ),
)

_TOGETHER = (
    Rule(
        requirement="CONC-001",
        looks_at="nonces of calls under way together",
        judge=no_equal_nonces_together,
        least={"requests": 1},
        vouched=VOUCH,
    ),
    Rule(
        requirement="CONC-002",
        looks_at="nonces that were refused because a higher one overtook them",
        judge=no_overtaking,
        least={"requests": 1},
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

RULES: tuple[Rule, ...] = (*_NONCES, *_TIMES, *_TOGETHER)
