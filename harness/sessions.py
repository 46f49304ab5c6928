"""The keys and sessions of one case: made, opened, closed and forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from harness.beside.surroundings import NoSuchDoor, Way
from harness.cases import Call, Case, KeyPlan, SessionPlan
from harness.drivers.driver import CannotTry, Driver, Failed, Reply, Succeeded, Target
from harness.errors import AdapterFault
from harness.observation import KeyView
from mockserver import Balance, KeyHandle

if TYPE_CHECKING:
    from harness.laboratory import Laboratory

#: Balances of a key whose plan asks for plenty.
PLENTY = "1000000000"


class Sessions:
    """A case's keys at the exchange and its sessions in the client."""

    def __init__(self, laboratory: Laboratory, case: Case, number: int, state_dir: Path) -> None:
        self.lab = laboratory
        self.case = case
        self.number = number
        self.state_dir = state_dir
        self.chance = Random(f"{laboratory.seed}:{number}")
        self.keys: dict[str, KeyHandle] = {}
        self.before: dict[str, Mapping[str, Balance]] = {}
        self.opened: dict[str, Reply] = {}
        self.base_urls: dict[str, str] = {}
        self.live: set[str] = set()
        self.texts: list[str] = []

    def prepare(self) -> None:
        """Make the folder for the client's notes."""
        self.state_dir.mkdir()

    def begin(self) -> None:
        """Make the keys, and open the sessions."""
        self.lab.exchange.at_once(self._create_keys)
        for session in self.case.sessions:
            self.open(session)

    def _create_keys(self) -> None:
        for plan in self.case.keys:
            self.keys[plan.name] = self._create_key(plan)
            self.lab.retired.discard(self.keys[plan.name].key)
            self.before[plan.name] = self.lab.exchange.balances(self.keys[plan.name].key)

    def _create_key(self, plan: KeyPlan) -> KeyHandle:
        exchange = self.lab.exchange
        currencies = {market.base for market in exchange.dialect.markets} | {
            market.quote for market in exchange.dialect.markets
        }
        balances = dict.fromkeys(sorted(currencies), PLENTY) if plan.balances is None else dict(plan.balances)
        drawn = exchange.dialect.new_credentials(self.chance)
        return exchange.create_key(
            permissions=set(plan.permissions),
            balances=balances,
            key=plan.key or drawn.key,
            secret=plan.secret or drawn.secret,
            last_nonce=plan.last_nonce,
            private_venue=True,
            order_id_start=plan.order_id_start,
        )

    def id_of(self, name: str) -> str:
        """Return the name by which the client knows a session: no other case has it."""
        return f"{self.number}{name}"

    def plan_of(self, name: str) -> SessionPlan:
        """Return the plan of a session."""
        return next(session for session in self.case.sessions if session.name == name)

    def driver_of(self, session: str) -> Driver:
        """Return the rein of the program in which a session lives."""
        return self.lab.client_side.second if self.plan_of(session).second else self.lab.driver

    def limit_of(self, call: Call) -> float:
        """Return how long to wait for a call, seconds."""
        timeout_s = self.plan_of(call.session).timeout_s or self.lab.setting.timeout_s
        return max(self.lab.call_limit_s, 3 * timeout_s)

    def open(self, plan: SessionPlan) -> None:
        """Open a session, by the way that is planned for it."""
        exchange = self.lab.exchange
        key: str | None = None
        secret: str | None = None
        if plan.key is not None:
            handle = self.keys[plan.key]
            key, secret = handle.key, handle.secret
            if plan.wrong_secret or plan.unknown_key:
                stranger = exchange.dialect.new_credentials(self.chance)
                secret = stranger.secret if plan.wrong_secret else secret
                key = stranger.key if plan.unknown_key else key
            key = key if plan.key_as is None else plan.key_as.replace("{}", key)
            secret = secret if plan.secret_as is None else plan.secret_as.replace("{}", secret)
        try:
            way = self._way(plan)
        except NoSuchDoor as problem:
            self.opened[plan.name] = CannotTry(reason=f"not exercised: {problem}")
            return
        target = Target(
            dialect=exchange.dialect.name,
            base_url=way.base_url,
            ca_file=way.ca_file if plan.trusts else None,
            proxy_url=self.lab.surroundings.proxy_url() if plan.proxy else None,
            key=key,
            secret=secret,
            timeout_s=plan.timeout_s or self.lab.setting.timeout_s,
            options=plan.options,
            state_dir=str(self.state_dir),
        )
        self.base_urls[plan.name] = target.base_url
        try:
            reply = self.driver_of(plan.name).open(self.id_of(plan.name), target)
        except AdapterFault as fault:
            # Whoever finds his notes spoilt may say so by an exception that no adapter has thought of.
            if not self.lab.client_side.facts().spoilt or fault.kind not in ("json_rpc", "raised"):
                raise
            reply = Failed(kind="unknown", message=fault.detail)
        self.opened[plan.name] = reply
        if isinstance(reply, Succeeded):
            self.live.add(plan.name)

    def _way(self, plan: SessionPlan) -> Way:
        exchange = self.lab.exchange
        if plan.door:
            return self.lab.surroundings.way(plan.door)
        return Way(base_url=exchange.url if plan.host == "main" else exchange.other_url)

    def close(self, name: str) -> None:
        """Close a session where it is open, after a look at how it prints."""
        if name in self.live:
            self.live.discard(name)
            self.texts.extend(self.driver_of(name).texts(self.id_of(name)))
            self.driver_of(name).close(self.id_of(name))

    def close_all(self) -> None:
        """Close every session."""
        for session in self.case.sessions:
            self.close(session.name)

    def views(self, since: int) -> dict[str, KeyView]:
        """Return what the exchange has seen of each key since a number of its journal, and what it holds for it now."""
        return self.lab.exchange.at_once(lambda: {name: self._view_of(name, since) for name in self.keys})

    def _view_of(self, name: str, since: int) -> KeyView:
        handle = self.keys[name]
        exchange = self.lab.exchange
        return KeyView(
            credentials=handle.credentials,
            entries=tuple(entry for entry in exchange.journal.of(handle.key) if entry.number >= since),
            before=self.before[name],
            after=exchange.balances(handle.key),
            orders=exchange.orders(handle.key),
            withdrawals=exchange.withdrawals(handle.key),
        )

    def forget(self) -> None:
        """Let the exchange forget the keys."""
        for handle in self.keys.values():
            self.lab.exchange.forget(handle)
            self.lab.retired.add(handle.key)
