"""Every row of the four tables is said by somebody: for its cause where that can exist here, else by a switch."""

import importlib
import json
import re

import pytest

from harness.documents.causes import SWITCHED
from mockserver import DIALECT_NAMES, MockExchange, dialect_named
from signer import sign
from tests.mockserver.raw_client import ask, travelling
from tests.mockserver.refusals import bitunix_ways
from tests.mockserver.refusals.gate_ways import READ
from tests.mockserver.refusals.play import Play, refused_alike

WAYS = {name: importlib.import_module(f"tests.mockserver.refusals.{name}_ways").WAYS for name in DIALECT_NAMES}

ELSEWHERE = {"bitunix": bitunix_ways.ELSEWHERE}


@pytest.fixture(scope="module")
def stages():
    """One exchange for each dialect and choice of habits, opened when it is first needed."""
    opened = {}

    def stage(name, habits):
        where = (name, *sorted(habits.items()))
        if where not in opened:
            opened[where] = Play(name, **habits).__enter__()
        return opened[where]

    yield stage
    for play in opened.values():
        play.__exit__()


def texts_in(value: object) -> list[str]:
    if isinstance(value, dict | list):
        return [text for inner in (value.values() if isinstance(value, dict) else value) for text in texts_in(inner)]
    return [value] if isinstance(value, str) else []


def quoting(text: str) -> str:
    """Return a pattern for a text of the table, open where it quotes a fact."""
    return r"[^{}]*".join(re.escape(piece) for piece in re.split(r"\{\w+\}", text))


@pytest.mark.parametrize("name", DIALECT_NAMES)
def test_every_row_has_a_way_or_a_reason_for_none(name):
    rows, caused, switched = refused_alike(name), {*WAYS[name], *ELSEWHERE.get(name, ())}, set(SWITCHED[name])
    assert sorted(rows - caused - switched) == [], "neither cause nor switch"
    assert sorted((caused | switched) - rows) == [], "no such row"
    assert sorted(caused & switched) == [], "both cause and switch"


@pytest.mark.parametrize(("name", "row"), [(name, row) for name in DIALECT_NAMES for row in WAYS[name]])
def test_a_cause_brings_the_refusal_that_is_documented_for_it(stages, name, row):
    way = WAYS[name][row]
    play = stages(name, way.habits)
    way.act(play)
    assert play.said() == row
    entry = play.exchange.journal.all()[-1]
    assert entry.answer.status == play.row(entry).status
    assert play.exchange.own_faults == ()


@pytest.mark.parametrize("name", DIALECT_NAMES)
def test_a_condition_of_a_key_brings_any_row_with_its_status_its_code_and_its_text(name):
    dialect = dialect_named(name)
    with MockExchange(name) as exchange:
        for number, row in enumerate(dialect.refusals, start=1):
            spelled = f"{row.refusal}:{row.variant}" if row.variant else str(row.refusal)
            key = exchange.create_key(conditions=[spelled], private_venue=True)
            request = Play.request(_Reader(exchange), READ[name], {})
            signed = sign(
                dialect.scheme,
                request,
                key.credentials,
                nonce=number if dialect.scheme.nonce_rule.rising else f"{number:032d}",
                timestamp_ms=exchange.clock.now_ms(),
            ).request
            reply = ask(exchange, travelling(signed))
            said = reply.body.decode()
            assert reply.status == row.status, spelled
            assert row.code in said, spelled
            if name != "reference":  # whose sentence is more telling than the table where it can be
                texts = texts_in(json.loads(said))
                assert any(re.search(f"{quoting(row.text)}$", text) for text in texts), f"{spelled}: {said}"
        assert exchange.own_faults == ()


class _Reader:
    """What `Play.request` needs to know to write a request."""

    def __init__(self, exchange: MockExchange) -> None:
        self.dialect = exchange.dialect
        self._endpoints = {endpoint.name: endpoint for endpoint in exchange.dialect.endpoints}
        self.takes_json = lambda endpoint: exchange.dialect.name in ("reference", "bitunix")
