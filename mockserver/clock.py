"""The door through which time enters."""

import time

from mockserver.errors import SettingsError

#: The last millisecond of the year 9999. Beyond it no calendar can write a date, and before 1970 no dialect can.
LATEST_MS = 253_402_300_799_999


def monotonic_ns() -> int:
    """Return the monotonic clock, nanoseconds."""
    return time.monotonic_ns()


class Clock:
    """The server's clock: the machine's own, shifted or frozen at will.

    `time.time` is looked up at each call, so that whoever freezes it by freezegun sees what he expects.
    """

    def __init__(self, offset_ms: int = 0) -> None:
        self._offset_ms = 0
        self._frozen_ms: int | None = None
        if offset_ms:
            self.set_offset(ms=offset_ms)

    @property
    def offset_ms(self) -> int:
        """How far ahead of the machine's clock this one is, while it runs."""
        return self._offset_ms

    @property
    def frozen(self) -> bool:
        """Whether it stands still."""
        return self._frozen_ms is not None

    def now_ms(self) -> int:
        """Return the time, milliseconds since the Unix epoch."""
        if self._frozen_ms is not None:
            return self._frozen_ms
        return int(time.time() * 1000) + self._offset_ms

    def shift(self, *, ms: int) -> None:
        """Go ahead (or back) by so much, relative to now; a frozen clock stays frozen.

        Raises:
            SettingsError: It would leave the years 1970 to 9999, as with every other way to set it.
        """
        _within_calendar(self.now_ms() + ms)
        if self._frozen_ms is not None:
            self._frozen_ms += ms
        self._offset_ms += ms

    def set_offset(self, *, ms: int) -> None:
        """Run this far ahead of the machine's clock, whatever was before; a frozen clock runs again."""
        _within_calendar(int(time.time() * 1000) + ms)
        self._frozen_ms = None
        self._offset_ms = ms

    def step(self, *, to_ms: int) -> None:
        """Jump to a moment and go on from there; a frozen clock stands still there."""
        self.shift(ms=to_ms - self.now_ms())

    def freeze(self, ms: int | None = None) -> None:
        """Stand still at a moment (milliseconds since the Unix epoch), or at this one."""
        if ms is not None:
            self.step(to_ms=ms)
        self._frozen_ms = self.now_ms()

    def run(self) -> None:
        """Go on from where it stands."""
        if self._frozen_ms is not None:
            standing, self._frozen_ms = self._frozen_ms, None
            self._offset_ms += standing - self.now_ms()


def _within_calendar(now_ms: int) -> None:
    if not 0 <= now_ms <= LATEST_MS:
        raise SettingsError("the clock goes from 1970 to the end of 9999")
