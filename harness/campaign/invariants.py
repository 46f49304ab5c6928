"""What holds in every schedule, each with the requirement that it belongs to.

The order is that of blame: where one mistake breaks several invariants, the first of them names it best.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from harness.campaign import gate, ledger, told
from harness.campaign.lives import each_key, unplanned
from harness.campaign.schedules import AXIS
from harness.cases import Case, Restart
from harness.catalogue import Requirement
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import Observation
from harness.properties import effects, nonces, secrecy, signing

Oracle = Callable[[Case, Observation], Judgement]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invariant:
    """One thing that holds in every schedule.

    Attributes:
        requirement: The id of the requirement that says so.
        judge: The oracle; says nothing of a schedule that did not provoke it.
        least: Evidence below which nothing can be said, as in `Property.least`, over the whole campaign.
    """

    requirement: str
    judge: Oracle
    least: Mapping[str, int]


def everywhere(oracle: Oracle) -> Oracle:
    """Return an oracle of a single requirement as one that any schedule can be judged by, planned harm or none."""
    return lambda case, observation: oracle(case, unplanned(observation))


def for_each_key(oracle: Oracle) -> Oracle:
    """Return an oracle that looks at one key as one that looks at them all; its evidence is counted as `requests`."""

    def judge(case: Case, observation: Observation) -> Judgement:
        seen = 0
        for own in each_key(case, unplanned(observation)):
            judged = oracle(case, own)
            if isinstance(judged, Broken):
                return judged
            seen += sum(judged.seen.values()) if isinstance(judged, Held) else 0
        return Held(seen={"requests": seen}) if seen else Unseen(reason="no such request arrived")

    return judge


def both(one: Oracle, other: Oracle) -> Oracle:
    """Return an oracle that convicts where either of two does, and adds up their evidence."""

    def judge(case: Case, observation: Observation) -> Judgement:
        first = one(case, observation)
        if isinstance(first, Broken):
            return first
        second = other(case, observation)
        if isinstance(second, Broken) or not isinstance(first, Held):
            return second
        return Held(seen={**first.seen, **second.seen}) if isinstance(second, Held) else first

    return judge


_REQUESTS = {"requests": 30}
_SOME = {"requests": 5}
_PROVOKED = {"provocations": 2}


def _of(requirement: str, judge: Oracle, least: Mapping[str, int]) -> Invariant:
    return Invariant(requirement=requirement, judge=judge, least=least)


INVARIANTS: tuple[Invariant, ...] = (
    # Secrets: whatever else is wrong, this is worse.
    _of("SECR-001", everywhere(secrecy.not_on_the_wire), _REQUESTS),
    _of("SECR-002", everywhere(secrecy.not_in_output), {"calls": 30}),
    _of("SECR-003", everywhere(secrecy.not_in_errors), {"failures": 3}),
    _of("SECR-004", everywhere(secrecy.not_in_text_forms), {"texts": 2}),
    _of("REDIR-001", told.nothing_leaves, _PROVOKED),
    # The gate: signatures, nonces, timestamps.
    _of("SIGN-001", everywhere(signing.signatures_verify), _REQUESTS),
    _of("NONCE-004", everywhere(nonces.written_as_digits), _REQUESTS),
    _of("NONCE-008", everywhere(nonces.documented_shape), _REQUESTS),
    _of("RETRY-002", told.no_replay, _PROVOKED),
    _of("RETRY-004", told.signed_anew, _PROVOKED),
    _of("CONC-001", gate.never_equal(gate.in_one_batch, "NONCE-NOT-LOCKED"), _SOME),
    _of("CONC-002", gate.not_overtaken(gate.in_one_batch), _SOME),
    _of("NONCE-002", gate.never_equal(gate.one_session, "NONCE-REPEATED"), _REQUESTS),
    _of("NONCE-001", gate.rising(gate.one_session, "NONCE-WENT-BACK"), _REQUESTS),
    _of("CONC-004", gate.sessions_cooperate, _SOME),
    _of("PERS-001", gate.survives(kill=False), {"restarts": 1}),
    _of("PERS-002", gate.survives(kill=True), {"restarts": 1}),
    _of("TIME-001", gate.stamped_now, _SOME),
    _of("TIME-004", gate.stamped_inside, _SOME),
    _of("TIME-005", gate.refusal_for_time_is_told, {"provocations": 1}),
    # The ledger: intent, effect, report.
    _of("RETRY-001", ledger.agreeing("EFFECT-TWICE"), {"intents": 5}),
    _of("ERR-012", ledger.agreeing("OPEN-OUTCOME-AS-REFUSAL"), {"intents": 5}),
    # What users are told.
    _of("ERR-009", told.harm_is_told(("status",), "ERROR-AS-SUCCESS", "came with a status of failure"), _PROVOKED),
    _of("ERR-010", told.harm_is_told(("garbage",), "RUBBISH-AS-DATA", "were no JSON"), _PROVOKED),
    _of("CONN-002", told.harm_is_told(("truncate",), "CUT-ANSWER-AS-DATA", "were cut off"), _PROVOKED),
    _of("CONN-003", told.harm_is_told(("stall",), "STALL-AS-SUCCESS", "never came"), {"provocations": 1}),
    _of(
        "CONN-004",
        told.harm_is_told(("reset", "close", "drop_answer"), "RESET-AS-SUCCESS", "were lost with the connection"),
        _PROVOKED,
    ),
    _of("ERR-001", told.refusals_are_told, _PROVOKED),
    _of("CONC-006", told.usable_after_a_stall, {"provocations": 1}),
    _of("CONC-003", told.answers_reach_their_calls, {"answers": 2}),
    _of("RETRY-005", told.few_requests, _PROVOKED),
    _of("RETRY-010", told.in_time, {"provocations": 1}),
    _of(
        "OPS-001",
        both(told.nothing_wrong, ledger.agreeing("EFFECT-NOT-AS-ASKED", "OPEN-OUTCOME-AS-SUCCESS")),
        {"intents": 5},
    ),
    _of("PUB-002", for_each_key(effects.public_is_bare), {"requests": 3}),
)


def watched_over(row: Requirement, case: Case) -> Requirement:
    """Return a requirement as a campaign asks it of a schedule; as it is for any other case.

    Args:
        row: The requirement that the case broke.
        case: A schedule, or the case of a search for that requirement alone.
    """
    watching = [invariant for invariant in INVARIANTS if invariant.requirement == row.id]
    if case.axis != AXIS or not watching:
        return row
    restarts = any(isinstance(step, Restart) for step in case.steps)
    return replace(
        row,
        needs_program=row.needs_program or restarts,
        property=replace(row.property, judge=watching[0].judge, least=watching[0].least),
    )
