"""Is the adapter wired right? Asked before anyone is judged, and once more when all have been.

What is looked for is the adapter's fault alone. A client that is refused, fails or hangs here is judged by its rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from harness.drivers.driver import Description, Driver, Reply, Succeeded, Target
from harness.errors import AdapterFault, UsageError
from mockserver import Dialect, KeyHandle, MockExchange

_SESSION = "smoke"
_TOGETHER = 3

_PRIVATE = ("balances", "open_orders", "deposit_address", "raw")
_PUBLIC = ("ticker", "order_book")


def smoke(driver: Driver, exchange: MockExchange, *, limit_s: float = 15.0) -> Description:
    """Try the adapter on a key of its own: one public and one private call, a call that cannot exist, calls together.

    Args:
        driver: The client under test.
        exchange: Where it is sent, and whose dialect it is asked about.
        limit_s: The limit of each call.

    Returns:
        What the client says it is.

    Raises:
        UsageError: The client is none of this dialect's.
        AdapterFault: The adapter broke; or it is `dishonest`: it accepts an operation that cannot exist, refuses what
            it promises, or reports success where nothing was sent.
    """
    description = driver.describe(exchange.dialect.name)
    if exchange.dialect.name not in description.dialects:
        spoken = ", ".join(description.dialects) or "none"
        raise UsageError(f"{description.name} does not speak {exchange.dialect.name}; the dialects it speaks: {spoken}")
    key = exchange.create_key(permissions=("read", "trade", "withdraw"))
    if isinstance(driver.open(_SESSION, _target(exchange, key)), Succeeded):
        _calls(driver, exchange, description, limit_s)
        driver.close(_SESSION)
    return description


def _target(exchange: MockExchange, key: KeyHandle) -> Target:
    return Target(
        dialect=exchange.dialect.name,
        base_url=exchange.url,
        key=key.key,
        secret=key.secret,
        ca_file=exchange.ca_file,
    )


def _calls(driver: Driver, exchange: MockExchange, description: Description, limit_s: float) -> None:
    private = _first(_PRIVATE, description)
    public = _first(_PUBLIC, description)
    before = exchange.journal.last_number
    replies = {
        operation: driver.call(_SESSION, operation, _params(operation, exchange.dialect), limit_s=limit_s).reply
        for operation in (public, private)
        if operation is not None
    }
    _something_was_sent(replies, exchange, before)
    _nothing_impossible_is_accepted(driver, exchange, limit_s)
    operation = private or public
    if operation is not None and "concurrent" in description.features:
        _together(driver, operation, _params(operation, exchange.dialect), limit_s)


def _something_was_sent(replies: Mapping[str, Reply], exchange: MockExchange, before: int) -> None:
    succeeded = [operation for operation, reply in replies.items() if isinstance(reply, Succeeded)]
    if succeeded and exchange.journal.last_number == before:
        raise AdapterFault(
            "dishonest",
            f"it reports success for {' and '.join(succeeded)}, and no request reached {exchange.url}: "
            "does it use the base_url that open gives it?",
        )


def _nothing_impossible_is_accepted(driver: Driver, exchange: MockExchange, limit_s: float) -> None:
    operation = f"xyzzy_{Random(exchange.journal.last_number).randrange(16**8):08x}"
    try:
        reply = driver.call(_SESSION, operation, {}, limit_s=limit_s).reply
    except AdapterFault as fault:
        if fault.kind not in ("json_rpc", "raised"):
            raise
        return
    raise AdapterFault(
        "dishonest",
        f"{operation} cannot exist, and a call of it has to be answered by a JSON-RPC error: it answered "
        f"{type(reply).__name__.lower()}",
    )


def _together(driver: Driver, operation: str, params: Mapping[str, object], limit_s: float) -> None:
    try:
        driver.call_together([(_SESSION, operation, params)] * _TOGETHER, limit_s=limit_s)
    except AdapterFault as fault:
        if fault.kind not in ("json_rpc", "raised"):
            raise
        raise AdapterFault(
            "dishonest",
            f"it promises concurrent, answers {operation} alone, and breaks when {_TOGETHER} calls are handed over "
            f"together: {fault.detail}",
            fault.stderr,
        ) from fault


def _first(operations: tuple[str, ...], description: Description) -> str | None:
    return next((operation for operation in operations if operation in description.operations), None)


def _params(operation: str, dialect: Dialect) -> Mapping[str, object]:
    market = dialect.markets[0]
    match operation:
        case "ticker" | "open_orders":
            return {"market": market.name}
        case "order_book":
            return {"market": market.name, "depth": 5}
        case "deposit_address":
            return {"currency": market.base}
        case "raw":
            target = dialect.raw_targets[0]
            return {"method": target.method, "target": target.target, "params": {}}
        case _:
            return {}
