"""Where things stand in a request: parameters, content types, lengths, nonces told twice, the client's name."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from harness import arrivals
from harness.cases import Call, Case
from harness.judging import Broken, Judgement
from harness.observation import Observation
from harness.properties.evidence import enough
from harness.setting import Setting
from harness.strategies import calls
from mockserver import Access, Dialect, Endpoint, Entry
from signer import Request

#: Exchanges that document, or were seen, to refuse a POST with a query.
REFUSES_QUERIES = frozenset({"reference", "exmo"})
#: What travels as a form, and what as JSON.
TYPES: Mapping[str, str] = {"form": "application/x-www-form-urlencoded", "json": "application/json"}
#: What HTTP stacks call themselves when nobody told them who uses them.
STACKS = re.compile(
    r"(python-requests|python-urllib|python-httpx|python|aiohttp|urllib3|httpx|node|node-fetch|undici|axios|got|curl"
    r"|libcurl|go-http-client|java|java-http-client|apache-httpclient|okhttp|guzzlehttp|php|ruby|faraday|restsharp"
    r"|reqwest|hyper|dart|wget|libwww-perl|mozilla)/.*",
    re.IGNORECASE,
)
_PRODUCT = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+/[!#$%&'*+.^_`|~0-9A-Za-z-]*\d.*")
_APART = re.compile(r"([A-Za-z][^\s/;()]*) v?(\d+\.[\w.+-]*)(?=[\s;)]|$)")
_LARGE = 20_000


# --- oracles


def parameters_in_one_place(case: Case, observation: Observation) -> Judgement:
    """No POST has a query where that is refused, and no parameter stands in the query and in the body."""
    seen: Counter[str] = Counter()
    for entry in _with_keys(observation):
        request = entry.request
        if request.query and request.method == "POST" and observation.setting.dialect.name in REFUSES_QUERIES:
            return Broken(
                summary=f"A POST carries the query {request.query.decode('latin-1')!r}; parameters belong in its body.",
                diagnosis=("QUERY-ON-POST",),
                culprits=(entry,),
            )
        try:
            twice = {name for name, _ in arrivals.pairs(request.query)} & _names_in(request.body)
        except arrivals.Unreadable:
            continue
        if twice:
            return Broken(
                summary=f"Parameters travel in the query and in the body: {', '.join(sorted(twice))}.",
                diagnosis=("PARAMETER-IN-TWO-PLACES",),
                culprits=(entry,),
            )
        seen["requests"] += 1
        seen["POST"] += request.method == "POST"
    return enough(observation, seen)


def _with_keys(observation: Observation) -> Iterator[Entry]:
    """Return every request that carries a key of the case, those that were refused before anybody looked at it too."""
    read = observation.setting.dialect.scheme.read
    keys = {view.credentials.key for view in observation.keys.values()}
    entries = {entry.number: entry for view in observation.keys.values() for entry in view.entries}
    entries.update((entry.number, entry) for entry in observation.others)
    return (entry for _, entry in sorted(entries.items()) if read(entry.request).key in keys)


def _names_in(body: bytes) -> set[str]:
    return set(arrivals.parameters(Request(method="POST", target=b"/", headers=(), body=body)))


def documented_form(case: Case, observation: Observation) -> Judgement:
    """A body has the documented content type, and the form that it announces."""
    seen: Counter[str] = Counter()
    dialect = observation.setting.dialect
    for entry in _with_keys(observation):
        request = entry.request
        seen["requests"] += 1
        if not request.body:
            continue
        wanted = _form_of(dialect, arrivals.endpoint_of(observation.setting, entry))
        if (problem := _misplaced(request, wanted)) is not None:
            what = f"{request.method} {request.path.decode('latin-1')}"
            return Broken(summary=f"{what} {problem[1]}.", diagnosis=(problem[0],), culprits=(entry,))
        seen["bodies"] += 1
    return enough(observation, seen)


def _form_of(dialect: Dialect, endpoint: Endpoint | None) -> str:
    """Return what a body of an endpoint is, "form" or "json"; where it takes nothing, what the others' bodies are."""
    private = [other for other in dialect.endpoints if other.access is not Access.PUBLIC]
    for one in (*((endpoint,) if endpoint else ()), *private):
        for parameter in one.parameters:
            if parameter.place in TYPES:
                return str(parameter.place)
    return "json"


def _misplaced(request: Request, wanted: str) -> tuple[str, str] | None:
    """Return the code and the words for a body that is not as documented; None for one that is."""
    if request.method == "GET":
        return "BODY-OF-ANOTHER-FORM", "carries a body, which no GET is documented to have"
    types = [value.decode("latin-1") for value in request.values(b"content-type")]
    media = {one.partition(";")[0].strip().lower() for one in types}
    if media != {TYPES[wanted]}:
        shown = " and ".join(sorted(types)) or "no content type"
        return "CONTENT-TYPE-DIFFERS", f"has {shown}, where {TYPES[wanted]} is documented"
    if wanted == "form" and request.body[:1] in (b"{", b"["):
        return "BODY-OF-ANOTHER-FORM", "announces a form and carries JSON"
    if wanted == "json" and not _is_json(request.body):
        return "BODY-OF-ANOTHER-FORM", "announces JSON and carries something else"
    return None


def _is_json(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except (ValueError, RecursionError):
        return False


def told_its_length(case: Case, observation: Observation) -> Judgement:
    """Bodies come with a Content-Length, not in chunks."""
    seen: Counter[str] = Counter()
    for _view, entry in observation.private():
        request = entry.request
        if any(b"chunked" in value.lower() for value in request.values(b"transfer-encoding")):
            return Broken(
                summary=f"A body of {len(request.body)} bytes was sent in chunks, without a length.",
                diagnosis=("BODY-IN-CHUNKS",),
                culprits=(entry,),
            )
        seen["requests"] += 1
        seen["bodies"] += bool(request.body)
        seen["large bodies"] += len(request.body) >= _LARGE
    return enough(observation, seen)


def freshness_told_once(case: Case, observation: Observation) -> Judgement:
    """A nonce or timestamp that stands in several places reads the same in all of them."""
    seen: Counter[str] = Counter()
    places = observation.setting.dialect.scheme.places
    for _view, entry in observation.private():
        for field in ("nonce", "timestamp"):
            if field not in places:
                continue
            values = _values_of(places[field], entry, arrivals.endpoint_of(observation.setting, entry))
            if len(set(values)) > 1:
                shown = " and ".join(dict.fromkeys(values))
                return Broken(
                    summary=f"One request tells its {field} in several places, and differently: {shown}.",
                    diagnosis=("FRESHNESS-DISAGREES",),
                    culprits=(entry,),
                )
            seen["two places"] += len(values) > 1
        seen["requests"] += 1
    return enough(observation, seen)


def _values_of(place: str, entry: Entry, endpoint: Endpoint | None) -> Sequence[str]:
    """Return what stands under the name of a field: in headers, and in parameters that no endpoint describes."""
    where, _, name = place.rpartition(" ")
    request = entry.request
    found = [value.decode("latin-1").strip() for value in request.values(name.encode().lower())]
    own = {parameter.name.lower() for parameter in endpoint.parameters} if endpoint is not None else set()
    if name.lower() in own and where.startswith("header"):
        return found
    try:
        arrived = arrivals.parameters(request)
    except arrivals.Unreadable:
        return found
    return found + [str(one) for given, values in arrived.items() if given.lower() == name.lower() for one in values]


def names_itself(case: Case, observation: Observation) -> Judgement:
    """The User-Agent names the client and its version, not the library below it alone."""
    seen: Counter[str] = Counter()
    for entry in (*(entry for _view, entry in observation.private()), *observation.others):
        agents = [value.decode("latin-1").strip() for value in entry.request.values(b"user-agent")]
        agent = " ".join(agents)
        if not agent:
            return Broken(
                summary="A request carries no User-Agent.", diagnosis=("CLIENT-NOT-NAMED",), culprits=(entry,)
            )
        # A version that stands a blank behind its name names as well as one behind a slash.
        words = _APART.sub(r"\1/\2", agent).split()
        if not any(_PRODUCT.match(word) and not STACKS.fullmatch(word) for word in words):
            return Broken(
                summary=f"The User-Agent {agent!r} names no client with its version.",
                diagnosis=("CLIENT-NOT-NAMED",),
                culprits=(entry,),
            )
        seen["requests"] += 1
    return enough(observation, seen)


# --- strategies


def large_and_small(setting: Setting) -> Sequence[Case]:
    """Return calls with bodies of a few bytes and of many."""
    plain = tuple(calls.plain_calls(setting))
    found = [Case(steps=plain)]
    if setting.can("raw") and "POST" in calls.raw_methods(setting):
        for size in (1, 2_000, _LARGE, 3 * _LARGE):
            found.append(Case(steps=(calls.raw(setting, {"xvalue": "a" * size}, method="POST"),)))
    elif setting.can("withdraw"):
        params = {"currency": calls.withdrawable(setting), "amount": "0.5", "address": "a" * _LARGE}
        found.append(Case(steps=(Call(operation="withdraw", params=params),)))
    return found


def filled_posts(setting: Setting) -> Sequence[Case]:
    """Return every plain call, and raw ones with parameters by each method."""
    found = [Case(steps=tuple(calls.plain_calls(setting)))]
    if setting.can("raw"):
        params = {"xone": "1", "xtwo": "b c", "xlist": ["a", "b"]}
        found += [Case(steps=(calls.raw(setting, params, method=method),)) for method in calls.raw_methods(setting)]
    return found
