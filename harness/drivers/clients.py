"""How a client under test is named: a program to start, or a Python object to load."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramClient:
    """A client in any language: a child process that speaks JSON-RPC, one object a line.

    Attributes:
        argv: The program and its arguments.
    """

    argv: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectClient:
    """A client in the harness's own process.

    Attributes:
        reference: `path/to/adapter.py`, `package.module:ADAPTER`, the adapter itself, or a callable that makes one.
    """

    reference: object


Client = ProgramClient | ObjectClient
