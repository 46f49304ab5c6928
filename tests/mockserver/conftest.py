"""What holds for every test of the exchange: whatever it answers is of the shape that its endpoint describes."""

import json
from decimal import Decimal

import pytest

from mockserver.core.exchange import Exchange
from mockserver.core.shapes import mismatches

_perform = Exchange.perform
_wrong: list[str] = []


def _performed(self, visit):
    answer = _perform(self, visit)
    found = visit.found
    shape = None if found is None or visit.entry.refused is not None else found.endpoint.answer
    if shape is not None:
        value = json.loads(answer.body, parse_float=Decimal)
        _wrong.extend(f"{found.endpoint.name}: {said}" for said in mismatches(shape, value))
    return answer


@pytest.fixture(autouse=True)
def answers_have_their_shape(monkeypatch):
    _wrong.clear()
    monkeypatch.setattr(Exchange, "perform", _performed)
    yield
    assert _wrong[:5] == []
