"""Certificates with one flaw each, and nothing else wrong with them."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as new_curve_key
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as new_rsa_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from mockserver.certificates import TlsFlaw

_DAY = timedelta(days=1)

#: Whom a certificate for the wrong host is for.
ELSEWHERE = "elsewhere.example"


def flawed_pem(flaw: TlsFlaw, authority: trustme.CA, names: Sequence[str]) -> bytes:
    """Return a private key, a certificate and its chain, in PEM.

    Args:
        flaw: What is wrong. Those that are no matter of certificates get a right one.
        authority: Who signs, unless that is what is wrong.
        names: Names and addresses that the certificate is for, likewise.
    """
    now = _now()
    match flaw:
        case TlsFlaw.EXPIRED:
            issued = authority.issue_cert(*names, not_before=now - 90 * _DAY, not_after=now - _DAY)
        case TlsFlaw.NOT_YET_VALID:
            issued = authority.issue_cert(*names, not_before=now + _DAY, not_after=now + 90 * _DAY)
        case TlsFlaw.WRONG_HOST:
            issued = authority.issue_cert(ELSEWHERE)
        case TlsFlaw.COMMON_NAME_ONLY:
            host = next((name for name in names if not _is_address(name)), "localhost")
            return _signed(_subject(host), (x509.DNSName(ELSEWHERE),), authority)
        case TlsFlaw.ADDRESS_AS_NAME:
            texts = tuple(x509.DNSName(name) for name in names if _is_address(name))
            return _signed(_subject("noncense"), texts, authority)
        case TlsFlaw.NO_NAMES:
            address = next((name for name in names if _is_address(name)), "127.0.0.1")
            return _signed(_subject(address), (), authority)
        case TlsFlaw.WIDE_WILDCARD:
            wide = dict.fromkeys(_widened(name) for name in names)
            return _signed(_subject("noncense"), tuple(x509.DNSName(name) for name in ("*", *wide)), authority)
        case TlsFlaw.SELF_SIGNED:
            return _signed(_subject("noncense"), _alternatives(names), None)
        case TlsFlaw.UNTRUSTED:
            issued = trustme.CA().issue_cert(*names)
        case TlsFlaw.MISSING_INTERMEDIATE:
            issued = authority.create_child_ca().issue_cert(*names)
            return issued.private_key_pem.bytes() + issued.cert_chain_pems[0].bytes()
        case TlsFlaw.WEAK_KEY:
            key = new_rsa_key(65537, 1024)  # noqa: S505 - that is the point
            return _signed(_subject("noncense"), _alternatives(names), authority, key=key)
        case _:
            issued = authority.issue_cert(*names)
    return issued.private_key_and_cert_chain_pem.bytes()


def _signed(
    subject: x509.Name,
    alternatives: Sequence[x509.GeneralName],
    authority: trustme.CA | None,
    *,
    key: RSAPrivateKey | EllipticCurvePrivateKey | None = None,
) -> bytes:
    """Return key and certificate, signed by an authority, or by the key itself where there is none."""
    key = new_curve_key(SECP256R1()) if key is None else key
    now = _now()
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + 90 * _DAY)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    )
    if alternatives:
        builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
    if authority is None:
        issuer, signer = subject, key
    else:
        issuer = x509.load_pem_x509_certificate(authority.cert_pem.bytes()).subject
        loaded = load_pem_private_key(authority.private_key_pem.bytes(), None)
        if not isinstance(loaded, RSAPrivateKey | EllipticCurvePrivateKey):
            raise TypeError("the authority's key is of another kind")
        signer = loaded
    # RFC 5280, 4.2.1.1: who verifies strictly, as Python does from 3.13 on, looks for it before he looks at names.
    signed_by = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    builder = builder.issuer_name(issuer).add_extension(signed_by, critical=False)
    certificate = builder.sign(signer, hashes.SHA256())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return private + certificate.public_bytes(Encoding.PEM)


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _alternatives(names: Sequence[str]) -> tuple[x509.GeneralName, ...]:
    return tuple(
        x509.IPAddress(ipaddress.ip_address(name)) if _is_address(name) else x509.DNSName(name) for name in names
    )


def _widened(name: str) -> str:
    """Return a wildcard that reaches too far: over all of an address but its first number, over a top level."""
    return "*." + (name.partition(".")[2] if _is_address(name) else name.rpartition(".")[2])


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _now() -> datetime:
    """Return the machine's time: certificates are read by OpenSSL, which asks no clock of ours."""
    return datetime.now(UTC)  # noqa: TID251
