"""verify(): a verdict on a request, and the first character where the two sides part.

The checks stand alone as well, because exchanges differ in the order they ask them in. Each returns None when the
request passes, and never raises because of what a client sent. As in `signing.stages_of`, a function of a rule has a
name before it is called.
"""

from collections.abc import Container, Sequence
from enum import StrEnum
from typing import assert_never

from signer.credentials import Credentials
from signer.digest import same_text
from signer.encoding import text_as_travelled
from signer.errors import SignerError
from signer.freshness import TimeRule
from signer.message import Request
from signer.scheme import Fields, Scheme
from signer.signing import stages_of
from signer.verdict import Accepted, Reason, Refused, Stages, Verdict

#: What is known of a key's earlier nonces: the last accepted one, or a container of those that are remembered.
NonceMemory = int | Container[int | str]

_SHOWN = 80


class Step(StrEnum):
    """The checks, in the order in which `verify` asks them unless it is told otherwise."""

    PRESENT = "present"
    WELL_FORMED = "well_formed"
    KEY = "key"
    SIGNATURE = "signature"
    TIME = "time"
    NONCE = "nonce"


def check_present(scheme: Scheme, fields: Fields) -> Refused | None:
    """Tell whether every field of authentication is there. An empty one counts as absent.

    Only an empty nonce counts where the scheme's rule reads it as a nonce.
    """
    if not fields.key:
        return _missing(Reason.MISSING_KEY, "key", scheme, fields)
    if not fields.signature:
        return _missing(Reason.MISSING_SIGNATURE, "signature", scheme, fields)
    rule = scheme.nonce_rule
    if rule is not None and not fields.nonce and (fields.nonce is None or rule.parse("") is None):
        return _missing(Reason.MISSING_NONCE, "nonce", scheme, fields)
    if scheme.time_rule is not None and not fields.timestamp:
        return _missing(Reason.MISSING_TIMESTAMP, "timestamp", scheme, fields)
    if scheme.wants_passphrase and not fields.passphrase:
        return _missing(Reason.MISSING_PASSPHRASE, "passphrase", scheme, fields)
    return None


def check_well_formed(scheme: Scheme, fields: Fields) -> Refused | None:
    """Tell whether nonce and timestamp read as documented; absent ones are not judged here."""
    if fields.repeated and scheme.refuses_repeated:
        names = ", ".join(scheme.places.get(name, name) for name in fields.repeated)
        return Refused(reason=Reason.REPEATED_FIELD, fields=fields, detail=f"{names} may stand once and stands twice")
    if scheme.nonce_rule is not None and fields.nonce is not None and nonce_of(scheme, fields) is None:
        detail = f"the nonce must be {scheme.nonce_rule.describe}, and {shown(fields.nonce)} came"
        return Refused(reason=Reason.MALFORMED_NONCE, fields=fields, detail=detail)
    rule = scheme.time_rule
    if rule is not None and fields.timestamp is not None:
        parse = rule.parse
        if parse(fields.timestamp) is None:
            detail = f"the timestamp must be {rule.unit}, and {shown(fields.timestamp)} came"
            return Refused(reason=Reason.MALFORMED_TIMESTAMP, fields=fields, detail=detail)
        if rule.largest_past_ms is not None and fields.window is not None and _past_ms(rule, fields) is None:
            most = rule.largest_past_ms
            detail = f"the window must be milliseconds up to {most}, and {shown(fields.window)} came"
            return Refused(reason=Reason.MALFORMED_TIMESTAMP, fields=fields, detail=detail)
    return None


def check_key(scheme: Scheme, fields: Fields, credentials: Credentials) -> Refused | None:
    """Tell whether key and passphrase are those of these credentials."""
    if fields.key != text_as_travelled(credentials.key):
        return Refused(reason=Reason.UNKNOWN_KEY, fields=fields, detail=f"no key {shown(fields.key or '')} is known")
    if scheme.wants_passphrase:
        expected = text_as_travelled(scheme.passphrase(credentials) or "")
        if not same_text(expected, fields.passphrase or ""):
            return Refused(reason=Reason.BAD_PASSPHRASE, fields=fields, detail="the passphrase is another one")
    return None


def check_signature(scheme: Scheme, request: Request, fields: Fields, credentials: Credentials) -> Stages | Refused:
    """Compute the signature and compare it in constant time.

    Returns:
        Our computation when the signatures agree; else a refusal that holds our computation and the first difference.

    Raises:
        BadSecret: The secret in `credentials` cannot be read as the scheme asks; that is never the request's fault.
    """
    stages = stages_of(scheme, request, fields, credentials.secret)
    received = fields.signature or ""
    same = scheme.spelling.same
    if same(stages.signature, received):
        return stages
    at = first_difference(scheme, stages.signature, received)
    detail = (
        f"the signature must be the {scheme.digest_name} of the string to sign in {scheme.spelling.name}, "
        f"{len(stages.signature)} characters; of the {len(received)} that came the first {at} agree"
    )
    return Refused(reason=Reason.BAD_SIGNATURE, fields=fields, detail=detail, stages=stages, first_difference=at)


def check_time(scheme: Scheme, fields: Fields, stages: Stages | None, now_ms: int) -> Refused | None:
    """Tell whether the timestamp is near enough to the server's clock; at either edge it still is.

    Args:
        scheme: How the exchange signs.
        fields: What the request says about itself.
        stages: Our computation of the signature where there is one; a refusal carries it on.
        now_ms: The server's clock, milliseconds since the Unix epoch.
    """
    rule = scheme.time_rule
    if rule is None:
        return None
    parse = rule.parse
    timestamp_ms = None if fields.timestamp is None else parse(fields.timestamp)
    past_ms = _past_ms(rule, fields)
    if timestamp_ms is None or past_ms is None:
        return check_present(scheme, fields) or check_well_formed(scheme, fields)
    ahead_ms = timestamp_ms - now_ms
    if ahead_ms < -past_ms:
        reason, far, way, most = Reason.TIMESTAMP_TOO_OLD, -ahead_ms, "behind", past_ms
    elif rule.future_ms is not None and ahead_ms > rule.future_ms:
        reason, far, way, most = Reason.TIMESTAMP_AHEAD, ahead_ms, "ahead of", rule.future_ms
    else:
        return None
    detail = f"the timestamp {fields.timestamp} is {far} ms {way} the server's clock {now_ms}; {most} ms are allowed"
    return Refused(reason=reason, fields=fields, detail=detail, stages=stages)


def check_nonce(scheme: Scheme, fields: Fields, stages: Stages | None, last_nonce: NonceMemory) -> Refused | None:
    """Tell whether the nonce is fresh. Nothing is consumed here; that is the exchange's part.

    Args:
        scheme: How the exchange signs.
        fields: What the request says about itself.
        stages: Our computation of the signature where there is one; a refusal carries it on.
        last_nonce: The key's last accepted nonce, 0 for a new key; or a container of the nonces that are remembered,
            for single-use ones.
    """
    rule = scheme.nonce_rule
    if rule is None:
        return None
    nonce = nonce_of(scheme, fields)
    if nonce is None:
        return check_present(scheme, fields) or check_well_formed(scheme, fields)
    if isinstance(last_nonce, int):
        if not rule.rising or isinstance(nonce, str) or nonce > last_nonce - rule.tolerance:
            return None
        detail = f"the nonce must be greater than {last_nonce - rule.tolerance}, and {nonce} came"
        return Refused(reason=Reason.NONCE_NOT_INCREASING, fields=fields, detail=detail, stages=stages)
    if nonce not in last_nonce:
        return None
    detail = f"a nonce may be used once, and {shown(str(nonce))} was used before"
    return Refused(reason=Reason.NONCE_REUSED, fields=fields, detail=detail, stages=stages)


def nonce_of(scheme: Scheme, fields: Fields) -> int | str | None:
    """Return the nonce as its rule reads it: an integer, or a text where it is random; None when there is no such."""
    rule = scheme.nonce_rule
    if rule is None or fields.nonce is None:
        return None
    parse = rule.parse
    nonce = parse(fields.nonce)
    if rule.maximum is not None and isinstance(nonce, int) and nonce > rule.maximum:
        return None
    return nonce


def verify(
    scheme: Scheme,
    request: Request,
    credentials: Credentials,
    *,
    now_ms: int,
    last_nonce: NonceMemory = 0,
    order: Sequence[Step] = tuple(Step),
) -> Verdict:
    """Judge a request: is it genuine, and is it fresh?

    Args:
        scheme: How the exchange signs.
        request: As it travelled.
        credentials: Of the key that it should name.
        now_ms: The server's clock, milliseconds since the Unix epoch.
        last_nonce: As for `check_nonce`.
        order: The checks in the order in which they are asked; SIGNATURE has to be among them.

    Raises:
        SignerError: The order leaves the signature out.
        BadSecret: The secret in `credentials` cannot be read as the scheme asks.
    """
    fields = scheme.read(request)
    stages: Stages | None = None
    for step in order:
        refused: Refused | None
        match step:
            case Step.PRESENT:
                refused = check_present(scheme, fields)
            case Step.WELL_FORMED:
                refused = check_well_formed(scheme, fields)
            case Step.KEY:
                refused = check_key(scheme, fields, credentials)
            case Step.SIGNATURE:
                checked = check_signature(scheme, request, fields, credentials)
                if isinstance(checked, Refused):
                    return checked
                stages, refused = checked, None
            case Step.TIME:
                refused = check_time(scheme, fields, stages, now_ms)
            case Step.NONCE:
                refused = check_nonce(scheme, fields, stages, last_nonce)
            case _:
                assert_never(step)
        if refused is not None:
            return refused
    if stages is None:
        raise SignerError("a verdict without the signature is none; the order leaves it out")
    return Accepted(fields, stages)


def first_difference(scheme: Scheme, expected: str, received: str) -> int:
    """Return the index of the first character that no longer counts as the expected one.

    Where one text begins with the other, this is the length of the shorter one.
    """
    same = scheme.spelling.same
    for index, (ours, theirs) in enumerate(zip(expected, received, strict=False)):
        if not same(ours, theirs):
            return index
    return min(len(expected), len(received))


def shown(text: str) -> str:
    """Return a text from outside fit for a sentence: quoted, escaped, and not longer than a line."""
    return repr(text) if len(text) <= _SHOWN else f"{text[:_SHOWN]!r}… ({len(text)} characters)"


def _missing(reason: Reason, name: str, scheme: Scheme, fields: Fields) -> Refused:
    place = scheme.places.get(name)
    return Refused(reason=reason, fields=fields, detail=f"the {name} is missing" + (f" ({place})" if place else ""))


def _past_ms(rule: TimeRule, fields: Fields) -> int | None:
    if rule.largest_past_ms is None or fields.window is None:
        return rule.past_ms
    asked_ms = rule.parse_window(fields.window)
    return asked_ms if asked_ms is not None and asked_ms <= rule.largest_past_ms else None
