"""One description per endpoint: the server validates by it, the harness draws by it, documents are printed from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from mockserver.core.rates import RateRule
from mockserver.core.refusals import Refused
from mockserver.core.shapes import Shape

if TYPE_CHECKING:
    from mockserver.core.desk import Desk


class Access(StrEnum):
    """What a key must be allowed to do; PUBLIC asks for no key."""

    PUBLIC = "public"
    READ = "read"
    TRADE = "trade"
    WITHDRAW = "withdraw"


class ParameterKind(StrEnum):
    """What a parameter's value is."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    CHOICE = "choice"
    MARKET = "market"
    CURRENCY = "currency"
    ORDER_ID = "order_id"
    ADDRESS = "address"
    JSON = "json"


class Beyond(StrEnum):
    """What becomes of a value that has the wrong form, or is out of its range."""

    REFUSED = "refused"
    CUT = "cut"  # the nearest bound is meant; of a wrong form, the default
    DEFAULT = "default"  # the default is meant
    TAKEN = "taken"  # it is taken as it is: a text that nobody has, a filter that nothing passes


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of an endpoint.

    Attributes:
        name: As it travels.
        kind: What its value is.
        required: Whether its absence is refused.
        choices: The allowed values of a CHOICE, as text.
        minimum: Least value of a number, or least length of a text.
        maximum: Greatest value of a number, or greatest length of a text.
        form: What its text looks like: a regular expression for the whole of it; "" for any, or as its kind says.
        beyond: What becomes of a value that is out of its range or form.
        malformed: What becomes of one that is out of its form, where that is something else; None where it is not.
        default: What its absence means, as text; None where it means nothing.
        place: "query", "form", "json" or "path".
        note: For people.
    """

    name: str
    kind: ParameterKind
    required: bool = True
    choices: tuple[str, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    form: str = ""
    beyond: Beyond = Beyond.REFUSED
    malformed: Beyond | None = None
    default: str | None = None
    place: str = "form"
    note: str = ""


#: A parsed JSON value. Numbers that an exchange prints without quotes are int, float or Decimal.
Json: TypeAlias = "bool | int | float | str | Decimal | Sequence[Json] | Mapping[str, Json] | None"

#: Parameter names to values as they travelled: text from a query or form, JSON values from a JSON body.
Parameters: TypeAlias = "Mapping[str, Json]"

#: A handler: the caller's desk and the parameters in; the body of a success, or a refusal, out.
Handler: TypeAlias = "Callable[[Desk, Parameters], Json | Refused]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One thing a client can ask for.

    Attributes:
        name: What the dialect calls it: `returnBalances`, `user_info`, `GET /v1/balances`.
        method: The HTTP method ("GET", "POST"; "*" for both).
        path: The path, with `{name}` for a variable segment.
        access: What the key must be allowed.
        handler: What it does.
        parameters: What it takes.
        operation: The operation of the client contract that it serves, or None.
        changes_state: Whether a success has an effect on orders or balances.
        answer: What the body of a success looks like; None where nobody has described it yet.
        key_kinds: The kinds of keys that it takes, of the dialect's; empty for all.
        rate: A rate limit of its own, counted apart, which holds instead of the dialect's; None for the dialect's.
        source: The page that documents it.
    """

    name: str
    method: str
    path: str
    access: Access
    handler: Handler
    parameters: tuple[Parameter, ...] = ()
    operation: str | None = None
    changes_state: bool = False
    answer: Shape | None = None
    key_kinds: tuple[str, ...] = ()
    rate: RateRule | None = None
    source: str = ""
