"""How Poloniex answered before 2019: fewer commands, fewer members, and a few of them spelled otherwise.

Facts 3 and 4, wherever they date something. What came later is taken out of what is answered today, so that there is
one place where an answer is made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Endpoint, Handler, Json, Parameters
from mockserver.core.refusals import Refused
from mockserver.core.shapes import Shape
from mockserver.dialects.poloniex import shapes

_PLACED = frozenset({"fee", "currencyPair", "clientOrderId", "takerAdjustment"})

#: What each command did not tell yet.
_NOT_TOLD: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "public returnTradeHistory": frozenset({"orderNumber"}),
        "returnCurrencies": frozenset({"humanType", "currencyType"}),
        "returnFeeInfo": frozenset({"marginMakerFee", "marginTakerFee"}),
        "returnDepositsWithdrawals": frozenset(
            {"depositNumber", "adjustments", "paymentID", "canCancel", "canResendEmail", "scope", "fiatAccountId"}
        ),
        "returnOpenOrders": frozenset({"clientOrderId"}),
        "buy": _PLACED,
        "sell": _PLACED,
        "moveOrder": _PLACED,
        "marginBuy": _PLACED,
        "marginSell": _PLACED,
        "closeMarginPosition": _PLACED,
        "withdraw": frozenset({"email2FA", "withdrawalNumber"}),
    }
)

#: Parameters that nobody looked at yet.
_NOT_READ = frozenset({"clientOrderId", "includeMultiChainCurrencies", "resolution", "currencyToWithdrawAs"})

#: Commands that came later.
_NOT_SERVED = frozenset({"cancelAllOrders", "cancelReplace", "swapCurrencies"})


def before_2019(endpoints: tuple[Endpoint, ...]) -> tuple[Endpoint, ...]:
    """Return the commands that there were, as they answered."""
    return tuple(_early(endpoint) for endpoint in endpoints if endpoint.name not in _NOT_SERVED)


def _early(endpoint: Endpoint) -> Endpoint:
    missing = _NOT_TOLD.get(endpoint.name, frozenset())
    answer = endpoint.answer
    respell: Callable[[Json, Parameters], Json] | None = None
    if endpoint.name == "returnFeeInfo":
        answer, respell = shapes.FEES_EARLY, _next_tier
    elif endpoint.name in ("marginBuy", "marginSell"):
        answer, respell = shapes.MARGIN_PLACED_EARLY, _margin_placed
    return replace(
        endpoint,
        handler=_answering(endpoint.handler, missing, respell),
        parameters=tuple(parameter for parameter in endpoint.parameters if parameter.name not in _NOT_READ),
        answer=None if answer is None else _without_members(answer, missing),
    )


def _answering(
    handler: Handler, missing: frozenset[str], respell: Callable[[Json, Parameters], Json] | None
) -> Handler:
    def answer(desk: Desk, parameters: Parameters) -> Json | Refused:
        read = {name: value for name, value in parameters.items() if name not in _NOT_READ}
        value = handler(desk, read)
        if isinstance(value, Refused):
            return value
        told = _without(value, missing) if missing else value
        return told if respell is None else respell(told, read)

    return answer


def _without(value: Json, names: frozenset[str]) -> Json:
    """Return a value without members of some names, wherever in it they are."""
    if isinstance(value, Mapping):
        return {name: _without(inner, names) for name, inner in value.items() if name not in names}
    if isinstance(value, list | tuple):
        return [_without(inner, names) for inner in value]
    return value


def _without_members(shape: Shape, names: frozenset[str]) -> Shape:
    """Return the shape of such a value."""
    members = shape.members
    return replace(
        shape,
        members=None
        if members is None
        else {name: _without_members(inner, names) for name, inner in members.items() if name not in names},
        items=None if shape.items is None else _without_members(shape.items, names),
        shapes=tuple(_without_members(one, names) for one in shape.shapes),
    )


def _next_tier(value: Json, parameters: Parameters) -> Json:
    """Spell the next tier as the recording of 2018 does: text with eight places (4.1)."""
    return {**value, "nextTier": f"{value['nextTier']:.8f}"} if isinstance(value, Mapping) else value


def _margin_placed(value: Json, parameters: Parameters) -> Json:
    """Tell of an order on margin as older samples do: a success, and trades by pair even without any (4.9)."""
    if not isinstance(value, Mapping):
        return value
    return {
        "success": 1,
        "message": value["message"],
        "orderNumber": value["orderNumber"],
        "resultingTrades": value["resultingTrades"] or {str(parameters.get("currencyPair")): []},
    }
