"""A round: an exchange is started, pressed by several customers at once, killed without warning, and looked at."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from random import Random

from mockserver import OrderStatus
from mockserver.core.accounts import MARKET_MAKER
from mockserver.core.exchange import Exchange
from mockserver.core.money import ZERO
from signer import Credentials, Request, scheme_named, sign
from tests.mockserver.raw_client import JSON, Caller, travelling
from tests.mockserver.stores.served import SECRET, settings_of
from tests.mockserver.stores.store_setup import opened

ROOT = Path(__file__).parents[3]
SCHEME = scheme_named("reference")


@dataclass
class Customer:
    """Somebody who writes down what he asked and what he was told."""

    credentials: Credentials
    chance: Random
    nonce: int = 0
    told: list[tuple[Request, int, bytes]] = field(default_factory=list)
    placed: dict[int, str] = field(default_factory=dict)
    cancelled: set[int] = field(default_factory=set)

    def press(self, port: int, answered: Callable[[], None]) -> None:
        """Trade until the other side is gone."""
        try:
            with Caller(port, timeout_s=20) as caller:
                while True:
                    self._ask(caller)
                    answered()
        except (OSError, EOFError):
            return

    def _ask(self, caller: Caller) -> None:
        open_orders = [number for number in self.placed if number not in self.cancelled]
        way = self.chance.random()
        if way < 0.2:
            request, order_id = Request(method="GET", target=b"/v1/balances"), None
        elif way < 0.5 and open_orders:
            order_id = self.chance.choice(open_orders)
            request = Request(method="POST", target=b"/v1/orders/%d/cancel" % order_id, headers=JSON)
        else:
            order_id = None
            price = self.chance.choice(("20000", "30000.01", "60000"))
            body = {
                "market": "BTC/USDT",
                "side": self.chance.choice(("buy", "sell")),
                "price": price,
                "amount": "0.001",
            }
            request = Request(method="POST", target=b"/v1/orders", headers=JSON, body=json.dumps(body).encode())
        self.nonce += 1
        now_ms = time.time_ns() // 1_000_000
        signed = sign(SCHEME, request, self.credentials, nonce=self.nonce, timestamp_ms=now_ms).request
        reply = caller.send(travelling(signed)).reply()
        self.told.append((signed, now_ms, reply.body))
        if reply.status != 200 or request.method == "GET":
            return
        if order_id is None:
            self.placed[int(json.loads(reply.body)["order_id"])] = price
        else:
            self.cancelled.add(order_id)


class _End:
    """Comes with the so-manieth answer, in the middle of all the others."""

    def __init__(self, after: int) -> None:
        self.answers = 0
        self.come = threading.Event()
        self._after = after
        self._counting = threading.Lock()

    def answered(self) -> None:
        with self._counting:
            self.answers += 1
        if self.answers >= self._after:
            self.come.set()


class Crash:
    """Rounds upon one file.

    Args:
        where: The store.
        customers: How many there are at once.
        seed: Of what they do, and of when the end comes.
        market_maker: Whether the prices move by themselves too.
        intake: How many bytes may lie in the intake before they are put away while everybody presses on.
    """

    def __init__(
        self, where: str, *, customers: int = 6, seed: int = 0, market_maker: bool = False, intake: int = 2**23
    ) -> None:
        self._arguments = (where, customers, "on" if market_maker else "off")
        self._intake = intake
        self._chance = Random(seed)
        self.customers = [
            Customer(Credentials(key=f"{number:032x}", secret=SECRET), Random(f"{seed} {number}"))
            for number in range(customers)
        ]

    def round(self) -> int:
        """Press and kill; return how many answers there were."""
        command = [sys.executable, "-m", "tests.mockserver.stores.served", *map(str, (*self._arguments, self._intake))]
        child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        try:
            assert child.stdout is not None
            port = int(child.stdout.readline())
            end = _End(self._chance.randint(1, 60))
            pressing = [
                threading.Thread(target=customer.press, args=(port, end.answered)) for customer in self.customers
            ]
            for thread in pressing:
                thread.start()
            assert end.come.wait(20)
        finally:
            child.kill()
            child.wait()
            child.stdout.close()
        for thread in pressing:
            thread.join()
        return end.answers

    def look(self) -> None:
        """Hold what the file has kept against what the customers were told."""
        exchange, outbox = opened(settings_of(*self._arguments))
        try:
            for customer in self.customers:
                _nothing_is_missing(exchange, customer)
                _no_nonce_is_taken_twice(exchange, customer)
            _the_books_are_right(exchange)
        finally:
            assert exchange.log is not None
            exchange.log.take()  # the replays are not kept
            outbox.close()


def _nothing_is_missing(exchange: Exchange, customer: Customer) -> None:
    key = exchange.registry.key(customer.credentials.key)
    orders = {order.order_id: order for order in key.venue.orders_of(key.account)}
    for order_id, price in customer.placed.items():
        assert orders[order_id].price == Decimal(price), "an acknowledged order is another one"
    for order_id in customer.cancelled:
        assert orders[order_id].status is OrderStatus.CANCELLED, "an acknowledged cancellation is lost"
    pages = {entry.fields.nonce: entry for entry in exchange.journal.of(key.credentials.key) if entry.fields}
    for request, _, body in customer.told[-100:]:
        nonce = SCHEME.read(request).nonce
        assert nonce in pages, "an answered request is not in the journal"
        answer = pages[nonce].answer
        assert answer is not None
        assert answer.body == body, "the journal tells of another answer"


def _no_nonce_is_taken_twice(exchange: Exchange, customer: Customer) -> None:
    last = exchange.nonces.last(customer.credentials.key)
    assert len(customer.told) <= last <= customer.nonce, "a nonce was forgotten, or is known that was never sent"
    for request, now_ms, _ in customer.told[-100:]:
        refused = exchange.handle(request, now_ms).refused
        assert refused is not None, "a nonce is accepted again"
        assert refused.refusal == "nonce_not_increasing"
    customer.nonce = last


def _the_books_are_right(exchange: Exchange) -> None:
    venue = exchange.venue
    assert set(venue.ledger.sums().values()) <= {ZERO}, "money was made or lost"
    standing: dict[tuple[str, Decimal], Decimal] = {}
    for account in (MARKET_MAKER, *(key.account for key in exchange.gate.keys.values())):
        for order in venue.orders_of(account):
            if order.is_open:
                place = (order.side.value, order.price)
                standing[place] = standing.get(place, ZERO) + order.remaining
    market = venue.floor.market("BTC/USDT")
    assert market is not None
    bids, asks = venue.floor.listing(market, 0).book.depth(10_000)
    offered = {("buy", price): amount for price, amount in bids} | {("sell", price): amount for price, amount in asks}
    assert offered == standing, "the book is not what the open orders are"
    assert not (bids and asks) or bids[0][0] < asks[0][0], "the book is crossed"
