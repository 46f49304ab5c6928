"""Small slips, each beside a bigger mistake that another file makes: the same requirement, another diagnosis."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import cast

from harness.mutants.clock import Clock
from harness.mutants.failures import Failure, Origin
from harness.mutants.knobs import Knobs
from harness.mutants.messages import Account, Json, Wanted
from harness.mutants.mistakes.mistake import EVERYTHING, STAMPED, Mistake
from signer import Credentials, Fields, Request, scheme_named

#: The first of January 2020, from which a clock of somebody's own counts its milliseconds.
_2020_MS = 1_577_836_800_000

#: What prices and amounts of an order are called.
_AMOUNTS = frozenset({"price", "rate", "amount", "quantity", "volume"})

_REPORTING = ("ERR-*", "RETRY-*", "CONN-*", "RATE-*", "PARSE-*", "REDIR-*", "TIME-*", "NONCE-*", "SIZE-*", "TLS-*")


def _key_header(account: Account) -> bytes:
    return scheme_named(account.dialect).places["key"].removeprefix("header ").lower().encode()


def _without_key(request: Request, account: Account) -> Request:
    name = _key_header(account)
    return replace(request, headers=tuple(pair for pair in request.headers if pair[0].lower() != name))


def _key_in_the_other_case(request: Request, account: Account) -> Request:
    name = _key_header(account)
    headers = tuple((field, value.swapcase() if field.lower() == name else value) for field, value in request.headers)
    return replace(request, headers=headers)


def _all_of_the_last(own: Credentials, everybodys: Sequence[Credentials]) -> Credentials:
    return everybodys[-1] if everybodys else own


def _signed_with_nothing(request: Request, account: Account) -> Request:
    return scheme_named(account.dialect).place(request, Fields(signature="0" * 64))


def _since_2020(clock: Clock) -> Callable[[], int | str]:
    return lambda: clock.exchange_ms() - _2020_MS


def _with_a_sign(wanted: Wanted) -> Wanted:
    pairs = tuple((name, f"+{value}" if name in _AMOUNTS else value) for name, value in wanted.pairs)
    return replace(wanted, pairs=pairs)


def _balances_as_floats(operation: str, value: Json) -> Json:
    if operation != "balances" or not isinstance(value, Mapping):
        return value
    return cast("Json", {currency: float(str(amount)) for currency, amount in value.items()})


def _balances_in_parts(operation: str, value: Json) -> Json:
    if operation != "balances" or not isinstance(value, Mapping):
        return value
    return {currency: {"available": amount} for currency, amount in value.items()}


def _lost_is_done(failure: Failure, wanted: Wanted, account: Account) -> Failure | None:
    return None if failure.origin is Origin.TRANSPORT and wanted.changes_state else failure


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        name="key-left-out",
        kills="CRED-001",
        diagnoses=("KEY-MISSING",),
        summary="A signed request is sent without the header that names the key.",
        knobs=lambda: Knobs(outgoing=_without_key),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="key-in-the-other-case",
        kills="CRED-001",
        diagnoses=("KEY-CHANGED",),
        summary="The letters of the key change their case on the way.",
        knobs=lambda: Knobs(outgoing=_key_in_the_other_case),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="credentials-of-the-last-session",
        kills="CRED-003",
        diagnoses=("OTHER-KEY",),
        summary="Key and secret are kept in one place for all sessions, so the pair that was given last counts.",
        knobs=lambda: Knobs(credentials=_all_of_the_last),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="public-calls-signed-with-nothing",
        kills="PUB-002",
        diagnoses=("SIGNED-PUBLIC-CALL",),
        summary="Public calls carry the header of the signature.",
        knobs=lambda: Knobs(public=_signed_with_nothing),
    ),
    Mistake(
        name="timestamp-since-2020",
        kills="TIME-001",
        diagnoses=("TIMESTAMP-OFF",),
        summary="The timestamp counts milliseconds from 2020.",
        knobs=lambda: Knobs(moment=_since_2020),
        dialects=STAMPED,
        collateral=EVERYTHING,
    ),
    Mistake(
        name="amounts-with-a-sign",
        kills="NUM-001",
        diagnoses=("AMOUNT-MISSPELLED",),
        summary="Prices and amounts are sent with a plus before them.",
        knobs=lambda: Knobs(wanted=_with_a_sign),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="balances-as-floats",
        kills="NUM-004",
        diagnoses=("AMOUNT-AS-FLOAT", "AMOUNT-ROUNDED-BY-FLOAT"),
        summary="Balances are given to the user as floats.",
        knobs=lambda: Knobs(result=_balances_as_floats),
        collateral=("NUM-*", "PARSE-*", "OPS-*"),
    ),
    Mistake(
        name="balances-in-parts",
        kills="NUM-004",
        diagnoses=("AMOUNT-NOT-TEXT",),
        summary="A balance is given to the user as an object with its parts.",
        knobs=lambda: Knobs(result=_balances_in_parts),
        collateral=("NUM-*", "PARSE-*", "OPS-*"),
    ),
    Mistake(
        name="lost-answers-are-successes",
        kills="ERR-012",
        diagnoses=("OPEN-OUTCOME-AS-SUCCESS",),
        summary="A change whose answer was lost is reported as done.",
        knobs=lambda: Knobs(outcome=_lost_is_done),
        collateral=_REPORTING,
    ),
)
