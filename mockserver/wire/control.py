"""Control over HTTP, below `/_noncense/`: for who stands at the exchange's side, not for its clients.

Without a token it answers to local Host headers alone, so that no web page can reach it by a name of its own. Bound
beyond loopback it requires a token, and then the name does not matter.
"""

from __future__ import annotations

import hmac
import ipaddress
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from mockserver.core.answers import Answer
from mockserver.errors import MockServerError, StoreError
from mockserver.wire.control_document import described
from mockserver.wire.line import ENDS, Line, Spoken
from mockserver.wire.rooms import accounts, clock, faults, journal, keys, market, switches
from mockserver.wire.rooms.house import House
from mockserver.wire.route import Asked, Missing, Route, Spelt
from mockserver.wire.schemas import TEXT, Schema, answer, listing
from mockserver.wire.showing import Showing, text_of_json
from mockserver.wire.viewers import Viewers
from mockserver.wire.writing import write_answer

if TYPE_CHECKING:
    from mockserver.clock import Clock
    from mockserver.core.exchange import Exchange
    from mockserver.wire.outbox import Outbox
    from mockserver.wire.striking import Striker
    from signer import Request

CONTROL_PATH = "/_noncense/"
CONTROL_PREFIX = CONTROL_PATH.encode("ascii")

#: What an activation link begins with, behind host and port.
ACTIVATION_PATH = f"{CONTROL_PATH}activate/"

_ROOMS = (switches, keys, accounts, clock, faults, journal, market)

#: Schemas that have a name in the document.
NAMED: Mapping[str, Schema] = {name: schema for room in _ROOMS for name, schema in room.NAMED.items()} | {
    "Error": answer({"error": TEXT})
}


class Control:
    """Answers what is asked below `/_noncense/`.

    Attributes:
        routes: Everything that can be asked.
        viewers: Who looks on at the journal.
    """

    def __init__(self, exchange: Exchange, clock: Clock, striker: Striker, outbox: Outbox | None = None) -> None:
        self._outbox = outbox
        self._settings = exchange.settings
        showing = Showing(exchange)
        self.viewers = Viewers(exchange.journal, showing)
        house = House(exchange=exchange, clock=clock, striker=striker, showing=showing, viewers=self.viewers)
        lobby = Route(
            method="GET",
            path="",
            does="Which rooms there are.",
            handle=self._rooms,
            gives=answer({"exchange": TEXT, "rooms": listing(TEXT), "described": TEXT}),
        )
        document = Route(
            method="GET",
            path="openapi.json",
            does="This document.",
            handle=lambda asked: described(self.routes, NAMED),
            gives={"type": "object"},
        )
        self._name = exchange.dialect.name
        self.routes = (lobby, document, *(route for room in _ROOMS for route in room.routes(house)))

    async def serve(
        self, request: Request, line: Line, now_ms: int, *, keep_alive: bool, oversized: bool = False
    ) -> Spoken:
        """Answer one request; one whose body was too large to be read is not obeyed."""
        bodiless = request.method == "HEAD"
        if oversized:
            answered = _json(413, {"error": "the body is too large"})
        else:
            found = self._found(request, now_ms)
            if isinstance(found, Answer):
                answered = found
            else:
                route, asked = found
                if route.live is not None and not bodiless:
                    spoken = await route.live(asked, line)
                    if spoken is not None:
                        return spoken
                answered = self._handled(route, asked)
        line.say(write_answer(answered, now_ms, keep_alive=keep_alive, old=False, bodiless=bodiless))
        await line.drained()
        return line.stays if keep_alive else ENDS

    def answer(self, request: Request, now_ms: int) -> Answer:
        """Find the answer to a request that takes no time; nothing that somebody sends here makes it raise."""
        found = self._found(request, now_ms)
        return found if isinstance(found, Answer) else self._handled(*found)

    def _found(self, request: Request, now_ms: int) -> tuple[Route, Asked] | Answer:
        """Return what is asked and of whom, or why nothing can be."""
        try:
            return self._understood(request, now_ms)
        except RecursionError:
            return _json(400, {"error": "the body is nested too deeply"})
        except (MockServerError, ValueError, TypeError) as error:
            return _json(400, {"error": str(error)})

    def _handled(self, route: Route, asked: Asked) -> Answer:
        try:
            value = route.handle(asked) if self._outbox is None else self._outbox.kept(lambda: route.handle(asked))
        except Missing as error:
            return _json(404, {"error": str(error)})
        except StoreError as error:
            return _json(503, {"error": str(error)})
        except (MockServerError, ValueError, TypeError) as error:
            return _json(400, {"error": str(error)})
        if isinstance(value, Spelt):
            body = value.text.encode("utf-8", "replace")
            return Answer(status=route.status, body=body, content_type=value.content_type, headers=_NO_STORE)
        return _json(route.status, value)

    def _understood(self, request: Request, now_ms: int) -> tuple[Route, Asked] | Answer:
        refusal = self._refusal(request)
        if refusal is not None:
            return _json(403, {"error": refusal})
        path = request.path[len(CONTROL_PREFIX) :].decode("utf-8", "replace")
        segments = tuple(path.split("/"))
        method = "GET" if request.method == "HEAD" else request.method
        matching = [(route, names) for route in self.routes if (names := route.match(segments)) is not None]
        for route, names in matching:
            if route.method == method:
                last = [value.decode("latin-1") for value in request.values(b"Last-Event-ID")]
                asked = Asked(
                    names=names,
                    query=route.read_query(request.query),
                    body=_body(request),
                    now_ms=now_ms,
                    url=self._url(request),
                    last_event=last[0] if last else None,
                )
                route.check_body(asked.body, NAMED)
                return route, asked
        if matching:
            known = ", ".join(sorted({route.method for route, _ in matching}))
            return _json(405, {"error": f"{method} is not among {known}"}, Allow=known)
        return _json(404, {"error": f"there is no /_noncense/{path[:80]}"})

    def _rooms(self, asked: Asked) -> object:
        rooms = dict.fromkeys(route.path.split("/")[0] for route in self.routes if route.path)
        return {"exchange": self._name, "rooms": list(rooms), "described": f"{CONTROL_PATH}openapi.json"}

    def _url(self, request: Request) -> str:
        hosts = request.values(b"Host")
        host = hosts[0].decode("latin-1") if hosts else "localhost"
        return f"{'http' if self._settings.tls is None else 'https'}://{host}"

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


_NO_STORE = (("Cache-Control", "no-store"),)
_HOST = re.compile(
    rb"(?:(?P<name>(?:[a-z0-9-]{1,63}\.)?localhost)|(?P<v4>[0-9.]{7,15})|\[(?P<v6>[0-9a-f:.]{2,45})\])(?::[0-9]{1,5})?",
    re.IGNORECASE,
)


def _json(status: int, value: object, **headers: str) -> Answer:
    return Answer(
        status=status,
        body=text_of_json(value).encode("utf-8", "replace"),
        headers=(*_NO_STORE, *headers.items()),
    )


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
