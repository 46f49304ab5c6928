"""The OpenAPI document of control: every path that it names is there, and answers what it says."""

import re

import pytest

from mockserver import MockExchange
from mockserver.core.verification import steps
from mockserver.wire.schemas import complaint, record
from tests.mockserver.raw_client import Caller, an_order, ask, signed

#: What is said to each operation, beyond what it needs: the document's examples, so to speak.
BODIES = {
    "post_keys": {"permissions": ["read"], "balances": {"BTC": "1"}},
    "post_keys_key": {"frozen": False, "last_nonce": "5"},
    "post_keys_key_deposits": {"currency": "BTC", "amount": "0.5"},
    "post_keys_key_transfers": {"currency": "BTC", "amount": "0.25"},
    "post_keys_key_withdrawals_id": {"status": "complete"},
    "post_clock": {"shift_ms": 0},
    "post_faults": {"fault": "status", "at": "before_gate", "key": "nobody"},
    "post_market": {"breathing": False},
    "post_market_market": {"price": "50000.00"},
    "post_limits": {"rate_limits": False, "single_use_nonces": False},
    "post_profile": {"profile": "documented"},
}


@pytest.fixture(scope="module")
def document():
    with MockExchange("reference") as running:
        asked = b"GET /_noncense/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"
        return ask(running, asked).json


def operations(document):
    for path, ways in document["paths"].items():
        for method, operation in ways.items():
            yield path, method.upper(), operation


def resolved(document, schema):
    reference = schema.get("$ref")
    return document["components"]["schemas"][reference.rpartition("/")[2]] if reference else schema


def test_it_is_a_document_of_openapi_with_everything_that_it_refers_to(document):
    assert document["openapi"] == "3.1.0"
    assert {"title", "version"} <= set(document["info"])
    names = set(document["components"]["schemas"])
    assert set(re.findall(r"#/components/schemas/(\w+)", repr(document))) <= names
    identifiers = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(set(identifiers)) == len(identifiers)


def test_every_operation_says_what_it_does_takes_and_gives(document):
    for path, method, operation in operations(document):
        assert operation["summary"].endswith("."), path
        named = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "path"}
        assert named == set(re.findall(r"\{(\w+)\}", path))
        assert ("requestBody" in operation) is (method == "POST")
        assert {"400", "403"} < set(operation["responses"])
        if "requestBody" in operation:
            schema = resolved(document, operation["requestBody"]["content"]["application/json"]["schema"])
            assert all(schema["properties"].values())


def test_whatever_it_names_can_be_asked_and_answers_as_it_says(steered, control, document):
    key = steered.create_key(permissions=("read", "trade", "withdraw"), private_venue=True)
    spare = steered.create_key(state="pending")
    ask(steered, an_order(steered, key))
    withdrawn = {"currency": "BTC", "amount": "0.1", "address": "A" * 30}
    ask(steered, signed(steered, key, "POST", b"/v1/withdrawals", withdrawn))
    planned = steered.faults.add(fault="reset", key="nobody", times=None)
    variables = {
        "keys": key.key,
        "market": "BTC-USDT",
        "link": spare.activation,
        "number": str(steered.journal.last_number),
        "id": str(planned.number),
    }
    held = {
        "orders": str(steered.orders(key)[-1].order_id),
        "withdrawals": str(steered.withdrawals(key)[-1].withdrawal_id),
    }
    schemas = document["components"]["schemas"]
    asked = set()
    for path, method, operation in sorted(
        operations(document), key=lambda found: (found[1] == "DELETE", -len(found[0]))
    ):
        if path.endswith("/events"):
            continue  # it has no end; see test_looking_on
        filled = path.removeprefix("/_noncense/").replace("{key}", variables["keys"])
        for room, number in held.items():
            filled = filled.replace(f"{room}/{{id}}", f"{room}/{number}")
        for name, value in variables.items():
            filled = filled.replace(f"{{{name}}}", value)
        status, said = control(method, filled, BODIES.get(operation["operationId"]))
        wanted = next(code for code in operation["responses"] if code.startswith("2"))
        assert str(status) == wanted, (method, filled, said)
        schema = operation["responses"][wanted]["content"].get("application/json", {}).get("schema")
        if schema is not None:
            assert complaint(schema, said, schemas, "the answer") is None, (method, filled, said)
        asked.add(operation["operationId"])
    assert len(asked) == len(list(operations(document))) - 1


def test_answers_to_what_makes_no_sense_are_as_it_says_too(control, document):
    error = document["components"]["schemas"]["Error"]
    for path, method, operation in operations(document):
        filled = re.sub(r"\{\w+\}", "nobody", path.removeprefix("/_noncense/"))
        status, said = control(method, filled + "?no=such", BODIES.get(operation["operationId"]))
        assert status == 400, (method, filled)
        assert complaint(error, said, {}) is None


def test_every_body_is_checked_by_what_it_says(control, document):
    for path, method, operation in operations(document):
        if method != "POST":
            continue
        filled = re.sub(r"\{\w+\}", "nobody", path.removeprefix("/_noncense/"))
        schema = resolved(document, operation["requestBody"]["content"]["application/json"]["schema"])
        for name in schema["properties"]:
            status, said = control("POST", filled, {name: {"deep": [[]]}})
            assert status == 400, (filled, name, said)


@pytest.mark.parametrize(
    ("schema", "value", "wrong"),
    [
        ({"type": "integer"}, True, "integer"),
        ({"type": "integer"}, 1.5, "integer"),
        ({"type": "boolean"}, 1, "boolean"),
        ({"type": "number", "minimum": 1}, float("nan"), "from 1"),
        ({"type": "string", "maxLength": 2}, "abc", "2 characters"),
        ({"type": "string", "enum": ["a"]}, "b", "one of a"),
        ({"type": "string", "pattern": "^a$"}, "b", "look like"),
        ({"type": "array", "items": {"type": "string"}}, ["a", 1], r"\[1\]"),
        (record({"a": {"type": "string"}}), {"b": 1}, "unknown: b"),
        (record({"a": {"type": "string"}}, required=("a",)), {}, "a is missing"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, 1, "string"),
        ({"const": 1}, 2, "must be 1"),
    ],
)
def test_the_check_itself_sees_what_is_wrong(schema, value, wrong):
    assert re.search(wrong, str(complaint(schema, value, {})))


def test_every_check_of_a_page_is_one_of_the_dialects_in_its_order(steered):
    key = steered.create_key(private_venue=True)
    for request in (signed(steered, key), signed(steered, key, nonce=1)):
        ask(steered, request)
    good, bad = steered.journal.of(key)[-2:]
    assert [step.check for step in steps(good, steered.dialect)] == list(steered.dialect.checks)
    assert {step.outcome for step in steps(good, steered.dialect)} == {"passed"}
    assert [step.check for step in steps(bad, steered.dialect) if step.outcome == "failed"] == ["nonce"]


def test_a_head_is_answered_like_a_get_without_a_body(steered):
    with Caller(steered.port) as caller:
        caller.send(b"HEAD /_noncense/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert caller.reply(bodiless=True).status == 200
