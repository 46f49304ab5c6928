"""sign(): a request ready to send, with every stage still visible."""

from dataclasses import dataclass, replace

from signer.credentials import Credentials
from signer.encoding import text_as_travelled
from signer.errors import CannotSign
from signer.message import Request
from signer.scheme import Fields, Scheme
from signer.verdict import Stages


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A request that carries its signature.

    Attributes:
        request: Ready to send.
        fields: What it says about itself, the signature among them.
        stages: How the signature came about.
    """

    request: Request
    fields: Fields
    stages: Stages


def stages_of(scheme: Scheme, request: Request, fields: Fields, secret: str) -> Stages:
    """Compute the three stages of a request's signature.

    Args:
        scheme: How the exchange signs.
        request: The request as it travels; a signature in it is not looked at.
        fields: What it says about itself: nonce, timestamp and key are taken from here.
        secret: The API secret as the exchange prints it.

    Raises:
        BadSecret: The secret cannot be read as the scheme asks.
    """
    # Each function has its name before it is called: as methods they would be looked for on the class first.
    canonical, to_sign, key_bytes = scheme.canonical_request, scheme.string_to_sign, scheme.secret_bytes
    digest, encode = scheme.digest, scheme.spelling.encode
    canonical_request = canonical(request, fields)
    string_to_sign = to_sign(canonical_request, request, fields)
    return Stages(canonical_request, string_to_sign, encode(digest(key_bytes(secret), string_to_sign)))


def sign(
    scheme: Scheme,
    request: Request,
    credentials: Credentials,
    *,
    nonce: int | str | None = None,
    timestamp_ms: int | str | None = None,
) -> Signed:
    """Sign a request the way an exchange documents it.

    A nonce or timestamp that is ill-formed is signed like any other: judging is the exchange's part.

    Args:
        scheme: How the exchange signs.
        request: Method, target, headers and body as the caller wants them; their bytes are kept as they are.
        credentials: Whose signature it is.
        nonce: Where the scheme has one. A text goes out as it is.
        timestamp_ms: Where the scheme has one: milliseconds since the Unix epoch, written in the scheme's own unit.
            A text goes out as it is.

    Raises:
        CannotSign: The scheme wants a nonce, a timestamp or a passphrase and none was given, here or in the request.
        BadSecret: The secret cannot be read as the scheme asks.
    """
    passphrase = scheme.passphrase(credentials) if scheme.wants_passphrase else None
    given = Fields(
        key=text_as_travelled(credentials.key),
        nonce=None if nonce is None else text_as_travelled(str(nonce)),
        timestamp=_written_time(scheme, timestamp_ms),
        passphrase=None if passphrase is None else text_as_travelled(passphrase),
    )
    placed = scheme.place(request, given)
    fields = scheme.read(placed)
    for name, wanted in (
        ("nonce", scheme.nonce_rule is not None),
        ("timestamp", scheme.time_rule is not None),
        ("passphrase", scheme.wants_passphrase),
    ):
        if wanted and getattr(fields, name) is None:
            raise CannotSign(f"{scheme.name} signs a {name}, and none was given")
    stages = stages_of(scheme, placed, fields, credentials.secret)
    return Signed(
        request=scheme.place(placed, Fields(signature=stages.signature)),
        fields=replace(fields, signature=stages.signature, repeated=()),
        stages=stages,
    )


def _written_time(scheme: Scheme, timestamp_ms: int | str | None) -> str | None:
    if timestamp_ms is None or isinstance(timestamp_ms, str):
        return timestamp_ms
    return str(timestamp_ms) if scheme.time_rule is None else scheme.time_rule.write(timestamp_ms)
