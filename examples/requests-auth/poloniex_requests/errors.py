"""What a call may end in, other than well."""

from __future__ import annotations

#: Poloniex has no codes: parts of its texts, and what each tells the user. The first that is met counts.
KINDS = (
    ("Invalid API key/secret pair", "authentication"),
    ("Nonce must be greater than", "nonce"),
    ("Invalid nonce parameter", "nonce"),
    ("Invalid command", "not_found"),
    ("permission", "permission"),
    ("Permission denied", "permission"),
    ("account is frozen", "permission"),
    ("Not enough", "insufficient_funds"),
    ("Order not found", "order_not_found"),
    ("Invalid order number", "order_not_found"),
    ("is either completed or does not exist", "order_not_found"),
    ("Please do not make more than", "rate_limit"),
    ("This IP has been", "rate_limit"),
    ("Connection timed out", "timeout"),
    ("Internal error", "unavailable"),
    ("Transaction failed", "unavailable"),
    ("maintenance", "unavailable"),
)

KIND_OF_STATUS = {401: "authentication", 403: "permission", 404: "not_found", 408: "timeout", 418: "rate_limit"}
KIND_OF_STATUS[429] = "rate_limit"


class PoloniexError(Exception):
    """A call failed, or nobody knows; the kind says which. It never holds a secret, a key or a signature.

    Attributes:
        kind: `authentication`, `permission`, `nonce`, `rate_limit`, `insufficient_funds`, `order_not_found`,
            `not_found`, `invalid_request`; or, when the outcome is open, `unavailable`, `network`, `timeout`, `tls`,
            `bad_response`; or `unknown`.
        status: The HTTP status, where there was an answer.
    """

    def __init__(self, kind: str, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.status = status


def kind_of_status(status: int) -> str:
    """Return the kind that an HTTP status alone speaks for."""
    if status >= 500:
        return "unavailable"
    return KIND_OF_STATUS.get(status, "invalid_request" if status >= 400 else "bad_response")


def refusal(status: int, words: str) -> PoloniexError:
    """Return the error for a refusal in Poloniex's words.

    A 5xx is never a verdict on the request, whatever its body says: the order may stand.
    """
    usual = kind_of_status(status)
    if status in {200, 422}:
        usual = "invalid_request" if words else "unknown"
    kind = next((kind for part, kind in KINDS if part in words), usual)
    return PoloniexError("unavailable" if status >= 500 else kind, f"HTTP {status} {words}".strip(), status)
