"""Server-sent events: pages as they are written, taken up again by number, and viewers who do not read."""

import json
import socket
import time

import pytest

from mockserver import MockExchange, Settings
from mockserver.wire import viewers
from tests.mockserver.raw_client import Caller, ask, signed, travelling

TIME = b"GET /v1/time HTTP/1.1\r\nHost: x\r\n\r\n"


class Viewer(Caller):
    """Who looks on, and takes what he hears apart."""

    def __init__(self, port, query="", *headers):
        super().__init__(port)
        head = [f"GET /_noncense/journal/events{query} HTTP/1.1".encode(), b"Host: localhost", *headers]
        self.send(b"\r\n".join(head) + b"\r\n\r\n")
        self.head = self.until(b"\r\n\r\n")
        self.until(b"retry: 1000\n\n")

    def event(self):
        """Return the next event: its name, id and data; comments are passed over."""
        while True:
            lines = self.until(b"\n\n").decode().split("\n")
            members = dict(line.split(": ", 1) for line in lines)
            if "data" in members:
                return members.get("event"), members.get("id"), json.loads(members["data"])


def viewers_of(running):
    return ask(running, b"GET /_noncense/health HTTP/1.1\r\nHost: localhost\r\n\r\n").json["viewers"]


def drain(connected):
    while connected.recv(65536):
        pass


@pytest.fixture
def key(steered):
    return steered.create_key(private_venue=True)


def test_pages_come_as_they_are_written_with_their_answers(steered, key):
    with Viewer(steered.port) as viewer:
        assert b"Content-Type: text/event-stream" in viewer.head
        ask(steered, signed(steered, key))
        name, number, page = viewer.event()
        assert (name, int(number)) == ("entry", steered.journal.last_number)
        assert (page["operation"], page["answer"]["status"]) == ("balances", 200)


def test_a_viewer_who_comes_back_misses_nothing_and_hears_nothing_twice(steered):
    for _ in range(3):
        ask(steered, TIME)
    last = steered.journal.last_number
    with Viewer(steered.port, "", b"Last-Event-ID: %d" % (last - 2)) as viewer:
        assert [int(viewer.event()[1]) for _ in range(2)] == [last - 1, last]
        ask(steered, TIME)
        assert int(viewer.event()[1]) == last + 1


def test_a_viewer_may_begin_with_what_was(steered):
    ask(steered, TIME)
    with Viewer(steered.port, f"?since={steered.journal.last_number - 1}") as viewer:
        assert int(viewer.event()[1]) == steered.journal.last_number


def test_a_viewer_sees_only_what_he_asked_for(steered, key):
    with Viewer(steered.port, f"?key={key.key}&refusal=any") as viewer:
        ask(steered, TIME)
        ask(steered, signed(steered, key, nonce=10**15))
        ask(steered, signed(steered, key, nonce=1))
        assert viewer.event()[2]["refused"]["refusal"] == "nonce_not_increasing"


def test_an_answer_that_comes_later_is_told_when_it_comes(steered, key):
    held = steered.faults.add(key=key, fault="hold", at="before_gate", count=2, ms=60_000)
    with Viewer(steered.port) as viewer, Caller(steered.port) as caller:
        caller.send(travelling(signed(steered, key)))
        name, number, page = viewer.event()
        assert (name, page["answer"]) == ("entry", None)
        held.remove()
        assert caller.reply().status == 200
        name, nothing, update = viewer.event()
        assert (name, nothing, update["number"], update["answer"]["status"]) == ("update", None, int(number), 200)


def test_a_viewer_hears_that_we_are_still_there(monkeypatch):
    monkeypatch.setattr(viewers.Viewers.__init__, "__kwdefaults__", {"heartbeat_s": 0.02, "patience_s": 5.0})
    with MockExchange() as running, Viewer(running.port) as viewer:
        for _ in range(2):
            assert viewer.until(b"\n\n") == b": still here"


def test_pages_that_had_to_go_are_told_of():
    with MockExchange(settings=Settings(journal_entries=3)) as running:
        for _ in range(8):
            ask(running, TIME)
        with Viewer(running.port, "?since=2") as viewer:
            assert viewer.event() == ("gap", None, {"missed": 3})
            assert int(viewer.event()[1]) == 6


def test_a_viewer_who_does_not_read_is_let_go(monkeypatch):
    monkeypatch.setattr(viewers.Viewers.__init__, "__kwdefaults__", {"heartbeat_s": 15.0, "patience_s": 0.05})
    with MockExchange() as running:
        key = running.create_key()
        deaf = socket.socket()
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.connect(("127.0.0.1", running.port))
        deaf.sendall(b"GET /_noncense/journal/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        deaf.recv(16)
        assert viewers_of(running) == 1
        until = time.monotonic() + 10
        while viewers_of(running) and time.monotonic() < until:
            ask(running, signed(running, key, "POST", b"/v1/orders", {"market": "x" * 200_000}))
        assert viewers_of(running) == 0
        deaf.settimeout(30)
        with pytest.raises(ConnectionResetError):  # nothing is kept for who may read it one day
            drain(deaf)
        deaf.close()
        assert running.own_faults == ()


def test_a_long_past_is_told_without_a_pause(monkeypatch):
    monkeypatch.setattr(viewers, "_TICK_S", 60.0)
    with MockExchange() as running:
        for _ in range(150):
            ask(running, TIME)
        with Viewer(running.port, "?since=0") as viewer:
            assert [int(viewer.event()[1]) for _ in range(150)] == list(range(1, 151))


def test_not_everybody_may_look_on_at_once(monkeypatch):
    monkeypatch.setattr(viewers, "MOST_VIEWERS", 1)
    with MockExchange() as running, Viewer(running.port):
        reply = ask(running, b"GET /_noncense/journal/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert (reply.status, reply.json) == (400, {"error": "too many look on already"})


@pytest.mark.parametrize("abruptly", [False, True])
def test_who_goes_is_forgotten(abruptly):
    with MockExchange() as running:
        viewer = Viewer(running.port)
        assert viewers_of(running) == 1
        if abruptly:
            viewer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        viewer.socket.close()
        until = time.monotonic() + 5
        while viewers_of(running) and time.monotonic() < until:
            ask(running, TIME)
        assert viewers_of(running) == 0


def test_an_exchange_ends_while_people_look_on():
    with MockExchange() as running:
        viewer = Viewer(running.port)
        started = time.monotonic()
    assert time.monotonic() - started < 10
    viewer.socket.close()


def test_looking_on_needs_the_token_where_there_is_one():
    with MockExchange(settings=Settings(control_token="let me in")) as guarded:
        reply = ask(guarded, b"GET /_noncense/journal/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert reply.status == 403
        with Viewer(guarded.port, "", b"X-Noncense-Token: let me in") as viewer:
            ask(guarded, TIME)
            assert viewer.event()[0] == "entry"


def test_a_head_is_told_what_there_would_be_to_see(steered):
    with Caller(steered.port) as caller:
        caller.send(b"HEAD /_noncense/journal/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert caller.reply(bodiless=True).headers["content-type"] == "text/event-stream"
