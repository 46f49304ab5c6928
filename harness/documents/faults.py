"""Every kind of fault on one page: what it does, what it takes, what the client gets to see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.documents.tables import code, page, prose, table
from mockserver import FAULT_KINDS, FAULT_WAYS, FaultSetting, Phase

#: What happened by the time a request comes to a place, as docs/faults.md says at length.
_PLACES: Mapping[Phase, str] = {
    Phase.AT_CONNECT: "a connection was taken, and nothing is read yet",
    Phase.BEFORE_GATE: "the request was read, and nothing is judged",
    Phase.BEFORE_HANDLER: "the nonce is spent, and nothing has taken effect",
    Phase.AFTER_HANDLER: "the effect stands, and only the answer is to come",
}


def faults_page() -> str:
    """Return docs/fault-kinds.md."""
    return page(_lines())


def _lines() -> Iterator[str]:
    yield "# Every kind of fault"
    yield ""
    yield (
        "How a fault is planned, aimed and counted is told in [planned harm](faults.md); this page lists what there is."
        " Written by `scripts/document`."
    )
    yield ""
    yield from table(("fault", "what happens", "what the client sees", "where"), _kinds())
    yield ""
    yield "The first place is where a fault strikes if nobody says."
    yield ""
    yield from table(("place", "by then"), [(code(place), words) for place, words in _PLACES.items()])
    yield ""
    yield "## Settings"
    yield ""
    yield from table(("fault", "setting", "is", "without it", "means"), _settings())
    yield ""
    for (kind, name), ways in FAULT_WAYS.items():
        yield f"## {code(kind)}: {code(name)}"
        yield ""
        yield from table((name, "what is on the wire"), [(code(way), prose(words)) for way, words in ways.items()])
        yield ""


def _kinds() -> Iterator[tuple[str, ...]]:
    for kind, described in FAULT_KINDS.items():
        yield code(kind), prose(described.does), prose(described.client), ", ".join(map(code, described.places))


def _settings() -> Iterator[tuple[str, ...]]:
    for kind, described in FAULT_KINDS.items():
        for setting in described.settings:
            usual = "" if setting.usual is None else code(_spelled(setting.usual))
            yield code(kind), code(setting.name), _is(setting), usual, prose(setting.note)
        if described.open:
            yield code(kind), "any other", "anything plain", "", "a fact that the text of the refusal may quote"


def _is(setting: FaultSetting) -> str:
    if setting.choices:
        few = setting.choices if len(setting.choices) <= 4 else ()
        return ", ".join(map(code, few)) or "one of many"
    if setting.least is None:
        return {"integers": "a list of integers", "plain": "a text or a number"}.get(setting.kind, setting.kind.value)
    return f"{setting.kind.value}, {setting.least} to {setting.most}"


def _spelled(usual: object) -> str:
    return str(usual).lower() if isinstance(usual, bool) else str(usual) or '""'
