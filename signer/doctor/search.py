"""The search: which few mistakes turn this request and this secret into the signature that arrived?

The received text is decoded first, and its length picks the hash functions, so spellings of a digest cost nothing.
Then candidates are tried breadth first by number of mistakes; the first number that explains the signature ends the
search. A digest meets a candidate by chance once in 2^128 or less, so an explanation that is found is proof.
"""

from collections.abc import Iterable, Iterator, Sequence

from signer.credentials import Credentials
from signer.doctor.codes import COMMON
from signer.doctor.diagnosis import Diagnosis, Examination, diagnosis_of
from signer.doctor.freshness import freshness_mistake
from signer.doctor.messages import Message, right_message, variations
from signer.doctor.readings import digests_written, key_and_secret_swapped, mangled_spellings, secrets_meant
from signer.doctor.ways import Way, Ways
from signer.encoding import text_as_travelled
from signer.errors import BadSecret
from signer.message import Request
from signer.scheme import Fields, Scheme
from signer.verdict import Reason, Refused, Stages
from signer.verifying import NonceMemory, check_key, check_present, check_signature, nonce_of

#: What one candidate may cost in bytes before long requests get fewer of them.
_USUAL_BYTES = 4096
_MOST_DIAGNOSES = 3

#: So many mistakes are searched for, the last one among the common mistakes alone.
_DEEPEST = 3
_EXHAUSTIVE = 2


def diagnose(
    scheme: Scheme,
    request: Request,
    credentials: Credentials,
    *,
    other_secrets: Sequence[str] = (),
    previous: Request | None = None,
    budget: int = 20_000,
    now_ms: int | None = None,
    last_nonce: NonceMemory | None = None,
) -> tuple[Diagnosis, ...]:
    """Name the mistakes of a refused request, best explanation first; arguments as for `examine`."""
    return examine(
        scheme,
        request,
        credentials,
        other_secrets=other_secrets,
        previous=previous,
        budget=budget,
        now_ms=now_ms,
        last_nonce=last_nonce,
    ).diagnoses


def examine(
    scheme: Scheme,
    request: Request,
    credentials: Credentials,
    *,
    other_secrets: Sequence[str] = (),
    previous: Request | None = None,
    budget: int = 20_000,
    now_ms: int | None = None,
    last_nonce: NonceMemory | None = None,
) -> Examination:
    """Look at one request with the secret at hand. A right request is never explained.

    Args:
        scheme: How the exchange signs.
        request: As it travelled.
        credentials: Of the key it names.
        other_secrets: Secrets of other sessions of the same client, to find a mix-up.
        previous: The request that the client sent before, to find what it forgot to renew.
        budget: How many candidate signatures may be computed; fewer for long requests.
        now_ms: The server's clock when it arrived, to judge the timestamp; None to leave that out.
        last_nonce: As for `check_nonce`, to judge the nonce; without it, `previous` tells the last one.
    """
    fields = scheme.read(request)
    before = None if previous is None else scheme.read(previous)
    missing = check_present(scheme, fields)
    if missing is not None:
        return _examination(missing.reason, missing.detail)
    if key_and_secret_swapped(fields.key, credentials):
        swapped = diagnosis_of(("KEY-AND-SECRET-SWAPPED",))
        return _examination(Reason.UNKNOWN_KEY, "the secret travels where the key belongs", (swapped,))
    try:
        checked = check_signature(scheme, request, fields, credentials)
    except BadSecret as problem:
        search = _Search(scheme, request, credentials, fields, before, other_secrets, budget)
        return _examination(Reason.BAD_SIGNATURE, str(problem), search.run(), searched=search.searched)
    if isinstance(checked, Refused):
        search = _Search(scheme, request, credentials, fields, before, other_secrets, budget)
        found = search.run()
        return _examination(checked.reason, checked.detail, found, searched=search.searched, stages=checked.stages)
    stranger = check_key(scheme, fields, credentials)
    if stranger is not None:
        return _examination(stranger.reason, stranger.detail, searched=1, stages=checked)
    if last_nonce is None and before is not None:
        last_nonce = _nonce_before(scheme, before)
    stale = freshness_mistake(scheme, fields, now_ms=now_ms, last_nonce=last_nonce)
    if stale is None:
        return _examination(None, "", searched=1, stages=checked)
    return _examination(
        stale.refused.reason,
        stale.refused.detail,
        (diagnosis_of(stale.codes),) if stale.codes else (),
        searched=1,
        acceptable=stale.acceptable,
        stages=checked,
    )


def _nonce_before(scheme: Scheme, before: Fields) -> NonceMemory | None:
    earlier = nonce_of(scheme, before)
    rising = scheme.nonce_rule is not None and scheme.nonce_rule.rising
    return None if earlier is None else earlier if isinstance(earlier, int) and rising else {earlier}


def _examination(
    reason: Reason | None,
    rule: str,
    diagnoses: Sequence[Diagnosis] = (),
    *,
    searched: int = 0,
    acceptable: str = "",
    stages: Stages | None = None,
) -> Examination:
    return Examination(
        accepted=reason is None,
        reason=reason,
        diagnoses=tuple(diagnoses[:_MOST_DIAGNOSES]),
        searched=searched,
        rule=rule,
        acceptable=acceptable,
        string_to_sign=None if stages is None else stages.string_to_sign,
        canonical_request=None if stages is None else stages.canonical_request,
    )


class _Level:
    """The messages with one number of mistakes: those that were found, and how to find the others."""

    __slots__ = ("_others", "found")

    def __init__(self, found: list[Message], others: Iterator[Message] | None = None) -> None:
        self.found = found
        self._others = others if others is not None else iter(())

    def __iter__(self) -> Iterator[Message]:
        yield from self.found
        for message in self._others:
            self.found.append(message)
            yield message


class _Search:
    """One search for the mistakes behind one bad signature.

    A candidate is a message (a text that may have been signed) in a way (a reading of the secret and a construction).
    The first digest that fits is proof and ends the search.
    """

    def __init__(
        self,
        scheme: Scheme,
        request: Request,
        credentials: Credentials,
        fields: Fields,
        before: Fields | None,
        other_secrets: Sequence[str],
        budget: int,
    ) -> None:
        self.searched = 0
        self._scheme = scheme
        self._request = request
        self._fields = fields
        self._before = before
        self._secret = text_as_travelled(credentials.secret)
        self._received = fields.signature or ""
        size = len(request.target) + len(request.body)
        self._budget = max(1, budget if size <= _USUAL_BYTES else budget * _USUAL_BYTES // size)
        self._targets = digests_written(self._received, scheme.spelling)
        self._secrets = secrets_meant(scheme, credentials, other_secrets)
        # A text (and the misreading that hashes it in a way of its own) to the mistakes that lead to it.
        self._names: dict[tuple[str | None, bytes], list[tuple[str, ...]]] = {}
        self._levels: list[_Level] = []

    def run(self) -> list[Diagnosis]:
        """Return the explanation with the fewest mistakes; several where they lead to one and the same text."""
        if self._secret and self._received == self._secret:
            return [diagnosis_of(("SECRET-SENT-AS-SIGNATURE",))]
        if self._before is not None and self._before.signature and self._received == self._before.signature:
            return [diagnosis_of(("SIGNATURE-OF-PREVIOUS-REQUEST",))]
        right = right_message(self._scheme, self._request, self._fields)
        found = []
        if (mangled := self._mangled(right)) is not None:
            found.append(diagnosis_of(mangled))
        if self._targets:
            self._names[None, right.text] = [()]
            self._levels = [_Level([right])]
            found += self._explanations(right)
        return sorted(found, key=lambda diagnosis: diagnosis.mistakes)

    def _mangled(self, right: Message) -> tuple[str, ...] | None:
        if not self._secrets or self._secrets[0][0]:
            return None
        self.searched += 1
        return mangled_spellings(self._scheme.digest(self._secrets[0][1], right.text), self._received)

    def _explanations(self, right: Message) -> list[Diagnosis]:
        ways = Ways(self._scheme, self._secrets, dict.fromkeys(len(raw) for raw in self._targets))
        for mistakes in range(_DEEPEST + 1):
            common = mistakes > _EXHAUSTIVE
            # One mistake in the text and one in the keys is what most pairs are.
            for in_way in sorted(range(mistakes + 1), key=lambda count: abs(count - 1)):
                hit = self._first_hit(mistakes - in_way, ways.with_mistakes(in_way, common=common), common=common)
                if hit is not None:
                    message, codes = hit
                    if message.text == right.text:
                        return [diagnosis_of((*names, *codes)) for names in self._names_of(message)]
                    texts = (message.text, message.canonical)
                    return [diagnosis_of((*names, *codes), *texts) for names in self._names_of(message)]
                if self.searched >= self._budget:
                    return []
        return []

    def _first_hit(self, level: int, ways: Sequence[Way], *, common: bool) -> tuple[Message, tuple[str, ...]] | None:
        """Try messages with so many mistakes in each of these ways; return what fits and the mistakes besides it."""
        if not ways:
            return None
        targets = self._targets
        for message in self._messages(level, common=common):
            own_digest = None if message.misread is None else message.misread.digest
            text = message.text
            for way in ways:
                if own_digest is None:
                    spelled = targets.get(way.digest(text))
                elif way.documented:
                    spelled = targets.get(own_digest(way.secret, text))
                else:  # a message that is hashed in a wrong way of its own is not hashed in two
                    continue
                if spelled is not None:
                    self.searched += 1
                    return message, (*way.codes, *spelled)
            self.searched += len(ways)
            if self.searched >= self._budget:
                return None
        return None

    def _messages(self, number: int, *, common: bool) -> Iterator[Message]:
        """Yield the messages with so many mistakes: all of them, or those whose every mistake is common."""
        if number > _EXHAUSTIVE:
            above = [message for message in self._levels[number - 1] if COMMON.issuperset(message.codes)]
            yield from self._deeper(above, common=True)
            return
        while len(self._levels) <= number:
            self._levels.append(_Level([], self._deeper(self._levels[-1], common=False)))
        for message in self._levels[number]:
            if not common or COMMON.issuperset(message.codes):
                yield message

    def _deeper(self, messages: Iterable[Message], *, common: bool) -> Iterator[Message]:
        names = self._names
        for message in messages:
            for deeper in variations(self._scheme, message, self._before, COMMON if common else None):
                own_digest = deeper.misread is not None and deeper.misread.digest is not None
                known = names.setdefault((deeper.codes[-1] if own_digest else None, deeper.text), [])
                if not known:
                    known.append(deeper.codes)
                    yield deeper
                elif len(known[0]) == len(deeper.codes) and deeper.codes not in known:
                    known.append(deeper.codes)
            if len(names) > self._budget:
                return

    def _names_of(self, message: Message) -> list[tuple[str, ...]]:
        """Return every explanation of a message that takes as few mistakes, as far as the search has met them."""
        if len(message.codes) == 1:
            list(self._levels[1])  # the rest of these is soon found
        own_digest = message.misread is not None and message.misread.digest is not None
        return self._names[message.codes[-1] if own_digest else None, message.text]
