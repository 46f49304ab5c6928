"""Each kit speaks the contract to the letter, whatever the SDK behind it does."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters.kits import EVIL, LANGUAGES, Conversation, kit_of

REFUSED = {"kind": "authentication", "message": "a key has 32 characters"}
REPORTED = {"kind": "nonce", "message": "Nonce must be greater than 7.", "type": "InvalidNonce", "http_status": 422}


@pytest.fixture(scope="module")
def programs() -> dict[str, tuple[str, ...]]:
    """Each adapter is built once."""
    return {}


@pytest.fixture
def argv(
    language: str, programs: dict[str, tuple[str, ...]], tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, ...]:
    kit = kit_of(language)
    if language not in programs:
        programs[language] = kit.built(EVIL / language, tmp_path_factory.mktemp(language))
    return programs[language]


@pytest.fixture
def talk(argv: tuple[str, ...], tmp_path: Path) -> Iterator[Conversation]:
    conversation = Conversation(argv, tmp_path / "stderr")
    yield conversation
    conversation.kill()


def call(talk: Conversation, operation: str, session: str = "a", **params: object) -> dict[str, object]:
    answer = talk.ask(3, "call", session=session, operation=operation, params=params)
    assert answer is not None
    assert (answer["jsonrpc"], answer["id"]) == ("2.0", 3)
    return answer


def opened(talk: Conversation, session: str = "a", key: str | None = None) -> dict[str, object]:
    answer = talk.ask(2, "open", session=session, dialect="reference", base_url="http://127.0.0.1:9", key=key,
                      secret=None, ca_file=None, proxy_url=None, timeout_s=5.0, options={}, later=[1])  # fmt: skip
    assert answer is not None
    return answer


def code(answer: dict[str, object] | None) -> object:
    assert answer is not None
    error = answer["error"]
    assert isinstance(error, dict)
    assert isinstance(error["message"], str)
    return error["code"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_conversation(talk: Conversation, language: str) -> None:
    described = talk.ask(1, "describe", protocol=1, dialect="reference")
    assert described is not None
    told = described["result"]
    assert isinstance(told, dict)
    assert (told["protocol"], told["name"], told["version"]) == (1, "evil", "1")
    assert told["language"] == {"node": "javascript", "shell": "bash"}.get(language, language)
    assert (told["dialects"], "echo" in told["operations"]) == (["reference"], True)

    assert opened(talk) == {"jsonrpc": "2.0", "id": 2, "result": {}}
    asked = {"text": "é\u2028 ☃", "number": 9007199254740991, "yes": True, "list": ["a"]}
    assert call(talk, "echo", **asked)["result"] == {"ok": asked}
    assert call(talk, "reported")["result"] == {"error": REPORTED}
    assert call(talk, "skipped")["result"] == {"skipped": {"reason": "it cannot send an empty list", "url": None}}
    assert code(call(talk, "foreign")) == -32000
    assert code(call(talk, "xyzzy_1")) == -32601
    assert code(call(talk, "echo", session="b")) == -32602
    assert code(opened(talk)) == -32602
    assert opened(talk, session="b", key="refuse")["result"] == {"error": REFUSED}
    assert code(call(talk, "echo", session="b")) == -32602
    assert code(talk.ask(4, "dance")) == -32601
    if language != "shell":
        assert code(call(talk, "large")) == -32000
    assert talk.ask(5, "close", session="a") == {"jsonrpc": "2.0", "id": 5, "result": {}}
    assert code(talk.ask(6, "close", session="a")) == -32602
    status, stderr = talk.end()
    assert status == 0
    assert "something of its own" in stderr or language == "shell"


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_an_sdk_prints_lands_on_stderr(talk: Conversation, language: str) -> None:
    opened(talk)
    assert call(talk, "print")["result"] == {"ok": {}}
    assert call(talk, "child")["result"] == {"ok": {}}
    assert call(talk, "skipped")["result"]
    _, stderr = talk.end()
    assert stderr.count("noise: ") >= (2 if language == "java" else 3)


@pytest.mark.parametrize("language", [one for one in LANGUAGES if "shell" not in one.values])
def test_text_and_numbers_that_json_cannot_hold_break_no_line(talk: Conversation, language: str) -> None:
    opened(talk)
    result = call(talk, "odd")["result"]
    assert isinstance(result, dict)
    assert result["ok"][2] == 'é"\\\n\u2028'


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("line", [b"no JSON", b"[1, 2]", b'"text"', b'{"id": 7, "method":', b"\xff\xfe"])
def test_a_line_that_is_no_request_is_refused_or_ends_the_program(
    talk: Conversation, language: str, line: bytes
) -> None:
    talk.say(line)
    answer = talk.hear()
    if answer is not None:
        assert answer["id"] is None
        assert code(answer) == -32700
        assert talk.ask(8, "dance") is not None


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_program_that_ends_in_the_middle_of_a_call_says_nothing_more(talk: Conversation, language: str) -> None:
    opened(talk)
    assert talk.ask(3, "call", session="a", operation="leave", params={}) is None


@pytest.mark.parametrize("language", [one for one in LANGUAGES if "php" not in one.values])
def test_who_it_is_is_told_while_a_call_hangs_and_the_end_of_stdin_is_heard(talk: Conversation, language: str) -> None:
    opened(talk)
    talk.say(b'{"jsonrpc": "2.0", "id": 3, "method": "call", "params": {"session": "a", "operation": "hang"}}')
    answer = talk.ask(4, "describe", protocol=1, dialect="reference")
    assert answer is not None
    assert answer["id"] == 4
    if language != "shell":  # its calls are processes of their own, and the harness ends the whole group
        assert talk.end()[0] == 0


@pytest.mark.node
@pytest.mark.parametrize("language", ["node"])
def test_a_client_that_returns_nothing_returns_null(talk: Conversation, language: str) -> None:
    opened(talk)
    assert call(talk, "nothing")["result"] == {"ok": None}
