"""What failed before is played first by the next campaign; what fails no more is forgotten."""

from pathlib import Path

import pytest
from hypothesis.database import InMemoryExampleDatabase

from harness.campaign.memory import Memory, Remembered, opened
from harness.campaign.schedules import AXIS
from harness.cases import Call, Case, Together
from harness.drivers import ObjectClient
from harness.errors import HarnessError, UsageError
from harness.mutants import adapter_with
from harness.mutants.adapter import Adapter
from tests.harness.campaign.campaigns import failed, result, search, wrong

MISTAKE = "orders-sent-again"


def mended() -> ObjectClient:
    return ObjectClient(reference=lambda: Adapter(name=adapter_with(MISTAKE).name))


def test_the_next_campaign_begins_with_what_failed(tmp_path: Path) -> None:
    first = failed(search(wrong(MISTAKE), "exmo", "RETRY-001", database=tmp_path, seed=1))["RETRY-001"]
    second = search(wrong(MISTAKE), "exmo", "RETRY-001", database=tmp_path, seed=2, schedules=1)
    assert failed(second)["RETRY-001"].minimal_example == first.minimal_example
    assert result(second, "RETRY-001").examples == 1


def kept(folder: Path, dialect: str) -> list[str]:
    memory = Memory(opened(str(folder)), client=f"wrong: {MISTAKE}", dialect=dialect, profile="documented")
    return [remembered.requirement for remembered in memory.failed_before()]


def test_what_was_mended_is_forgotten(tmp_path: Path) -> None:
    search(wrong(MISTAKE), "exmo", "RETRY-001", database=tmp_path)
    assert kept(tmp_path, "exmo") == ["RETRY-001"]
    assert failed(search(mended(), "exmo", "RETRY-001", database=tmp_path, schedules=2)) == {}
    assert kept(tmp_path, "exmo") == []


def test_clients_and_exchanges_do_not_mix(tmp_path: Path) -> None:
    search(wrong(MISTAKE), "exmo", "RETRY-001", database=tmp_path)
    assert kept(tmp_path, "poloniex") == []


def test_a_campaign_without_a_database_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    search(wrong(MISTAKE), "exmo", "RETRY-001")
    assert list(tmp_path.iterdir()) == []


def test_what_another_release_wrote_is_passed_over() -> None:
    database = InMemoryExampleDatabase()
    memory = Memory(database, client="c", dialect="exmo", profile="documented")
    case = Case(axis=AXIS, steps=(Together(calls=(Call(operation="balances"), Call(operation="balances"))),))
    memory.remember(Remembered(requirement="CONC-001", case=case))
    (key,) = database.data
    for strange in (b"\xff", b"[]", b'{"requirement":"X-1"}', b'{"requirement":"X-1","schedule":{"format":9}}'):
        database.save(key, strange)
    assert list(memory.failed_before()) == [Remembered(requirement="CONC-001", case=case)]
    memory.forget(Remembered(requirement="CONC-001", case=case))
    assert list(memory.failed_before()) == []


def test_a_database_that_is_gone_is_our_trouble_and_not_the_client_s() -> None:
    class Gone(InMemoryExampleDatabase):
        def fetch(self, key: bytes):  # type: ignore[no-untyped-def]
            raise ConnectionError("nobody listens")

    with pytest.raises(HarnessError, match="nobody listens"):
        Memory(Gone(), client="c", dialect="exmo", profile="documented").failed_before()


def test_a_file_is_no_folder_for_examples(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="it is a file"):
        opened(str(tmp_path / "file"))


@pytest.mark.parametrize("place", ["postgres://host", "redis://host:port"])
def test_a_place_that_is_none_is_refused(place: str) -> None:
    with pytest.raises(UsageError):
        opened(place)
