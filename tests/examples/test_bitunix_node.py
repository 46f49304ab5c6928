"""The Node client of Bitunix keeps what it promises, and the judgement notices when it does not."""

import json
import subprocess

import pytest

from tests.examples.judged import A_FEW, EXAMPLES, broken, copy_with_a_slip, judge, needs, statuses

pytestmark = [pytest.mark.node, needs("node")]

CLIENT = ("--", "node", str(EXAMPLES / "bitunix-node" / "adapter.js"))


def test_it_passes_a_few_telling_rows(tmp_path):
    report = judge(tmp_path, "bitunix", CLIENT, requirements=A_FEW)
    assert broken(report) == []
    assert "passed" in statuses(report).values()


@pytest.mark.slow
@pytest.mark.parametrize("profile", ["documented", "observed"])
def test_it_passes_everything_that_applies(tmp_path, profile):
    assert broken(judge(tmp_path, "bitunix", CLIENT, profile=profile)) == []


@pytest.mark.parametrize(
    ("file", "right", "wrong", "requirement"),
    [
        ("signing.js", "name + value)", "`${name}=${value}`)", "SIGN-008"),
        ("signing.js", "randomBytes(16).toString('hex')", "'0'.repeat(32)", "NONCE-002"),
        ("client.js", "volume: plain(amount)", "volume: Number(amount).toFixed(3)", "NUM-001"),
    ],
)
def test_a_slip_of_the_pen_is_noticed(tmp_path, file, right, wrong, requirement):
    folder = copy_with_a_slip(tmp_path, "bitunix-node", file, right, wrong)
    report = judge(tmp_path, "bitunix", ("--", "node", str(folder / "adapter.js")), requirements=[requirement])
    assert statuses(report) == {requirement: "failed"}


def test_it_signs_as_the_published_vector_says():
    script = """
    const { sign } = require('./signing.js');
    console.log(sign({ key: '1'.repeat(17), secret: '2'.repeat(17), nonce: '3'.repeat(17),
                       timestamp: '1747104711262', query: [['marginCoin', 'USDT']], body: '' }));
    """
    # The test of Bitunix's own Go demo.
    assert _node(script).strip() == "40e87256554e263e39201a3979469b7fbb640d1c7c41759abf5c6a18f937f922"


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("123456789012.12345678", "123456789012.12345678"),
        ("1e-8", "0.00000001"),
        ("1.25E1", "12.5"),
        ("12.5e+3", "12500"),
        ("-3e-2", "-0.03"),
        ("0", "0"),
    ],
)
def test_numbers_of_an_answer_keep_every_digit(written, plain):
    script = f"""
    const {{ parseExactly, decimal }} = require('./json.js');
    console.log(decimal(parseExactly('{{"text \\\\" 5": [{written}]}}', 200)['text " 5'][0]));
    """
    assert _node(script).strip() == plain


def test_no_textual_form_of_the_client_shows_the_secret():
    script = """
    const { BitunixClient } = require('./client.js');
    const client = new BitunixClient({ key: 'a key', secret: 'a-long-and-winding-secret' });
    const shown = require("node:util").inspect(client, { depth: 9, showHidden: true });
    console.log(shown, JSON.stringify(client), `${client}`);
    """
    assert "winding" not in _node(script)


def test_a_stray_print_leaves_the_protocol_alone():
    script = """
    const { serve } = require('../../adapters/node/noncense-adapter.js');
    serve({ name: 'x', version: '1', dialects: [], operations: ['raw'], features: [],
            open() { return { call() { console.log('within'); process.stdout.write('again'); return 1; } }; } });
    console.log('after');
    """
    lines = [
        {"jsonrpc": "2.0", "id": 1, "method": "open", "params": {"session": "a"}},
        {"jsonrpc": "2.0", "id": 2, "method": "call", "params": {"session": "a", "operation": "raw"}},
        {"jsonrpc": "2.0", "id": 3, "method": "call", "params": {"session": "b", "operation": "raw"}},
    ]
    said = _node(script, "".join(json.dumps(line) + "\n" for line in lines))
    answers = [json.loads(line) for line in said.splitlines()]
    assert [answer.get("result") for answer in answers] == [{}, {"ok": 1}, None]
    assert answers[2]["error"]["code"] == -32602


def _node(script, stdin=""):
    ended = subprocess.run(
        ["node", "-e", script],
        cwd=EXAMPLES / "bitunix-node",
        input=stdin,
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    return ended.stdout
