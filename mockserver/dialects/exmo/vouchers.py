"""EXCODE vouchers: money that leaves an account as a code, and comes into whichever account loads the code."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.refusals import Refusal, Refused
from mockserver.dialects.exmo import limits
from mockserver.dialects.exmo import parameters as read
from mockserver.dialects.exmo.answers import plain
from mockserver.dialects.exmo.markets import QUANTITY_PLACES

#: Tasks of vouchers are numbered apart from withdrawals.
_TASKS_FROM = 700_001


@dataclass(slots=True, kw_only=True)
class Voucher:
    """One voucher.

    Attributes:
        code: `EX-CODE_…`; who knows it can load it.
        task_id: Of its making.
        escrow_id: Where its money lies until it is loaded.
        currency: Of what.
        amount: How much.
        maker: The account that made it.
        login: Who alone may load it besides its maker; "" for anybody.
        made_ms: The server's clock when it was made.
        loader: The account that loaded it; None while nobody has.
        load_id: The task of the loading.
        loaded_ms: And when that was.
    """

    code: str
    task_id: int
    escrow_id: int
    currency: str
    amount: Decimal
    maker: int
    login: str
    made_ms: int
    loader: int | None = None
    load_id: int = 0
    loaded_ms: int = 0


class VoucherBook:
    """The vouchers of a venue, by code, in the order they were made."""

    def __init__(self) -> None:
        self.vouchers: dict[str, Voucher] = {}
        self.tasks = 0

    def next_task(self) -> int:
        """Return the number of a new task."""
        self.tasks += 1
        return _TASKS_FROM + self.tasks - 1

    def of(self, account_id: int) -> list[Voucher]:
        """Return those that an account made or loaded."""
        return [voucher for voucher in self.vouchers.values() if account_id in (voucher.maker, voucher.loader)]


def excode_create(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Turn money into a code; the balances in the answer are numbers, as nowhere else (facts 4.13).

    What a `login` is, no source says: here it is an account's number, which `user_info` calls `uid`.
    """
    currency = read.required(parameters, "currency")
    if isinstance(currency, Refused):
        return currency
    amount = read.number(parameters, "amount")
    if isinstance(amount, Refused):
        return amount
    if currency not in desk.currencies():
        return limits.no_currency(currency)
    if amount <= 0 or read.places(parameters, "amount") > QUANTITY_PLACES:
        return limits.bad_choice("amount", plain(amount))
    escrow_id = desk.escrow(currency, amount)
    if isinstance(escrow_id, Refused):
        return escrow_id
    book = desk.venue_annex(VoucherBook)
    task_id, login = book.next_task(), read.text(parameters, "login")[:80]
    digest = hashlib.sha256(f"{task_id}\n{desk.account_id}\n{desk.now_ms}".encode()).hexdigest()
    code = f"EX-CODE_{task_id}_{currency}{digest[:40]}"
    book.vouchers[code] = Voucher(
        code=code,
        task_id=task_id,
        escrow_id=escrow_id,
        currency=currency,
        amount=amount,
        maker=desk.account_id,
        login=login,
        made_ms=desk.now_ms,
    )
    desk.mark_changed()
    return {
        "result": True,
        "error": "",
        "task_id": str(task_id),
        "code": code,
        "amount": plain(amount),
        "currency": currency,
        **({"login": login} if login else {}),
        "commission": "0",
        "balances": {name: balance.available for name, balance in desk.balances().items()},
    }


def excode_load(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Take what a code holds, at once and never under review; a code can be loaded a single time (facts 4.14)."""
    answer = excode_load_v1(desk, parameters)
    return answer if isinstance(answer, Refused) else {**answer, "reviewing": False}


def excode_load_v1(desk: Desk, parameters: Parameters) -> dict[str, Json] | Refused:
    """Load a code as version 1 does, which does not speak of a review (facts 4.14)."""
    code = read.required(parameters, "code")
    if isinstance(code, Refused):
        return code
    book = desk.venue_annex(VoucherBook)
    voucher = _loadable(desk, book, code)
    if voucher is None:
        return Refused(
            refusal=Refusal.ORDER_NOT_FOUND,
            detail="no such code, or one that is not for this account, or was loaded before",
            facts={"parameter": "code"},
            variant="code",
        )
    desk.redeem(voucher.escrow_id)
    voucher.loader, voucher.load_id, voucher.loaded_ms = desk.account_id, book.next_task(), desk.now_ms
    desk.mark_changed()
    return {
        "result": True,
        "error": "",
        "task_id": str(voucher.load_id),
        "amount": plain(voucher.amount),
        "currency": voucher.currency,
    }


def code_check(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Tell whether a code can be loaded by this account; the member `valid` is a guess (facts 4.15)."""
    code = read.required(parameters, "code")
    if isinstance(code, Refused):
        return code
    return {"result": True, "error": "", "valid": _loadable(desk, desk.venue_annex(VoucherBook), code) is not None}


def _loadable(desk: Desk, book: VoucherBook, code: str) -> Voucher | None:
    voucher = book.vouchers.get(code)
    if voucher is None or voucher.loader is not None:
        return None
    mine = desk.account_id == voucher.maker or voucher.login in ("", str(desk.account_id))
    return voucher if mine else None
