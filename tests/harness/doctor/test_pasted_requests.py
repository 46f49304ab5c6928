"""Requests as people paste them: what is read from them, and what is not."""

from __future__ import annotations

import base64
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.pasted import read_pasted
from signer import Request

BODY = b"command=returnBalances&nonce=7"
HTTP = b"POST /tradingApi?a=1 HTTP/1.1\r\nHost: poloniex.com\r\nKey: K\r\nSign: ab\r\n\r\n" + BODY


def only(data: bytes) -> Request:
    (pasted,) = read_pasted(data)
    return pasted.request


def refused(data: bytes) -> str:
    with pytest.raises(UsageError) as error:
        read_pasted(data)
    return str(error.value)


# --- raw HTTP ---


def test_a_raw_request_is_read_byte_for_byte() -> None:
    request = only(HTTP)
    assert (request.method, request.target, request.body) == ("POST", b"/tradingApi?a=1", BODY)
    assert request.headers == ((b"Host", b"poloniex.com"), (b"Key", b"K"), (b"Sign", b"ab"))


def test_a_line_end_that_an_editor_added_is_not_the_body_s() -> None:
    assert only(HTTP.replace(b"\r\n", b"\n") + b"\n").body == BODY


def test_a_content_length_says_where_the_body_ends() -> None:
    with_length = HTTP.replace(b"Key: K", b"Content-Length: %d" % (len(BODY) + 1))
    assert only(with_length + b"\n\n").body == BODY + b"\n"


def test_a_request_without_headers_or_body_or_version_is_read() -> None:
    assert only(b"GET /x").target == b"/x"
    assert only(b"POST /x\n\nbody").body == b"body"
    assert only(b"GET http://h.example:80/x?y=1 HTTP/1.1\nHost: h\n").target == b"/x?y=1"


# --- curl ---


@pytest.mark.parametrize(
    "command",
    [
        "curl https://h.example/tradingApi -H 'Key: K' -d 'command=returnBalances&nonce=7'",
        "$ curl -sS --max-time 5 -X POST -HKey:K --data-raw='command=returnBalances&nonce=7' h.example/tradingApi",
        "curl --url https://h.example/tradingApi --header 'Key: K' -d command=returnBalances -d nonce=7",
        "curl \\\n 'https://user:word@h.example/tradingApi' \\\n"
        " -H $'Key: \\u004b' --data $'command=returnBalances\\n&nonce=7'",
        "curl.exe -kLso /dev/null https://h.example/tradingApi -H 'Key: K'"
        " --data-binary 'command=returnBalances&nonce=7'",
    ],
)
def test_curl_commands_in_every_style_are_one_request(command: str) -> None:
    request = only(command.encode())
    assert (request.method, request.target, request.body) == ("POST", b"/tradingApi", BODY)
    assert list(request.values(b"Key")) == [b"K"]
    assert list(request.values(b"Host")) == [b"h.example"]
    assert list(request.values(b"Content-Type")) == [b"application/x-www-form-urlencoded"]


@pytest.mark.parametrize(
    "command",
    [
        'curl ^"h.example/tradingApi^" ^\r\n  -H ^"Key: K^" ^\r\n  --data-raw ^"command=returnBalances^&nonce=7^"',
        'curl "https://h.example/tradingApi" ^\n  -H "Key: K" ^\n  --data-raw "command=returnBalances^&nonce=7"',
        'curl.exe "https://h.example/tradingApi" `\r\n  -H "Key: K" `\r\n  -d "command=returnBalances&nonce=7"',
    ],
)
def test_what_windows_writes_is_the_same_request(command: str) -> None:
    request = only(command.encode())
    assert (request.method, request.target, request.body) == ("POST", b"/tradingApi", BODY)
    assert list(request.values(b"Key")) == [b"K"]


def test_a_caret_of_another_shell_is_the_data_s_own() -> None:
    assert only(b"curl h/x -d 'a=^b^'").body == b"a=^b^"
    assert only(b'curl ^"h/x^" ^\n --data-raw ^"{^\\^"a^\\^":1}^"').body == b'{"a":1}'


def test_what_curl_does_to_data_is_done() -> None:
    assert only(b"curl h/x -G -d a=1 --data-urlencode 'b=two words'").target == b"/x?a=1&b=two+words"
    assert only(b"curl h/x --json '{\"a\": 1}'").values(b"content-type")[0] == b"application/json"
    assert only(b"curl h/x --data-binary $'a\\nb'").body == b"a\nb"
    assert only(b"curl h").target == b"/"
    assert only(b"curl -I h/x").method == "HEAD"


def test_data_from_a_file_is_asked_for_in_one_line() -> None:
    assert "file 'body.txt'" in refused(b"curl h/x -d @body.txt")
    assert refused(b"curl -H 'a: b'") == "the curl command names no URL"
    assert "No closing quotation" in refused(b"curl 'h/x")


# --- JSON ---

HAR_ENTRY = {
    "startedDateTime": "2025-01-01T00:00:00.250Z",
    "request": {
        "method": "POST",
        "url": "https://h.example/tradingApi?a=1",
        "headers": [{"name": ":method", "value": "POST"}, {"name": "Key", "value": "K"}],
        "postData": {"mimeType": "application/x-www-form-urlencoded", "text": BODY.decode()},
    },
}
ENTRY = {
    "number": 3,
    "server_ms": 1_735_689_600_000,
    "request": {
        "method": "POST",
        "target": "/tradingApi",
        "headers": [["Key", "K"], ["Odd", {"base64": base64.b64encode(b"\xff").decode()}]],
        "body": BODY.decode(),
    },
}


def test_a_har_entry_and_a_whole_har_are_read_with_their_time() -> None:
    for value in (HAR_ENTRY, {"log": {"version": "1.2", "entries": [HAR_ENTRY]}}):
        (pasted,) = read_pasted(json.dumps(value).encode())
        assert pasted.at_ms == 1_735_689_600_250
        assert pasted.request.target == b"/tradingApi?a=1"
        assert pasted.request.headers == ((b"Host", b"h.example"), (b"Key", b"K"))
        assert pasted.request.body == BODY


def test_a_har_that_lost_the_body_s_bytes_is_refused() -> None:
    lost = {"request": {**HAR_ENTRY["request"], "postData": {"params": [{"name": "a", "value": "1"}]}}}  # type: ignore[dict-item]
    assert "not its bytes" in refused(json.dumps(lost).encode())


@pytest.mark.parametrize(
    "text", [json.dumps(ENTRY), json.dumps([ENTRY]), json.dumps({"entries": [ENTRY]}), json.dumps(ENTRY) + "\n\n"]
)
def test_journal_entries_are_read_to_the_byte(text: str) -> None:
    (pasted,) = read_pasted(text.encode())
    assert pasted.at_ms == 1_735_689_600_000
    assert pasted.request.headers == ((b"Key", b"K"), (b"Odd", b"\xff"))


def test_json_lines_are_several_requests() -> None:
    assert len(read_pasted("\n".join([json.dumps(ENTRY)] * 3).encode())) == 3


# --- neither ---


@pytest.mark.parametrize(
    "data",
    [b"", b"  \n", b"hello", b"{", b"{}", b"[]", b"[1]", b'{"request": {}}', b"[" * 100_000, b"GET /x\nno header\n\n"],
)
def test_anything_else_is_one_clear_line(data: bytes) -> None:
    assert "\n" not in refused(data)


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: b"curl " + text.encode())))
def test_nothing_that_is_pasted_makes_it_stumble(data: bytes) -> None:
    with suppress(UsageError):
        assert read_pasted(data)


@given(st.recursive(st.none() | st.integers() | st.text(max_size=8), lambda inner: st.lists(inner, max_size=3)))
def test_no_json_makes_it_stumble(value: object) -> None:
    for shape in (
        {"request": value},
        {"request": {"method": "GET", "url": value, "headers": value, "postData": value}},
    ):
        with suppress(UsageError):
            assert read_pasted(json.dumps(shape).encode())
