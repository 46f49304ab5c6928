"""TLS that is torn, stalled, spoken to the wrong port or not at all: who does it right beside it notices nothing."""

import gzip
import shutil
import socket
import ssl
import subprocess

import pytest

from mockserver import Certificates, MockExchange, Settings
from tests.mockserver.hostile.siege import HOST, posting, signed, statuses, told
from tests.mockserver.raw_client import Caller, an_order, travelling

TIME = b"GET /v1/time HTTP/1.1\r\n" + HOST + b"\r\n"
HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500)


@pytest.fixture(scope="module")
def certificates():
    made = Certificates()
    yield made
    made.close()


@pytest.fixture(scope="module", params=[True, False], ids=["uvloop", "asyncio"])
def private(request, certificates):
    told = Settings(
        tls=certificates.server_context(), handshake_s=0.3, head_s=0.3, body_s=0.3, keep_alive_s=5, uvloop=request.param
    )
    with MockExchange(settings=told) as running:
        yield running
        assert running.own_faults == ()


@pytest.fixture
def beside(private, certificates):
    """Somebody who does it right before and after."""
    context = ssl.create_default_context(cafile=certificates.ca_file)
    with (
        socket.create_connection(("127.0.0.1", private.port), timeout=30) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as line,
    ):
        line.sendall(TIME)
        assert line.recv(65536).startswith(b"HTTP/1.1 200 ")
        yield line
        line.sendall(TIME)
        assert line.recv(65536).startswith(b"HTTP/1.1 200 ")


def shaken(private, certificates) -> ssl.SSLSocket:
    context = ssl.create_default_context(cafile=certificates.ca_file)
    plain = socket.create_connection(("127.0.0.1", private.port), timeout=30)
    return context.wrap_socket(plain, server_hostname="127.0.0.1", suppress_ragged_eofs=True)


NO_TLS = {
    "plain HTTP": TIME,
    "a hello of nothing": HELLO,
    "half a hello": HELLO[:20],
    "a record of 64 KiB": b"\x16\x03\x03\xff\xff" + bytes(65535),
    "an alert": b"\x15\x03\x03\x00\x02\x02\x28",
    "data before any handshake": b"\x17\x03\x03\x00\x20" + bytes(32),
    "SSL 2": b"\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10" + bytes(40),
    "a byte": b"\x16",
    "nothing": b"",
}


@pytest.mark.parametrize("data", NO_TLS.values(), ids=NO_TLS)
@pytest.mark.usefixtures("beside")
def test_what_is_no_handshake_is_hung_up_on_and_leaves_no_page_in_the_journal(private, data):
    before = private.journal.last_number
    assert statuses(told(private.port, data, last_word=False)) == []
    assert private.journal.last_number == before


@pytest.mark.usefixtures("beside")
def test_handshakes_that_are_left_undone_are_let_go_in_time(private):
    undone = [Caller(private.port).send(HELLO[:11]) for _ in range(100)]
    for caller in undone:
        assert caller.rest() == b""
        caller.socket.close()


@pytest.mark.usefixtures("beside")
def test_an_order_whose_client_goes_without_a_goodbye_is_judged_all_the_same(private, certificates):
    key = private.create_key(private_venue=True)
    before = private.journal.last_number
    line = shaken(private, certificates)
    line.sendall(travelling(an_order(private, key)))
    with socket.socket(fileno=line.detach()) as plain:
        plain.shutdown(socket.SHUT_WR)
        assert private.journal.wait_past(before, timeout_s=30)
    assert private.journal.of(key)[0].refused is None
    assert len(private.orders(key)) == 1


@pytest.mark.usefixtures("beside")
def test_a_body_that_is_torn_off_under_tls_has_no_effect(private, certificates):
    key = private.create_key(private_venue=True)
    data = travelling(an_order(private, key))
    before = private.journal.last_number
    for goodbye in (True, False):
        line = shaken(private, certificates)
        line.sendall(data[:-5])
        if goodbye:
            line.close()
        else:
            socket.socket(fileno=line.detach()).close()
        assert private.journal.wait_past(before, timeout_s=30)
        before = private.journal.last_number
    assert private.orders(key) == ()
    assert all(entry.unreadable for entry in private.journal.of(key))


@pytest.mark.usefixtures("beside")
def test_records_that_were_tampered_with_end_the_line(private, certificates):
    line = shaken(private, certificates)
    with socket.socket(fileno=line.detach()) as plain:
        plain.settimeout(30)
        plain.sendall(b"\x17\x03\x03\x00\x40" + bytes(64))
        try:
            while plain.recv(65536):
                pass
        except ConnectionResetError:
            pass


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl")
def test_a_client_may_not_renegotiate(private):
    client = subprocess.Popen(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{private.port}", "-tls1_2"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    output, _ = client.communicate(b"R\n", timeout=20)
    assert b"RENEGOTIATING" in output
    assert b"no renegotiation" in output or b"handshake failure" in output or b"unexpected eof" in output


def test_a_body_that_unpacks_to_dozens_of_mebibytes_is_not_unpacked(besieged):
    key = besieged.create_key()
    bomb = gzip.compress(bytes(2**26), mtime=0)
    path = {"poloniex": b"/tradingApi", "exmo": b"/v1.1/user_info", "bitunix": b"/api/spot/v1/order/place_order"}
    headers = ((b"Content-Type", b"application/json"), (b"Content-Encoding", b"gzip"))
    request = posting(path.get(besieged.dialect.name, b"/v1/orders"), bomb, headers)
    assert max(statuses(told(besieged.port, signed(besieged, key, request)))) in range(200, 500)
    assert besieged.journal.all()[-1].request.body.startswith(bomb)
