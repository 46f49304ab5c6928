"""The classes whose values a record may hold, by the names that they have there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import is_dataclass
from enum import Enum
from types import MappingProxyType
from typing import Any, get_args, get_type_hints

import mockserver
import signer
from harness.cases import Case, FromReply
from harness.observation import Observation
from harness.setting import Setting

#: Classes of the exchange and of the signer by their names in a record, which are their own save for one.
_OF_OTHERS: Mapping[str, type[Any]] = {
    "Accepted": signer.Accepted,
    "Answer": mockserver.Answer,
    "Balance": mockserver.Balance,
    "Credentials": signer.Credentials,
    "Effect": mockserver.Effect,
    "Entry": mockserver.Entry,
    "Fault": mockserver.Fault,
    "FaultKind": mockserver.FaultKind,
    "Fields": signer.Fields,
    "Fill": mockserver.Fill,
    "NotBelieved": signer.Refused,
    "Order": mockserver.Order,
    "OrderStatus": mockserver.OrderStatus,
    "Phase": mockserver.Phase,
    "Reason": signer.Reason,
    "Refusal": mockserver.Refusal,
    "Refused": mockserver.Refused,
    "Request": signer.Request,
    "Side": mockserver.Side,
    "Stages": signer.Stages,
    "TimeInForce": mockserver.TimeInForce,
    "Withdrawal": mockserver.Withdrawal,
    "WithdrawalStatus": mockserver.WithdrawalStatus,
}

#: Members that no oracle asks for, or that the record tells elsewhere.
LEFT_OUT: Mapping[str, frozenset[str]] = {
    "Entry": frozenset({"folded", "weight"}),
    "Observation": frozenset({"setting"}),
    "Order": frozenset({"margin", "position"}),
}

#: Members that are secrets.
SECRET_FIELDS: Mapping[str, frozenset[str]] = {
    "Credentials": frozenset({"secret", "passphrase"}),
    "KeyPlan": frozenset({"secret"}),
}


def _made_of(*roots: type[Any]) -> dict[str, type[Any]]:
    """Return the harness's own classes that these are made of: whoever adds a step or a reply adds nothing here."""
    found: dict[str, type[Any]] = {}
    waiting: list[object] = list(roots)
    while waiting:
        made = waiting.pop()
        waiting.extend(get_args(made))
        if not isinstance(made, type) or not made.__module__.startswith("harness.") or made is Setting:
            continue
        if made.__name__ not in found and (is_dataclass(made) or issubclass(made, Enum)):
            found[made.__name__] = made
            waiting.extend(get_type_hints(made).values())
    return found


#: Name in a record to class, and class to name.
CLASSES: Mapping[str, type[Any]] = MappingProxyType({**_made_of(Case, FromReply, Observation), **_OF_OTHERS})
NAMES: Mapping[type[Any], str] = MappingProxyType({made: name for name, made in CLASSES.items()})
