"""EXCODE: a code takes money out of one account and brings it into another."""

import json
from typing import Any

import pytest

from tests.mockserver.exmo.exmo_talk import Talk, body_of


class Two:
    """Two customers of one exchange."""

    def __init__(self) -> None:
        self.giver = Talk()
        self.taker = Talk()
        self.taker.exchange = self.giver.exchange
        self.taker.key = self.giver.exchange.registry.create_key(permissions=["read", "withdraw"])

    def made(self, **changes: object) -> str:
        return str(self.giver.ask("excode_create", **{"currency": "USD", "amount": "25.50", **changes})["code"])


def refused(answer: Any) -> bool:
    return bool(answer == {"result": False, "error": "Error 50013: Parameter 'code' is not valid"})


def test_a_code_is_answered_with_balances_that_are_numbers() -> None:
    talk = Talk()
    entry = talk.serve(talk.signed("excode_create", "currency=USD&amount=25.50&login=7"))
    answer = json.loads(body_of(entry))
    assert list(answer) == [
        "result",
        "error",
        "task_id",
        "code",
        "amount",
        "currency",
        "login",
        "commission",
        "balances",
    ]
    assert answer["code"].startswith(f"EX-CODE_{answer['task_id']}_USD")
    assert (answer["amount"], answer["commission"], answer["login"]) == ("25.5", "0", "7")
    assert b'"USD":9974.5' in body_of(entry)
    assert entry.effects


def test_nobody_is_named_where_nobody_was() -> None:
    assert "login" not in Talk().ask("excode_create", currency="BTC", amount="0.1", version="v1")


def test_a_code_brings_its_money_to_whoever_loads_it_once() -> None:
    two = Two()
    code = two.made()
    assert two.taker.ask("code_check", code=code) == {"result": True, "error": "", "valid": True}
    loaded = two.taker.ask("excode_load", code=code)
    assert list(loaded) == ["result", "error", "task_id", "amount", "currency", "reviewing"]
    assert (loaded["amount"], loaded["currency"], loaded["reviewing"]) == ("25.5", "USD", False)
    assert two.giver.ask("user_info")["balances"]["USD"] == "9974.5"
    assert two.taker.ask("user_info")["balances"]["USD"] == "10025.5"
    for talk in (two.giver, two.taker):
        assert refused(talk.ask("excode_load", code=code))
    assert two.taker.ask("code_check", code=code)["valid"] is False


def test_version_one_does_not_speak_of_a_review() -> None:
    two = Two()
    assert "reviewing" not in two.taker.ask("excode_load", version="v1", code=two.made())


def test_a_code_for_somebody_is_for_them_and_for_its_maker() -> None:
    two = Two()
    code = two.made(login=two.giver.key.account + 100)
    assert two.taker.ask("code_check", code=code)["valid"] is False
    assert refused(two.taker.ask("excode_load", code=code))
    assert two.giver.ask("excode_load", code=code)["result"] is True
    code = two.made(login=two.taker.key.account)
    assert two.taker.ask("excode_load", code=code)["result"] is True


def test_both_sides_remember_it() -> None:
    two = Two()
    code = two.made()
    two.taker.ask("excode_load", code=code)
    (gone,) = two.giver.ask("wallet_history")["history"]
    assert (gone["type"], gone["provider"], gone["amount"], gone["account"], gone["txid"]) == (
        "withdrawal",
        "EXCODE",
        "-25.5",
        code,
        "",
    )
    (come,) = two.taker.ask("wallet_operations", provider="EXCODE")["items"]
    assert (come["type"], come["status"], come["amount"]) == ("deposit", "Paid", "25.5")
    assert come["extra"] == {"txid": "", "excode": code, "invoice": ""}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"amount": "1"}, "Error 50013: Parameter 'currency' is not specified"),
        ({"currency": "XXX", "amount": "1"}, "Error 50013: Parameter 'currency' is not valid"),
        ({"currency": "USD"}, "Error 50049: Parameter is not a number 'amount'"),
        ({"currency": "USD", "amount": "0"}, "Error 50013: Parameter 'amount' is not valid"),
        ({"currency": "USD", "amount": "0.000000001"}, "Error 50013: Parameter 'amount' is not valid"),
        ({"currency": "USD", "amount": "10000.01"}, "Error 50052: Insufficient funds"),
    ],
)
def test_a_code_for_nothing_is_refused(given: dict[str, str], said: str) -> None:
    talk = Talk()
    assert talk.ask("excode_create", **given) == {"result": False, "error": said}
    assert talk.ask("user_info")["balances"]["USD"] == "10000"


def test_no_code_is_asked_for_by_name() -> None:
    for method in ("excode_load", "code_check"):
        assert Talk().ask(method)["error"] == "Error 50013: Parameter 'code' is not specified"
