"""Keys: handed out, changed, activated by their link, revoked, forgotten."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.core.keys import PERMISSIONS, KeyState
from mockserver.core.registry import USUAL_PERMISSIONS
from mockserver.errors import SettingsError
from mockserver.wire.rooms.house import House, secretless
from mockserver.wire.route import Asked, Missing, Object, Route
from mockserver.wire.schemas import LONG, TEXT, TRUTH, WHOLE, Schema, among, answer, listing, named, record, said

_LARGEST_NONCE = 2**128

#: Orders are numbered on from where they start, and their ids have to fit into 63 bits.
_LARGEST_ORDER_ID = 2**62

#: A text that can travel in a header.
_WORD: Schema = {"type": "string", "minLength": 1, "maxLength": 512, "pattern": "^[ -~]*$"}

_PERMISSIONS = listing(among(sorted(PERMISSIONS)))
_SHOWN: Mapping[str, Schema] = {
    "key": TEXT,
    "state": among(tuple(KeyState)),
    "permissions": _PERMISSIONS,
    "addresses": listing(TEXT),
    "kind": TEXT,
    "conditions": listing(TEXT),
    "explain": TRUTH,
    "account": WHOLE,
    "frozen": TRUTH,
    "last_nonce": said(TEXT, "an integer of any size"),
}

#: Schemas that have a name in the document.
NAMED: Mapping[str, Schema] = {
    "Key": answer(_SHOWN),
    "NewKey": record(
        {**_SHOWN, "secret": said(TEXT, "shown this once"), "activation": said(TEXT, "the path of its link")},
        required=(*_SHOWN, "secret"),
    ),
}

_WANTED = record(
    {
        "permissions": said(_PERMISSIONS, "read and trade without it"),
        "balances": said({"type": "object"}, "currency to amount, as text"),
        "key": said(_WORD, "drawn without it"),
        "secret": said(_WORD, "drawn without it"),
        "last_nonce": said(LONG, "counts as the last accepted nonce"),
        "addresses": said(listing(TEXT), "addresses and CIDR blocks it may be used from"),
        "state": among(tuple(KeyState)),
        "private_venue": said(TRUTH, "whether nobody else trades where it does"),
        "order_id_start": said(LONG, "where the ids of its orders begin"),
        "account_of": said(TEXT, "a key whose account this one opens too"),
        "kind": said(TEXT, "one of the dialect's kinds of keys"),
        "conditions": said(listing(TEXT), "why it is refused although nothing is wrong with its requests"),
        "explain": said(TRUTH, "whether its refusals say in headers what was done wrong"),
    }
)
_CHANGED = record(
    {
        "state": among(tuple(KeyState)),
        "last_nonce": LONG,
        "frozen": said(TRUTH, "whether its account is"),
        "permissions": _PERMISSIONS,
        "addresses": listing(TEXT),
        "conditions": listing(TEXT),
        "explain": TRUTH,
    }
)


def routes(house: House) -> tuple[Route, ...]:
    """Return what can be asked here."""
    room = _Keys(house)
    key = named("Key")
    return (
        Route(
            method="GET", path="keys", does="Every key, without its secret.", handle=room.all,
            gives=answer({"keys": listing(key)}),
        ),
        Route(
            method="POST", path="keys", does="Open an account and hand out a key; no other answer holds its secret.",
            handle=room.create, takes=_WANTED, gives=named("NewKey"), status=201,
        ),
        Route(method="GET", path="keys/{key}", does="One key, without its secret.", handle=room.one, gives=key),
        Route(
            method="POST", path="keys/{key}", handle=room.change, takes=_CHANGED, gives=key,
            does="Change a key's state, rights, addresses, conditions, last nonce or explaining; freeze its account.",
        ),
        Route(
            method="DELETE", path="keys/{key}", handle=room.revoke, gives=key, query={"forget": TRUTH},
            does="Revoke a key, or forget it altogether, with its nonces.",
        ),
        Route(
            method="GET", path="activate/{link}", handle=room.activate, gives=key,
            does="Follow the activation link of a pending key, which is good for once.",
        ),
    )  # fmt: skip


class _Keys:
    def __init__(self, house: House) -> None:
        self._house = house

    def all(self, asked: Asked) -> Object:
        return {"keys": [secretless(key, self._house) for key in self._house.exchange.gate.keys.values()]}

    def create(self, asked: Asked) -> Object:
        body = asked.body
        balances = body.get("balances")
        created = self._house.exchange.registry.create_key(
            permissions=_texts(body, "permissions") or USUAL_PERMISSIONS,
            balances={str(name): _sum(sum_) for name, sum_ in balances.items()} if isinstance(balances, dict) else None,
            key=_text(body, "key"),
            secret=_text(body, "secret"),
            last_nonce=_long(body, "last_nonce", _LARGEST_NONCE) or 0,
            addresses=_texts(body, "addresses"),
            state=_text(body, "state") or KeyState.ACTIVE,
            private_venue=body.get("private_venue") is True,
            order_id_start=_long(body, "order_id_start", _LARGEST_ORDER_ID),
            account_of=_text(body, "account_of"),
            kind=_text(body, "kind") or "",
            conditions=_texts(body, "conditions") or (),
            explain=body.get("explain") is True,
        )
        link = {"activation": f"/_noncense/activate/{created.activation}"} if created.activation else {}
        return {**secretless(created, self._house), **link, "secret": created.credentials.secret}

    def one(self, asked: Asked) -> Object:
        return secretless(self._house.key(asked.names["key"]), self._house)

    def change(self, asked: Asked) -> Object:
        name, body, exchange = asked.names["key"], asked.body, self._house.exchange
        key = self._house.key(name)
        state, nonce = _text(body, "state"), _long(body, "last_nonce", _LARGEST_NONCE)
        exchange.registry.change(
            name,
            permissions=_texts(body, "permissions"),
            addresses=_texts(body, "addresses"),
            conditions=_texts(body, "conditions"),
            explain=body["explain"] is True if "explain" in body else None,
        )
        if state is not None:
            exchange.registry.set_state(name, KeyState(state))
        if nonce is not None:
            exchange.operator.preset_nonce(name, nonce)
        if "frozen" in body:
            exchange.operator.freeze(name, frozen=body["frozen"] is True)
        return secretless(key, self._house)

    def revoke(self, asked: Asked) -> Object:
        name, registry = asked.names["key"], self._house.exchange.registry
        key = self._house.key(name)
        if asked.query.get("forget") is True:
            described = secretless(key, self._house)
            registry.forget(name)
            self._house.clock.forget_key(name)
            return described
        registry.set_state(name, KeyState.REVOKED)
        return secretless(key, self._house)

    def activate(self, asked: Asked) -> Object:
        try:
            return secretless(self._house.exchange.registry.activate(asked.names["link"]), self._house)
        except SettingsError as error:
            raise Missing(str(error)) from None


def _text(body: Mapping[str, object], name: str) -> str | None:
    value = body.get(name)
    return value if isinstance(value, str) else None


def _texts(body: Mapping[str, object], name: str) -> list[str] | None:
    value = body.get(name)
    return [str(word) for word in value] if isinstance(value, list) else None


def _sum(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise SettingsError("balances must be an object of currency to amount")
    return str(value)


def _long(body: Mapping[str, object], name: str, largest: int) -> int | None:
    value = body.get(name)
    if value is None or isinstance(value, bool) or not isinstance(value, int | str):
        return None
    number = int(value)
    if not 0 <= number <= largest:
        raise SettingsError(f"{name} must be an integer from 0 to {largest}")
    return number
