"""What clients sign: strategies and oracles of the families SIGN, CANON, ENC and UNI."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from harness import arrivals
from harness.cases import Call, Case, KeyPlan, SessionPlan, Together
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import KeyView, Observation, refused_for
from harness.properties.evidence import enough
from harness.setting import Setting
from harness.strategies import calls, secrets, texts
from mockserver import Entry
from signer import Reason
from signer.doctor import diagnose

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


# --- oracles


def signatures_verify(case: Case, observation: Observation) -> Judgement:
    """Every private request verifies over the bytes that arrived, those of calls made together too."""
    together = {entry.number for record in observation.records if record.together for entry in record.entries}
    for _view, entry in observation.private():
        if entry.number in together and refused_for(entry) == BAD_SIGNATURE:
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
    for _view, entry in observation.private():
        if not entry.request.target.startswith(b"/"):
            return Broken(
                summary=f"The request line names the host: {entry.request.target.decode('latin-1')}.",
                diagnosis=("HOST-IN-TARGET",),
                culprits=(entry,),
            )
    return signatures_verify(case, observation)


def signatures_verify_by_method(case: Case, observation: Observation) -> Judgement:
    """As `signatures_verify`; the evidence tells methods and bodies apart."""

    def count(entry: Entry) -> Sequence[str]:
        request = entry.request
        part = "with a body" if request.body else "with a query" if request.query else "bare"
        return ("requests", f"{request.method} {part}")

    return _judge_signatures(case, observation, count)


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
            return _unsigned(entry, reason)
        if entry.verdict is not None:
            seen.update(count(entry))
    return enough(observation, seen)


def _unsigned(entry: Entry, reason: str) -> Broken:
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
        if refused_for(entry) == BAD_SIGNATURE and (problem := _misspelling(expected, arrived)):
            return Broken(
                summary=f"The digest is right but not spelled in full: {problem}.",
                diagnosis=("SIGNATURE-ZEROS-LOST",) if "zero" in problem else ("SIGNATURE-MISSPELLED",),
                culprits=(entry,),
            )
        seen["requests"] += 1
        seen["leading 0"] += expected.startswith("0")
        seen["leading 00"] += expected.startswith("00")
        for character in "+/=":
            seen[character] += character in expected
    return enough(observation, seen)


def _misspelling(expected: str, arrived: str) -> str:
    """Tell how a text is a misspelling of the expected digest; "" where it is another digest altogether."""
    if arrived == expected or not arrived:
        return ""
    if arrived.lower() == expected.lower().lstrip("0"):
        return "leading zeros are lost"
    if _per_byte(expected) == arrived.lower():
        return "zeros inside are lost, each byte is written without its leading zero"
    if len(arrived) < len(expected) and len(arrived) >= 8 and expected.startswith(arrived):
        return f"it ends after {len(arrived)} of {len(expected)} characters"
    if arrived.strip() == expected:
        return "there is blank space around it"
    return ""


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
                codes = _codes(observation, view, entry, previous)
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


def _codes(observation: Observation, view: KeyView, entry: Entry, previous: Entry | None) -> tuple[str, ...]:
    found = diagnose(
        observation.setting.dialect.scheme,
        entry.request,
        view.credentials,
        previous=previous.request if previous is not None else None,
    )
    return tuple(diagnosis.code for diagnosis in found)


def signatures_never_repeat(case: Case, observation: Observation) -> Judgement:
    """No signature is seen twice with one key."""
    for view in observation.keys.values():
        first: dict[str, Entry] = {}
        for entry in view.private:
            signature = entry.fields.signature if entry.fields else None
            if not signature:
                continue
            if signature in first:
                return Broken(
                    summary="Two requests carry the same signature: it was not computed anew.",
                    diagnosis=("SIGNATURE-REUSED",),
                    culprits=(first[signature], entry),
                )
            first[signature] = entry
    seen = Counter(requests=sum(1 for _ in observation.private()))
    return enough(observation, seen)


def values_arrive(case: Case, observation: Observation) -> Judgement:
    """Every drawn value is signed rightly and arrives as it was drawn."""
    seen: Counter[str] = Counter()
    for record in observation.records:
        for entry in record.entries:
            if entry.fields is None:
                continue
            reason = refused_for(entry)
            if reason in UNSIGNED:
                return _unsigned(entry, reason)
            if (problem := _changed(record.call, entry)) is not None:
                return Broken(summary=problem, culprits=(entry,))
            seen["requests"] += 1
            seen["values"] += len(_drawn(record.call))
    return enough(observation, seen)


def _drawn(call: Call) -> Mapping[str, object]:
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
    for name, value in _drawn(call).items():
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
        drawn = {str(value) for call in case.calls() for value in _drawn(call).values()}
        for name, values in arrived.items():
            for value in values:
                if value in ("None", "null", "undefined", "nil", "NaN") and value not in drawn:
                    return Broken(
                        summary=f"The absent parameter {name} was sent as {value!r}.",
                        diagnosis=("ABSENT-SENT-AS-TEXT",),
                        culprits=(entry,),
                    )
    return values_arrive(case, observation)


# --- strategies


def mixed_calls(setting: Setting) -> SearchStrategy[Case]:
    """Draw a few private calls of any operation."""
    steps = st.lists(calls.private_calls(setting), min_size=1, max_size=6)
    return steps.map(lambda drawn: Case(steps=tuple(drawn)))


def alone_and_together(setting: Setting) -> Sequence[Case]:
    """Return one call of each kind, and where the client promises it the reads once alone and then many together."""
    found = list(one_of_each(setting))
    if setting.has("concurrent"):
        reads = tuple(calls.reads(setting)) or tuple(calls.plain_calls(setting))
        batch = Together(calls=tuple(reads[index % len(reads)] for index in range(12)))
        found.append(Case(steps=(*reads, batch, batch, batch, batch), axis="together"))
    return found


def one_of_each(setting: Setting) -> Sequence[Case]:
    """Return one case with one plain call of every private operation."""
    return [Case(steps=tuple(calls.plain_calls(setting)))]


def with_drawn_secrets(setting: Setting) -> SearchStrategy[Case]:
    """Draw a secret, and let the client make two calls with it."""
    plain = list(calls.plain_calls(setting))
    return st.builds(
        lambda secret, call: Case(steps=(call, plain[0]), keys=(KeyPlan(secret=secret),)),
        secrets.secrets(setting),
        st.sampled_from(plain),
    )


def many_reads(setting: Setting) -> SearchStrategy[Case]:
    """Draw a run of twenty calls without an effect."""
    readers = list(calls.reads(setting)) or list(calls.plain_calls(setting))
    return st.lists(st.sampled_from(readers), min_size=20, max_size=20).map(lambda drawn: Case(steps=tuple(drawn)))


def equal_calls(setting: Setting) -> SearchStrategy[Case]:
    """Draw one call, made again and again; now and then a call in between is refused."""
    plain = list(calls.plain_calls(setting))
    refused = [calls.cancel_unknown(setting)] if setting.can("cancel_order") else []
    return st.builds(
        lambda call, times, between: Case(steps=tuple(([call, *between]) * times)),
        st.sampled_from(plain),
        st.integers(2, 25),
        st.lists(st.sampled_from(refused), max_size=1) if refused else st.just([]),
    )


def without_parameters(setting: Setting) -> Sequence[Case]:
    """Return every call that has no parameters of its own."""
    bare = [Call(operation="balances")] if setting.can("balances") else []
    if setting.can("raw"):
        bare += [calls.raw(setting, {}, method=method) for method in calls.raw_methods(setting)]
    return [Case(steps=(call, call)) for call in bare]


def by_method(setting: Setting) -> SearchStrategy[Case]:
    """Draw a raw call of each method, with parameters and without, and an order."""
    if not setting.can("raw"):
        return mixed_calls(setting)
    drawn = st.dictionaries(texts.names(), texts.words(), max_size=3)
    methods = calls.raw_methods(setting)
    one = st.builds(lambda method, params: calls.raw(setting, params, method=method), st.sampled_from(methods), drawn)
    return st.lists(one, min_size=1, max_size=4).map(lambda steps: Case(steps=tuple(steps)))


def elsewhere(setting: Setting) -> SearchStrategy[Case]:
    """Draw calls through another host and port of the same exchange."""
    steps = st.lists(calls.private_calls(setting), min_size=1, max_size=3)
    return steps.map(lambda drawn: Case(steps=tuple(drawn), sessions=(SessionPlan(host="other"),), axis="other host"))


def carrying(
    values: Callable[[], SearchStrategy[object]], *, most: int = 3
) -> Callable[[Setting], SearchStrategy[Case]]:
    """Return a strategy of calls that carry drawn values: `raw`, or an address where the client has no `raw`."""

    def strategy(setting: Setting) -> SearchStrategy[Case]:
        if not setting.can("raw"):
            return values().map(lambda value: Case(steps=(_addressed(setting, value),)))
        methods = calls.raw_methods(setting)
        return st.builds(
            lambda method, params: Case(steps=(calls.raw(setting, params, method=method),)),
            st.sampled_from(methods),
            st.dictionaries(texts.names(), values(), min_size=1, max_size=most),
        )

    return strategy


def _addressed(setting: Setting, value: object) -> Call:
    params = {"currency": calls.withdrawable(setting), "amount": "0.5", "address": str(value)}
    return Call(operation="withdraw", params=params)


def each_character(setting: Setting) -> Sequence[Case]:
    """Return one call for each delimiter, so that none is left to chance."""
    return [
        Case(steps=(_carrier(setting, f"a{character}b"),), axis=f"the character {character}")
        for character in texts.DELIMITERS
    ]


def _carrier(setting: Setting, value: str) -> Call:
    return calls.raw(setting, {"xvalue": value}) if setting.can("raw") else _addressed(setting, value)


def each_of(values: Sequence[str]) -> Callable[[Setting], Sequence[Case]]:
    """Return one call for each value and method."""

    def fixed(setting: Setting) -> Sequence[Case]:
        if not setting.can("raw"):
            return [Case(steps=(_addressed(setting, value),)) for value in values]
        return [
            Case(steps=(calls.raw(setting, {"xvalue": value}, method=method),))
            for value in values
            for method in calls.raw_methods(setting)
        ]

    return fixed


def reversed_names(setting: Setting) -> SearchStrategy[Case]:
    """Draw parameters whose order of insertion is not that of their names."""
    methods = calls.raw_methods(setting)
    several = st.lists(texts.names(), min_size=2, max_size=5, unique=True).map(
        lambda drawn: sorted(drawn, reverse=True)
    )
    return st.builds(
        lambda method, drawn: Case(
            steps=(calls.raw(setting, {name: f"v{index}" for index, name in enumerate(drawn)}, method=method),)
        ),
        st.sampled_from(methods),
        several,
    )


#: Names that sort differently by letters of a locale than by code units.
TRAPS = ("a", "A", "a1", "aa", "a_b", "aB", "Z")


def sort_traps(setting: Setting) -> SearchStrategy[Case]:
    """Draw parameters with names that only code units sort rightly."""
    methods = calls.raw_methods(setting)
    return st.builds(
        lambda method, drawn: Case(steps=(calls.raw(setting, {f"x{name}": "1" for name in drawn}, method=method),)),
        st.sampled_from(methods),
        st.lists(st.sampled_from(TRAPS), min_size=2, max_size=len(TRAPS), unique=True),
    )


def lists(setting: Setting) -> SearchStrategy[Case]:
    """Draw lists of none, one and more items, equal ones too."""
    return carrying(lambda: st.lists(texts.words(), max_size=3), most=2)(setting)


def empties(setting: Setting) -> SearchStrategy[Case]:
    """Draw calls with empty values, and orders without their optional members."""
    if not setting.can("raw"):
        return mixed_calls(setting)
    values = st.one_of(st.just(""), texts.words())
    filled = carrying(lambda: values)(setting)
    return st.one_of(filled, mixed_calls(setting))


def typed(setting: Setting) -> SearchStrategy[Case]:
    """Draw values of every type that `raw` may carry."""
    values = st.one_of(
        st.booleans(), st.integers(-(2**31), 2**31), texts.words(), st.lists(texts.words(), max_size=2), texts.foreign()
    )
    return carrying(lambda: values)(setting)


def typed_or_mixed(setting: Setting) -> SearchStrategy[Case]:
    """Draw calls with values of every type, or any calls where the client has no `raw`."""
    return typed(setting) if setting.can("raw") else mixed_calls(setting)
