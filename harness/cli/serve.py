"""`noncense serve`: the mock exchange by itself. Imports the exchange and nothing of the harness's machinery."""

from __future__ import annotations

import math
import random
from pathlib import Path

import click

from harness.cli.choices import PROFILES, dialect_option, known_dialect, read_habits, read_secret
from harness.errors import HarnessError, UsageError
from mockserver import MockExchange, Profile, Settings, SettingsError, dialect_named, run
from signer import Credentials


@click.command("serve", options_metavar="--dialect NAME [OPTIONS]")
@dialect_option(help="The exchange that is played.")
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
@click.option(
    "--control-token",
    envvar="NONCENSE_CONTROL_TOKEN",
    metavar="TOKEN",
    help="What /_noncense/ asks for; a must beyond loopback.",
)
@click.option("--rate-limits/--no-rate-limits", default=True, help="Whether the documented limits hold (they do).")
def command(
    dialect: str | None,
    host: str,
    port: int,
    profile: str,
    habits: tuple[str, ...],
    clock_offset: float,
    seed: int | None,
    key: str | None,
    secret: str | None,
    secret_file: Path | None,
    control_token: str | None,
    rate_limits: bool,
) -> None:
    """Runs the mock exchange by itself, until it is interrupted.

    A key that may read and trade is generated and printed once, unless one is given. The line that begins with `ready`
    says where the exchange listens.
    """
    name = known_dialect(dialect)
    if not math.isfinite(clock_offset):
        raise UsageError("--clock-offset takes a number of seconds")
    given = given_credentials(key, secret, secret_file)
    credentials = given or dialect_named(name).new_credentials(
        random.SystemRandom() if seed is None else random.Random(seed)
    )
    try:
        settings = Settings(
            dialect=name,
            profile=Profile(profile),
            habits=read_habits(name, habits),
            host=host,
            port=port,
            seed=seed or 0,
            rate_limits=rate_limits,
            clock_offset_ms=round(clock_offset * 1000),
            control_token=control_token,
            credentials=(credentials,),
        )
    except SettingsError as problem:
        raise UsageError(str(problem)) from problem

    def on_ready(exchange: MockExchange) -> None:
        if given is None:
            click.echo(f"key     {credentials.key}\nsecret  {credentials.secret}  (generated, shown this once)")
        # A pipe does not pass a line on by itself, and somebody may be waiting for this one.
        click.echo(f"ready   {exchange.url}  {name}, profile {profile}; Ctrl-C ends it")

    try:
        run(settings, on_ready)
    except OSError as problem:
        raise HarnessError(f"cannot listen on {host}:{port}: {problem.strerror or problem}") from problem


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
