"""What `noncense observe` can say of each requirement, as a page made of the rules themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from harness.catalogue import requirements
from harness.documents.tables import code, page, prose, table
from harness.observing.provoking import PROVOCATIONS
from harness.observing.rows import BEYOND, RULES
from harness.observing.rule import Beyond, Rule
from harness.observing.settings import PROMISES


def observed_rows_page() -> str:
    """Return docs/observing-rows.md."""
    titles = {row.id: row.title for row in requirements()}
    order = {name: place for place, name in enumerate(titles)}
    rules = sorted((rule for rule in RULES if rule.requirement in titles), key=lambda rule: order[rule.requirement])
    beyond = sorted((one for one in BEYOND if one.requirement in titles), key=lambda one: order[one.requirement])
    return page(_lines(rules, beyond))


def _lines(rules: Sequence[Rule], beyond: Sequence[Beyond]) -> Iterator[str]:
    acquitting = sum(rule.acquits for rule in rules)
    yield "# What the wire says of each requirement"
    yield ""
    yield (
        "How a command is observed is told in [observing](observing.md); this page lists what comes of it. Written by"
        " `scripts/document`."
    )
    yield ""
    yield (
        f"Of the requirements that a server sees anything of, {acquitting} can be found to hold or to be broken, "
        f"{len(rules) - acquitting} only to be broken, and {len(beyond)} need an adapter."
    )
    yield ""
    yield "## Looked at"
    yield ""
    yield from table(("requirement", "what is looked at", "can be found", "takes"), [_row(rule) for rule in rules])
    yield ""
    yield "## Left to adapters"
    yield ""
    yield from table(("requirement", "why"), [(code(one.requirement), prose(one.why)) for one in beyond])
    yield ""
    yield "## Provocations"
    yield ""
    yield "For `--provoke`. With few calls the first ones are struck."
    yield ""
    yield from table(("name", "what happens to the call"), [(code(one.name), prose(one.words)) for one in PROVOCATIONS])
    yield ""
    yield "## Promises"
    yield ""
    yield "For `--promise`: what nobody sees from outside, and the command's user knows."
    yield ""
    yield from table(("name", "what you vouch for"), [(code(name), prose(words)) for name, words in PROMISES.items()])


def _row(rule: Rule) -> tuple[str, ...]:
    found = "to hold, or broken" if rule.acquits else "broken"
    return code(rule.requirement), prose(rule.looks_at), found, _takes(rule)


def _takes(rule: Rule) -> str:
    """Say what it takes: provocations of which one must strike, and what has to be vouched for."""
    needed = [f"{_among(rule.provoked_by)} struck"] if rule.provoked_by else []
    if rule.vouched:
        needed.append(f"{code(rule.vouched)} to convict of what may be its user's doing")
    return "; ".join(needed)


def _among(names: Iterable[str]) -> str:
    return " or ".join(code(name) for name in names)
