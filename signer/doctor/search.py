"""The search: which few mistakes turn this request and this secret into the signature that arrived?

The received text is decoded first, and its length picks the hash functions, so spellings of a digest cost nothing.
Then candidates are tried breadth first by number of mistakes; the first number that explains the signature ends the
search. A digest meets a candidate by chance once in 2^128 or less, so an explanation that is found is proof.
"""

from collections.abc import Iterator, Sequence

from signer.credentials import Credentials
from signer.doctor.diagnosis import Diagnosis, Examination, diagnosis_of
from signer.doctor.digests import constructions
from signer.doctor.freshness import freshness_mistake
from signer.doctor.messages import Message, right_message, variations
from signer.doctor.readings import digests_written, key_and_secret_swapped, mangled_spellings, secrets_meant
from signer.encoding import text_as_travelled
from signer.errors import BadSecret
from signer.message import Request
from signer.scheme import Fields, Scheme
from signer.verdict import Reason, Refused
from signer.verifying import NonceMemory, check_key, check_present, check_signature, nonce_of

#: What one candidate may cost in bytes before long requests get fewer of them.
_USUAL_BYTES = 4096
_MOST_DIAGNOSES = 3
_DEEPEST = 2


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
        return _refused(missing.reason, (), 0)
    if key_and_secret_swapped(fields.key, credentials):
        return _refused(Reason.UNKNOWN_KEY, [("KEY-AND-SECRET-SWAPPED",)], 0)
    try:
        checked = check_signature(scheme, request, fields, credentials)
    except BadSecret:
        checked = None
    if checked is not None and not isinstance(checked, Refused):
        stranger = check_key(scheme, fields, credentials)
        if stranger is not None:
            return _refused(stranger.reason, (), 1)
        return _freshness(scheme, fields, before, now_ms, last_nonce)
    search = _Search(scheme, request, credentials, fields, before, other_secrets, budget)
    return _refused(Reason.BAD_SIGNATURE, search.run(), search.searched)


def _freshness(
    scheme: Scheme, fields: Fields, before: Fields | None, now_ms: int | None, last_nonce: NonceMemory | None
) -> Examination:
    if last_nonce is None and before is not None:
        earlier = nonce_of(scheme, before)
        rising = scheme.nonce_rule is not None and scheme.nonce_rule.rising
        last_nonce = None if earlier is None else earlier if isinstance(earlier, int) and rising else {earlier}
    mistake = freshness_mistake(scheme, fields, now_ms=now_ms, last_nonce=last_nonce)
    if mistake is None:
        return Examination(accepted=True, reason=None, diagnoses=(), searched=1)
    reason, codes = mistake
    return _refused(reason, [codes] if codes else (), 1)


def _refused(reason: Reason, explanations: Sequence[tuple[str, ...]], searched: int) -> Examination:
    diagnoses = tuple(diagnosis_of(codes) for codes in explanations[:_MOST_DIAGNOSES])
    return Examination(accepted=False, reason=reason, diagnoses=diagnoses, searched=searched)


class _Search:
    """One search for the mistakes behind one bad signature."""

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
        sizes = dict.fromkeys(len(raw) for raw in self._targets)
        self._constructions = constructions(scheme, sizes)
        self._hits: dict[tuple[str, ...], None] = {}
        self._seen: set[tuple[str | None, bytes]] = set()

    def run(self) -> list[tuple[str, ...]]:
        """Return the explanations with the fewest mistakes."""
        if self._secret and self._received == self._secret:
            return [("SECRET-SENT-AS-SIGNATURE",)]
        if self._before is not None and self._before.signature and self._received == self._before.signature:
            return [("SIGNATURE-OF-PREVIOUS-REQUEST",)]
        right = right_message(self._scheme, self._request, self._fields)
        self._try_mangled(right)
        levels = [[right]]
        self._seen.add((None, right.text))
        for mistakes in range(_DEEPEST + 1):
            if self._hits or self._spent():
                break
            if mistakes:
                levels.append(list(self._deeper(levels[-1])))
            for count in range(mistakes, -1, -1):
                self._try_all(levels[count], mistakes - count)
        return sorted(self._hits, key=len)

    def _try_mangled(self, right: Message) -> None:
        if not self._secrets or self._secrets[0][0]:
            return
        mangled = mangled_spellings(self._scheme.digest(self._secrets[0][1], right.text), self._received)
        self.searched += 1
        if mangled:
            self._hits.setdefault(mangled)

    def _deeper(self, messages: Sequence[Message]) -> Iterator[Message]:
        for message in messages:
            for deeper in variations(self._scheme, message, self._before):
                own_digest = deeper.misread is not None and deeper.misread.digest is not None
                known = (deeper.codes[-1] if own_digest else None, deeper.text)
                if known not in self._seen:
                    self._seen.add(known)
                    yield deeper
                if len(self._seen) > self._budget:
                    return

    def _try_all(self, messages: Sequence[Message], others: int) -> None:
        """Try messages with so many mistakes more, in the reading of the secret and the construction together."""
        ways = [
            (secret_codes, digest_codes, secret, keying(secret))
            for secret_codes, secret in self._secrets
            for digest_codes, keying in self._constructions
            if len(secret_codes) + len(digest_codes) == others
        ]
        targets = self._targets
        for message in messages:
            own_digest = None if message.misread is None else message.misread.digest
            for secret_codes, digest_codes, secret, digest in ways:
                if self._spent():
                    return
                if own_digest is None:
                    spelled = targets.get(digest(message.text))
                elif digest_codes:  # a message that is hashed in a wrong way of its own is not hashed in two
                    continue
                else:
                    spelled = targets.get(own_digest(secret, message.text))
                self.searched += 1
                if spelled is not None:
                    self._hits.setdefault((*message.codes, *secret_codes, *digest_codes, *spelled))

    def _spent(self) -> bool:
        return self.searched >= self._budget or not self._targets
