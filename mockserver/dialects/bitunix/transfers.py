"""Money between accounts of this exchange, and between an account's spot and futures wallets (facts 5.1)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.refusals import Refusal, Refused
from mockserver.core.wallets import Wallet
from mockserver.dialects.bitunix import parameters as read

TO_TYPES: Final = ("uid", "phone", "email")
WAYS: Final = {"spot_futures": (Wallet.SPOT, Wallet.FUTURES), "futures_spot": (Wallet.FUTURES, Wallet.SPOT)}
LONGEST_OUT_BIZ_ID: Final = 32
LONGEST_REMARK: Final = 256

_IDS_FROM: Final = 7_000_001
_GRAIN: Final = Decimal("0.00000001")
_MOST: Final = Decimal(1_000_000_000)


@dataclass(slots=True, kw_only=True)
class InsideTransfer:
    """Money on its way to another customer.

    Attributes:
        number: Its id.
        payer: The account that it comes from.
        payee: The account that it went to; None for somebody who is known by phone or mail alone, and waits for it.
        coin: Of what.
        amount: How much.
        to: Who is meant, in the caller's words: `toType`, `toUid` and so on.
        out_biz_id: What the caller calls it.
        remark: The caller's note.
        at_ms: When it was asked for.
        status: `success`, `pending`, `cancelled`.
        escrow_id: Where it lies while it waits.
    """

    number: int
    payer: int
    payee: int | None
    coin: str
    amount: Decimal
    to: dict[str, Json]
    out_biz_id: str | None
    remark: str | None
    at_ms: int
    status: str
    escrow_id: int | None = None


class InsideTransfers:
    """All transfers inside of a venue, by id; a venue's annex."""

    __slots__ = ("by_id", "next_id")

    def __init__(self) -> None:
        self.by_id: dict[int, InsideTransfer] = {}
        self.next_id = _IDS_FROM

    def sent(self, account_id: int) -> list[InsideTransfer]:
        """Return what an account sent, oldest first."""
        return [transfer for transfer in self.by_id.values() if transfer.payer == account_id]

    def received(self, account_id: int) -> list[InsideTransfer]:
        """Return what came to an account, oldest first."""
        return [transfer for transfer in self.by_id.values() if transfer.payee == account_id]


def inside_transfer(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Send money to another customer; the answer is the transfer's id as text.

    The same `outBizId` again sends nothing and is answered with the first id. A `uid` is an account's number here; who
    is known by phone or mail alone never comes for the money, so such a transfer stays pending and can be cancelled.
    """
    kept = desk.venue_annex(InsideTransfers)
    out_biz_id = read.text(parameters, "outBizId")
    if len(out_biz_id) > LONGEST_OUT_BIZ_ID:
        return read.invalid("outBizId")
    coin, amount = read.coin(desk, parameters), sum_of_money(parameters)
    if isinstance(coin, Refused):
        return coin
    if isinstance(amount, Refused):
        return amount
    to = _recipient(parameters)
    if isinstance(to, Refused):
        return to
    remark = read.text(parameters, "remark")
    if len(remark) > LONGEST_REMARK:
        return read.invalid("remark")
    if out_biz_id:
        again = next((sent for sent in kept.sent(desk.account_id) if sent.out_biz_id == out_biz_id), None)
        if again is not None:
            return str(again.number)
    payee = to["toUid"] if isinstance(to["toUid"], int) else None
    if payee == desk.account_id:
        return read.invalid("toUid")
    escrow_id: int | None = None
    if payee is not None:
        refused = desk.pay(coin, amount, payee)
        if refused is not None:
            return unpaid(refused)
    else:
        lying = desk.escrow(coin, amount)
        if isinstance(lying, Refused):
            return unpaid(lying)
        escrow_id = lying
    transfer = InsideTransfer(
        number=kept.next_id,
        payer=desk.account_id,
        payee=payee,
        coin=coin,
        amount=amount,
        to=to,
        out_biz_id=out_biz_id or None,
        remark=remark or None,
        at_ms=desk.now_ms,
        status="pending" if payee is None else "success",
        escrow_id=escrow_id,
    )
    kept.by_id[transfer.number] = transfer
    kept.next_id += 1
    desk.mark_changed()
    return str(transfer.number)


def cancel_inside_transfer(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Take back a transfer that waits; the answer has no `data`."""
    asked = read.required(parameters, "insideTransferId")
    if isinstance(asked, Refused):
        return asked
    transfer = desk.venue_annex(InsideTransfers).by_id.get(read.whole(asked) or 0)
    if transfer is None or transfer.payer != desk.account_id or transfer.escrow_id is None:
        return Refused(refusal=Refusal.ORDER_NOT_FOUND, detail="no transfer that waits", facts={"order_id": asked[:40]})
    desk.redeem(transfer.escrow_id)
    transfer.status, transfer.escrow_id = "cancelled", None
    desk.mark_changed()
    return None


def funds_transfer(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Move money between the account's spot and futures wallets; the answer is an id as text."""
    way = read.choice(parameters, "type", tuple(WAYS))
    if isinstance(way, Refused):
        return way
    coin, amount = read.coin(desk, parameters), sum_of_money(parameters)
    if isinstance(coin, Refused):
        return coin
    if isinstance(amount, Refused):
        return amount
    refused = desk.transfer(coin, amount, *WAYS[way])
    if refused is not None:
        return unpaid(refused)
    kept = desk.venue_annex(InsideTransfers)
    number, kept.next_id = kept.next_id, kept.next_id + 1
    desk.mark_changed()
    return str(number)


def sum_of_money(parameters: Parameters, name: str = "amount") -> Decimal | Refused:
    """Return an amount above zero of at most eight decimals."""
    amount = read.decimal(parameters, name)
    if isinstance(amount, Refused):
        return amount
    return amount if _GRAIN <= amount <= _MOST and not amount % _GRAIN else read.invalid(name)


def unpaid(refused: Refused) -> Refused:
    """Say of the wallet what the desk refused: lack of money there is no refused order, a nobody has a code."""
    return replace(refused, variant="withdraw") if refused.refusal is Refusal.INSUFFICIENT_FUNDS else refused


def _recipient(parameters: Parameters) -> dict[str, Json] | Refused:
    """Return who is meant, with null for what does not say so."""
    kind = read.choice(parameters, "toType", TO_TYPES)
    if isinstance(kind, Refused):
        return kind
    to: dict[str, Json] = dict.fromkeys(("toUid", "toPhoneCountryCode", "toPhoneNumber", "toEmail"))
    wanted = {"uid": ("toUid",), "phone": ("toPhoneCountryCode", "toPhoneNumber"), "email": ("toEmail",)}[kind]
    for name in wanted:
        value = read.required(parameters, name)
        if isinstance(value, Refused):
            return value
        to[name] = value[:LONGEST_REMARK]
    if kind == "uid":
        number = read.whole(str(to["toUid"]))
        if number is None:
            return read.invalid("toUid")
        to["toUid"] = number
    return {"toType": kind, **to}
