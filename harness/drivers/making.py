"""The driver of a client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from harness.drivers.clients import Client, ObjectClient, ProgramClient
from harness.drivers.driver import Driver
from harness.drivers.in_process import InProcessDriver
from harness.drivers.subprocess import SubprocessDriver


def make_driver(
    client: Client,
    *,
    limit_s: float = 15.0,
    probe_s: float = 5.0,
    environment: Mapping[str, str] | None = None,
    additions: Mapping[str, str] | None = None,
) -> Driver:
    """Make the driver of a client. Nothing is started or loaded before the first request.

    Args:
        client: The client under test.
        limit_s: The limit of `describe`, `open` and `close`; `open` has three times the session's own where that is
            more.
        probe_s: How long a program may take to answer the probe that follows a call without an answer.
        environment: What a program inherits; None for our own. Proxy variables never.
        additions: What a program's environment holds besides, proxy variables too.
    """
    match client:
        case ProgramClient():
            return SubprocessDriver(
                client, limit_s=limit_s, probe_s=probe_s, environment=environment, additions=additions
            )
        case ObjectClient():
            return InProcessDriver(client, limit_s=limit_s)
        case _:
            assert_never(client)
