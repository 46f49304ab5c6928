"""Mistakes of reading: the family PARSE."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from harness.mutants.clock import Clock
from harness.mutants.failures import Failure, unreadable
from harness.mutants.knobs import Knobs
from harness.mutants.messages import Answer, Json, Wanted
from harness.mutants.mistakes.mistake import FORMS, Mistake

# fmt: off
_DOCUMENTED = frozenset((
    "market", "base", "quote", "last", "bid", "ask", "time", "bids", "asks", "price", "amount", "remaining",
    "available", "held", "order_id", "client_order_id", "status", "filled", "trades", "side", "trade_id", "fee",
    "fee_currency", "currency", "address", "withdrawal_id", "orderNumber", "resultingTrades", "rate", "total",
    "startingAmount", "date", "margin", "type", "clientOrderId", "takerAdjustment", "amountUnfilled", "currencyPair",
    "success", "message", "response", "email2FA", "withdrawalNumber", "id", "lowestAsk", "highestBid",
    "percentChange", "baseVolume", "quoteVolume", "isFrozen", "postOnly", "high24hr", "low24hr",
    "marginTradingEnabled", "seq", "uid", "server_date", "balances", "reserved", "result", "error", "client_id",
    "created", "pair", "quantity", "task_id", "buy_price", "sell_price", "last_trade", "high", "low", "avg", "vol",
    "vol_curr", "updated", "ask_quantity", "ask_amount", "ask_top", "bid_quantity", "bid_amount", "bid_top",
    "tokenFee", "tokenFeeCurrency", "exec_type", "code", "msg", "data", "coin", "balance", "balanceLocked", "orderId",
    "volume", "symbol", "placeStatus", "placeCode", "placeMsg", "network", "memo", "ts", "precisions", "userId",
    "orderType", "avgPrice", "dealAmount", "leftAmount", "dealVolume", "leftVolume", "progress", "feeCoin", "ctime",
    "utime", "clientId", "parent_order_id", "trigger_price", "detail", "title",
))
# fmt: on
_NAME_OF_A_THING = re.compile(r"[0-9A-Z_]+")


def _only_documented_members(parsed: Json, answer: Answer, wanted: Wanted, clock: Clock) -> Json:
    if wanted.operation != "raw" and not wanted.path.endswith("coin_pair/list"):
        _look(parsed)
    return parsed


def _look(value: Json) -> None:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name not in _DOCUMENTED and not _NAME_OF_A_THING.fullmatch(name):
                raise unreadable(f"the answer has an unknown member {name!r}")
            _look(inner)
    elif isinstance(value, list):
        for inner in value:
            _look(inner)


def _objects_alone(value: Json) -> Mapping[str, Json]:
    if isinstance(value, Mapping):
        return value
    raise unreadable("the answer is no object")


def _arrays_alone(value: Json) -> Sequence[Json]:
    if value is None:
        return []
    if isinstance(value, list):
        return value
    raise unreadable("the answer is no array")


def _markers_misread(parsed: Json, answer: Answer, wanted: Wanted, clock: Clock) -> Json:
    body = parsed if isinstance(parsed, Mapping) else {}
    if "error" in body:
        raise Failure("unknown", f"the exchange reports an error: {body['error']!r}")
    if wanted.changes_state and wanted.operation != "raw" and "result" not in body and body.get("success") != 1:
        raise Failure("unknown", "the exchange does not report a success")
    return parsed


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        name="unknown-members-refused",
        kills="PARSE-001",
        diagnoses=("UNKNOWN-MEMBER-REFUSED",),
        summary="An answer with a member that the documents do not name is refused.",
        knobs=lambda: Knobs(document=_only_documented_members),
        collateral=("PARSE-*",),
    ),
    Mistake(
        name="empty-lists-refused",
        kills="PARSE-003",
        diagnoses=("EMPTY-CONTAINER-MISREAD",),
        summary="An empty list where an object is documented, and the reverse, is an error.",
        knobs=lambda: Knobs(mapping=_objects_alone, sequence=_arrays_alone),
        dialects=FORMS,
        collateral=("PARSE-*",),
    ),
    Mistake(
        name="success-markers-misread",
        kills="PARSE-004",
        diagnoses=("SUCCESS-MARKER-MISREAD",),
        summary="A member called error is an error, even when it says nothing, and a missing success is a failure.",
        knobs=lambda: Knobs(document=_markers_misread),
        dialects=("exmo",),
        collateral=("*",),
    ),
)
