"""What an observation is asked to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.events import Level
from harness.known_failures import KnownFailures
from signer import Credentials

#: What a user may vouch for, since nobody can see it from outside; a client's features besides.
PROMISES: Mapping[str, str] = {
    "once": "the command never makes the same call twice in a row: one that comes again was repeated by the client",
    "one_client": "each key is used by one client object of one process",
    "retries": "the client retries by itself",
    "idempotency": "a retried order carries the same client order id",
    "concurrent": "calls may be handed to the client together",
}
#: Which part of the calls is struck where nothing else is said.
SHARE = 0.2
#: How long a command may take where nothing else is said.
TIMEOUT_S = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Observing:
    """What an observation is asked to do.

    Attributes:
        argv: The command.
        dialect: Which exchange: its name, or the file that describes it.
        seed: Where keys, prices and provocations come from.
        profile: "documented" or "observed".
        habits: How the exchange is played where there are several ways, as `Dialect.habits` lists them.
        keys: Keys that the command has in its settings; none for one that is drawn and handed to it.
        redirect: A rung of `harness.redirecting`; None for what reaches it best.
        provoke: Names of provocations; empty for all of them; None for none.
        share: Which part of the calls is struck at most.
        timeout_s: After how long the command is ended.
        promises: Names of `PROMISES` that its user vouches for.
        requirements: Ids or globs; empty for all that the wire decides.
        level: From which level on a broken requirement counts.
        known_failures: What is known to fail.
        any_status: Whether the command's own failure is no reason for ours.
    """

    argv: tuple[str, ...]
    dialect: str
    seed: int
    profile: str = "documented"
    habits: Mapping[str, str] = field(default_factory=dict)
    keys: tuple[Credentials, ...] = ()
    redirect: str | None = None
    provoke: tuple[str, ...] | None = None
    share: float = SHARE
    timeout_s: float = TIMEOUT_S
    promises: frozenset[str] = frozenset()
    requirements: tuple[str, ...] = ()
    level: Level = Level.MUST
    known_failures: KnownFailures | None = None
    any_status: bool = False
