"""Control over HTTP, below `/_noncense/`: for who stands at the exchange's side, not for its clients.

Without a token it answers to local Host headers alone, so that no web page can reach it by a name of its own. Bound
beyond loopback it requires a token, and then the name does not matter.
"""

from __future__ import annotations

import hmac
import ipaddress
import json
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import parse_qs, unquote

from mockserver.core.answers import Answer
from mockserver.errors import MockServerError
from mockserver.wire.line import ENDS, Line, Spoken
from mockserver.wire.rooms import Asked, Missing, Rooms
from mockserver.wire.writing import write_answer

if TYPE_CHECKING:
    from mockserver.clock import Clock
    from mockserver.core.exchange import Exchange
    from mockserver.wire.striking import Striker
    from signer import Request

CONTROL_PATH = "/_noncense/"
CONTROL_PREFIX = CONTROL_PATH.encode("ascii")

#: What an activation link begins with, behind host and port.
ACTIVATION_PATH = f"{CONTROL_PATH}activate/"

Handler: TypeAlias = Callable[[Asked], object]


class Control:
    """Answers what is asked below `/_noncense/`."""

    def __init__(self, exchange: Exchange, clock: Clock, striker: Striker) -> None:
        self._settings = exchange.settings
        rooms = Rooms(exchange, clock, striker)
        #: (room, whether something in it is named, method) to what it does.
        self._routes: Mapping[tuple[str, bool, str], Handler] = {
            ("health", False, "GET"): rooms.health,
            ("keys", False, "GET"): rooms.keys,
            ("keys", False, "POST"): rooms.create_key,
            ("keys", True, "GET"): rooms.key,
            ("keys", True, "POST"): rooms.change_key,
            ("keys", True, "DELETE"): rooms.revoke_key,
            ("activate", True, "GET"): rooms.activate_key,
            ("clock", False, "GET"): rooms.clock,
            ("clock", False, "POST"): rooms.set_clock,
            ("faults", False, "GET"): rooms.faults,
            ("faults", False, "POST"): rooms.plan_fault,
            ("faults", False, "DELETE"): rooms.clear_faults,
            ("faults", True, "GET"): rooms.fault,
            ("faults", True, "DELETE"): rooms.remove_fault,
            ("journal", False, "GET"): rooms.journal,
            ("market", False, "GET"): rooms.market,
            ("limits", False, "GET"): rooms.limits,
            ("limits", False, "POST"): rooms.set_limits,
            ("openapi.json", False, "GET"): lambda asked: self._described(),
        }

    async def serve(
        self, request: Request, line: Line, now_ms: int, *, keep_alive: bool, oversized: bool = False
    ) -> Spoken:
        """Answer one request; one whose body was too large to be read is not obeyed."""
        answer = _answer(413, {"error": "the body is too large"}) if oversized else self.answer(request, now_ms)
        line.say(write_answer(answer, now_ms, keep_alive=keep_alive, old=False, bodiless=request.method == "HEAD"))
        await line.drained()
        return line.stays if keep_alive else ENDS

    def answer(self, request: Request, now_ms: int) -> Answer:
        """Find the answer to a request; nothing that somebody sends here makes it raise."""
        try:
            return self._answer(request, now_ms)
        except Missing as error:
            return _answer(404, {"error": str(error)})
        except RecursionError:
            return _answer(400, {"error": "the body is nested too deeply"})
        except (MockServerError, ValueError, TypeError) as error:
            return _answer(400, {"error": str(error)})

    def _answer(self, request: Request, now_ms: int) -> Answer:
        refusal = self._refusal(request)
        if refusal is not None:
            return _answer(403, {"error": refusal})
        path = request.path[len(CONTROL_PREFIX) :].decode("utf-8", "replace")
        room, _, name = path.partition("/")
        method = "GET" if request.method == "HEAD" else request.method
        handler = self._routes.get((room, bool(name), method))
        if handler is None:
            known = sorted({way for place, named, way in self._routes if place == room and named is bool(name)})
            if known:
                return _answer(405, {"error": f"{method} is not among {', '.join(known)}"}, Allow=", ".join(known))
            return _answer(404, {"error": f"there is no /_noncense/{path[:80]}"})
        asked = Asked(name=unquote(name), query=_query(request), body=_body(request), now_ms=now_ms)
        return _answer(201 if (room, method) in _CREATING and not name else 200, handler(asked))

    def _refusal(self, request: Request) -> str | None:
        """Return why somebody is not let in, or None."""
        origins = request.values(b"Origin")
        if any(not _local_origin(origin) for origin in origins):
            return "web pages of other places are not let in here"
        token = self._settings.control_token
        if token is not None:
            given = [value.decode("latin-1") for value in request.values(b"X-Noncense-Token")]
            bearers = [value.decode("latin-1").partition(" ") for value in request.values(b"Authorization")]
            given += [word for scheme, _, word in bearers if scheme.lower() == "bearer"]
            if any(hmac.compare_digest(word.encode("latin-1"), token.encode("utf-8")) for word in given):
                return None
            return "a token is required: X-Noncense-Token or Authorization: Bearer"
        hosts = request.values(b"Host")
        if len(hosts) == 1 and _local_host(hosts[0]):
            return None
        return "only a local Host is let in here"

    def _described(self) -> object:
        paths: dict[str, dict[str, object]] = {}
        for (room, named, method), handler in self._routes.items():
            path = f"/_noncense/{room}" + ("/{name}" if named else "")
            about = (handler.__doc__ or "This document.").strip().splitlines()[0]
            described: dict[str, object] = {"summary": about, "responses": {"200": {"description": "Done."}}}
            if named:
                described["parameters"] = [
                    {"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}
                ]
            paths.setdefault(path, {})[method.lower()] = described
        return {"openapi": "3.1.0", "info": {"title": "noncense control", "version": "1"}, "paths": paths}


_HOST = re.compile(
    rb"(?:(?P<name>(?:[a-z0-9-]{1,63}\.)?localhost)|(?P<v4>[0-9.]{7,15})|\[(?P<v6>[0-9a-f:.]{2,45})\])(?::[0-9]{1,5})?",
    re.IGNORECASE,
)
_CREATING = frozenset({("keys", "POST"), ("faults", "POST")})


def _answer(status: int, value: object, **headers: str) -> Answer:
    return Answer(
        status=status,
        body=json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"),
        headers=(("Cache-Control", "no-store"), *headers.items()),
    )


def _query(request: Request) -> Mapping[str, str]:
    return {name: values[-1] for name, values in parse_qs(request.query.decode("latin-1")).items()}


def _body(request: Request) -> Mapping[str, object]:
    if not request.body:
        return {}
    value = json.loads(request.body, parse_constant=_no_number)
    if not isinstance(value, dict):
        raise TypeError("the body must be a JSON object")
    return value


def _no_number(text: str) -> object:
    raise ValueError(f"{text} is no JSON")


def _local_origin(origin: bytes) -> bool:
    scheme, found, host = origin.partition(b"://")
    return bool(found) and scheme.lower() in (b"http", b"https") and _local_host(host)


def _local_host(host: bytes) -> bool:
    """Tell whether a name and an optional port, and nothing else, name this machine by no name that can be rebound."""
    match = _HOST.fullmatch(host)
    if match is None:
        return False
    if match["name"] is not None:
        return True
    try:
        return ipaddress.ip_address((match["v4"] or match["v6"]).decode("ascii")).is_loopback
    except ValueError:
        return False
