"""The schemes by name."""

from collections.abc import Mapping
from types import MappingProxyType

from signer.dialects import bitunix, exmo, poloniex, reference
from signer.errors import SignerError, UnknownScheme
from signer.scheme import Scheme

#: Name to scheme, in the order in which they are shown.
SCHEMES: Mapping[str, Scheme] = MappingProxyType(
    {scheme.name: scheme for scheme in (reference.SCHEME, poloniex.SCHEME, exmo.SCHEME, bitunix.SCHEME)}
)

#: Schemes of exchanges that somebody described in a file of his own, by name: those that this process has read.
_OWN: dict[str, Scheme] = {}


def scheme_named(name: str) -> Scheme:
    """Return the scheme of that name: one of ours, or one that was made known.

    Raises:
        UnknownScheme: There is none; the message lists those there are.
    """
    scheme = SCHEMES.get(name) or _OWN.get(name)
    if scheme is None:
        raise UnknownScheme(f"there is no scheme {name!r}; there are {', '.join((*SCHEMES, *_OWN))}")
    return scheme


def make_known(scheme: Scheme) -> None:
    """Let a scheme be found by its name in this process; one of that name that was made known before gives way.

    Raises:
        SignerError: It has the name of one of ours.
    """
    if scheme.name in SCHEMES:
        raise SignerError(f"{scheme.name} is the name of a scheme that is built in")
    _OWN[scheme.name] = scheme
