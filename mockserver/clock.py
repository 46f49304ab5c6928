"""The door through which time enters."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from mockserver.errors import SettingsError

#: The last millisecond of the year 9999. Beyond it no calendar can write a date, and before 1970 no dialect can.
LATEST_MS = 253_402_300_799_999

#: A clock may stand still (minus a million parts per million), and run at most a thousand times as fast.
SLOWEST_PPM = -1_000_000
FASTEST_PPM = 999_000_000


def monotonic_ns() -> int:
    """Return the monotonic clock, nanoseconds."""
    return time.monotonic_ns()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTime:
    """The server's time as one key is shown it.

    Attributes:
        offset_ms: How far ahead of the server's clock it was when it was set.
        drift_ppm: By how many millionths of the time since then it has gained.
        since_ms: When that was, by the server's clock.
    """

    offset_ms: int = 0
    drift_ppm: int = 0
    since_ms: int = 0

    def at(self, now_ms: int) -> int:
        """Return this time for a moment of the server's clock, kept within the calendar."""
        gained = (now_ms - self.since_ms) * self.drift_ppm // 1_000_000
        return _kept(now_ms + self.offset_ms + gained)


class Clock:
    """The server's clock: the machine's own, shifted, drifting or frozen at will, and another for a key if wanted.

    `time.time` is looked up at each call, so that whoever freezes it by freezegun sees what he expects.
    """

    def __init__(self, offset_ms: int = 0) -> None:
        self._offset_ms = 0
        self._frozen_ms: int | None = None
        self._drift_ppm = 0
        self._drifts_since_ms = 0
        self._keys: dict[str, KeyTime] = {}
        if offset_ms:
            self.set_offset(ms=offset_ms)

    @property
    def offset_ms(self) -> int:
        """How far ahead of the machine's clock this one is, while it runs."""
        return self._offset_ms + self._gained_ms(int(time.time() * 1000)) if self._drift_ppm else self._offset_ms

    @property
    def frozen(self) -> bool:
        """Whether it stands still."""
        return self._frozen_ms is not None

    @property
    def drift_ppm(self) -> int:
        """By how many millionths it gains on the machine's clock, while it runs."""
        return self._drift_ppm

    def now_ms(self) -> int:
        """Return the time, milliseconds since the Unix epoch."""
        if self._frozen_ms is not None:
            return self._frozen_ms
        real_ms = int(time.time() * 1000)
        if self._drift_ppm:
            return _kept(real_ms + self._offset_ms + self._gained_ms(real_ms))
        return real_ms + self._offset_ms

    def _gained_ms(self, real_ms: int) -> int:
        return (real_ms - self._drifts_since_ms) * self._drift_ppm // 1_000_000

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
        """Run this far ahead of the machine's clock, whatever was before; it neither stands nor drifts any more."""
        _within_calendar(int(time.time() * 1000) + ms)
        self._frozen_ms = None
        self._offset_ms = ms
        self._drift_ppm = 0

    def drift(self, *, ppm: int) -> None:
        """Gain so many millionths on the machine's clock from now on; 20 000 is two per cent, 0 runs true again.

        What was gained so far is kept. A frozen clock goes on to stand still, and drifts once it runs.

        Raises:
            SettingsError: It would run backwards, or more than a thousand times as fast.
        """
        _within_rates(ppm)
        real_ms = int(time.time() * 1000)
        if self._drift_ppm:
            self._offset_ms += self._gained_ms(real_ms)
        self._drift_ppm = ppm
        self._drifts_since_ms = real_ms

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

    # The time of one key.

    @property
    def keys(self) -> Mapping[str, KeyTime]:
        """The keys that are shown a time of their own; whoever asks for none of them pays nothing for it."""
        return self._keys

    def now_for(self, key: str | None) -> int:
        """Return the time as a key is shown it; the server's own for everybody else."""
        own = self._keys.get(key) if key is not None else None
        return self.now_ms() if own is None else own.at(self.now_ms())

    def shift_key(self, key: str, *, ms: int) -> None:
        """Let a key's time go ahead (or back) by so much, relative to what it is shown now.

        Raises:
            SettingsError: It would leave the calendar.
        """
        now_ms, shown_ms = self.now_ms(), self.now_for(key)
        _within_calendar(shown_ms + ms)
        drift_ppm = self._keys[key].drift_ppm if key in self._keys else 0
        self._keys[key] = KeyTime(offset_ms=shown_ms + ms - now_ms, drift_ppm=drift_ppm, since_ms=now_ms)

    def set_key_offset(self, key: str, *, ms: int) -> None:
        """Show a key a time that is this far ahead of the server's clock and runs as that does.

        Raises:
            SettingsError: It would leave the calendar.
        """
        now_ms = self.now_ms()
        _within_calendar(now_ms + ms)
        self._keys[key] = KeyTime(offset_ms=ms, since_ms=now_ms)

    def drift_key(self, key: str, *, ppm: int) -> None:
        """Let a key's time gain so many millionths on the server's clock from now on.

        Raises:
            SettingsError: It would run backwards, or more than a thousand times as fast.
        """
        _within_rates(ppm)
        now_ms = self.now_ms()
        self._keys[key] = KeyTime(offset_ms=self.now_for(key) - now_ms, drift_ppm=ppm, since_ms=now_ms)

    def forget_key(self, key: str) -> None:
        """Show a key the server's own time again."""
        self._keys.pop(key, None)


def _within_calendar(now_ms: int) -> None:
    if not 0 <= now_ms <= LATEST_MS:
        raise SettingsError("the clock goes from 1970 to the end of 9999")


def _within_rates(ppm: int) -> None:
    if not SLOWEST_PPM <= ppm <= FASTEST_PPM:
        raise SettingsError(f"a clock drifts by {SLOWEST_PPM} to {FASTEST_PPM} millionths")


def _kept(now_ms: int) -> int:
    """Keep a drifting clock within the calendar: what nobody set cannot be refused."""
    return min(max(now_ms, 0), LATEST_MS)
