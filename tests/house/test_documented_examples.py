"""What our documents show as an example works as it stands there."""

import contextlib
import http.client
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import urllib.request
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from harness.adapter import KINDS
from harness.catalogue import requirements
from harness.cli import main
from harness.configuration import SETTINGS
from harness.configuration import parse as configured
from harness.events import Finding
from harness.known_failures import parse as known_failures
from harness.mutants.mistakes.mistake import FEATURES
from mockserver import KeyHandle, MockExchange, dialect_named
from signer import Request, scheme_named, sign

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
ORDER = b'{"market":"BTC/USDT","side":"buy","price":"20000.00","amount":"0.01000000"}'
ALL_OPERATIONS = {endpoint.operation for endpoint in dialect_named("reference").endpoints if endpoint.operation}
_NONCES = itertools.count(1)


def blocks(page: str, language: str) -> list[str]:
    """Return the fenced blocks of one language on a page."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def exchange() -> Iterator[MockExchange]:
    with MockExchange("reference") as running:
        yield running


def order(exchange: MockExchange, key: KeyHandle) -> None:
    """Place an order as a client would; whatever becomes of the answer."""
    signed = sign(
        scheme_named("reference"),
        Request(method="POST", target=b"/v1/orders", headers=(), body=ORDER),
        key.credentials,
        nonce=next(_NONCES),
        timestamp_ms=exchange.clock.now_ms(),
    )
    connection = http.client.HTTPConnection("127.0.0.1", exchange.port, timeout=0.5)
    headers = {name.decode(): value.decode() for name, value in signed.request.headers}
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("POST", "/v1/orders", body=ORDER, headers=headers)
        connection.getresponse().read()


def control(exchange: MockExchange, method: str, path: str, body: object = None) -> dict[str, object]:
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(f"{exchange.url}/_noncense/{path}", data=data, method=method)
    with urllib.request.urlopen(asked) as answer:
        found = json.loads(answer.read())
    assert isinstance(found, dict)
    return found


def test_the_example_of_a_plan_runs(capsys: pytest.CaptureFixture[str]) -> None:
    exec(blocks("faults.md", "python")[0], {})  # noqa: S102 - our own page
    assert capsys.readouterr().out == "0 0\n"


@pytest.mark.parametrize("line", [line for block in blocks("faults.md", "python")[1:] for line in block.splitlines()])
def test_every_fault_that_is_shown_in_python_strikes(exchange: MockExchange, line: str) -> None:
    key = exchange.create_key()
    fault = eval(line, {"add": exchange.faults.add, "key": key})  # noqa: S307 - our own page
    order(exchange, key)
    struck = fault.struck
    exchange.faults.clear()
    assert struck == 1


@pytest.mark.parametrize("body", blocks("faults.md", "json"))
def test_every_fault_that_is_shown_over_http_strikes(exchange: MockExchange, body: str) -> None:
    key = exchange.create_key()
    planned = control(exchange, "POST", "faults", {**json.loads(body), "key": key.key})
    order(exchange, key)
    struck = control(exchange, "GET", f"faults/{planned['id']}")["struck"]
    control(exchange, "DELETE", "faults")
    assert struck == 1


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
def test_every_line_of_the_page_about_control_works() -> None:
    with MockExchange("reference") as exchange:
        script = "".join(blocks("control.md", "sh")).replace("curl -sS", "curl -sS --fail")
        done = subprocess.run(
            ["bash", "-euc", script], env={**os.environ, "URL": exchange.url}, capture_output=True, text=True
        )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_members_that_control_shows_are_described() -> None:
    page = (DOCS / "control.md").read_text(encoding="utf-8")
    with MockExchange("reference") as exchange:
        key = exchange.create_key()
        order(exchange, key)
        entries = control(exchange, "GET", "journal")["entries"]
        assert isinstance(entries, list)
        shown = [*entries[0], *control(exchange, "GET", "health"), *control(exchange, "GET", "limits")]
        shown += [*control(exchange, "GET", f"keys/{key.key}"), *control(exchange, "GET", "clock")]
    assert [name for name in shown if f"`{name}`" not in page and f'"{name}"' not in page] == []


#: Language of a block to the program that runs it, the kit it needs and what the adapter's file is called.
ADAPTERS = {
    "python": (sys.executable, None, "adapter.py"),
    "js": ("node", "node/noncense-adapter.js", "adapter.js"),
    "php": ("php", "php/noncense_adapter.php", "adapter.php"),
    "bash": ("bash", "shell/noncense_adapter.bash", "adapter.bash"),
}


@pytest.mark.parametrize("language", ADAPTERS)
def test_the_adapter_that_is_shown_passes_what_is_asked_of_it(
    language: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    program, kit, name = ADAPTERS[language]
    if shutil.which(program) is None or (language == "bash" and not (shutil.which("jq") and shutil.which("curl"))):
        pytest.skip(f"there is no {program}, or something that its adapter needs")
    (tmp_path / name).write_text(blocks("adapters.md", language)[0], encoding="utf-8")
    if kit is not None:
        shutil.copy(ROOT / "adapters" / kit, tmp_path)
    asked = ["test", "--dialect", "reference", "--requirement", "PUB-001"]
    status = main([*asked, "--", program, str(tmp_path / name)])
    assert status == 0, capfd.readouterr().out


def test_a_python_adapter_works_in_process_as_well(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "adapter.py").write_text(blocks("adapters.md", "python")[0], encoding="utf-8")
    asked = ["test", "--dialect", "reference", "--requirement", "PUB-001", str(tmp_path / "adapter.py")]
    assert main(asked) == 0, capfd.readouterr().out


def test_the_contract_is_described_to_the_last_kind_and_the_last_operation() -> None:
    page = (DOCS / "adapters.md").read_text(encoding="utf-8")
    assert [name for name in (*KINDS, *ALL_OPERATIONS, "raw", *FEATURES) if f"| `{name}`" not in page] == []


def test_the_settings_that_are_shown_are_all_there_are() -> None:
    shown = tomllib.loads(blocks("reports.md", "toml")[0])["tool"]["noncense"]
    assert sorted(shown) == sorted(SETTINGS)
    assert configured(shown, origin="docs/reports.md").adapter == ("node", "adapter.js")


def test_the_known_failures_that_are_shown_can_be_read() -> None:
    listed = next(block for block in blocks("reports.md", "text") if "CONC-002" in block)
    assert known_failures(listed, ids=[row.id for row in requirements()]).entries == {
        "CONC-002": None,
        "NUM-001": "AMOUNT-IN-SCIENTIFIC-NOTATION",
    }


def test_every_member_of_the_json_report_is_described(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    asked = ["--dialect", "reference", "--requirement", "SIGN-007", "--requirement", "NONCE-001", "--seed", "1"]
    main(["test", *asked, "--report", f"json:{report}", str(ROOT / "tests" / "clients" / "right.py")])
    document = json.loads(report.read_text(encoding="utf-8"))
    page = (DOCS / "reports.md").read_text(encoding="utf-8")
    shown = [
        *document,
        *document["client"],
        *document["totals"],
        *document["requirements"][0],
        *(field.name for field in fields(Finding)),
    ]
    assert [name for name in shown if f"`{name}`" not in page] == []
