"""Every text and every code that the pages record is in the tables, letter for letter."""

import re
from functools import cache

import pytest

from mockserver import dialect_named
from tests.mockserver.refusals import recorded_texts


def lines(recorded: str) -> list[str]:
    return recorded.strip().splitlines()


@cache
def tables(name: str) -> set[tuple[str, str]]:
    """Return code and text of every row that a dialect has, in whatever way it is played."""
    plain = dialect_named(name)
    worn = [dialect_named(name, **{habit.name: choice}) for habit in plain.habits for choice in habit.choices]
    rows = {row for dialect in (plain, *worn) for row in dialect.refusals}
    return {(row.code, re.sub(r"\{\w+\}", "{}", row.text)) for row in rows}


def coded(recorded: str) -> list[tuple[str, str]]:
    pairs = (line.partition(" ") for line in lines(recorded))
    return [("" if code == "-" else code, text) for code, _, text in pairs]


@pytest.mark.parametrize("text", lines(recorded_texts.POLONIEX))
def test_poloniex_says_what_it_was_seen_to_say(text):
    assert text in {said for _, said in tables("poloniex")}


@pytest.mark.parametrize(("code", "text"), coded(recorded_texts.EXMO))
def test_exmo_says_what_it_was_seen_to_say(code, text):
    assert (code, text) in tables("exmo")


@pytest.mark.parametrize(("code", "text"), coded(recorded_texts.BITUNIX))
def test_bitunix_says_what_it_was_seen_to_say(code, text):
    assert (code, text) in tables("bitunix")


@pytest.mark.parametrize("code", recorded_texts.BITUNIX_CODES)
def test_bitunix_has_the_codes_without_a_recorded_text(code):
    assert code in {known for known, _ in tables("bitunix")}
