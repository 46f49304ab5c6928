"""The schemes that come with the project, by name."""

from signer.dialects.catalogue import SCHEMES, scheme_named

__all__ = ["SCHEMES", "scheme_named"]
