"""A client in any language that knows nothing but https://poloniex.com talks to the mock exchange, unmodified."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mockserver import KeyHandle, MockExchange
from tests.redirecting.conftest import Ended, Led

CLIENTS = Path(__file__).parent / "clients"
SDKS = Path(__file__).parents[2] / ".sdks" / "node" / "node_modules"

PYTHON = ("urllib", "http.client", "requests", "requests-alone", "address", "streams", "aiohttp")
UVLOOP = ("uvloop-aiohttp", "uvloop-streams")
NODE = ("fetch", "https", "pinned", "tls", "net")


def needs(*programs: str) -> pytest.MarkDecorator:
    missing = [program for program in programs if shutil.which(program) is None]
    return pytest.mark.skipif(bool(missing), reason=f"there is no {' and no '.join(missing)} on this machine")


def without_curl() -> bool:
    asked = ["php", "-r", "exit(function_exists('curl_init') ? 0 : 1);"]
    return shutil.which("php") is None or subprocess.run(asked, check=False).returncode != 0


def only_some(ways: tuple[str, ...], *some: str) -> list[Any]:
    """Return ways as parameters; all but some are left for when they are asked for."""
    return [way if way in some else pytest.param(way, marks=pytest.mark.redirect) for way in ways]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the clients that have to be compiled, as far as this machine has a compiler for them."""
    folder = tmp_path_factory.mktemp("compiled")
    if shutil.which("go") is not None:
        build = ["go", "build", "-o", str(folder / "client"), str(CLIENTS / "client.go")]
        environment = {**os.environ, "GO111MODULE": "off", "GOFLAGS": "", "CGO_ENABLED": "0"}
        subprocess.run(build, check=True, env=environment, capture_output=True)
    if shutil.which("javac") is not None:
        subprocess.run(["javac", "-d", str(folder), str(CLIENTS / "Client.java")], check=True, capture_output=True)
    return folder


def talked(ended: Ended, exchange: MockExchange, key: KeyHandle) -> None:
    """Assert that a client asked for its balances, was told them, and spoke by the real name."""
    assert (ended.status, ended.output.strip()) == (0, '"1.50000000"'), ended.errors
    (entry,) = exchange.journal.of(key)
    assert entry.request.values(b"Host") == (b"poloniex.com",)
    assert entry.request.target == b"/tradingApi"
    assert ended.strays == ()


@pytest.mark.parametrize("way", only_some(PYTHON, "urllib", "streams"))
def test_a_client_in_python_is_led(way: str, led: Led, exchange: MockExchange, key: KeyHandle) -> None:
    talked(led(sys.executable, str(CLIENTS / "client.py"), "K", "S", way), exchange, key)


@pytest.mark.redirect
@pytest.mark.parametrize("way", UVLOOP)
def test_a_loop_that_looks_names_up_by_itself_is_led(
    way: str, led: Led, exchange: MockExchange, key: KeyHandle
) -> None:
    pytest.importorskip("uvloop")
    talked(led(sys.executable, str(CLIENTS / "client.py"), "K", "S", way), exchange, key)


@pytest.mark.redirect
@pytest.mark.skipif(importlib.util.find_spec("httpx") is None, reason="there is no httpx")
def test_httpx_is_led(led: Led, exchange: MockExchange, key: KeyHandle) -> None:
    talked(led(sys.executable, str(CLIENTS / "client.py"), "K", "S", "httpx"), exchange, key)


@needs("node")
@pytest.mark.node
@pytest.mark.parametrize("way", only_some(NODE, "fetch"))
def test_a_client_in_node_is_led(way: str, led: Led, exchange: MockExchange, key: KeyHandle) -> None:
    talked(led("node", str(CLIENTS / "client.mjs"), "K", "S", way), exchange, key)


@needs("node")
@pytest.mark.redirect
@pytest.mark.parametrize("package", ["axios", "undici"])
def test_a_package_of_node_is_led(
    package: str, led: Led, exchange: MockExchange, key: KeyHandle, tmp_path: Path
) -> None:
    if not (SDKS / package).is_dir():
        pytest.skip(f"{package} is not installed")
    script = shutil.copy(CLIENTS / "client.mjs", tmp_path)
    (tmp_path / "node_modules").symlink_to(SDKS)
    talked(led("node", str(script), "K", "S", package), exchange, key)


@pytest.mark.php
@pytest.mark.skipif(without_curl(), reason="there is no php with curl")
def test_a_client_in_php_is_led(led: Led, exchange: MockExchange, key: KeyHandle) -> None:
    talked(led("php", str(CLIENTS / "client.php"), "K", "S", "curl"), exchange, key)


@pytest.mark.php
@pytest.mark.skipif(without_curl(), reason="there is no php with curl")
def test_what_php_opens_as_a_file_is_led(led: Led) -> None:
    ended = led("php", str(CLIENTS / "client.php"), "K", "S", "default-context")
    assert (ended.status, '"totalBTC"' in ended.output) == (0, True), ended.errors


@needs("bash", "curl", "openssl", "jq")
def test_a_client_of_shell_and_curl_is_led(led: Led, exchange: MockExchange, key: KeyHandle) -> None:
    talked(led("bash", str(CLIENTS / "client.sh"), "K", "S"), exchange, key)


@needs("go")
@pytest.mark.redirect
def test_a_client_in_go_is_led(led: Led, exchange: MockExchange, key: KeyHandle, compiled: Path) -> None:
    talked(led(str(compiled / "client"), "K", "S", "default"), exchange, key)


@needs("java", "javac")
@pytest.mark.redirect
@pytest.mark.parametrize("way", ["HttpClient", "HttpURLConnection"])
def test_a_client_in_java_is_led(way: str, led: Led, exchange: MockExchange, key: KeyHandle, compiled: Path) -> None:
    talked(led("java", "-cp", str(compiled), "Client", "K", "S", way), exchange, key)


@needs("ruby")
@pytest.mark.redirect
@pytest.mark.parametrize("way", ["default", "alone"])
def test_a_client_in_ruby_is_led(way: str, led: Led, exchange: MockExchange, key: KeyHandle) -> None:
    talked(led("ruby", str(CLIENTS / "client.rb"), "K", "S", way), exchange, key)


#: Every client once more, where it has a network to itself; among them those that nothing else reaches.
INSIDE = {
    **{f"python {way}": (sys.executable, "client.py", way) for way in (*PYTHON, *UVLOOP)},
    **{f"node {way}": ("node", "client.mjs", way) for way in NODE},
    "php curl": ("php", "client.php", "curl"),
    "php with a context of its own": ("php", "client.php", "streams"),
    "shell": ("bash", "client.sh", ""),
    "ruby": ("ruby", "client.rb", "default"),
    "ruby without a proxy": ("ruby", "client.rb", "alone"),
}


@pytest.mark.redirect
@pytest.mark.parametrize("name", INSIDE)
def test_a_client_with_a_network_to_itself_is_led(
    name: str, led: Led, exchange: MockExchange, key: KeyHandle, namespaces: None
) -> None:
    program, script, way = INSIDE[name]
    if shutil.which(program) is None or ("uvloop" in name and importlib.util.find_spec("uvloop") is None):
        pytest.skip(f"there is no {program}, or not what it needs")
    talked(led(program, str(CLIENTS / script), "K", "S", way, rung="namespace"), exchange, key)


@pytest.mark.redirect
@pytest.mark.parametrize(
    "name", ["go", "go without a proxy", "HttpClient", "HttpURLConnection", "HttpClient without a proxy"]
)
def test_a_compiled_client_with_a_network_to_itself_is_led(
    name: str, led: Led, exchange: MockExchange, key: KeyHandle, compiled: Path, namespaces: None
) -> None:
    way = "alone" if name.endswith("without a proxy") else name
    command = [str(compiled / "client")] if name.startswith("go") else ["java", "-cp", str(compiled), "Client"]
    if not (compiled / ("client" if name.startswith("go") else "Client.class")).exists():
        pytest.skip("there is no compiler for it")
    talked(led(*command, "K", "S", way, rung="namespace"), exchange, key)
