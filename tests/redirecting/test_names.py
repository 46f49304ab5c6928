"""Questions for names are read as RFC 1035 has them, and answered in two ways."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.redirecting import names

#: A question as dig sends it: number 0x1234, recursion wanted, poloniex.com, A, IN.
ASKED = bytes.fromhex("1234 0100 0001 0000 0000 0000 08 706f6c6f6e696578 03 636f6d 00 0001 0001")


def question() -> names.Question:
    found = names.read(ASKED)
    assert found is not None
    return found


def test_a_question_is_read() -> None:
    assert (question().number, question().name, question().kind) == (0x1234, "poloniex.com", names.ADDRESS)


def test_letter_case_is_no_matter_and_comes_back_as_it_was() -> None:
    asked = ASKED.replace(b"poloniex", b"PoloniEX")
    found = names.read(asked)
    assert found is not None
    assert found.name == "poloniex.com"
    assert b"PoloniEX" in names.answer(found, here=True)


def test_a_name_of_this_machine_has_its_address() -> None:
    answer = names.answer(question(), here=True)
    number, flags, questions, answers, _, _ = struct.unpack_from("!HHHHHH", answer)
    assert (number, flags & 0x800F, questions, answers) == (0x1234, 0x8000, 1, 1)
    assert answer[12 : len(ASKED)] == ASKED[12:]
    assert answer[-4:] == bytes([127, 0, 0, 1])


def test_it_has_no_address_of_another_kind() -> None:
    found = names.read(ASKED[:-4] + bytes.fromhex("001c 0001"))
    assert found is not None
    answer = names.answer(found, here=True)
    assert struct.unpack_from("!HHHHHH", answer)[1] & 0xF == 0
    assert struct.unpack_from("!HHHHHH", answer)[3] == 0


def test_nobody_else_has_a_name() -> None:
    _, flags, _, answers, _, _ = struct.unpack_from("!HHHHHH", names.answer(question(), here=False))
    assert (flags & 0xF, answers) == (3, 0)


@pytest.mark.parametrize(
    "data",
    [b"", ASKED[:11], ASKED[:20], ASKED[:-1], b"\x12\x34\x81\x00" + ASKED[4:], ASKED[:5] + b"\x02" + ASKED[6:]],
    ids=["nothing", "half a head", "half a name", "half a kind", "an answer", "two questions"],
)
def test_what_is_no_single_question_is_left_alone(data: bytes) -> None:
    assert names.read(data) is None


def test_a_name_that_points_back_is_left_alone() -> None:
    assert names.read(ASKED[:12] + b"\xc0" + b"a" * 192 + b"\x00\x00\x01\x00\x01") is None


@given(st.binary(max_size=600))
def test_nothing_that_comes_is_too_odd_to_be_read(data: bytes) -> None:
    found = names.read(data)
    assert found is None or len(names.answer(found, here=True)) <= len(data) + 16
