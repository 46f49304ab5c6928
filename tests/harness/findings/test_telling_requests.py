"""Where one refused signature has several explanations, further requests tell them apart."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from harness import discriminating
from harness.discriminating import Explained, explained
from harness.drivers import ObjectClient
from harness.errors import AdapterFault
from harness.events import CaseRecorded, Event, RequirementResult, Status
from harness.laboratory import Laboratory
from harness.run import RunSettings, run
from tests.harness.properties.observed import READ, failed, observed, request
from tests.harness.recording.recorded import RIGHT, wrong

NOTHING = observed(READ, failed("authentication"), [request(1)])


class Told:
    def __init__(self) -> None:
        self.stages: list[str] = []

    def hear(self, event: Event) -> None:
        if isinstance(event, CaseRecorded):
            self.stages.append(event.stage)


def judged(mistake: str, row: str, told: Told | None = None, dialect: str = "reference") -> RequirementResult:
    settings = RunSettings(dialect=dialect, seed=7, requirements=(row,), record=told is not None)
    result = run(settings, wrong(mistake), [told] if told else []).results[0]
    assert result.status is Status.FAILED, result.reason
    assert result.finding is not None
    return result


@pytest.mark.parametrize(
    ("mistake", "row", "dialect", "code"),
    [
        ("sorted-when-signed-alone", "CANON-001", "reference", "PARAMETERS-SORTED"),
        ("empty-values-not-signed", "CANON-004", "poloniex", "EMPTY-VALUES-LEFT-OUT"),
        ("two-encoders", "ENC-005", "poloniex", "OTHER-SAFE-CHARACTERS"),
    ],
)
def test_what_one_request_cannot_tell_three_can(mistake: str, row: str, dialect: str, code: str) -> None:
    finding = judged(mistake, row, dialect=dialect).finding
    assert finding is not None
    assert finding.diagnosis == (code,)
    assert finding.hints[0].startswith("confirmed on ")


def test_it_is_said_that_several_explanations_still_fit() -> None:
    finding = judged("target-decoded-when-signed", "ENC-002").finding
    assert finding is not None
    assert set(finding.diagnosis) == {"SIGNED-UNENCODED", "TARGET-DECODED"}
    assert finding.hints == ("2 explanations still fit all 3 requests",)


def test_a_mistake_with_one_explanation_costs_no_request_more() -> None:
    told = Told()
    assert judged("another-hash", "SIGN-001", told).finding
    assert "explain" not in told.stages


def test_at_most_three_requests_are_asked_for() -> None:
    told = Told()
    judged("sorted-when-signed-alone", "CANON-001", told)
    assert 0 < told.stages.count("explain") <= discriminating.MOST


def test_an_adapter_that_breaks_on_them_takes_nothing_back(monkeypatch: pytest.MonkeyPatch) -> None:
    play = Laboratory.play

    def breaking(laboratory: Laboratory, case: object) -> object:
        if getattr(case, "axis", "") == "telling":
            raise AdapterFault("raised", "it fell over")
        return play(laboratory, case)  # type: ignore[arg-type]

    monkeypatch.setattr(Laboratory, "play", breaking)
    finding = judged("sorted-when-signed-alone", "CANON-001").finding
    assert finding is not None
    assert finding.hints == ("2 explanations fit the one request there is",)


@pytest.mark.parametrize(
    ("others", "codes", "words"),
    [
        ([], ("A", "B"), "2 explanations fit the one request there is"),
        ([("B",), ("B", "C")], ("B",), "confirmed on 3 requests"),
        ([("B", "A")], ("A", "B"), "2 explanations still fit all 2 requests"),
        ([("C",)], ("A", "B"), "no one explanation fits all 2 requests; it may be several mistakes"),
        ([(), ("A",)], ("A",), "confirmed on 2 requests"),
    ],
)
def test_only_what_fits_every_request_is_kept(
    others: Sequence[tuple[str, ...]], codes: tuple[str, ...], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([[("A", "B")], list(others)])
    monkeypatch.setattr(discriminating, "_explanations", lambda *asked, **named: next(answers))
    assert explained(NOTHING, (), [NOTHING]) == Explained(
        codes=codes, dropped=frozenset({"A", "B"} - set(codes)), words=words
    )


def test_the_right_client_is_asked_for_nothing_more() -> None:
    told = Told()
    settings = RunSettings(dialect="reference", seed=7, requirements=("CANON-001",), examples=3, record=True)
    run(settings, ObjectClient(reference=RIGHT), [told])
    assert set(told.stages) == {"search"}
