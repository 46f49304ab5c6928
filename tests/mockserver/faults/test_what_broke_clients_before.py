"""The harm that real HTTP stacks were tried on, by its usual names: each is one plan away."""

import re

import pytest

from tests.mockserver.raw_client import Caller, signed, travelling

OTHER = "http://127.0.0.2:9/stolen"

#: Name to the plan, and to what is on the wire; "reset" and "silence" for what no bytes can say.
TRIED = {
    "closed before the answer": ({"fault": "close"}, rb"$"),
    "reset before the answer": ({"fault": "reset"}, "reset"),
    "reset in the middle of the body": ({"fault": "reset", "after": -5}, "reset"),
    "a body that ends early": ({"fault": "truncate", "after": 10}, rb'HTTP/1.1 200 .*\r\n\r\n{"BTC":{"a$'),
    "a head that ends early": ({"fault": "close", "after": 40}, rb"HTTP/1.1 200 OK\r\nContent-Type: applicati$"),
    "a chunk of no size": ({"fault": "chunks", "how": "bad_size"}, rb".*\r\n\r\nZZ\r\n"),
    "no last chunk": ({"fault": "chunks", "how": "no_end"}, rb".*\r\nTransfer-Encoding: chunked\r\n.*}\r\n$"),
    "bit by bit": ({"fault": "slow_drip", "ms": 0, "piece": 50}, rb"HTTP/1.1 200 OK.*}$"),
    "silence": ({"fault": "stall"}, "silence"),
    "an unasked 100": ({"fault": "interim"}, rb"HTTP/1.1 100 [^\r]*\r\n\r\nHTTP/1.1 200"),
    "a 103": ({"fault": "early_hints"}, rb"HTTP/1.1 103 .*\r\n\r\nHTTP/1.1 200"),
    "a 302 elsewhere": ({"fault": "redirect", "location": OTHER}, rb"HTTP/1.1 302 .*\r\nLocation: http://127.0.0.2"),
    "a 307 elsewhere": ({"fault": "redirect", "status": 307, "location": OTHER}, rb"HTTP/1.1 307 "),
    "sound gzip": ({"fault": "gzip"}, rb".*\r\nContent-Encoding: gzip\r\n.*\r\n\r\n\x1f\x8b"),
    "a gzip bomb": ({"fault": "gzip", "how": "bomb", "size": 2**21}, rb".*\r\n\r\n\x1f\x8b"),
    "a wrong encoding": ({"fault": "gzip", "how": "mislabelled"}, rb".*\r\nContent-Encoding: gzip\r\n.*\r\n\r\n{"),
    "HTML with a 502": ({"fault": "status", "status": 502, "body": "html"}, rb"HTTP/1.1 502 .*<!DOCTYPE html>"),
    "HTML with a 200": ({"fault": "body", "body": "<html>", "content_type": "text/html"}, rb"HTTP/1.1 200 .*<html>$"),
    "nothing with a 200": ({"fault": "body", "body": ""}, rb"HTTP/1.1 200 .*\r\nContent-Length: 0\r\n.*\r\n\r\n$"),
    "invalid UTF-8": ({"fault": "json", "how": "invalid_utf8"}, rb"HTTP/1.1 200 .*\xff\xfe"),
    "duplicate keys": ({"fault": "duplicate_keys"}, rb'.*{"BTC":null,.*"BTC":{'),
    "NaN": ({"fault": "json", "how": "nan"}, rb".*:NaN[,}]"),
    "a big integer": ({"fault": "json", "how": "big_integer"}, rb".*:12345678901234567890123[,}]"),
    "deep nesting": ({"fault": "json", "how": "deep"}, rb".*\r\n\r\n\[{1000}"),
    "megabytes of JSON": ({"fault": "json", "how": "large", "size": 2**21}, rb".*\r\nContent-Length: 2097152\r\n"),
    "two lengths": ({"fault": "content_length", "how": "twice"}, rb".*Content-Length: \d+\r\nContent-Length: \d+\r\n"),
    "LF alone": ({"fault": "head", "how": "lf_only"}, rb"HTTP/1.1 200 OK\nContent-Type"),
    "rubbish in front": ({"fault": "garbage", "answer": True}, rb"\x16\x03\x01.*HTTP/1.1 200 OK"),
    "rubbish alone": ({"fault": "garbage"}, rb"\x16\x03\x01(?!.*HTTP/1.1)"),
    "a second answer": ({"fault": "extra_answer"}, rb"HTTP/1.1 200 OK.*}HTTP/1.1 200 OK"),
    "HTTP/1.0 to the end": ({"fault": "head", "how": "http10"}, rb"HTTP/1.0 200 OK\r\n(?!.*Content-Length)"),
    "a 429 with a time": (
        {"fault": "status", "status": 429, "retry_after": 1},
        rb"HTTP/1.1 429 .*\r\nRetry-After: 1\r\n",
    ),
    "a 503 with no time": ({"fault": "status", "retry_after": "0"}, rb"HTTP/1.1 503 .*\r\nRetry-After: 0\r\n"),
}


@pytest.mark.parametrize("name", TRIED)
def test_it_is_one_plan_away(exchange, key, name):
    plan, expected = TRIED[name]
    fault = exchange.faults.add(key=key, **plan)
    with Caller(exchange.port, timeout_s=0.15 if expected == "silence" else 30) as caller:
        caller.send(travelling(signed(exchange, key), b"Connection: close"))
        try:
            heard = caller.rest()
        except ConnectionResetError:
            heard = "reset"
        except TimeoutError:
            heard = "silence"
    assert fault.struck == 1
    if isinstance(expected, str):
        assert heard == expected
    else:
        assert re.match(expected, heard, re.DOTALL), heard[:300]
