"""Shapes and parameters as JSON Schema (2020-12, as OpenAPI 3.1 uses it)."""

from __future__ import annotations

from decimal import Decimal
from typing import TypeAlias, assert_never

from mockserver import Dialect, Parameter, ParameterKind, Shape, ShapeKind

Schema: TypeAlias = dict[str, object]

_DECIMAL = r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$"
_DIGITS = r"^-?(?:0|[1-9][0-9]*)$"


def shape_schema(shape: Shape | None) -> Schema:
    """Return the schema of a shape; of none, one that holds for anything."""
    if shape is None:
        return {}
    schema = _shape(shape)
    return schema | {"description": shape.note} if shape.note else schema


def _shape(shape: Shape) -> Schema:
    match shape.kind:
        case ShapeKind.ANYTHING:
            return {}
        case ShapeKind.NULL:
            return {"type": "null"}
        case ShapeKind.FLAG:
            return {"type": "boolean"}
        case ShapeKind.INTEGER:
            return {"type": "integer"} | ({"enum": [int(one) for one in shape.choices]} if shape.choices else {})
        case ShapeKind.NUMBER:
            return {"type": "number"}
        case ShapeKind.TEXT:
            return {"type": "string"} | _choices(shape) | ({"pattern": f"^(?:{shape.form})$"} if shape.form else {})
        case ShapeKind.DIGITS:
            return {"type": "string", "pattern": _DIGITS}
        case ShapeKind.DECIMAL:
            return {"type": "string", "pattern": _decimal(shape.places)}
        case ShapeKind.EITHER:
            return {"anyOf": [shape_schema(one) for one in shape.shapes]}
        case ShapeKind.LISTING:
            return {"type": "array", "items": shape_schema(shape.items)}
        case ShapeKind.ROW:
            return _row(shape)
        case ShapeKind.MAPPING:
            inner: Schema = {"type": "object", "additionalProperties": shape_schema(shape.items)}
            named = inner | ({"propertyNames": {"description": shape.keys}} if shape.keys else {})
            return _or_empty_list(shape, named)
        case ShapeKind.RECORD:
            return _record(shape)
        case _:
            assert_never(shape.kind)


def _choices(shape: Shape) -> Schema:
    return {"enum": list(shape.choices)} if shape.choices else {}


def _decimal(places: int | None) -> str:
    if places is None:
        return _DECIMAL
    return rf"^-?(?:0|[1-9][0-9]*)\.[0-9]{{{places}}}$" if places else _DIGITS


def _row(shape: Shape) -> Schema:
    members = shape.members or {}
    places = [{"title": name} | shape_schema(inner) for name, inner in members.items()]
    least = len(members) - len(shape.optional)
    return {"type": "array", "prefixItems": places, "items": False, "minItems": least, "maxItems": len(members)}


def _record(shape: Shape) -> Schema:
    members = shape.members or {}
    required = [name for name in members if name not in shape.optional]
    schema: Schema = {
        "type": "object",
        "properties": {name: shape_schema(inner) for name, inner in members.items()},
        "additionalProperties": False,
    }
    return _or_empty_list(shape, schema | ({"required": required} if required else {}))


def _or_empty_list(shape: Shape, schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "array", "maxItems": 0}]} if shape.empty_list else schema


def parameter_schema(dialect: Dialect, parameter: Parameter) -> Schema:
    """Return the schema of a parameter's value where it travels: text in a query or form, JSON in a JSON body."""
    schema = _parameter(dialect, parameter)
    if parameter.default is not None:
        schema["default"] = _default(parameter)
    return schema


def _parameter(dialect: Dialect, parameter: Parameter) -> Schema:
    in_json = parameter.place == "json"
    match parameter.kind:
        case ParameterKind.CHOICE:
            numbers = [int(one) for one in parameter.choices if one.isdecimal()] if in_json else []
            return {"enum": [*parameter.choices, *numbers]}
        case ParameterKind.INTEGER | ParameterKind.DECIMAL:
            kind = "integer" if parameter.kind is ParameterKind.INTEGER else "number"
            if parameter.form:
                return {"type": "string", "pattern": f"^(?:{parameter.form})$"} | _bounds(parameter, "x-")
            return ({"type": [kind, "string"]} if in_json else {"type": kind}) | _bounds(parameter)
        case ParameterKind.MARKET:
            return {"type": "string", "examples": [dialect.market_name(market.name) for market in dialect.markets]}
        case ParameterKind.CURRENCY:
            currencies = dict.fromkeys(one for market in dialect.markets for one in (market.base, market.quote))
            return {"type": "string", "examples": list(currencies)}
        case ParameterKind.ORDER_ID:
            return {"type": ["string", "integer"] if in_json else "string"}
        case ParameterKind.TEXT | ParameterKind.ADDRESS:
            form: Schema = {"pattern": f"^(?:{parameter.form})$"} if parameter.form else {}
            return {"type": "string"} | form | _lengths(parameter)
        case ParameterKind.JSON:
            return {}
        case _:
            assert_never(parameter.kind)


def _bounds(parameter: Parameter, prefix: str = "") -> Schema:
    bounds = {"minimum": parameter.minimum, "maximum": parameter.maximum}
    return {f"{prefix}{name}": _number(bound) for name, bound in bounds.items() if bound is not None}


def _lengths(parameter: Parameter) -> Schema:
    bounds = {"minLength": parameter.minimum, "maxLength": parameter.maximum}
    return {name: int(bound) for name, bound in bounds.items() if bound is not None}


def _default(parameter: Parameter) -> object:
    text = parameter.default or ""
    numeric = parameter.kind in (ParameterKind.INTEGER, ParameterKind.DECIMAL) and not parameter.form
    try:
        return _number(Decimal(text)) if numeric else text
    except ArithmeticError:
        return text


def _number(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)
