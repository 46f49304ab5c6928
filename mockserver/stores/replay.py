"""What was kept, done again: from a store's history the exchange becomes what it was."""

from __future__ import annotations

import json

from mockserver.core.dialect import Found
from mockserver.core.endpoint import Access
from mockserver.core.exchange import Exchange
from mockserver.core.journal import Entry
from mockserver.core.log import outcome_of
from mockserver.core.nonces import MemoryNonces
from mockserver.errors import MockServerError, StoreError
from mockserver.stores.records import ACCEPTED, difference, entry_of, not_believed_of
from mockserver.stores.store import ActionRecord, RequestRecord, Store
from signer import Accepted, Fields, Stages, check_signature
from signer import Refused as NotBelieved


def restore(exchange: Exchange, store: Store) -> int:
    """Do again in a fresh exchange what a store has kept, and tell it the nonces and the journal.

    Requests are not judged again: that they were let in is known. Their answers have to be those that were given, for
    otherwise this exchange is not the one that gave them.

    Args:
        exchange: One with a log, to which nothing has happened yet.
        store: What was kept.

    Returns:
        How many records were done again.

    Raises:
        StoreError: What was kept was written by other rules than ours.
    """
    log, nonces = exchange.log, exchange.nonces
    if log is None or not isinstance(nonces, MemoryNonces) or nonces.log is not log:
        raise StoreError("an exchange without a log cannot take up what was kept")
    done = 0
    for record in store.history():
        if isinstance(record, RequestRecord):
            _do_request(exchange, record)
        else:
            _do_action(exchange, record)
        log.take()  # it is kept already
        done += 1
    nonces.load(store.nonces())
    exchange.journal.load(_page(exchange, record) for record in store.pages(exchange.settings.journal_entries))
    return done


def _do_request(exchange: Exchange, record: RequestRecord) -> None:
    request = record.request
    now = exchange.do_again(request, record.now_ms, peer=record.peer)
    if now != record.answered:
        asked = f"{request.method} {request.target[:80].decode('latin-1')}"
        raise StoreError(
            f"written by other rules: request {record.number} ({asked}) was answered {difference(record.answered, now)}"
        )


def _do_action(exchange: Exchange, record: ActionRecord) -> None:
    doers = {"registry": exchange.registry, "operator": exchange.operator}
    who, _, name = record.name.partition(".")
    method = getattr(doers.get(who), name, None)
    if method is None or not getattr(method, "is_action", False):
        raise StoreError(f"written by other rules: there is no {record.name} here")
    try:
        outcome = outcome_of(method(**json.loads(record.arguments)))
    except (MockServerError, ValueError, TypeError) as error:
        outcome = outcome_of(error)
    if outcome != record.outcome:
        raise StoreError(f"written by other rules: {record.name} had another outcome then")


def _page(exchange: Exchange, record: RequestRecord) -> tuple[Entry, str | None]:
    """Return a page of the journal, and the key that it names, with what follows from the request itself."""
    entry, dialect = entry_of(record), exchange.dialect
    said = dialect.scheme.read(entry.request)
    found = None if entry.unreadable else dialect.route(entry.request)
    if not isinstance(found, Found):
        return entry, said.key
    endpoint = found.endpoint
    entry.endpoint, entry.operation = endpoint.name, endpoint.operation
    if endpoint.access is Access.PUBLIC:
        return entry, None
    entry.fields = said
    if record.verdict is not None:
        stages = _stages(exchange, entry, said)
        if record.verdict != ACCEPTED:
            entry.verdict = not_believed_of(record.verdict, said, stages)
        elif stages is not None:
            entry.verdict = Accepted(said, stages)
    return entry, said.key


def _stages(exchange: Exchange, entry: Entry, said: Fields) -> Stages | None:
    """Compute a signature again, if the key still exists."""
    key = exchange.gate.keys.get(said.key or "")
    if key is None:
        return None
    checked = check_signature(exchange.dialect.scheme, entry.request, said, key.credentials)
    return checked.stages if isinstance(checked, NotBelieved) else checked
