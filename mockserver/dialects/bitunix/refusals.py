"""Bitunix's table of refusals: a documented code each, in a status that the documents and live servers disagree on.

Documented, a malformed request is 400 and a refused one 403; observed, both are 200 and the failure is in `code`. The
marks in `source` are those of the evidence: [O] official, [L] seen live, [R] one report, [I] inferred.
"""

from __future__ import annotations

from mockserver.core.refusals import Refusal, RefusalRow

_AUTHENTICATION = frozenset({"authentication"})
_HEADER = frozenset({"authentication", "invalid_request"})
_PERMISSION = frozenset({"permission"})
_ADDRESS = frozenset({"permission", "authentication"})
_TIME = frozenset({"timestamp"})
_NONCE = frozenset({"nonce"})
_NONCE_FORM = frozenset({"nonce", "invalid_request"})
_INVALID = frozenset({"invalid_request"})
_UNKNOWN = frozenset({"not_found", "invalid_request"})
_FUNDS = frozenset({"insufficient_funds"})
_RATE = frozenset({"rate_limit"})
_DOWN = frozenset({"unavailable"})

_PARAMETER = "Parameter error"
_MISSING = "Missing parameters"
_NO_KEY = "app-key not found"
_NO_AUTHORITY = "OPEN_API_KEY_NO_AUTHORITY"


def _row(
    refusal: Refusal,
    status: int,
    code: str,
    text: str,
    kinds: frozenset[str],
    source: str,
    *,
    observed: int = 200,
    variant: str = "",
) -> RefusalRow:
    return RefusalRow(
        refusal=refusal,
        status=status,
        observed_status=observed,
        code=code,
        text=text,
        kinds=kinds,
        source=f"Bitunix facts 3.1, 3.2, {source}",
        variant=variant,
    )


REFUSALS: tuple[RefusalRow, ...] = (
    _row(Refusal.MAINTENANCE, 500, "500", "System error", _DOWN, "code [O], status and use [I]", observed=500),
    _row(Refusal.UNKNOWN_ENDPOINT, 404, "2", "Not Found", _UNKNOWN, "status [L], body [I]", observed=404),
    _row(Refusal.METHOD_NOT_ALLOWED, 404, "2", "Not Found", _UNKNOWN, "6.17 [I]", observed=404),
    _row(Refusal.TOO_LARGE, 400, "2", _PARAMETER, _INVALID, "[I]: silent", observed=413),
    _row(Refusal.INVALID_REQUEST, 400, "2", _PARAMETER, _INVALID, "status [O], code [I]"),
    _row(Refusal.MISSING_KEY, 400, "70003", _MISSING, _HEADER, "code [O]"),
    _row(Refusal.MISSING_SIGNATURE, 400, "70003", _MISSING, _HEADER, "code [O]"),
    _row(Refusal.MISSING_NONCE, 400, "70003", _MISSING, _HEADER | _NONCE, "code [O]"),
    _row(Refusal.MISSING_TIMESTAMP, 400, "70003", _MISSING, _HEADER | _TIME, "code [O]"),
    _row(Refusal.MALFORMED_HEADER, 400, "2", _PARAMETER, _HEADER, "[I]: silent"),
    _row(Refusal.MALFORMED_NONCE, 400, "2", _PARAMETER, _NONCE_FORM, "[I]: only where its form is enforced"),
    _row(Refusal.MALFORMED_TIMESTAMP, 400, "2", _PARAMETER, _TIME | _INVALID, "[I]: silent"),
    _row(Refusal.UNKNOWN_KEY, 403, "100004", _NO_KEY, _AUTHENTICATION, "code [L]"),
    _row(Refusal.INACTIVE_KEY, 403, "100004", _NO_KEY, _AUTHENTICATION, "[I]: silent"),
    _row(Refusal.TIMESTAMP_OUTSIDE_WINDOW, 403, "100008", "result.request.time.expired", _TIME, "[L]"),
    _row(Refusal.BAD_SIGNATURE, 403, "100005", "result.api.parameter.sign.illegal", _AUTHENTICATION, "[L]"),
    _row(Refusal.NONCE_REUSED, 403, "100005", "result.api.parameter.sign.illegal", _NONCE | _AUTHENTICATION, "1.5 [I]"),
    _row(Refusal.ADDRESS_NOT_ALLOWED, 403, "100011", "IP risk-control rule triggered", _ADDRESS, "code [R]"),
    _row(Refusal.PERMISSION_DENIED, 403, "110033", _NO_AUTHORITY, _PERMISSION, "[L]"),
    _row(Refusal.ACCOUNT_FROZEN, 403, "110033", _NO_AUTHORITY, _PERMISSION, "[I]: silent"),
    _row(Refusal.RATE_LIMITED, 200, "110041", "Interface called too fast", _RATE, "code [O], status [I]"),
    _row(Refusal.MISSING_PARAMETER, 400, "2", _PARAMETER, _INVALID, "code [L]"),
    _row(Refusal.INVALID_PARAMETER, 400, "2", _PARAMETER, _INVALID, "code [L]"),
    _row(Refusal.INVALID_PARAMETER, 400, "10058", "Volume precision error", _INVALID, "code [L]", variant="volume"),
    _row(Refusal.UNKNOWN_MARKET, 400, "2", _PARAMETER, _UNKNOWN, "code [L]"),
    _row(Refusal.UNKNOWN_CURRENCY, 400, "2", _PARAMETER, _UNKNOWN, "[I]: silent"),
    _row(Refusal.BELOW_MINIMUM, 400, "2", _PARAMETER, _INVALID, "[I] for a positive volume, [L] for 0"),
    _row(
        Refusal.BELOW_MINIMUM,
        200,
        "110007",
        "Withdrawal amount below the fee",
        _INVALID,
        "code [R], status [I]",
        variant="withdraw",
    ),
    # Of an order, these two are said inside a success: the code and the text are those of its `data` (3.2).
    _row(Refusal.INSUFFICIENT_FUNDS, 200, "10034", "余额不足", _FUNDS, "[L]"),
    _row(Refusal.REJECTED, 200, "10034", "余额不足", _INVALID | _FUNDS, "[I]: an order that meets no other"),
    _row(Refusal.INSUFFICIENT_FUNDS, 200, "2", _PARAMETER, _FUNDS | _INVALID, "[I]: withdrawals", variant="withdraw"),
    _row(
        Refusal.REJECTED,
        200,
        "110008",
        "Withdrawal only to white-listed addresses",
        _PERMISSION | _INVALID,
        "code [R], status [I]",
        variant="withdraw",
    ),
    _row(
        Refusal.INVALID_PARAMETER,
        200,
        "10016",
        "User does not exist",
        # The code says the same of who asks and of whom he names, so a client may take the one for the other.
        _UNKNOWN | frozenset({"authentication"}),
        "code [O], use [I]",
        variant="account",
    ),
    _row(
        Refusal.ORDER_NOT_FOUND,
        200,
        "2",
        _PARAMETER,
        frozenset({"order_not_found"}) | _INVALID,
        "[I]: a withdrawal or transfer that cannot be cancelled",
    ),
    _row(Refusal.UNAVAILABLE, 500, "500", "System error", _DOWN, "code [O]", observed=500),
    _row(Refusal.INTERNAL_ERROR, 500, "500", "System error", _DOWN, "code [O]", observed=500),
)
