"""Rates: strategies and oracles of the family RATE."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from email.utils import parsedate_to_datetime

from harness.cases import Arm, Case
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import Observation
from harness.properties.abreast import abreast
from harness.properties.evidence import requests_of
from harness.properties.reporting import a_read_and_an_order, harmed, judged, must_fail, unsaid
from harness.setting import Setting
from harness.strategies import calls, faults
from mockserver import Entry

#: A client may come back so much too early: clocks are read at two places, and pauses are rounded.
EARLY_MS = 30
#: Bodies that speak of the rate beside those of the tables, with status 200.
SPOKEN = {"exmo": '{"result":false,"error":"API rate limit exceeded for 127.0.0.1. Retry after 60 sec.","history":[]}'}


# --- oracles


def rate_refusal_is_told(case: Case, observation: Observation) -> Judgement:
    """A refusal for the rate, by status or by body, is reported as a failure."""
    return must_fail(case, observation, "RATE-REFUSAL-AS-SUCCESS")


def delay_is_kept(case: Case, observation: Observation) -> Judgement:
    """What the client sends on its own comes no sooner than `Retry-After` allows."""
    if not observation.all_struck:
        return Unseen(reason="fault not struck")
    seen: Counter[str] = Counter()
    for record in judged(observation):
        if (unseen := unsaid(record)) is not None:
            return unseen
        requests = requests_of(case, observation, record)
        for index, asked in enumerate(requests[:-1]):
            said = _retry_after(asked)
            if said is None:
                continue
            seen["retries"] += 1
            again = requests[index + 1]
            # Counted from when it was asked: when the answer was written down may be later than when it was read.
            if again.server_ms < _not_before_ms(asked, said) - EARLY_MS:
                waited_ms = again.server_ms - asked.server_ms
                return Broken(
                    summary=f"The exchange asked for a pause (Retry-After: {said}), and {record.call.operation} "
                    f"was sent again after {max(waited_ms, 0):.0f} ms.",
                    diagnosis=("RETRY-AFTER-IGNORED",),
                    culprits=(asked, again),
                )
        seen["provocations"] += bool(requests)
    return Held(seen=seen) if seen["provocations"] else Unseen(reason="no request arrived")


def _retry_after(entry: Entry) -> str | None:
    headers = entry.answer.headers if entry.answer is not None else ()
    return next((value for name, value in headers if name.lower() == "retry-after"), None)


def _not_before_ms(asked: Entry, said: str) -> float:
    """Return the first moment, on the exchange's clock, at which another request is welcome."""
    if said.isdigit():
        return asked.server_ms + int(said) * 1000
    return parsedate_to_datetime(said).timestamp() * 1000


# --- strategies


def rate_refusals(setting: Setting) -> Sequence[Case]:
    """Return every way in which an exchange, or what stands before it, says that it was asked too often."""
    found: list[Case] = []
    rows = [row for row in setting.dialect.refusals if row.refusal.value == "rate_limited"]
    for call in a_read_and_an_order(setting):
        operation = faults.aimed_at(call)
        arms = []
        for row in rows:
            arm = faults.refuse("rate_limited", operation, times=None, variant=row.variant)
            arms.append(replace(arm, settings={**arm.settings, "retry_after": 1}))
        arms.extend(
            faults.unavailable(operation, status=status, body=body, times=None)
            for status, body in ((429, "json"), (429, "html"), (429, "empty"), (418, "html"), (418, "json"))
        )
        if (body := SPOKEN.get(setting.dialect.name)) is not None:
            arms.append(faults.answered(body, operation))
        found.extend(harmed(call, arm, timeout_s=2.0, about="was refused for the rate of calls") for arm in arms)
    return found


def asked_to_wait(setting: Setting) -> Sequence[Case]:
    """Return reads that are answered with `Retry-After`: in seconds, as a date, and longer than anybody waits."""
    call = calls.read(setting)
    if call is None:
        return []
    operation = faults.aimed_at(call)
    pauses: tuple[tuple[int, dict[str, object], str], ...] = (
        (503, {"retry_after": "1"}, "Retry-After: 1"),
        (503, {"retry_after_date_ms": 150}, "Retry-After: a date, less than two seconds from now"),
        (429, {"retry_after": "1"}, "Retry-After: 1"),
        (503, {"retry_after": "100000"}, "Retry-After: 100000"),
        (503, {"retry_after": "0"}, "Retry-After: 0"),
    )
    found = [harmed(call, _waiting(operation, status, settings, words)) for status, settings, words in pauses]
    return abreast(setting, found)


def _waiting(operation: str | None, status: int, settings: dict[str, object], words: str) -> Arm:
    arm = faults.unavailable(operation, status=status, body="json")
    return replace(arm, settings={**arm.settings, **settings}, note=f"status {status} with {words}")
