"""Runs a command beside a mock exchange, and judges what it sends."""

from __future__ import annotations

import os
import shlex
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

from harness.catalogue import Requirement, requirements
from harness.drivers.driver import Description
from harness.errors import UsageError
from harness.events import (
    Listener,
    RequirementEnded,
    RequirementResult,
    RunEnded,
    RunStarted,
    RunSummary,
    Status,
)
from harness.leaks import redact
from harness.observing.command import Ending, run_to_its_end
from harness.observing.conversation import Conversation
from harness.observing.judging import judged
from harness.observing.provoking import plan
from harness.observing.rows import BEYOND, RULES
from harness.observing.seeing import FORM, exchange_of, keys_of, observation_of
from harness.observing.settings import Observing
from harness.redirecting import Redirected, Redirection, redirect
from harness.status import exit_status, unlisted, with_known_failures
from harness.strategies.calls import PRIVATE, PUBLIC
from mockserver import KeyHandle, MockExchange, names_of

#: How long requests that are still on their way when the command has ended are waited for.
SETTLING_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What came of an observation.

    Attributes:
        summary: As every report is made of it.
        conversation: What was judged; None where the command could not be started.
        redirection: How the command was led to the exchange.
    """

    summary: RunSummary
    conversation: Conversation | None
    redirection: Redirection | None


def asked(patterns: Sequence[str]) -> tuple[Requirement, ...]:
    """Return the requirements that ids or globs name; those that the wire says something of for no pattern.

    Raises:
        UsageError: A pattern names none.
    """
    everything = requirements()
    if not patterns:
        wired = {rule.requirement for rule in RULES} | {beyond.requirement for beyond in BEYOND}
        return tuple(row for row in everything if row.id in wired)
    for pattern in patterns:
        if not any(fnmatchcase(row.id, pattern.upper()) for row in everything):
            raise UsageError(f"no requirement is called {pattern}; `noncense requirements` lists them")
    return tuple(row for row in everything if any(fnmatchcase(row.id, pattern.upper()) for pattern in patterns))


def described(settings: Observing, dialect: str, secrets: Sequence[str] = ()) -> Description:
    """Return what reports call the client: a command has no name of its own."""
    name = redact(shlex.join(settings.argv), [*secrets, *(key.secret for key in settings.keys)])
    return Description(
        name=name if len(name) <= 80 else f"{name[:79]}…",
        version="",
        language="a command",
        dialects=(dialect,),
        operations=frozenset({*PRIVATE, *PUBLIC}),
        features=settings.promises,
    )


def observe(settings: Observing, listeners: Sequence[Listener]) -> Observed:
    """Run a command, and judge it by what reached the exchange.

    Args:
        settings: What to do.
        listeners: Who hears of it, in order, from one thread.

    Returns:
        What came of it. A command that fails is in the summary as `fault`, not raised.

    Raises:
        UsageError: The dialect, a requirement, a rung or a provocation does not exist, or a key makes no sense.
        HarnessError: This machine cannot start anything.
        KeyboardInterrupt: The run was interrupted; the listeners were given what had been seen.
    """
    started = time.monotonic()
    rows = asked(settings.requirements)
    with ExitStack() as stack:
        exchange = stack.enter_context(exchange_of(settings))
        keys = keys_of(exchange, settings)
        client = described(settings, exchange.dialect.name, [key.secret for key in keys])
        conversation, redirection = _watched(exchange, keys, settings, client, stack)
    results = judged(rows, conversation, settings) if not conversation.ending.cannot else ()
    summary = summed_up(settings, rows, results, conversation, duration_s=time.monotonic() - started)
    # Only now: what a command prints, and a bar that moves meanwhile, would write over each other.
    for listener in listeners:
        listener.hear(
            RunStarted(
                dialect=conversation.observation.setting.dialect.name,
                profile=settings.profile,
                seed=settings.seed,
                client=conversation.observation.setting.client,
                form=FORM,
                requirements=tuple(row.id for row in rows),
            )
        )
    for listener in listeners:
        for result in summary.results:
            listener.hear(RequirementEnded(result=result))
        listener.hear(RunEnded(summary=summary))
    if conversation.ending.interrupted:
        raise KeyboardInterrupt
    return Observed(
        summary=summary,
        conversation=None if conversation.ending.cannot else conversation,
        redirection=redirection,
    )


def _watched(
    exchange: MockExchange, keys: Sequence[KeyHandle], settings: Observing, client: Description, stack: ExitStack
) -> tuple[Conversation, Redirection]:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="noncense-observe-")))
    elsewhere = (exchange.other_url, exchange.open_door(tls=True))
    led: Redirected = stack.enter_context(
        redirect(
            settings.argv,
            exchange=exchange,
            hosts=names_of(exchange.dialect),
            key=keys[0],
            rung=settings.redirect,
            environment=dict(os.environ),
            folder=folder,
            beside=[int(url.rpartition(":")[2]) for url in elsewhere],
        )
    )
    how = led.redirection
    before = {key.key: exchange.balances(key) for key in keys}
    planned = (
        plan(
            exchange,
            [key.key for key in keys],
            seed=settings.seed,
            names=settings.provoke,
            share=settings.share,
            other_origin=elsewhere[0],
            other_securely=elsewhere[1],
        )
        if settings.provoke is not None
        else {}
    )
    first = exchange.journal.last_number
    ending = run_to_its_end(how.argv, how.environment, limit_s=settings.timeout_s)
    while exchange.journal.wait_past(exchange.journal.last_number, timeout_s=SETTLING_S):
        pass
    entries = exchange.journal.since(first)
    observation = observation_of(
        exchange, keys, entries, before, client, [url.partition("://")[2] for url in elsewhere]
    )
    own = exchange.url.partition("://")[2]
    struck = {name: sum(handle.struck for handle in handles) for name, handles in planned.items()}
    conversation = Conversation(
        observation=observation,
        ending=ending,
        strays=led.strays(),
        troubles=led.troubles(),
        planned=struck,
        promises=settings.promises,
        origins=frozenset({own, "127.0.0.1", "localhost", *names_of(exchange.dialect)}),
        dropped=exchange.journal.dropped,
    )
    return conversation, how


def summed_up(
    settings: Observing,
    rows: Sequence[Requirement],
    results: Sequence[RequirementResult],
    conversation: Conversation,
    *,
    duration_s: float,
) -> RunSummary:
    """Return the summary of an observation.

    A command that failed is a fault, unless it says so of its own and its user does not mind, or a finding counts more.
    """
    listed = tuple(with_known_failures(result, settings.known_failures) for result in results)
    chosen = frozenset(row.id for row in rows) if settings.requirements else frozenset[str]()
    ending = conversation.ending
    fault = _fault(ending, any_status=settings.any_status)
    seen = sum(1 for _ in conversation.everything)

    def status(broke: bool) -> int:
        return exit_status(listed, level=settings.level, chosen=chosen, known=settings.known_failures, broke=broke)

    if status(False) == 1 and not ending.cannot and not ending.interrupted:
        fault = None
    return RunSummary(
        dialect=conversation.observation.setting.dialect.name,
        profile=settings.profile,
        seed=settings.seed,
        client=conversation.observation.setting.client,
        form=FORM,
        results=_with_losses(listed, conversation.dropped),
        duration_s=duration_s,
        exchanges=seen,
        exit_status=status(fault is not None),
        level=settings.level,
        chosen=chosen,
        fault=fault,
        unlisted=unlisted(listed, settings.known_failures),
    )


def _fault(ending: Ending, *, any_status: bool) -> str | None:
    if not ending.failed or (any_status and not (ending.cannot or ending.out_of_time or ending.interrupted)):
        return None
    return ending.in_words()


def _with_losses(results: tuple[RequirementResult, ...], dropped: int) -> tuple[RequirementResult, ...]:
    if not dropped:
        return results
    note = f"{dropped} requests were more than could be kept: judged by the others"
    return tuple(
        replace(result, notes=(*result.notes, note)) if result.status is Status.PASSED else result for result in results
    )
