"""Whose calls are counted together: by key, by address, by account, by two of them, and of some endpoints apart."""

from dataclasses import replace

import pytest

from mockserver import RateRule, Refusal, Settings, dialect_named
from mockserver.core.exchange import Exchange
from signer import Request, sign

NOW = 1_700_000_000_000
HERE, THERE = "192.0.2.1", "2001:db8::1"


class Talk:
    """An exchange that allows one call a second, by a rule; its nonces rise by themselves."""

    def __init__(self, per: str, *, own: RateRule | None = None) -> None:
        plain = dialect_named("reference")
        balances = next(known for known in plain.endpoints if known.name == "GET /v1/balances")
        apart = replace(balances, rate=own)

        def route(request):
            found = plain.route(request)
            return replace(found, endpoint=apart) if found.endpoint is balances else found

        dialect = replace(plain, route=route, rate=RateRule(calls=1, per=per))
        self.exchange = Exchange(dialect, Settings(rate_limits=True))
        self.nonce = 0

    def key(self, account_of=None):
        return self.exchange.registry.create_key(account_of=account_of and account_of.credentials.key)

    def ask(self, key, peer=HERE, target=b"/v1/balances"):
        """Return whether a call was let through."""
        self.nonce += 1
        request = Request(method="GET", target=target)
        signed = sign(
            self.exchange.dialect.scheme, request, key.credentials, nonce=self.nonce, timestamp_ms=NOW
        ).request
        refused = self.exchange.handle(signed, NOW, peer=peer).refused
        assert refused is None or refused.refusal is Refusal.RATE_LIMITED
        return refused is None


@pytest.mark.parametrize(
    ("per", "same_key_elsewhere", "other_key_of_the_account", "other_account_from_here"),
    [
        ("key", False, True, True),
        ("address", True, False, False),
        ("account", False, False, True),
        ("address_and_account", False, False, False),
    ],
)
def test_calls_count_together_by_what_the_rule_names(
    per, same_key_elsewhere, other_key_of_the_account, other_account_from_here
):
    seen = []
    for second, peer in ((lambda talk, key: key, THERE), (lambda talk, key: talk.key(key), HERE), (None, HERE)):
        talk = Talk(per)
        first = talk.key()
        other = talk.key() if second is None else second(talk, first)
        assert talk.ask(first)
        seen.append(talk.ask(other, peer))
    assert seen == [same_key_elsewhere, other_key_of_the_account, other_account_from_here]


def test_another_account_from_another_address_has_a_limit_of_its_own():
    talk = Talk("address_and_account")
    assert talk.ask(talk.key())
    assert talk.ask(talk.key(), THERE)


def test_an_endpoint_with_a_limit_of_its_own_is_counted_apart_and_by_that_one():
    talk = Talk("key", own=RateRule(calls=2, per="key"))
    key = talk.key()
    assert [talk.ask(key) for _ in range(3)] == [True, True, False]
    assert talk.ask(key, target=b"/v1/orders")
    assert not talk.ask(key, target=b"/v1/orders")


def test_accounts_of_different_venues_are_different_ones():
    talk = Talk("account")
    keys = [talk.exchange.registry.create_key(private_venue=True) for _ in range(2)]
    assert keys[0].account == keys[1].account
    assert [talk.ask(key) for key in keys] == [True, True]
