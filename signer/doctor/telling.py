"""Which request would tell apart what one refused signature may mean.

Explanations are left in a tie where they lead to one and the same text. The request is changed in one respect, or in
two, until they do not: what it then has is what a request must have that tells. Nothing is sent and no key is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from signer.doctor.diagnosis import Diagnosis
from signer.doctor.messages import Message, right_message, variations
from signer.encoding import travelled_bytes
from signer.message import Request
from signer.scheme import Fields, Scheme

#: No explanation is followed into more texts than this.
_MOST_TEXTS = 400

#: Of so many features any two are tried together.
_COMBINED = 6

#: A request with something more about it; None where that cannot be had.
Change = Callable[[Request, Scheme], Request | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What a request must have that tells explanations apart.

    Attributes:
        features: What it has, in words that follow "one with"; none where no request tells.
        groups: The explanations by their places, those together that it does not tell from each other. In a group of
            its own stands whatever nothing else can be taken for.
        tried: How many requests were thought of.
    """

    features: tuple[str, ...]
    groups: tuple[tuple[int, ...], ...]
    tried: int

    @property
    def wholly(self) -> bool:
        """Whether every explanation is told from every other."""
        return all(len(group) == 1 for group in self.groups)


def telling_request(
    scheme: Scheme, request: Request, diagnoses: Sequence[Diagnosis], *, previous: Request | None = None
) -> Telling:
    """Look for a request that explanations of another one would not sign alike.

    Args:
        scheme: How the exchange signs.
        request: The one that was refused.
        diagnoses: Its explanations, two or more of them with as many mistakes each.
        previous: The request before it, where it is known.

    Returns:
        The first request, of those with one feature and then of those with two, that tells the most.
    """
    before = None if previous is None else scheme.read(previous)
    shared = set.intersection(*(set(diagnosis.code.split("+")) for diagnosis in diagnoses))
    mistakes = [tuple(code for code in diagnosis.code.split("+") if code not in shared) for diagnosis in diagnoses]
    fits = [_fitting(scheme, request, codes, before, diagnoses[0].signed) for codes in mistakes]
    best = Telling(features=(), groups=(tuple(range(len(diagnoses))),), tried=0)
    tried = 0
    for features, changed in _pool(scheme, request):
        tried += 1
        texts = [
            _texts(scheme, changed, codes, before, readings) for codes, readings in zip(mistakes, fits, strict=True)
        ]
        groups = _groups(texts)
        if len(groups) > len(best.groups):
            best = Telling(features=features, groups=groups, tried=tried)
        if best.wholly:
            break
    return replace(best, tried=tried)


def _groups(texts: Sequence[frozenset[object]]) -> tuple[tuple[int, ...], ...]:
    """Return the places of sets that have nothing in common with those of other groups."""
    groups: list[tuple[set[int], set[object]]] = []
    for place, own in enumerate(texts):
        places, joined = {place}, set(own)
        for other in [group for group in groups if group[1] & own]:
            groups.remove(other)
            places |= other[0]
            joined |= other[1]
        groups.append((places, joined))
    return tuple(sorted(tuple(sorted(places)) for places, _ in groups))


def _messages(scheme: Scheme, request: Request, codes: Sequence[str], before: Fields | None) -> list[Message]:
    found = [right_message(scheme, request, scheme.read(request))]
    for code in codes:
        found = [deeper for message in found for deeper in variations(scheme, message, before, {code})][:_MOST_TEXTS]
    return found


def _identity(message: Message) -> object:
    """Return what tells a message from another: its text, and the way it is hashed where that is one of its own."""
    own = message.misread is not None and message.misread.digest is not None
    return (message.codes[-1] if own else None, message.text)


def _fitting(
    scheme: Scheme, request: Request, codes: Sequence[str], before: Fields | None, signed: bytes | None
) -> frozenset[int] | None:
    """Return which readings of a mistake lead to the text that was signed, by number; None where they have none."""
    if len(codes) != 1 or signed is None:
        return None
    messages = _messages(scheme, request, codes, before)
    return frozenset(number for number, message in enumerate(messages) if message.text == signed) or None


def _texts(
    scheme: Scheme, request: Request, codes: Sequence[str], before: Fields | None, readings: frozenset[int] | None
) -> frozenset[object]:
    """Return what may be signed instead of the documented text; that text itself where a mistake does not show."""
    messages = _messages(scheme, request, codes, before)
    kept = [message for number, message in enumerate(messages) if readings is None or number in readings] or messages
    right = right_message(scheme, request, scheme.read(request))
    return frozenset(_identity(message) for message in kept or [right])


# --- the pool


def _pool(scheme: Scheme, request: Request) -> Iterator[tuple[tuple[str, ...], Request]]:
    """Yield the request with each feature more, then with each two."""
    single: list[tuple[str, Change, Request]] = []
    for words, change in _FEATURES:
        changed = change(request, scheme)
        if changed is not None:
            single.append((words, change, changed))
            yield (words,), changed
    for (first, _, once), (second, change, _) in combinations(single[:_COMBINED], 2):
        twice = change(once, scheme)
        if twice is not None:
            yield (first, second), twice


def _is_json(request: Request) -> bool:
    return request.body.lstrip().startswith(b"{")


def _with_pairs(form: bytes, json: bytes = b"") -> Change:
    """Return a change that adds pairs to a form or query, or members to a JSON body."""

    def change(request: Request, scheme: Scheme) -> Request | None:
        if _is_json(request):
            inner = request.body.strip()[1:-1]
            joint = b"," if inner.strip() else b""
            return replace(request, body=b"{" + inner + joint + json + b"}") if json else None
        if not form:
            return None
        spelled = form.replace(b"+", b"%20") if b"%20" in request.body + request.query else form
        if request.body:
            return replace(request, body=_before_the_nonce(request.body, spelled, scheme.read(request)))
        query = request.query + b"&" + spelled if request.query else spelled
        return replace(request, target=request.path + b"?" + query)

    return change


def _before_the_nonce(body: bytes, more: bytes, fields: Fields) -> bytes:
    """Add pairs to a form; a nonce that stands last stays there."""
    rest, joint, last = body.rpartition(b"&")
    if fields.nonce is not None and last.partition(b"=")[2] == travelled_bytes(fields.nonce):
        return rest + joint + more + b"&" + last
    return body + b"&" + more


def _longer_path(request: Request, scheme: Scheme) -> Request:
    return replace(request, target=b"/one" + request.target)


def _slash_at_the_end(request: Request, scheme: Scheme) -> Request | None:
    path, query = request.path, request.query
    return None if path.endswith(b"/") else replace(request, target=path + b"/" + (b"?" + query if query else b""))


def _with_a_body(request: Request, scheme: Scheme) -> Request | None:
    changed = replace(request, method="POST", target=request.path, body=b'{"a":"1"}')
    return None if request.body else _still_fresh(changed, request, scheme)


def _with_a_query(request: Request, scheme: Scheme) -> Request | None:
    changed = replace(request, method="GET", target=request.path + b"?Name=A%2FB", body=b"")
    return _still_fresh(changed, request, scheme) if request.body else None


def _still_fresh(changed: Request, request: Request, scheme: Scheme) -> Request | None:
    """Return a changed request; None where it lost its nonce or timestamp, which travelled in what was changed."""
    one, other = scheme.read(request), scheme.read(changed)
    return changed if (one.nonce, one.timestamp) == (other.nonce, other.timestamp) else None


#: What a request may have, in words that follow "one with".
_FEATURES: tuple[tuple[str, Change], ...] = (
    ("three names that are not in alphabetical order", _with_pairs(b"m=1&z=2&a=3", b'"m":"1","z":"2","a":"3"')),
    ("a blank in a value", _with_pairs(b"note=two+words", b'"note":"two words"')),
    ("a slash in a value", _with_pairs(b"path=a%2Fb", b'"path":"a/b"')),
    ("a letter beyond ASCII in a value", _with_pairs(b"name=caf%C3%A9", '"name":"café"'.encode())),
    ("an empty value", _with_pairs(b"empty=", b'"empty":""')),
    ("brackets, an asterisk, a comma, a colon and a slash in a value", _with_pairs(b"mark=%28a%29%2A%2Cb%3Ac%2Fd")),
    ("a name that stands twice", _with_pairs(b"tag=b&tag=a")),
    ("a tilde in a value", _with_pairs(b"home=~a")),
    ("names in small and in large letters", _with_pairs(b"b=1&A=2", b'"b":"1","A":"2"')),
    ("an amount that is a number and ends in a zero", _with_pairs(b"", b'"amount":1.50')),
    ("an object inside it", _with_pairs(b"", b'"object":{"b":1,"a":2}')),
    ("a body", _with_a_body),
    ("a query in place of the body", _with_a_query),
    ("more parts in its path", _longer_path),
    ("a slash at the end of its path", _slash_at_the_end),
)
