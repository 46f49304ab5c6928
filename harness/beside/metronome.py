"""How busy the machine is: how much later than asked a thread of ours wakes that sleeps a little, again and again.

Whoever judges a client by a span of time asks how much of it the machine may have taken.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from statistics import quantiles

#: So long it sleeps each time.
_TICK_S = 0.004


def usual_of(late_ms: Sequence[float]) -> float:
    """Return what three of four were at most; 0 where there were not two."""
    return quantiles(late_ms, n=4, method="inclusive")[2] if len(late_ms) > 1 else 0.0


class Metronome:
    """Ticks beside one case."""

    def __init__(self) -> None:
        """It does not tick yet."""
        self._ended = threading.Event()
        self._late_ms: list[float] = []
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Tick from now on."""
        self._thread = threading.Thread(target=self._tick, name="noncense-metronome", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Tick no more, if it ever did."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    @property
    def usual_late_ms(self) -> float:
        """How late three ticks of four were at most; 0 where there were none."""
        return usual_of(self._late_ms)

    @property
    def worst_late_ms(self) -> float:
        """How late the latest tick was; 0 where there was none."""
        return max(self._late_ms, default=0.0)

    def _tick(self) -> None:
        while True:
            asked = time.monotonic()
            ended = self._ended.wait(_TICK_S)
            late_s = time.monotonic() - asked - _TICK_S
            self._late_ms.append(max(late_s, 0.0) * 1000)
            if ended:
                return
