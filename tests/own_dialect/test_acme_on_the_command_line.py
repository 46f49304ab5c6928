"""What every command makes of an exchange of one's own."""

import hmac
import json
import shlex
from pathlib import Path

import pytest

from harness.documents.openapi import openapi
from tests.harness.cli.command_line import complaint, run_noncense
from tests.own_dialect.acme import ACME, MOMENT, PUBLISHED, dialect

Capture = pytest.CaptureFixture[str]

SIGNATURE = "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"
PARAMETERS = (
    "symbol=LTCBTC",
    "side=BUY",
    "type=LIMIT",
    "timeInForce=GTC",
    "quantity=1",
    "price=0.1",
    "recvWindow=5000",
)


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NONCENSE_KEY", PUBLISHED.key)
    monkeypatch.setenv("NONCENSE_SECRET", PUBLISHED.secret)


def sign(capsys: Capture, *words: str) -> dict[str, str]:
    line = f"sign --dialect {ACME} --timestamp {MOMENT} --target /v1/orders --as json"
    document: dict[str, str] = json.loads(run_noncense(capsys, line, *words).out)
    return document


@pytest.mark.parametrize(("method", "place"), [("GET", "target"), ("POST", "body")])
def test_sign_reproduces_the_published_signature(capsys: Capture, method: str, place: str) -> None:
    given = [word for pair in PARAMETERS for word in ("--param", pair)]
    signed = sign(capsys, "--method", method, *given)
    assert signed["signature"] == SIGNATURE
    assert signed[place].endswith(f"{'&'.join(PARAMETERS)}&timestamp={MOMENT}&signature={SIGNATURE}")


def signed_by(text: str, algorithm: str = "sha256") -> str:
    return hmac.new(PUBLISHED.secret.encode(), text.encode(), algorithm).hexdigest()


SENT = f"{'&'.join(PARAMETERS)}&timestamp={MOMENT}"
MISTAKES = {
    "PARAMETERS-SORTED": signed_by("&".join(sorted(SENT.split("&")))),
    "PARAMETER-LEFT-OUT": signed_by(SENT.replace("&recvWindow=5000", "")),
    "METHOD-AND-PATH-IN-FRONT": signed_by(f"POST/v1/orders{SENT}"),
    "OTHER-HASH": signed_by(SENT, "sha512"),
    "QUESTION-MARK-DIFFERS": signed_by(f"?{SENT}"),
}


@pytest.mark.parametrize(("code", "signature"), MISTAKES.items(), ids=MISTAKES)
def test_the_doctor_names_the_mistake_in_a_curl_of_acme(
    capsys: Capture, tmp_path: Path, code: str, signature: str
) -> None:
    headers = ["-H", "Content-Type: application/x-www-form-urlencoded", "-H", f"X-ACME-APIKEY: {PUBLISHED.key}"]
    words = ["curl", "-X", "POST", *headers, "--data", f"{SENT}&signature={signature}", "http://127.0.0.1/v1/orders"]
    (tmp_path / "curl.txt").write_text(shlex.join(words), encoding="utf-8")
    seen = run_noncense(capsys, f"doctor --dialect {ACME} --request {tmp_path / 'curl.txt'}")
    assert seen.status == 1
    assert f"\n{code}\n" in f"\n{seen.out}"


def test_the_doctor_finds_a_window_that_has_passed(capsys: Capture, tmp_path: Path) -> None:
    words = [
        "curl",
        "-H",
        f"X-ACME-APIKEY: {PUBLISHED.key}",
        f"http://127.0.0.1/v1/orders?{SENT}&signature={SIGNATURE}",
    ]
    (tmp_path / "curl.txt").write_text(shlex.join(words), encoding="utf-8")
    line = f"doctor --dialect {ACME} --request {tmp_path / 'curl.txt'} --now"
    assert run_noncense(capsys, line, str(MOMENT + 5_000)).status == 0
    late = run_noncense(capsys, line, str(MOMENT + 5_001))
    assert (late.status, "timestamp_too_old" in late.out) == (1, True)


def test_its_tables_are_listed_and_its_requirements(capsys: Capture) -> None:
    assert "-1022\tSignature for this request is not valid." in run_noncense(capsys, f"dialects {ACME}").out
    listed = run_noncense(capsys, f"requirements --dialect {ACME}").out
    assert "TIME-010    MUST" in listed
    assert "NONCE-001" not in listed
    explained = run_noncense(capsys, f"explain SIGN-010 --dialect {ACME}").out
    assert "acme       void     Acme does not sign the method" in explained


def test_openapi_shows_what_travels_among_the_parameters() -> None:
    document = openapi(dialect())
    balances = document["paths"]["/v1/balances"]["get"]  # type: ignore[index]
    assert {item["name"]: item["required"] for item in balances["parameters"]} == {
        "timestamp": True,
        "recvWindow": False,
        "signature": True,
    }
    schema = document["components"]["schemas"]["POST-v1-orders-parameters"]  # type: ignore[index]
    assert {"timestamp", "signature"} <= set(schema["required"])
    assert "recvWindow" in schema["properties"]


def test_the_wrong_clients_that_can_be_wrong_there_are_listed(capsys: Capture) -> None:
    listed = run_noncense(capsys, f"mutants --list --dialect {ACME}").out
    assert "window-beyond-the-limit" in listed
    assert "NONCE-001" not in listed


def test_a_run_names_the_file_where_it_is_to_be_made_again_and_the_exchange_elsewhere(
    capsys: Capture, tmp_path: Path
) -> None:
    wrong = tmp_path / "adapter.py"
    wrong.write_text("from harness.mutants import adapter_with\nADAPTER = adapter_with('window-in-words')\n")
    report, record = tmp_path / "report.json", tmp_path / "run"
    asked = f"--requirement TIME-010 --seed 1 --report json:{report} --record {record}"
    assert run_noncense(capsys, f"test --dialect {ACME} {asked} {wrong}").status == 1
    document = json.loads(report.read_text(encoding="utf-8"))
    assert document["dialect"] == "acme"
    (row,) = document["requirements"]
    assert f"--dialect {ACME} " in row["finding"]["reproduce"]

    # A record is data: it never decides which file is run.
    assert "name the file that describes it" in complaint(run_noncense(capsys, f"judge {record}"))
    assert complaint(run_noncense(capsys, f"judge {record} --dialect exmo")) == "the run was on acme, not on exmo"
    assert run_noncense(capsys, f"judge {record} --dialect {ACME}").status == 1
    asked_first = complaint(run_noncense(capsys, f"replay {report} --client {wrong}"))
    assert asked_first.startswith("The finding of TIME-010 names this file, which describes an exchange")
    assert run_noncense(capsys, f"replay {report} --client {wrong} --dialect {ACME}").status == 1
    assert run_noncense(capsys, f"compare {report} {report}").status == 0
