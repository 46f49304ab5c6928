"""The PHP client of EXMO keeps what it promises, and the judgement notices when it does not."""

import json
import subprocess

import pytest

from mockserver import MockExchange
from tests.examples.judged import A_FEW, EXAMPLES, broken, copy_with_a_slip, judge, php_has_curl, statuses

pytestmark = [
    pytest.mark.php,
    pytest.mark.skipif(not php_has_curl(), reason="php with its curl extension cannot be found on this machine"),
]

CLIENT = ("--", "php", str(EXAMPLES / "exmo-php" / "adapter.php"))


def test_it_passes_a_few_telling_rows(tmp_path):
    report = judge(tmp_path, "exmo", CLIENT, requirements=A_FEW)
    assert broken(report) == []
    assert "passed" in statuses(report).values()


@pytest.mark.slow
@pytest.mark.parametrize("profile", ["documented", "observed"])
def test_it_passes_everything_that_applies(tmp_path, profile):
    assert broken(judge(tmp_path, "exmo", CLIENT, profile=profile)) == []


@pytest.mark.parametrize(
    ("file", "right", "wrong", "requirement"),
    [
        ("src/Client.php", "hash_hmac('sha512', $body,", "hash_hmac('sha512', $form,", "SIGN-001"),
        ("src/Nonces.php", "$nonce = max((int) stream_get_contents($file) + 1, self::clock());",
         "$nonce = intdiv(self::clock(), 1_000_000);", "NONCE-003"),
        ("src/Transport.php", "CURLOPT_FOLLOWLOCATION => false", "CURLOPT_FOLLOWLOCATION => true", "REDIR-001"),
    ],
)  # fmt: skip
def test_a_slip_of_the_pen_is_noticed(tmp_path, file, right, wrong, requirement):
    folder = copy_with_a_slip(tmp_path, "exmo-php", file, right, wrong)
    report = judge(tmp_path, "exmo", ("--", "php", str(folder / "adapter.php")), requirements=[requirement])
    assert statuses(report) == {requirement: "failed"}


def test_a_connection_that_is_kept_lets_libcurl_send_twice(tmp_path):
    folder = copy_with_a_slip(tmp_path, "exmo-php", "src/Transport.php", "$handle = curl_init();",
                              "static $kept = null; $handle = $kept ??= curl_init(); curl_reset($handle);")  # fmt: skip
    transport = folder / "src" / "Transport.php"
    text = transport.read_text()
    for option in ("CURLOPT_FRESH_CONNECT", "CURLOPT_FORBID_REUSE"):
        text = text.replace(f"{option} => true", f"{option} => false")
    transport.write_text(text)
    report = judge(tmp_path, "exmo", ("--", "php", str(folder / "adapter.php")), requirements=["RETRY-002"])
    assert statuses(report) == {"RETRY-002": "failed"}


def test_nonces_rise_over_a_restart_even_when_the_clock_went_back(tmp_path):
    (tmp_path / "state").mkdir()
    with MockExchange("exmo") as exchange:
        key = exchange.create_key(permissions={"read"})
        _balances(exchange.url, key, tmp_path / "state")
        (kept,) = (tmp_path / "state").iterdir()
        ahead = int(kept.read_text()) + 10**12
        kept.write_text(f"{ahead:019d}\n")
        assert _balances(exchange.url, key, tmp_path / "state")["ok"]
        assert [entry.fields.nonce for entry in exchange.journal.of(key)][-1] == str(ahead + 1)


def test_what_var_dump_and_a_stack_trace_show_is_not_the_secret():
    script = (
        "foreach (glob('src/*.php') as $file) { require $file; }"
        "$client = new Exmo\\Client('K-1', 'S-a-long-and-winding-secret');"
        "var_dump($client); print_r($client);"
        "try { new Exmo\\Client('K-1', 'S-a-long-and-winding-secret', timeout: 'x'); }"
        "catch (TypeError $error) { echo $error; }"
    )
    ended = subprocess.run(["php", "-r", script], cwd=EXAMPLES / "exmo-php", capture_output=True, text=True, check=True)
    assert "TypeError" in ended.stdout
    assert "winding" not in ended.stdout


def _balances(url, key, state):
    target = {"session": "a", "base_url": url, "key": key.key, "secret": key.secret, "timeout_s": 5.0}
    requests = [("open", {**target, "state_dir": str(state)}), ("call", {"session": "a", "operation": "balances"})]
    lines = [json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}) for method, params in requests]
    ended = subprocess.run(CLIENT[1:], input="\n".join(lines) + "\n", capture_output=True, text=True, check=True)
    return json.loads(ended.stdout.splitlines()[-1])["result"]
