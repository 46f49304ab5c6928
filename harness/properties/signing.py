"""What clients sign: the oracles of the families SIGN, CANON, ENC and UNI."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from harness import arrivals
from harness.cases import Call, Case
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import KeyView, Observation, refused_for
from harness.properties.evidence import enough
from harness.properties.explaining import codes_of, is_wrong_alone
from mockserver import Entry
from signer import Kind, Reason, Scheme, Stages, check_signature

#: Reasons that say that a request was not signed as documented.
UNSIGNED = frozenset(
    {
        Reason.BAD_SIGNATURE.value,
        Reason.MISSING_KEY.value,
        Reason.MISSING_SIGNATURE.value,
        Reason.MISSING_NONCE.value,
        Reason.MISSING_TIMESTAMP.value,
    }
)
BAD_SIGNATURE = Reason.BAD_SIGNATURE.value

#: Clients read nonces from clocks of seconds at the coarsest: so long, and a nonce may be that of another draw.
SLOWEST_TICK_MS = 1_000


def signatures_verify(case: Case, observation: Observation) -> Judgement:
    """Every private request verifies over the bytes that arrived, those of calls made together too."""
    together = {entry.number for record in observation.records if record.together for entry in record.entries}
    for view, entry in observation.private():
        if (
            entry.number in together
            and refused_for(entry) == BAD_SIGNATURE
            and not is_wrong_alone(observation, view, entry)
        ):
            return Broken(
                summary="A call made together with others was refused for its signature: what was signed is not what "
                "was sent. Made alone, the same call verifies.",
                diagnosis=("SHARED-BETWEEN-CALLS",),
                culprits=(entry,),
                consequence="Under load calls are refused at random, and the refusal blames the key.",
            )
    return _judge_signatures(case, observation, lambda _entry: ("requests",))


def nothing_of_the_base_url(case: Case, observation: Observation) -> Judgement:
    """Host and port of the base URL stand in the Host header alone, and signatures verify wherever it points."""
    for entry in (*(entry for _, entry in observation.private()), *observation.others):
        if (target := entry.request.target) and _names_the_host(observation, target):
            return Broken(
                summary=f"The request line names the host: {target.decode('latin-1')}.",
                diagnosis=("HOST-IN-TARGET",),
                culprits=(entry,),
            )
    for view, entry in observation.private():
        if refused_for(entry) == BAD_SIGNATURE and (part := _part_of_the_base_url(observation, view, entry)):
            return Broken(
                summary=f"{part!r}, which is part of the base URL, was signed with the request.",
                diagnosis=("HOST-SIGNED",),
                culprits=(entry,),
            )
    return signatures_verify(case, observation)


def _names_the_host(observation: Observation, target: bytes) -> bool:
    """Tell whether a target begins with a base URL's host, with or without slashes and a scheme before it."""
    hosts = (url.partition("://")[2].encode() for url in observation.base_urls.values())
    start = target.partition(b"?")[0].rpartition(b"://")[2].lstrip(b"/")
    return not target.startswith(b"/") or any(start.startswith(host + b"/") or start == host for host in hosts)


def _part_of_the_base_url(observation: Observation, view: KeyView, entry: Entry) -> str:
    """Return what of the base URLs stands before or behind the text that was signed; "" for nothing."""
    scheme, fields = observation.setting.dialect.scheme, entry.fields
    if fields is None:
        return ""
    for url in observation.base_urls.values():
        authority = url.partition("://")[2]
        for part in (url, authority, authority.partition(":")[0]):
            for before, behind in ((part, ""), ("", part)):
                misread = _framed(scheme, before.encode(), behind.encode())
                if isinstance(check_signature(misread, entry.request, fields, view.credentials), Stages):
                    return part
    return ""


def _framed(scheme: Scheme, before: bytes, behind: bytes) -> Scheme:
    """Return a scheme by which something stands before and behind the canonical request."""
    right = scheme.canonical_request
    return replace(scheme, canonical_request=lambda request, fields: before + right(request, fields) + behind)


def signatures_verify_by_method(case: Case, observation: Observation) -> Judgement:
    """As `signatures_verify`; the evidence tells methods and bodies apart."""

    def count(entry: Entry) -> Sequence[str]:
        request = entry.request
        part = "with a body" if request.body else "with a query" if request.query else "bare"
        return ("requests", f"{request.method} {part}")

    return _judge_signatures(case, observation, count)


#: What may lie between two names that somebody sorts, and how it is said.
SORT_TRAPS: Mapping[str, str] = {
    "case": "two names that part at a small and a capital letter",
    "digit": "two names that part at a digit and a letter",
    "underscore": "two names that part at an underscore and a letter",
    "prefix": "a name that is the beginning of another",
}


def sorted_as_bytes(case: Case, observation: Observation) -> Judgement:
    """As `signatures_verify`; the evidence tells the traps apart that lay between the names of each call."""
    judged = signatures_verify(case, observation)
    if not isinstance(judged, Held):
        return judged
    traps: Counter[str] = Counter()
    for call in case.calls():
        for one, other in combinations(drawn(call), 2):
            traps[_trap(one, other)] += 1
    return Held(seen={**judged.seen, **{name: traps[name] for name in SORT_TRAPS}})


def _trap(one: str, other: str) -> str:
    """Name what makes it hard to say which of two names comes first; "" where nothing does."""
    parted = next(((left, right) for left, right in zip(one, other, strict=False) if left != right), None)
    if parted is None:
        return "prefix"
    if "_" in parted:
        return "underscore"
    digits = sum(character.isdigit() for character in parted)
    if digits == 1:
        return "digit"
    return "case" if parted[0].islower() != parted[1].islower() else ""


def signatures_verify_without_parameters(case: Case, observation: Observation) -> Judgement:
    """As `signatures_verify`; only calls without parameters count as evidence."""
    plain = sum(not call.params or call.params.get("params") == {} for call in case.calls())
    judged = _judge_signatures(case, observation, lambda _entry: ("requests",))
    if isinstance(judged, Held) and not plain:
        return Unseen(reason="no call without parameters")
    return judged


def _judge_signatures(case: Case, observation: Observation, count: Callable[[Entry], Sequence[str]]) -> Judgement:
    seen: Counter[str] = Counter()
    for _view, entry in observation.private():
        reason = refused_for(entry)
        if reason in UNSIGNED:
            return unsigned(entry, reason)
        if entry.verdict is not None:
            seen.update(count(entry))
    return enough(observation, seen)


def unsigned(entry: Entry, reason: str) -> Broken:
    """Return the finding for a request that was refused for one of the reasons of `UNSIGNED`."""
    what = f"{entry.request.method} {entry.request.path.decode('latin-1')}"
    if reason == BAD_SIGNATURE:
        summary = f"The signature of {what} does not verify over the bytes that arrived."
    else:
        summary = f"{what} arrived without what must be signed: {reason.replace('_', ' ')}."
    return Broken(summary=summary, culprits=(entry,))


def digests_in_full(case: Case, observation: Observation) -> Judgement:
    """The digest keeps its length and its alphabet, whatever its value."""
    seen: Counter[str] = Counter()
    for _view, entry in observation.private():
        verdict = entry.verdict
        if verdict is None or verdict.stages is None:
            continue
        expected = verdict.stages.signature
        arrived = verdict.fields.signature or ""
        if refused_for(entry) == BAD_SIGNATURE and (misspelling := _misspelling(expected, arrived)) is not None:
            code, problem = misspelling
            return Broken(
                summary=f"The digest is right but not spelled in full: {problem}.",
                diagnosis=(code,),
                culprits=(entry,),
            )
        seen["requests"] += 1
        seen["leading 0"] += expected.startswith("0")
        seen["leading 00"] += expected.startswith("00")
        seen["zero inside"] += _per_byte(expected) not in ("", expected)
        for character in "+/=":
            seen[character] += character in expected
    return enough(observation, seen)


def _misspelling(expected: str, arrived: str) -> tuple[str, str] | None:
    """Name and describe how a text misspells the expected digest; None where it is right, or another digest."""
    if arrived == expected or not arrived:
        return None
    if arrived.lower() == expected.lower().lstrip("0"):
        return "SIGNATURE-ZEROS-LOST", "leading zeros are lost"
    if _per_byte(expected) == arrived.lower():
        return "SIGNATURE-BYTES-UNPADDED", "zeros inside are lost, each byte is written without its leading zero"
    if len(arrived) < len(expected) and len(arrived) >= 8 and expected.startswith(arrived):
        return "SIGNATURE-TRUNCATED", f"it ends after {len(arrived)} of {len(expected)} characters"
    if arrived.strip() == expected:
        return "SIGNATURE-WITH-BLANKS", "there is blank space around it"
    return None


def _per_byte(expected: str) -> str:
    try:
        return "".join(format(byte, "x") for byte in bytes.fromhex(expected))
    except ValueError:
        return ""


#: What the doctor calls a signature that was made for another nonce or timestamp than the one sent.
STALE = (
    "SIGNED-BEFORE-NONCE",
    "NONCE-LEFT-OUT",
    "NONCE-DRAWN-TWICE",
    "PREVIOUS-NONCE-SIGNED",
    "TIMESTAMP-LEFT-OUT",
    "PREVIOUS-TIMESTAMP-SIGNED",
    "SIGNATURE-REUSED",
)


def freshness_is_signed(case: Case, observation: Observation) -> Judgement:
    """The signature covers the nonce and the timestamp that are sent with it."""
    seen: Counter[str] = Counter()
    for view in observation.keys.values():
        previous: Entry | None = None
        for entry in view.private:
            if refused_for(entry) == BAD_SIGNATURE:
                codes = codes_of(observation, view, entry, previous)
                stale = tuple(code for code in codes if code in STALE)
                if previous is not None and entry.fields and previous.fields:
                    same = entry.fields.signature == previous.fields.signature
                    moved = (entry.fields.nonce, entry.fields.timestamp) != (
                        previous.fields.nonce,
                        previous.fields.timestamp,
                    )
                    if same and moved:
                        stale = ("SIGNATURE-REUSED", *stale)
                if stale:
                    return Broken(
                        summary="The signature was made for another nonce or timestamp than the one that was sent.",
                        diagnosis=tuple(dict.fromkeys(stale)),
                        culprits=(entry,) if previous is None else (previous, entry),
                    )
            elif entry.verdict is not None:
                seen["requests"] += 1
            previous = entry
    return enough(observation, seen)


def signatures_never_repeat(case: Case, observation: Observation) -> Judgement:
    """No signature is seen twice with one key."""
    for view in observation.keys.values():
        first: dict[str, Entry] = {}
        for entry in view.private:
            signature = entry.fields.signature if entry.fields else None
            if not signature:
                continue
            if signature in first:
                return _twice_signed(observation, first[signature], entry)
            first[signature] = entry
    seen = Counter(requests=sum(1 for _ in observation.private()))
    return enough(observation, seen)


def _twice_signed(observation: Observation, earlier: Entry, later: Entry) -> Broken:
    """Tell a request that was kept from one that was made again within one tick of the clock its nonce is read from."""
    rising = Kind.RISING_NONCE in observation.setting.dialect.scheme.kinds
    if rising and later.server_ms - earlier.server_ms < SLOWEST_TICK_MS:
        nonce = later.fields.nonce if later.fields else None
        return Broken(
            summary=f"Two requests carry nonce {nonce} and so the same signature: either two calls drew it in one "
            "tick of a clock, or a signed request was kept and sent again.",
            diagnosis=("NONCE-REPEATED", "SIGNATURE-REUSED"),
            culprits=(earlier, later),
        )
    return Broken(
        summary="Two requests carry the same signature: it was not computed anew.",
        diagnosis=("SIGNATURE-REUSED",),
        culprits=(earlier, later),
    )


def values_arrive(case: Case, observation: Observation) -> Judgement:
    """Every drawn value is signed rightly and arrives as it was drawn."""
    seen: Counter[str] = Counter()
    for record in observation.records:
        for entry in record.entries:
            if entry.fields is None:
                continue
            reason = refused_for(entry)
            if reason in UNSIGNED:
                return unsigned(entry, reason)
            if (problem := _changed(record.call, entry)) is not None:
                return Broken(summary=problem, diagnosis=("VALUE-CHANGED",), culprits=(entry,))
            seen["requests"] += 1
            seen["values"] += len(drawn(record.call))
    return enough(observation, seen)


def drawn(call: Call) -> Mapping[str, object]:
    """Return the values of a call that the harness drew: all of a `raw` call's, the address of any other."""
    if call.operation == "raw":
        params = call.params["params"]
        assert isinstance(params, Mapping)  # noqa: S101
        return params
    return {name: value for name, value in call.params.items() if name == "address"}


def _changed(call: Call, entry: Entry) -> str | None:
    """Tell what became of a drawn value, or None where all arrived."""
    try:
        arrived = arrivals.parameters(entry.request)
    except arrivals.Unreadable as problem:
        return f"The parameters cannot be read: {problem}."
    for name, value in drawn(call).items():
        expected = _spellings(value)
        if call.operation == "raw":
            got = list(arrived.get(name, []))
        else:
            got = [item for values in arrived.values() for item in values if item in expected[0]] or [None]
        if got not in expected:
            return f"{name}={value!r} arrived as {_shown(got)}."
    return None


def _spellings(value: object) -> Sequence[list[object]]:
    """Return the lists of arrived values that stand for one drawn value."""
    match value:
        case bool():
            return [[value], ["true" if value else "false"]]
        case int():
            return [[value], [str(value)]]
        case list() | tuple():
            return [list(value)]
        case str() if not value:
            return [[value], []]
        case _:
            return [[value]]


def _shown(got: Sequence[object]) -> str:
    return "nothing" if not got else " and ".join(repr(item) for item in got)


def nothing_stands_for_absence(case: Case, observation: Observation) -> Judgement:
    """Absent optional values are sent nowhere as text; empty ones are kept or dropped in both places alike."""
    for _view, entry in observation.private():
        try:
            arrived = arrivals.parameters(entry.request)
        except arrivals.Unreadable:
            continue
        given = {str(value) for call in case.calls() for value in drawn(call).values()}
        for name, values in arrived.items():
            for value in values:
                if value in ("None", "null", "undefined", "nil", "NaN") and value not in given:
                    return Broken(
                        summary=f"The absent parameter {name} was sent as {value!r}.",
                        diagnosis=("ABSENT-SENT-AS-TEXT",),
                        culprits=(entry,),
                    )
    return values_arrive(case, observation)
