"""Watches calls that a test makes in its own process, as `noncense observe` watches a command."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from harness.events import RequirementResult, Status
from harness.observing import Observing
from harness.observing.command import Ending
from harness.observing.conversation import Conversation
from harness.observing.judging import judged
from harness.observing.observe import asked, described
from harness.observing.provoking import plan
from harness.observing.seeing import exchange_of, keys_of, observation_of
from mockserver import KeyHandle, MockExchange, names_of

Act = Callable[[MockExchange, Sequence[KeyHandle]], object]


def observing(dialect: str = "reference", **settings: object) -> Observing:
    return Observing(**{"argv": ("bot",), "dialect": dialect, "seed": 1, **settings})  # type: ignore[arg-type]


def conversation_of(settings: Observing, act: Act, *, status: int = 0) -> Conversation:
    """Return what is seen of calls: `act` is given the running exchange and the keys."""
    with exchange_of(settings) as exchange:
        keys = keys_of(exchange, settings)
        before = {key.key: exchange.balances(key) for key in keys}
        other = exchange.other_url
        planned = (
            {}
            if settings.provoke is None
            else plan(
                exchange,
                [key.key for key in keys],
                seed=settings.seed,
                names=settings.provoke,
                share=settings.share,
                other_origin=other,
                other_securely=other,
            )
        )
        act(exchange, keys)
        entries = exchange.journal.all()
        client = described(settings, exchange.dialect.name)
        return Conversation(
            observation=observation_of(exchange, keys, entries, before, client, [other.partition("://")[2]]),
            ending=Ending(status=status),
            planned={name: sum(handle.struck for handle in handles) for name, handles in planned.items()},
            promises=settings.promises,
            origins=frozenset({exchange.url.partition("://")[2], *names_of(exchange.dialect)}),
        )


def results_of(settings: Observing, act: Act) -> Mapping[str, RequirementResult]:
    found = judged(asked(settings.requirements), conversation_of(settings, act), settings)
    return {result.id: result for result in found}


def failed(results: Mapping[str, RequirementResult]) -> dict[str, str]:
    """Return what was found broken, with the reasons."""
    return {name: result.reason for name, result in results.items() if result.status is Status.FAILED}
