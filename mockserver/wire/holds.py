"""Requests that are kept waiting, and let go in a chosen order."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mockserver.core.faults import PlannedFault

if TYPE_CHECKING:
    from mockserver.core.exchange import Exchange

#: How long a HOLD waits for its batch, and how many it waits for, where it does not say.
HOLD_MS = 150
HOLD_COUNT = 2


class Holds:
    """The batches of requests that HOLD faults keep waiting."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._waiting: dict[PlannedFault, list[asyncio.Future[None]]] = {}
        self._timers: dict[PlannedFault, asyncio.TimerHandle] = {}

    async def wait(self, planned: PlannedFault) -> None:
        """Wait until the batch is complete or its patience is over.

        Those who wait are woken in the order that the fault names, and each goes on to the end of its judgement before
        the next one wakes: nothing is awaited in between.
        """
        settings = planned.fault.settings
        loop = asyncio.get_running_loop()
        batch = self._waiting.get(planned)
        if batch is None:
            batch = self._waiting[planned] = []
            patience_s = float(str(_given(settings.get("ms"), HOLD_MS))) / 1000
            self._timers[planned] = loop.call_later(patience_s, self.let_go, planned)
        turn: asyncio.Future[None] = loop.create_future()
        batch.append(turn)
        if len(batch) == int(str(_given(settings.get("count"), HOLD_COUNT))):
            loop.call_soon(self.let_go, planned)  # not now: this request has to wait for its turn like the others
        await turn

    def let_go(self, planned: PlannedFault) -> None:
        """Let a batch go, in its order: indexes of arrival; those it does not name follow as they came."""
        batch = self._waiting.pop(planned, None)
        if batch is None:
            return
        self._timers.pop(planned).cancel()
        self._exchange.faults.let_go(planned, len(batch))
        for index in release_order(planned.fault.settings.get("order"), len(batch)):
            if not batch[index].done():
                batch[index].set_result(None)

    def let_all_go(self) -> None:
        """Let every batch go."""
        for planned in tuple(self._waiting):
            self.let_go(planned)


def release_order(order: object, count: int) -> list[int]:
    """Return the indexes 0 to count-1, those that an order names first."""
    named = [int(index) for index in order] if isinstance(order, Sequence) and not isinstance(order, str) else []
    first = [index for index in dict.fromkeys(named) if 0 <= index < count]
    return first + [index for index in range(count) if index not in first]


def _given(value: object, usual: object) -> object:
    return usual if value is None else value
