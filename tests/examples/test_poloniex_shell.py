"""The shell client of Poloniex keeps what it promises, and the judgement notices when it does not."""

import hashlib
import hmac
import json
import os
import shutil
import subprocess

import pytest

from harness.catalogue.rows import requirements
from mockserver import MockExchange
from tests.examples.judged import EXAMPLES, broken, copy_with_a_slip, judge, needs, statuses

pytestmark = needs("bash", "curl", "jq", "openssl", "flock")

SHELL = EXAMPLES / "poloniex-shell"
CLIENT = ("--", "bash", str(SHELL / "adapter.bash"))


def test_it_passes_a_few_telling_rows(tmp_path):
    rows = ["SIGN-007", "NONCE-010", "RETRY-002", "REDIR-001"]
    report = judge(tmp_path, "poloniex", CLIENT, requirements=rows, examples=3)
    assert broken(report) == []
    assert "passed" in statuses(report).values()


#: These rows make more than a hundred calls an example, and a call of this client takes some fifty milliseconds of
#: processes. The command of the README judges them, too.
BULKY = {"SIGN-003", "SIGN-005", "SIGN-006", "NONCE-004", "NONCE-005"}


@pytest.mark.slow
def test_it_passes_everything_that_applies(tmp_path):
    rows = [row.id for row in requirements() if row.id not in BULKY]
    report = judge(tmp_path, "poloniex", CLIENT, requirements=rows, examples=20)
    # curl tells neither whether TLS had said that an answer ends, nor does it stop at a size where there is no length.
    known = ("TLS-008 (SHOULD)", "SIZE-002 (SHOULD)")
    assert [row for row in broken(report) if not row.startswith(known)] == []


@pytest.mark.parametrize(
    ("right", "wrong", "requirement"),
    [
        ("openssl dgst -sha512 -binary; }", "openssl dgst -sha384 -binary; }", "SIGN-007"),
        ("--globoff", "--globoff --location", "REDIR-001"),
    ],
)
def test_a_slip_of_the_pen_is_noticed(tmp_path, right, wrong, requirement):
    folder = copy_with_a_slip(tmp_path, "poloniex-shell", "poloniex.bash", right, wrong)
    report = judge(tmp_path, "poloniex", ("--", "bash", str(folder / "adapter.bash")), requirements=[requirement])
    assert statuses(report) == {requirement: "failed"}


@pytest.mark.parametrize(
    "secret",
    ["my-secret", "6" * 127 + "\\", "f" * 128, "0123456789" * 13, "a 'quoted' \"$(secret)\" %s", "schlüssel"],
    ids=["short", "just below a block", "a block", "above a block", "hostile", "not ASCII"],
)
def test_two_plain_hashes_make_the_hmac_that_the_documents_ask_for(secret):
    body = "command=returnBalances&nonce=154264078495300"
    script = f'source "{SHELL}/poloniex.bash"; poloniex_secret "$SECRET"; poloniex_sign "$BODY"'
    said = subprocess.run(
        ["bash", "-c", script],
        env={**os.environ, "SECRET": secret, "BODY": body},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == hmac.new(secret.encode(), body.encode(), hashlib.sha512).hexdigest()


def test_the_secret_is_on_no_command_line_and_in_no_environment_of_a_child(tmp_path):
    log = tmp_path / "log"
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("curl", "openssl", "jq", "sed", "cat", "flock", "dirname", "readlink"):
        spy = programs / name
        spy.write_text(
            f'#!/bin/sh\n{{ echo "{name}" "$@"; /usr/bin/env; }} >>"{log}"\nexec "{shutil.which(name)}" "$@"\n'
        )
        spy.chmod(0o755)
    with MockExchange("poloniex") as exchange:
        key = exchange.create_key(permissions={"read"})
        result = _called(exchange.url, key, tmp_path, path=f"{programs}:{os.environ['PATH']}")
    assert "ok" in result
    seen = log.read_text()
    assert "curl --disable" in seen
    assert "openssl dgst" in seen
    assert key.secret not in seen
    assert key.secret[:20] not in seen


def test_nonces_rise_over_a_restart_even_when_the_clock_went_back(tmp_path):
    with MockExchange("poloniex") as exchange:
        key = exchange.create_key(permissions={"read"})
        _called(exchange.url, key, tmp_path)
        (kept,) = tmp_path.glob("*.nonce")
        ahead = int(kept.read_text()) + 10**12
        kept.write_text(f"{ahead:019d}\n")
        assert "ok" in _called(exchange.url, key, tmp_path)
        assert [entry.fields.nonce for entry in exchange.journal.of(key)][-1] == str(ahead + 1)


@pytest.mark.parametrize("written", ["1e-05", "0.00001", "1E-5", "10.0e-6"])
def test_numbers_of_an_answer_keep_every_digit(written):
    said = _jq(f'{{"bids": [[{written}, 123456789012.12345678]], "asks": []}}', "order_book(5)")
    assert said["ok"]["bids"] in ([["0.00001", "123456789012.12345678"]], [["0.0000100", "123456789012.12345678"]])


def test_the_command_line_makes_one_call(tmp_path):
    secret = tmp_path / "secret"
    with MockExchange("poloniex") as exchange:
        key = exchange.create_key(permissions={"read", "trade"})
        secret.write_text(key.secret + "\n")
        settings = {"POLONIEX_URL": exchange.url, "POLONIEX_KEY": key.key, "POLONIEX_SECRET_FILE": str(secret)}
        ended = subprocess.run(
            [str(SHELL / "poloniex"), "place_order", "market=BTC/USDT", "side=buy", "price=20000", "amount=0.01"],
            env={**os.environ, **settings, "POLONIEX_STATE_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        )
        (order,) = exchange.orders(key.key)
    assert json.loads(ended.stdout) == {"ok": {"order_id": str(order.order_id)}}


def _called(url, key, state, path=None):
    target = {"session": "a", "base_url": url, "key": key.key, "secret": key.secret, "timeout_s": 5.0}
    requests = [("open", {**target, "state_dir": str(state)}), ("call", {"session": "a", "operation": "balances"})]
    lines = [json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}) for method, params in requests]
    with subprocess.Popen(
        CLIENT[1:],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PATH": path or os.environ["PATH"]},
    ) as program:
        program.stdin.write("\n".join(lines) + "\n")
        program.stdin.flush()
        answers = [json.loads(program.stdout.readline()) for _ in lines]
        program.stdin.close()
    return answers[-1]["result"]


def _jq(body, read):
    digits = next(line for line in (SHELL / "poloniex.bash").read_text().splitlines() if "local -a digits=(sed" in line)
    script = f'include() {{ {digits.strip()}; printf "%s\\n200" "$BODY" | "${{digits[@]}}"; }}; include'
    quoted = subprocess.run(
        ["bash", "-c", script], env={**os.environ, "BODY": body}, capture_output=True, check=True
    ).stdout
    ended = subprocess.run(
        ["jq", "-L", str(SHELL), "-R", "-s", "-c", f'include "poloniex"; answer({read})'],
        input=quoted,
        capture_output=True,
        check=True,
    )
    return json.loads(ended.stdout)
