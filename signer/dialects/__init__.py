"""The schemes that come with the project, by name."""

from signer.dialects.catalogue import SCHEMES, make_known, scheme_named

__all__ = ["SCHEMES", "make_known", "scheme_named"]
