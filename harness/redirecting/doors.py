"""The doors of one exchange through which redirected traffic comes in, and what makes programs trust what is behind."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from harness.errors import UsageError
from mockserver import MockExchange

#: What Java's trust store is locked with; Java wants it to be locked with something.
TRUST_PASSWORD = "changeit"  # noqa: S105 - no secret: a trust store holds none


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Where an exchange is reached on loopback.

    Attributes:
        url: Its own address, for clients that can be told one.
        port: The port of that address.
        tls_port: Where it speaks TLS, with a certificate for whichever name it is asked for.
        plain_port: Where it speaks none.
        ca_file: The certificate of the authority behind all those.
        beside: Other ports of this machine that a command may be sent to, such as a canary's.
    """

    url: str
    port: int
    tls_port: int
    plain_port: int
    ca_file: str
    beside: frozenset[int] = frozenset()

    @property
    def ports(self) -> frozenset[int]:
        """All ports that are led to as they are."""
        return frozenset({self.port, self.tls_port, self.plain_port}) | self.beside


def doors_of(exchange: MockExchange, beside: Iterable[int] = ()) -> Doors:
    """Open the doors of a running exchange; they stay open as long as it runs.

    Raises:
        UsageError: Nobody can be made to trust it.
    """
    secure = exchange.settings.tls is not None
    tls_url = exchange.open_door(tls=True)
    ca_file = exchange.ca_file
    if ca_file is None:
        raise UsageError("the exchange speaks TLS by a certificate that others made: nobody can be made to trust it")
    return Doors(
        url=exchange.url,
        port=exchange.port,
        tls_port=_port(tls_url),
        plain_port=_port(exchange.open_door()) if secure else exchange.port,
        ca_file=ca_file,
        beside=frozenset(beside),
    )


def _port(url: str) -> int:
    return int(url.rpartition(":")[2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """One authority in the forms in which programs look for those they trust.

    Attributes:
        pem: As a file of certificates.
        empty: An empty folder, in the place of one full of certificates.
        java: As Java's trust store; None where it cannot be written.
    """

    pem: Path
    empty: Path
    java: Path | None


def written_trust(ca_file: str, folder: Path) -> Trust:
    """Write what makes programs trust an authority.

    Args:
        ca_file: The authority's certificate.
        folder: Where to; it exists.
    """
    pem, empty = folder / "ca.pem", folder / "no-certificates"
    shutil.copyfile(ca_file, pem)
    empty.mkdir(exist_ok=True)
    return Trust(pem=pem, empty=empty, java=_java(pem.read_bytes(), folder / "trust.p12"))


def _java(certificate: bytes, file: Path) -> Path | None:
    """Write Java's trust store, which differs from any other PKCS#12 by a mark that older libraries cannot write."""
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
    from cryptography.x509 import load_pem_x509_certificate

    serialize = getattr(pkcs12, "serialize_java_truststore", None)
    if serialize is None:
        return None
    known = pkcs12.PKCS12Certificate(load_pem_x509_certificate(certificate), b"noncense")
    file.write_bytes(serialize([known], BestAvailableEncryption(TRUST_PASSWORD.encode())))
    return file


def proper(hosts: Iterable[str]) -> tuple[str, ...]:
    """Return names of hosts as they are compared: in lower case, without a last dot, in ASCII, each once.

    Raises:
        UsageError: One of them is no name.
    """
    found: dict[str, None] = {}
    for host in hosts:
        try:
            name = host.encode("idna").decode("ascii").lower().removesuffix(".")
        except UnicodeError:
            name = ""
        if not name or len(name) > 253 or not all(letter.isalnum() or letter in "-._" for letter in name):
            raise UsageError(f"{host[:80]!r} is no name of a host")
        found[name] = None
    return tuple(found)
