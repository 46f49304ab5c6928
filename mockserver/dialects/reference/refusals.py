"""The table: every no of the reference exchange, in the order of its checks.

Source of every row: the specification of the dialect, "Order of checks, and what each refusal answers".
"""

from mockserver.core.refusals import Refusal, RefusalRow

SOURCE = "reference specification, 'Order of checks, and what each refusal answers'"

_AUTHENTICATION = ("authentication",)
_HEADER = ("authentication", "invalid_request")
_INVALID = ("invalid_request",)
_NOT_FOUND = ("not_found",)
_UNAVAILABLE = ("unavailable",)


def _row(refusal: Refusal, status: int, code: str, kinds: tuple[str, ...], text: str, variant: str = "") -> RefusalRow:
    return RefusalRow(
        refusal=refusal, status=status, code=code, text=text, kinds=frozenset(kinds), source=SOURCE, variant=variant
    )


REFUSALS: tuple[RefusalRow, ...] = (
    _row(Refusal.MAINTENANCE, 503, "maintenance", _UNAVAILABLE, "The exchange is in maintenance."),
    _row(Refusal.UNAVAILABLE, 503, "maintenance", _UNAVAILABLE, "The exchange cannot answer just now."),
    _row(Refusal.UNKNOWN_ENDPOINT, 404, "unknown_endpoint", _NOT_FOUND, "No endpoint has this path."),
    _row(
        Refusal.METHOD_NOT_ALLOWED, 405, "method_not_allowed", _INVALID, "The endpoint does not answer to this method."
    ),
    _row(Refusal.TOO_LARGE, 413, "too_large", _INVALID, "A body may hold at most 1048576 bytes."),
    _row(Refusal.TOO_LARGE, 431, "too_large", _INVALID, "The header section is larger than the limit.", "headers"),
    _row(Refusal.MISSING_KEY, 400, "missing_header", _HEADER, "The header Api-Key is required and may not be empty."),
    _row(Refusal.MISSING_NONCE, 400, "missing_header", _HEADER, "The header Nonce is required and may not be empty."),
    _row(
        Refusal.MISSING_TIMESTAMP,
        400,
        "missing_header",
        _HEADER,
        "The header Timestamp is required and may not be empty.",
    ),
    _row(
        Refusal.MISSING_SIGNATURE, 400, "missing_header", _HEADER, "The header Sign is required and may not be empty."
    ),
    _row(
        Refusal.MALFORMED_HEADER, 400, "malformed_header", _HEADER, "Each authentication header may stand exactly once."
    ),
    _row(
        Refusal.MALFORMED_NONCE,
        400,
        "malformed_header",
        _HEADER,
        "The Nonce is a decimal integer from 1 to 9223372036854775807, without sign or leading zero.",
    ),
    _row(
        Refusal.MALFORMED_TIMESTAMP,
        400,
        "malformed_header",
        _HEADER,
        "The Timestamp is a decimal integer, milliseconds since the Unix epoch, without sign or leading zero.",
    ),
    _row(Refusal.UNKNOWN_KEY, 403, "unknown_key", _AUTHENTICATION, "No account has this key."),
    _row(
        Refusal.INACTIVE_KEY, 403, "inactive_key", _AUTHENTICATION, "The key is not activated yet, or it was revoked."
    ),
    _row(
        Refusal.ADDRESS_NOT_ALLOWED,
        403,
        "address_not_allowed",
        ("permission", "authentication"),
        "The key may not be used from this address.",
    ),
    _row(
        Refusal.BAD_SIGNATURE,
        403,
        "bad_signature",
        _AUTHENTICATION,
        "Sign is the lowercase hex HMAC-SHA512 of method, target, nonce, timestamp and body hash, one a line.",
    ),
    _row(
        Refusal.TIMESTAMP_OUTSIDE_WINDOW,
        403,
        "timestamp_outside_window",
        ("timestamp",),
        "The Timestamp may be at most 60000 ms away from the server's clock.",
    ),
    _row(
        Refusal.NONCE_NOT_INCREASING,
        403,
        "nonce_not_increasing",
        ("nonce",),
        "The Nonce must be greater than the last one accepted for this key.",
    ),
    _row(
        Refusal.RATE_LIMITED,
        429,
        "rate_limited",
        ("rate_limit",),
        "A key may make at most 10 private calls in any second.",
    ),
    _row(
        Refusal.PERMISSION_DENIED,
        403,
        "permission_denied",
        ("permission",),
        "The key lacks the permission for this call.",
    ),
    _row(Refusal.INVALID_REQUEST, 400, "invalid_request", _INVALID, "The request is not well formed."),
    _row(Refusal.MISSING_PARAMETER, 400, "invalid_request", _INVALID, "The parameter {parameter} is required."),
    _row(Refusal.INVALID_PARAMETER, 400, "invalid_request", _INVALID, "The parameter {parameter} is not valid."),
    _row(Refusal.UNKNOWN_CURRENCY, 400, "invalid_request", _INVALID, "There is no such currency."),
    _row(Refusal.REJECTED, 400, "rejected", _INVALID, "The order cannot be placed under its time in force."),
    _row(
        Refusal.INSUFFICIENT_FUNDS, 400, "insufficient_funds", ("insufficient_funds",), "There is too little available."
    ),
    _row(Refusal.BELOW_MINIMUM, 400, "below_minimum", _INVALID, "The total is below the least one of the market."),
    _row(
        Refusal.ORDER_NOT_FOUND,
        404,
        "order_not_found",
        ("order_not_found",),
        "The account has no such order that could be shown or cancelled.",
    ),
    _row(Refusal.UNKNOWN_MARKET, 404, "unknown_market", ("not_found", "invalid_request"), "There is no such market."),
    _row(Refusal.INTERNAL_ERROR, 500, "internal_error", _UNAVAILABLE, "The server failed; the fault is its own."),
)
