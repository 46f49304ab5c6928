"""Planning a fault: from names that somebody typed to a value that makes sense."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from mockserver.core.fault_kinds import FAULT_KINDS, FaultSetting, SettingKind
from mockserver.core.faults import Fault, FaultKind, Phase
from mockserver.errors import SettingsError

if TYPE_CHECKING:
    from mockserver.core.endpoint import Endpoint

#: One name or several; None for any.
Names: TypeAlias = "str | Sequence[str] | None"


def fault_of(
    *,
    fault: str | FaultKind,
    at: str | Phase | None = None,
    key: str | None = None,
    operation: Names = None,
    endpoint: Names = None,
    times: int | None = 1,
    skip: int = 0,
    every: int = 1,
    probability: float | None = None,
    seed: int = 0,
    settings: Mapping[str, object],
    served: Iterable[Endpoint],
) -> Fault:
    """Return a fault from names that somebody typed; `served` are the endpoints that there are.

    Raises:
        SettingsError: There is no such fault, place, operation or endpoint, or a setting makes no sense. Nobody may
            find that out only when the fault strikes, for then it would be taken for the client's doing, or never.
    """
    try:
        kind = FaultKind(fault)
        place = FAULT_KINDS[kind].places[0] if at is None else Phase(at)
    except ValueError as error:
        raise SettingsError(f"{error}: faults are {', '.join(FaultKind)}; places are {', '.join(Phase)}") from None
    if place not in FAULT_KINDS[kind].places:
        raise SettingsError(f"{kind} strikes at {', '.join(FAULT_KINDS[kind].places)}, not at {place}")
    if place is Phase.AT_CONNECT and (key is not None or operation is not None or endpoint is not None):
        raise SettingsError("a connection has no key, operation or endpoint yet")
    if skip < 0 or (times is not None and times < 0):
        raise SettingsError("a fault cannot strike or pass less than zero times")
    if every < 1:
        raise SettingsError("a fault strikes every so-manieth request: 1 for each, 2 for every other")
    if probability is not None and not 0 <= probability <= 1:
        raise SettingsError("a probability is from 0 to 1")
    served = tuple(served)
    check_settings(kind, settings)
    return Fault(
        kind=kind,
        phase=place,
        key=key,
        operation=_names(operation, "operation", {one.operation for one in served if one.operation is not None}),
        endpoint=_names(endpoint, "endpoint", {one.name for one in served}),
        skip=skip,
        every=every,
        probability=probability,
        seed=seed,
        times=times,
        settings=dict(settings),
    )


def check_settings(kind: FaultKind, settings: Mapping[str, object]) -> None:
    """Check the settings of a fault against the description of its kind.

    Raises:
        SettingsError: One is not known, or not what it has to be. `None` stands for a setting that is not given.
    """
    described = FAULT_KINDS[kind]
    known = {setting.name: setting for setting in described.settings}
    for name, value in settings.items():
        setting = known.get(name)
        if setting is None:
            if not described.open:
                taken = f"it takes {', '.join(sorted(known))}" if known else "it takes none"
                raise SettingsError(f"{kind} has no setting {name[:80]!r}: {taken}")
        elif value is not None and not _fits(setting, value):
            raise SettingsError(f"{name} must be {_wanted(setting)}")
    if kind is FaultKind.INTERIM and settings.get("status") == 101:
        raise SettingsError("a 101 would end HTTP on the connection")


def _names(names: Names, what: str, known: set[str]) -> str | tuple[str, ...] | None:
    """Return names that are known, as a fault has them."""
    if names is None:
        return None
    several = [names] if isinstance(names, str) else list(names)
    if not several or not all(isinstance(name, str) for name in several):
        raise SettingsError(f"{what} must be a name or a list of names")
    if strange := [name for name in several if name not in known]:
        raise SettingsError(f"there is no {what} {strange[0][:80]!r} here; there are {', '.join(sorted(known))}")
    return names if isinstance(names, str) else tuple(several)


def _fits(setting: FaultSetting, value: object) -> bool:
    whole = isinstance(value, int) and not isinstance(value, bool)
    match setting.kind:
        case SettingKind.INTEGER:
            return whole and _within(setting, value)
        case SettingKind.NUMBER:
            return (whole or isinstance(value, float)) and _within(setting, value)
        case SettingKind.TEXT:
            return isinstance(value, str)
        case SettingKind.TRUTH:
            return isinstance(value, bool)
        case SettingKind.CHOICE:
            return isinstance(value, str) and value in setting.choices
        case SettingKind.INTEGERS:
            return isinstance(value, list | tuple) and all(type(index) is int for index in value)
        case SettingKind.PLAIN:
            return whole or isinstance(value, str | float)


def _within(setting: FaultSetting, value: object) -> bool:
    if not isinstance(value, int | float):
        return False
    least, most = setting.least, setting.most
    return (least is None or least <= value) and (most is None or value <= most)  # what is no number is not within


def _wanted(setting: FaultSetting) -> str:
    match setting.kind:
        case SettingKind.INTEGER | SettingKind.NUMBER:
            what = "an integer" if setting.kind is SettingKind.INTEGER else "a number"
            return f"{what} from {setting.least} to {setting.most}"
        case SettingKind.TEXT:
            return "text"
        case SettingKind.TRUTH:
            return "true or false"
        case SettingKind.CHOICE:
            return f"one of {', '.join(setting.choices)}"
        case SettingKind.INTEGERS:
            return "a list of integers"
        case SettingKind.PLAIN:
            return "a text or a number"
