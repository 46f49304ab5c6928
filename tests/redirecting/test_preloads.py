"""The lines that run before a program lead it and nobody else, name whom it asks for besides, and disturb nothing."""

from __future__ import annotations

import ast
import os
import shutil
import socket
import ssl
import subprocess
import sys
from pathlib import Path

import certifi
import pytest

from harness.redirecting import preloading
from mockserver import MockExchange
from tests.redirecting.conftest import Led

PYTHON_STRAYS = """
import json, socket
def tried(function, *given):
    try:
        function(*given)
    except OSError as problem:
        return [type(problem).__name__, problem.errno]
print(json.dumps([
    tried(socket.getaddrinfo, "api.example.org", 443),
    tried(socket.create_connection, ("api.example.org", "https")),
    tried(socket.gethostbyname, "Other.example.org."),
    tried(socket.socket().connect, ("192.0.2.1", 8443)),
    tried(socket.socket().connect, ("name.example.org", 80)),
    socket.socket().connect_ex(("192.0.2.2", 443)),
    tried(socket.socket(socket.AF_INET6).connect, ("2001:db8::1", 443)),
]))
"""

NODE_STRAYS = """
const net = require("net"), https = require("https");
const tried = (start) => new Promise((done) => start().on("error", (problem) => done(problem.code)));
(async () => console.log(JSON.stringify([
  await tried(() => net.connect(443, "api.example.org")),
  await tried(() => net.connect({ host: "192.0.2.1", port: 8443 })),
  await tried(() => https.get("https://other.example.org/")),
  await fetch("https://third.example.org/").catch((problem) => problem.cause.code),
])))();
"""


def test_python_names_whom_it_asks_for(led: Led) -> None:
    ended = led(sys.executable, "-c", PYTHON_STRAYS)
    gaierror, unreachable = ["gaierror", socket.EAI_NONAME], ["OSError", 101]
    assert ended.output.strip() == str([gaierror, gaierror, gaierror, unreachable, gaierror, 101, unreachable]).replace(
        "'", '"'
    ), ended.errors
    assert ended.strays == tuple(
        f"{there} (from inside python)"
        for there in (
            "api.example.org:443",
            "other.example.org",
            "192.0.2.1:8443",
            "name.example.org:80",
            "192.0.2.2:443",
            "2001:db8::1:443",
        )
    )


@pytest.mark.node
@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node")
def test_node_names_whom_it_asks_for(led: Led) -> None:
    ended = led("node", "-e", NODE_STRAYS)
    assert ended.output.strip() == '["ENETUNREACH","ENETUNREACH","ENETUNREACH","ENETUNREACH"]', ended.errors
    asked = ("api.example.org:443", "192.0.2.1:8443", "other.example.org:443", "third.example.org:443")
    assert ended.strays == tuple(f"{there} (from inside node)" for there in asked)


@pytest.mark.redirect
@pytest.mark.skipif(shutil.which("ruby") is None, reason="there is no ruby")
def test_ruby_names_whom_it_asks_for(led: Led) -> None:
    code = """
      require "socket"
      [-> { TCPSocket.new("api.example.org", 443) }, -> { Socket.tcp("192.0.2.1", 80) }].each do |try|
        try.call
      rescue SystemCallError => problem
        puts problem.class
      end
    """
    ended = led("ruby", "-e", code)
    assert ended.output.split() == ["Errno::ENETUNREACH"] * 2, ended.errors
    assert ended.strays == ("api.example.org:443 (from inside ruby)", "192.0.2.1:80 (from inside ruby)")


def test_the_lines_for_python_can_be_read_by_an_old_one() -> None:
    source = (preloading.PREPENDED.parent / "python" / "sitecustomize.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 6))
    assert "from __future__" not in source


def test_what_is_on_this_machine_is_nobody_s_business(led: Led, exchange: MockExchange) -> None:
    code = f"""
import socket
for there in ("127.0.0.1", "localhost"):
    socket.create_connection((there, {exchange.port})).close()
print(socket.gethostbyname("localhost"), socket.getaddrinfo(None, 80)[0][4][1])
print(socket.getaddrinfo("192.0.2.1", 1)[0][4])
socket.socketpair()
socket.create_connection(socket.create_server(("127.0.0.1", 0)).getsockname())
"""
    ended = led(sys.executable, "-c", code)
    assert ended.output == "127.0.0.1 80\n('192.0.2.1', 1)\n", ended.errors
    assert ended.strays == ()


def test_a_sitecustomize_that_was_there_before_still_runs(led: Led, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.mine = 'ran'")
    code = "import sys, sitecustomize; print(sys.mine, sitecustomize.__file__); print(sys.path)"
    ended = led(sys.executable, "-c", code, environment={"PYTHONPATH": str(tmp_path)})
    first, path = ended.output.splitlines()
    assert first == f"ran {tmp_path / 'sitecustomize.py'}"
    assert "redirecting" not in path


def test_a_program_imports_what_it_would_have_imported(led: Led) -> None:
    code = "import sys; print(sorted({'ssl', 'socket', 'json', 'typing', 'aiohttp', 'certifi'} & set(sys.modules)))"
    assert led(sys.executable, "-c", code).output == "[]\n"


def test_python_trusts_us_besides_whom_it_is_told_to_trust(led: Led) -> None:
    bundle = certifi.where()
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    own.load_verify_locations(bundle)
    code = f"""
import ssl
own = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
own.load_verify_locations({bundle!r})
print(len(own.get_ca_certs()), len(ssl.create_default_context().get_ca_certs()))
"""
    assert led(sys.executable, "-c", code).output.split() == [str(len(own.get_ca_certs()) + 1), "1"]


def test_who_asks_certifi_for_its_bundle_gets_ours(led: Led) -> None:
    code = (
        "import certifi; print(open(certifi.where()).read() == certifi.contents(), certifi.contents().count('BEGIN'))"
    )
    assert led(sys.executable, "-c", code).output == "True 1\n"


def test_options_that_were_there_before_stay(led: Led, tmp_path: Path) -> None:
    before = {
        "NODE_OPTIONS": "--no-warnings",
        "RUBYOPT": "-W0",
        "JAVA_TOOL_OPTIONS": "-Dmine=1",
        "PYTHONPATH": str(tmp_path),
        "PHP_INI_SCAN_DIR": "/etc/mine",
    }
    environment = led("true", rung="preload", environment=before).taken.redirection.environment
    assert environment["NODE_OPTIONS"].endswith(" --no-warnings")
    assert environment["RUBYOPT"].endswith(" -W0")
    assert environment["JAVA_TOOL_OPTIONS"].startswith("-Dmine=1 ")
    assert environment["PYTHONPATH"].endswith(f"{os.pathsep}{tmp_path}")
    assert environment["PHP_INI_SCAN_DIR"].startswith("/etc/mine:")


@pytest.mark.node
@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node")
def test_a_folder_with_blanks_and_quotes_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = tmp_path / 'a "quoted" folder'
    shutil.copytree(preloading.PREPENDED.parent, odd)
    monkeypatch.setattr(preloading, "_PRELOADS", odd)
    added = preloading.loading({})
    assert "RUBYOPT" not in added
    done = subprocess.run(
        ["node", "-p", "1 + 1"], env={**os.environ, **added}, capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("2\n", "")


def test_lines_that_are_told_nothing_change_nothing() -> None:
    code = "import sys, socket, ssl; print(socket.getaddrinfo.__module__, ssl.SSLContext.load_default_certs.__module__)"
    environment = {**os.environ, **preloading.loading({})}
    asked = [sys.executable, "-c", code]
    done = subprocess.run(asked, env=environment, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("socket ssl\n", "")


def test_the_exchange_s_own_port_is_kept_by_whichever_name_it_is_asked_for(led: Led, exchange: MockExchange) -> None:
    url = f"http://www.poloniex.com:{exchange.port}/public?command=return24hVolume"
    code = "import sys, urllib.request as u; print(u.build_opener(u.ProxyHandler({})).open(sys.argv[1]).status)"
    assert led(sys.executable, "-c", code, url).output == "200\n"
    assert led(sys.executable, "-c", code.replace("u.ProxyHandler({})", ""), url).output == "200\n"
    if shutil.which("node") is not None:
        ended = led("node", "-e", "fetch(process.argv[1]).then((answer) => console.log(answer.status))", url)
        assert ended.output == "200\n", ended.errors
