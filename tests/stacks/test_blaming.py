"""A finding says which stack it comes from, where that stack was seen to do it, and keeps still otherwise."""

import pytest

from harness.stacks import MEASURED, blamed, read, stack_of
from harness.stacks.roster import STACKS
from harness.stacks.seeing import Kind
from tests.stacks.published import results, row

AIOHTTP = results(
    row(
        "aiohttp",
        {
            "get-warm": Kind.AGAIN,
            "post-warm": Kind.ONCE,
            "post-302-other": Kind.CARRIED,
            "post-302-same": Kind.CARRIED,
            "cut-length": Kind.NOTICED,
            "post-never": Kind.GIVES_UP,
        },
    )
)


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("python requests 2.34.2", "requests"),
        ("python urllib.request", "urllib"),
        ("python urllib3 2", "urllib3"),
        ("javascript node:http 20.1.0", "http"),
        ("javascript fetch", "fetch"),
        ("javascript axios 1.21.1", "axios"),
        ("php libcurl 7.88.1", "php-curl"),
        ("php streams", "php-streams"),
        ("bash curl", "curl"),
        ("go net/http", "go"),
        ("java java.net.http", "java-client"),
        ("java HttpURLConnection", "java-connection"),
        ("ruby Net::HTTP", "ruby"),
    ],
)
def test_a_stack_is_known_by_what_the_adapter_says(told: str, name: str) -> None:
    found = stack_of(told, ())
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("told", ["python ", "python http.client", "rust reqwest", "python requests over urllib3", ""])
def test_what_names_no_stack_or_two_names_none(told: str) -> None:
    assert stack_of(told, ("acme/1.0",)) is None


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("python-requests/2.34.2", "requests"),
        ("Python/3.11 aiohttp/3.14.5", "aiohttp"),
        ("node", "fetch"),
        ("Go-http-client/1.1", "go"),
        ("Java-http-client/17.0.15", "java-client"),
        ("Java/17.0.15", "java-connection"),
    ],
)
def test_a_stack_is_known_by_what_it_calls_itself_whatever_the_adapter_says(agent: str, name: str) -> None:
    found = stack_of("python httpx", (agent,))
    assert found is not None
    assert found.name == name


def test_a_copy_that_the_stack_sends_is_the_stack_s() -> None:
    words = blamed("python aiohttp", (), ("REQUEST-REPLAYED",), {"GET"}, AIOHTTP)
    assert words.startswith(
        "By itself aiohttp sends a GET again when its connection breaks (measured with 1.2); cure: "
    )


def test_a_copy_of_a_method_that_the_stack_leaves_alone_is_not() -> None:
    assert blamed("python aiohttp", (), ("REQUEST-REPLAYED",), {"POST"}, AIOHTTP) == ""


def test_credentials_that_the_stack_takes_along_are_the_stack_s() -> None:
    words = blamed("python aiohttp", (), ("CREDENTIALS-FOLLOW-REDIRECT",), {"POST"}, AIOHTTP)
    assert "By itself aiohttp follows redirects, and takes `Key` and `Sign` along (measured" in words


def test_what_stays_at_home_takes_nothing_along() -> None:
    home = results(row("aiohttp", {"post-302-same": Kind.CARRIED}))
    assert blamed("python aiohttp", (), ("CREDENTIALS-FOLLOW-REDIRECT",), {"POST"}, home) == ""
    assert blamed("python aiohttp", (), ("REDIRECT-FOLLOWED",), {"POST"}, home) != ""


@pytest.mark.parametrize("code", ["CUT-ANSWER-AS-DATA", "CALL-HANGS", "SIGNATURE-HEX", "EFFECT-TWICE"])
def test_a_stack_is_not_blamed_for_what_it_was_not_seen_to_do(code: str) -> None:
    assert blamed("python aiohttp", (), (code,), {"GET", "POST"}, AIOHTTP) == ""


def test_only_the_cut_that_the_stack_overlooks_is_named() -> None:
    ruby = results(row("ruby", {"cut-length": Kind.UNNOTICED, "cut-chunks": Kind.NOTICED}))
    words = blamed("ruby Net::HTTP", (), ("CUT-ANSWER-AS-DATA",), {"POST"}, ruby)
    assert "hands over an answer that is shorter than its `Content-Length` (measured" in words
    assert "chunks" not in words


def test_a_stack_that_was_not_measured_is_not_blamed() -> None:
    assert blamed("python requests", (), ("REQUEST-REPLAYED",), {"GET", "POST"}, AIOHTTP) == ""


def test_every_stack_was_measured_for_what_is_published() -> None:
    assert [row.name for row in read(MEASURED).rows] == [stack.name for stack in STACKS]
