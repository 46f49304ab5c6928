"""What Bitunix keeps of its own (choices, protections, gifts) outlives its process, as orders and money do."""

import json
from itertools import count
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from mockserver import KeyHandle, MockExchange
from mockserver.settings import Settings
from signer import Request as Travelled
from signer import sign
from signer.dialects.bitunix import SCHEME
from tests.mockserver.bitunix.bitunix_talk import FUTURES, PREFIX

_numbers = count()


def ask(exchange: MockExchange, key: KeyHandle, path: str, body: object = None) -> Any:
    sent = b"" if body is None else json.dumps(body).encode()
    request = Travelled(method="GET" if body is None else "POST", target=path.encode(), body=sent)
    signed = sign(
        SCHEME, request, key.credentials, nonce=f"{next(_numbers):032d}", timestamp_ms=exchange.clock.now_ms()
    ).request
    headers = {name.decode(): value.decode() for name, value in signed.headers}
    call = Request(exchange.url + path, data=sent or None, headers=headers, method=request.method)
    with urlopen(call, timeout=10) as answer:
        envelope = json.loads(answer.read())
    assert str(envelope["code"]) == "0"
    return envelope["data"]


def test_choices_protections_and_gifts_are_there_after_a_restart(tmp_path: Path) -> None:
    settings = Settings(dialect="bitunix", store=f"sqlite:{tmp_path / 'bitunix.db'}")
    looks = (
        f"{PREFIX}/user/account",
        f"{FUTURES}/account?marginCoin=USDT",
        f"{FUTURES}/account/get_leverage_margin_mode?symbol=BTCUSDT&marginCoin=USDT",
        f"{FUTURES}/position/get_pending_positions",
        f"{FUTURES}/tpsl/get_pending_orders",
        f"{FUTURES}/trade/get_pending_orders",
        f"{FUTURES}/trade/get_history_orders",
    )
    gift = {"coin": "BTC", "amount": 0.1, "toType": "email", "toEmail": "a@example.org", "outBizId": "once"}
    with MockExchange(settings=settings) as exchange:
        key = exchange.create_key(permissions=["read", "trade", "withdraw"])
        ask(exchange, key, f"{PREFIX}/funds_transfer", {"type": "spot_futures", "coin": "USDT", "amount": 5000})
        number = ask(exchange, key, f"{PREFIX}/inside_transfer", gift)
        choice = {"symbol": "BTCUSDT", "marginCoin": "USDT", "leverage": 7}
        ask(exchange, key, f"{FUTURES}/account/change_leverage", choice)
        order = {"symbol": "BTCUSDT", "side": "BUY", "orderType": "MARKET", "qty": "0.01", "slPrice": "60000"}
        ask(exchange, key, f"{FUTURES}/trade/place_order", order)
        limit = {**order, "orderType": "LIMIT", "price": "61000", "slPrice": "50000", "clientId": "waits"}
        ask(exchange, key, f"{FUTURES}/trade/place_order", limit)
        before = [ask(exchange, key, path) for path in looks]
    with MockExchange(settings=settings) as exchange:
        assert [ask(exchange, key, path) for path in looks] == before
        assert before[4][0]["slPrice"] == "60000"
        assert before[5]["orderList"][0]["slPrice"] == "50000"
        assert ask(exchange, key, f"{PREFIX}/inside_transfer", gift) == number
        assert ask(exchange, key, f"{PREFIX}/inside_transfer/cancel", {"insideTransferId": number}) is None
