"""`noncense dialects`: the tables that a client author reads."""

import json

import pytest

from mockserver import DIALECT_NAMES, Refusal, dialect_named
from tests.harness.cli.command_line import complaint, run_noncense

Capture = pytest.CaptureFixture[str]

#: The operations of the contract that an exchange serves by an endpoint of its own (`raw` is any).
OPERATIONS = {"balances", "place_order", "cancel_order", "open_orders", "withdraw", "deposit_address", "order_book"}


def test_the_list_names_every_dialect(capsys: Capture) -> None:
    seen = run_noncense(capsys, "dialects")
    assert [line.split("\t")[0] for line in seen.out.splitlines()[2:] if line] == list(DIALECT_NAMES)


@pytest.mark.parametrize("name", DIALECT_NAMES)
def test_the_tables_hold_every_refusal_and_every_operation(capsys: Capture, name: str) -> None:
    document = json.loads(run_noncense(capsys, f"dialects {name} --json").out)
    assert len(document["refusals"]) == len(dialect_named(name).refusals)
    assert {row["operation"] for row in document["endpoints"]} >= OPERATIONS
    assert all(row["source"] for row in document["refusals"])


def test_a_refusal_comes_with_status_code_text_and_kinds(capsys: Capture) -> None:
    document = json.loads(run_noncense(capsys, "dialects bitunix --json").out)
    row = next(row for row in document["refusals"] if row["refusal"] == Refusal.BAD_SIGNATURE.value)
    assert (row["status"], row["observed"], row["code"]) == (403, 200, "100005")
    assert "authentication" in row["kinds"]


def test_a_pipe_gets_one_row_a_line_with_as_many_columns_as_the_heading(capsys: Capture) -> None:
    blocks = run_noncense(capsys, "dialects exmo").out.split("# ")[1:]
    assert [block.splitlines()[0] for block in blocks][:2] == ["Refusals", "Endpoints"]
    for block in blocks:
        heading, *rows = [line for line in block.splitlines()[1:] if line]
        assert {len(row.split("\t")) for row in rows} == {len(heading.split("\t"))}


def test_an_unknown_dialect_gets_one_clear_line(capsys: Capture) -> None:
    assert "there is no dialect 'mtgox'" in complaint(run_noncense(capsys, "dialects mtgox"))
