"""What can be looked at and changed below `/_noncense/`: keys, clock, faults, journal, market, limits, health."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from mockserver.core.accounts import NOBODY
from mockserver.core.faults import PlannedFault
from mockserver.core.keys import ApiKey, KeyState
from mockserver.core.planning import fault_of
from mockserver.core.registry import USUAL_PERMISSIONS
from mockserver.errors import SettingsError
from mockserver.wire.entry_json import entry_object, planned_object

if TYPE_CHECKING:
    from mockserver.clock import Clock
    from mockserver.core.exchange import Exchange
    from mockserver.wire.striking import Striker

Object: TypeAlias = dict[str, object]

_FAULT_WORDS = frozenset({"fault", "at", "key", "operation", "times", "skip"})
_MAINTENANCE_S = 30
_MOST_ENTRIES = 1000
_LARGEST_NONCE = 2**128

#: Orders are numbered on from where they start, and their ids have to fit into 63 bits.
_LARGEST_ORDER_ID = 2**62


class Missing(Exception):
    """Something was asked for by name that is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a request asks for, once it has been let in.

    Attributes:
        name: What follows the room's name in the path, decoded.
        query: The parameters of the query.
        body: The JSON object of the body.
        now_ms: The server's clock.
    """

    name: str
    query: Mapping[str, str]
    body: Mapping[str, object]
    now_ms: int


class Rooms:
    """One method for each thing that can be done; each returns what becomes the JSON of the answer."""

    def __init__(self, exchange: Exchange, clock: Clock, striker: Striker) -> None:
        self._exchange = exchange
        self._clock = clock
        self._striker = striker
        self._planned: dict[int, PlannedFault] = {}
        self._numbers = itertools.count(1)

    def health(self, asked: Asked) -> Object:
        """Whether it lives, and what it is."""
        exchange = self._exchange
        return {
            "status": "ok",
            "dialect": exchange.dialect.name,
            "profile": exchange.settings.profile.value,
            "server_time": asked.now_ms,
            "requests": exchange.journal.total,
            "own_faults": len(exchange.own_faults),
        }

    # Keys.

    def keys(self, asked: Asked) -> Object:
        """Every key, without its secret."""
        return {"keys": [self._described(key) for key in self._exchange.gate.keys.values()]}

    def create_key(self, asked: Asked) -> Object:
        """Open an account and hand out a key; the only answer that holds its secret."""
        body = asked.body
        known = {
            "permissions", "balances", "key", "secret", "last_nonce", "addresses", "state", "private_venue",
            "order_id_start", "account_of", "kind", "conditions",
        }  # fmt: skip
        _only(body, known)
        balances = body.get("balances")
        if balances is not None and not isinstance(balances, Mapping):
            raise SettingsError("balances must be an object of currency to amount")
        created = self._exchange.registry.create_key(
            permissions=_texts(body, "permissions") or USUAL_PERMISSIONS,
            balances=None if balances is None else {str(name): str(amount) for name, amount in balances.items()},
            key=_word(body, "key"),
            secret=_word(body, "secret"),
            last_nonce=_counted(body, "last_nonce", _LARGEST_NONCE) or 0,
            addresses=_texts(body, "addresses"),
            state=_text(body, "state") or KeyState.ACTIVE,
            private_venue="private_venue" in body and _yes(body, "private_venue"),
            order_id_start=_counted(body, "order_id_start", _LARGEST_ORDER_ID),
            account_of=_text(body, "account_of"),
            kind=_text(body, "kind") or "",
            conditions=_texts(body, "conditions") or (),
        )
        link = {"activation": f"/_noncense/activate/{created.activation}"} if created.activation else {}
        return {**self._described(created), **link, "secret": created.credentials.secret}

    def activate_key(self, asked: Asked) -> Object:
        """Follow the activation link of a pending key, which is good for once."""
        try:
            return self._described(self._exchange.registry.activate(asked.name))
        except SettingsError as error:
            raise Missing(str(error)) from None

    def key(self, asked: Asked) -> Object:
        """One key, without its secret."""
        return self._described(self._known(asked.name))

    def change_key(self, asked: Asked) -> Object:
        """Change a key's state, permissions, addresses, conditions, last nonce, or its account's freeze."""
        key, body = self._known(asked.name), asked.body
        _only(body, {"state", "last_nonce", "frozen", "permissions", "addresses", "conditions"})
        state, nonce = _text(body, "state"), _counted(body, "last_nonce", _LARGEST_NONCE)
        registry = self._exchange.registry
        registry.change(
            asked.name,
            permissions=_texts(body, "permissions"),
            addresses=_texts(body, "addresses"),
            conditions=_texts(body, "conditions"),
        )
        if state is not None:
            registry.set_state(asked.name, KeyState(state))
        if nonce is not None:
            self._exchange.operator.preset_nonce(asked.name, nonce)
        if "frozen" in body:
            self._exchange.operator.freeze(asked.name, frozen=_yes(body, "frozen"))
        return self._described(key)

    def revoke_key(self, asked: Asked) -> Object:
        """Revoke a key; with `?forget=true` forget it altogether, with its nonces."""
        described = self._described(self._known(asked.name))
        if asked.query.get("forget") == "true":
            self._exchange.registry.forget(asked.name)
            return described
        self._exchange.registry.set_state(asked.name, KeyState.REVOKED)
        return self._described(self._known(asked.name))

    def _known(self, name: str) -> ApiKey:
        key = self._exchange.gate.keys.get(name)
        if key is None:
            raise Missing(f"there is no key {name[:80]}")
        return key

    def _described(self, key: ApiKey) -> Object:
        name = key.credentials.key
        return {
            "key": name,
            "state": key.state.value,
            "permissions": sorted(key.permissions),
            "addresses": [str(network) for network in key.addresses],
            "kind": key.kind,
            "conditions": [str(condition) for condition in key.conditions],
            "account": key.account,
            "frozen": key.venue.is_frozen(key.account),
            "last_nonce": str(self._exchange.nonces.last(name)),
        }

    # Clock.

    def clock(self, asked: Asked) -> Object:
        """The server's clock."""
        return {"now_ms": self._clock.now_ms(), "offset_ms": self._clock.offset_ms, "frozen": self._clock.frozen}

    def set_clock(self, asked: Asked) -> Object:
        """Set the clock: one of shift_ms, offset_ms, step_to_ms, freeze (true, or milliseconds), run."""
        body, clock = asked.body, self._clock
        _only(body, {"shift_ms", "offset_ms", "step_to_ms", "freeze", "run"})
        if len(body) != 1:
            raise SettingsError("say one of shift_ms, offset_ms, step_to_ms, freeze, run")
        if (ms := _integer(body, "shift_ms")) is not None:
            clock.shift(ms=ms)
        elif (ms := _integer(body, "offset_ms")) is not None:
            clock.set_offset(ms=ms)
        elif (ms := _integer(body, "step_to_ms")) is not None:
            clock.step(to_ms=ms)
        elif "run" in body:
            _yes(body, "run")
            clock.run()
        elif body.get("freeze") is True:
            clock.freeze()
        elif (ms := _integer(body, "freeze")) is not None:
            clock.freeze(ms)
        else:
            raise SettingsError("a moment is needed, in milliseconds")
        return self.clock(asked)

    # Faults.

    def faults(self, asked: Asked) -> Object:
        """Every fault that was planned here, and how much of it has happened."""
        return {"faults": [planned_object(number, planned) for number, planned in self._planned.items()]}

    def plan_fault(self, asked: Asked) -> Object:
        """Plan a fault: fault, at, key, operation, times, skip, and the settings of its kind."""
        body = asked.body
        times = body.get("times", 1)
        fault = fault_of(
            fault=_text(body, "fault") or "",
            at=_text(body, "at") or "after_handler",
            key=_text(body, "key"),
            operation=_text(body, "operation"),
            times=None if times is None else _integer(body, "times", 1),
            skip=_integer(body, "skip") or 0,
            settings={name: _plainly(body, name) for name in body if name not in _FAULT_WORDS},
        )
        number = next(self._numbers)
        planned = self._planned[number] = self._exchange.faults.add(fault)
        return planned_object(number, planned)

    def fault(self, asked: Asked) -> Object:
        """One planned fault, and how much of it has happened."""
        number = self._fault_number(asked.name)
        return planned_object(number, self._planned[number])

    def remove_fault(self, asked: Asked) -> Object:
        """Take a fault out of the plan."""
        number = self._fault_number(asked.name)
        planned = self._planned.pop(number)
        self._cancel(planned)
        return planned_object(number, planned)

    def clear_faults(self, asked: Asked) -> Object:
        """Take every fault out of the plan."""
        for planned in self._exchange.faults.planned():
            self._cancel(planned)
        self._planned.clear()
        return {"faults": []}

    def _cancel(self, planned: PlannedFault) -> None:
        self._exchange.faults.cancel(planned)
        self._striker.holds.let_go(planned)

    def _fault_number(self, name: str) -> int:
        number = _digits(name)
        if number is None or number not in self._planned:
            raise Missing(f"there is no fault {name[:20]}")
        return number

    # What happened, and where it happened.

    def journal(self, asked: Asked) -> Object:
        """What was received, judged and answered: key, since (a number) and limit choose."""
        journal, query = self._exchange.journal, asked.query
        since, limit = _digits(query.get("since", "0")), _digits(query.get("limit", "100"))
        if since is None or limit is None:
            raise SettingsError("since and limit must be integers")
        limit = max(1, min(limit, _MOST_ENTRIES))
        entries = journal.of(query["key"]) if "key" in query else journal.since(since)
        chosen = [entry for entry in entries if entry.number > since]
        return {
            "total": journal.total,
            "dropped": journal.dropped,
            "more": len(chosen) > limit,
            "entries": [entry_object(entry) for entry in chosen[:limit]],
        }

    def market(self, asked: Asked) -> Object:
        """The markets, with their steps and what they stand at."""
        self._exchange.operator.look(asked.now_ms)
        desk = self._exchange.venue.desk(NOBODY, asked.now_ms)
        described = []
        for market in desk.markets():
            ticker = desk.ticker(market)
            described.append(
                {
                    "market": market.name,
                    "last": format(ticker.last, "f"),
                    "bid": None if ticker.bid is None else format(ticker.bid, "f"),
                    "ask": None if ticker.ask is None else format(ticker.ask, "f"),
                    "price_step": format(market.price_step, "f"),
                    "amount_step": format(market.amount_step, "f"),
                    "minimum_total": format(market.minimum_total, "f"),
                }
            )
        return {"markets": described}

    def limits(self, asked: Asked) -> Object:
        """The rate limit, whether it is enforced, and whether the exchange is closed for maintenance."""
        rule, gate = self._exchange.dialect.rate, self._exchange.gate
        return {
            "rate_limits": gate.rates_on,
            "calls_per_second": rule.calls,
            "per": rule.per,
            "maintenance": gate.maintenance is not None,
        }

    def set_limits(self, asked: Asked) -> Object:
        """Switch the rate limit (rate_limits) and maintenance on and off."""
        _only(asked.body, {"rate_limits", "maintenance"})
        gate = self._exchange.gate
        if "rate_limits" in asked.body:
            gate.rates_on = _yes(asked.body, "rate_limits")
        if "maintenance" in asked.body:
            gate.maintenance = _MAINTENANCE_S if _yes(asked.body, "maintenance") else None
        return self.limits(asked)


def _only(body: Mapping[str, object], known: set[str]) -> None:
    if strange := sorted(set(body) - known):
        raise SettingsError(f"unknown: {', '.join(strange)}; there are {', '.join(sorted(known))}")


def _text(body: Mapping[str, object], name: str) -> str | None:
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise SettingsError(f"{name} must be text")
    return value


def _texts(body: Mapping[str, object], name: str) -> list[str] | None:
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise SettingsError(f"{name} must be a list of texts")
    return value


def _integer(body: Mapping[str, object], name: str, usual: int | None = None) -> int | None:
    value = body.get(name, usual)
    if isinstance(value, str):
        value = _digits(value)
        if value is None:
            raise SettingsError(f"{name} must be an integer")
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value.bit_length() > 256):
        raise SettingsError(f"{name} must be an integer")
    return value


def _counted(body: Mapping[str, object], name: str, largest: int) -> int | None:
    value = _integer(body, name)
    if value is not None and not 0 <= value <= largest:
        raise SettingsError(f"{name} must be an integer from 0 to {largest}")
    return value


def _digits(text: str) -> int | None:
    return int(text) if len(text) <= 64 and text.isascii() and text.isdigit() else None


def _yes(body: Mapping[str, object], name: str) -> bool:
    value = body.get(name)
    if not isinstance(value, bool):
        raise SettingsError(f"{name} must be true or false")
    return value


def _word(body: Mapping[str, object], name: str) -> str | None:
    """Return a text that can travel in a header."""
    value = _text(body, name)
    if value is not None and (not 1 <= len(value) <= 512 or not value.isascii() or not value.isprintable()):
        raise SettingsError(f"{name} must have 1 to 512 printable ASCII characters")
    return value


def _plainly(body: Mapping[str, object], name: str) -> object:
    """Return a setting of a fault: text, a number, a truth, or a list of integers; nothing nested."""
    value = body[name]
    members = value if isinstance(value, list) else [value]
    if any(isinstance(member, dict | list) for member in members):
        raise SettingsError(f"{name} must be a plain value, or a list of them")
    return value
