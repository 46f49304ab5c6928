"""Hostile values lose their teeth and nothing else."""

import json
import unicodedata
from decimal import Decimal
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from harness.reports.printable import jsonable, one_line, visible
from tests.harness.reports.runs import NASTY

ANY_TEXT = st.text(st.characters(), max_size=30) | st.text(st.sampled_from(NASTY), max_size=30)


@given(ANY_TEXT)
def test_visible_text_moves_no_cursor_and_hides_nothing(text: str) -> None:
    shown = visible(text)
    assert not [char for char in shown if unicodedata.category(char) in {"Cc", "Cs"} and char not in "\t\n"]
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u2028\u2029\ufeff")


@given(ANY_TEXT)
def test_visible_text_survives_xml(text: str) -> None:
    element = ElementTree.Element("x")
    element.text = visible(text)
    back = ElementTree.fromstring(ElementTree.tostring(element, encoding="utf-8"))
    assert (back.text or "") == visible(text)


@given(st.text(st.characters(categories=["L", "N", "P"])))
def test_harmless_text_is_left_alone(text: str) -> None:
    assert visible(text) == text == one_line(text)


def test_an_escape_sequence_is_shown_as_what_it_is() -> None:
    assert visible("\x1b[31m\ud800\u202e") == "\\x1b[31m\\ud800\\u202e"


def test_one_line_is_one_line_and_keeps_to_its_limit() -> None:
    assert one_line("a\nb") == "a\\nb"
    assert one_line("abcdef", limit=4) == "abc…"


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text()
        | st.binary()
        | st.decimals(allow_nan=False),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.integers(), inner, max_size=3),
        max_leaves=8,
    )
)
def test_whatever_stands_in_a_transcript_becomes_strict_json(value: object) -> None:
    text = json.dumps(jsonable(value), ensure_ascii=False, allow_nan=False)
    json.loads(text.encode("utf-8"))


def test_numbers_keep_their_digits() -> None:
    assert jsonable({"amount": Decimal("0.00000001"), "id": 2**63}) == {"amount": "0.00000001", "id": 2**63}
