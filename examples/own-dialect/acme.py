"""Acme: an exchange of our own making that signs as Binance does. All that noncense has to know of it is in this file.

A request is fresh by its timestamp alone. `timestamp`, `recvWindow` and `signature` are parameters like any other, in
the query or in a form in the body; the key travels in a header. Every rule of signing stands in Binance's "Request
Security"; the business that Acme does is that of the reference exchange.
"""

import string
from random import Random

from mockserver import RateRule, Refusal, plain_dialect
from signer import Credentials, Kind, Scheme, TimeRule, canonical, digest, encoding, freshness, places

DOCUMENTS = "Acme REST API, 'Signed endpoints'"

#: What travels where. The timestamp may stand in the query or in the body; the signature comes last.
PLACES = {
    "key": "header X-ACME-APIKEY",
    "timestamp": "parameter timestamp",
    "window": "parameter recvWindow",
    "signature": "parameter signature",
}

SCHEME = Scheme(
    name="acme",
    source=DOCUMENTS,
    kinds=frozenset({Kind.TIMESTAMP}),
    places=PLACES,
    read=places.reader(PLACES),
    place=places.placer(PLACES),
    # The query as it was sent, then the body as it was sent, nothing between them, and of neither the signature.
    canonical_request=canonical.joined(
        canonical.without_last(canonical.query, "signature"),
        canonical.without_last(canonical.body, "signature"),
    ),
    string_to_sign=canonical.unchanged,
    secret_bytes=encoding.utf8_secret,
    digest=digest.hmac_with("sha256"),
    digest_name="HMAC-SHA256",
    spelling=digest.HEX_IN_ANY_CASE,
    # Accepted while timestamp < server + 1000 and server - timestamp <= recvWindow, which is 5000 where none is named.
    time_rule=TimeRule(
        parse=freshness.plain_integer,
        past_ms=5_000,
        future_ms=999,
        largest_past_ms=60_000,
        parse_window=freshness.positive_integer,
        unit="milliseconds since the Unix epoch in plain digits",
    ),
)

MISSING = (400, "-1102", "A mandatory parameter was not sent, was empty, or was malformed.")
ILLEGAL = (400, "-1100", "Parameter '{parameter}' is not legal.")

#: How Acme says no: HTTP status, code, words. What is not here it says as the reference exchange does.
SAYS = {
    Refusal.MAINTENANCE: (503, "-1016", "This service is not available for the moment."),
    Refusal.UNAVAILABLE: (503, "-1016", "This service is not available for the moment."),
    Refusal.UNKNOWN_ENDPOINT: (404, "-1000", "There is no such endpoint."),
    Refusal.METHOD_NOT_ALLOWED: (405, "-1000", "The endpoint does not answer to this method."),
    Refusal.TOO_LARGE: (413, "-1101", "Too much was sent."),
    Refusal.MISSING_KEY: (401, "-2014", "API-key format invalid."),
    Refusal.MISSING_TIMESTAMP: MISSING,
    Refusal.MISSING_SIGNATURE: MISSING,
    Refusal.MALFORMED_HEADER: MISSING,
    Refusal.MALFORMED_TIMESTAMP: MISSING,
    Refusal.UNKNOWN_KEY: (401, "-2015", "Invalid API-key, IP, or permissions for action."),
    Refusal.INACTIVE_KEY: (401, "-2015", "Invalid API-key, IP, or permissions for action."),
    Refusal.ADDRESS_NOT_ALLOWED: (401, "-2015", "Invalid API-key, IP, or permissions for action."),
    Refusal.BAD_SIGNATURE: (400, "-1022", "Signature for this request is not valid."),
    Refusal.TIMESTAMP_OUTSIDE_WINDOW: (400, "-1021", "Timestamp for this request is outside of the recvWindow."),
    Refusal.RATE_LIMITED: (429, "-1003", "Too many requests."),
    Refusal.PERMISSION_DENIED: (403, "-1002", "You are not authorized to execute this request."),
    Refusal.INVALID_REQUEST: (400, "-1100", "The request is not legal."),
    Refusal.MISSING_PARAMETER: (400, "-1102", "Mandatory parameter '{parameter}' was not sent."),
    Refusal.INVALID_PARAMETER: ILLEGAL,
    Refusal.UNKNOWN_CURRENCY: ILLEGAL,
    Refusal.UNKNOWN_MARKET: (400, "-1121", "Invalid symbol."),
    Refusal.REJECTED: (400, "-2010", "The order was rejected."),
    Refusal.INSUFFICIENT_FUNDS: (400, "-2018", "Balance is insufficient."),
    Refusal.BELOW_MINIMUM: (400, "-1013", "The total is below the least one of the market."),
    Refusal.ORDER_NOT_FOUND: (404, "-2013", "Order does not exist."),
    Refusal.INTERNAL_ERROR: (500, "-1001", "Internal error."),
}


def new_credentials(chance: Random) -> Credentials:
    """Draw a pair as Acme issues them: 64 letters and digits each."""
    letters = string.ascii_letters + string.digits
    return Credentials(key="".join(chance.choices(letters, k=64)), secret="".join(chance.choices(letters, k=64)))


DIALECT = plain_dialect(
    SCHEME,
    title="Acme",
    source=DOCUMENTS,
    body="form",
    says=SAYS,
    refusal_body=lambda code, words: {"code": int(code), "msg": words},
    new_credentials=new_credentials,
    rate=RateRule(calls=20, per="key"),
    hosts=("api.acme.example",),
    levels={
        "SIGN-004": ("void", "Acme takes hex in any case"),
        "SIGN-009": ("void", "Acme signs neither path nor host"),
        "SIGN-010": ("void", "Acme does not sign the method"),
    },
)
