"""Runs made up for the reports to render; what hostile clients say is in them."""

from dataclasses import replace

from harness.drivers.driver import Description
from harness.events import (
    Event,
    Finding,
    Level,
    Listener,
    RequirementEnded,
    RequirementResult,
    RequirementStarted,
    RunEnded,
    RunStarted,
    RunSummary,
    Status,
)

#: Ends terminals, XML, Markdown, workflow commands and rich markup, if it is let.
NASTY = "a\x00b\x1b[31mc\ud800d\ufffe<&\"'>]]>\r\n%::,é💥 [/bad] [red]`|` \u202e{0.__class__} ```` \x9b"

CLIENT = Description(
    name="my-sdk",
    version="1.4.0",
    language="javascript",
    dialects=("reference",),
    operations=frozenset({"balances", "raw"}),
    features=frozenset({"concurrent"}),
)

FINDING = Finding(
    summary="The client sent nonce 5 after nonce 7.",
    diagnosis=("NONCE-WENT-BACK", "NONCE-IN-SECONDS"),
    minimal_example=("The exchange has seen nonce 7 of key k.", "balances()"),
    transcript=(
        {
            "request": "POST /tradingApi",
            "headers": ["Key: ABC"],
            "body": "command=returnBalances&nonce=5",
            "verdict": "refused: nonce_not_increasing",
            "answer": '422 {"error": "Nonce must be greater than 7."}',
            "call": "balances",
            "client_said": "error nonce: Nonce must be greater",
        },
    ),
    consequence="Every later call is refused.",
    reproduce="noncense test --dialect reference --requirement NONCE-001 --seed 5 adapter.py",
    remedy="Keep the last nonce.",
)

HOSTILE = Finding(
    summary=NASTY,
    diagnosis=(NASTY,),
    minimal_example=(NASTY,),
    transcript=(
        {
            "request": NASTY,
            "answer": {NASTY: [NASTY, 1.5, float("inf"), None]},
            NASTY: NASTY.encode("utf-8", "replace"),
        },
    ),
    consequence=NASTY,
    reproduce=NASTY,
    remedy=NASTY,
    stderr=NASTY,
)


def result(
    requirement: str = "NONCE-001",
    status: Status = Status.PASSED,
    *,
    level: Level = Level.MUST,
    title: str = "A nonce is greater than the last one of its key",
    reason: str = "",
    known_failure: bool = False,
    finding: Finding | None = None,
    notes: tuple[str, ...] = (),
) -> RequirementResult:
    return RequirementResult(
        id=requirement,
        level=level,
        title=title,
        status=status,
        reason=reason,
        known_failure=known_failure,
        examples=20,
        exchanges=40,
        duration_s=0.25,
        finding=finding,
        notes=notes,
    )


PASSED = result("SIGN-001", title="Every private request carries a signature", notes=("seen: 20 requests",))
FAILED = result(status=Status.FAILED, reason=FINDING.summary, finding=FINDING)
SHOULD_FAILED = replace(FAILED, id="NONCE-005", level=Level.SHOULD)
SKIPPED = result("CONC-001", Status.SKIPPED, reason="the client does not promise concurrent")
INCONCLUSIVE = result("RETRY-001", Status.INCONCLUSIVE, reason="fault not struck")
BROKEN = result("PERS-001", Status.ERROR, reason="adapter exited: status 7")
HOSTILE_RESULT = result(
    "SECR-001", Status.FAILED, title=NASTY, reason=NASTY, finding=HOSTILE, notes=(NASTY, f"not covered: {NASTY}")
)


def summary(*results: RequirementResult, exit_status: int = 0, fault: str | None = None) -> RunSummary:
    return RunSummary(
        dialect="reference",
        profile="documented",
        seed=20261120,
        client=CLIENT,
        form="program",
        results=results,
        duration_s=1.5,
        exchanges=412,
        exit_status=exit_status,
        fault=fault,
        fault_stderr="last words\n" if fault else "",
    )


def events(of: RunSummary) -> list[Event]:
    heard: list[Event] = [
        RunStarted(
            dialect=of.dialect,
            profile=of.profile,
            seed=of.seed,
            client=of.client,
            form=of.form,
            requirements=tuple(row.id for row in of.results),
        )
    ]
    for row in of.results:
        heard += [RequirementStarted(id=row.id, title=row.title), RequirementEnded(result=row)]
    return [*heard, RunEnded(summary=of)]


def tell(listener: Listener, of: RunSummary) -> None:
    for event in events(of):
        listener.hear(event)
