"""Settings of a project: one place, every one known, every one fit."""

from pathlib import Path

import pytest

from harness.configuration import SETTINGS, Configuration, load
from harness.errors import UsageError

WHOLE = """
dialect = "poloniex"
adapter = ["node", "adapter.js"]
level = "SHOULD"
known-failures = "known.txt"
reports = ["json:out.json", "github:"]
requirements = ["NONCE-*"]
examples = 5
seed = 0
jobs = 2
profile = "observed"
call-timeout = 2.5
"""


def test_every_setting_is_read(tmp_path: Path) -> None:
    (tmp_path / "noncense.toml").write_text(WHOLE)
    assert load(tmp_path) == Configuration(
        dialect="poloniex",
        adapter=("node", "adapter.js"),
        level="should",
        known_failures="known.txt",
        reports=("json:out.json", "github:"),
        requirements=("NONCE-*",),
        examples=5,
        seed=0,
        jobs=2,
        profile="observed",
        call_timeout_s=2.5,
    )


def test_that_example_leaves_no_setting_out() -> None:
    assert {line.partition(" = ")[0] for line in WHOLE.split("\n") if line} == set(SETTINGS)


def test_the_project_file_is_as_good_a_place(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.noncense]\nadapter = "adapter.py"\n[tool.other]\nx = 1\n')
    assert load(tmp_path) == Configuration(adapter="adapter.py")


def test_a_project_that_says_nothing_has_no_settings(tmp_path: Path) -> None:
    assert load(tmp_path) == Configuration()
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert load(tmp_path) == Configuration()


def test_two_places_are_one_too_many(tmp_path: Path) -> None:
    (tmp_path / "noncense.toml").write_text("")
    (tmp_path / "pyproject.toml").write_text("[tool.noncense]\n")
    with pytest.raises(UsageError, match="keep one of them"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("colour = true", "unknown setting 'colour'"),
        ("known_failures = 'x'", "unknown setting 'known_failures'"),
        ("dialect = 1", "dialect must be a text"),
        ("adapter = []", "adapter must be a path"),
        ("adapter = ['node', 1]", "adapter must be a path"),
        ("level = 'most'", "level must be one of must, should, may"),
        ("profile = 'live'", "profile must be one of documented, observed"),
        ("reports = 'json:x'", "reports must be a list of texts"),
        ("examples = 0", "examples must be a whole number from 1 up"),
        ("examples = true", "examples must be a whole number from 1 up"),
        ("seed = -1", "seed must be a whole number from 0 up"),
        ("jobs = 1.5", "jobs must be a whole number from 1 up"),
        ("call-timeout = 0", "call-timeout must be a number of seconds above 0"),
        ("call-timeout = inf", "call-timeout must be a number of seconds above 0"),
        ("call-timeout = nan", "call-timeout must be a number of seconds above 0"),
        ("this is no toml", "noncense.toml is not TOML"),
    ],
)
def test_a_setting_that_makes_no_sense_is_a_usage_error(text: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "noncense.toml").write_text(text)
    with pytest.raises(UsageError, match=words):
        load(tmp_path)


def test_a_project_file_whose_table_is_none_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool]\nnoncense = 1\n")
    with pytest.raises(UsageError, match="not a table"):
        load(tmp_path)
