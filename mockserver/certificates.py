"""A certificate authority made for the occasion, for an exchange that speaks TLS."""

from __future__ import annotations

import ssl
import tempfile
from pathlib import Path

import trustme


class Certificates:
    """One authority and one certificate of its making.

    Args:
        host: The name or address that the certificate is for.
    """

    def __init__(self, host: str) -> None:
        self._authority = trustme.CA()
        names = {host, "127.0.0.1", "localhost"} - {"0.0.0.0", "::"}  # noqa: S104 - not names
        self._certificate = self._authority.issue_cert(*sorted(names))
        self._folder = tempfile.TemporaryDirectory(prefix="noncense-ca-")
        self.ca_file = str(Path(self._folder.name, "ca.pem"))
        self._authority.cert_pem.write_to_path(self.ca_file)

    def server_context(self) -> ssl.SSLContext:
        """Return what the server needs."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._certificate.configure_cert(context)
        return context

    def close(self) -> None:
        """Remove the file."""
        self._folder.cleanup()
