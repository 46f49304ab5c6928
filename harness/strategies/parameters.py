"""Values of parameters, drawn from their descriptions: inside them, and just beyond."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from harness.strategies import texts
from mockserver import Dialect, Endpoint, Parameter, ParameterKind, RawTarget

#: Where a description sets no bounds.
_LEAST, _MOST = 0, 10_000

ADDRESS = "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"

#: Where a raw call leads to no endpoint, by dialect.
NOWHERE: Mapping[str, str] = {
    "reference": "/v1/xyzzy",
    "poloniex": "returnXyzzy",
    "exmo": "xyzzy",
    "bitunix": "/api/spot/v1/xyzzy",
}

#: What no description allows, by what a value is.
_NEVER: Mapping[ParameterKind, Sequence[str]] = {
    ParameterKind.INTEGER: ("abc", "1.5x", "--1"),
    ParameterKind.DECIMAL: ("abc", "1.2.3", "--1"),
    ParameterKind.CHOICE: ("no such choice",),
    ParameterKind.MARKET: ("NO_SUCH_MARKET",),
}


def plain_value(dialect: Dialect, parameter: Parameter) -> str:
    """Return one modest value that a parameter's description allows."""
    match parameter.kind:
        case ParameterKind.CHOICE:
            return parameter.choices[0]
        case ParameterKind.MARKET:
            return dialect.market_name(dialect.markets[0].name)
        case ParameterKind.CURRENCY:
            return dialect.markets[0].base
        case ParameterKind.INTEGER | ParameterKind.DECIMAL:
            least, most = _bounds(parameter)
            return str(min(max(1, least), most))
        case ParameterKind.ADDRESS:
            return ADDRESS
        case ParameterKind.JSON:
            return "[]"
        case _:
            return parameter.default or "1"


def values(dialect: Dialect, parameter: Parameter) -> SearchStrategy[str]:
    """Draw a value that a parameter's description allows; bounds and defaults are simple ones."""
    plain = plain_value(dialect, parameter)
    match parameter.kind:
        case ParameterKind.CHOICE:
            return st.sampled_from(parameter.choices)
        case ParameterKind.MARKET:
            return st.sampled_from([dialect.market_name(market.name) for market in dialect.markets])
        case ParameterKind.CURRENCY:
            currencies = dict.fromkeys(one for market in dialect.markets for one in (market.base, market.quote))
            return st.sampled_from(list(currencies))
        case ParameterKind.INTEGER:
            least, most = _bounds(parameter)
            return st.one_of(
                st.just(plain), st.sampled_from([str(least), str(most)]), st.integers(least, most).map(str)
            )
        case ParameterKind.DECIMAL:
            least, most = _bounds(parameter)
            drawn = st.decimals(least, most, places=2, allow_nan=False, allow_infinity=False)
            return st.one_of(st.just(plain), drawn.map(lambda number: format(number, "f")))
        case ParameterKind.TEXT if parameter.form:
            return st.from_regex(parameter.form, fullmatch=True).filter(str.isprintable)
        case ParameterKind.TEXT:
            return st.one_of(st.just(plain), texts.words())
        case _:
            return st.just(plain)


def malformed(parameter: Parameter) -> Sequence[str]:
    """Return values that have not the form of a parameter's description, or are none of its choices.

    Where nothing is below zero, a sign is a matter of form.
    """
    never = _NEVER.get(parameter.kind, ())
    return (*never, "-1") if parameter.minimum == 0 else never


def beyond(parameter: Parameter) -> Sequence[str]:
    """Return values that have the right form and are just out of a parameter's range."""
    if parameter.kind in (ParameterKind.INTEGER, ParameterKind.DECIMAL):
        found = [str(parameter.minimum - 1)] if parameter.minimum else []
        return found + ([str(parameter.maximum + 1)] if parameter.maximum is not None else [])
    return ["a" * (int(parameter.maximum) + 1)] if parameter.maximum is not None else []


def described(dialect: Dialect, target: RawTarget) -> Endpoint | None:
    """Return the endpoint that a raw target leads to; None where its path has variables."""
    names = (target.target, f"{target.method} {target.target}")
    return next((one for one in dialect.endpoints if one.name in names or one.path == target.target), None)


def given(dialect: Dialect, target: RawTarget) -> SearchStrategy[Mapping[str, str]]:
    """Draw parameters for a raw target, some of those that its endpoint describes."""
    endpoint = described(dialect, target)
    taken = [] if endpoint is None else [item for item in endpoint.parameters if item.name != "command"]
    wanted = {item.name: values(dialect, item) for item in taken if item.place != "path"}
    required = {item.name for item in taken if item.required}
    return st.fixed_dictionaries(
        {name: drawn for name, drawn in wanted.items() if name in required},
        optional={name: drawn for name, drawn in wanted.items() if name not in required},
    )


def _bounds(parameter: Parameter) -> tuple[int, int]:
    least = _LEAST if parameter.minimum is None else int(parameter.minimum)
    most = max(_MOST, least) if parameter.maximum is None else int(parameter.maximum)
    return least, most
