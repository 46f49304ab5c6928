"""The table of Bitunix's futures: one row for each code of facts 3.3, and one for each way in which the gate says no.

A row's variant is its code where the code is the reason, and `futures` where the gate or a reader says no; several
refusals may share a code. The marks in `source` are those of the evidence, as in the spot table.
"""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.core.refusals import Refusal, RefusalRow, Refused

#: The variant of rows that are told from those of spot by nothing but the product.
FUTURES = "futures"

_AUTHENTICATION = frozenset({"authentication"})
_PERMISSION = frozenset({"permission"})
_INVALID = frozenset({"invalid_request"})
_FUNDS = frozenset({"insufficient_funds", "invalid_request"})
_NOT_FOUND = frozenset({"not_found", "order_not_found", "invalid_request"})
_RATE = frozenset({"rate_limit"})
_DOWN = frozenset({"unavailable"})
_NONCE = frozenset({"nonce", "invalid_request"})
_TIME = frozenset({"timestamp", "invalid_request"})
_HEADER = frozenset({"authentication", "invalid_request"})

#: The table of facts 3.3, misspellings and all.
_TEXTS: Mapping[int, str] = {
    10001: "Network Error",
    10002: "Parameter Error",
    10003: "api-key can't be empty",
    10004: "The current ip is not in the apikey ip whitelist",
    10005: "Too many requests, please try again later",
    10006: "Request too frequently",
    10007: "Sign signature error",
    10008: "{value} does not comply with the rule, optional [correctValue]",
    20001: "Market not exists",
    20002: "The current positions amount has exceeded the maximum open limit, please adjust the risk limit",
    20003: "Insufficient balance",
    20004: "Insufficient Trader",
    20005: "Invalid leverage",
    20006: "You can't change leverage or margin mode as there are open orders",
    20007: "Order not found, please try it later",
    20008: "Insufficient amount",
    20009: "Position exists, so positions mode cannot be updated",
    20010: "Activation failed, the available balance in the futures account does not meet the conditions for activation"
    " of the coupon",
    20011: "Account not allowed to trade",
    20012: "This futures does not allow trading",
    20013: "Function disabled due tp pending account deletion request",
    20014: "Account deleted",
    20015: "This futures is not supported",
    30001: "Failed to order. Please adjust the order price or the leverage as the order price dealt may immediately"
    " liquidate.",
    30002: "Price below liquidated price",
    30003: "Price above liquidated price",
    30004: "Position not exist",
    30005: "The trigger price is closer to the current price and may be triggered immediately",
    30006: "Please select TP or SL",
    30007: "TP trigger price is greater than average entry price",
    30008: "TP trigger price is less than average entry price",
    30009: "SL trigger price is less than average entry price",
    30010: "SL trigger price is greater than average entry price",
    30011: "Abnormal order status",
    30012: "Already added to favorite",
    30013: "Exceeded the maximum order quantity",
    30014: "Max Buy Order Price",
    30015: "Mini Sell Order Price",
    30016: "The qty should be larger than",
    30017: "The qty cannot be less than the minimum qty",
    30018: "Order failed. No position opened. Cancel [Reduce-only] settings and retry later",
    30019: "Order failed. A [Reduce-only] order can not be in the same direction as the open position",
    30020: "Trigger price for TP should be higher than mark price",
    30021: "Trigger price for TP should be lower than mark price",
    30022: "Trigger price for SL should be higher than mark price",
    30023: "Trigger price fo SL should be lower than mark price",
    30024: "Trigger price for SL should be lower than liq price",
    30025: "Trigger price for SL should be higher than liq price",
    30026: "TP price must be greater than last price",
    30027: "TP price must be greater than mark price",
    30028: "SL price must be less than last price",
    30029: "SL price must be less than mark price",
    30030: "SL price must be greater than last price",
    30031: "SL price must be greater than mark price",
    30032: "TP price must be less than last price",
    30033: "TP price must be less than mark price",
    30034: "TP price must be less than mark price",
    30035: "SL price must be greater than trigger price",
    30036: "TP price must be greater than trigger price",
    30037: "TP price must be greater than trigger price",
    30038: "TP/SL amount must be less than the size of the position",
    30039: "The order qty can't be greater than the max order qty",
    30040: "Futures trading is prohibited, please contact customer service",
    30041: "Trigger price must be greater than 0",
    30042: "Client ID duplicate",
    40001: "Please cancel open orders and close all positions before canceling lead trading",
    40002: "Lead amount hast to be over the limits",
    40003: "Lead order amount exceeds the limits",
    40004: "Please do not repeat the operation",
    40005: "Action is not available for the current user type",
    40006: "Sub-account reaches the limit",
    40007: "Share settlement is being processed,lease try again later",
    40008: "After the transfer, the account balance will be less than the order amount, please enter again",
}

SIGNATURE_CODE = "10007"

#: What a live server was seen to say instead of the table's text.
LIVE_SIGNATURE_TEXT = "Signature Error"


def _gate(refusal: Refusal, code: int, kinds: frozenset[str], *, status: int, observed: int = 200) -> RefusalRow:
    return RefusalRow(
        refusal=refusal,
        status=status,
        observed_status=observed,
        code=str(code),
        text=_TEXTS[code],
        kinds=kinds,
        source="Bitunix facts 3.3, 3.4, code [O], use [I]",
        variant=FUTURES,
    )


def _nowhere(refusal: Refusal) -> RefusalRow:
    return RefusalRow(
        refusal=refusal,
        status=404,
        observed_status=404,
        code="10002",
        text="Not Found",
        kinds=_NOT_FOUND,
        source="Bitunix facts 3.1, status [L] on spot, body [I]",
        variant=FUTURES,
    )


_GATE: tuple[RefusalRow, ...] = (
    _gate(Refusal.MAINTENANCE, 10001, _DOWN, status=500, observed=500),
    _nowhere(Refusal.UNKNOWN_ENDPOINT),
    _nowhere(Refusal.METHOD_NOT_ALLOWED),
    _gate(Refusal.TOO_LARGE, 10002, _INVALID, status=400, observed=413),
    _gate(Refusal.INVALID_REQUEST, 10002, _INVALID, status=400),
    _gate(Refusal.MISSING_KEY, 10003, _HEADER, status=400),
    _gate(Refusal.MISSING_SIGNATURE, 10002, _HEADER, status=400),
    _gate(Refusal.MISSING_NONCE, 10002, _HEADER | _NONCE, status=400),
    _gate(Refusal.MISSING_TIMESTAMP, 10002, _HEADER | _TIME, status=400),
    _gate(Refusal.MALFORMED_HEADER, 10002, _HEADER, status=400),
    _gate(Refusal.MALFORMED_NONCE, 10002, _NONCE, status=400),
    _gate(Refusal.MALFORMED_TIMESTAMP, 10002, _TIME, status=400),
    _gate(Refusal.UNKNOWN_KEY, 10007, _AUTHENTICATION, status=403),
    _gate(Refusal.INACTIVE_KEY, 10007, _AUTHENTICATION, status=403),
    _gate(Refusal.TIMESTAMP_OUTSIDE_WINDOW, 10002, _TIME, status=403),
    _gate(Refusal.BAD_SIGNATURE, 10007, _AUTHENTICATION, status=403),
    _gate(Refusal.NONCE_REUSED, 10007, _AUTHENTICATION | _NONCE, status=403),
    _gate(Refusal.ADDRESS_NOT_ALLOWED, 10004, _PERMISSION | _AUTHENTICATION, status=403),
    _gate(Refusal.PERMISSION_DENIED, 10004, _PERMISSION, status=403),
    _gate(Refusal.ACCOUNT_FROZEN, 20011, _PERMISSION, status=403),
    _gate(Refusal.RATE_LIMITED, 10006, _RATE, status=200),
    _gate(Refusal.MISSING_PARAMETER, 10002, _INVALID, status=400),
    _gate(Refusal.INVALID_PARAMETER, 10002, _INVALID, status=400),
    _gate(Refusal.UNKNOWN_MARKET, 20001, _NOT_FOUND, status=200),
    _gate(Refusal.UNKNOWN_CURRENCY, 10002, _NOT_FOUND, status=400),
    _gate(Refusal.INSUFFICIENT_FUNDS, 20003, _FUNDS, status=200),
    _gate(Refusal.BELOW_MINIMUM, 30017, _INVALID, status=200),
    _gate(Refusal.ORDER_NOT_FOUND, 20007, _NOT_FOUND, status=200),
    _gate(Refusal.REJECTED, 30011, _INVALID, status=200),
    _gate(Refusal.UNAVAILABLE, 10001, _DOWN, status=500, observed=500),
    _gate(Refusal.INTERNAL_ERROR, 10001, _DOWN, status=500, observed=500),
)

#: Codes that are no REJECTED: the refusal that each of them is, and the kinds a client may take it for.
_REASONS: Mapping[int, tuple[Refusal, frozenset[str]]] = {
    10001: (Refusal.UNAVAILABLE, _DOWN),
    10002: (Refusal.INVALID_PARAMETER, _INVALID),
    10003: (Refusal.MISSING_KEY, _HEADER),
    10004: (Refusal.ADDRESS_NOT_ALLOWED, _PERMISSION | _AUTHENTICATION),
    10005: (Refusal.RATE_LIMITED, _RATE),
    10006: (Refusal.RATE_LIMITED, _RATE),
    10007: (Refusal.BAD_SIGNATURE, _AUTHENTICATION),
    10008: (Refusal.INVALID_PARAMETER, _INVALID),
    20001: (Refusal.UNKNOWN_MARKET, _NOT_FOUND),
    20003: (Refusal.INSUFFICIENT_FUNDS, _FUNDS),
    20005: (Refusal.INVALID_PARAMETER, _INVALID),
    20007: (Refusal.ORDER_NOT_FOUND, _NOT_FOUND),
    20008: (Refusal.INSUFFICIENT_FUNDS, _FUNDS),
    20011: (Refusal.ACCOUNT_FROZEN, _PERMISSION),
    20012: (Refusal.UNKNOWN_MARKET, _NOT_FOUND | _PERMISSION),
    20013: (Refusal.ACCOUNT_FROZEN, _PERMISSION),
    20014: (Refusal.ACCOUNT_FROZEN, _PERMISSION),
    20015: (Refusal.UNKNOWN_MARKET, _NOT_FOUND),
    30004: (Refusal.ORDER_NOT_FOUND, _NOT_FOUND),
    30017: (Refusal.BELOW_MINIMUM, _INVALID),
    30040: (Refusal.ACCOUNT_FROZEN, _PERMISSION),
}


def _coded(code: int) -> RefusalRow:
    refusal, kinds = _REASONS.get(code, (Refusal.REJECTED, _INVALID))
    return RefusalRow(
        refusal=refusal,
        status=200,
        observed_status=200,
        code=str(code),
        text=_TEXTS[code],
        kinds=kinds,
        source="Bitunix facts 3.3, code and text [O]",
        variant=str(code),
    )


FUTURES_ROWS: tuple[RefusalRow, ...] = (*_GATE, *(_coded(code) for code in _TEXTS))

_BY_CODE = {row.variant: row for row in FUTURES_ROWS if row.variant != FUTURES}
_BY_REFUSAL = {row.refusal: row for row in _GATE}


def futures_row(refused: Refused) -> RefusalRow:
    """Return the row that says a refusal on the futures paths: of its own code, else the usual one."""
    return _BY_CODE.get(refused.variant) or _BY_REFUSAL.get(refused.refusal) or _GATE[-1]


def futures_text(refused: Refused) -> str:
    """Return a refusal's text, with what is known of it put in."""
    text = futures_row(refused).text
    if "{value}" in text and "value" in refused.facts:
        text = text.replace("{value}", str(refused.facts["value"]))
        text = text.replace("correctValue", str(refused.facts.get("choices", "correctValue")))
    return text


def refuse(code: int, detail: str = "", **facts: object) -> Refused:
    """Return the refusal that a code of facts 3.3 stands for."""
    refusal, _ = _REASONS.get(code, (Refusal.REJECTED, _INVALID))
    return Refused(refusal=refusal, detail=detail or _TEXTS[code], facts=facts, variant=str(code))
