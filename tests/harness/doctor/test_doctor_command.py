"""`noncense doctor`: a refused request goes in, the mistake and the mend come out, and the secret stays inside."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path

import pytest

from mockserver import MockExchange
from signer import Credentials, Request, scheme_named, sign
from tests.harness.cli.command_line import complaint, run_noncense

Capture = pytest.CaptureFixture[str]

SECRET = "a-secret-that-must-not-be-shown"
BODY = "command=buy&currencyPair=USDT_BTC&rate=100&amount=1&nonce=154264078495300"


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NONCENSE_SECRET", SECRET)
    monkeypatch.delenv("NONCENSE_KEY", raising=False)


def digest(text: str, name: str = "sha512", secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), text.encode(), name).hexdigest()


def curl(signature: str, body: str = BODY) -> str:
    return f"curl https://poloniex.example/tradingApi -H 'Key: THE-KEY' -H 'Sign: {signature}' -d '{body}'"


def pasted(folder: Path, text: str) -> str:
    path = folder / "request.txt"
    path.write_text(text)
    return str(path)


def test_a_curl_command_gives_the_mistake_and_the_mend_on_one_screen(capsys: Capture, tmp_path: Path) -> None:
    ordered = "&".join(sorted(BODY.split("&")))
    source = pasted(tmp_path, curl(digest(ordered)))
    seen = run_noncense(capsys, "doctor --dialect poloniex --request", source)
    assert seen.status == 1
    first, mistake, mend, *_ = seen.out.splitlines()
    assert first == "PARAMETERS-SORTED"
    assert mistake.startswith("  mistake  The parameters were sorted")
    assert mend.startswith("  mend it  Sign the very bytes that are sent")
    assert "  to sign  command=buy&currencyPair" in seen.out
    assert "  signed   amount=1&command=buy" in seen.out
    assert "  refused  bad_signature: " in seen.out
    assert "noncense explain PARAMETERS-SORTED --language python" in seen.out
    assert SECRET not in seen.out


BITUNIX_TEXT = "n" * 32 + "1735689600000" + "THE-KEY"


def bitunix(text: str) -> str:
    inner = hashlib.sha256(text.encode()).hexdigest()
    sign = hashlib.sha256((inner + SECRET).encode()).hexdigest()
    fields = f"-H 'api-key: THE-KEY' -H 'nonce: {'n' * 32}' -H 'timestamp: 1735689600000' -H 'sign: {sign}'"
    return f"curl 'https://bitunix.example/api/spot/v1/order/detail?symbol=BTCUSDT&orderId=7' {fields}"


@pytest.mark.parametrize(
    ("dialect", "command", "first", "words"),
    [
        ("poloniex", curl(digest("&".join(sorted(BODY.split("&"))))), "PARAMETERS-SORTED", "  to sign  command="),
        ("poloniex", curl(digest(BODY, "sha256")), "OTHER-HASH", "here     poloniex asks for HMAC-SHA512"),
        ("poloniex", curl(digest(BODY, secret=SECRET + "\n")), "SECRET-WITH-NEWLINE", "Strip the line end"),
        ("poloniex", curl(digest(BODY)).replace("THE-KEY", SECRET), "KEY-AND-SECRET-SWAPPED", "Revoke the pair"),
        ("poloniex", curl("x").replace("-H 'Sign: x' ", ""), "refused  missing_signature", "signature in the header"),
        ("poloniex", curl(digest(BODY, secret="another")), "refused  bad_signature", "that the secret is the one"),
        ("bitunix", bitunix(BITUNIX_TEXT + "symbol=BTCUSDT&orderId=7"), "QUERY-AS-SENT", "  hashed   …"),
        ("poloniex", curl(digest("b" * 4, "sha256")), "refused  bad_signature", "  to sign  command=buy"),
        (
            "poloniex",
            curl(digest(BODY.rpartition("&")[0], secret=f" {SECRET}")),
            "SIGNED-BEFORE-NONCE+SECRET-WITH-BLANK",
            "amount=1  <- ends here",
        ),
    ],
)
def test_a_newcomer_has_mistake_and_mend_first_and_all_of_it_on_one_screen(
    dialect: str, command: str, first: str, words: str, capsys: Capture, tmp_path: Path
) -> None:
    seen = run_noncense(capsys, f"doctor --dialect {dialect} --request", pasted(tmp_path, command))
    lines = seen.out.splitlines()
    assert lines[0] == first
    assert lines[1].startswith("  mistake  ")
    assert words in " ".join(seen.out.split()) or words in seen.out
    assert len(lines) <= 20  # the prompt and the command above it take some of the 24
    assert max(map(len, lines)) <= 80
    assert SECRET not in seen.out


def test_the_mend_is_shown_as_code_in_the_language_that_is_asked_for(capsys: Capture, tmp_path: Path) -> None:
    source = pasted(tmp_path, curl(digest(BODY, "sha256")))
    seen = run_noncense(capsys, "doctor --dialect poloniex --language PHP --request", source)
    assert "    hash_hmac('sha512', $text, $secret);" in seen.out
    assert "no remedy in 'cobol'" in complaint(
        run_noncense(capsys, "doctor --dialect poloniex --language cobol --request", source)
    )


def test_where_one_request_cannot_tell_it_says_which_would(capsys: Capture, tmp_path: Path) -> None:
    body = "nonce=7&command=b"
    source = pasted(tmp_path, curl(digest("command=b&nonce=7"), body))
    told = " ".join(run_noncense(capsys, "doctor --dialect poloniex --request", source).out.split())
    assert "this request cannot tell, one with three names that are not in alphabetical order" in told
    found = json.loads(run_noncense(capsys, "doctor --dialect poloniex --json --request", source).out)["telling"]
    assert found["features"][0] == "three names that are not in alphabetical order"
    assert all(len(group) == 1 for group in found["groups"])
    alike = pasted(tmp_path, curl(digest(""), "command=b&nonce=7"))
    told = " ".join(run_noncense(capsys, "doctor --dialect poloniex --request", alike).out.split())
    assert "NOTHING-SIGNED, which signs the same text here and in each of" in told


def test_a_right_request_is_accepted(capsys: Capture, tmp_path: Path) -> None:
    seen = run_noncense(capsys, "doctor --dialect poloniex --request", pasted(tmp_path, curl(digest(BODY))))
    assert seen.status == 0
    assert seen.out.startswith("accepted  ")
    assert "Not judged: whether nonce and timestamp were fresh." in seen.out


def test_what_sign_prints_the_doctor_accepts(capsys: Capture, tmp_path: Path) -> None:
    for dialect in ("reference", "poloniex", "exmo", "bitunix"):
        for form in ("curl", "http"):
            words = f"sign --dialect {dialect} --target /x --param a=1 --key K --as {form}"
            source = pasted(tmp_path, run_noncense(capsys, words).out)
            seen = run_noncense(capsys, f"doctor --dialect {dialect} --request", source)
            assert (dialect, form, seen.status) == (dialect, form, 0)


def test_json_has_the_documented_shape(capsys: Capture, tmp_path: Path) -> None:
    source = pasted(tmp_path, curl(digest(BODY, "sha256")))
    document = json.loads(run_noncense(capsys, "doctor --dialect poloniex --json --request", source).out)
    assert document["accepted"] is False
    assert document["reason"] == "bad_signature"
    assert document["string_to_sign"] == BODY
    (diagnosis,) = document["diagnoses"]
    assert {"code", "summary", "fix", "mistakes"} <= set(diagnosis)
    assert (diagnosis["code"], diagnosis["mistakes"]) == ("OTHER-HASH", 1)
    assert document["searched"] > 0
    assert document["elapsed_ms"] >= 0


def test_a_stale_nonce_and_timestamp_are_told_with_what_would_have_passed(capsys: Capture, tmp_path: Path) -> None:
    request = Request(method="GET", target=b"/v1/balances")
    credentials = Credentials(key="K", secret=SECRET)
    signed = sign(scheme_named("reference"), request, credentials, nonce=7, timestamp_ms=1_735_689_600_000).request
    raw = b"\n".join([b"GET /v1/balances", *(name + b": " + value for name, value in signed.headers), b"", b""])
    source = pasted(tmp_path, raw.decode())
    words = "doctor --dialect reference --now {} --last-nonce {} --request"
    late = run_noncense(capsys, words.format(1_735_689_661_000, 3), source)
    assert late.out.startswith("CLOCK-BEHIND\n")
    assert "refused  timestamp_too_old: " in late.out
    assert "61000 ms behind" in late.out
    assert "accepted a timestamp from 1735689601000 to 1735689721000 would have been" in late.out
    low = run_noncense(capsys, words.format(1_735_689_600_000, 7), source)
    assert low.out.startswith("NONCE-REPEATED\n")
    assert "refused  nonce_not_increasing: " in low.out
    assert "any integer above 7" in low.out
    assert run_noncense(capsys, words.format(1_735_689_600_000, 6), source).status == 0


def test_a_journal_tells_how_nonces_are_made(capsys: Capture, tmp_path: Path) -> None:
    with MockExchange("poloniex") as exchange:
        key = exchange.create_key(secret=SECRET)
        start = exchange.clock.now_ms()
        lines = []
        for number, wait_ms in enumerate((0, 1_300, 2_900)):
            exchange.clock.freeze(start + wait_ms)
            nonce = (start + wait_ms) // 1000 if number != 1 else start + wait_ms
            body = f"command=returnBalances&nonce={nonce}"
            headers = [["Key", key.key], ["Sign", digest(body)]]
            lines.append(
                json.dumps(
                    {
                        "server_ms": exchange.clock.now_ms(),
                        "request": {"method": "POST", "target": "/tradingApi", "headers": headers, "body": body},
                    }
                )
            )
    seen = run_noncense(capsys, "doctor --dialect poloniex --request", pasted(tmp_path, "\n".join(lines)))
    assert seen.status == 1
    assert "NONCE-IN-SECONDS" in seen.out
    assert "NONCE-UNIT-CHANGES" in seen.out


def test_a_secret_that_travels_is_named_and_not_shown(capsys: Capture, tmp_path: Path) -> None:
    for text in (curl(SECRET), curl(digest(BODY)).replace("THE-KEY", SECRET), curl("ab" * 64, f"{BODY}&x={SECRET}")):
        for more in ("", " --json"):
            seen = run_noncense(capsys, f"doctor --dialect poloniex{more} --request", pasted(tmp_path, text))
            assert seen.status == 1
            assert SECRET not in seen.out + seen.err


def test_a_wrong_command_line_is_one_clear_line(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = pasted(tmp_path, "hello")
    assert "neither a request line nor curl" in complaint(
        run_noncense(capsys, "doctor --dialect poloniex --request", source)
    )
    assert "No such file" in complaint(run_noncense(capsys, "doctor --dialect poloniex --request", source + "x"))
    assert "kraken" in complaint(run_noncense(capsys, "doctor --dialect kraken --request", source))
    monkeypatch.delenv("NONCENSE_SECRET")
    assert "needs the secret" in complaint(run_noncense(capsys, "doctor --dialect poloniex --request", source))


def test_the_digest_of_the_tests_is_hmac() -> None:
    assert digest(BODY) == hmac.digest(SECRET.encode(), BODY.encode(), hashlib.sha512).hex()
