"""By which names exchanges are called, and how they are known there."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from typing import TYPE_CHECKING

from mockserver.core.dialect import Dialect

if TYPE_CHECKING:
    from mockserver.certificates import Certificates
    from mockserver.tls import Tls

#: What resolves to loopback wherever it resolves at all.
LOCAL = "localhost"


def names_of(dialect: Dialect) -> tuple[str, ...]:
    """Return the host names that an exchange is called by: those of the original, and one below `localhost`."""
    return (f"{dialect.name}.{LOCAL}", dialect.name, *dialect.hosts)


def url_of(host: str, port: int, *, tls: bool) -> str:
    """Return scheme, host and port; an address that means any is turned into one that can be called."""
    if host in ("0.0.0.0", "::"):  # noqa: S104 - see above
        host = "127.0.0.1" if host == "0.0.0.0" else "::1"  # noqa: S104
    return f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"


def made_known(
    tls: bool | str | Certificates | ssl.SSLContext, names: Iterable[str]
) -> tuple[Certificates | None, Tls | None]:
    """Return certificates, where some had to be made, and what a listening socket is told about TLS.

    Args:
        tls: False for none; True for a certificate of an authority made for the occasion; a name of `TlsFlaw` for one
            that is wrong in this way; certificates made before, or a context of one's own.
        names: The names and addresses that a certificate is for.

    Raises:
        SettingsError: There is no such flaw.
    """
    if tls is False:
        return None, None
    if isinstance(tls, ssl.SSLContext):
        return None, tls
    from mockserver.certificates import Certificates  # and with it cryptography, which takes a while

    if isinstance(tls, Certificates):
        return None, tls.server_context()
    made = Certificates(*names)
    try:
        return made, made.server_context(None if tls is True else tls)
    except BaseException:
        made.close()
        raise
