"""Planned harm: what there is, what is planned, and how much of it has happened."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.core.fault_kinds import FAULT_KINDS, FAULT_WAYS
from mockserver.core.faults import FaultKind, Phase, PlannedFault
from mockserver.core.planning import Names, fault_of
from mockserver.errors import SettingsError
from mockserver.wire.entry_json import planned_object
from mockserver.wire.rooms.house import House
from mockserver.wire.route import Asked, Missing, Object, Route
from mockserver.wire.schemas import (
    ANYTHING,
    TEXT,
    TRUTH,
    WHOLE,
    Schema,
    among,
    answer,
    listing,
    named,
    or_null,
    record,
    said,
)

_COUNT: Schema = {"type": "integer", "minimum": 0}
_NAMES: Schema = {"anyOf": [TEXT, listing(TEXT), {"type": "null"}]}

#: A setting: text, a number, a truth, or a list of them; nothing nested.
_ATOM: Schema = {"anyOf": [{"type": kind} for kind in ("string", "number", "boolean", "null")]}
_PLAIN: Schema = {"anyOf": [_ATOM, listing(_ATOM)]}

_AIM: Mapping[str, Schema] = {
    "fault": said(among(tuple(FaultKind)), "what happens"),
    "at": said(among(tuple(Phase)), "where; where the kind usually strikes without it"),
    "key": said(or_null(TEXT), "requests that name this API key; any without it"),
    "operation": said(_NAMES, "requests that serve one of these operations of the contract"),
    "endpoint": said(_NAMES, "requests to one of these endpoints of the dialect"),
    "skip": said(_COUNT, "so many matching requests pass first"),
    "every": said({"type": "integer", "minimum": 1}, "each so-manieth of the others is struck"),
    "probability": said(or_null({"type": "number", "minimum": 0, "maximum": 1}), "how likely each of those is"),
    "seed": said(WHOLE, "of the probability"),
    "times": said(or_null(_COUNT), "how often it strikes; null for ever"),
}

NAMED: Mapping[str, Schema] = {
    "FaultPlan": record(_AIM, required=("fault",), more=_PLAIN),
    "Fault": record(
        {
            "id": WHOLE,
            **_AIM,
            "seen": said(WHOLE, "how many requests have matched"),
            "struck": said(WHOLE, "how often it has struck"),
            "spent": said(TRUTH, "whether it will never strike again"),
            "batches": said(listing(WHOLE), "of a hold: how many requests each batch held"),
        },
        required=("id", *_AIM, "seen", "struck", "spent", "batches"),
        more=_PLAIN,
    ),
    "FaultKind": answer(
        {
            "fault": among(tuple(FaultKind)),
            "does": TEXT,
            "client": said(TEXT, "what the client sees"),
            "places": listing(among(tuple(Phase))),
            "settings": listing(
                answer(
                    {
                        "name": TEXT,
                        "is": TEXT,
                        "means": TEXT,
                        "least": or_null(WHOLE),
                        "most": or_null(WHOLE),
                        "usual": ANYTHING,
                        "choices": {"type": "object", "additionalProperties": TEXT},
                    }
                )
            ),
        }
    ),
}


def routes(house: House) -> tuple[Route, ...]:
    """Return what can be asked here."""
    room = _Faults(house)
    fault, several = named("Fault"), answer({"faults": listing(named("Fault"))})
    return (
        Route(
            method="GET", path="faults", handle=room.all, gives=several, query={"key": TEXT, "spent": TRUTH},
            does="Every fault that may still strike, and the newest that will not, and how much of them has happened.",
        ),
        Route(
            method="POST", path="faults", handle=room.plan, takes=named("FaultPlan"), gives=fault, status=201,
            does="Plan a fault: what, where, for whom, how often, and the settings of its kind.",
        ),
        Route(
            method="DELETE", path="faults", handle=room.clear, gives=several, query={"key": TEXT},
            does="Take every fault out of the plan, or every one of a key.",
        ),
        Route(
            method="GET", path="faults/{id}", does="One fault, and how much of it has happened.", handle=room.one,
            gives=fault,
        ),
        Route(
            method="DELETE", path="faults/{id}", does="Take a fault out of the plan.", handle=room.remove, gives=fault
        ),
        Route(
            method="GET", path="fault-kinds", does="Every kind of fault: what it does, takes, and where it strikes.",
            handle=room.kinds, gives=answer({"kinds": listing(named("FaultKind"))}),
        ),
    )  # fmt: skip


class _Faults:
    def __init__(self, house: House) -> None:
        self._house = house
        self._plan = house.exchange.faults

    def all(self, asked: Asked) -> Object:
        key, spent = asked.query.get("key"), asked.query.get("spent")
        known = [
            planned_object(planned)
            for planned in self._plan.known()
            if (key is None or planned.fault.key == key) and (spent is None or planned.spent is spent)
        ]
        return {"faults": known}

    def plan(self, asked: Asked) -> Object:
        body = asked.body
        probability = body.get("probability")
        fault = fault_of(
            fault=str(body["fault"]),
            at=_text(body, "at"),
            key=_text(body, "key"),
            operation=_names(body, "operation"),
            endpoint=_names(body, "endpoint"),
            times=None if "times" in body and body["times"] is None else _whole(body, "times", 1),
            skip=_whole(body, "skip", 0),
            every=_whole(body, "every", 1),
            probability=float(probability) if isinstance(probability, int | float) else None,
            seed=_whole(body, "seed", 0),
            settings={name: value for name, value in body.items() if name not in _AIM},
            served=self._house.exchange.dialect.endpoints,
        )
        return planned_object(self._plan.add(fault))

    def clear(self, asked: Asked) -> Object:
        key = asked.query.get("key")
        for planned in self._plan.known():
            if key is None or planned.fault.key == key:
                self._drop(planned)
        return self.all(Asked(names={}, query={}, body={}, now_ms=asked.now_ms))

    def one(self, asked: Asked) -> Object:
        return planned_object(self._known(asked.names["id"]))

    def remove(self, asked: Asked) -> Object:
        planned = self._known(asked.names["id"])
        self._drop(planned)
        return planned_object(planned)

    def kinds(self, asked: Asked) -> Object:
        kinds = [
            {
                "fault": kind.value,
                "does": described.does,
                "client": described.client,
                "places": [place.value for place in described.places],
                "settings": [
                    {
                        "name": setting.name,
                        "is": setting.kind.value,
                        "means": setting.note,
                        "least": setting.least,
                        "most": setting.most,
                        "usual": setting.usual,
                        "choices": dict(FAULT_WAYS.get((kind, setting.name)) or dict.fromkeys(setting.choices, "")),
                    }
                    for setting in described.settings
                ],
            }
            for kind, described in FAULT_KINDS.items()
        ]
        return {"kinds": kinds}

    def _drop(self, planned: PlannedFault) -> None:
        self._plan.drop(planned)
        self._house.striker.holds.let_go(planned)

    def _known(self, name: str) -> PlannedFault:
        for planned in self._plan.known():
            if str(planned.number) == name:
                return planned
        raise Missing(f"there is no fault {name[:20]}")


def _text(body: Mapping[str, object], name: str) -> str | None:
    value = body.get(name)
    return value if isinstance(value, str) else None


def _names(body: Mapping[str, object], name: str) -> Names:
    value = body.get(name)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list):
        return [str(word) for word in value]
    raise SettingsError(f"{name} must be a name or a list of names")


def _whole(body: Mapping[str, object], name: str, usual: int) -> int:
    value = body.get(name)
    return value if isinstance(value, int) else usual
