"""Accounts: what a key's account has, ordered, traded, took in and took out; and the operator's hand in it."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.core.desk import WithdrawalStatus
from mockserver.core.orders import OrderStatus, Side, TimeInForce
from mockserver.core.wallets import Wallet
from mockserver.errors import SettingsError
from mockserver.wire.rooms.house import House, plainly
from mockserver.wire.route import Asked, Missing, Object, Route
from mockserver.wire.schemas import (
    DECIMAL,
    MILLISECONDS,
    TEXT,
    TRUTH,
    WHOLE,
    Schema,
    among,
    answer,
    listing,
    named,
    or_null,
    record,
    said,
)

_SUM: Schema = {"anyOf": [TEXT, {"type": "number"}], "description": "a sum of money, best as text"}
_WALLET = among(tuple(Wallet))
_BALANCES = answer(
    {
        "wallet": _WALLET,
        "balances": {"type": "object", "additionalProperties": answer({"available": DECIMAL, "held": DECIMAL})},
    }
)

_ORDER: Mapping[str, Schema] = {
    "order_id": TEXT,
    "market": TEXT,
    "side": among(tuple(Side)),
    "price": DECIMAL,
    "amount": DECIMAL,
    "remaining": DECIMAL,
    "held": DECIMAL,
    "at_ms": MILLISECONDS,
    "status": among(tuple(OrderStatus)),
    "time_in_force": among(tuple(TimeInForce)),
    "client_order_id": or_null(TEXT),
}
_DEPOSIT: Mapping[str, Schema] = {
    "deposit_id": WHOLE,
    "currency": TEXT,
    "amount": DECIMAL,
    "address": TEXT,
    "network": or_null(TEXT),
    "txid": TEXT,
    "at_ms": MILLISECONDS,
}
_WITHDRAWAL: Mapping[str, Schema] = {
    "withdrawal_id": WHOLE,
    "currency": TEXT,
    "amount": DECIMAL,
    "fee": DECIMAL,
    "address": TEXT,
    "tag": or_null(TEXT),
    "network": or_null(TEXT),
    "status": among(tuple(WithdrawalStatus)),
    "txid": or_null(TEXT),
    "at_ms": MILLISECONDS,
    "updated_ms": or_null(MILLISECONDS),
}

NAMED: Mapping[str, Schema] = {
    "Balances": _BALANCES,
    "Order": answer(_ORDER),
    "Deposit": answer(_DEPOSIT),
    "Withdrawal": answer(_WITHDRAWAL),
}


def routes(house: House) -> tuple[Route, ...]:
    """Return what can be asked here."""
    room = _Accounts(house)
    account = answer({"account": WHOLE, "private_venue": TRUTH, "frozen": TRUTH, "keys": listing(TEXT)})
    return (
        Route(
            method="GET", path="accounts", does="Every account that a key opens.", handle=room.all,
            gives=answer({"accounts": listing(account)}),
        ),
        Route(
            method="GET", path="keys/{key}/balances", does="What a key's account has, wallet by wallet.",
            handle=room.balances, gives=named("Balances"), query={"wallet": _WALLET},
        ),
        Route(
            method="GET", path="keys/{key}/orders", does="The orders of a key's account, oldest first.",
            handle=room.orders, gives=answer({"orders": listing(named("Order"))}), query={"open": TRUTH},
        ),
        Route(
            method="DELETE", path="keys/{key}/orders/{id}", does="Cancel an open order, as the exchange itself may.",
            handle=room.cancel_order, gives=named("Order"),
        ),
        Route(
            method="GET", path="keys/{key}/deposits", does="What came in, oldest first.", handle=room.deposits,
            gives=answer({"deposits": listing(named("Deposit"))}),
        ),
        Route(
            method="POST", path="keys/{key}/deposits", does="Let money come in from the world.", handle=room.deposit,
            takes=record({"currency": TEXT, "amount": _SUM, "network": TEXT}, required=("currency", "amount")),
            gives=named("Deposit"), status=201,
        ),
        Route(
            method="POST", path="keys/{key}/transfers", does="Move money between the wallets of a key's account.",
            handle=room.transfer, gives=named("Balances"),
            takes=record(
                {"currency": TEXT, "amount": _SUM, "source": _WALLET, "target": said(_WALLET, "margin without it")},
                required=("currency", "amount"),
            ),
        ),
        Route(
            method="GET", path="keys/{key}/withdrawals", does="What went out or is about to, oldest first.",
            handle=room.withdrawals, gives=answer({"withdrawals": listing(named("Withdrawal"))}),
        ),
        Route(
            method="POST", path="keys/{key}/withdrawals/{id}", does="Let a pending withdrawal arrive, or cancel it.",
            handle=room.settle_withdrawal, gives=named("Withdrawal"),
            takes=record({"status": among(("complete", "cancelled"))}, required=("status",)),
        ),
    )  # fmt: skip


class _Accounts:
    def __init__(self, house: House) -> None:
        self._house = house

    def all(self, asked: Asked) -> Object:
        accounts: dict[tuple[int, int], Object] = {}
        shared = self._house.exchange.venue
        for name, key in self._house.exchange.gate.keys.items():
            found = accounts.setdefault(
                (id(key.venue), key.account),
                {
                    "account": key.account,
                    "private_venue": key.venue is not shared,
                    "frozen": key.venue.is_frozen(key.account),
                    "keys": [],
                },
            )
            keys = found["keys"]
            if isinstance(keys, list):
                keys.append(name)
        return {"accounts": list(accounts.values())}

    def balances(self, asked: Asked) -> Object:
        key = self._house.key(asked.names["key"])
        wallet = Wallet(str(asked.query.get("wallet", Wallet.SPOT)))
        had = key.venue.balances_of(key.account, wallet)
        shown = {currency: plainly(balance, ("available", "held")) for currency, balance in had.items()}
        return {"wallet": wallet.value, "balances": shown}

    def orders(self, asked: Asked) -> Object:
        key = self._house.key(asked.names["key"])
        wanted = asked.query.get("open")
        orders = [
            _order(order)
            for order in key.venue.orders_of(key.account)
            if wanted is None or (order.status is OrderStatus.OPEN) is wanted
        ]
        return {"orders": orders}

    def cancel_order(self, asked: Asked) -> Object:
        key, number = self._house.key(asked.names["key"]), _number(asked.names["id"])
        if number not in [order.order_id for order in key.venue.orders_of(key.account)]:
            raise Missing(f"there is no order {number}")
        self._house.exchange.operator.cancel_order(asked.names["key"], number, asked.now_ms)
        return next(_order(order) for order in key.venue.orders_of(key.account) if order.order_id == number)

    def deposits(self, asked: Asked) -> Object:
        key = self._house.key(asked.names["key"])
        return {"deposits": [plainly(deposit, _DEPOSIT) for deposit in key.venue.deposits_of(key.account)]}

    def deposit(self, asked: Asked) -> Object:
        name, body = asked.names["key"], asked.body
        self._house.key(name)
        network = body.get("network")
        made = self._house.exchange.operator.deposit(
            name,
            str(body["currency"]),
            str(body["amount"]),
            asked.now_ms,
            network=network if isinstance(network, str) else None,
        )
        return plainly(made, _DEPOSIT)

    def transfer(self, asked: Asked) -> Object:
        name, body = asked.names["key"], asked.body
        self._house.key(name)
        target = str(body.get("target", Wallet.MARGIN))
        self._house.exchange.operator.transfer(
            name,
            str(body["currency"]),
            str(body["amount"]),
            asked.now_ms,
            source=str(body.get("source", Wallet.SPOT)),
            target=target,
        )
        return self.balances(Asked(names=asked.names, query={"wallet": target}, body={}, now_ms=asked.now_ms))

    def withdrawals(self, asked: Asked) -> Object:
        key = self._house.key(asked.names["key"])
        return {"withdrawals": [plainly(left, _WITHDRAWAL) for left in key.venue.withdrawals_of(key.account)]}

    def settle_withdrawal(self, asked: Asked) -> Object:
        name, number, operator = asked.names["key"], _number(asked.names["id"]), self._house.exchange.operator
        key = self._house.key(name)
        if number not in [left.withdrawal_id for left in key.venue.withdrawals_of(key.account)]:
            raise Missing(f"there is no withdrawal {number}")
        if asked.body["status"] == "complete":
            settled = operator.complete_withdrawal(name, number, asked.now_ms)
        else:
            settled = operator.cancel_withdrawal(name, number, asked.now_ms)
        return plainly(settled, _WITHDRAWAL)


def _order(order: object) -> Object:
    shown = plainly(order, _ORDER)
    return {**shown, "order_id": str(shown["order_id"])}


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 20):
        raise SettingsError(f"{text[:20]} is no number")
    return int(text)
