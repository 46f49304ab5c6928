"""The environment of a command: where the exchange is, whom to trust, and nothing that leads elsewhere."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.redirecting import RUNGS, redirect, variables
from harness.redirecting.doors import Trust, proper, written_trust
from mockserver import Certificates, KeyHandle, MockExchange
from tests.redirecting.conftest import Led

CLIENT = str(Path(__file__).parent / "clients" / "client.py")


def test_a_client_that_asks_is_told_everything(led: Led, exchange: MockExchange, key: KeyHandle) -> None:
    for rung in ("env", "preload", "proxy"):
        told = led("true", rung=rung).taken.redirection.environment
        shown = {name: told[name] for name in ("NONCENSE_URL", "NONCENSE_KEY", "NONCENSE_SECRET")}
        assert shown == {"NONCENSE_URL": exchange.url, "NONCENSE_KEY": key.key, "NONCENSE_SECRET": key.secret}


def test_a_client_that_does_not_ask_is_refused_and_named_where_the_environment_is_all(led: Led) -> None:
    ended = led(sys.executable, CLIENT, "K", "S", "urllib", rung="env")
    assert ended.status == 1
    assert "403 Forbidden" in ended.errors
    assert ended.strays == ("poloniex.com:443 (asked the proxy)",)


def test_a_proxy_of_the_user_s_leads_nobody_away(led: Led) -> None:
    before = {"HTTPS_PROXY": "http://192.0.2.1:1", "Https_Proxy": "x", "NO_PROXY": "poloniex.com", "all_proxy": "y"}
    told = led("true", rung="preload", environment=before).taken.redirection.environment
    assert "Https_Proxy" not in told
    assert {told[name] for name in ("HTTPS_PROXY", "https_proxy", "all_proxy")} == {told["HTTP_PROXY"]}
    assert told["HTTP_PROXY"].startswith("http://127.0.0.1:")
    assert told["NO_PROXY"] == told["no_proxy"] == variables.NEAR


def test_a_network_of_its_own_needs_no_proxy(led: Led, namespaces: None) -> None:
    told = led("true", rung="namespace", environment={"https_proxy": "x"}).taken.redirection.environment
    assert not {name for name in told if "proxy" in name.lower()}
    assert "NONCENSE_LED_HOSTS" not in told


def test_what_an_outer_redirection_left_is_gone() -> None:
    assert variables.bare({"NONCENSE_LED_HOSTS": "a", "NODE_USE_ENV_PROXY": "1", "PATH": "x"}) == {"PATH": "x"}


def test_one_line_says_what_is_done(led: Led) -> None:
    taken = led("true", rung="proxy").taken.redirection
    assert (str(taken), taken.rung, taken.declined) == ("env + proxy", "proxy", ())
    taken = led(sys.executable, "-c", "").taken.redirection
    name = Path(sys.executable).name
    assert str(taken) == f"env + preload + proxy; no namespace: not needed, {name} is reached by a preload"


def test_a_program_that_nobody_knows_has_a_network_to_itself(led: Led, namespaces: None, tmp_path: Path) -> None:
    (tmp_path / "bot").write_text("#!/usr/bin/perl\n")
    (tmp_path / "bot").chmod(0o755)
    taken = led(str(tmp_path / "bot")).taken.redirection
    assert str(taken) == "env + namespace; no preload: nobody knows what would reach bot"


def test_where_it_cannot_have_one_the_next_best_is_taken(
    led: Led, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.redirecting.ladder.forbidden", lambda: "Operation not permitted")
    (tmp_path / "bot").write_text("#!/bin/true\n")
    (tmp_path / "bot").chmod(0o755)
    taken = led(str(tmp_path / "bot")).taken.redirection
    assert taken.rung == "preload"
    said = "bot may slip past all else, but this machine allows none (Operation not permitted)"
    assert taken.declined == (("namespace", said),)


@pytest.mark.parametrize(
    ("argv", "rung", "hosts", "said"),
    [
        ((), None, ("poloniex.com",), "which command? It goes behind --"),
        (("true",), "tunnel", ("poloniex.com",), f"there is no rung 'tunnel'; there are {', '.join(RUNGS)}"),
        (("true",), None, ("polo niex.com",), "'polo niex.com' is no name of a host"),
        (("true",), "proxy", ("a\nb",), "'a\\nb' is no name of a host"),
        (("true",), "proxy", ("",), "'' is no name of a host"),
        (("true",), "proxy", ("a..b",), "'a..b' is no name of a host"),
        (("true",), "proxy", ("a" * 300,), f"'{'a' * 80}' is no name of a host"),
        (("true",), "proxy", ("https://poloniex.com",), "'https://poloniex.com' is no name of a host"),
    ],
)
def test_what_makes_no_sense_is_said(
    argv: tuple[str, ...], rung: str | None, hosts: tuple[str, ...], said: str, exchange: MockExchange, tmp_path: Path
) -> None:
    key = exchange.create_key()
    own = {"exchange": exchange, "environment": os.environ, "folder": tmp_path, "key": key}
    with pytest.raises(UsageError) as told, redirect(argv, hosts=hosts, rung=rung, **own):
        pass
    assert str(told.value) == said


def test_names_are_compared_without_case_and_last_dot() -> None:
    assert proper(["Poloniex.com.", "poloniex.com", "api.exmo.com"]) == ("poloniex.com", "api.exmo.com")
    assert proper(["b\u00f6rse.example"]) == ("xn--brse-5qa.example",)


def test_java_s_options_keep_a_blank(tmp_path: Path) -> None:
    trust = Trust(pem=tmp_path / "ca.pem", empty=tmp_path, java=Path("/a folder/trust.p12"))
    told = variables.java({}, trust, proxy_port=8080, hosts=None)["JAVA_TOOL_OPTIONS"]
    assert "'-Djavax.net.ssl.trustStore=/a folder/trust.p12'" in told
    assert "-Dhttps.proxyPort=8080" in told


def test_an_authority_that_java_cannot_be_told_of_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("cryptography.hazmat.primitives.serialization.pkcs12.serialize_java_truststore", raising=False)
    certificates = Certificates("poloniex.com")
    trust = written_trust(certificates.ca_file, tmp_path)
    certificates.close()
    assert trust.java is None
    assert "trustStore" not in variables.java({}, trust, proxy_port=1, hosts=None)["JAVA_TOOL_OPTIONS"]
    assert trust.pem.read_text().startswith("-----BEGIN CERTIFICATE-----")
