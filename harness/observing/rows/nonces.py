"""Nonces by themselves: the family NONCE, and signatures that repeat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harness.observation import KeyView
from harness.observing.conversation import Conversation, one_after_another
from harness.observing.provoking import struck_by
from harness.observing.rows.hands import (
    VOUCH,
    by_chance,
    fell,
    from_one_hand,
    pairs,
    several_hands,
    side_by_side,
    suspicion,
    tick_ms,
    twins,
)
from harness.observing.rule import Broken, Rule, Suspected, Unseen, Word, held, of_observation, of_steady_time
from harness.properties import nonces, units
from harness.properties.evidence import copies, nonce_value
from mockserver import Entry


def rising(conversation: Conversation) -> Word:
    """Each nonce of a client exceeds the ones before."""
    seen, doubt = 0, None
    for view in conversation.keys:
        for earlier, later in pairs(conversation, view):
            before, after = nonce_value(earlier), nonce_value(later)
            if before is None or after is None:
                continue
            seen += 1
            if after > before:
                continue
            if not conversation.vouched(VOUCH) and several_hands(earlier, later, view):
                doubt = doubt or suspicion(f"Nonce {after} came after {before} on one connection", earlier, later)
                continue
            return Broken(
                summary=f"Nonce {after} {'equals' if after == before else 'is below'} {before}, which the same client "
                "had sent before.",
                diagnosis=("NONCE-REPEATED",) if after == before else ("NONCE-WENT-BACK",),
                culprits=(earlier, later),
            )
        doubt = doubt or fell(conversation, view)
    return doubt or held({"pairs": seen}, "no two calls were made of which one client had sent both")


def never_twice(conversation: Conversation) -> Word:
    """No client sends a nonce twice; random ones are sent twice by nobody."""
    doubt: Suspected | None = None
    for view in conversation.keys:
        for earlier, later in twins(view):
            nonce = later.fields.nonce if later.fields else ""
            if from_one_hand(conversation, earlier, later, view):
                return Broken(
                    summary=f"Nonce {nonce} was sent twice with one key.",
                    diagnosis=("REQUEST-REPLAYED",) if copies(earlier, later) else ("NONCE-REPEATED",),
                    culprits=(earlier, later),
                )
            doubt = doubt or suspicion(f"Nonce {nonce} was sent twice with one key", earlier, later)
    seen = sum(len(view.private) for view in conversation.keys)
    return doubt or held({"requests": seen}, "no private request arrived")


def signatures_never_repeat(conversation: Conversation) -> Word:
    """No signature is seen twice, save where two clients may have drawn one nonce in one moment."""
    doubt: Suspected | None = None
    for view in conversation.keys:
        first: dict[str, Entry] = {}
        for entry in sorted(view.private, key=lambda entry: entry.number):
            signature = entry.fields.signature if entry.fields else None
            if not signature:
                continue
            earlier = first.setdefault(signature, entry)
            if earlier is entry:
                continue
            if from_one_hand(conversation, earlier, entry, view):
                near = not conversation.draws and by_chance(earlier, entry)
                return Broken(
                    summary="Two requests carry the same signature: it was not computed anew.",
                    diagnosis=("NONCE-REPEATED", "SIGNATURE-REUSED") if near else ("SIGNATURE-REUSED",),
                    culprits=(earlier, entry),
                )
            doubt = doubt or suspicion("Two requests carry the same signature", earlier, entry)
    seen = sum(len(view.private) for view in conversation.keys)
    return doubt or held({"requests": seen}, "no private request arrived")


def rising_in_a_tick(conversation: Conversation) -> Word:
    """Calls of one client within one tick of its clock have different nonces."""
    seen, doubt = 0, None
    for view in conversation.keys:
        for earlier, later in pairs(conversation, view):
            before, after = nonce_value(earlier), nonce_value(later)
            apart_ms = later.server_ms - earlier.server_ms
            if before is None or after is None or apart_ms > tick_ms(later):
                continue
            if after <= before and not conversation.vouched(VOUCH) and several_hands(earlier, later, view):
                doubt = doubt or suspicion(f"Nonce {after} came {apart_ms} ms after {before}", earlier, later)
                continue
            if after <= before:
                coarse = tick_ms(later) > 500
                return Broken(
                    summary=f"Two calls of one client, {apart_ms} ms apart, carry nonces {before} and {after}.",
                    diagnosis=("NONCE-TOO-COARSE" if coarse else "NONCE-REPEATED",)
                    if before == after
                    else ("NONCE-WENT-BACK",),
                    culprits=(earlier, later),
                )
            seen += 1
    return doubt or held({"pairs": seen}, "no two calls of one client came so fast")


def spent_by_failures(conversation: Conversation) -> Word:
    """The nonce of a call that failed is not used for another one."""
    seen, doubt = 0, None
    for view in conversation.keys:
        ordered = sorted(view.private, key=lambda entry: entry.number)
        following, crowded = _next_alike(ordered), side_by_side(view)
        for failed in ordered[:-1]:
            nonce = failed.fields.nonce if failed.fields else None
            if nonce is None or not _failed(failed):
                continue
            seen += 1
            later = following.get(failed.number)
            if later is None or (crowded and made_together(failed, later)):
                continue
            if from_one_hand(conversation, failed, later, view):
                return Broken(
                    summary=f"Nonce {nonce} belonged to a call that failed, and was used again.",
                    diagnosis=("REQUEST-REPLAYED",) if copies(failed, later) else ("NONCE-REPEATED",),
                    culprits=(failed, later),
                )
            doubt = doubt or suspicion(f"Nonce {nonce} of a call that failed came again", failed, later)
    return doubt or held({"failures": seen}, "no call failed before another one")


def _next_alike(ordered: Sequence[Entry]) -> Mapping[int, Entry]:
    """Return, by the number of each request, the next one that carries the same nonce."""
    found: dict[int, Entry] = {}
    latest: dict[str, Entry] = {}
    for entry in ordered:
        nonce = entry.fields.nonce if entry.fields else None
        if nonce is None:
            continue
        if nonce in latest:
            found[latest[nonce].number] = entry
        latest[nonce] = entry
    return found


def made_together(failed: Entry, later: Entry) -> bool:
    """Tell whether two calls may have read one nonce from the clock at once, before the first of them had failed.

    On a connection of its own the other may be long in coming; on the same one it came after, and nobody else's.
    """
    return failed.connection != later.connection and by_chance(failed, later)


def _failed(entry: Entry) -> bool:
    return entry.fault is not None or entry.refused is not None


def one_unit(conversation: Conversation) -> Word:
    """Nonces of one client count in one unit, from one base."""
    seen = 0
    for view in conversation.keys:
        for earlier, later in pairs(conversation, view):
            leap = units.leap_ms(earlier, later)
            if leap is not None and abs(leap) > units.TEN_MINUTES_MS:
                return Broken(
                    summary=f"{later.operation or later.endpoint} counts its nonce otherwise than "
                    f"{earlier.operation or earlier.endpoint}: {nonce_value(later)} came after {nonce_value(earlier)}.",
                    diagnosis=("NONCE-UNIT-CHANGES",),
                    culprits=(earlier, later),
                )
            seen += earlier.endpoint != later.endpoint
    for view in conversation.keys:
        if not conversation.vouched(VOUCH) and (doubt := _of_several_units(view)) is not None:
            return doubt
    return held({"pairs": seen}, "no two different calls of one client came one after the other")


def _of_several_units(view: KeyView) -> Suspected | None:
    """Return the suspicion that one client counts in several units; several clients may."""
    first: tuple[float, Entry] | None = None
    for entry in view.private:
        value = nonce_value(entry)
        pace = None if value is None else units.pace_of(value, entry.server_ms)
        if pace is None:
            continue
        if first is not None and first[0] != pace:
            return suspicion("Nonces of one key count in different units", first[1], entry)
        first = first or (pace, entry)
    return None


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


RULES: tuple[Rule, ...] = (
    Rule(
        requirement="NONCE-001",
        looks_at="nonces that came one after the other on one connection, which one process alone can have sent",
        judge=rising,
        least={"pairs": 3},
        vouched=VOUCH,
    ),
    Rule(
        requirement="NONCE-002",
        looks_at="nonces that came twice: on one connection, byte for byte, or at random",
        judge=never_twice,
        least={"requests": 3},
        vouched=VOUCH,
    ),
    Rule(
        requirement="SIGN-006",
        looks_at="signatures that came twice",
        judge=signatures_never_repeat,
        least={"requests": 3},
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
