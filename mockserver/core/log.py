"""The log: what happened and must not be forgotten, in order, until somebody has kept it.

What an exchange becomes follows from its settings, the requests that changed something and what control did. So these
are all that a durable store has to keep; doing them again gives the same exchange.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol, TypeAlias, TypeVar, cast

from mockserver.errors import MockServerError

if TYPE_CHECKING:
    from mockserver.core.visit import Visit

P = ParamSpec("P")
T = TypeVar("T")

#: JSON data.
Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something that control did.

    Attributes:
        name: Who did it, the registry or the operator, and by which method: `registry.create_key`.
        arguments: What it was told, as JSON data.
        outcome: What came of it, as text: a key with its secret, or the error; empty where nothing needs to be said.
    """

    name: str
    arguments: Mapping[str, Plain]
    outcome: str = ""


class NonceStep(StrEnum):
    """What may happen to the nonces of a key."""

    ADVANCE = "advance"
    USE = "use"
    PRESET = "preset"
    FORGET = "forget"


#: (what happened, the key, the nonce as text, the tolerance of the rule).
NonceChange: TypeAlias = tuple[NonceStep, str, str, int]


@dataclass(frozen=True, slots=True)
class Batch:
    """What has happened since the last batch was taken.

    Attributes:
        deeds: Requests that have their answer, and what control did, in the order in which they had their effect. A
            request may come twice, where its page in the journal was completed later.
        nonces: What happened to nonces, in order.
    """

    deeds: Sequence[Visit | Action]
    nonces: Sequence[NonceChange]


class Log:
    """Collects a batch.

    Attributes:
        wake: Called when the first thing of a batch has been written down; whoever keeps batches sets it.
    """

    def __init__(self) -> None:
        self._deeds: list[Visit | Action] = []
        self._nonces: list[NonceChange] = []
        self.wake: Callable[[], object] = _nobody

    @property
    def empty(self) -> bool:
        """Whether nothing has been written down since the last batch."""
        return not self._deeds and not self._nonces

    def served(self, visit: Visit) -> None:
        """Write down a request that has its answer."""
        if not self._deeds:
            self.wake()
        self._deeds.append(visit)

    def acted(self, action: Action) -> None:
        """Write down what control did."""
        if not self._deeds:
            self.wake()
        self._deeds.append(action)

    def spent(self, step: NonceStep, key: str, nonce: str = "", tolerance: int = 0) -> None:
        """Write down what happened to a nonce."""
        self._nonces.append((step, key, nonce, tolerance))

    def take(self) -> Batch:
        """Return the batch, and begin the next one."""
        batch = Batch(self._deeds, self._nonces)
        self._deeds, self._nonces = [], []
        return batch

    def give_back(self, batch: Batch) -> None:
        """Take a batch back that could not be kept; it comes first in the next one."""
        self._deeds[:0] = batch.deeds
        self._nonces[:0] = batch.nonces


class Acting(Protocol):
    """Whose methods are actions."""

    log: Log | None
    acting: bool


A = TypeVar("A", bound=Acting)


def action(method: Callable[Concatenate[A, P], T]) -> Callable[Concatenate[A, P], T]:
    """Have a method's calls written down, so that they can be done again: the same method, told the same.

    It is told JSON data, the first time too: other iterables become lists, enums their text. One that fails is written
    down as well, for it may have drawn something; one that returns False changed nothing and is not. An action within
    an action is part of it.
    """
    signature = inspect.signature(method)
    name = method.__qualname__.lower()

    @wraps(method)
    def act(self: A, *args: P.args, **given: P.kwargs) -> T:
        if self.acting or self.log is None:
            return method(self, *args, **given)
        bound = signature.bind(self, *args, **given)
        told = {name: _plain(value) for name, value in list(bound.arguments.items())[1:]}
        self.acting = True
        try:
            outcome = cast("Callable[..., T]", method)(self, **told)
        except (MockServerError, ValueError) as error:
            self.log.acted(Action(name=name, arguments=told, outcome=outcome_of(error)))
            raise
        finally:
            self.acting = False
        if outcome is not False:
            self.log.acted(Action(name=name, arguments=told, outcome=outcome_of(outcome)))
        return outcome

    act.is_action = True  # type: ignore[attr-defined]  # for those who do it again
    return cast("Callable[Concatenate[A, P], T]", act)


def outcome_of(value: object) -> str:
    """Return what came of an action, as Unicode text that is the same when the same came of it again."""
    if isinstance(value, Exception):  # it may repeat what was no Unicode
        return f"{type(value).__name__}: {value}".encode("utf-8", "backslashreplace").decode()
    credentials = getattr(value, "credentials", value)
    key, secret = getattr(credentials, "key", None), getattr(credentials, "secret", None)
    return "" if key is None else f"{key} {secret}"


def _plain(value: object) -> Plain:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(member) for name, member in value.items()}
    if isinstance(value, frozenset | set):
        return sorted((_plain(member) for member in value), key=str)
    if isinstance(value, Iterable):
        return [_plain(member) for member in value]
    return str(value)


def _nobody() -> None:
    """Wake nobody."""
