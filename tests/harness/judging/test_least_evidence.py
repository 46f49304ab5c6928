"""Nothing is green because nothing happened; who asks for fewer cases is owed evidence in proportion."""

from __future__ import annotations

from pathlib import Path

from harness.drivers import ObjectClient
from harness.events import RequirementResult, Status
from harness.mutants import Adapter
from harness.run import RunSettings, run

RIGHT = str(Path(__file__).parents[2] / "clients" / "right.py")


def judged(client: ObjectClient, requirement: str, *, examples: int | None = None) -> RequirementResult:
    settings = RunSettings(dialect="reference", seed=4, requirements=(requirement,), examples=examples)
    return run(settings, client, ()).results[0]


class Idle(Adapter):
    """A client that makes no private call although it promised to."""

    def open(self, target: object) -> object:
        session = super().open(target)  # type: ignore[arg-type]
        outer = session.call

        def call(operation: str, params: dict[str, object]) -> object:
            if operation in ("ticker", "order_book") or operation.startswith("xyzzy"):
                return outer(operation, params)
            from harness.adapter import ClientError

            raise ClientError("unknown", "not today")

        session.call = call  # type: ignore[method-assign]
        return session


def test_a_client_that_sends_nothing_is_not_passed() -> None:
    for requirement in ("SIGN-001", "NONCE-001", "CONC-001", "NUM-001"):
        result = judged(ObjectClient(reference=lambda: Idle(name="idle")), requirement)
        assert result.status is Status.INCONCLUSIVE, result
        assert "too little was seen" in result.reason


def test_few_examples_are_enough_for_a_verdict_on_few() -> None:
    for requirement in ("CONC-001", "NONCE-002", "NONCE-004", "UNI-001"):
        assert judged(ObjectClient(reference=RIGHT), requirement, examples=3).status is Status.PASSED
