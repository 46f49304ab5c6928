"""What Poloniex keeps of its own (loans, addresses that were asked for) outlives its process, as money does."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from mockserver import MockExchange
from mockserver.settings import Settings
from tests.mockserver.poloniex.poloniex_setup import KEY, SECRET, signature


def ask(exchange: MockExchange, nonce: int, command: str, **parameters: object) -> Any:
    body = urlencode({"command": command, **parameters, "nonce": nonce}).encode()
    headers = {"Key": KEY, "Sign": signature(body), "Content-Type": "application/x-www-form-urlencoded"}
    call = Request(f"{exchange.url}/tradingApi", data=body, headers=headers, method="POST")
    with urlopen(call, timeout=10) as answer:
        return json.loads(answer.read())


def test_a_loan_a_position_and_an_address_are_there_after_a_restart(tmp_path: Path) -> None:
    settings = Settings(dialect="poloniex", store=f"sqlite:{tmp_path / 'poloniex.db'}")
    readings = ("returnOpenLoanOffers", "returnActiveLoans", "returnDepositAddresses", "returnAvailableAccountBalances")
    with MockExchange(settings=settings) as exchange:
        exchange.create_key(key=KEY, secret=SECRET)
        money = {"currency": "BTC", "amount": "0.4", "fromAccount": "exchange"}
        ask(exchange, 1, "transferBalance", **money, toAccount="lending")
        ask(exchange, 2, "transferBalance", **money, toAccount="margin")
        offer = {"currency": "BTC", "amount": "0.1", "duration": 2}
        ask(exchange, 3, "createLoanOffer", **offer, lendingRate="0.0003", autoRenew=0)
        lent = ask(exchange, 4, "createLoanOffer", **offer, lendingRate="0.0001", autoRenew=1)["orderID"]
        ask(exchange, 5, "toggleAutoRenew", orderNumber=lent)
        ask(exchange, 6, "marginBuy", currencyPair="BTC_ETH", rate="0.07", amount="1.5")
        ask(exchange, 7, "generateNewAddress", currency="USDTTRON")
        before = [ask(exchange, 8 + at, reading) for at, reading in enumerate(readings)]
        position = ask(exchange, 20, "getMarginPosition", currencyPair="BTC_ETH")
    with MockExchange(settings=settings) as exchange:
        after = [ask(exchange, 30 + at, reading) for at, reading in enumerate(readings)]
        # What a loan has brought goes on growing.
        before[1]["provided"][0].pop("fees")
        after[1]["provided"][0].pop("fees")
        assert after == before
        assert ask(exchange, 40, "getMarginPosition", currencyPair="BTC_ETH") == position
        assert position["type"] == "long"
        assert ask(exchange, 41, "generateNewAddress", currency="USDTTRON")["success"] == 0
