"""What the signer itself cannot do. A client's mistakes are values, never these.

SignerError
├── BadSecret       a secret that cannot be read as the scheme asks
├── CannotSign      an ingredient of the signature is missing
└── UnknownScheme   no scheme of that name
"""


class SignerError(Exception):
    """Anything the signer raises on its own account."""


class BadSecret(SignerError):
    """A secret's text cannot be read as the scheme asks. The text is never part of the message."""


class CannotSign(SignerError):
    """A request cannot be signed: the scheme wants an ingredient that was not given."""


class UnknownScheme(SignerError):
    """There is no scheme of that name."""
