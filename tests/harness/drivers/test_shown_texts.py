"""A program may show how its client's objects print, and what else its failures show; both are searched for secrets."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.drivers import Driver, ProgramClient, make_driver
from harness.drivers.driver import Failed, Target
from harness.errors import AdapterFault

PROGRAM = """
import json, sys

TEXTS = json.loads(sys.argv[1])
for line in sys.stdin:
    asked = json.loads(line)
    match asked["method"]:
        case "describe":
            result = {"protocol": 1, "name": "shower", "version": "1", "language": "python",
                      "dialects": ["reference"], "operations": ["balances"], "features": ["texts"]}
        case "open":
            result = {"texts": TEXTS}
        case "call":
            error = {"kind": "network", "message": "gone", "details": "Client { secret: 'abc' }"}
            result = {"error": error, "texts": ["after the call"]}
        case _:
            result = {}
    print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": result}), flush=True)
"""


def driven(tmp_path: Path, texts: str) -> Driver:
    program = tmp_path / "shower.py"
    program.write_text(PROGRAM, encoding="utf-8")
    return make_driver(ProgramClient(argv=(sys.executable, str(program), texts)))


@pytest.fixture
def shower(tmp_path: Path) -> Iterator[Driver]:
    driver = driven(tmp_path, '["Client { key: 1 }"]')
    yield driver
    driver.shutdown()


TARGET = Target(dialect="reference", base_url="http://127.0.0.1:1", key="k", secret="s")


def test_texts_of_open_and_call_are_kept_until_the_session_closes(shower: Driver) -> None:
    shower.describe("reference")
    shower.open("a", TARGET)
    assert list(shower.texts("a")) == ["Client { key: 1 }"]
    shower.call("a", "balances", {}, limit_s=5)
    assert list(shower.texts("a")) == ["Client { key: 1 }", "after the call"]
    assert list(shower.texts("b")) == []
    shower.close("a")
    assert list(shower.texts("a")) == []


def test_details_of_a_failure_are_kept(shower: Driver) -> None:
    shower.describe("reference")
    shower.open("a", TARGET)
    reply = shower.call("a", "balances", {}, limit_s=5).reply
    assert isinstance(reply, Failed)
    assert reply.details == "Client { secret: 'abc' }"


@pytest.mark.parametrize("texts", ["5", '"one"', "[1]", '{"a": 1}'])
def test_texts_that_are_no_list_of_strings_are_the_adapters_fault(tmp_path: Path, texts: str) -> None:
    driver = driven(tmp_path, texts)
    driver.describe("reference")
    try:
        with pytest.raises(AdapterFault, match="texts"):
            driver.open("a", TARGET)
    finally:
        driver.shutdown()
