"""What an adapter answers becomes a typed value, or the adapter's fault."""

from __future__ import annotations

from collections.abc import Mapping

from harness.adapter import KINDS, PROTOCOL
from harness.drivers.driver import CannotTry, Description, Failed, Reply, Succeeded
from harness.errors import AdapterFault

_SHOWN = 300


def read_description(result: object) -> Description:
    """Read the answer to `describe`. Operations and features that we have never heard of are kept, and harm nobody.

    Raises:
        AdapterFault: `json_rpc`: a field is missing or of another type, or the adapter speaks another protocol.
    """
    if not isinstance(result, Mapping):
        raise malformed("describe", f"the result is {shown(result)}, not an object")
    protocol = result.get("protocol")
    if protocol != PROTOCOL or isinstance(protocol, bool):
        raise malformed("describe", f"the adapter speaks protocol {shown(protocol)}, we speak {PROTOCOL}")
    return Description(
        name=_text(result, "name", "describe"),
        version=_text(result, "version", "describe"),
        language=_text(result, "language", "describe"),
        dialects=_texts(result, "dialects"),
        operations=frozenset(_texts(result, "operations")),
        features=frozenset(_texts(result, "features")),
        homepage=_optional_text(result, "homepage", "describe"),
        issues=_optional_text(result, "issues", "describe"),
        http_stack=_optional_text(result, "http_stack", "describe"),
    )


def read_reply(result: object, method: str, *, details: str = "") -> Reply:
    """Read the answer to `call` (`ok`, `error` or `skipped`) or to `open` (`{}` or the last two).

    Args:
        result: The `result` of the JSON-RPC answer.
        method: `open` or `call`, for what is told.
        details: What else a failure shows to the client's user.

    Raises:
        AdapterFault: `json_rpc`: it is none of these, or a field of it is of another type.
    """
    if not isinstance(result, Mapping):
        raise malformed(method, f"the result is {shown(result)}, not an object")
    said = [
        name for name in ("ok", "error", "skipped") if name in result and (name == "ok" or result[name] is not None)
    ]
    match said:
        case ["ok"]:
            return Succeeded(value=result["ok"])
        case ["error"]:
            return _read_failure(result["error"], method, details)
        case ["skipped"]:
            return _read_skipped(result["skipped"], method)
        case [] if method == "open":
            return Succeeded(value=None)
    raise malformed(method, f"the result has to be one of ok, error and skipped, and is {shown(result)}")


def read_texts(result: object, method: str) -> tuple[str, ...]:
    """Read what an adapter that promises `texts` shows of its client's objects: the optional `texts` of an answer.

    Raises:
        AdapterFault: `json_rpc`: it is no list of strings.
    """
    if not isinstance(result, Mapping) or result.get("texts") is None:
        return ()
    return _texts(result, "texts", method)


def malformed(method: str, what: str) -> AdapterFault:
    """Make the fault of an answer that is framed well and means nothing."""
    return AdapterFault("json_rpc", f"{method}: {what}")


def shown(value: object) -> str:
    """Spell a value for a message, on one line of bounded length."""
    text = ascii(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}… ({len(text)} characters)"


def _read_failure(error: object, method: str, details: str) -> Failed:
    if not isinstance(error, Mapping):
        raise malformed(method, f"error is {shown(error)}, not an object")
    kind = error.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise malformed(method, f"{shown(kind)} is no kind of the contract")
    status = error.get("http_status")
    if status is not None and (not isinstance(status, int) or isinstance(status, bool)):
        raise malformed(method, f"http_status is {shown(status)}, not an integer")
    return Failed(
        kind=kind,
        message=_text(error, "message", method),
        type=_optional_text(error, "type", method),
        http_status=status,
        details="\n".join(text for text in (details, _optional_text(error, "details", method)) if text),
    )


def _read_skipped(skipped: object, method: str) -> CannotTry:
    if not isinstance(skipped, Mapping):
        raise malformed(method, f"skipped is {shown(skipped)}, not an object")
    return CannotTry(reason=_text(skipped, "reason", method), url=_optional_text(skipped, "url", method))


def _text(fields: Mapping[str, object], name: str, method: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise malformed(method, f"{name} is {shown(value)}, not a string" if name in fields else f"{name} is missing")
    return value


def _optional_text(fields: Mapping[str, object], name: str, method: str) -> str | None:
    return None if fields.get(name) is None else _text(fields, name, method)


def _texts(fields: Mapping[str, object], name: str, method: str = "describe") -> tuple[str, ...]:
    values = fields.get(name)
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise malformed(method, f"{name} is {shown(values)}, not a list of strings")
    return tuple(values)
