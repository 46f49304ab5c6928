"""`noncense sign`: the reference signer from the command line."""

import hashlib
import hmac
import json
import shlex
from pathlib import Path

import pytest

from signer import Accepted, Credentials, Request, scheme_named, verify
from tests.harness.cli.command_line import complaint, run_noncense

Capture = pytest.CaptureFixture[str]

SECRET = "a secret that must not be shown"


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NONCENSE_KEY", "the-key")
    monkeypatch.setenv("NONCENSE_SECRET", SECRET)


def test_a_form_is_signed_as_openssl_would(capsys: Capture) -> None:
    body = "command=returnBalances&nonce=7"
    expected = hmac.new(SECRET.encode(), body.encode(), hashlib.sha512).hexdigest()
    seen = run_noncense(
        capsys,
        "sign --dialect poloniex --target /tradingApi --param command=returnBalances --nonce 7 --as json",
    )
    document = json.loads(seen.out)
    assert (document["body"], document["signature"]) == (body, expected)
    assert ["Sign", expected] in document["headers"]


def test_every_stage_is_shown_and_the_secret_is_not(capsys: Capture) -> None:
    seen = run_noncense(capsys, "sign --dialect reference --method POST --target /v1/orders --param a=1")
    assert seen.status == 0
    for stage in ("canonical request", "string to sign", "signature", "request"):
        assert f"{stage}\n  " in seen.out
    assert SECRET not in seen.out


def test_parameters_of_a_get_go_into_the_query(capsys: Capture) -> None:
    words = "sign --dialect bitunix --target /x?c=3 --nonce n --timestamp 1 --as json --param"
    seen = run_noncense(capsys, words, "b=2 &", "--param", "a=é")
    assert json.loads(seen.out)["target"] == "/x?c=3&b=2%20%26&a=%C3%A9"


def test_a_body_is_signed_byte_for_byte(capsys: Capture) -> None:
    words = "sign --dialect bitunix --method POST --target /x --nonce n --timestamp 1 --as json --body"
    seen = run_noncense(capsys, words, '{ "b":1,"a":"é" }')
    assert json.loads(seen.out)["body"] == '{ "b":1,"a":"é" }'


def test_a_curl_command_carries_the_same_request(capsys: Capture) -> None:
    words = "sign --dialect exmo --target /v1.1/user_info --nonce 5 --url http://127.0.0.1:9000/ --as"
    curl = shlex.split(run_noncense(capsys, words, "curl").out)
    document = json.loads(run_noncense(capsys, words, "json").out)
    assert curl[:3] == ["curl", "--request", "POST"]
    assert curl[-1] == "http://127.0.0.1:9000/v1.1/user_info"
    assert curl[curl.index("--data-binary") + 1] == document["body"]
    headers = [curl[index + 1] for index, word in enumerate(curl) if word == "--header"]
    assert headers == [f"{name}: {value}" for name, value in document["headers"]]


@pytest.mark.parametrize("dialect", ["reference", "poloniex", "exmo", "bitunix"])
def test_a_fresh_signature_is_accepted(capsys: Capture, dialect: str) -> None:
    from mockserver import Clock

    seen = run_noncense(capsys, f"sign --dialect {dialect} --target /any/path --as json")
    document = json.loads(seen.out)
    request = Request(
        method=document["method"],
        target=document["target"].encode(),
        headers=tuple((name.encode(), value.encode()) for name, value in document["headers"]),
        body=document["body"].encode(),
    )
    verdict = verify(
        scheme_named(dialect), request, Credentials(key="the-key", secret=SECRET), now_ms=Clock().now_ms(), last_nonce=0
    )
    assert isinstance(verdict, Accepted)


def test_the_secret_may_stand_in_a_file(capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = "sign --dialect exmo --target /v1.1/user_info --nonce 5"
    from_environment = run_noncense(capsys, words).out
    (tmp_path / "secret").write_text(SECRET + "\n")
    monkeypatch.delenv("NONCENSE_SECRET")
    assert run_noncense(capsys, words, "--secret-file", str(tmp_path / "secret")).out == from_environment


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("--dialect exmo", "Missing option '--target'"),
        ("--target /x", "Missing option '--dialect'"),
        ("--dialect mtgox --target /x", "there is no scheme 'mtgox'"),
        ("--dialect exmo --target x", "begins with /"),
        ("--dialect exmo --target /x --param a", "NAME=VALUE"),
        ("--dialect exmo --target /x --param a=1 --body b", "give one of them"),
        ("--dialect exmo --target /x --method P:", "is no method"),
        ("--dialect exmo --target /x --secret-file none", "cannot read the secret in none"),
    ],
)
def test_a_wrong_command_line_gets_one_clear_line(capsys: Capture, arguments: str, words: str) -> None:
    assert words in complaint(run_noncense(capsys, f"sign {arguments}"))


def test_a_missing_secret_is_asked_for(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NONCENSE_SECRET")
    assert "which secret?" in complaint(run_noncense(capsys, "sign --dialect exmo --target /x"))


def test_a_key_that_would_break_out_of_its_header_is_wrong_usage(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv("NONCENSE_KEY", "k\r\nX-Evil: 1")
    assert "control character" in complaint(run_noncense(capsys, "sign --dialect poloniex --target /tradingApi"))
