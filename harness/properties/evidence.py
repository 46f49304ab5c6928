"""What every oracle needs: whether anything was seen at all, and the plain facts of a conversation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from harness.cases import Case
from harness.drivers.driver import CannotTry, Failed, Succeeded
from harness.judging import Held, Judgement, Unseen
from harness.observation import Observation, Record
from mockserver import Entry


def enough(observation: Observation, seen: Mapping[str, int]) -> Judgement:
    """Return Held where anything was seen, else the reason why nothing was."""
    if any(seen.values()):
        return Held(seen=seen)
    for record in observation.records:
        if (unseen := untried(record)) is not None:
            return unseen
    for record in observation.records:
        if isinstance(record.reply, Failed):
            return Unseen(reason=f"the client refused locally: {record.reply.kind}")
    return Unseen(reason="no private request arrived")


def untried(record: Record) -> Unseen | None:
    """Return why a call says nothing where the client had no way to try it."""
    if isinstance(record.reply, CannotTry):
        where = f" ({record.reply.url})" if record.reply.url else ""
        return Unseen(reason=f"{record.reply.reason}{where}", cannot_try=True)
    return None


def succeeded(record: Record) -> bool:
    """Tell whether the client reported success."""
    return isinstance(record.reply, Succeeded)


def own_requests(record: Record) -> Sequence[Entry]:
    """Return the requests of a call to its operation's own endpoint; for `raw` all private ones."""
    operation = record.call.operation
    if operation == "raw":
        return [entry for entry in record.entries if entry.fields is not None]
    return [entry for entry in record.entries if entry.operation == operation]


def requests_of(case: Case, observation: Observation, record: Record) -> Sequence[Entry]:
    """Return the requests of a call to its operation's own endpoint, where calls of other keys are made beside it."""
    plan = next(session for session in case.sessions if session.name == record.call.session)
    requests = own_requests(record)
    if not record.together or plan.key is None:
        return requests
    key = observation.keys[plan.key].credentials.key
    return [entry for entry in requests if entry.fields is None or entry.fields.key == key]


def nonce_value(entry: Entry) -> int | None:
    """Return the integer that a request's nonce writes; None where it writes none."""
    text = entry.fields.nonce if entry.fields else None
    if text is None or not (text.isascii() and text.isdigit()) or len(text) > 40:
        return None
    return int(text)


def repeated(entries: Iterable[Entry]) -> tuple[Entry, Entry] | None:
    """Return the first two requests that carry the same nonce."""
    first: dict[str, Entry] = {}
    for entry in entries:
        nonce = entry.fields.nonce if entry.fields else None
        if nonce is None:
            continue
        if nonce in first:
            return first[nonce], entry
        first[nonce] = entry
    return None


def falls(entries: Iterable[Entry]) -> tuple[Entry, Entry] | None:
    """Return the first request whose nonce is not above all earlier ones, with the one that it should have exceeded."""
    highest: Entry | None = None
    for entry in entries:
        value = nonce_value(entry)
        if value is None:
            continue
        if highest is not None and value <= (nonce_value(highest) or 0):
            return highest, entry
        highest = entry
    return None


def answered_ms(entry: Entry) -> float:
    """Return when a request was answered, on the exchange's clock."""
    return entry.server_ms + max(entry.answered_ns - entry.arrived_ns, 0) / 1e6


def copies(earlier: Entry, later: Entry) -> bool:
    """Tell whether a request is an earlier one again, byte for byte as far as it is signed."""
    one, other = earlier.request, later.request
    same = (one.method, one.target, one.body) == (other.method, other.target, other.body)
    signed = earlier.fields is not None and later.fields is not None
    return same and signed and earlier.fields.signature == later.fields.signature  # type: ignore[union-attr]


def by_session(observation: Observation) -> Iterator[tuple[str, list[Record]]]:
    """Group calls by session."""
    found: dict[str, list[Record]] = {}
    for record in observation.records:
        found.setdefault(record.call.session, []).append(record)
    yield from found.items()


def as_decimal(value: object) -> Decimal | None:
    """Return the finite number that a client's value writes; None where it writes none."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
