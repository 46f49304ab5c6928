"""Bodies that no page of ours has are written by the dialect itself."""

import json

import pytest

from harness.strategies import bodies, spoken
from mockserver import dialect_named
from tests.own_dialect.acme import dialect


def test_a_refusal_is_written_as_acme_writes_it() -> None:
    assert spoken.refusal(dialect()) == (400, '{"code":-2010,"msg":"TEXT"}')


def test_every_member_of_a_refusal_is_odd_once() -> None:
    odd = [json.loads(body) for _, body in spoken.odd_errors(dialect(), [1])]
    assert odd == [{"code": [1], "msg": "TEXT"}, {"code": -1022, "msg": [1]}]


def test_refusals_of_next_year_are_refusals_still() -> None:
    unheard = spoken.errors_unheard_of(dialect())
    assert {status for status, _ in unheard} == {400}
    shown = [json.loads(body) for _, body in unheard]
    assert {"code": -987654, "msg": "of next year"} in shown
    assert {"msg": "TEXT"} in shown
    assert list(shown[0]) == ["msg", "code"]


def test_successes_are_those_of_the_exchange_whose_business_it_does() -> None:
    assert spoken.no_orders(dialect()) == "[]"
    assert spoken.one_balance(dialect()) == bodies.ONE_BALANCE["reference"]
    assert spoken.note(dialect()) == bodies.NOTE["reference"]
    assert spoken.nowhere(dialect()) == "/v1/xyzzy"


@pytest.mark.parametrize("name", bodies.REFUSAL)
def test_of_ours_our_pages_know_better(name: str) -> None:
    ours = dialect_named(name)
    assert spoken.refusal(ours) == bodies.REFUSAL[name]
    assert spoken.odd_errors(ours, None) == bodies.odd_errors(name, None)
    assert spoken.errors_unheard_of(ours) == bodies.errors_unheard_of(name)
