"""Who is this, and is it fresh?

The dialect says in which order it asks; the questions are these. Nothing here awaits, so nothing comes between looking
at a nonce and keeping it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NoReturn, TypeAlias

from mockserver.core.dialect import Check, Dialect
from mockserver.core.endpoint import Access
from mockserver.core.keys import ApiKey, KeyState
from mockserver.core.nonces import NonceStore
from mockserver.core.rates import RateLimiter, Subject
from mockserver.core.refusals import Refusal, Refused
from mockserver.core.visit import Visit
from mockserver.errors import MockServerError, SettingsError
from signer import (
    Accepted,
    Reason,
    check_key,
    check_nonce,
    check_present,
    check_signature,
    check_time,
    check_well_formed,
    nonce_of,
)
from signer import Refused as NotBelieved

Question: TypeAlias = "Callable[[Visit], Refused | None]"

#: What the exchange says to each of the signer's reasons.
REFUSALS: Mapping[Reason, Refusal] = {
    Reason.MISSING_KEY: Refusal.MISSING_KEY,
    Reason.MISSING_SIGNATURE: Refusal.MISSING_SIGNATURE,
    Reason.MISSING_NONCE: Refusal.MISSING_NONCE,
    Reason.MISSING_TIMESTAMP: Refusal.MISSING_TIMESTAMP,
    Reason.MISSING_PASSPHRASE: Refusal.MISSING_KEY,
    Reason.REPEATED_FIELD: Refusal.MALFORMED_HEADER,
    Reason.MALFORMED_NONCE: Refusal.MALFORMED_NONCE,
    Reason.MALFORMED_TIMESTAMP: Refusal.MALFORMED_TIMESTAMP,
    Reason.UNKNOWN_KEY: Refusal.UNKNOWN_KEY,
    Reason.BAD_PASSPHRASE: Refusal.BAD_SIGNATURE,
    Reason.BAD_SIGNATURE: Refusal.BAD_SIGNATURE,
    Reason.TIMESTAMP_TOO_OLD: Refusal.TIMESTAMP_OUTSIDE_WINDOW,
    Reason.TIMESTAMP_AHEAD: Refusal.TIMESTAMP_OUTSIDE_WINDOW,
    Reason.NONCE_NOT_INCREASING: Refusal.NONCE_NOT_INCREASING,
    Reason.NONCE_REUSED: Refusal.NONCE_REUSED,
}

#: What is asked of a request that needs no key, or leads nowhere.
PUBLIC_CHECKS = frozenset({Check.MAINTENANCE, Check.ROUTE, Check.SIZE, Check.RATE})

#: What need not be asked of a request that has its endpoint and its size while the exchange is open and sets no limits.
CALM_CHECKS = frozenset({Check.MAINTENANCE, Check.ROUTE, Check.SIZE, Check.RATE})

#: What need not be asked besides of a key that is active, may be used from everywhere and has no conditions.
PLAIN_CHECKS = frozenset({Check.ACTIVE, Check.ADDRESS})

_PUBLIC = Access.PUBLIC  # an enum looks its members up slowly
_ACTIVE = KeyState.ACTIVE

#: Missing fields that a dialect which looks at their form after the signature does not miss before.
_ASKED_WITH_THE_FORM = frozenset({Reason.MISSING_NONCE, Reason.MISSING_TIMESTAMP})


class Gate:
    """Asks a dialect's questions in the dialect's order.

    Attributes:
        keys: The keys there are, by name.
        maintenance: Seconds for `Retry-After` while the exchange is closed; None while it is open.
        rates_on: Whether the dialect's rate limit is enforced.
        single_use: Whether a random nonce that was used is refused.
        lifted: Of the rate limits those that are not enforced, by endpoint; "" stands for the dialect's own.
        judged: How many requests have come to the gate.
    """

    def __init__(self, dialect: Dialect, nonces: NonceStore, *, rates_on: bool, single_use: bool) -> None:
        self.keys: dict[str, ApiKey] = {}
        self.maintenance: int | None = None
        self.rates_on = rates_on
        self.single_use = single_use
        self.lifted: set[str] = set()
        self.judged = 0
        self._nonces = nonces
        self._rates = RateLimiter()
        self.play(dialect)

    def play(self, dialect: Dialect) -> None:
        """Ask the questions of a dialect, in its order, from now on."""
        self._scheme = dialect.scheme
        self._dialect = dialect
        self._form_comes_late = _comes_after(dialect.checks, Check.WELL_FORMED, Check.SIGNATURE)
        questions = self._questions()
        self._names = {ask: check.value for check, ask in questions.items()}
        last: tuple[Question, ...] = () if Check.ACCOUNT in dialect.checks else (self._unconditional,)
        self._private = (*(questions[check] for check in dialect.checks), *last)
        calm = [check for check in dialect.checks if check not in CALM_CHECKS]
        self._calm = (*(questions[check] for check in calm), *last)
        self._plain = tuple(questions[check] for check in calm if check not in PLAIN_CHECKS)
        self._public = tuple(questions[check] for check in dialect.checks if check in PUBLIC_CHECKS)

    def enforce(self, endpoint: str, *, enforced: bool) -> None:
        """Enforce one rate limit, or lift it, as long as any are enforced: an endpoint's own, or with "" the dialect's.

        Raises:
            SettingsError: There is no such limit.
        """
        known = {"", *(served.name for served in self._dialect.endpoints if served.rate is not None)}
        if endpoint not in known:
            raise SettingsError(f"no limit belongs to {endpoint[:80]!r}; there are {', '.join(sorted(known))}")
        if enforced:
            self.lifted.discard(endpoint)
        else:
            self.lifted.add(endpoint)

    def _questions(self) -> Mapping[Check, Question]:
        return {
            Check.MAINTENANCE: self._open,
            Check.ROUTE: self._routed,
            Check.SIZE: self._within_size,
            Check.QUERY: self._without_query,
            Check.PRESENT: self._present,
            Check.WELL_FORMED: self._well_formed,
            Check.KEY: self._key_known,
            Check.ACTIVE: self._key_active,
            Check.ADDRESS: self._address_allowed,
            Check.SIGNATURE: self._signature_right,
            Check.WINDOW: self._within_window,
            Check.NONCE: self._nonce_fresh,
            Check.RATE: self._within_rate,
            Check.PERMISSION: self._permitted,
            Check.ACCOUNT: self._account_free,
        }

    def judge(self, visit: Visit) -> Refused | None:
        """Ask every question until one is answered with no; from the nonce on, the nonce is spent."""
        entry = visit.entry
        self.judged += 1
        entry.judged = self.judged
        found = visit.found
        if found is None or found.endpoint.access is _PUBLIC:
            for ask in self._public:
                if (refused := ask(visit)) is not None:
                    entry.stopped_at = self._names[ask]
                    return refused
            return visit.nowhere
        if self.maintenance is not None or self.rates_on or visit.oversized:
            asked = self._private
        else:
            key = self.keys.get(visit.named_key or "")
            plain = key is not None and key.state is _ACTIVE and not key.addresses and not key.conditions
            asked = self._plain if plain else self._calm
        for ask in asked:
            if (refused := ask(visit)) is not None:
                entry.stopped_at = self._names.get(ask, Check.ACCOUNT.value)
                return refused
        if visit.stages is not None:
            entry.verdict = Accepted(visit.fields, visit.stages)
        return None

    def _open(self, visit: Visit) -> Refused | None:
        if self.maintenance is None:
            return None
        return Refused(
            refusal=Refusal.MAINTENANCE,
            detail="The exchange is closed for maintenance.",
            facts={"retry_after": self.maintenance},
        )

    def _routed(self, visit: Visit) -> Refused | None:
        return visit.nowhere

    def _within_size(self, visit: Visit) -> Refused | None:
        if not visit.oversized:
            return None
        limit = self._dialect.body_limit
        return Refused(
            refusal=Refusal.TOO_LARGE, detail=f"A body may have at most {limit} bytes.", facts={"maximum": limit}
        )

    def _without_query(self, visit: Visit) -> Refused | None:
        request = visit.request
        if request.method == "POST" and b"?" in request.target and request.query:
            return Refused(refusal=Refusal.QUERY_ON_POST, detail="A POST carries its parameters in the body alone.")
        return None

    def _present(self, visit: Visit) -> Refused | None:
        fields = visit.fields
        missing = check_present(self._scheme, fields)
        if missing is None or (self._form_comes_late and missing.reason in _ASKED_WITH_THE_FORM):
            return None
        return self._not_believed(visit, missing)

    def _well_formed(self, visit: Visit) -> Refused | None:
        fields = visit.fields
        missing = check_present(self._scheme, fields) if self._form_comes_late else None
        wrong = missing or check_well_formed(self._scheme, fields)
        return None if wrong is None else self._not_believed(visit, wrong)

    def _key_known(self, visit: Visit) -> Refused | None:
        key = self.keys.get(visit.named_key or "")
        if key is None:
            fields = visit.fields
            unknown = NotBelieved(reason=Reason.UNKNOWN_KEY, fields=fields, detail="The key is not known here.")
            return self._not_believed(visit, unknown)
        visit.key = key
        credentials = key.credentials
        if credentials.passphrase is not None:
            wrong = check_key(self._scheme, visit.fields, credentials)
            if wrong is not None:
                return self._not_believed(visit, wrong)
        return None

    def _key_active(self, visit: Visit) -> Refused | None:
        state = (visit.key or _not_asked()).state
        if state is _ACTIVE:
            return None
        return Refused(refusal=Refusal.INACTIVE_KEY, detail=f"The key is {state.value}.", variant=state.value)

    def _address_allowed(self, visit: Visit) -> Refused | None:
        key = visit.key or _not_asked()
        if not key.addresses or key.allows_address(visit.peer):
            return None
        return Refused(
            refusal=Refusal.ADDRESS_NOT_ALLOWED,
            detail=f"The key may not be used from {visit.peer}.",
            facts={"address": visit.peer},
        )

    def _signature_right(self, visit: Visit) -> Refused | None:
        checked = check_signature(self._scheme, visit.request, visit.fields, (visit.key or _not_asked()).credentials)
        if isinstance(checked, NotBelieved):
            return self._not_believed(visit, checked)
        visit.stages = checked
        return None

    def _within_window(self, visit: Visit) -> Refused | None:
        wrong = check_time(self._scheme, visit.fields, visit.stages, visit.now_ms)
        return None if wrong is None else self._not_believed(visit, wrong)

    def _nonce_fresh(self, visit: Visit) -> Refused | None:
        """Look at the nonce and keep it, in one step; from here on it is spent."""
        rule = self._scheme.nonce_rule
        key = visit.named_key
        if rule is None or key is None:
            return None
        fields = visit.fields
        nonce = nonce_of(self._scheme, fields)
        if nonce is None:
            wrong = check_present(self._scheme, fields) or check_well_formed(self._scheme, fields)
        elif isinstance(nonce, int):
            visit.entry.last_nonce = self._nonces.last(key)
            if self._nonces.advance(key, nonce, rule.tolerance):
                return None
            wrong = check_nonce(self._scheme, fields, visit.stages, self._nonces.last(key)) or NotBelieved(
                reason=Reason.NONCE_NOT_INCREASING,
                fields=fields,
                detail="The nonce was used before.",
                stages=visit.stages,
            )
        else:
            if not self.single_use or self._nonces.use(key, nonce):
                return None
            wrong = check_nonce(self._scheme, fields, visit.stages, {nonce})
        return None if wrong is None else self._not_believed(visit, wrong)

    def _within_rate(self, visit: Visit) -> Refused | None:
        if not self.rates_on:
            return None
        found = visit.found
        own = None if found is None else found.endpoint.rate
        rule = own or self._dialect.rate
        private = found is not None and found.endpoint.access is not _PUBLIC
        if not private and not rule.public_too:
            return None
        counted = "" if own is None or found is None else found.endpoint.name
        if counted in self.lifted:
            return None
        wait = self._rates.admit(_subjects(rule.per, visit, counted), visit.now_ms, rule)
        if wait is None:
            return None
        stretch = "second" if rule.window_ms == 1000 else f"{rule.window_ms} ms"
        return Refused(
            refusal=Refusal.RATE_LIMITED,
            detail=f"At most {rule.calls} calls are allowed in any {stretch}.",
            facts={"retry_after": -(-wait.ms // 1000), "maximum": rule.calls, "address": visit.peer},
            variant=wait.variant,
        )

    def _permitted(self, visit: Visit) -> Refused | None:
        found, key = visit.found, visit.key or _not_asked()
        if found is None:
            return None
        kinds = found.endpoint.key_kinds
        if kinds and key.kind not in kinds:
            detail = f"The call takes keys of the kind {', '.join(kinds)}, and this one is of the kind {key.kind}."
            return Refused(refusal=Refusal.PERMISSION_DENIED, detail=detail, variant="kind")
        if found.endpoint.access in key.permissions:  # a StrEnum is its text
            return None
        needed = found.endpoint.access.value
        return Refused(
            refusal=Refusal.PERMISSION_DENIED,
            detail=f"The key lacks the permission {needed}.",
            facts={"permission": needed},
            variant=needed,
        )

    def _account_free(self, visit: Visit) -> Refused | None:
        key = visit.key or _not_asked()
        if key.venue.is_frozen(key.account):
            return Refused(refusal=Refusal.ACCOUNT_FROZEN, detail="The account is frozen.")
        return self._unconditional(visit) if key.conditions else None

    def _unconditional(self, visit: Visit) -> Refused | None:
        """Ask what stands against the key or its owner for which there is no cause here."""
        name = "" if visit.found is None else visit.found.endpoint.name
        for condition in (visit.key or _not_asked()).conditions:
            if condition.endpoint in ("", name):
                return Refused(
                    refusal=condition.refusal,
                    detail=f"The condition {condition} is set on the key.",
                    facts={"address": visit.peer},
                    variant=condition.variant,
                )
        return None

    def _not_believed(self, visit: Visit, wrong: NotBelieved) -> Refused:
        """Note the signer's verdict, and say it in the exchange's words."""
        visit.entry.verdict = wrong
        fields = wrong.fields
        facts: dict[str, object] = {
            "server_time": visit.now_ms,
            "last_nonce": self._nonces.last(visit.named_key) if visit.named_key is not None else 0,
            "nonce": fields.nonce,
            "places": self._scheme.places,
        }
        return Refused(refusal=REFUSALS[wrong.reason], detail=wrong.detail, facts=facts)


def _subjects(per: str, visit: Visit, counted: str) -> tuple[Subject, ...]:
    """Return whose calls a request is counted among; what nobody knows yet counts by the address.

    Args:
        per: As `RateRule` has it.
        visit: The request.
        counted: The endpoint that counts apart; "" for all together.
    """
    address = (counted, "address", visit.peer)
    if per == "key" and visit.named_key is not None:
        return ((counted, "key", visit.named_key),)
    owner = visit.key
    if owner is None or per not in ("account", "address_and_account"):
        return (address,)
    account = (counted, owner.venue, owner.account)
    return (account,) if per == "account" else (address, account)


def _comes_after(checks: tuple[Check, ...], late: Check, early: Check) -> bool:
    return late in checks and early in checks and checks.index(late) > checks.index(early)


def _not_asked() -> NoReturn:
    raise MockServerError("the dialect asks about a key before it asks whether the key is known")
