"""Whether a dialect that somebody described agrees with itself: tried on a request or two before any client is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from random import Random

from mockserver.core.dialect import Check, Dialect, Profile
from mockserver.core.refusals import Refused
from signer import Accepted, Kind, Request, Scheme, SignerError, TimeRule, sign, verify

_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
_LEVELS = ("MUST", "SHOULD", "MAY", "void")
_NOW_MS = 1_700_000_000_000
_RANDOM_NONCE = "0123456789abcdefghijklmnopqrstuv"


def contradictions(dialect: Dialect) -> Iterator[str]:
    """Say where a description contradicts itself, in one line each; nothing where it does not."""
    scheme = dialect.scheme
    if not _NAME.fullmatch(dialect.name):
        yield f"its name {dialect.name!r} has other characters than a-z, 0-9 and - behind a first letter"
    if scheme.name != dialect.name:
        yield f"the dialect is called {dialect.name} and its scheme {scheme.name}"
    words = [*_kinds(scheme), *_window(scheme.time_rule), *_checks(dialect), *_refusals(dialect)]
    yield from words
    if not words:
        yield from _signing(dialect)


def _kinds(scheme: Scheme) -> Iterator[str]:
    nonce, time = scheme.nonce_rule, scheme.time_rule
    if not scheme.kinds:
        yield "its scheme has no kind: nothing makes a request fresh"
    if (Kind.TIMESTAMP in scheme.kinds) is not (time is not None):
        yield "Kind.TIMESTAMP and a time_rule go together, and there is one of them alone"
    rises, once = nonce is not None and nonce.rising, nonce is not None and not nonce.rising
    if (Kind.RISING_NONCE in scheme.kinds) is not rises:
        yield "Kind.RISING_NONCE and a nonce_rule that rises go together, and there is one of them alone"
    if (Kind.SINGLE_USE_NONCE in scheme.kinds) is not once:
        yield "Kind.SINGLE_USE_NONCE and a nonce_rule that does not rise go together, and there is one of them alone"
    wanted = ("key", "signature", *(("nonce",) if nonce else ()), *(("timestamp",) if time else ()))
    for field in wanted:
        if field not in scheme.places:
            yield f"its scheme has no place for the {field}"


def _window(rule: TimeRule | None) -> Iterator[str]:
    if rule is None:
        return
    if rule.past_ms < 0 or (rule.future_ms is not None and rule.future_ms < 0):
        yield "its time_rule has a window that is less than nothing"
    if rule.largest_past_ms is not None and rule.largest_past_ms < rule.past_ms:
        yield f"its largest window, {rule.largest_past_ms} ms, is less than the usual one, {rule.past_ms} ms"
    read_ms = rule.parse(rule.write(_NOW_MS))
    if read_ms is None or abs(read_ms - _NOW_MS) >= 1000:
        yield f"its time_rule writes {_NOW_MS} as {rule.write(_NOW_MS)!r} and reads that as {read_ms}"


def _checks(dialect: Dialect) -> Iterator[str]:
    scheme = dialect.scheme
    wanted = {
        Check.KEY: True,
        Check.SIGNATURE: True,
        Check.WINDOW: scheme.time_rule is not None,
        Check.NONCE: scheme.nonce_rule is not None,
    }
    for check, needed in wanted.items():
        if needed and check not in dialect.checks:
            yield f"its checks leave out {check.value}"
    for name, (level, _) in dialect.levels.items():
        if level not in _LEVELS:
            yield f"its levels call {name} {level!r}; there are {', '.join(_LEVELS)}"
    if not dialect.raw_targets:
        yield "it has no raw_targets, and the harness would have nothing to call"


def _refusals(dialect: Dialect) -> Iterator[str]:
    """Have every refusal written once."""
    request = Request(method="GET", target=b"/")
    for row in dialect.refusals:
        refused = Refused(refusal=row.refusal, variant=row.variant)
        try:
            dialect.write_refusal(refused, row, Profile.DOCUMENTED, request, _NOW_MS)
        except Exception as problem:
            yield f"writing its refusal {row.refusal} raised {type(problem).__name__}: {problem}"
            return


def _signing(dialect: Dialect) -> Iterator[str]:
    """Sign a call or two and look at them as the exchange would; look at a wrong signature too."""
    scheme, credentials = dialect.scheme, dialect.new_credentials(Random(0))
    nonce = None
    if scheme.nonce_rule is not None:
        nonce = _NOW_MS if scheme.nonce_rule.rising else _RANDOM_NONCE
    for target in dialect.raw_targets[:1] + dialect.raw_targets[-1:]:
        call = Request(method=target.method, target=b"/call" if target.target[:1] != "/" else target.target.encode())
        what = f"{call.method} {call.target.decode()}"
        try:
            signed = sign(scheme, call, credentials, nonce=nonce, timestamp_ms=_NOW_MS if scheme.time_rule else None)
            verdict = verify(scheme, signed.request, credentials, now_ms=_NOW_MS)
            forged = scheme.place(signed.request, replace(signed.fields, signature="0" * 32))
            accepted = isinstance(verify(scheme, forged, credentials, now_ms=_NOW_MS), Accepted)
        except SignerError as problem:
            yield f"it cannot sign {what}: {problem}"
            return
        except Exception as problem:
            yield f"signing {what} raised {type(problem).__name__}: {problem}"
            return
        if not isinstance(verdict, Accepted):
            yield f"it refuses what it signs itself ({what}): {verdict.detail}"
            return
        if accepted:
            yield f"it takes a wrong signature for a right one ({what})"
            return
