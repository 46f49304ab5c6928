"""Stores that outlive their process, and how an exchange becomes again what it was."""

from mockserver.stores.opening import MEMORY, is_durable, open_store, syncs_each_batch
from mockserver.stores.replay import restore
from mockserver.stores.store import ActionRecord, RequestRecord, Store

__all__ = [
    "MEMORY",
    "ActionRecord",
    "RequestRecord",
    "Store",
    "is_durable",
    "open_store",
    "restore",
    "syncs_each_batch",
]
