"""The journal for others to read: chosen pages, checks, lines, HAR, commands, and no secret anywhere."""

import json
import shlex
import threading

import pytest

from mockserver import KeyHandle, MockExchange
from tests.mockserver.raw_client import an_order, ask, signed, travelling

TIME = b"GET /v1/time HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture
def key(steered):
    return steered.create_key(private_venue=True)


@pytest.fixture
def told(control):
    def tell(query):
        status, said = control("GET", f"journal?{query}")
        assert status == 200, said
        return said["entries"]

    return tell


def checks(page):
    return {check["check"]: check for check in page["checks"]}


# Which pages.


def test_pages_are_chosen_by_what_they_have_in_common(steered, told, key):
    ask(steered, signed(steered, key))
    ask(steered, an_order(steered, key))
    ask(steered, signed(steered, key, nonce=1))
    own = [page["number"] for page in told(f"key={key.key}")]
    assert len(own) == 3
    assert [page["number"] for page in told(f"key={key.key}&operation=place_order")] == own[1:2]
    assert [page["number"] for page in told(f"key={key.key}&endpoint=GET%20/v1/balances")] == [own[0], own[2]]
    assert [page["number"] for page in told(f"key={key.key}&refusal=nonce_not_increasing")] == own[2:]
    assert [page["number"] for page in told(f"key={key.key}&refusal=any")] == own[2:]
    assert [page["number"] for page in told(f"key={key.key}&refusal=none")] == own[:2]
    assert [page["number"] for page in told(f"key={key.key}&limit=1&newest=true")] == own[2:]
    assert [page["number"] for page in told(f"key={key.key}&since={own[0]}&limit=1")] == own[1:2]
    assert [page.number for page in steered.journal.select(key=key, refusal="any")] == own[2:]


def test_one_page_is_told_by_its_number(steered, control, key):
    ask(steered, signed(steered, key))
    number = steered.journal.last_number
    assert control("GET", f"journal/{number}")[1]["number"] == number
    assert [control("GET", f"journal/{name}")[0] for name in (number + 1, 0, "x", -1)] == [404] * 4


# Every stage.


def test_the_checks_of_a_good_request_say_what_they_saw(steered, told, key):
    ask(steered, signed(steered, key, nonce=10**15))
    ask(steered, signed(steered, key, nonce=10**15 + 7))
    seen = checks(told(f"key={key.key}")[1])
    assert {check["outcome"] for check in seen.values()} == {"passed"}
    assert (seen["nonce"]["nonce"], seen["nonce"]["last_nonce"]) == (str(10**15 + 7), str(10**15))
    assert seen["key"]["key"] == key.key
    assert abs(seen["window"]["ahead_ms"]) < 60_000
    assert seen["route"]["endpoint"] == "GET /v1/balances"


def test_the_check_that_failed_says_why_and_those_behind_it_were_not_asked(steered, told, key):
    wrong = KeyHandle(key=key.key, secret="not the secret", permissions=key.permissions, account=key.account)
    ask(steered, signed(steered, wrong))
    (page,) = told(f"key={key.key}")
    seen = checks(page)
    assert [name for name, check in seen.items() if check["outcome"] == "failed"] == ["signature"]
    assert seen["signature"]["received"] == page["fields"]["signature"]
    assert len(seen["signature"]["expected_fingerprint"]) == 12
    assert isinstance(seen["signature"]["first_difference"], int)
    assert seen["nonce"] == {"check": "nonce", "outcome": "not_asked"}


def test_the_check_is_the_one_that_refused_whatever_it_said(steered, told):
    blocked = steered.create_key(conditions=["permission_denied"])
    ask(steered, signed(steered, blocked))
    failed = [name for name, check in checks(told(f"key={blocked.key}")[0]).items() if check["outcome"] == "failed"]
    assert failed == ["account"]


def test_a_public_request_is_asked_little_and_one_that_is_no_http_nothing(steered, told):
    ask(steered, TIME)
    ask(steered, b"nonsense\r\n\r\n")
    public, broken = told(f"since={steered.journal.last_number - 2}")
    assert "signature" not in checks(public)
    assert {check["outcome"] for check in public["checks"]} == {"passed"}
    assert (broken["checks"], broken["unreadable"]) == ([], "nonsense\r\n\r\n")


def test_a_refusal_behind_the_gate_fails_no_check(steered, told, key):
    ask(steered, signed(steered, key, "POST", b"/v1/orders", {"market": "NO/SUCH"}))
    (page,) = told(f"key={key.key}")
    assert page["refused"] is not None
    assert {check["outcome"] for check in page["checks"]} == {"passed"}


# Formats.


def test_json_lines_are_the_pages_one_by_one(steered, control, told, key):
    for _ in range(3):
        ask(steered, signed(steered, key))
    lines = control("GET", f"journal?key={key.key}&format=jsonl")[1]
    assert [json.loads(line) for line in lines.splitlines()] == told(f"key={key.key}")
    assert steered.journal.json_lines(steered.journal.of(key)) == lines
    assert steered.journal.objects(steered.journal.of(key)) == told(f"key={key.key}")


def test_har_holds_what_browsers_tools_ask_for(steered, control, key):
    ask(steered, signed(steered, key))
    ask(steered, an_order(steered, key))
    document = control("GET", f"journal?key={key.key}&format=har")[1]
    log = document["log"]
    assert (log["version"], log["creator"]["name"], len(log["entries"])) == ("1.2", "noncense", 2)
    for entry in log["entries"]:
        assert {"startedDateTime", "time", "request", "response", "cache", "timings"} <= set(entry)
        assert entry["startedDateTime"].endswith("Z")
        assert entry["time"] == sum(entry["timings"].values()) >= 0
        request, response = entry["request"], entry["response"]
        names = {"method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize"}
        assert names <= set(request)
        names = {"status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL", "headersSize"}
        assert names <= set(response)
        assert response["content"]["size"] == len(response["content"]["text"].encode())
        assert entry["_noncense"]["verdict"]["accepted"] is True
    placed = log["entries"][1]["request"]
    assert placed["url"] == "http://127.0.0.1/v1/orders"
    assert json.loads(placed["postData"]["text"])["market"] == "BTC/USDT"
    assert steered.journal.har(steered.journal.of(key), url=steered.url) == document


def test_har_says_of_an_answer_that_never_was_that_its_status_is_none(steered, key):
    steered.faults.add(key=key, fault="drop_answer", at="before_gate")
    with pytest.raises(EOFError):
        ask(steered, signed(steered, key))
    (entry,) = steered.journal.har(steered.journal.of(key))["log"]["entries"]
    assert (entry["response"]["status"], entry["_noncense"]["fault"]["fault"]) == (0, "drop_answer")


def test_a_har_with_bytes_that_are_no_text_is_base64(steered, key):
    steered.faults.add(key=key, fault="body", body="\xff\xfe")
    ask(steered, signed(steered, key, "POST", b"/v1/orders", b"\xff"))
    (entry,) = steered.journal.har(steered.journal.of(key))["log"]["entries"]
    assert entry["request"]["postData"]["_encoding"] == "base64"


def test_a_command_sends_the_request_again_and_says_that_it_must_be_signed_anew(steered, control, key):
    ask(steered, an_order(steered, key))
    (page,) = steered.journal.of(key)
    command = control("GET", f"journal/{page.number}/curl")[1]
    note, line = command.splitlines()
    words = shlex.split(line)
    assert "noncense sign --dialect reference" in note
    assert words[0] == "curl"
    assert words[words.index("--data-binary") + 1].encode() == page.request.body
    assert words[-1] == f"http://127.0.0.1:{steered.port}/v1/orders"
    assert steered.journal.curl(page, url=steered.url) == command


# Secrets.


def test_no_secret_leaves_by_the_journal_though_a_client_sent_it(steered, control, key):
    leaking = travelling(
        signed(steered, key, "POST", b"/v1/orders", {"market": key.secret}), b"X-S: " + key.secret.encode()
    )
    ask(steered, leaking)
    (page,) = steered.journal.of(key)
    shown = [
        json.dumps(control("GET", f"journal?key={key.key}")[1]),
        control("GET", f"journal?key={key.key}&format=jsonl")[1],
        json.dumps(control("GET", f"journal?key={key.key}&format=har")[1]),
        control("GET", f"journal/{page.number}/curl")[1],
    ]
    assert [key.secret in text for text in shown] == [False] * 4
    assert ["<secret>" in text for text in shown] == [True] * 4


def test_a_secret_of_another_key_is_taken_out_too(steered, key):
    other = steered.create_key()
    ask(steered, travelling(signed(steered, key), b"X-S: " + other.secret.encode()))
    assert other.secret not in steered.journal.json_lines(steered.journal.of(key))


# Waiting.


def test_whoever_waits_for_a_page_is_told_as_soon_as_there_is_one(steered, control, key):
    before = steered.journal.last_number
    found = []
    waiting = threading.Thread(
        target=lambda: found.append(control("GET", f"journal?since={before}&key={key.key}&wait=10")[1]["entries"])
    )
    waiting.start()
    ask(steered, TIME)  # another's page ends nobody's waiting
    ask(steered, signed(steered, key))
    waiting.join(8)
    assert [[page["operation"] for page in pages] for pages in found] == [["balances"]]


def test_nobody_waits_longer_than_he_said(steered, control):
    last = steered.journal.last_number
    assert control("GET", f"journal?since={last}&wait=0.02")[1]["entries"] == []
    assert control("GET", f"journal?since={last - 1}&wait=30")[1]["entries"] != []


def test_the_journal_is_gone_through_page_by_page():
    with MockExchange() as running:
        for _ in range(3):
            ask(running, TIME)
        assert [page.number for page in running.journal] == [1, 2, 3]
        assert len(running.journal) == 3
