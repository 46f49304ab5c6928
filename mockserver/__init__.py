"""A mock exchange that enforces the documented rules of signed exchange APIs to the letter.

What stands here is the public face; it is imported when it is first asked for, so that who needs the table of a dialect
does not pay for an HTTP server.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mockserver.addresses import names_of
    from mockserver.canary import Canary
    from mockserver.certificates import Certificates, TlsFlaw, server_of_files
    from mockserver.clock import Clock
    from mockserver.core.answers import Answer
    from mockserver.core.desk import Balance, Withdrawal, WithdrawalStatus
    from mockserver.core.dialect import Check, Dialect, Profile, RawTarget
    from mockserver.core.endpoint import Access, Beyond, Endpoint, Parameter, ParameterKind
    from mockserver.core.fault_kinds import FAULT_KINDS, FAULT_WAYS, FaultSetting
    from mockserver.core.faults import Fault, FaultKind, Phase
    from mockserver.core.habits import Habit
    from mockserver.core.journal import Effect, Entry
    from mockserver.core.markets import Market
    from mockserver.core.orders import Fill, Order, OrderStatus, Side, TimeInForce
    from mockserver.core.rates import Ban, RateRule
    from mockserver.core.refusals import Refusal, RefusalRow, Refused
    from mockserver.core.shapes import Shape, ShapeKind
    from mockserver.dialect_files import dialect_named, is_dialect_file
    from mockserver.dialects import DIALECT_NAMES, dialect_names
    from mockserver.dialects.plain import plain_dialect
    from mockserver.errors import LedgerError, MockServerError, NotRunning, SettingsError
    from mockserver.handles import FaultHandle, KeyHandle
    from mockserver.mock_exchange import MockExchange
    from mockserver.mock_exchanges import MockExchanges
    from mockserver.serving import run, run_several, serve
    from mockserver.settings import Settings
    from mockserver.tls import Tls

_HOMES = {
    "Access": "core.endpoint",
    "Answer": "core.answers",
    "Balance": "core.desk",
    "Ban": "core.rates",
    "Beyond": "core.endpoint",
    "Canary": "canary",
    "Certificates": "certificates",
    "Check": "core.dialect",
    "Clock": "clock",
    "DIALECT_NAMES": "dialects",
    "Dialect": "core.dialect",
    "Effect": "core.journal",
    "Endpoint": "core.endpoint",
    "Entry": "core.journal",
    "FAULT_KINDS": "core.fault_kinds",
    "FAULT_WAYS": "core.fault_kinds",
    "Fault": "core.faults",
    "FaultHandle": "handles",
    "FaultKind": "core.faults",
    "FaultSetting": "core.fault_kinds",
    "Fill": "core.orders",
    "Habit": "core.habits",
    "KeyHandle": "handles",
    "LedgerError": "errors",
    "Market": "core.markets",
    "MockExchange": "mock_exchange",
    "MockExchanges": "mock_exchanges",
    "MockServerError": "errors",
    "NotRunning": "errors",
    "Order": "core.orders",
    "OrderStatus": "core.orders",
    "Parameter": "core.endpoint",
    "ParameterKind": "core.endpoint",
    "Phase": "core.faults",
    "Profile": "core.dialect",
    "RateRule": "core.rates",
    "RawTarget": "core.dialect",
    "Refusal": "core.refusals",
    "RefusalRow": "core.refusals",
    "Refused": "core.refusals",
    "Settings": "settings",
    "SettingsError": "errors",
    "Shape": "core.shapes",
    "ShapeKind": "core.shapes",
    "Side": "core.orders",
    "TimeInForce": "core.orders",
    "Tls": "tls",
    "TlsFlaw": "certificates",
    "Withdrawal": "core.desk",
    "WithdrawalStatus": "core.desk",
    "dialect_named": "dialect_files",
    "dialect_names": "dialects",
    "is_dialect_file": "dialect_files",
    "names_of": "addresses",
    "plain_dialect": "dialects.plain",
    "run": "serving",
    "run_several": "serving",
    "serve": "serving",
    "server_of_files": "certificates",
}

__all__ = [
    "DIALECT_NAMES",
    "FAULT_KINDS",
    "FAULT_WAYS",
    "Access",
    "Answer",
    "Balance",
    "Ban",
    "Beyond",
    "Canary",
    "Certificates",
    "Check",
    "Clock",
    "Dialect",
    "Effect",
    "Endpoint",
    "Entry",
    "Fault",
    "FaultHandle",
    "FaultKind",
    "FaultSetting",
    "Fill",
    "Habit",
    "KeyHandle",
    "LedgerError",
    "Market",
    "MockExchange",
    "MockExchanges",
    "MockServerError",
    "NotRunning",
    "Order",
    "OrderStatus",
    "Parameter",
    "ParameterKind",
    "Phase",
    "Profile",
    "RateRule",
    "RawTarget",
    "Refusal",
    "RefusalRow",
    "Refused",
    "Settings",
    "SettingsError",
    "Shape",
    "ShapeKind",
    "Side",
    "TimeInForce",
    "Tls",
    "TlsFlaw",
    "Withdrawal",
    "WithdrawalStatus",
    "dialect_named",
    "dialect_names",
    "is_dialect_file",
    "names_of",
    "plain_dialect",
    "run",
    "run_several",
    "serve",
    "server_of_files",
]


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value
