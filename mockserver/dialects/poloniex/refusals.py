"""The table: every no of our Poloniex, in the order of its checks; those of single commands come last.

Statuses are those of 2018 to 2022 (regime C of the facts). Codes there are none: a client tells failures apart by
status and text, so the texts are exact to the last full stop. The marks in `source` are the facts page's: R recorded,
O official documentation, C several clients agree, 1 one report, I inferred. Where an older text was recorded and a
later one is only reported by clients, the recorded one is the usual row and the later one has a variant of its own.
"""

from mockserver.core.refusals import Refusal, RefusalRow

_AUTHENTICATION = ("authentication",)
_HEADER = ("authentication", "invalid_request")
_INVALID = ("invalid_request",)
_NO_COMMAND = ("not_found", "invalid_request")
_NONCE = ("nonce", "invalid_request")
_PERMISSION = ("permission", "authentication")
_ACCOUNT = ("permission", "invalid_request")
_UNAVAILABLE = ("unavailable",)
_CLOSED = ("invalid_request", "unavailable")
_NO_MARKET = ("not_found", "invalid_request")

#: 2.1: unknown keys, wrong signatures and (inferred) missing headers all read the same.
BAD_PAIR = "Invalid API key/secret pair."

#: 2.3 [1]
FLAGS_TEXT = (
    "No more than one of the post-only, fill-or-kill, and immediate-or-cancel flags should be set at the same time."
)


def _row(
    refusal: Refusal, status: int, kinds: tuple[str, ...], text: str, source: str, *, variant: str = ""
) -> RefusalRow:
    return RefusalRow(
        refusal=refusal,
        status=status,
        code="",
        text=text,
        kinds=frozenset(kinds),
        source=f"Poloniex facts {source}",
        variant=variant,
    )


_GATE: tuple[RefusalRow, ...] = (
    _row(Refusal.MAINTENANCE, 503, _UNAVAILABLE, "Currently in maintenance mode.", "2.7 [C], status [I]"),
    # The facts know of no answer to a body too large or a message that is no HTTP: the statuses are HTTP's own.
    _row(Refusal.TOO_LARGE, 413, _NO_COMMAND, "Invalid command.", "silent [I]"),
    _row(Refusal.TOO_LARGE, 431, _NO_COMMAND, "Invalid command.", "silent [I]", variant="headers"),
    _row(Refusal.INVALID_REQUEST, 400, _NO_COMMAND, "Invalid command.", "silent [I]"),
    _row(
        Refusal.RATE_LIMITED,
        429,
        ("rate_limit",),
        "Please do not make more than 8 API calls per second.",
        "1.6, 2.6 [R]",
    ),
    _row(
        Refusal.RATE_LIMITED,
        429,
        ("rate_limit",),
        "This IP has been temporarily throttled. Please ensure your requests are valid and try again in one minute.",
        "2.6 [C]",
        variant="throttled",
    ),
    _row(
        Refusal.RATE_LIMITED,
        429,
        ("rate_limit",),
        "This IP has been banned for 2 minutes. Please adjust your timeout to 130 seconds.",
        "2.6 [C]",
        variant="banned",
    ),
    _row(
        Refusal.RATE_LIMITED,
        429,
        ("rate_limit",),
        "This IP has been temporarily throttled. Please ensure your requests are valid and try again.",
        "2.6 [1]",
        variant="throttled_2017",
    ),
    _row(
        Refusal.RATE_LIMITED,
        429,
        ("rate_limit",),
        "Too many requests. Please try again in a moment.",
        "2.6 [1]",
        variant="moment",
    ),
    _row(
        Refusal.RATE_LIMITED,
        429,
        ("rate_limit",),
        "Too many requests. Please try again in a few minutes.",
        "2.6 [1]",
        variant="minutes",
    ),
    _row(Refusal.UNKNOWN_ENDPOINT, 200, _NO_COMMAND, "Invalid command.", "2.1 [C]"),
    _row(Refusal.UNKNOWN_ENDPOINT, 404, _NO_COMMAND, "Invalid command.", "silent [I]", variant="path"),
    _row(Refusal.MISSING_KEY, 403, _HEADER, BAD_PAIR, "2.1 [I]"),
    _row(Refusal.MISSING_SIGNATURE, 403, _HEADER, BAD_PAIR, "2.1 [I]"),
    _row(Refusal.UNKNOWN_KEY, 403, _AUTHENTICATION, BAD_PAIR, "2.1 [R]"),
    _row(Refusal.INACTIVE_KEY, 403, _AUTHENTICATION, BAD_PAIR, "2.1 [I]"),
    _row(Refusal.BAD_SIGNATURE, 403, _AUTHENTICATION, BAD_PAIR, "2.1 [R]"),
    _row(Refusal.ADDRESS_NOT_ALLOWED, 403, _PERMISSION, "Permission denied.", "2.1 [C], status [I]"),
    _row(Refusal.PERMISSION_DENIED, 403, _PERMISSION, "Permission denied.", "2.1 [C], status [I]"),
    _row(
        Refusal.PERMISSION_DENIED,
        403,
        _PERMISSION,
        "This API key does not have permission to trade.",
        "2.1 [1], status [I]",
        variant="trade",
    ),
    _row(Refusal.PERMISSION_DENIED, 403, _PERMISSION, "Permission denied", "2.1 [1], status [I]", variant="undotted"),
    _row(
        Refusal.PERMISSION_DENIED,
        200,
        _PERMISSION,
        "Our systems have detected that you may reside in a location we cannot provide service to. Please log into "
        "your account to resolve this issue.",
        "2.1 [R], status [I]",
        variant="country",
    ),
    _row(Refusal.MISSING_NONCE, 422, _NONCE, "Invalid nonce parameter.", "1.4 [I]"),
    _row(Refusal.MALFORMED_NONCE, 422, _NONCE, "Invalid nonce parameter.", "1.4 [1], status [I]"),
    _row(
        Refusal.NONCE_NOT_INCREASING,
        422,
        ("nonce",),
        "Nonce must be greater than {last_nonce}. You provided {nonce}.",
        "1.4, 2.1 [R]",
    ),
    _row(Refusal.ACCOUNT_FROZEN, 200, _ACCOUNT, "This account is frozen.", "2.1 [1], status [I]"),
    _row(
        Refusal.ACCOUNT_FROZEN,
        200,
        _ACCOUNT,
        "This account is frozen for trading.",
        "2.1 [1], status [I]",
        variant="trading",
    ),
    _row(Refusal.ACCOUNT_FROZEN, 200, _ACCOUNT, "This account is locked.", "2.1 [1], status [I]", variant="locked"),
    _row(Refusal.ACCOUNT_FROZEN, 200, _ACCOUNT, "This account is closed.", "2.1 [1], status [I]", variant="closed"),
)

_PARAMETERS: tuple[RefusalRow, ...] = (
    _row(Refusal.MISSING_PARAMETER, 422, _INVALID, "Required parameter missing.", "2.2 [1], status [I]"),
    _row(Refusal.MISSING_PARAMETER, 200, _INVALID, "Please specify a currency pair.", "2.4 [C]", variant="public"),
    _row(Refusal.INVALID_PARAMETER, 422, _INVALID, "Invalid {parameter} parameter.", "2.2 [R], [1]"),
    _row(Refusal.INVALID_PARAMETER, 200, _INVALID, "Invalid depth.", "2.4 [C]", variant="public_depth"),
    _row(Refusal.INVALID_PARAMETER, 200, _INVALID, "Invalid start time.", "2.4 [1]", variant="public_start"),
    _row(Refusal.INVALID_PARAMETER, 200, _INVALID, "Invalid end time.", "2.4 [1]", variant="public_end"),
    _row(
        Refusal.INVALID_PARAMETER,
        200,
        _INVALID,
        "Please specify a time window of no more than 1 month.",
        "2.4 [C]",
        variant="public_window",
    ),
    _row(Refusal.INVALID_PARAMETER, 200, _INVALID, "Invalid limit.", "silent [I]", variant="public_limit"),
    _row(Refusal.UNKNOWN_MARKET, 422, _NO_MARKET, "Invalid currencyPair parameter.", "2.2 [R]"),
    _row(Refusal.UNKNOWN_MARKET, 200, _NO_MARKET, "Invalid currency pair.", "2.4 [C]", variant="public"),
    _row(Refusal.UNKNOWN_CURRENCY, 422, _INVALID, "Invalid currency parameter.", "2.2 [1], status [I]"),
    _row(Refusal.BELOW_MINIMUM, 422, _INVALID, "Total must be at least {minimum}.", "2.2 [R]"),
    _row(
        Refusal.BELOW_MINIMUM,
        422,
        _INVALID,
        "Amount must be at least {minimum}.",
        "2.2 [C], status [I]",
        variant="amount",
    ),
    _row(
        Refusal.INVALID_PARAMETER,
        422,
        _INVALID,
        "Rate must be greater than zero.",
        "2.2 [1], status [I]",
        variant="rate_zero",
    ),
    _row(
        Refusal.INVALID_PARAMETER,
        422,
        _INVALID,
        "Rate must be less than {maximum}.",
        "2.2 [1], status [I]",
        variant="rate_bound",
    ),
)

_BUSINESS: tuple[RefusalRow, ...] = (
    _row(Refusal.INSUFFICIENT_FUNDS, 200, ("insufficient_funds",), "Not enough {currency}.", "2.3 [R]"),
    _row(Refusal.REJECTED, 200, _INVALID, "Unable to fill order completely.", "2.3 [R]"),
    _row(
        Refusal.REJECTED,
        200,
        _INVALID,
        "Unable to place post-only order at this price.",
        "2.3 [R]",
        variant="post_only",
    ),
    _row(
        Refusal.REJECTED,
        200,
        _INVALID,
        FLAGS_TEXT,
        "2.3 [1]",
        variant="flags",
    ),
    _row(
        Refusal.REJECTED,
        200,
        _INVALID,
        "You may only generate one deposit address per currency per day.",
        "2.5 [R]",
        variant="address_per_day",
    ),
    _row(
        Refusal.ORDER_NOT_FOUND,
        200,
        ("order_not_found",),
        "Invalid order number, or you are not the person who placed the order.",
        "2.3 [R]",
    ),
    _row(
        Refusal.ORDER_NOT_FOUND,
        200,
        ("order_not_found",),
        "Order {order_id} is either completed or does not exist.",
        "2.3 [C]",
        variant="completed",
    ),
    _row(
        Refusal.ORDER_NOT_FOUND,
        200,
        ("order_not_found",),
        "Order with clientOrderId {client_order_id} is either completed or does not exist.",
        "2.3 [1]",
        variant="client_order_id",
    ),
    _row(
        Refusal.ORDER_NOT_FOUND,
        200,
        ("order_not_found",),
        "Order not found, or you are not the person who placed it.",
        "2.3 [R]",
        variant="trades",
    ),
    _row(
        Refusal.ORDER_NOT_FOUND,
        200,
        ("order_not_found",),
        "Order not found, or you are not the person who placed it.",
        "2.5 [R]",
        variant="status",
    ),
    _row(
        Refusal.ORDER_NOT_FOUND,
        200,
        ("order_not_found", "invalid_request", "unavailable"),
        "Transaction failed. Please try again.",
        "2.3 [C]",
        variant="zero",
    ),
    _row(
        Refusal.UNAVAILABLE,
        200,
        ("unavailable", "timeout"),
        "Connection timed out. Please try again.",
        "2.7 [C]; the order may stand all the same",
    ),
    _row(Refusal.INTERNAL_ERROR, 200, _UNAVAILABLE, "Internal error. Please try again.", "2.7 [C], status [I]"),
)

#: 2.3: what moveOrder refuses has `success` before `error`. The status of the recorded one is that of its family.
_MOVING: tuple[RefusalRow, ...] = (
    _row(
        Refusal.BELOW_MINIMUM, 422, _INVALID, "Total must be at least {minimum}.", "2.3 [R], status [I]", variant="move"
    ),
    _row(
        Refusal.BELOW_MINIMUM,
        422,
        _INVALID,
        "Amount must be at least {minimum}.",
        "2.2 [C], shape and status [I]",
        variant="move_amount",
    ),
    _row(
        Refusal.INSUFFICIENT_FUNDS,
        200,
        ("insufficient_funds",),
        "Not enough {currency}.",
        "2.3 [R], shape [I]",
        variant="move",
    ),
    _row(
        Refusal.REJECTED,
        200,
        _INVALID,
        "Unable to place post-only order at this price.",
        "2.3 [R], shape [I]",
        variant="move",
    ),
    _row(Refusal.REJECTED, 200, _INVALID, FLAGS_TEXT, "2.3 [1], shape [I]", variant="move_flags"),
)

_CHARTS: tuple[RefusalRow, ...] = (
    _row(
        Refusal.INVALID_PARAMETER, 200, _INVALID, "Please specify a valid period.", "2.4 [1]", variant="public_period"
    ),
    _row(
        Refusal.INVALID_PARAMETER,
        200,
        _INVALID,
        "Data requested is too large. Please specify a longer period or a shorter date range, or use resolution=auto "
        "to automatically calculate the shortest supported period for your date range.",
        "2.4 [C]",
        variant="public_range",
    ),
)

_LENDING: tuple[RefusalRow, ...] = (
    _row(
        Refusal.MISSING_PARAMETER, 200, _INVALID, "You must specify a currency.", "2.4 [1]", variant="public_currency"
    ),
    _row(Refusal.UNKNOWN_CURRENCY, 200, _INVALID, "Invalid currency.", "2.4 [1]", variant="public"),
    _row(Refusal.REJECTED, 200, _INVALID, "Duration must be at least 2 days.", "2.5 [1]", variant="loan"),
    _row(Refusal.REJECTED, 200, _INVALID, "Rate cannot be greater than 5%.", "2.5 [C]", variant="loan_rate"),
    _row(
        Refusal.INSUFFICIENT_FUNDS,
        200,
        ("insufficient_funds",),
        "Not enough {currency} available to offer.",
        "2.5 [1]",
        variant="loan",
    ),
    _row(
        Refusal.ORDER_NOT_FOUND,
        200,
        ("order_not_found", "invalid_request"),
        "Error canceling loan order, or you are not the person who placed it.",
        "2.5 [1]",
        variant="loan",
    ),
    _row(
        Refusal.ORDER_NOT_FOUND,
        200,
        ("order_not_found", "invalid_request"),
        "Loan not found, or you are not the person who placed it.",
        "4.10 [O]: a text in `message`; its words are a silence [I]",
        variant="renew",
    ),
)


def _rejected(text: str, source: str, variant: str, *, kinds: tuple[str, ...] = _INVALID) -> RefusalRow:
    return _row(Refusal.REJECTED, 200, kinds, text, source, variant=variant)


#: 2.3: what a market, or the exchange, does not take at the moment.
_STATES: tuple[RefusalRow, ...] = (
    _rejected("You may not have more than {maximum} open orders in a single market.", "2.3 [R]", "open_orders"),
    _rejected("This market is frozen.", "2.3 [1]", "frozen", kinds=_CLOSED),
    _rejected("Market is disabled.", "2.3 [C]", "disabled", kinds=_CLOSED),
    _rejected("Trading is disabled in this market.", "2.3 [1]", "closed", kinds=_CLOSED),
    _rejected("Order matching is currently disabled.", "2.3 [1]", "paused", kinds=_CLOSED),
    _rejected("Order is beyond acceptable bounds.", "2.3 [1]", "bounds"),
    _rejected("You may only place orders that reduce your position.", "2.3 [1]", "reduce"),
    _rejected(
        "You have already called cancelOrder or moveOrder on this order. Please wait for that call's response.",
        "2.3 [C]",
        "busy",
        kinds=("invalid_request", "unavailable"),
    ),
    _rejected(
        "You have already called cancelOrder, moveOrder, or cancelReplace on this order. Please wait for that call's "
        "response.",
        "2.3 [1]",
        "busy_later",
        kinds=("invalid_request", "unavailable"),
    ),
    _row(
        Refusal.UNKNOWN_MARKET, 200, _NO_MARKET, "Invalid currency pair.", "2.3 [C]; of a moved order", variant="move"
    ),
    _row(Refusal.UNAVAILABLE, 200, _UNAVAILABLE, "Error pulling order book", "2.3 [1]", variant="book"),
    _row(
        Refusal.UNAVAILABLE,
        200,
        ("unavailable", "invalid_request"),
        "Transaction failed. Please try again.",
        "2.3, 2.7 [C]",
        variant="transaction",
    ),
)

#: 2.5 and 4.8.
_WALLETS: tuple[RefusalRow, ...] = (
    _rejected(
        "Please use the following previously generated deposit address: {address}", "2.5 [R]", "address_previous"
    ),
    _rejected(
        "Transferring {amount} {currency} from your margin account would bring your current margin to {margin}%, "
        "putting you in greater danger of a forced liquidation. Please confirm this action by passing confirmed=1 with "
        "your request.",
        "2.5 [1]",
        "margin_danger",
    ),
)

REFUSALS: tuple[RefusalRow, ...] = _GATE + _PARAMETERS + _BUSINESS + _MOVING + _STATES + _WALLETS + _CHARTS + _LENDING
