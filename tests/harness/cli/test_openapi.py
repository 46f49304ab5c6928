"""`noncense dialects NAME --openapi`: a document that other programs read, with everything in it and nothing loose."""

import json
import re
from collections.abc import Iterator

import pytest

from harness.documents.openapi import openapi, reference_name
from mockserver import DIALECT_NAMES, Access, dialect_named
from tests.harness.cli.command_line import complaint, run_noncense

Capture = pytest.CaptureFixture[str]
METHODS = {"get", "post", "delete", "put"}


@pytest.fixture(scope="module", params=DIALECT_NAMES)
def dialect(request):
    return dialect_named(request.param)


@pytest.fixture(scope="module")
def document(dialect):
    return json.loads(json.dumps(openapi(dialect)))


def operations(document) -> Iterator[tuple[str, str, dict]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def inside(value) -> Iterator[dict]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from inside(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from inside(inner)


def test_it_says_what_it_is(document, dialect):
    assert document["openapi"] == "3.1.0"
    assert set(document) == {"openapi", "info", "servers", "paths", "components"}
    assert document["info"]["title"] == dialect.title
    assert document["info"]["version"]


def test_every_reference_leads_somewhere(document):
    references = [part["$ref"] for part in inside(document) if isinstance(part.get("$ref"), str)]
    assert references
    for reference in references:
        here = document
        for step in reference.removeprefix("#/").split("/"):
            here = here[step]


def test_nothing_among_the_components_is_without_use(document):
    used = {part["$ref"] for part in inside(document) if isinstance(part.get("$ref"), str)}
    responses = {f"#/components/responses/{name}" for name in document["components"]["responses"]}
    assert {name for name in responses - used if "-200" not in name} == set()


def test_operations_have_names_of_their_own(document):
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(set(names)) == len(names)
    assert all(method in METHODS for _, method, _ in operations(document))


def test_what_is_variable_in_a_path_is_described_as_required(document):
    for path, _, operation in operations(document):
        assert path.startswith("/")
        described = {item["name"]: item for item in operation.get("parameters", []) if item["in"] == "path"}
        assert set(described) == set(re.findall(r"\{(\w+)\}", path))
        assert all(item["required"] for item in described.values())


def test_a_parameter_stands_once(document):
    for _, _, operation in operations(document):
        places = [(item["name"], item["in"]) for item in operation.get("parameters", [])]
        assert len(set(places)) == len(places)
        assert all("schema" in item for item in operation.get("parameters", []))


def test_every_endpoint_is_served_where_it_is(document, dialect):
    for endpoint in dialect.endpoints:
        for method in ("get", "post") if endpoint.method == "*" else (endpoint.method.lower(),):
            operation = document["paths"][endpoint.path][method]
            assert f"{endpoint.name}: " in operation["description"]
            answer = json.dumps(operation["responses"]["200"])
            assert f'"#/components/schemas/{reference_name(f"{endpoint.name} answer")}"' in answer


def test_every_parameter_is_there_and_required_where_it_is(document, dialect):
    for endpoint in dialect.endpoints:
        schema = document["components"]["schemas"][reference_name(f"{endpoint.name} parameters")]
        for item in endpoint.parameters:
            if item.place == "path":
                continue
            assert item.name in schema["properties"]
            assert (item.name in schema.get("required", [])) is item.required


def test_parameters_travel_where_they_are_described(document, dialect):
    for endpoint in dialect.endpoints:
        if endpoint.method == "*":
            continue
        operation = document["paths"][endpoint.path][endpoint.method.lower()]
        told = {(item["name"], item["in"]) for item in operation.get("parameters", [])}
        for item in endpoint.parameters:
            if item.place in ("query", "path"):
                assert (item.name, item.place) in told
            else:
                media = "application/json" if item.place == "json" else "application/x-www-form-urlencoded"
                reference = reference_name(f"{endpoint.name} parameters")
                assert f"schemas/{reference}" in json.dumps(operation["requestBody"]["content"][media]["schema"])


def test_every_refusal_is_an_example_of_a_response_with_its_status(document, dialect):
    for row in dialect.refusals:
        name = reference_name(f"{row.refusal}-{row.variant}" if row.variant else str(row.refusal))
        content = document["components"]["responses"][f"refused-{row.status}"]["content"]
        assert name in {example for media in content.values() for example in media["examples"]}


def test_a_public_call_is_not_told_of_keys(document, dialect):
    for endpoint in dialect.endpoints:
        if endpoint.access is not Access.PUBLIC:
            continue
        method = "get" if endpoint.method == "*" else endpoint.method.lower()
        operation = document["paths"][endpoint.path][method]
        assert "security" not in operation
        assert all(
            answer["$ref"].endswith("-public") for status, answer in operation["responses"].items() if status != "200"
        )
    public = [content for name, content in document["components"]["responses"].items() if name.endswith("-public")]
    assert "bad_signature" not in json.dumps(public)


def test_a_private_call_asks_for_every_field_of_authentication(document, dialect):
    headers = {place.removeprefix("header ") for place in dialect.scheme.places.values() if place.startswith("header ")}
    schemes = document["components"]["securitySchemes"]
    assert {scheme["name"] for scheme in schemes.values()} == headers
    for endpoint in dialect.endpoints:
        if endpoint.access is Access.PUBLIC:
            continue
        operation = document["paths"][endpoint.path][endpoint.method.lower()]
        assert operation["security"] == [{name: [] for name in schemes}]
        if dialect.scheme.places.get("nonce") == "body parameter nonce":
            schema = document["components"]["schemas"][reference_name(f"{endpoint.name} parameters")]
            assert "nonce" in schema["required"]


def test_amounts_of_the_reference_exchange_are_text_with_eight_decimals():
    schemas = openapi(dialect_named("reference"))["components"]["schemas"]
    held = schemas["GET-v1-balances-answer"]["additionalProperties"]["properties"]["held"]
    assert held["type"] == "string"
    assert re.fullmatch(held["pattern"], "1.00000000")
    assert not re.fullmatch(held["pattern"], "1.0")
    entry = schemas["GET-v1-order-book-answer"]["properties"]["bids"]["items"]
    assert [place["title"] for place in entry["prefixItems"]] == ["price", "amount"]
    depth = schemas["GET-v1-order-book-parameters"]["properties"]["depth"]
    assert depth == {"type": "integer", "minimum": 1, "maximum": 100, "default": 100}


def test_the_command_prints_it(capsys: Capture) -> None:
    seen = run_noncense(capsys, "dialects poloniex --openapi")
    assert json.loads(seen.out)["paths"].keys() == {"/public", "/tradingApi"}
    assert "which exchange" in complaint(run_noncense(capsys, "dialects --openapi"))


def test_the_command_lists_the_ways_of_an_exchange(capsys: Capture) -> None:
    for name in DIALECT_NAMES:
        document = json.loads(run_noncense(capsys, f"dialects {name} --json").out)
        assert [row["habit"] for row in document["habits"]] == [habit.name for habit in dialect_named(name).habits]


def test_a_habit_shows_in_the_tables_and_in_the_document(capsys: Capture) -> None:
    for way in ("--json", "--openapi"):
        plain, early = (
            run_noncense(capsys, f"dialects poloniex {way} {habit}").out for habit in ("", "--habit regime=A")
        )
        assert plain != early
    assert "no habit 'mood'" in complaint(run_noncense(capsys, "dialects poloniex --habit mood=good"))
