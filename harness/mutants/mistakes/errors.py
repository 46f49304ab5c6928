"""Mistakes of reporting: the families ERR and RATE."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from harness.mutants.failures import Failure, Origin
from harness.mutants.knobs import Knobs
from harness.mutants.messages import Account, Json, Wanted
from harness.mutants.mistakes.mistake import Mistake

Outcome = Callable[[Failure, Wanted, Account], Failure | None]


def reporting(outcome: Outcome) -> Callable[[], Knobs]:
    """Return knobs with this view of failures."""
    return lambda: Knobs(outcome=outcome)


def taken_for_success(of: Callable[[Failure], bool]) -> Callable[[], Knobs]:
    """Return knobs by which some failures are reported as an empty success."""
    return reporting(lambda failure, wanted, account: None if of(failure) else failure)


def _renamed(names: Mapping[str, str]) -> Callable[[], Knobs]:
    def outcome(failure: Failure, wanted: Wanted, account: Account) -> Failure | None:
        if failure.origin is Origin.REFUSAL:
            failure.kind = names.get(failure.kind, failure.kind)
        return failure

    return reporting(outcome)


def _wordless(failure: Failure, wanted: Wanted, account: Account) -> Failure | None:
    if failure.origin is Origin.REFUSAL:
        return Failure(failure.kind, "the request failed", origin=failure.origin)
    return failure


def _looks_like_an_error(parsed: Json) -> bool:
    if not isinstance(parsed, Mapping):
        return False
    said = parsed.get("error") not in (None, "") or parsed.get("code") not in (None, "", "0", 0)
    return said or parsed.get("result") is False or parsed.get("success") in (0, False) or "detail" in parsed


def _status_ignored(status: int, parsed: Json) -> int:
    return status if _looks_like_an_error(parsed) else 200


def _odd(failure: Failure) -> bool:
    body = failure.body
    if failure.origin is not Origin.REFUSAL or not isinstance(body, Mapping):
        return False
    told = [body[name] for name in ("error", "code", "detail", "msg", "errmsg") if name in body]
    nested = [inner.get("msg") for inner in told if isinstance(inner, Mapping)]
    return not told or any(not isinstance(said, str) for said in (nested or told))


def _open_is_refused(failure: Failure, wanted: Wanted, account: Account) -> Failure | None:
    if wanted.changes_state and failure.kind in {"unavailable", "timeout", "network"}:
        return Failure("invalid_request", "the exchange did not take the order", origin=Origin.REFUSAL)
    return failure


def _rubbish_is_refused(failure: Failure, wanted: Wanted, account: Account) -> Failure | None:
    if failure.origin is Origin.UNREADABLE:
        return Failure("invalid_request", "the exchange did not take the request", origin=Origin.REFUSAL)
    return failure


def _no_http_is_refused(failure: Failure, wanted: Wanted, account: Account) -> Failure | None:
    if wanted.changes_state and failure.kind == "bad_response":
        return Failure("invalid_request", "unsupported protocol", origin=Origin.REFUSAL)
    return failure


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        name="refusals-are-empty-answers",
        kills="ERR-001",
        diagnoses=("REFUSAL-AS-SUCCESS",),
        summary="What the exchange refuses is reported as an empty success.",
        knobs=taken_for_success(lambda failure: failure.origin is Origin.REFUSAL),
        collateral=(
            "ERR-*",
            "RATE-*",
            "NONCE-*",
            "TIME-*",
            "RETRY-*",
            "PARSE-*",
            "CRED-*",
            "OPS-*",
            "CONN-*",
            "REDIR-*",
        ),
    ),
    Mistake(
        name="bad-key-called-unavailable",
        kills="ERR-002",
        diagnoses=("CREDENTIALS-MISNAMED",),
        summary="Wrong credentials are reported as the exchange being away.",
        knobs=_renamed({"authentication": "unavailable"}),
        collateral=("ERR-*",),
    ),
    Mistake(
        name="everything-is-authentication",
        kills="ERR-003",
        diagnoses=("FRESHNESS-AS-CREDENTIALS",),
        summary="A refused nonce or timestamp is reported as wrong credentials.",
        knobs=_renamed({"nonce": "authentication", "timestamp": "authentication"}),
        collateral=("ERR-*", "NONCE-010", "NONCE-011", "TIME-005"),
    ),
    Mistake(
        name="permission-is-authentication",
        kills="ERR-004",
        diagnoses=("PERMISSION-MISNAMED",),
        summary="A missing right is reported as wrong credentials.",
        knobs=_renamed({"permission": "authentication"}),
        collateral=("ERR-*",),
    ),
    Mistake(
        name="refusals-without-words",
        kills="ERR-008",
        diagnoses=("ERROR-WITHOUT-WORDS",),
        summary="The exchange's code, text and status are dropped.",
        knobs=reporting(_wordless),
    ),
    Mistake(
        name="status-not-looked-at",
        kills="ERR-009",
        diagnoses=("ERROR-AS-SUCCESS",),
        summary="A body that does not look like an error is a success, whatever the status.",
        knobs=lambda: Knobs(status=_status_ignored),
        collateral=("ERR-*", "REDIR-*", "RETRY-*", "RATE-*", "PARSE-*"),
    ),
    Mistake(
        name="rubbish-is-an-empty-answer",
        kills="ERR-010",
        diagnoses=("RUBBISH-AS-DATA",),
        summary="An answer that cannot be read is reported as an empty success.",
        knobs=taken_for_success(lambda failure: failure.origin is Origin.UNREADABLE),
        collateral=("ERR-*", "CONN-*", "PARSE-*", "REDIR-*", "RATE-*", "CONC-*", "RETRY-*", "TIME-*"),
    ),
    Mistake(
        name="rubbish-is-a-refusal",
        kills="ERR-010",
        diagnoses=("OPEN-OUTCOME-AS-REFUSAL",),
        summary="An answer that cannot be read is reported as a refusal of the request.",
        knobs=reporting(_rubbish_is_refused),
        collateral=("ERR-*", "CONN-*", "PARSE-*", "REDIR-*", "RATE-*", "RETRY-*"),
    ),
    Mistake(
        name="odd-errors-are-no-errors",
        kills="ERR-011",
        diagnoses=("ODD-ERROR-AS-SUCCESS",),
        summary="An error whose members are not texts is taken for a success.",
        knobs=taken_for_success(_odd),
        collateral=("ERR-*", "PARSE-*", "RATE-*"),
    ),
    Mistake(
        name="open-outcome-is-a-refusal",
        kills="ERR-012",
        diagnoses=("OPEN-OUTCOME-AS-REFUSAL",),
        summary="When nobody knows whether an order stands, the user is told that it was refused.",
        knobs=reporting(_open_is_refused),
        collateral=("ERR-*", "RETRY-*", "CONN-*"),
    ),
    Mistake(
        name="no-http-is-a-refusal",
        kills="ERR-012",
        diagnoses=("OPEN-OUTCOME-AS-REFUSAL",),
        summary="An order whose answer was no HTTP, or broke off, is reported as one that could not be asked for.",
        knobs=reporting(_no_http_is_refused),
        collateral=("ERR-*", "RETRY-*", "CONN-*", "PARSE-*", "REDIR-*"),
    ),
    Mistake(
        name="rate-refusal-is-empty",
        kills="RATE-001",
        diagnoses=("RATE-REFUSAL-AS-SUCCESS",),
        summary="A refusal for the rate is reported as an empty success.",
        knobs=taken_for_success(lambda failure: failure.kind == "rate_limit"),
        collateral=("ERR-*", "RATE-*"),
    ),
)
