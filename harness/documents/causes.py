"""Which refusals have no cause here, so that only a switch can bring them about, and why.

The switches are conditions of a key and planned faults (`refuse`). Whatever is not listed is said for its own cause, as
the exchange itself says it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

#: A refusal and its variant to the reason.
Reasons: TypeAlias = Mapping[tuple[str, str], str]

_FAILS = "the exchange has no failures of its own"
_SITE = "it is about the customer or the key at the exchange's own site"
_OTHER_YEARS = "a limiter of other years, in front of the exchange, said it"
_UNKNOWN = "the pages have the number and no cause"
_APART = "calls never meet here: each is done before the next one begins"

_REFERENCE: Reasons = {("unavailable", ""): _FAILS, ("internal_error", ""): _FAILS}

_POLONIEX: Reasons = {
    ("unavailable", ""): _FAILS,
    ("unavailable", "book"): _FAILS,
    ("unavailable", "transaction"): _FAILS,
    ("internal_error", ""): _FAILS,
    ("account_frozen", "trading"): _SITE,
    ("account_frozen", "locked"): _SITE,
    ("account_frozen", "closed"): _SITE,
    ("permission_denied", "country"): _SITE,
    ("permission_denied", "undotted"): "an older spelling of the same refusal",
    ("invalid_parameter", "rate_zero"): "a rate of zero makes a total below the least, which is looked at before",
    ("rate_limited", "throttled_2017"): _OTHER_YEARS,
    ("rate_limited", "moment"): _OTHER_YEARS,
    ("rate_limited", "minutes"): _OTHER_YEARS,
    ("rejected", "busy"): _APART,
    ("rejected", "busy_later"): _APART,
    ("unknown_market", "move"): "no market that has orders is ever taken away",
}

_EXMO: Reasons = {
    ("unavailable", ""): _FAILS,
    ("internal_error", ""): _FAILS,
    ("malformed_header", ""): "of a header that stands twice the first one counts",
    ("permission_denied", "totp"): "which method asks for a code of the second factor is not known",
    ("permission_denied", "10325"): _UNKNOWN,
    ("permission_denied", "11021"): _UNKNOWN,
}

_BITUNIX: Reasons = {
    ("unavailable", ""): _FAILS,
    ("unavailable", "futures"): _FAILS,
    ("unavailable", "10001"): _FAILS,
    ("internal_error", ""): _FAILS,
    ("internal_error", "futures"): _FAILS,
    ("malformed_header", ""): "of a header that stands twice the first one counts",
    ("malformed_header", "futures"): "of a header that stands twice the first one counts",
    **dict.fromkeys([("insufficient_funds", ""), ("rejected", "")], "a success says it, by its `placeCode`"),
    **dict.fromkeys(
        [
            *(("invalid_parameter", "10002"), ("missing_key", "10003"), ("address_not_allowed", "10004")),
            *(("bad_signature", "10007"), ("account_frozen", "20011")),
        ],
        "said under the variant `futures`; this one is for planning it by its number",
    ),
    **dict.fromkeys(
        [
            (refusal, "futures")
            for refusal in (
                *("rate_limited", "unknown_market", "order_not_found", "below_minimum", "insufficient_funds"),
                *("rejected", "unknown_currency"),
            )
        ],
        "said under its number; this one is for planning it by its product",
    ),
    **dict.fromkeys(
        [("account_frozen", "20013"), ("account_frozen", "20014"), ("account_frozen", "30040"), ("rejected", "40006")],
        _SITE,
    ),
    **dict.fromkeys(
        [("rejected", code) for code in ("40001", "40002", "40003", "40005", "40007", "40008", "20010", "30012")],
        "it is about lead trading, coupons or favorites, which the pages do not have",
    ),
    **dict.fromkeys(
        [("rejected", code) for code in ("30007", "30008", "30009", "30010", "30034", "30035", "30036", "30037")],
        "which call says it, and not one of those that it resembles, is not known",
    ),
    ("unknown_market", "20012"): "no contract is ever closed",
}

SWITCHED: Mapping[str, Reasons] = MappingProxyType(
    {"reference": _REFERENCE, "poloniex": _POLONIEX, "exmo": _EXMO, "bitunix": _BITUNIX}
)
