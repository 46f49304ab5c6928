"""EXMO's table of refusals: HTTP status 200 nearly throughout, the failure in the body.

The marks in `source` are those of the evidence: [O] official, [C] captured or agreed on, [R] one report, [I] inferred.
"""

from __future__ import annotations

from mockserver.core.refusals import Refusal, RefusalRow

_AUTHENTICATION = frozenset({"authentication"})
_HEADER = frozenset({"authentication", "invalid_request"})
_PERMISSION = frozenset({"permission"})
_ADDRESS = frozenset({"permission", "authentication"})
_NONCE = frozenset({"nonce"})
_NO_NONCE = frozenset({"nonce", "invalid_request"})
_INVALID = frozenset({"invalid_request"})
_UNKNOWN = frozenset({"not_found", "invalid_request"})
_FUNDS = frozenset({"insufficient_funds"})
_NO_ORDER = frozenset({"order_not_found"})
_RATE = frozenset({"rate_limit"})
_DOWN = frozenset({"unavailable"})

_NONCE_TEXT = 'The nonce parameter is less or equal than what was used before "{last_nonce}"'


def _row(
    refusal: Refusal,
    code: str,
    text: str,
    kinds: frozenset[str],
    source: str,
    *,
    variant: str = "",
    status: int = 200,
) -> RefusalRow:
    return RefusalRow(
        refusal=refusal,
        status=status,
        code=code,
        text=text,
        kinds=kinds,
        source=f"EXMO facts 2.2, {source}",
        variant=variant,
    )


#: The method `wallet_history` says that a limit is exceeded in words of its own, without a code.
WALLET_LIMITER = _row(
    Refusal.RATE_LIMITED,
    "",
    "API rate limit exceeded for {address}. Retry after 60 sec.",
    _RATE,
    "[C]: wallet_history, in 2020",
    variant="wallet",
)

REFUSALS: tuple[RefusalRow, ...] = (
    _row(Refusal.MAINTENANCE, "40016", "Maintenance work in progress", _DOWN, "[C]"),
    _row(Refusal.UNKNOWN_ENDPOINT, "40015", "API function do not exist - {path}", _UNKNOWN, "[C]"),
    _row(Refusal.METHOD_NOT_ALLOWED, "40015", "API function do not exist - {path}", _UNKNOWN, "7 [I]"),
    _row(Refusal.TOO_LARGE, "", "Request entity is too large", _INVALID, "[I]: silent", status=413),
    _row(Refusal.INVALID_REQUEST, "", "Bad request", _INVALID, "[I]: silent", status=400),
    _row(Refusal.QUERY_ON_POST, "40038", "GET parameters are forbidden in POST requests", _INVALID, "[C]"),
    _row(
        Refusal.MISSING_KEY, "40003", "Authorization error, http header 'Key' not specified", _HEADER, "[R], also empty"
    ),
    _row(Refusal.MALFORMED_HEADER, "40003", "Authorization error, http header 'Key' not specified", _HEADER, "[I]"),
    _row(Refusal.MISSING_SIGNATURE, "40004", "Authorization error, http header 'Sign' not specified", _HEADER, "[I]"),
    _row(Refusal.UNKNOWN_KEY, "40017", "Wrong api key", _AUTHENTICATION, "[C]"),
    _row(Refusal.INACTIVE_KEY, "40017", "Wrong api key", _AUTHENTICATION, "[I]"),
    _row(Refusal.ADDRESS_NOT_ALLOWED, "40032", "IP address is not trusted", _ADDRESS, "text [O], code [I]"),
    _row(Refusal.BAD_SIGNATURE, "40005", "Authorization error, Incorrect signature", _AUTHENTICATION, "[C]"),
    _row(Refusal.PERMISSION_DENIED, "40032", "Access is denied for this API key", _PERMISSION, "[C]"),
    # Withdrawals and vouchers are opened user by user, on request; here that is the right of the key to withdraw.
    _row(Refusal.PERMISSION_DENIED, "10519", "API method is not allowed", _PERMISSION, "[R]", variant="withdraw"),
    # Known by the titles of help pages alone: no source says which method asks for a code of the second factor, and of
    # the last two not even the text is known. They can be planned (`refuse`).
    _row(Refusal.PERMISSION_DENIED, "10419", "TOTP Code is not true", _PERMISSION, "1.5 [O]: title", variant="totp"),
    _row(Refusal.PERMISSION_DENIED, "10325", "", _PERMISSION, "1.5 [O]: a number without a text", variant="10325"),
    _row(Refusal.PERMISSION_DENIED, "11021", "", _PERMISSION, "1.5 [O]: a number without a text", variant="11021"),
    _row(
        Refusal.ACCOUNT_FROZEN,
        "40033",
        "Access is denied, this resources are temporarily blocked to user",
        _PERMISSION,
        "[R]",
    ),
    _row(Refusal.MISSING_NONCE, "40009", _NONCE_TEXT, _NO_NONCE, "[I]: an absent nonce counts as 0"),
    _row(Refusal.MALFORMED_NONCE, "40009", _NONCE_TEXT, _NO_NONCE, "[I]: what is no number counts as 0"),
    _row(Refusal.NONCE_NOT_INCREASING, "40009", _NONCE_TEXT, _NONCE, "[C]: without the word Error"),
    _row(Refusal.RATE_LIMITED, "40034", "Access is denied, rate limit is exceeded", _RATE, "[C]"),
    WALLET_LIMITER,
    _row(Refusal.MISSING_PARAMETER, "50013", "Parameter '{parameter}' is not specified", _INVALID, "[C] for pair"),
    _row(Refusal.INVALID_PARAMETER, "50049", "Parameter is not a number '{parameter}'", _INVALID, "[C] for price"),
    _row(
        Refusal.INVALID_PARAMETER,
        "50013",
        "Parameter '{parameter}' is not valid",
        _INVALID,
        "[I]: no code is known",
        variant="choice",
    ),
    _row(
        Refusal.INVALID_PARAMETER,
        "50381",
        "More than {places} decimal places are not permitted for pair {market}",
        _INVALID,
        "[O]",
        variant="places",
    ),
    _row(
        Refusal.INVALID_PARAMETER,
        "50319",
        "Price by order is less than permissible minimum for this pair",
        _INVALID,
        "[R]",
        variant="price_low",
    ),
    _row(
        Refusal.INVALID_PARAMETER,
        "50321",
        "Price by order is more than permissible maximum for this pair",
        _INVALID,
        "[R]",
        variant="price_high",
    ),
    _row(
        Refusal.INVALID_PARAMETER,
        "50277",
        "Quantity by order is more than permissible maximum for this pair",
        _INVALID,
        "text and code [I]",
        variant="quantity_high",
    ),
    _row(
        Refusal.INVALID_PARAMETER,
        "",
        'strconv.ParseInt: parsing "{value}": invalid syntax',
        _INVALID,
        "[C]: candles_history",
        variant="candles_integer",
    ),
    _row(
        Refusal.INVALID_PARAMETER,
        "",
        "range period is too long: maximum 3000 candles allowed",
        _INVALID,
        "[C]: candles_history",
        variant="candles_range",
    ),
    _row(
        Refusal.INVALID_PARAMETER,
        "40013",
        "",
        _INVALID,
        "[R]: candles_history, cause [I]",
        variant="candles_resolution",
    ),
    _row(
        Refusal.INVALID_PARAMETER,
        "50277",
        "Amount by order is more than permissible maximum for this pair",
        _INVALID,
        "text and code [I]",
        variant="amount_high",
    ),
    _row(
        Refusal.INVALID_PARAMETER,
        "140333",
        "The number of characters after the point in the price exceeds the maximum number '{given}>{places}'",
        _INVALID,
        "[R]: stop orders and margin, in shape B",
        variant="service_places",
    ),
    _row(Refusal.UNKNOWN_MARKET, "50013", "Parameter 'pair' is not valid", _UNKNOWN, "[I]: no code is known"),
    _row(Refusal.UNKNOWN_CURRENCY, "50013", "Parameter 'currency' is not valid", _UNKNOWN, "[I]: no code is known"),
    _row(Refusal.INSUFFICIENT_FUNDS, "50052", "Insufficient funds", _FUNDS, "[C]; for sales and withdrawals [I]"),
    _row(Refusal.INSUFFICIENT_FUNDS, "50054", "Insufficient funds", _FUNDS, "[C]: purchases", variant="buy"),
    _row(
        Refusal.INSUFFICIENT_FUNDS,
        "140434",
        "Your margin balance is not sufficient to place the order for '{wanted}'. Please top up your margin wallet by"
        ' "{lacking}".',
        _FUNDS,
        "[R]: margin, in shape B",
        variant="margin",
    ),
    _row(
        Refusal.BELOW_MINIMUM,
        "50277",
        "Quantity by order is less than permissible minimum for this pair",
        _INVALID,
        "[C]",
    ),
    _row(
        Refusal.BELOW_MINIMUM,
        "50277",
        "Amount by order is less than permissible minimum for this pair",
        _INVALID,
        "text and code [I]",
        variant="amount",
    ),
    _row(Refusal.ORDER_NOT_FOUND, "50173", "Order was not found '#{order_id}'", _NO_ORDER, "[C]: order_cancel"),
    _row(
        Refusal.ORDER_NOT_FOUND,
        "50304",
        "Order was not found '{order_id}'",
        _NO_ORDER,
        "[C]: order_trades",
        variant="trades",
    ),
    _row(
        Refusal.ORDER_NOT_FOUND,
        "10193",
        "Withdrawal task not found {order_id}",
        _UNKNOWN,
        "[R]: withdraw_get_txid",
        variant="task",
    ),
    _row(
        Refusal.ORDER_NOT_FOUND,
        "191021",
        "complex order not found",
        _NO_ORDER,
        "[R]: stop_market_order_cancel, in shape B",
        variant="stop",
    ),
    _row(
        Refusal.ORDER_NOT_FOUND,
        "50173",
        "Order was not found '#{order_id}'",
        _NO_ORDER,
        "[I]: margin, in shape B",
        variant="margin",
    ),
    _row(
        Refusal.ORDER_NOT_FOUND,
        "50304",
        "Position was not found",
        _UNKNOWN | _NO_ORDER,  # the code is that of an order as well
        "[I]: margin, in shape B",
        variant="position",
    ),
    _row(
        Refusal.ORDER_NOT_FOUND, "50013", "Parameter 'code' is not valid", _UNKNOWN, "[I]: excode_load", variant="code"
    ),
    _row(Refusal.REJECTED, "50277", "Order can not be executed with this type", _INVALID, "[I]: silent"),
    _row(Refusal.UNAVAILABLE, "40016", "Maintenance work in progress", _DOWN, "[C]"),
    _row(Refusal.INTERNAL_ERROR, "", "Internal server error", _DOWN, "1.7 [I]: the layer in front", status=500),
)
