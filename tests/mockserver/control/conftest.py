"""An exchange that is steered over HTTP, and what asks it."""

import http.client
import json

import pytest

from mockserver import MockExchange


@pytest.fixture(scope="module")
def steered():
    with MockExchange("reference") as running:
        yield running
        assert running.own_faults == ()


@pytest.fixture
def control(steered):
    """Ask below /_noncense/; returns the status and the JSON, or the text, of the answer."""

    def ask(method, room, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", steered.port, timeout=30)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, f"/_noncense/{room}", None if body is None else json.dumps(body), named)
            response = connection.getresponse()
            said = response.read()
            text = response.headers["Content-Type"].startswith(("text/", "application/x-ndjson"))
            return response.status, said.decode() if text else json.loads(said)
        finally:
            connection.close()

    return ask
