"""What is played, whether it lives, its limits, and in which of its ways it is played."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.core.dialect import Profile
from mockserver.dialects import dialect_named
from mockserver.wire.rooms.house import House
from mockserver.wire.route import Asked, Object, Route
from mockserver.wire.schemas import (
    MILLISECONDS,
    TEXT,
    TRUTH,
    WHOLE,
    Schema,
    among,
    answer,
    listing,
    named,
    record,
    said,
)

_MAINTENANCE_S = 30
_SECONDS: Schema = {"type": "integer", "minimum": 0, "maximum": 86_400}
_RULE = answer(
    {
        "endpoint": said(TEXT, "whose own rule it is; the empty text for the dialect's"),
        "calls": WHOLE,
        "window_ms": WHOLE,
        "per": TEXT,
        "enforced": TRUTH,
    }
)
_RULES = said({"type": "object", "additionalProperties": TRUTH}, "endpoint to whether its own rule is enforced")

NAMED: Mapping[str, Schema] = {
    "Limits": answer(
        {
            "rate_limits": said(TRUTH, "whether any rule is enforced"),
            "rules": listing(_RULE),
            "calls_per_second": said(WHOLE, "of the dialect's own rule"),
            "per": said(TEXT, "whose calls that rule counts together"),
            "single_use_nonces": said(TRUTH, "whether a random nonce that was used is refused"),
            "maintenance": said(TRUTH, "whether the exchange is closed"),
            "retry_after": said(WHOLE, "the seconds that it tells those who come while it is closed"),
        }
    ),
    "Profile": answer(
        {
            "dialect": TEXT,
            "profile": among(tuple(Profile)),
            "habits": {
                "type": "object",
                "additionalProperties": answer({"chosen": TEXT, "choices": listing(TEXT), "about": TEXT}),
            },
        }
    ),
}


def routes(house: House) -> tuple[Route, ...]:
    """Return what can be asked here."""
    room = _Switches(house)
    return (
        Route(
            method="GET", path="health", does="Whether it lives, and what it is.", handle=room.health,
            gives=answer(
                {
                    "status": TEXT,
                    "dialect": TEXT,
                    "profile": TEXT,
                    "server_time": MILLISECONDS,
                    "requests": said(WHOLE, "how many were received"),
                    "own_faults": said(WHOLE, "failures of the mock exchange itself; 0 for ever"),
                    "viewers": said(WHOLE, "how many look on at the journal"),
                }
            ),
        ),
        Route(
            method="GET", path="own-faults", does="Failures of the mock exchange itself, a line each.",
            handle=room.own_faults, gives=answer({"own_faults": listing(TEXT)}),
        ),
        Route(
            method="GET", path="limits", handle=room.limits, gives=named("Limits"),
            does="The rate limits, whether they are enforced, and whether the exchange is closed for maintenance.",
        ),
        Route(
            method="POST", path="limits", handle=room.set_limits, gives=named("Limits"),
            does="Switch rate limits, all or one by one, single-use nonces and maintenance on and off.",
            takes=record(
                {
                    "rate_limits": TRUTH,
                    "rules": _RULES,
                    "single_use_nonces": TRUTH,
                    "maintenance": TRUTH,
                    "retry_after": said(_SECONDS, f"{_MAINTENANCE_S} without it"),
                }
            ),
        ),
        Route(
            method="GET", path="profile", does="In which of its ways the exchange is played.", handle=room.profile,
            gives=named("Profile"),
        ),
        Route(
            method="POST", path="profile", does="Have the exchange played in another way from now on.",
            handle=room.play, gives=named("Profile"),
            takes=record(
                {
                    "profile": among(tuple(Profile)),
                    "habits": {"type": "object", "additionalProperties": TEXT},
                }
            ),
        ),
    )  # fmt: skip


class _Switches:
    def __init__(self, house: House) -> None:
        self._house = house
        self._exchange = house.exchange

    def health(self, asked: Asked) -> Object:
        exchange = self._exchange
        return {
            "status": "ok",
            "dialect": exchange.dialect.name,
            "profile": exchange.profile.value,
            "server_time": asked.now_ms,
            "requests": exchange.journal.total,
            "own_faults": len(exchange.own_faults),
            "viewers": self._house.viewers.looking,
        }

    def own_faults(self, asked: Asked) -> Object:
        return {"own_faults": list(self._exchange.own_faults)}

    def limits(self, asked: Asked) -> Object:
        gate, dialect = self._exchange.gate, self._exchange.dialect
        own = {served.name: served.rate for served in dialect.endpoints if served.rate is not None}
        rules = [
            {
                "endpoint": name,
                "calls": rule.calls,
                "window_ms": rule.window_ms,
                "per": rule.per,
                "enforced": gate.rates_on and name not in gate.lifted,
            }
            for name, rule in {"": dialect.rate, **own}.items()
        ]
        return {
            "rate_limits": gate.rates_on,
            "rules": rules,
            "calls_per_second": dialect.rate.calls,
            "per": dialect.rate.per,
            "single_use_nonces": gate.single_use,
            "maintenance": gate.maintenance is not None,
            "retry_after": _MAINTENANCE_S if gate.maintenance is None else gate.maintenance,
        }

    def set_limits(self, asked: Asked) -> Object:
        body, gate = asked.body, self._exchange.gate
        rules = body.get("rules")
        if isinstance(rules, dict):
            for name, enforced in rules.items():
                gate.enforce(str(name), enforced=enforced is True)
        if "rate_limits" in body:
            gate.rates_on = body["rate_limits"] is True
        if "single_use_nonces" in body:
            gate.single_use = body["single_use_nonces"] is True
        seconds = body.get("retry_after", _MAINTENANCE_S)
        if "maintenance" in body:
            gate.maintenance = int(str(seconds)) if body["maintenance"] is True else None
        elif "retry_after" in body and gate.maintenance is not None:
            gate.maintenance = int(str(seconds))
        return self.limits(asked)

    def profile(self, asked: Asked) -> Object:
        dialect = self._exchange.dialect
        habits = {
            habit.name: {"chosen": dialect.habit(habit.name), "choices": list(habit.choices), "about": habit.words}
            for habit in dialect.habits
        }
        return {"dialect": dialect.name, "profile": self._exchange.profile.value, "habits": habits}

    def play(self, asked: Asked) -> Object:
        profile = Profile(str(asked.body.get("profile", self._exchange.profile)))
        habits = asked.body.get("habits", {})
        chosen = {str(name): str(choice) for name, choice in habits.items()} if isinstance(habits, dict) else {}
        wanted = {**self._exchange.habits, **chosen}
        self._exchange.play(dialect_named(self._exchange.dialect.name, profile, **wanted), profile, wanted)
        return self.profile(asked)
