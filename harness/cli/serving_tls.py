"""The options of `noncense serve` that are about TLS, read into one value."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

import click

from harness.errors import UsageError

if TYPE_CHECKING:
    from mockserver import Certificates, Tls

_Function = TypeVar("_Function", bound=Callable[..., object])

#: Where the authority's certificate goes unless somebody says otherwise.
CA_FILE = Path(".noncense", "ca.pem")

_FILE = click.Path(path_type=Path, dir_okay=False)


@dataclass(slots=True, kw_only=True)
class Known:
    """How an exchange is known under TLS, or that there is none.

    Attributes:
        wanted: Whether TLS is spoken.
        flaw: What is wrong with it, if anything.
        ca_file: Where the authority's certificate goes; None where somebody brings a certificate.
        names: Further names that the certificate is for.
        brought: A certificate and its key that somebody brings.
    """

    wanted: bool
    flaw: str | None
    ca_file: str | None
    names: tuple[str, ...]
    brought: tuple[Path, Path | None] | None
    _certificates: Certificates | None = field(default=None, init=False)
    _context: Tls | None = field(default=None, init=False)

    def context(self, dialects: Iterable[str]) -> Tls | None:
        """Return what a listening socket is told; the same for every exchange.

        Raises:
            SettingsError: The files cannot be used or written, or there is no such flaw.
        """
        if not self.wanted or self._context is not None:
            return self._context
        from mockserver import Certificates, dialect_named, names_of, server_of_files

        if self.brought is not None:
            self._context = server_of_files(*self.brought)
        else:
            hosts = (host for dialect in dialects for host in names_of(dialect_named(dialect)))
            self._certificates = Certificates(*self.names, *hosts, ca_file=self.ca_file)
            self._context = self._certificates.server_context(self.flaw)
        return self._context

    def close(self) -> None:
        """Let go of what was made."""
        if self._certificates is not None:
            self._certificates.close()


def tls_options(function: _Function) -> _Function:
    """Add the options; the command gets them as one argument, `known`."""

    @click.option("--tls", is_flag=True, help="Speak TLS, with a certificate of an authority made for the occasion.")
    @click.option("--ca-file", type=_FILE, metavar="FILE", help=f"Where that authority's certificate goes ({CA_FILE}).")
    @click.option("--tls-name", "tls_names", multiple=True, metavar="HOST", help="A further name it is for.")
    @click.option("--tls-bad", metavar="FLAW", help="Wrong TLS: expired, wrong_host, self_signed, tls_1_0, stalled …")
    @click.option("--tls-cert", type=_FILE, metavar="FILE", help="A certificate of your own, with its chain.")
    @click.option("--tls-key", type=_FILE, metavar="FILE", help="Its key, if it stands in a file of its own.")
    @functools.wraps(function)
    def wrapped(
        *args: object,
        tls: bool,
        ca_file: Path | None,
        tls_names: tuple[str, ...],
        tls_bad: str | None,
        tls_cert: Path | None,
        tls_key: Path | None,
        **others: object,
    ) -> object:
        if tls_cert is not None and (tls_bad is not None or ca_file is not None or tls_names):
            raise UsageError("--tls-bad, --tls-name and --ca-file are about our certificates, not about --tls-cert")
        if tls_key is not None and tls_cert is None:
            raise UsageError("--tls-key belongs to a --tls-cert")
        wanted = tls or tls_bad is not None or tls_cert is not None
        if not wanted and (ca_file is not None or tls_names):
            raise UsageError("--ca-file and --tls-name need --tls")
        known = Known(
            wanted=wanted,
            flaw=tls_bad,
            ca_file=str(ca_file or CA_FILE) if wanted and tls_cert is None else None,
            names=tls_names,
            brought=None if tls_cert is None else (tls_cert, tls_key),
        )
        return function(*args, known=known, **others)

    return cast("_Function", wrapped)
