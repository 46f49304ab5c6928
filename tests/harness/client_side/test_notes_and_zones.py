"""Notes are spoilt as they were meant to be, and the hour that comes twice is this one."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from harness.client_side import TWICE, ClientSide, twice_this_hour
from tests.harness.drivers.driver_setup import TAME, in_process


@pytest.fixture
def side():
    exchange = SimpleNamespace(clock=SimpleNamespace(now_ms=lambda: int(time.time() * 1000)))
    return ClientSide(in_process(str(TAME)), exchange)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "one").write_bytes(b"1234567890")
    (tmp_path / "deep" / "two").write_bytes(b"abcdef")
    (tmp_path / "empty.lock").write_bytes(b"")
    return tmp_path


def contents(folder):
    return (folder / "one").read_bytes(), (folder / "deep" / "two").read_bytes()


@pytest.mark.parametrize(
    ("how", "found"),
    [("cut", (b"12345", b"abc")), ("empty", (b"", b"")), ("foreign", (b"abcdef", b"1234567890"))],
)
def test_every_file_that_holds_something_is_spoilt(side, folder, how, found):
    side.spoil(how, (folder, folder))
    assert sorted(contents(folder)) == sorted(found)
    assert side.facts().spoilt == 2


def test_binary_notes_are_no_text(side, folder):
    side.spoil("binary", (folder,))
    with pytest.raises(UnicodeDecodeError):
        contents(folder)[0].decode("utf-8")


def test_a_folder_stands_where_a_file_was(side, folder):
    side.spoil("folder", (folder,))
    assert (folder / "one").is_dir()
    assert (folder / "deep" / "two").is_dir()


def test_one_file_alone_cannot_be_anothers(side, tmp_path):
    (tmp_path / "one").write_bytes(b"1")
    side.spoil("foreign", (tmp_path,))
    assert side.facts().spoilt == 0


def test_older_notes_are_those_that_were_put_aside(side, folder):
    side.spoil("keep", (folder,))
    (folder / "one").write_bytes(b"newer")
    side.spoil("older", (folder,))
    assert contents(folder) == (b"1234567890", b"abcdef")


def test_each_case_counts_for_itself(side, folder):
    side.spoil("cut", (folder,))
    side.begin(clocked=False)
    assert side.facts().spoilt == 0


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 21, 16, 5, tzinfo=UTC),
        datetime(2027, 1, 1, 0, 3, tzinfo=UTC),
        datetime(2028, 2, 29, 12, 0, tzinfo=UTC),
        datetime(2028, 3, 1, 0, 30, tzinfo=UTC),
        datetime(2026, 12, 31, 23, 30, tzinfo=UTC),
    ],
)
def test_ten_minutes_ago_the_clocks_went_back(side, moment):
    side.settle_in(twice_this_hour(int(moment.timestamp() * 1000)))
    now = time.localtime(moment.timestamp())
    earlier = time.localtime((moment - timedelta(minutes=11)).timestamp())
    side.tidy()
    assert (now.tm_isdst, earlier.tm_isdst) == (0, 1)
    assert now.tm_gmtoff == 0
    assert earlier.tm_gmtoff == 3600


def test_the_zone_is_as_before_when_the_case_is_over(side, monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    side.settle_in("Asia/Kathmandu")
    assert time.localtime(0).tm_gmtoff == 5.5 * 3600
    side.settle_in(TWICE)
    side.tidy()
    assert os.environ["TZ"] == "UTC"
    assert time.localtime(0).tm_gmtoff == 0
