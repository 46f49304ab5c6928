"""What EXMO keeps of its own (vouchers, notes of orders on margin) outlives its process, as orders and money do."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from mockserver import KeyHandle, MockExchange
from mockserver.settings import Settings
from signer import Request as Travelled
from signer import sign
from signer.dialects.exmo import SCHEME


def ask(exchange: MockExchange, key: KeyHandle, nonce: int, method: str, **parameters: object) -> Any:
    target = f"/v1.1/{method}".encode()
    request = Travelled(method="POST", target=target, body=urlencode(parameters).encode())
    signed = sign(SCHEME, request, key.credentials, nonce=str(nonce)).request
    headers = {name.decode(): value.decode() for name, value in signed.headers}
    call = Request(f"{exchange.url}/v1.1/{method}", data=signed.body, headers=headers, method="POST")
    with urlopen(call, timeout=10) as answer:
        return json.loads(answer.read())


def test_a_voucher_a_stop_order_and_a_comment_are_there_after_a_restart(tmp_path: Path) -> None:
    settings = Settings(dialect="exmo", store=f"sqlite:{tmp_path / 'exmo.db'}")
    with MockExchange(settings=settings) as exchange:
        key = exchange.create_key(permissions=["read", "trade", "withdraw"])
        exchange.transfer(key, "USD", "3000")
        code = ask(exchange, key, 1, "excode_create", currency="USD", amount="25")["code"]
        stop = {"pair": "BTC_USD", "quantity": "0.1", "trigger_price": "28000", "type": "sell"}
        number = ask(exchange, key, 2, "stop_market_order_create", **stop)["parent_order_id_str"]
        order = {"pair": "BTC_USD", "quantity": "0.1", "price": "20000", "type": "limit_buy", "leverage": 2}
        ask(exchange, key, 3, "margin/user/order/create", **order, comment="as it was")
        before = [ask(exchange, key, 4, "user_info"), ask(exchange, key, 5, "margin/user/wallet/list")]
    with MockExchange(settings=settings) as exchange:
        after = [ask(exchange, key, 6, "user_info"), ask(exchange, key, 7, "margin/user/wallet/list")]
        assert after[0]["balances"] == before[0]["balances"]
        assert after[0]["reserved"] == before[0]["reserved"]
        assert after[1] == before[1]
        assert ask(exchange, key, 8, "user_open_orders")["BTC_USD"][0]["parent_order_id"] == number
        (on_margin,) = ask(exchange, key, 9, "margin/user/order/list")["orders"]
        assert on_margin["comment"] == "as it was"
        assert ask(exchange, key, 10, "excode_load", code=code)["amount"] == "25"
    with MockExchange(settings=settings) as exchange:
        assert ask(exchange, key, 11, "code_check", code=code)["valid"] is False
        assert ask(exchange, key, 11, "user_info")["error"].startswith("40009: ")
