"""`noncense`: finds the command that is meant, and turns whatever goes wrong into one line and an exit status.

A command's module is imported when the command is run, so that help is instant.
"""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Sequence

import click

from harness.errors import HarnessError, UsageError
from harness.version import __version__

#: Every command: where it lives, and what it does in one line. The order is that of the help.
COMMANDS = {
    "demo": ("harness.cli.demo", "A guided minute: judges a right client and a subtly wrong one."),
    "init": ("harness.cli.init", "Writes an adapter to fill in, its kit, its settings and a workflow."),
    "test": ("harness.cli.test", "Judges a client."),
    "observe": ("harness.cli.observe", "Runs any command, untouched, and judges what it sends."),
    "serve": ("harness.cli.serve", "Runs the mock exchange by itself."),
    "sign": ("harness.cli.sign", "Signs a request and shows every stage."),
    "doctor": ("harness.cli.doctor", "Says what made a request's signature, nonce or timestamp wrong."),
    "replay": ("harness.cli.replay", "Plays the smallest case of a finding again."),
    "judge": ("harness.cli.judge", "Judges a recorded run again, without the client."),
    "compare": ("harness.cli.compare", "Says what became of a client between two reports."),
    "requirements": ("harness.cli.requirements", "Lists the catalogue of requirements."),
    "explain": ("harness.cli.explain", "Explains one requirement, or one diagnosis: its source and its remedy."),
    "mutants": ("harness.cli.mutants", "Tries every wrong client on the requirement that must catch it."),
    "innocents": ("harness.cli.innocents", "Hears right clients and legal variations, none of which may fail."),
    "stacks": ("harness.cli.stacks", "Measures what HTTP stacks do to a signed request by themselves."),
    "dialects": ("harness.cli.dialects", "Lists the exchanges, or one exchange's refusals and endpoints."),
}

#: Exit statuses of the contract (docs/reports.md).
USAGE = 2
BROKE = 3
#: What a shell expects of a program that was interrupted.
INTERRUPTED = 130


class Commands(click.Group):
    """The commands by name, each imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None where there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(COMMANDS[cmd_name][0]).command
        if not isinstance(command, click.Command):
            raise TypeError(f"{COMMANDS[cmd_name][0]} has no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items()])


@click.group(cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="noncense", message="%(prog)s %(version)s")
@click.pass_context
def noncense(ctx: click.Context) -> None:
    """Judges the clients of signed exchange APIs.

    A mock exchange enforces the documented rules to the letter, properties drive your client against it, and what is
    found is explained. `noncense demo` shows it in a minute.
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: What stands after the program's name; None for the process's own.

    Returns:
        The exit status: 0 to 3 by the contract, 130 when interrupted.
    """
    _never_fail_to_print()
    if arguments is None:
        # The process is ours: Hypothesis keeps no folder of its own in whatever folder we were started in.
        os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", os.path.join(os.devnull, "hypothesis"))
    try:
        status = noncense.main(
            args=None if arguments is None else list(arguments), prog_name="noncense", standalone_mode=False
        )
    except (click.Abort, KeyboardInterrupt):
        return _complain("interrupted", INTERRUPTED)
    except click.ClickException as problem:
        return _complain(problem.format_message(), USAGE)
    except UsageError as problem:
        return _complain(str(problem), USAGE)
    except HarnessError as problem:
        return _complain(str(problem), BROKE)
    except (BrokenPipeError, SystemExit):
        # Whoever read our output has gone. click and rich exit for that with status 1, which here would say that a
        # client was found wrong; nobody else exits in here. Python would complain once more while it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKE
    except Exception:
        # Not status 1, which would say that a client was found wrong.
        traceback.print_exc()
        return _complain("this is a fault of noncense itself; please report it with the lines above", BROKE)
    return status if isinstance(status, int) else 0


def _complain(message: str, status: int) -> int:
    click.echo(f"noncense: {' '.join(message.split())}", err=True)
    return status


def _never_fail_to_print() -> None:
    """Let a terminal that cannot show a character show its escape instead."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
