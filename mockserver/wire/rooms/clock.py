"""The server's clock, and what it shows to single keys."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.clock import FASTEST_PPM, SLOWEST_PPM
from mockserver.errors import SettingsError
from mockserver.wire.rooms.house import House
from mockserver.wire.route import Asked, Object, Route
from mockserver.wire.schemas import LONG, MILLISECONDS, TEXT, TRUTH, WHOLE, Schema, answer, named, record, said

_WAYS = ("shift_ms", "offset_ms", "step_to_ms", "drift_ppm", "freeze", "run", "forget")
_OF_KEYS = ("shift_ms", "offset_ms", "drift_ppm", "forget")

NAMED: Mapping[str, Schema] = {
    "Clock": answer(
        {
            "now_ms": MILLISECONDS,
            "offset_ms": said(WHOLE, "how far ahead of the machine's clock it is, while it runs"),
            "drift_ppm": said(WHOLE, "by how many millionths it gains on the machine's clock"),
            "frozen": TRUTH,
            "keys": {
                "type": "object",
                "description": "the keys that are shown a time of their own",
                "additionalProperties": answer({"now_ms": MILLISECONDS, "offset_ms": WHOLE, "drift_ppm": WHOLE}),
            },
        }
    )
}

_TAKES = record(
    {
        "shift_ms": said(LONG, "go ahead (or back) by so much, relative to now"),
        "offset_ms": said(LONG, "run this far ahead of the machine's clock; a key, of the server's"),
        "step_to_ms": said(LONG, "jump to a moment and go on from there"),
        "drift_ppm": said(LONG, f"gain so many millionths from now on, {SLOWEST_PPM} to {FASTEST_PPM}"),
        "freeze": {"anyOf": [TRUTH, LONG], "description": "stand still: true for now, or a moment"},
        "run": said(TRUTH, "go on from where it stands"),
        "forget": said(TRUTH, "show a key the server's own time again"),
        "key": said(TEXT, "whose time is meant; the server's without it"),
    }
)


def routes(house: House) -> tuple[Route, ...]:
    """Return what can be asked here."""
    room = _Clock(house)
    return (
        Route(method="GET", path="clock", does="The server's clock.", handle=room.told, gives=named("Clock")),
        Route(
            method="POST", path="clock", handle=room.set, takes=_TAKES, gives=named("Clock"),
            does=f"Set the clock, or the time that a key is shown: one of {', '.join(_WAYS)}.",
        ),
    )  # fmt: skip


class _Clock:
    def __init__(self, house: House) -> None:
        self._house = house

    def told(self, asked: Asked) -> Object:
        clock = self._house.clock
        now_ms = clock.now_ms()
        keys = {
            key: {"now_ms": time.at(now_ms), "offset_ms": time.at(now_ms) - now_ms, "drift_ppm": time.drift_ppm}
            for key, time in clock.keys.items()
        }
        return {
            "now_ms": now_ms,
            "offset_ms": clock.offset_ms,
            "drift_ppm": clock.drift_ppm,
            "frozen": clock.frozen,
            "keys": keys,
        }

    def set(self, asked: Asked) -> Object:
        body, key = asked.body, asked.body.get("key")
        ways = [name for name in body if name != "key"]
        if len(ways) != 1:
            raise SettingsError(f"say one of {', '.join(_WAYS)}")
        if isinstance(key, str):
            self._house.key(key)
            self._set_key(key, ways[0], body[ways[0]])
        else:
            self._set(ways[0], body[ways[0]])
        return self.told(asked)

    def _set(self, way: str, value: object) -> None:
        clock = self._house.clock
        match way:
            case "shift_ms":
                clock.shift(ms=_long(value))
            case "offset_ms":
                clock.set_offset(ms=_long(value))
            case "step_to_ms":
                clock.step(to_ms=_long(value))
            case "drift_ppm":
                clock.drift(ppm=_long(value))
            case "freeze":
                clock.freeze(None if _yes(way, value) else _long(value))
            case "run":
                _must_be_true(way, value)
                clock.run()
            case _:
                raise SettingsError("it is a key's time that can be forgotten: say which key")

    def _set_key(self, key: str, way: str, value: object) -> None:
        clock = self._house.clock
        match way:
            case "shift_ms":
                clock.shift_key(key, ms=_long(value))
            case "offset_ms":
                clock.set_key_offset(key, ms=_long(value))
            case "drift_ppm":
                clock.drift_key(key, ppm=_long(value))
            case "forget":
                _must_be_true(way, value)
                clock.forget_key(key)
            case _:
                raise SettingsError(f"of a key's time say one of {', '.join(_OF_KEYS)}")


def _long(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise SettingsError("a number is needed")
    return int(value)


def _yes(way: str, value: object) -> bool:
    if isinstance(value, bool):
        _must_be_true(way, value)
        return True
    return False


def _must_be_true(way: str, value: object) -> None:
    if value is not True:
        raise SettingsError(f"{way} can only be true")
