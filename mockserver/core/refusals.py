"""Everything this exchange can say no to. Each dialect gives every one of them its own status, code and text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from mockserver.core.markets import Market
from mockserver.core.money import plain


class Refusal(StrEnum):
    """The closed list. The order is the rough order of the checks; each dialect has its own."""

    MAINTENANCE = "maintenance"
    UNKNOWN_ENDPOINT = "unknown_endpoint"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    TOO_LARGE = "too_large"
    QUERY_ON_POST = "query_on_post"
    MISSING_KEY = "missing_key"
    MISSING_SIGNATURE = "missing_signature"
    MISSING_NONCE = "missing_nonce"
    MISSING_TIMESTAMP = "missing_timestamp"
    MALFORMED_HEADER = "malformed_header"
    MALFORMED_NONCE = "malformed_nonce"
    MALFORMED_TIMESTAMP = "malformed_timestamp"
    UNKNOWN_KEY = "unknown_key"
    INACTIVE_KEY = "inactive_key"
    ADDRESS_NOT_ALLOWED = "address_not_allowed"
    BAD_SIGNATURE = "bad_signature"
    TIMESTAMP_OUTSIDE_WINDOW = "timestamp_outside_window"
    NONCE_NOT_INCREASING = "nonce_not_increasing"
    NONCE_REUSED = "nonce_reused"
    RATE_LIMITED = "rate_limited"
    PERMISSION_DENIED = "permission_denied"
    ACCOUNT_FROZEN = "account_frozen"
    INVALID_REQUEST = "invalid_request"
    MISSING_PARAMETER = "missing_parameter"
    INVALID_PARAMETER = "invalid_parameter"
    UNKNOWN_MARKET = "unknown_market"
    UNKNOWN_CURRENCY = "unknown_currency"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    BELOW_MINIMUM = "below_minimum"
    ORDER_NOT_FOUND = "order_not_found"
    REJECTED = "rejected"
    UNAVAILABLE = "unavailable"
    INTERNAL_ERROR = "internal_error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The exchange says no. A value, never raised: its dialect turns it into an answer.

    Attributes:
        refusal: Which rule.
        detail: The rule in one sentence, with the values that clash; never a secret.
        facts: What texts may quote: `parameter`, `value`, `last_nonce`, `nonce`, `server_time`, `currency`, `order_id`,
            `minimum`, `path`, `places`, `market`, `retry_after`.
        variant: Tells rows of one refusal apart where a dialect has several texts for it; "" for the usual one.
    """

    refusal: Refusal
    detail: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    variant: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalRow:
    """One row of a dialect's table: how it says this no.

    Attributes:
        refusal: Which rule.
        status: The HTTP status under the profile `documented`.
        observed_status: The HTTP status under the profile `observed`.
        code: The exchange's own code as text; "" where it has none.
        text: The message; `{name}` stands for a fact of the refusal.
        kinds: The error kinds of the client contract that a client may map it to (besides `unknown`).
        source: The page and the mark of evidence.
        variant: As in `Refused`.
    """

    refusal: Refusal
    status: int
    code: str
    text: str
    kinds: frozenset[str]
    source: str
    observed_status: int | None = None
    variant: str = ""


def insufficient(currency: str) -> Refused:
    """Refuse for want of funds."""
    return Refused(
        refusal=Refusal.INSUFFICIENT_FUNDS,
        detail=f"There is not enough {currency} available.",
        facts={"currency": currency},
    )


def unknown_currency(currency: str) -> Refused:
    """Refuse a currency that nobody can have here."""
    return Refused(
        refusal=Refusal.UNKNOWN_CURRENCY,
        detail=f"There is no currency {currency} here.",
        facts={"currency": currency},
    )


def too_small(market: Market, amount: Decimal) -> Refused:
    """Refuse an order below the market's least amount, which is a variant, or else below its least total."""
    if amount < market.minimum_amount:
        return _below("amount", market.minimum_amount, market.base)
    return _below("total", market.minimum_total, market.quote)


def _below(what: str, minimum: Decimal, currency: str) -> Refused:
    return Refused(
        refusal=Refusal.BELOW_MINIMUM,
        detail=f"The {what} must be at least {plain(minimum)} {currency}.",
        facts={"minimum": plain(minimum), "currency": currency},
        variant="amount" if what == "amount" else "",
    )
