"""What an adapter's author holds in hand: one file, in two places, for every Python that is still about."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harness.adapter import KINDS, ClientError, Skipped, Target, report
from tests.harness.drivers.driver_setup import ROOT, TAME

#: Other releases that are installed here and run, as a shim of a version manager may not.
OTHER_PYTHONS = [
    python
    for python in (shutil.which(f"python3.{minor}") for minor in range(7, 15))
    if python is not None and subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0
]
COPIED = ROOT / "adapters" / "python" / "noncense_adapter.py"


def test_the_file_to_be_copied_is_the_harness_own_letter_for_letter() -> None:
    assert COPIED.read_bytes() == (ROOT / "harness" / "adapter.py").read_bytes()


def test_it_is_quick_to_import_and_needs_the_standard_library_alone(tmp_path: Path) -> None:
    shutil.copy(COPIED, tmp_path)
    script = "import sys; import noncense_adapter; print('asyncio' in sys.modules, 'logging' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-S", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False False\n"


@pytest.mark.parametrize("python", [sys.executable, *OTHER_PYTHONS])
def test_it_serves_under_every_python_at_hand(python: str) -> None:
    requests = [
        ("describe", {"protocol": 1, "dialect": "reference"}),
        ("open", {"session": "a", "dialect": "reference", "base_url": "http://127.0.0.1:9", "options": {}}),
        ("call", {"session": "a", "operation": "balances", "params": {}}),
        ("close", {"session": "a"}),
    ]
    lines = [json.dumps({"jsonrpc": "2.0", "id": n, "method": method, "params": params}) for n, (method, params) in
             enumerate(requests, 1)]  # fmt: skip
    for flavour in ("serial", "async"):
        child = subprocess.Popen(
            [python, str(TAME), flavour, "alone"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        answers = []
        assert child.stdin is not None
        assert child.stdout is not None
        with child:
            for line in lines:
                child.stdin.write(line + "\n")
                child.stdin.flush()
                answers.append(json.loads(child.stdout.readline())["result"])
            child.stdin.close()
            assert child.stdout.read() == ""
        assert child.returncode == 0
        assert answers[0]["name"] == "tame"
        assert answers[1:] == [{}, {"ok": {"BTC": "0.50000000"}}, {}]


def serve(*lines: bytes) -> tuple[list[dict[str, object]], str]:
    """Run the tame adapter over these lines and the end of the file; its answers and its stderr."""
    done = subprocess.run(
        [sys.executable, str(TAME), "serial"], input=b"\n".join(lines) + b"\n", capture_output=True, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode()


OPEN = b'{"jsonrpc": "2.0", "id": 1, "method": "open", "params": {"session": "a", "later": [1]}}'


def test_open_sessions_are_closed_when_stdin_ends() -> None:
    answers, stderr = serve(OPEN)
    assert answers == [{"jsonrpc": "2.0", "id": 1, "result": {}}]
    assert stderr == "session closed\n"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b'{"jsonrpc": "2.0", "id": 2, "method": "dance"}', -32601),
        (b'{"jsonrpc": "2.0", "id": 2, "method": "call", "params": {"session": "a", "operation": "xyzzy_1"}}', -32601),
        (b'{"jsonrpc": "2.0", "id": 2, "method": "call", "params": {"session": "b", "operation": "raw"}}', -32602),
        (b'{"jsonrpc": "2.0", "id": 2, "method": "close", "params": {"session": "b"}}', -32602),
        (OPEN.replace(b'"id": 1', b'"id": 2'), -32602),
        (b'{"jsonrpc": "2.0", "id": 2, "method": "call", "params": {}}', -32000),
    ],
)
def test_what_cannot_be_served_is_answered_by_a_json_rpc_error(line: bytes, code: int) -> None:
    answers, _ = serve(OPEN, line)
    (error,) = [answer["error"] for answer in answers if answer["id"] == 2]
    assert isinstance(error, dict)
    assert error["code"] == code


def test_a_kind_outside_the_contract_is_refused_where_it_is_raised() -> None:
    with pytest.raises(ValueError, match="'bad_luck' is no kind of the contract"):
        ClientError("bad_luck", "no")


@pytest.mark.parametrize("kind", KINDS)
def test_a_failure_reports_what_it_holds_and_no_more(kind: str) -> None:
    assert report(ClientError(kind, "words")) == {"error": {"kind": kind, "message": "words"}}


def test_only_what_is_raised_in_the_clients_name_is_a_report() -> None:
    assert report(Skipped("why")) == {"skipped": {"reason": "why", "url": None}}
    assert report(ValueError("mine")) is None


def test_a_target_prints_without_its_secret() -> None:
    target = Target(session="a", key="k", secret="never shown", later="yes")
    assert "never shown" not in repr(target)
    assert "never shown" not in str(target)
    assert (target.secret, target.later, target.timeout_s) == ("never shown", "yes", 5.0)
