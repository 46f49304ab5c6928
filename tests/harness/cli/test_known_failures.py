"""The list of known failures says what it means, or nothing."""

from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.known_failures import parse, read
from harness.status import with_known_failures
from tests.harness.reports.runs import FAILED

IDS = ("NONCE-001", "NONCE-002", "SIGN-001")


def test_a_list_is_one_id_a_line_with_comments_and_reasons() -> None:
    known = parse("# ours\n\nNONCE-001\n  NONCE-002 = NONCE-IN-SECONDS  # tracked in 41\nSIGN-001 # x\n", ids=IDS)
    assert known.entries == {"NONCE-001": None, "NONCE-002": "NONCE-IN-SECONDS", "SIGN-001": None}


def test_an_entry_without_a_reason_excuses_any_failure() -> None:
    assert parse("NONCE-001", ids=IDS).excuses("NONCE-001", ("ANYTHING",))
    assert parse("NONCE-001", ids=IDS).excuses("NONCE-001", ())


def test_an_entry_with_a_reason_excuses_no_other() -> None:
    known = parse("NONCE-001 = NONCE-IN-SECONDS", ids=IDS)
    assert known.excuses("NONCE-001", ("NONCE-WENT-BACK", "NONCE-IN-SECONDS"))
    assert not known.excuses("NONCE-001", ("NONCE-WENT-BACK",))
    assert not known.excuses("NONCE-001", ())


def test_what_is_not_listed_is_not_excused() -> None:
    assert not parse("NONCE-001", ids=IDS).excuses("NONCE-002", ())
    assert "NONCE-002" not in parse("NONCE-001", ids=IDS)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("NONCE-999", "there is no requirement 'NONCE-999'"),
        ("nonce-001", "there is no requirement 'nonce-001'"),
        ("NONCE-001 =", "expected ID or ID = DIAGNOSIS"),
        ("= NONCE-IN-SECONDS", "expected ID or ID = DIAGNOSIS"),
        ("NONCE-001 NONCE-002", "expected ID or ID = DIAGNOSIS"),
        ("NONCE-001 = A B", "expected ID or ID = DIAGNOSIS"),
        ("NONCE-001 = NONCE-ODD", "there is no diagnosis 'NONCE-ODD'"),
        ("NONCE-001\nNONCE-001", "line 2: NONCE-001 is listed twice"),
    ],
)
def test_a_line_that_means_nothing_is_a_usage_error(line: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        parse(line, ids=IDS)


def test_a_list_that_cannot_be_read_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        read(tmp_path / "none", ids=IDS)
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="it is not UTF-8"):
        read(tmp_path / "binary", ids=IDS)


def test_a_listed_requirement_that_fails_for_another_reason_says_so() -> None:
    judged = with_known_failures(FAILED, parse("NONCE-001 = EFFECT-TWICE", ids=IDS))
    assert not judged.known_failure
    assert "listed as a known failure for EFFECT-TWICE, but it failed for another reason" in judged.notes
