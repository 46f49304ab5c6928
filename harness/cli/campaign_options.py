"""The options of campaigns on the command line; what they ask for is done in `campaigning`, imported when asked."""

from __future__ import annotations

import click


def options(command: click.decorators.FC) -> click.decorators.FC:
    """Add the options of campaigns."""
    for option in (
        click.option("--schedule", metavar="WORD", help="Play the one schedule that a campaign has found."),
        click.option(
            "--examples-in",
            metavar="PLACE",
            help="Where a campaign keeps what failed: a folder (.noncense/examples), or redis://HOST.",
        ),
        click.option("--campaign", metavar="TIME", help="Search by the state machine for 30s, 5m or 2h instead."),
    ):
        command = option(command)
    return command
