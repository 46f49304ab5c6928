"""The intake: what was written whole is found again, in its order, and nothing else is taken for it."""

from __future__ import annotations

import errno
import os
import stat
from io import FileIO
from itertools import accumulate
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.errors import StoreError
from mockserver.stores.intake import Intake

OWNER, OTHER = b"an owner", b"somebody"
PAYLOADS = st.lists(st.binary(max_size=40), max_size=8)


def lying(intake: Intake) -> list[bytes]:
    return [frame.payload for frame in intake.frames()]


def found(path, owner: bytes = OWNER, put_away: int = 0) -> list[bytes]:
    """What a process after this one finds."""
    intake = Intake(path, owner, put_away)
    try:
        assert [frame.number for frame in intake.frames()] == list(range(put_away + 1, intake.newest + 1))
        return lying(intake)
    finally:
        intake.close()


def written(path, *payloads: bytes) -> bytes:
    """The file as it is when so much was written and nobody closed it."""
    intake = Intake(path, OWNER, 0)
    for payload in payloads:
        intake.write(payload)
    return path.read_bytes()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "intake"


class Disk(FileIO):
    """A file that takes so many bytes, so many at a time, and then no more."""

    files: ClassVar[list[Disk]] = []

    def __init__(self, *told) -> None:
        super().__init__(*told)
        self.room = self.sip = 10**6
        self.files.append(self)

    def write(self, data) -> int:
        if not self.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        taken = super().write(data[: min(self.room, self.sip)])
        self.room -= taken
        return taken


@pytest.fixture(autouse=True)
def disk(monkeypatch):
    """The files, newest last; closed in the end, for who is killed closes nothing himself."""
    monkeypatch.setattr("mockserver.stores.intake.FileIO", Disk)
    yield Disk.files
    for file in Disk.files:
        file.close()
    Disk.files.clear()


@given(rounds=st.lists(PAYLOADS, max_size=4), last=PAYLOADS)
def test_what_was_not_put_away_is_found_in_its_order(tmp_path_factory, rounds, last):
    path = tmp_path_factory.mktemp("intake") / "intake"
    intake = Intake(path, OWNER, 0)
    for payloads in rounds:
        for payload in payloads:
            intake.write(payload)
        assert lying(intake) == payloads
        intake.clear()
    put_away = intake.newest
    assert put_away == sum(map(len, rounds))
    for payload in last:
        intake.write(payload)
    assert lying(intake) == last
    assert found(path, put_away=put_away) == last


@given(payloads=st.lists(st.binary(max_size=12), min_size=1, max_size=4), data=st.data())
def test_torn_or_scribbled_upon_it_has_all_up_to_some_point(tmp_path_factory, payloads, data):
    path = tmp_path_factory.mktemp("intake") / "intake"
    whole = written(path, *payloads)
    place = data.draw(st.integers(0, len(whole) - 1))
    if data.draw(st.booleans()):
        spoilt = whole[:place]
    else:
        flipped = whole[place] ^ data.draw(st.integers(1, 255))
        spoilt = whole[:place] + bytes([flipped]) + whole[place + 1 :]
    path.write_bytes(spoilt)
    head = (len(whole) - sum(map(len, payloads))) // len(payloads)
    ends = list(accumulate(head + len(payload) for payload in payloads))
    assert found(path) == payloads[: sum(end <= place for end in ends)]


def test_it_goes_on_behind_what_it_found(path):
    written(path, b"one", b"two")
    intake = Intake(path, OWNER, 0)
    intake.write(b"three")
    assert found(path) == [b"one", b"two", b"three"]


def test_it_goes_on_over_what_was_torn(path):
    whole = written(path, b"one", b"two")
    path.write_bytes(whole[:-1])
    intake = Intake(path, OWNER, 0)
    intake.write(b"deux")
    assert found(path) == [b"one", b"deux"]


def test_frames_of_an_earlier_round_are_no_frames_of_this(path):
    intake = Intake(path, OWNER, 0)
    for payload in (b"one", b"two", b"three"):
        intake.write(payload)
    intake.clear()
    intake.write(b"four")  # as long as none of them, so what follows begins in the middle of a frame
    assert found(path, put_away=3) == [b"four"]
    intake.write(b"05")
    assert found(path, put_away=3) == [b"four", b"05"]


def test_a_frame_of_an_earlier_round_that_lies_just_behind_is_none_either(path):
    intake = Intake(path, OWNER, 0)
    for payload in (b"aaa", b"bbb", b"ccc"):
        intake.write(payload)
    intake.clear()
    intake.write(b"ddd")
    assert found(path, put_away=3) == [b"ddd"]


def test_all_of_it_was_put_away_but_nobody_said_so_here(path):
    written(path, b"one", b"two")
    intake = Intake(path, OWNER, 2)
    assert lying(intake) == []
    assert intake.size == 0
    intake.write(b"three")
    assert found(path, put_away=2) == [b"three"]


def test_where_one_is_missing_no_later_one_counts(path):
    intake = Intake(path, OWNER, 4)
    intake.write(b"five")
    assert found(path, put_away=4) == [b"five"]
    assert found(path, put_away=3) == []
    assert found(path, put_away=6) == []


def test_what_somebody_else_wrote_is_nothing(path):
    whole = written(path, b"one")
    assert found(path, OTHER) == []
    assert not path.exists()
    path.write_bytes(whole + b"rubbish")
    assert found(path) == [b"one"]


@pytest.mark.parametrize("room", [0, 1, 15, 16, 20])
def test_what_could_not_be_written_whole_was_not_written(path, disk, room):
    intake = Intake(path, OWNER, 0)
    intake.write(b"one")
    disk[-1].room = room
    with pytest.raises(StoreError, match="No space"):
        intake.write(b"two and more")
    assert lying(intake) == found(path) == [b"one"]
    disk[0].room = 10**6
    intake.write(b"three")
    assert found(path) == [b"one", b"three"]


def test_a_file_that_takes_little_at_once_gets_all_of_it(path, disk):
    intake = Intake(path, OWNER, 0)
    disk[-1].sip = 7
    intake.write(b"a payload that takes several")
    assert found(path) == [b"a payload that takes several"]


@pytest.mark.parametrize("place", [0, 30, -1])
def test_what_somebody_else_wrote_into_it_meanwhile_is_not_passed_over(path, place):
    intake = Intake(path, OWNER, 0)
    for payload in (b"one", b"two"):
        intake.write(payload)
    whole = bytearray(path.read_bytes())
    whole[place] ^= 1
    path.write_bytes(whole)
    with pytest.raises(StoreError, match="somebody else"):
        intake.frames()


def test_the_file_is_there_as_long_as_something_lies_in_it_and_for_its_owner_alone(path):
    intake = Intake(path, OWNER, 0)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    intake.write(b"one")
    intake.close()
    assert path.exists()
    intake = Intake(path, OWNER, 0)
    intake.clear()
    intake.close()
    assert not path.exists()


def test_a_place_where_no_file_can_be(tmp_path):
    with pytest.raises(StoreError, match="intake"):
        Intake(tmp_path / "nowhere" / "intake", OWNER, 0)
    (tmp_path / "intake").mkdir()
    with pytest.raises(StoreError, match="intake"):
        Intake(tmp_path / "intake", OWNER, 0)
