"""Who does nothing wrong is cleared, whoever is not is named with the reasons, and nothing is heard twice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.catalogue import requirements
from harness.cli import main
from harness.drivers import ObjectClient
from harness.errors import UsageError
from harness.events import Level
from harness.mutants import adapter_with, mistake_named
from harness.mutants.variations import VARIATIONS
from harness.proving import (
    HEARD,
    INNOCENTS,
    Docket,
    Heard,
    Hearing,
    Innocent,
    Word,
    docket_as_json,
    heard,
    hearings,
    innocence_page,
    innocent_named,
    not_heard,
    read_docket,
)
from harness.proving import hearing as hearing_module

RIGHT = Hearing(name="right", dialect="reference", profile="documented", seed=1)
CLEARED = Heard(hearing=RIGHT, word=Word.CLEARED)
CONVICTED = Heard(hearing=replace(RIGHT, seed=2), word=Word.CONVICTED, reasons=("SIGN-001 failed: a | and a *.",))


def asking(monkeypatch: pytest.MonkeyPatch, *rows: str) -> None:
    """Have hearings ask a few requirements alone, which take a moment."""
    chosen = tuple(row for row in requirements() if row.id in rows)
    monkeypatch.setattr(hearing_module, "requirements", lambda: chosen)


def accusing(monkeypatch: pytest.MonkeyPatch, mistake: str) -> None:
    """Have somebody who is not innocent stand for everybody."""
    client = ObjectClient(reference=lambda: adapter_with(mistake_named(mistake)))
    monkeypatch.setattr(
        hearing_module, "innocent_named", lambda name: Innocent(name=name, summary="", client=lambda: client)
    )


def test_no_two_share_a_name_and_every_variation_is_among_them() -> None:
    names = [innocent.name for innocent in INNOCENTS]
    assert len(set(names)) == len(names)
    assert {variation.name for variation in VARIATIONS} < set(names)
    assert {f"{variation.name}-as-a-program" for variation in VARIATIONS} < set(names)
    with pytest.raises(LookupError, match="nobody"):
        innocent_named("nobody")


@pytest.mark.parametrize("name", ["right", "parameters-sorted", "right-as-a-program", "nonce-by-tens-as-a-program"])
def test_who_does_nothing_wrong_is_cleared(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    asking(monkeypatch, "SIGN-001", "NONCE-002")
    assert heard(replace(RIGHT, name=name)) == (Heard(hearing=replace(RIGHT, name=name), word=Word.CLEARED),)


def test_who_does_something_wrong_is_convicted_and_it_is_said_of_what(monkeypatch: pytest.MonkeyPatch) -> None:
    asking(monkeypatch, "SIGN-001", "NUM-003")
    accusing(monkeypatch, "signs-secret-with-newline")
    (one,) = heard(RIGHT)
    assert one.word is Word.CONVICTED
    assert [reason.partition(" ")[0] for reason in one.reasons] == ["SIGN-001"]


def test_who_cannot_be_judged_is_neither_cleared_nor_convicted(monkeypatch: pytest.MonkeyPatch) -> None:
    asking(monkeypatch, "SIGN-001")
    broken = Innocent(name="right", summary="", client=lambda: ObjectClient(reference=lambda: object()))
    monkeypatch.setattr(hearing_module, "innocent_named", lambda name: broken)
    (one,) = heard(RIGHT)
    assert one.word is Word.UNDECIDED
    assert one.reasons


def test_where_nothing_was_judged_nobody_is_cleared(monkeypatch: pytest.MonkeyPatch) -> None:
    asking(monkeypatch, "TIME-001")  # says nothing of an exchange without timestamps
    (one,) = heard(replace(RIGHT, dialect="exmo"))
    assert (one.word, one.reasons) == (Word.UNDECIDED, ("nothing was judged",))


def test_who_cannot_be_started_is_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = replace(innocent_named("right"), at_hand=lambda: False)
    monkeypatch.setattr(hearing_module, "innocent_named", lambda name: missing)
    assert heard(RIGHT) == (Heard(hearing=RIGHT, word=Word.ABSENT),)


def test_only_a_must_is_asked_and_of_objects_none_about_programs() -> None:
    rows = {row.id: row for row in requirements()}
    of_objects = hearing_module.asked_of(innocent_named("right"))
    of_programs = hearing_module.asked_of(innocent_named("right-as-a-program"))
    assert set(of_objects) < set(of_programs)
    assert all(rows[name].level is Level.MUST for name in of_programs)
    assert not any(rows[name].needs_program or rows[name].needs_watch for name in of_objects)


def test_eight_seeds_take_everybody_everywhere_once() -> None:
    planned = hearings(seeds=range(1, 9))
    for innocent in INNOCENTS:
        own = [hearing for hearing in planned if hearing.name == innocent.name]
        assert len(own) == 8
        assert len({hearing.place for hearing in own}) == 2 * len(innocent.dialects)
        assert {hearing.dialect for hearing in own} == set(innocent.dialects)


def test_what_was_heard_is_not_heard_again_unless_nobody_was_there() -> None:
    (planned,) = hearings(seeds=[1], names=["right"])
    docket = Docket()
    docket.add(Heard(hearing=planned, word=Word.ABSENT))
    assert hearings(seeds=[1], names=["right"], known=docket.known()) == (planned,)
    docket.add(Heard(hearing=planned, word=Word.CONVICTED))
    assert hearings(seeds=[1], names=["right"], known=docket.known()) == ()


def test_a_name_that_means_nobody_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match="no innocent client guilty"):
        hearings(seeds=[1], names=["guilty*"])


def test_a_docket_can_be_kept_and_read_again(tmp_path: Path) -> None:
    docket = Docket()
    undecided = not_heard(replace(RIGHT, name="parameters-sorted"), "OSError: no room")
    for one in (CLEARED, CONVICTED, *undecided, replace(CLEARED, hearing=replace(RIGHT, seed=3, profile="observed"))):
        docket.add(one)
    file = tmp_path / "heard.json"
    file.write_text(docket_as_json(docket))
    again = read_docket(file)
    assert again == docket
    assert docket_as_json(again) == docket_as_json(docket)
    assert read_docket(tmp_path / "none.json") == Docket()


@pytest.mark.parametrize("text", ["[]", "{", '{"right": {"reference": {}}}', '{"right": {"a b": {"1": ["guilty"]}}}'])
def test_a_file_that_holds_something_else_is_wrong_usage(tmp_path: Path, text: str) -> None:
    file = tmp_path / "heard.json"
    file.write_text(text)
    with pytest.raises(UsageError, match="holds no docket"):
        read_docket(file)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ([], 3),
        ([Word.ABSENT], 3),
        ([Word.CLEARED, Word.ABSENT], 0),
        ([Word.CLEARED, Word.UNDECIDED], 1),
        ([Word.CONVICTED], 1),
    ],
)
def test_the_exit_status_tells_whether_everybody_was_cleared(words: list[Word], status: int) -> None:
    docket = Docket()
    for seed, word in enumerate(words):
        docket.add(Heard(hearing=replace(RIGHT, seed=seed), word=word))
    assert docket.exit_status() == status


def test_the_page_counts_hearings_and_names_those_who_were_convicted() -> None:
    docket = Docket()
    docket.add(CLEARED)
    assert "Nobody was convicted" in innocence_page(docket)
    docket.add(CONVICTED)
    page = innocence_page(docket)
    assert "2 hearings over 2 seeds" in page
    assert "| 1/2 | 1 |" in page
    assert "| `right` | reference, documented | 2 | convicted; SIGN-001 failed: a \\| and a \\*. |" in page


def test_the_command_hears_keeps_and_hears_no_more(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asking(monkeypatch, "SIGN-001")
    file = tmp_path / "heard.json"
    asked = ["innocents", "--client", "right", "--json", str(file)]
    assert main(asked) == 0
    assert "cleared    right on" in capsys.readouterr().out
    assert main(asked) == 0
    assert capsys.readouterr().out.strip() == "1 cleared"
    accusing(monkeypatch, "signs-secret-with-newline")
    assert main([*asked, "--again"]) == 1
    assert "SIGN-001 failed" in capsys.readouterr().out


def test_of_what_was_published_nobody_was_convicted() -> None:
    published = read_docket(HEARD)
    assert published.count().get(Word.CLEARED, 0) > 0
    assert Word.CONVICTED not in published.count()
