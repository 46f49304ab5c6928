"""The terminal: plain in a pipe, and never at a client's mercy."""

import io
import re
from dataclasses import replace

import pytest

from harness.events import Status
from harness.reports.terminal import TerminalReport
from tests.harness.reports.runs import (
    FAILED,
    FINDING,
    HOSTILE_RESULT,
    INCONCLUSIVE,
    PASSED,
    SKIPPED,
    result,
    summary,
    tell,
)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(*results: object, out: io.StringIO | None = None, trace: bool = False, **run: object) -> str:
    stream = out or io.StringIO()
    with TerminalReport(stream, trace=trace) as report:
        tell(report, summary(*results, **run))  # type: ignore[arg-type]
    return stream.getvalue()


def test_a_finding_reads_from_the_sentence_to_the_command_that_shows_it_again() -> None:
    text = shown(PASSED, FAILED, exit_status=1)
    parts = [
        "✗ NONCE-001  MUST  A nonce is greater",
        FINDING.summary,
        "1. The exchange has seen nonce 7 of key k.",
        "> POST /tradingApi",
        "= refused: nonce_not_increasing",
        "< 422",
        ": error nonce",
        "Diagnosis  NONCE-WENT-BACK, NONCE-IN-SECONDS",
        "Remedy     Keep the last nonce.",
        "It costs   Every later call is refused.",
        f"Again      {FINDING.reproduce}",
        "This client breaks 1 requirement.",
    ]
    positions = [text.find(part) for part in parts]
    assert -1 not in positions
    assert positions == sorted(positions)


def test_a_pipe_gets_no_escape_codes_and_no_progress() -> None:
    text = shown(PASSED, FAILED, SKIPPED, INCONCLUSIVE, exit_status=1)
    assert "\x1b" not in text
    assert "\r" not in text
    assert "1/4" not in text


def test_a_pipe_gets_every_line_unbroken() -> None:
    long = replace(FINDING, summary="The client " + "lies " * 60 + "to us.", reproduce="noncense test " + "x" * 300)
    text = shown(replace(FAILED, finding=long), exit_status=1)
    assert long.summary in text
    assert long.reproduce in text


def test_a_terminal_gets_the_reproduce_line_unbroken_too() -> None:
    long = replace(FINDING, reproduce="noncense test " + "x" * 300)
    assert long.reproduce in shown(replace(FAILED, finding=long), out=Terminal(), exit_status=1)


def test_a_conversation_on_a_terminal_is_folded_without_losing_a_character(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    body = "x=" + "ab cd" * 60
    page = {"request": "POST /", "body": body}
    text = shown(replace(FAILED, finding=replace(FINDING, transcript=(page,))), out=Terminal(), exit_status=1)
    plain = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text)
    said = plain[plain.index("> x=") + 2 : plain.index("  Diagnosis")]
    assert "".join(line.removeprefix("      ") for line in said.rstrip().split("\n")) == body
    assert max(len(line) for line in said.split("\n")) <= 80


def test_hostile_values_reach_no_terminal() -> None:
    text = shown(HOSTILE_RESULT, exit_status=1)
    assert "\x1b" not in text
    assert "\x00" not in text
    assert "\u202e" not in text
    assert "[/bad] [red]" in text


def test_hostile_values_are_no_markup_on_a_terminal_either() -> None:
    text = shown(HOSTILE_RESULT, out=Terminal(), exit_status=1)
    assert "[/bad] [red]" in text
    assert "\\x1b[31mc" in text


def test_the_summary_names_skipped_musts_by_the_reason_why() -> None:
    other = replace(SKIPPED, id="UNI-001", reason="the client does not promise raw")
    text = shown(PASSED, SKIPPED, other, replace(other, id="ENC-001"))
    assert f"MUSTs skipped, for {SKIPPED.reason}: CONC-001\n" in text
    assert "MUSTs skipped, for the client does not promise raw: UNI-001, ENC-001\n" in text


def test_an_adapter_that_broke_at_one_requirement_shows_its_last_words_there() -> None:
    broke = replace(INCONCLUSIVE, status=Status.ERROR, reason="adapter exited: status 1", stderr="KeyError: 'secret'\n")
    assert "? RETRY-001 error: adapter exited: status 1\n    KeyError: 'secret'\n" in shown(broke, exit_status=3)


def test_many_skipped_musts_are_counted() -> None:
    skipped = [replace(SKIPPED, id=f"X-{number:03}") for number in range(20)]
    assert "X-011 and 8 more" in shown(*skipped, exit_status=3)


def test_an_undecided_requirement_says_why() -> None:
    assert "? RETRY-001 inconclusive: fault not struck" in shown(INCONCLUSIVE, exit_status=3)


def test_a_known_failure_that_passes_is_named() -> None:
    assert "✗ SIGN-001 passed: it is listed" in shown(replace(PASSED, known_failure=True), exit_status=1)


def test_a_run_that_broke_off_shows_the_adapter_s_last_words() -> None:
    text = shown(PASSED, fault="adapter exited: status 7", exit_status=3)
    assert "last words" in text
    assert "The run broke off: adapter exited: status 7" in text


def test_coverage_notes_are_shown_and_evidence_only_in_a_trace() -> None:
    judged = result(notes=("seen: 20 requests", "not covered: a warm connection"))
    assert "not covered: a warm connection" in shown(judged)
    assert "seen: 20 requests" not in shown(judged)
    assert "seen: 20 requests" in shown(judged, trace=True)


def test_a_terminal_is_left_as_it_was_when_the_run_fails() -> None:
    out = Terminal()
    try:
        with TerminalReport(out) as report:
            tell(report, summary(PASSED))
            raise RuntimeError("we broke")
    except RuntimeError:
        pass
    hidden, shown_again = out.getvalue().count("\x1b[?25l"), out.getvalue().count("\x1b[?25h")
    assert hidden == shown_again
