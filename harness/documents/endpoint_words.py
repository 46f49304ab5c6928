"""An exchange's endpoints as documents: what they take, what they answer, how often, and in which ways it is played."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from harness.documents.shape_words import notes, sketch
from harness.documents.tables import code, prose, table
from mockserver import Access, Beyond, Dialect, Endpoint, Parameter, RateRule, Shape

_SUBJECTS = {
    "key": "API key",
    "address": "client address",
    "account": "account",
    "address_and_account": "client address, and by account",
}


def rate_words(rule: RateRule) -> str:
    """Return a rate limit in words."""
    calls = "calls, public ones too," if rule.public_too else "private calls"
    stretch = "second" if rule.window_ms == 1000 else f"{rule.window_ms // 1000} seconds"
    return f"{rule.calls} {calls} in any {stretch} by {_SUBJECTS[rule.per]}"


def endpoint_lines(dialect: Dialect) -> Iterator[str]:
    """Yield what is served, by what a key must be allowed."""
    yield "## What it serves"
    for access, title in (
        (Access.PUBLIC, "Public"),
        (Access.READ, "For keys that may read"),
        (Access.TRADE, "For keys that may trade"),
        (Access.WITHDRAW, "For keys that may withdraw"),
    ):
        served = [endpoint for endpoint in dialect.endpoints if endpoint.access is access]
        if not served:
            continue
        yield ""
        yield f"### {title}"
        yield ""
        yield from table(
            ("endpoint", "method and path", "parameters"),
            [(code(endpoint.name), _place(endpoint), _parameters(endpoint)) for endpoint in served],
        )


def _place(endpoint: Endpoint) -> str:
    """Return where an endpoint is found; nothing where its name says it."""
    place = f"{'GET or POST' if endpoint.method == '*' else endpoint.method} {endpoint.path}"
    return "" if place == endpoint.name else code(place)


def _parameters(endpoint: Endpoint) -> str:
    return "; ".join(_parameter(item) for item in endpoint.parameters) or "none"


def _parameter(item: Parameter) -> str:
    what = " or ".join(code(choice) for choice in item.choices) if item.choices else item.kind.value.replace("_", " ")
    said = [what, "" if item.required else "optional", _range(item), f"in the {_PLACES[item.place]}"]
    said += [f"else {code(item.default)}" if item.default is not None else "", _beyond(item), prose(item.note)]
    return f"{code(item.name)} ({', '.join(word for word in said if word)})"


#: What becomes of what is beyond a description, in words.
_BEYOND = {
    Beyond.REFUSED: "",
    Beyond.CUT: "cut to its range",
    Beyond.DEFAULT: "any other means the default",
    Beyond.TAKEN: "any other is taken as it is",
}


def _beyond(item: Parameter) -> str:
    malformed = "" if item.malformed is not Beyond.REFUSED else "a wrong form is refused"
    return ", ".join(word for word in (_BEYOND[item.beyond], malformed) if word)


_PLACES = {"query": "query", "form": "form", "json": "JSON body", "path": "path"}


def _range(item: Parameter) -> str:
    least, most = (None if bound is None else plain(bound) for bound in (item.minimum, item.maximum))
    if least is not None and most is not None:
        return f"{least} to {most}"
    if least is not None:
        return f"from {least}"
    return f"up to {most}" if most is not None else ""


def answer_lines(dialect: Dialect) -> Iterator[str]:
    """Sketch what a success looks like; endpoints that answer alike stand together."""
    yield "## What it answers"
    yield ""
    yield (
        "The body of a success. A number in quotes shows how many decimals are printed; `?` marks a member that may be"
        " absent, `…` more of the same, or what no page describes."
    )
    yield ""
    alike: dict[str, list[str]] = {}
    for endpoint in dialect.endpoints:
        told = "not described" if endpoint.answer is None else _answer(endpoint.answer)
        alike.setdefault(told, []).append(code(endpoint.name))
    for told, names in alike.items():
        yield f"- {', '.join(names)}: {told}"


def _answer(shape: Shape) -> str:
    noted = "; ".join(prose(note) for note in notes(shape))
    return code(sketch(shape)) + (f" ({noted})" if noted else "")


def habit_lines(dialect: Dialect) -> Iterator[str]:
    """Yield the ways in which the exchange can be played; nothing where there is one alone."""
    if not dialect.habits:
        return
    yield "## How it can be played"
    yield ""
    yield (
        "Where the exchange changed over the years, or documents and live servers disagree:"
        f" `serve --habit NAME=CHOICE`, `MockExchange({dialect.name!r}, habits={{...}})`. The first choice is the usual"
        " one; where the profile"
        " `observed` chooses otherwise, its choice stands behind a slash."
    )
    yield ""
    rows = [
        (
            code(habit.name),
            ", ".join(code(choice) for choice in habit.choices)
            + (f" / {code(habit.observed)}" if habit.observed not in (None, habit.usual) else ""),
            prose(habit.words),
            prose(habit.source),
        )
        for habit in dialect.habits
    ]
    yield from table(("habit", "choices", "what it is about", "source"), rows)
    yield ""


def plain(number: Decimal) -> str:
    """Return a decimal without an exponent."""
    return format(number, "f")
