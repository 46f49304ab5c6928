"""Answers that are spoilt on purpose: JSON, heads, lengths, chunks, compression, pages of the front, as bytes."""

import gzip
import json
import re
import zlib

import pytest

from mockserver.core.fault_kinds import CHUNK_WAYS, GZIP_WAYS, HEAD_WAYS, JSON_WAYS, LENGTH_WAYS
from mockserver.wire.miscoding import bomb
from mockserver.wire.spoiling import spoilt_json
from tests.mockserver.raw_client import Caller, ask, signed, travelling

AGAIN = b"GET /v1/time HTTP/1.1\r\nHost: x\r\n\r\n"
BODY = b'{"BTC":{"available":"1.00","held":2.50},"list":[1,2],"name":"x"}'


def on_the_wire(exchange, key, *extra, **fault):
    """Return all bytes of a spoilt answer; the connection is asked to end behind it."""
    planned = exchange.faults.add(key=key, **fault)
    with Caller(exchange.port) as caller:
        data = caller.send(travelling(signed(exchange, key), b"Connection: close", *extra)).rest()
    assert planned.struck == 1
    return data


def parts(data):
    head, _, body = data.partition(b"\r\n\r\n")
    return head.split(b"\r\n"), body


def unchunked(body):
    """Return what chunks hold; a ValueError for chunks that are none."""
    whole = b""
    while True:
        line, mark, body = body.partition(b"\r\n")
        size = int(line.partition(b";")[0], 16)
        if size < 0 or not mark or (body[size : size + 2] != b"\r\n" and size):
            raise ValueError(line)
        if not size:
            return whole
        whole, body = whole + body[:size], body[size + 2 :]


# JSON.

SPOILT = {
    "nan": rb'{"BTC":{"available":NaN,',
    "infinity": rb'{"BTC":{"available":-Infinity,',
    "big_integer": rb'{"BTC":{"available":12345678901234567890123,',
    "exponent": rb'{"BTC":{"available":1e-7,',
    "null": rb'{"BTC":{"available":null,',
    "wrong_type": rb'{"BTC":{"available":7,',
    "missing": rb'{"BTC":{"held":2.50},',
    "extra": rb'.*,"noncense_extra":{"new":true}}$',
    "shuffled": rb'{"name":"x","list":\[1,2\],"BTC":{"held":2.50,"available":"1.00"}}$',
    "listed": rb'\[{"BTC".*}\]$',
    "quoted": rb'"{\\"BTC\\".*"$',
    "invalid_utf8": rb'{"BTC":{"available":"\xff\xfe\xc0\xaf",',
    "utf16": rb'\xff\xfe{\x00"\x00',
    "bom": rb'\xef\xbb\xbf{"BTC"',
    "cut": rb'{"BTC":{"available":"1.00","held$',
    "trailing_comma": rb'.*"x",}$',
    "two_values": rb"{.*}\n{.*}$",
    "single_quotes": rb"{'BTC':",
    "deep": rb"\[{100000}\]{100000}$",
    "large": rb'.*"noncense_padding":"x{1000}',
    "empty": rb"$",
}


@pytest.mark.parametrize("how", JSON_WAYS)
def test_json_is_spoilt_in_every_way_that_there_is(how):
    spoilt = spoilt_json(BODY, how, size=None)
    assert re.match(SPOILT[how], spoilt, re.DOTALL), spoilt[:200]


@pytest.mark.parametrize(
    ("field", "begins"),
    [
        ("BTC.held", b'{"BTC":{"available":"1.00","held":null}'),
        ("list.1", b'{"BTC":{"available":"1.00","held":2.50},"list":[1,null]'),
        ("no.such", b'{"BTC":{"available":null'),
    ],
)
def test_the_member_that_is_named_is_spoilt_and_numbers_elsewhere_keep_their_spelling(field, begins):
    assert spoilt_json(BODY, "null", field=field).startswith(begins)


@pytest.mark.parametrize(
    ("how", "field", "spoilt"),
    [
        ("missing", "*.a", b'[{"b":1},{"b":2.0}]'),
        ("null", "*.b", b'[{"a":1,"b":null},{"a":2,"b":null}]'),
        ("extra", "*", b'[{"a":1,"b":1,"noncense_extra":{"new":true}},{"a":2,"b":2.0,"noncense_extra":{"new":true}}]'),
        ("missing", "*.*.deeper", b'[{"a":1,"b":1},{"a":2,"b":2.0}]'),
        ("missing", "*", b"[]"),
    ],
)
def test_a_star_stands_for_every_entry_and_for_nothing_where_there_is_none(how, field, spoilt):
    assert spoilt_json(b'[{"a":1,"b":1},{"a":2,"b":2.0}]', how, field=field) == spoilt


def test_a_member_more_is_added_where_it_is_asked_for_and_to_nothing_that_is_no_object():
    assert spoilt_json(BODY, "extra", field="BTC").startswith(
        b'{"BTC":{"available":"1.00","held":2.50,"noncense_extra":{"new":true}}'
    )
    assert spoilt_json(BODY, "extra", field="list") == BODY


def test_a_number_of_the_wrong_type_becomes_text_and_keeps_its_digits():
    assert b'"held":"2.50"' in spoilt_json(BODY, "wrong_type", field="BTC.held")


def test_a_size_is_obeyed_to_the_byte():
    assert len(spoilt_json(BODY, "large", size=5000)) == 5000
    assert spoilt_json(BODY, "deep", size=3) == b"[[[]]]"


def test_what_is_no_json_is_spoilt_too():
    assert spoilt_json(b"<html>", "nan") == b'{"ok":NaN}'


@pytest.mark.parametrize("how", [how for how in JSON_WAYS if how not in ("deep", "large")])
def test_spoilt_json_comes_in_a_sound_frame(exchange, key, how):
    lines, body = parts(on_the_wire(exchange, key, fault="json", how=how, field="BTC.available"))
    assert lines[0] == b"HTTP/1.1 200 OK"
    assert b"Content-Length: %d" % len(body) in lines
    assert exchange.journal.of(key)[-1].answer.status == 200


# Heads.

ODD = {
    "lf_only": rb"HTTP/1.1 200 OK\nContent-Type: [^\r]*\n\n",
    "http10": rb"HTTP/1.0 200 OK\r\n(?!.*Content-Length)",
    "unknown_version": rb"HTTP/9.9 200 OK\r\n",
    "bad_status": rb"HTTP/1.1 2OO OK\r\n",
    "no_reason": rb"HTTP/1.1 200\r\n",
    "lower_case": rb".*\r\ncontent-length: ",
    "upper_case": rb".*\r\nCONTENT-LENGTH: ",
    "no_content_type": rb"(?!.*Content-Type)",
    "html_type": rb".*\r\nContent-Type: text/html",
    "odd_charset": rb".*\r\nContent-Type: application/json; charset=utf-16\r\n",
    "no_date": rb"(?!.*\r\nDate:)",
    "bad_date": rb".*\r\nDate: yesterday",
    "folded": rb".*\r\nX-Folded: [^\r]*\r\n [a-z]",
    "no_colon": rb".*\r\nthis line has none\r\n",
    "space_before_colon": rb".*\r\nX-Blank : ",
    "long_header": rb".*\r\nX-Long: x{99992}\r\n",
    "many_headers": rb"(.*\r\nX-\d+: one of many){3}",
    "cookies": rb"(.*\r\nSet-Cookie: [^\r]*){3}",
    "nul": rb".*\r\nX-Nul: a\x00b\r\n",
}


@pytest.mark.parametrize("how", HEAD_WAYS)
def test_a_head_is_odd_in_every_way_that_there_is(exchange, key, how):
    data = on_the_wire(exchange, key, fault="head", how=how)
    assert re.match(ODD[how], data, re.DOTALL), data[:300]
    assert data.endswith(b'"}}')


# Lengths.

MISFITS = {
    "short": (-5, False),
    "long": (5, True),
    "twice": (5, False),
    "twice_the_same": (0, False),
    "listed": (0, False),
    "negative": (None, False),
    "text": (None, False),
    "huge": (None, False),
    "missing": (None, False),
    "with_chunks": (0, False),
}


@pytest.mark.parametrize("how", LENGTH_WAYS)
def test_a_length_is_wrong_in_every_way_that_there_is(exchange, key, how):
    by, waits = MISFITS[how]
    exchange.faults.add(key=key, fault="content_length", how=how)
    with Caller(exchange.port, timeout_s=0.15 if waits else 30) as caller:
        caller.send(travelling(signed(exchange, key), b"Connection: close"))
        if waits:
            with pytest.raises(TimeoutError):
                caller.rest()
        else:
            caller.buffer = caller.rest()
    head, _, body = caller.buffer.partition(b"\r\n\r\n")
    if how == "with_chunks":
        assert b"Transfer-Encoding: chunked" in head
        body = unchunked(body)
    said = re.findall(rb"Content-Length: (.*)", head.replace(b"\r", b""))
    length = len(body)
    assert body.endswith(b'"}}')
    if by is not None:
        assert int(re.split(rb", ", said[-1])[-1]) == length + by
    assert len(said) == {"missing": 0, "twice": 2, "twice_the_same": 2}.get(how, 1)


def test_what_a_short_length_leaves_over_meets_the_next_answer(exchange, key):
    exchange.faults.add(key=key, fault="content_length", how="short")
    with Caller(exchange.port) as caller:
        caller.send(travelling(signed(exchange, key)))
        first = caller.reply()
        caller.send(AGAIN)
        assert caller.until(b"HTTP/1.1 200").endswith(b'"}}')
    assert not first.body.endswith(b"}}")


# Chunks.

SOUND_CHUNKS = ("many", "extension", "trailers", "leading_zeros")


@pytest.mark.parametrize("how", CHUNK_WAYS)
def test_chunks_are_odd_in_every_way_that_there_is(exchange, key, how):
    data = on_the_wire(exchange, key, fault="chunks", how=how)
    _, body = parts(data)
    assert b"Transfer-Encoding: chunked\r\n" in data
    if how in SOUND_CHUNKS:
        assert json.loads(unchunked(body))["BTC"]["available"] == "1.00000000"
    else:
        with pytest.raises(ValueError):  # noqa: PT011 - any will do
            unchunked(body)


def test_a_line_stays_open_behind_sound_chunks(exchange, key):
    exchange.faults.add(key=key, fault="chunks", how="trailers")
    with Caller(exchange.port) as caller:
        caller.send(travelling(signed(exchange, key))).until(b"X-Sum: none\r\n\r\n")
        caller.send(AGAIN)
        assert caller.reply().status == 200


# Compression.


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
@pytest.mark.parametrize("how", [how for how in GZIP_WAYS if how != "bomb"])
def test_an_answer_is_compressed_in_every_way_that_there_is(exchange, key, how, encoding):
    lines, body = parts(on_the_wire(exchange, key, fault="gzip", how=how, encoding=encoding))
    unpack = gzip.decompress if encoding == "gzip" else zlib.decompress
    assert (b"Content-Encoding: " + encoding.encode() in lines) is (how != "unlabelled")
    assert b"Content-Length: %d" % len(body) in lines
    if how in ("cut", "wrong_sum", "mislabelled"):
        with pytest.raises((EOFError, OSError, zlib.error)):
            unpack(body)
    else:
        whole = unpack(unpack(body)) if how == "twice" else unpack(body)
        assert json.loads(whole)["BTC"]["available"] == "1.00000000"


@pytest.mark.parametrize("size", [17, 18, 5000, 2**20 + 18, 3 * 2**20 + 7])
def test_a_bomb_unpacks_to_json_of_its_size(size):
    whole = gzip.decompress(bomb(size))
    assert len(whole) == max(size, 18)
    assert json.loads(whole)["ok"] is True


def test_a_bomb_is_small_on_the_wire(exchange, key):
    _, body = parts(on_the_wire(exchange, key, fault="gzip", how="bomb", size=8 * 2**20))
    assert len(body) < 20_000
    assert len(gzip.decompress(body)) == 8 * 2**20


# What stands in front, what comes before and what comes behind.


@pytest.mark.parametrize("status", [403, 429, 502, 503, 504, 520, 521, 522, 523, 524, 525, 526])
def test_cloudflares_pages_are_html_that_names_the_status(exchange, key, status):
    data = on_the_wire(exchange, key, fault="status", at="before_handler", status=status, body="cloudflare")
    lines, body = parts(data)
    assert lines[0].startswith(b"HTTP/1.1 %d " % status)
    assert b"Server: cloudflare" in lines
    assert any(line.startswith(b"CF-RAY: ") for line in lines)
    assert b"Content-Type: text/html; charset=UTF-8" in lines
    assert b"%d" % status in body


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ("challenge", 403, b"Please complete the security check to proceed."),
        ("throttled", 429, b"Error 1015"),
        ("throttled", 403, b"Please try again in a few minutes."),
        ("maintenance", 503, b"<title>Maintenance Mode</title>"),
    ],
)
def test_the_pages_that_users_reported_hold_the_words_that_clients_look_for(exchange, key, body, status, words):
    assert words in on_the_wire(exchange, key, fault="status", status=status, body=body)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("imf", b"Sun, 06 Nov 1994 08:49:39 GMT"),
        ("rfc850", b"Sunday, 06-Nov-94 08:49:39 GMT"),
        ("asctime", b"Sun Nov  6 08:49:39 1994"),
    ],
)
def test_a_time_to_come_back_is_written_in_each_of_the_three_forms(exchange, key, form, text):
    exchange.clock.freeze(784111777000)
    try:
        data = on_the_wire(exchange, key, fault="status", retry_after_date_ms=1500, date_form=form)
    finally:
        exchange.clock.set_offset(ms=0)
    assert b"\r\nRetry-After: " + text + b"\r\n" in data


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "soon", "99999999999"])
def test_a_time_to_come_back_may_be_nonsense(exchange, key, value):
    data = on_the_wire(exchange, key, fault="status", status=429, body="cloudflare", retry_after=value)
    assert b"\r\nRetry-After: " + value.encode() + b"\r\n" in data


@pytest.mark.parametrize(("status", "count"), [(100, 1), (103, 2), (102, 3)])
def test_interim_answers_come_before_the_answer(exchange, key, status, count):
    data = on_the_wire(exchange, key, fault="interim", status=status, count=count)
    assert data.count(b"HTTP/1.1 %d Interim\r\n\r\n" % status) == count
    assert b"HTTP/1.1 200 OK\r\n" in data


def test_rubbish_may_stand_before_an_answer(exchange, key):
    data = on_the_wire(exchange, key, fault="garbage", body="SSH-2.0-x\r\n", answer=True)
    assert data.startswith(b"SSH-2.0-x\r\nHTTP/1.1 200 OK\r\n")


def test_a_second_answer_lies_ready_for_the_next_request(exchange, key):
    exchange.faults.add(key=key, fault="extra_answer", body="{}", status=418)
    with Caller(exchange.port) as caller:
        caller.send(travelling(signed(exchange, key)))
        assert (caller.reply().status, caller.reply().status) == (200, 418)
        caller.send(AGAIN)
        assert caller.reply().status == 200


def test_a_spoilt_answer_leaves_the_nonce_spent_and_the_effect_standing(exchange, key):
    exchange.faults.add(key=key, fault="json", how="cut")
    request = signed(exchange, key, nonce=10**15)
    ask(exchange, request)
    assert exchange.last_nonce(key) == 10**15
