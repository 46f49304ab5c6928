"""Mistakes of doing more than was asked, or of passing on less: OPS-003 and RETRY-012."""

from __future__ import annotations

from collections.abc import Mapping

from harness.mutants.attempt import Attempt
from harness.mutants.knobs import Knobs
from harness.mutants.messages import Json, Wanted
from harness.mutants.mistakes.mistake import Mistake
from harness.mutants.retrying import reads_twice_more


def _form(path: str, *pairs: tuple[str, Json]) -> Wanted:
    return Wanted(operation="balances", method="POST", path=path, pairs=pairs, place="form")


def _query(path: str) -> Wanted:
    return Wanted(operation="balances", method="GET", path=path)


#: How each exchange is asked for balances.
_BALANCES: Mapping[str, Wanted] = {
    "reference": _query("/v1/balances"),
    "poloniex": _form("/tradingApi", ("command", "returnBalances")),
    "exmo": _form("/v1.1/user_info"),
    "bitunix": _query("/api/spot/v1/user/account"),
}


def _balance_first(attempt: Attempt) -> Json:
    if attempt.wanted.operation == "place_order":
        attempt.transmit(wanted=_BALANCES.get(attempt.account.dialect, _BALANCES["reference"]))
    return reads_twice_more(attempt)


def _without_own_id(operation: str, params: Mapping[str, Json]) -> Mapping[str, Json]:
    return {name: value for name, value in params.items() if name != "client_order_id"}


def _own_ids_marked(operation: str, value: Json) -> Json:
    if operation != "open_orders" or not isinstance(value, list):
        return value
    return [{**item, "client_order_id": f"x{item['order_id']}"} for item in value if isinstance(item, Mapping)]


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        name="balance-asked-before-each-order",
        kills="OPS-003",
        diagnoses=("HIDDEN-CALLS",),
        summary="Before each order the client asks for the balances.",
        knobs=lambda: Knobs(attempts=_balance_first),
        collateral=("OPS-*", "SIGN-*", "NONCE-*", "RATE-*", "CONC-*", "ERR-*", "RETRY-*", "CRED-*", "CONN-*"),
    ),
    Mistake(
        name="own-order-ids-dropped",
        kills="RETRY-012",
        diagnoses=("ORDER-ID-NOT-SENT",),
        summary="The id that the user gives an order is not sent.",
        knobs=lambda: Knobs(intent=_without_own_id),
        collateral=("OPS-002", "RETRY-003", "PARSE-002"),
    ),
    Mistake(
        name="own-order-ids-made-up",
        kills="RETRY-012",
        diagnoses=("ORDER-ID-NOT-SHOWN",),
        summary="Listed orders show an id of the client's making in place of the user's own.",
        knobs=lambda: Knobs(result=_own_ids_marked),
        collateral=("PARSE-*",),
    ),
)
