"""The ways in which an exchange can be played: chosen by name, by the profile, or not at all."""

from dataclasses import replace

import pytest

from mockserver import Dialect, Habit, MockExchange, Profile, Settings, SettingsError, dialect_named
from mockserver.core.exchange import Exchange
from mockserver.core.habits import dressed
from signer import Request


def louder(dialect: Dialect, choice: str) -> Dialect:
    rows = tuple(replace(row, text=f"{row.text}{choice}") for row in dialect.refusals)
    return replace(dialect, refusals=rows)


def colder(dialect: Dialect, choice: str) -> Dialect:
    rows = tuple(replace(row, status=int(choice), text=f"{row.text} cold") for row in dialect.refusals)
    return replace(dialect, refusals=rows)


MARKS = Habit(name="marks", choices=("none", "!", "!!"), words="How loud it is.", wear=louder, observed="!!")
STATUS = Habit(name="status", choices=("own", "403"), words="Which status a refusal has.", wear=colder)
PLAIN = dialect_named("reference")
TEXT = PLAIN.refusals[0].text
MOODY = replace(PLAIN, habits=(MARKS, STATUS))


def test_who_chooses_nothing_gets_the_dialect_itself():
    assert dressed(MOODY) is MOODY
    assert (MOODY.habit("marks"), MOODY.chosen) == ("none", {})


def test_habits_are_worn_one_over_the_other_in_the_order_of_the_dialect():
    worn = dressed(MOODY, chosen={"status": "403", "marks": "!"})
    assert {row.status for row in worn.refusals} == {403}
    assert worn.refusals[0].text == f"{TEXT}! cold"
    assert worn.chosen == {"marks": "!", "status": "403"}
    assert MOODY.refusals[0].text == TEXT


def test_the_profile_observed_chooses_where_nobody_else_does():
    assert dressed(MOODY, observed=True).chosen == {"marks": "!!"}
    assert dressed(MOODY, observed=True, chosen={"marks": "none"}).chosen == {}
    assert dressed(MOODY, observed=True, chosen={"marks": "!"}).habit("marks") == "!"


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"mood": "!"}, "reference has no habit 'mood'; it has marks, status"),
        ({"marks": "?"}, "marks can be none, !, !!, not '?'"),
    ],
)
def test_what_nobody_can_choose_is_refused_with_what_there_is(chosen, words):
    with pytest.raises(SettingsError, match=words.replace("?", r"\?")):
        dressed(MOODY, chosen=chosen)


def test_a_dialect_without_habits_says_so():
    with pytest.raises(SettingsError, match="it has none"):
        dialect_named("reference", regime="A")


def test_an_exchange_plays_a_dialect_of_its_users_own_with_the_habits_that_are_asked_for():
    exchange = MockExchange(MOODY, habits={"marks": "!"})
    assert exchange.dialect.refusals[0].text == f"{TEXT}!"
    assert MockExchange(MOODY).dialect is MOODY


def test_the_settings_carry_habits_to_the_exchange_that_is_named():
    with pytest.raises(SettingsError, match="no habit 'regime'"):
        MockExchange(settings=Settings(dialect="reference", habits={"regime": "A"}))


def test_a_habit_shows_in_what_is_answered():
    answers = [
        Exchange(dialect).handle(Request(method="GET", target=b"/nowhere", headers=(), body=b""), 0).answer
        for dialect in (MOODY, dressed(MOODY, chosen={"status": "403"}))
    ]
    assert [answer.status for answer in answers] == [404, 403]


@pytest.mark.parametrize("name", ["reference", "poloniex", "exmo", "bitunix"])
def test_every_habit_of_every_dialect_can_be_worn_and_is_described(name):
    dialect = dialect_named(name)
    for habit in dialect.habits:
        assert len(set(habit.choices)) == len(habit.choices) > 1
        assert habit.observed is None or habit.observed in habit.choices
        assert habit.words.endswith(".")
        for choice in habit.choices[1:]:
            worn = dialect_named(name, **{habit.name: choice})
            assert worn.habit(habit.name) == choice
            assert worn != dialect
            assert {refusal.refusal for refusal in worn.refusals} == {refusal.refusal for refusal in dialect.refusals}
    assert set(dialect_named(name, Profile.OBSERVED).chosen) == {
        habit.name for habit in dialect.habits if habit.observed not in (None, habit.usual)
    }
