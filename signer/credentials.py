"""Key and secret, in a wrapper that does not show the secret."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What an exchange hands to its customer.

    Attributes:
        key: The API key; not a secret.
        secret: The API secret as the exchange prints it, undecoded.
        passphrase: The third word that some exchanges ask for.
    """

    key: str
    secret: str = field(repr=False)
    passphrase: str | None = field(default=None, repr=False)
