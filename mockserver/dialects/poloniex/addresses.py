"""Where an account pays in: its addresses, and new ones. Facts 4.1, 2.5 and, for payment ids, 3.6."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.refusals import Refusal, Refused
from mockserver.dialects.poloniex import answers
from mockserver.dialects.poloniex import parameters as read
from mockserver.dialects.poloniex.markets import CHAINS, CURRENCIES

_DAY_MS = 86_400_000


@dataclass(slots=True)
class AddressBook:
    """What an account has asked for; one for each, as its annex.

    Attributes:
        asked_ms: When an address was last given out, by currency code.
        numbers: How many new ones there were since the first, by currency code.
    """

    asked_ms: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)


def return_deposit_addresses(desk: Desk, parameters: Parameters) -> Json:
    """`returnDepositAddresses`: an account of ours has an address for every currency from the start.

    Of a currency that all accounts share an address of it is the payment id. Addresses of other chains are there once
    they were asked for.
    """
    book = desk.annex(AddressBook)
    codes = (*desk.currencies(), *(code for code in CHAINS if code in book.asked_ms))
    found = ((code, _address(desk, book, code)) for code in codes)
    return answers.or_empty_list({code: address for code, address in found if isinstance(address, str)})


def generate_new_address(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`generateNewAddress`: one a day for each currency, and none before something came to the last one.

    The first one that is asked for is the one that the account has had all along.
    """
    code = read.given(parameters, "currency")
    if code is None:
        return read.missing()
    if code not in CHAINS and code not in desk.currencies():
        return Refused(refusal=Refusal.UNKNOWN_CURRENCY, facts={"parameter": "currency", "currency": code})
    book = desk.annex(AddressBook)
    asked_ms = book.asked_ms.get(code)
    if asked_ms is not None:
        if desk.now_ms < asked_ms + _DAY_MS:
            return Refused(refusal=Refusal.REJECTED, variant="address_per_day")
        last = _address(desk, book, code)
        if not any(deposit.address == last for deposit in desk.deposits()):
            return Refused(refusal=Refusal.REJECTED, facts={"address": last}, variant="address_previous")
        book.numbers[code] = book.numbers.get(code, 0) + 1
    book.asked_ms[code] = desk.now_ms
    desk.mark_changed()
    address = _address(desk, book, code)
    return address if isinstance(address, Refused) else {"success": 1, "response": address}


def _address(desk: Desk, book: AddressBook, code: str) -> str | Refused:
    """Return what an account pays in to, by the seed and by how many it has had."""
    chain, number = CHAINS.get(code), book.numbers.get(code, 0)
    currency, network = (code, None) if chain is None else (chain.parent, chain.network)
    if number:
        network = f"{network or ''} {number}"
    address = desk.deposit_address(currency, network)
    if isinstance(address, str) and CURRENCIES[currency].deposit_address is not None:
        return hashlib.sha256(address.encode()).hexdigest()
    return address
