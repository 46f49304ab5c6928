"""The fault plan: what, when, how often, and how much of it has struck."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class FaultKind(StrEnum):
    """Planned harm, by the names that outsiders type."""

    DELAY = "delay"
    STALL = "stall"
    RESET = "reset"
    CLOSE = "close"
    TRUNCATE = "truncate"
    GARBAGE = "garbage"
    STATUS = "status"
    REDIRECT = "redirect"
    DROP_ANSWER = "drop_answer"
    EARLY_HINTS = "early_hints"
    DUPLICATE_KEYS = "duplicate_keys"
    SLOW_DRIP = "slow_drip"
    BODY = "body"
    REFUSE = "refuse"
    HOLD = "hold"


class Phase(StrEnum):
    """Where a fault strikes: nothing judged yet; the nonce spent, no effect; the effect stands, the answer does not."""

    BEFORE_GATE = "before_gate"
    BEFORE_HANDLER = "before_handler"
    AFTER_HANDLER = "after_handler"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One planned harm.

    Attributes:
        kind: What happens. DROP_ANSWER closes the connection where the answer should have been; BODY replaces the
            answer's body (and status, content type) by given bytes; REFUSE answers with a refusal of the dialect's
            table; HOLD keeps requests until `count` of them wait or `ms` have passed, then lets them go in `order`.
        phase: Where.
        key: The API key it is for; None for any (and for public calls).
        operation: The operation of the contract it is for; None for any.
        skip: How many matching requests pass unharmed first.
        times: How often it strikes; None for ever.
        settings: By kind: `ms` (DELAY, STALL, HOLD; STALL without it never ends), `status` and `body` ("json", "html",
            "empty"; STATUS), `location` and `status` (REDIRECT), `after` (bytes; TRUNCATE, STALL), `body` (bytes as
            latin-1 text), `status`, `content_type` (BODY), `refusal` and `variant` and fact names (REFUSE), `count`,
            `order` (HOLD), `retry_after` (STATUS).
    """

    kind: FaultKind
    phase: Phase
    key: str | None = None
    operation: str | None = None
    skip: int = 0
    times: int | None = 1
    settings: Mapping[str, object] = field(default_factory=dict)
