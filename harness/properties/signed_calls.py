"""Calls whose signing is to be seen: the strategies of the families SIGN, CANON, ENC and UNI."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from harness.cases import Call, Case, KeyPlan, SessionPlan, Together
from harness.setting import Setting
from harness.strategies import calls, secrets, texts


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
