"""The client of the example is judged on the exchange of the example, and so are clients that are wrong."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.catalogue import requirements
from harness.drivers import ObjectClient, ProgramClient
from harness.errors import UsageError
from harness.mutants import Adapter
from harness.pytest_suite import conformance_suite
from harness.run import RunSettings, run
from tests.own_dialect.acme import ACME, ADAPTER, EXAMPLE, dialect, example, judged

#: Rows that look at what is special about Acme.
TELLING = ("CANON-001", "CRED-001", "CRED-002", "TIME-001", "TIME-004", "TIME-010", "PUB-002", "SECR-006")
OF_NONCES = {"NONCE", "PERS"}


#: The parameters as they are to be sent, and what signs a text, to what is sent with its signature.
Change = Callable[[str, Callable[[str], str]], str]


def client_that(change: Change, *, window_ms: int = 5_000) -> ObjectClient:
    """Return the example's client with a way of its own to sign."""
    names = example()

    class WrongClient(names.AcmeClient):  # type: ignore[misc, name-defined]
        def _signed(self, pairs: list[tuple[str, str]]) -> str:
            self._window_ms = window_ms
            return change(super()._signed(pairs).rpartition("&")[0], self._signature)

    class WrongAdapter(names.Adapter):  # type: ignore[misc, name-defined]
        client = WrongClient

    return ObjectClient(reference=WrongAdapter)


def as_documented(text: str, signature: Callable[[str], str]) -> str:
    return f"{text}&signature={signature(text)}"


def signs_sorted(text: str, signature: Callable[[str], str]) -> str:
    return f"{text}&signature={signature('&'.join(sorted(text.split('&'))))}"


def stamps_in_seconds(text: str, signature: Callable[[str], str]) -> str:
    return as_documented(text[:-3], signature)


def adds_its_window_last(text: str, signature: Callable[[str], str]) -> str:
    pairs = [pair for pair in text.split("&") if not pair.startswith("recvWindow")]
    return as_documented("&".join(pairs), signature) + "&recvWindow=5000"


WRONG = {
    "sorted to be signed": (client_that(signs_sorted), "CANON-001", "failed PARAMETERS-SORTED"),
    "a timestamp in seconds": (client_that(stamps_in_seconds), "TIME-001", "failed TIMESTAMP-IN-SECONDS"),
    "a window that is not signed": (client_that(adds_its_window_last), "TIME-010", "failed WINDOW-NOT-SIGNED"),
    "ten minutes": (client_that(as_documented, window_ms=600_000), "TIME-010", "failed WINDOW-BEYOND-LIMIT"),
}


def test_the_client_of_the_example_is_right_in_what_is_special() -> None:
    assert set(judged(ObjectClient(reference=ADAPTER), *TELLING).values()) == {"passed"}


def test_our_own_client_speaks_acme_though_it_never_heard_of_it() -> None:
    assert set(judged(ObjectClient(reference=Adapter), "SIGN-007", "TIME-010").values()) == {"passed"}


@pytest.mark.parametrize(("client", "requirement", "finding"), WRONG.values(), ids=WRONG)
def test_a_wrong_client_is_convicted_of_what_it_does(client: ObjectClient, requirement: str, finding: str) -> None:
    assert judged(client, requirement) == {requirement: finding}


def test_what_binds_clients_of_acme_follows_from_how_it_signs() -> None:
    rows = {row.id: row.application(dialect()) for row in requirements()}
    assert len(rows) == 165
    void = {name for name, bound in rows.items() if bound.level is None}
    assert {name for name in rows if name.partition("-")[0] in OF_NONCES} <= void
    assert {"CRED-002", "TIME-010", "CONC-008"} & void == set()
    assert rows["CRED-002"].level == "MUST"
    assert (rows["SIGN-010"].level, rows["SIGN-010"].source) == (None, "Acme does not sign the method")


def test_a_test_class_is_made_for_it_as_for_ours(tmp_path: Path) -> None:
    made = conformance_suite(ADAPTER, dialect=ACME, requirements=["TIME-010"])
    made().test_requirement("TIME-010")
    with pytest.raises(UsageError, match="cannot read the dialect"):
        conformance_suite(ADAPTER, dialect=str(tmp_path / "nowhere.py"))


def everything(client: ObjectClient | ProgramClient, *, seed: int, profile: str) -> list[str]:
    summary = run(RunSettings(dialect=ACME, seed=seed, profile=profile), client, ())
    assert summary.fault is None, summary.fault
    return [
        f"{result.id} {result.status}: {result.reason}"
        for result in summary.results
        if result.status.value not in ("passed", "skipped")
    ]


@pytest.mark.slow
@pytest.mark.parametrize("profile", ["documented", "observed"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_client_of_the_example_passes_all_that_applies(seed: int, profile: str) -> None:
    assert everything(ObjectClient(reference=ADAPTER), seed=seed, profile=profile) == []


@pytest.mark.slow
def test_the_client_of_the_example_passes_all_that_applies_as_a_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(EXAMPLE.parents[1]))
    program = ProgramClient(argv=(sys.executable, ADAPTER))
    assert everything(program, seed=4, profile="documented") == []


@pytest.mark.slow
def test_our_own_client_passes_all_that_applies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(EXAMPLE.parents[1]))
    right = str(EXAMPLE.parents[1] / "tests" / "clients" / "right.py")
    assert everything(ObjectClient(reference=right), seed=1, profile="documented") == []
