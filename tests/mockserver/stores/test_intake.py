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

ROUND, OTHER = b"this one", b"that one"
PAYLOADS = st.lists(st.binary(max_size=40), max_size=8)


def found(path, round_name: bytes = ROUND) -> list[bytes]:
    """What a process after this one finds."""
    intake = Intake(path, round_name)
    try:
        return list(intake.payloads())
    finally:
        intake.close()


def written(path, *payloads: bytes) -> Intake:
    """An intake to which so much was written, and which nobody closed."""
    intake = Intake(path, ROUND)
    for payload in payloads:
        intake.write(payload)
    return intake


@pytest.fixture
def path(tmp_path):
    return tmp_path / "intake"


class Disk(FileIO):
    """A file that takes so many bytes, so many at a time, and then no more."""

    files: ClassVar[list[Disk]] = []

    def __init__(self, *told, **named) -> None:
        super().__init__(*told, **named)
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
    intake = Intake(path, ROUND)
    for number, payloads in enumerate([*rounds, last]):
        intake.begin(b"round %02d" % number)
        for payload in payloads:
            intake.write(payload)
        assert list(intake.payloads()) == payloads
    assert found(path, intake.round_name) == last


@given(payloads=st.lists(st.binary(max_size=12), min_size=1, max_size=4), data=st.data())
def test_torn_or_scribbled_upon_it_has_all_up_to_some_point(tmp_path_factory, payloads, data):
    path = tmp_path_factory.mktemp("intake") / "intake"
    written(path, *payloads)
    whole = path.read_bytes()
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
    Intake(path, ROUND).write(b"three")
    assert found(path) == [b"one", b"two", b"three"]


def test_it_goes_on_over_what_was_torn(path):
    written(path, b"one", b"two")
    path.write_bytes(path.read_bytes()[:-1])
    Intake(path, ROUND).write(b"deux")
    assert found(path) == [b"one", b"deux"]


@pytest.mark.parametrize("payload", [b"ddd", b"ddddd", b""])
def test_what_an_earlier_round_left_behind_is_never_taken_for_this_one(path, payload):
    intake = written(path, b"aaa", b"bbb", b"ccc")
    intake.begin(OTHER)
    intake.write(payload)  # as long as those before, so that theirs follow it, or not
    assert list(intake.payloads()) == found(path, OTHER) == [payload]
    assert found(path, ROUND) == []


def test_what_somebody_else_wrote_does_not_count(path):
    written(path, b"one")
    assert found(path, OTHER) == []
    assert not path.exists()


@pytest.mark.parametrize("room", [0, 1, 12, 16, 20])
def test_what_could_not_be_written_whole_was_not_written(path, disk, room):
    intake = written(path, b"one")
    disk[-1].room = room
    with pytest.raises(StoreError, match="No space"):
        intake.write(b"two and more")
    assert list(intake.payloads()) == found(path) == [b"one"]
    disk[0].room = 10**6
    intake.write(b"three")
    assert found(path) == [b"one", b"three"]


def test_a_file_that_takes_little_at_once_gets_all_of_it(path, disk):
    intake = Intake(path, ROUND)
    disk[-1].sip = 7
    intake.write(b"a payload that takes several")
    assert found(path) == [b"a payload that takes several"]


@pytest.mark.parametrize("place", [0, 10, 25, -1])
def test_what_somebody_else_wrote_into_it_meanwhile_is_not_passed_over(path, place):
    intake = written(path, b"one", b"two")
    whole = bytearray(path.read_bytes())
    whole[place] ^= 1
    path.write_bytes(whole)
    with pytest.raises(StoreError, match="somebody else"):
        intake.payloads()


def test_the_file_is_there_as_long_as_something_lies_in_it_and_for_its_owner_alone(path):
    path.touch(mode=0o644)
    intake = written(path, b"one")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    intake.close()
    assert path.exists()
    intake = Intake(path, ROUND)
    intake.begin(OTHER)
    intake.close()
    assert not path.exists()


def test_a_file_that_will_not_go_away_is_left(path, monkeypatch):
    def refuse(*told, **named):
        raise PermissionError(errno.EACCES, "no")

    intake = Intake(path, ROUND)
    monkeypatch.setattr("pathlib.Path.unlink", refuse)
    intake.close()
    assert path.exists()


def test_a_place_where_no_file_can_be(tmp_path):
    with pytest.raises(StoreError, match="intake"):
        Intake(tmp_path / "nowhere" / "intake", ROUND)
    (tmp_path / "intake").mkdir()
    with pytest.raises(StoreError, match="intake"):
        Intake(tmp_path / "intake", ROUND)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with a name")
def test_a_pipe_is_no_file_and_nobody_waits_for_it(path):
    os.mkfifo(path)
    with pytest.raises(StoreError, match="is no file"):
        Intake(path, ROUND)


@pytest.mark.skipif(os.name == "nt", reason="links are another thing there")
def test_a_link_that_somebody_laid_is_not_followed(tmp_path, path):
    (tmp_path / "theirs").write_bytes(b"theirs")
    path.symlink_to(tmp_path / "theirs")
    with pytest.raises(StoreError, match="intake"):
        Intake(path, ROUND)
    assert (tmp_path / "theirs").read_bytes() == b"theirs"


def test_a_file_that_cannot_be_read_is_closed_again(path, disk, monkeypatch):
    def refuse(file, *told):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(Disk, "read", refuse)
    with pytest.raises(StoreError, match="intake"):
        Intake(path, ROUND)
    assert disk[-1].closed
