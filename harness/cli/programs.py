"""Commands after whose `--` stands a program with its arguments."""

from __future__ import annotations

import click

_AFTER_DASHES = "harness.cli.programs"


class WithProgram(click.Command):
    """A command after whose `--` stands a program with its arguments, none of which is ours to read."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the program aside, and read the rest."""
        if "--" in args:
            cut = args.index("--")
            ctx.meta[_AFTER_DASHES] = tuple(args[cut + 1 :])
            args = args[:cut]
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as problem:
            if "unexpected extra argument" not in problem.message:
                raise
            raise click.UsageError(f"{problem.message}; a program and its arguments go after --", ctx) from problem


def program_after_dashes(ctx: click.Context) -> tuple[str, ...] | None:
    """Return the program that stood after `--`; None where there were no dashes, empty where nothing followed them."""
    found: tuple[str, ...] | None = ctx.meta.get(_AFTER_DASHES)
    return found
