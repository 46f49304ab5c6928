"""`noncense serve`: the mock exchange by itself. Imports the exchange and nothing of the harness's machinery."""

from __future__ import annotations

import json
import math
import os
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli.choices import PROFILES, known_dialect, read_habits, read_secret
from harness.cli.serving_tls import Known, tls_options
from harness.errors import HarnessError, UsageError
from mockserver import MockServerError, Profile, Settings, SettingsError, dialect_named
from signer import Credentials

if TYPE_CHECKING:
    from mockserver import MockExchange, MockExchanges


@click.command("serve", options_metavar="--dialect NAME [OPTIONS]")
@click.option(
    "--dialect",
    "dialects",
    multiple=True,
    metavar="NAME|FILE[@PORT]",
    help="The exchange that is played; several share --port and are told apart by Host, or have a port besides.",
)
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Where to listen.")
@click.option("--port", type=click.IntRange(0, 65535), default=8800, show_default=True, help="0 for any free one.")
@click.option("--profile", type=click.Choice(PROFILES), default="documented", help="As documented, or as observed.")
@click.option("--habit", "habits", multiple=True, metavar="NAME=CHOICE", help="One of its ways, as `dialects` lists.")
@click.option("--clock-offset", type=float, default=0.0, metavar="SECONDS", help="The server's clock minus ours.")
@click.option("--seed", type=click.IntRange(min=0), metavar="S", help="The seeded market, and a generated key.")
@click.option("--key", envvar="NONCENSE_KEY", metavar="KEY", help="An API key that exists, or NONCENSE_KEY.")
@click.option("--secret", envvar="NONCENSE_SECRET", metavar="SECRET", help="Its secret, or NONCENSE_SECRET.")
@click.option(
    "--secret-file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Where the secret stands."
)
@click.option("--keys", type=click.IntRange(1, 1000), metavar="N", help="How many keys are generated (1).")
@click.option(
    "--control-token",
    envvar="NONCENSE_CONTROL_TOKEN",
    metavar="TOKEN",
    help="What /_noncense/ asks for; a must beyond loopback.",
)
@click.option("--rate-limits/--no-rate-limits", default=True, help="Whether the documented limits hold (they do).")
@click.option("--market", is_flag=True, help="A market maker moves the prices, the same way for the same seed.")
@click.option("--explain", is_flag=True, help="Refusals say in headers of their own which mistake was made.")
@click.option("--store", default="memory", metavar="STORE", help="memory, or sqlite:FILE, which outlives the process.")
@tls_options
@click.option(
    "--ready-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Written once everything listens: addresses as JSON, no secrets.",
)
def command(
    dialects: tuple[str, ...],
    host: str,
    port: int,
    profile: str,
    habits: tuple[str, ...],
    clock_offset: float,
    seed: int | None,
    key: str | None,
    secret: str | None,
    secret_file: Path | None,
    keys: int | None,
    control_token: str | None,
    rate_limits: bool,
    market: bool,
    explain: bool,
    store: str,
    known: Known,
    ready_file: Path | None,
) -> None:
    """Runs the mock exchange by itself, until it is interrupted.

    A key that may read and trade is generated and printed once, unless one is given. The line that begins with `ready`
    says where the exchange listens.

    Several exchanges (`--dialect poloniex --dialect exmo@8801`) share the port, where the Host header says which is
    meant: poloniex.localhost, or a name of the original. One with a port of its own answers there whatever the Host.
    """
    places = read_places(dialects, port)
    if not math.isfinite(clock_offset):
        raise UsageError("--clock-offset takes a number of seconds")
    if habits and len(places) > 1:
        raise UsageError("--habit is for one exchange")
    given = given_credentials(key, secret, secret_file)
    if given is not None and keys is not None:
        raise UsageError("--keys generates keys, and one is given")
    chance = random.SystemRandom() if seed is None else random.Random(seed)
    try:
        told = [
            Settings(
                dialect=name,
                profile=Profile(profile),
                habits=read_habits(name, habits),
                host=host,
                port=own_port,
                seed=seed or 0,
                rate_limits=rate_limits,
                market_maker=market,
                explain=explain,
                clock_offset_ms=round(clock_offset * 1000),
                control_token=control_token,
                credentials=(given,) if given else _drawn(name, keys or 1, chance),
                store=store if len(places) == 1 else store_of(store, dialect_named(name).name),
                tls=known.context(name for name, _ in places),
            )
            for name, own_port in places
        ]
    except SettingsError as problem:
        raise UsageError(str(problem)) from problem
    with unread_authorities():
        from mockserver import run, run_several
    announcer = Announcer(given=given is not None, ready_file=ready_file, ca_file=known.ca_file)
    try:
        if len(told) == 1:
            run(told[0], announcer.one)
        else:
            run_several(told, port=port, on_ready=announcer.several)
    except OSError as problem:
        taken = f"{host}:{told[0].port}" if len(told) == 1 else f"{host}, where {_places_in_words(places, port)}"
        raise HarnessError(f"cannot listen on {taken}: {problem.strerror or problem}") from problem
    except SettingsError as problem:
        raise UsageError(str(problem)) from problem
    except MockServerError as problem:
        raise HarnessError(str(problem)) from problem
    finally:
        known.close()
        if ready_file is not None:
            ready_file.unlink(missing_ok=True)


@contextmanager
def unread_authorities() -> Iterator[None]:
    """Spare OpenSSL the reading of the system's authorities, which aiohttp has it do when it is imported.

    It takes a seventh of the time until the first answer, and a process that only serves verifies nobody.
    """
    names = ("SSL_CERT_FILE", "SSL_CERT_DIR")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    os.environ.update(dict.fromkeys(names, os.devnull))
    try:
        yield
    finally:
        for name in names:
            del os.environ[name]
        os.environ.update(kept)


def _drawn(dialect: str, count: int, chance: random.Random) -> tuple[Credentials, ...]:
    draw = dialect_named(dialect).new_credentials
    return tuple(draw(chance) for _ in range(count))


def read_places(dialects: tuple[str, ...], port: int) -> list[tuple[str, int | None]]:
    """Return dialects and the ports of their own; a single one has the common port to itself.

    Raises:
        UsageError: There is no such dialect, or one twice, or a port is none.
    """
    if not dialects:
        known_dialect(None)
    places: list[tuple[str, int | None]] = []
    for text in dialects:
        name, at, own = text.partition("@")
        if at and not (own.isascii() and own.isdigit() and int(own[:6]) <= 65535):
            raise UsageError(f"--dialect {text}: behind the @ goes a port")
        if any(name == known for known, _ in places):
            raise UsageError(f"--dialect {name} is there twice")
        places.append((known_dialect(name), int(own) if at else None))
    names = [dialect_named(name).name for name, _ in places]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise UsageError(f"two files describe a dialect called {twice}")
    if len(places) == 1 and places[0][1] is None:
        places = [(places[0][0], port)]
    return places


def store_of(store: str, dialect: str) -> str:
    """Return the store of one of several exchanges: a file of its own beside the one that was named."""
    kind, colon, path = store.partition(":")
    if not colon or not path:
        return store
    file = Path(path)
    return f"{kind}:{file.with_name(f'{file.stem}-{dialect}{file.suffix}')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcer:
    """Says where exchanges listen, to people and to programs.

    Attributes:
        given: Whether the keys were brought, so that nobody has to be told their secrets.
        ready_file: Where programs look.
        ca_file: The authority's certificate, if there is one.
    """

    given: bool
    ready_file: Path | None
    ca_file: str | None

    def one(self, exchange: MockExchange) -> None:
        """Announce one exchange."""
        self._say_keys(exchange)
        words = f"{exchange.dialect.name}, profile {exchange.profile}"
        self._say_ready(exchange.url, {exchange.dialect.name: exchange}, words)

    def several(self, exchanges: MockExchanges) -> None:
        """Announce several exchanges."""
        for name, exchange in exchanges.items():
            click.echo(f"{name}: {exchange.url}  by Host: {', '.join(exchanges.names[name])}")
            self._say_keys(exchange)
        self._say_ready(exchanges.url, exchanges, f"{', '.join(exchanges)}, told apart by Host")

    def _say_keys(self, exchange: MockExchange) -> None:
        if not self.given:
            for credentials in exchange.settings.credentials:
                click.echo(f"key     {credentials.key}\nsecret  {credentials.secret}  (generated, shown this once)")

    def _say_ready(self, url: str, exchanges: Mapping[str, MockExchange], words: str) -> None:
        if self.ca_file is not None:
            click.echo(f"ca      {self.ca_file}")
        if self.ready_file is not None:
            told = {
                "url": url,
                "pid": os.getpid(),
                "ca_file": self.ca_file,
                "exchanges": {name: exchange.url for name, exchange in exchanges.items()},
            }
            beside = self.ready_file.with_name(f"{self.ready_file.name}.{os.getpid()}")
            beside.write_text(json.dumps(told) + "\n", encoding="utf-8")
            beside.replace(self.ready_file)  # whole or not at all
        # A pipe does not pass a line on by itself, and somebody may be waiting for this one.
        click.echo(f"ready   {url}  {words}; Ctrl-C ends it")


def _places_in_words(places: list[tuple[str, int | None]], port: int) -> str:
    own = [f"{name} wants {wanted}" for name, wanted in places if wanted is not None]
    return ", ".join([f"all want {port}", *own])


def given_credentials(key: str | None, secret: str | None, secret_file: Path | None) -> Credentials | None:
    """Return the credentials that were given, or None where none were.

    Raises:
        UsageError: One half is missing, or the secret comes from two places.
    """
    if secret is not None and secret_file is not None:
        raise UsageError("the secret is given twice: by --secret or NONCENSE_SECRET, and by --secret-file")
    whole = read_secret(secret_file) if secret_file is not None else secret
    if not key and not whole:
        return None
    if not key or not whole:
        missing = "its secret" if key else "the key it belongs to"
        raise UsageError(f"half of the credentials: {missing} is missing")
    return Credentials(key=key, secret=whole)
