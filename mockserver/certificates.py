"""A certificate authority made for the occasion, for an exchange that speaks TLS: rightly, or wrongly on request."""

from __future__ import annotations

import ssl
import tempfile
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

import trustme

from mockserver.errors import SettingsError
from mockserver.tls import STALLED, Tls

#: Names for which a certificate is minted when a client first asks for them; later ones get the usual certificate.
_MOST_MINTED = 64

#: What OpenSSL has to be told before it speaks a version, or shows a key, that it thinks too weak.
_ANY_STRENGTH = "DEFAULT:@SECLEVEL=0"


class TlsFlaw(StrEnum):
    """What can be wrong with an exchange's TLS, one thing at a time. A client that verifies refuses each of them."""

    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    WRONG_HOST = "wrong_host"
    #: The right name, but as the subject's common name alone, where nobody should look for it any more.
    COMMON_NAME_ONLY = "common_name_only"
    #: The address stands among the names, where an address does not count.
    ADDRESS_AS_NAME = "address_as_name"
    #: The right address as the subject's common name, and no names at all beside it.
    NO_NAMES = "no_names"
    #: A star where a whole domain should stand, or the better part of an address.
    WIDE_WILDCARD = "wide_wildcard"
    SELF_SIGNED = "self_signed"
    #: Another authority of the very same name.
    UNTRUSTED = "untrusted"
    #: The certificate between the authority and the exchange is kept back.
    MISSING_INTERMEDIATE = "missing_intermediate"
    #: RSA with 1024 bits.
    WEAK_KEY = "weak_key"
    TLS_1_0 = "tls_1_0"
    TLS_1_1 = "tls_1_1"
    #: The handshake is never answered.
    STALLED = "stalled"


#: Asks for a certificate with nothing wrong, in a chain of two.
CHAINED = "chained"


class Certificates:
    """One authority, and what an exchange needs to be known by it.

    What is right about a certificate is right by the machine's clock, however the exchange's own is set: TLS libraries
    read no other.

    Args:
        names: The names and addresses that the exchange is called by; loopback's own are always among them.
        ca_file: Where the authority's certificate is written; None for a temporary folder that goes with `close()`.

    Attributes:
        ca_file: Where it lies.

    Raises:
        SettingsError: The file cannot be written.
    """

    def __init__(self, *names: str, ca_file: str | Path | None = None) -> None:
        self._authority = trustme.CA()
        unnamed = {"0.0.0.0", "::", ""}  # noqa: S104 - not names
        self._names = tuple(sorted({*names, "127.0.0.1", "localhost", "*.localhost"} - unnamed))
        self._folder = tempfile.TemporaryDirectory(prefix="noncense-ca-") if ca_file is None else None
        place = Path(self._folder.name, "ca.pem") if self._folder is not None else Path(str(ca_file))
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            self._authority.cert_pem.write_to_path(str(place))
        except OSError as problem:
            raise SettingsError(f"cannot write the authority's certificate to {place}: {problem.strerror}") from None
        self.ca_file = str(place)
        self._minted: dict[str, ssl.SSLContext] = {}

    def server_context(self, flaw: TlsFlaw | str | None = None) -> Tls:
        """Return what a listening socket needs.

        Without a flaw a client that asks for a name nobody thought of gets a certificate for that name: what is
        pretended to be `api.example.com` has to be able to show it.

        Args:
            flaw: What shall be wrong; None for nothing, and `chained` for nothing either: then the certificate comes
                from an authority in between, whose own certificate is shown with it.

        Raises:
            SettingsError: There is no such flaw, or this machine's OpenSSL cannot be brought to have it.
        """
        if flaw is None:
            context = self._context(self._authority.issue_cert(*self._names).private_key_and_cert_chain_pem.bytes())
            context.sni_callback = self._by_name
            return context
        if flaw == CHAINED:
            issued = self._authority.create_child_ca().issue_cert(*self._names)
            return self._context(issued.private_key_and_cert_chain_pem.bytes())
        try:
            flaw = TlsFlaw(flaw)
        except ValueError:
            raise SettingsError(f"there is no TLS flaw {str(flaw)!r}; there are {', '.join(TlsFlaw)}") from None
        if flaw is TlsFlaw.STALLED:
            return STALLED
        from mockserver.flawed_certificates import flawed_pem

        try:
            context = self._context(flawed_pem(flaw, self._authority, self._names), any_strength=flaw in _WEAK)
            if flaw in _OLD:
                _speak_only(context, _OLD[flaw])
        except (ssl.SSLError, ValueError) as problem:
            raise SettingsError(f"this machine's OpenSSL does not do {flaw}: {problem}") from None
        return context

    def _by_name(self, connection: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
        """Show the certificate for the name that the client asks for."""
        if name is None or name in self._names:
            return
        minted = self._minted.get(name)
        if minted is None:
            if len(self._minted) >= _MOST_MINTED:
                return
            with suppress(ValueError, UnicodeError):  # no name that a certificate could be made for
                minted = self._context(self._authority.issue_cert(name).private_key_and_cert_chain_pem.bytes())
                self._minted[name] = minted
        if minted is not None:
            connection.context = minted

    def _context(self, pem: bytes, *, any_strength: bool = False) -> ssl.SSLContext:
        context = _new_context()
        if any_strength:
            context.set_ciphers(_ANY_STRENGTH)
        with trustme.Blob(pem).tempfile() as path:
            context.load_cert_chain(path)
        return context

    def close(self) -> None:
        """Remove the file, where it lies in a folder of ours."""
        if self._folder is not None:
            self._folder.cleanup()


_OLD = {TlsFlaw.TLS_1_0: ssl.TLSVersion.TLSv1, TlsFlaw.TLS_1_1: ssl.TLSVersion.TLSv1_1}
_WEAK = frozenset({TlsFlaw.WEAK_KEY, *_OLD})


def _new_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION  # it costs the server more than the client
    context.set_alpn_protocols(["http/1.1"])
    return context


def _speak_only(context: ssl.SSLContext, version: ssl.TLSVersion) -> None:
    """Speak one version that is not spoken any more; that Python warns of it is not news here."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = version
        context.maximum_version = version


def server_of_files(certificate: str | Path, key: str | Path | None = None) -> ssl.SSLContext:
    """Return what a listening socket needs, from a certificate (with its chain) and a key that somebody brings.

    Args:
        certificate: A PEM file; the key may stand in it too.
        key: A PEM file.

    Raises:
        SettingsError: They cannot be read, or do not belong together.
    """
    context = _new_context()
    try:
        # An empty password instead of a question on the terminal.
        context.load_cert_chain(certificate, key, password="")
    except ssl.SSLError as problem:
        reason = (problem.reason or "no PEM").replace("_", " ").lower()
        raise SettingsError(f"the certificate in {certificate} cannot be used: {reason}") from None
    except (OSError, ValueError) as problem:
        raise SettingsError(f"the certificate in {certificate} cannot be used: {problem}") from None
    return context
