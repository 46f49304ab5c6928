"""The schemes by name."""

from collections.abc import Mapping
from types import MappingProxyType

from signer.dialects import bitunix, exmo, poloniex, reference
from signer.errors import UnknownScheme
from signer.scheme import Scheme

#: Name to scheme, in the order in which they are shown.
SCHEMES: Mapping[str, Scheme] = MappingProxyType(
    {scheme.name: scheme for scheme in (reference.SCHEME, poloniex.SCHEME, exmo.SCHEME, bitunix.SCHEME)}
)


def scheme_named(name: str) -> Scheme:
    """Return the scheme of that name.

    Raises:
        UnknownScheme: There is none; the message lists those there are.
    """
    try:
        return SCHEMES[name]
    except KeyError:
        raise UnknownScheme(f"there is no scheme {name!r}; there are {', '.join(SCHEMES)}") from None
