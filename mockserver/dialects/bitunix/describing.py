"""The words that Bitunix's tables of endpoints are written with."""

from __future__ import annotations

from decimal import Decimal

from mockserver.core.endpoint import Beyond, Parameter, ParameterKind

#: A plain decimal number, or in a JSON body a number.
DECIMAL_FORM = r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?"


def given(
    name: str,
    kind: ParameterKind,
    *,
    required: bool = True,
    place: str = "json",
    choices: tuple[str, ...] = (),
    least: int | None = None,
    most: int | None = None,
    default: str | None = None,
    beyond: Beyond = Beyond.REFUSED,
    note: str = "",
) -> Parameter:
    """Describe one parameter."""
    return Parameter(
        name=name,
        kind=kind,
        required=required,
        place=place,
        choices=choices,
        minimum=None if least is None else Decimal(least),
        maximum=None if most is None else Decimal(most),
        form=DECIMAL_FORM if kind is ParameterKind.DECIMAL else "",
        beyond=beyond,
        default=default,
        note=note,
    )


def asked_if_liked(
    name: str,
    kind: ParameterKind,
    *,
    place: str = "json",
    choices: tuple[str, ...] = (),
    most: int | None = None,
    default: str | None = None,
    beyond: Beyond = Beyond.REFUSED,
    note: str = "",
) -> Parameter:
    """Describe a parameter that may be left out."""
    return given(
        name,
        kind,
        required=False,
        place=place,
        choices=choices,
        most=most,
        default=default,
        beyond=beyond,
        note=note,
    )


def filtered(name: str, kind: ParameterKind, *, place: str = "json", note: str = "") -> Parameter:
    """Describe a filter: one that makes no sense is one that nothing passes."""
    return asked_if_liked(name, kind, place=place, beyond=Beyond.TAKEN, note=note)


def counted(name: str, *, default: int, most: int, place: str = "json") -> Parameter:
    """Describe a limit or a page: an ill-formed one is the default, one too large the most there is."""
    return asked_if_liked(name, ParameterKind.INTEGER, place=place, most=most, default=str(default), beyond=Beyond.CUT)
