"""Ways in which EXMO can be played, beside the usual one."""

import json

import pytest

from mockserver.core.dialect import Profile
from mockserver.dialects import dialect_named
from tests.mockserver.exmo.exmo_talk import NOW, Talk, body_of


def dealt(talk: Talk) -> int:
    """Buy something, and return the order."""
    return int(talk.ask("order_create", pair="BTC_USD", quantity="0.01", price="40000", type="buy")["order_id"])


def test_version_one_may_spell_deals_as_text() -> None:
    talk = Talk(dialect_named("exmo", deals="text"))
    order_id = dealt(talk)
    assert talk.ask("user_trades", version="v1", pair="BTC_USD")["BTC_USD"][0]["quantity"] == "0.01"
    assert talk.ask("order_trades", version="v1", order_id=order_id)["trades"][0]["quantity"] == "0.01"


def test_no_cancelled_order_may_be_an_object() -> None:
    talk = Talk(dialect_named("exmo", nothing_cancelled="object"))
    assert talk.ask("user_cancelled_orders") == {}
    assert talk.ask("user_cancelled_orders", version="v1") == {}
    talk.ask("order_cancel", order_id=talk.buy())
    assert len(talk.ask("user_cancelled_orders")) == 1


def test_live_accounts_were_seen_with_both() -> None:
    talk = Talk(dialect_named("exmo", Profile.OBSERVED))
    dealt(talk)
    assert talk.ask("user_cancelled_orders", version="v1") == {}
    assert talk.ask("user_trades", version="v1", pair="BTC_USD")["BTC_USD"][0]["amount"].startswith("30")


def test_an_account_without_an_address_is_answered_with_an_array() -> None:
    talk = Talk(dialect_named("exmo", addresses="none"))
    assert talk.ask("deposit_address") == talk.ask("deposit_address", version="v1") == []


def test_newer_operations_have_more_members() -> None:
    talk = Talk(dialect_named("exmo", operations="long"))
    talk.ask("withdraw_crypt", amount="0.1", currency="BTC", address="1ExampleAddr")
    (item,) = talk.ask("wallet_operations")["items"]
    assert list(item)[10:17] == [
        "order_id",
        "provider_type",
        "crypto_address",
        "card_number",
        "wallet_address",
        "email",
        "phone",
    ]
    assert (item["provider_type"], item["crypto_address"]) == ("crypto", "1ExampleAddr")
    assert item["extra"] == {"txid": "", "confirmations": None, "excode": "", "invoice": ""}


@pytest.mark.parametrize(
    ("order", "order_book", "user_info"),
    [
        ("mixed", ["error", "result"], ["result", "error"]),
        ("result", ["result", "error"], ["result", "error"]),
        ("error", ["error", "result"], ["error", "result"]),
    ],
)
def test_either_member_of_a_refusal_may_come_first(order: str, order_book: list[str], user_info: list[str]) -> None:
    talk = Talk(dialect_named("exmo", key_order=order))
    assert list(talk.look("order_book")) == order_book
    assert list(talk.ask("user_trades")) == user_info


def test_there_were_years_of_so_many_calls_a_minute() -> None:
    talk = Talk(dialect_named("exmo", rate="minute"), rate_limits=True)
    last = [talk.exchange.handle(talk.signed("user_info"), NOW + call * 330) for call in range(181)][-2:]
    assert ["uid" in json.loads(body_of(entry)) for entry in last] == [True, False]
