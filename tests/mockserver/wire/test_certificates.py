"""TLS: right for who verifies, and wrong in one way at a time for who wants to see a client refuse it."""

import http.client
import socket
import ssl
import warnings
from contextlib import suppress
from pathlib import Path

import pytest
import trustme

from mockserver import MockExchange, NotRunning, Settings, SettingsError
from mockserver.certificates import Certificates, TlsFlaw, server_of_files

#: What a client that verifies says of each.
WORDS = {
    "expired": "expired",
    "not_yet_valid": "not yet valid",
    "wrong_host": "not valid for",
    "common_name_only": "not valid for",
    "address_as_name": "not valid for",
    "no_names": "not valid for",
    "wide_wildcard": "not valid for",
    "self_signed": "self-signed",
    "untrusted": "unable to get local issuer|self-signed|signature failure",
    "missing_intermediate": "unable to get local issuer",
    "weak_key": "key too (weak|small)",
}
OLD = {"tls_1_0": "TLSv1", "tls_1_1": "TLSv1.1"}


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    made = Certificates("api.example.com", ca_file=tmp_path_factory.mktemp("ca") / "below" / "ca.pem")
    yield made
    made.close()


def careful(certificates: Certificates) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certificates.ca_file)


def careless() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
    return context


def asked(port: int, context: ssl.SSLContext, name: str = "api.example.com") -> tuple[int, str]:
    """Ask by a name, whoever it resolves to; return the status and the TLS version."""
    plain = socket.create_connection(("127.0.0.1", port), timeout=30)
    with plain, context.wrap_socket(plain, server_hostname=name) as line:
        line.sendall(b"GET /v1/time HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = http.client.HTTPResponse(line)
        answer.begin()
        return answer.status, str(line.version())


def serving(certificates: Certificates, flaw: str | None = None) -> MockExchange:
    return MockExchange(settings=Settings(tls=certificates.server_context(flaw)))


@pytest.mark.parametrize("uvloop", [True, False])
def test_a_client_that_verifies_is_content_with_what_is_right(certificates, uvloop):
    with MockExchange(settings=Settings(tls=certificates.server_context(), uvloop=uvloop)) as exchange:
        for name in ("api.example.com", "127.0.0.1", "localhost", "poloniex.localhost"):
            assert asked(exchange.port, careful(certificates), name)[0] == 200
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            context = careful(certificates)
            context.minimum_version = context.maximum_version = version
            assert asked(exchange.port, context) == (200, version.name.replace("_", "."))


def test_a_name_nobody_thought_of_gets_a_certificate_of_its_own(certificates):
    with serving(certificates) as exchange:
        assert asked(exchange.port, careful(certificates), "api.exmo.com")[0] == 200
        assert asked(exchange.port, careful(certificates), "api.exmo.com")[0] == 200
        with pytest.raises(ssl.SSLCertVerificationError):
            asked(exchange.port, careful(certificates), "127.0.0.9")  # an address is asked for by no name


def test_names_without_end_are_not_minted_without_end(certificates):
    context = careful(certificates)
    with serving(certificates) as exchange:
        names = [f"host{number}.example.org" for number in range(70)]
        outcomes = []
        for name in names:
            try:
                outcomes.append(asked(exchange.port, context, name)[0])
            except ssl.SSLCertVerificationError:
                outcomes.append(0)
        assert outcomes[0] == 200
        assert outcomes[-1] == 0
        assert asked(exchange.port, context)[0] == 200


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("flaw", WORDS)
def test_what_is_wrong_is_refused_by_who_verifies_and_taken_by_who_does_not(certificates, flaw, strict):
    context = careful(certificates)
    if strict:  # as Python's own context is from 3.13 on
        context.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
    with serving(certificates, flaw) as exchange:
        for name in ("api.example.com", "127.0.0.1"):
            with pytest.raises(ssl.SSLCertVerificationError, match=WORDS[flaw]):
                asked(exchange.port, context, name)
        assert exchange.journal.last_number == 0
        assert asked(exchange.port, careless())[0] == 200
        assert exchange.own_faults == ()


@pytest.mark.parametrize("flaw", OLD)
def test_a_version_of_old_is_refused_by_who_knows_better(certificates, flaw):
    try:
        exchange = serving(certificates, flaw)
    except SettingsError as problem:  # an OpenSSL built without it
        pytest.skip(str(problem))
    with exchange:
        with pytest.raises((ssl.SSLError, ConnectionResetError)):
            asked(exchange.port, careful(certificates))
        assert asked(exchange.port, careless()) == (200, OLD[flaw])


def test_a_version_of_old_is_not_spoken_unless_asked_for(certificates):
    with serving(certificates) as exchange:
        for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
            context = careless()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                context.maximum_version = version
            with pytest.raises((ssl.SSLError, ConnectionResetError)):
                asked(exchange.port, context)


def test_every_flaw_is_told_apart_here():
    assert {*WORDS, *OLD, "stalled"} == set(TlsFlaw)


def test_a_chain_of_two_is_shown_as_a_whole(certificates):
    with MockExchange(tls=certificates) as exchange, MockExchange() as other:
        assert asked(exchange.port, careful(certificates))[0] == 200
        url = other.open_door(tls="chained")
        trusting = ssl.create_default_context(cafile=other.ca_file)
        assert asked(int(url.rpartition(":")[2]), trusting, "127.0.0.1")[0] == 200


def test_a_handshake_that_stalls_is_never_answered_and_ends_with_the_exchange(certificates):
    with serving(certificates, "stalled") as exchange:
        assert exchange.url.startswith("https://")
        plain = socket.create_connection(("127.0.0.1", exchange.port), timeout=0.1)
        with pytest.raises(TimeoutError):
            careless().wrap_socket(plain)
        waiting = [socket.create_connection(("127.0.0.1", exchange.port), timeout=30) for _ in range(70)]
        assert waiting[0].recv(1) == b""  # there is room for so many of them
    for line in waiting:
        with line, suppress(ConnectionResetError):  # who had not been taken yet is turned away
            assert line.recv(1) == b""
    assert exchange.journal.last_number == 0


def test_one_exchange_has_a_door_for_each_flaw_and_one_authority_for_all():
    with MockExchange(tls="expired") as exchange:
        context = ssl.create_default_context(cafile=exchange.ca_file)
        with pytest.raises(ssl.SSLCertVerificationError, match="expired"):
            asked(exchange.port, context, "127.0.0.1")
        good, wrong = exchange.open_door(tls=True), exchange.open_door(tls="wrong_host")
        assert asked(int(good.rpartition(":")[2]), context, "127.0.0.1")[0] == 200
        with pytest.raises(ssl.SSLCertVerificationError, match="not valid for"):
            asked(int(wrong.rpartition(":")[2]), context, "127.0.0.1")
        assert exchange.open_door().startswith("http://")
        with pytest.raises(SettingsError, match="'rusty'"):
            exchange.open_door(tls="rusty")
    with pytest.raises(NotRunning):
        exchange.open_door(tls=True)


def test_a_plain_exchange_may_have_a_private_door():
    with MockExchange("exmo") as exchange:
        assert exchange.ca_file is None
        port = int(exchange.open_door(tls=True).rpartition(":")[2])
        assert asked(port, ssl.create_default_context(cafile=exchange.ca_file), "api.exmo.com")[0] == 200


@pytest.mark.parametrize("kind", ["certificates", "context"])
def test_certificates_that_were_made_before_are_shown_and_stay(certificates, kind):
    tls = certificates if kind == "certificates" else certificates.server_context()
    with MockExchange(tls=tls) as exchange:
        assert asked(exchange.port, careful(certificates))[0] == 200
    assert Path(certificates.ca_file).exists()


def test_a_flaw_that_does_not_exist_is_named_with_those_that_do(certificates):
    with pytest.raises(SettingsError, match=r"'rusty'; there are expired, .*stalled"):
        certificates.server_context("rusty")


def test_what_somebody_brings_is_shown(certificates, tmp_path):
    authority = trustme.CA()
    issued = authority.issue_cert("own.example")
    issued.private_key_pem.write_to_path(str(tmp_path / "key.pem"))
    (tmp_path / "cert.pem").write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with MockExchange(settings=Settings(tls=server_of_files(tmp_path / "cert.pem", tmp_path / "key.pem"))) as exchange:
        assert asked(exchange.port, ssl.create_default_context(cafile=tmp_path / "ca.pem"), "own.example")[0] == 200
        with pytest.raises(ssl.SSLCertVerificationError):
            asked(exchange.port, careful(certificates), "own.example")


def test_what_cannot_be_shown_is_said_in_one_line(certificates, tmp_path):
    (tmp_path / "rubbish").write_text("no PEM")
    for path in (tmp_path / "rubbish", tmp_path / "nowhere", certificates.ca_file):
        with pytest.raises(SettingsError, match="cannot be used"):
            server_of_files(path)
    with pytest.raises(SettingsError, match="cannot write the authority's certificate"):
        Certificates(ca_file=tmp_path / "rubbish" / "ca.pem")


def test_a_temporary_authority_goes_when_its_exchange_goes(tmp_path):
    made, kept = Certificates(), Certificates(ca_file=tmp_path / "ca.pem")
    assert Path(made.ca_file).exists()
    for each in (made, kept):
        each.close()
    assert not Path(made.ca_file).exists()
    assert Path(kept.ca_file).exists()
