"""Bodies of answers that exchanges have given, or might give, besides those of their tables.

Source: our pages of facts on each exchange, the sections on errors; what stands in front of an exchange (proxies,
protection against floods) is the same everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

#: By dialect, then by operation ("" for any): bodies that were seen, with status 200, and say no. In `reference` the
#: status alone says no.
REFUSED_WITH_200: Mapping[str, Mapping[str, Sequence[str]]] = {
    "poloniex": {
        "": (
            '{"error":"Invalid command."}',
            '{"error":"Connection timed out. Please try again."}',
            '{"error":"Invalid API key\\/secret pair."}',
        ),
        "place_order": (
            '{"error":"Not enough BTC.","fee":"0.00125000","currencyPair":"BTC_ETH"}',
            '{"success":0,"error":"Total must be at least 1."}',
        ),
        "cancel_order": (
            '{"error":"Invalid order number, or you are not the person who placed the order.","success":0}',
        ),
    },
    "exmo": {
        "": (
            '{"result":false,"error":"Error 40005: Authorization error, Incorrect signature"}',
            '{"error":"Error 50013: Parameter \'pair\' is not specified","result":false}',
            '{"result":false,"error":"40009: The nonce parameter is less or equal than what was used before \\"7\\""}',
        ),
        "place_order": ('{"result":false,"error":"Error 50052: Insufficient funds"}',),
        "cancel_order": ('{"result":false,"error":"Error 50173: Order was not found \'#1\'"}',),
    },
    "bitunix": {
        "": (
            '{"code":"100005","msg":"result.api.parameter.sign.illegal","data":null,"success":false}',
            '{"code":"2","msg":"Parameter error","success":false}',
        ),
        "place_order": (
            '{"code":"0","msg":"result.success","data":{"orderId":null,"placeStatus":0,"placeCode":10034,'
            '"placeMsg":"low"},"success":true}',
        ),
    },
}

#: A listing without an order, by dialect.
NO_ORDERS: Mapping[str, str] = {
    "reference": "[]",
    "poloniex": "[]",
    "exmo": "{}",
    "bitunix": '{"code":"0","msg":"result.success","data":[],"success":true}',
}

#: Balances of one currency, by dialect; TOKEN stands for the amount.
ONE_BALANCE: Mapping[str, str] = {
    "reference": '{"BTC":{"available":TOKEN,"held":"0.00000000"}}',
    "poloniex": '{"BTC":TOKEN}',
    "exmo": '{"uid":1,"server_date":1600000000,"balances":{"BTC":TOKEN},"reserved":{}}',
    "bitunix": '{"code":"0","msg":"result.success","data":[{"coin":"BTC","balance":TOKEN,"balanceLocked":"0"}],'
    '"success":true}',
}

#: A success that holds a text, by dialect; TEXT stands for it.
NOTE: Mapping[str, str] = {
    "reference": '{"note":"TEXT"}',
    "poloniex": '{"note":"TEXT"}',
    "exmo": '{"note":"TEXT"}',
    "bitunix": '{"code":"0","msg":"result.success","data":{"note":"TEXT"},"success":true}',
}

#: A refusal in words, by dialect: status, and body in which TEXT stands for them.
REFUSAL: Mapping[str, tuple[int, str]] = {
    "reference": (400, '{"type":"about:blank","title":"Bad Request","status":400,"detail":"TEXT","code":"rejected"}'),
    "poloniex": (422, '{"error":"TEXT"}'),
    "exmo": (200, '{"result":false,"error":"Error 50277: TEXT"}'),
    "bitunix": (400, '{"code":"2","msg":"TEXT","data":null,"success":false}'),
}

#: What is no JSON: a name, the bytes as latin-1 text, the content type that they claim.
RUBBISH: Sequence[tuple[str, str, str]] = (
    ("a page", "<!DOCTYPE html><html><body><h1>Attention required</h1></body></html>", "text/html; charset=UTF-8"),
    ("nothing", "", "application/json"),
    ("half a document", '{"result":true,"error":"","data":{"orderId":"7', "application/json"),
    ("a page in latin-1", "<html><body>Cet acc\xe8s est refus\xe9</body></html>", "text/html; charset=ISO-8859-1"),
)

#: Members that an error may hold where its words should be.
ODD: Sequence[object] = (None, 0, 40005, 1.5, True, False, "", [], ["no"], {}, {"code": 7, "msg": "no"}, [[None]])


def odd_errors(dialect: str, value: object) -> Sequence[tuple[int, str]]:
    """Return refusals of a dialect in which a value stands where words should: status and body.

    Each of them is a refusal beyond doubt: by its status, or by the member that says so.
    """
    match dialect:
        case "poloniex":
            found = [(422, {"error": value}), (200, {"success": 0, "error": value})]
        case "exmo":
            found = [(200, {"result": False, "error": value}), (200, {"error": value, "result": False})]
        case "bitunix":
            found = [
                (400, {"code": value, "msg": "Parameter error", "data": None, "success": False}),
                (200, {"code": "2", "msg": value, "data": None, "success": False}),
            ]
        case _:
            found = [
                (400, {"title": "Bad Request", "status": 400, "code": value, "detail": "No."}),
                (403, {"detail": value, "code": "bad_signature", "status": value}),
            ]
    return [(status, json.dumps(body)) for status, body in found]


def errors_unheard_of(dialect: str) -> Sequence[tuple[int, str]]:
    """Return refusals of a dialect with members missing, in another order, or with a code that nobody knows."""
    match dialect:
        case "poloniex":
            return [(422, "{}"), (200, '{"success":0}'), (422, "[]"), (200, '{"error":"A text of next year."}')]
        case "exmo":
            return [
                (200, '{"result":false}'),
                (200, '{"result":false,"error":"Error 99999: A text of next year"}'),
                (200, '{"result":false,"error":"Error 40013"}'),
                (200, '{"error":{"msg":"no","code":140434}}'),
            ]
        case "bitunix":
            return [
                (200, '{"success":false}'),
                (200, '{"success":false,"data":null,"msg":"next year","code":"999999"}'),
                (200, '{"code":100005,"data":null,"msg":"Signature Error"}'),
                (400, "{}"),
            ]
        case _:
            return [
                (400, "{}"),
                (403, "[]"),
                (403, '{"code":"of_next_year","detail":"A text of next year.","status":403}'),
                (404, '{"detail":"No.","title":"Not Found","type":"about:blank"}'),
                (400, "null"),
            ]
