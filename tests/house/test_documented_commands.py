"""Every command line in our documents exists."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from harness.cli.root import COMMANDS, noncense

ROOT = Path(__file__).parents[2]

#: What the contract and the help promise of each command; a promise is not taken back by accident.
PROMISED = {
    "demo": "",
    "init": "--language --dialect --folder --ci --force",
    "test": "--dialect --requirement --level --examples --seed --jobs --known-failures --report --call-timeout"
    " --profile --habit --trace --record",
    "observe": "--dialect --redirect --provoke --share --key --secret --promise --requirement --level --seed --timeout"
    " --any-status --known-failures --report --profile --habit --record",
    "serve": "--dialect --host --port --clock-offset --seed --key --secret --secret-file --control-token --profile"
    " --rate-limits --no-rate-limits --habit --explain --store --tls --tls-bad --tls-name --tls-cert --tls-key"
    " --ca-file --keys --ready-file --market",
    "replay": "--client --yes",
    "judge": "--requirement --report",
    "compare": "--json",
    "doctor": "--dialect --request --secret-file --key --now --last-nonce --json",
    "sign": "--dialect --method --target --param --body --key --secret-file --nonce --timestamp --as",
    "requirements": "--dialect --untested --json",
    "explain": "--language",
    "mutants": "--dialect --mistake --requirement --seeds --seed --all --jobs --json --markdown --again --list",
    "innocents": "--client --seeds --seed --jobs --json --again --list",
    "stacks": "--stack --matter --repeats --patience --jobs --install --json --markdown --published --list",
    "dialects": "--json --openapi --habit",
}


def command_named(name: str) -> click.Command:
    found = noncense.get_command(click.Context(noncense), name)
    assert found is not None
    return found


def options_of(name: str) -> set[str]:
    options = [option for option in command_named(name).params if isinstance(option, click.Option)]
    return {text for option in options for text in (*option.opts, *option.secondary_opts)} | {"--help", "-h"}


def documented() -> Iterator[tuple[str, str]]:
    """Yield (where, command line) for each line of code in our documents that calls noncense."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")]
    for page in sorted(pages):
        fenced = False
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
            if line.lstrip().startswith("```"):
                fenced = not fenced
            elif fenced and (match := re.match(r"\s*(?:\$ )?((?:\.venv/bin/)?noncense\s.*)", line)):
                yield f"{page.relative_to(ROOT)}:{number}", match[1].partition(" #")[0].rstrip("\\")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_promised_option_exists(name: str) -> None:
    assert set(PROMISED[name].split()) - options_of(name) == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_the_overview_and_the_command_s_own_help_begin_alike(name: str) -> None:
    own = (command_named(name).help or "").split(maxsplit=1)[0]
    assert own == COMMANDS[name][1].split(maxsplit=1)[0]


def test_every_documented_command_line_exists() -> None:
    wrong = []
    for where, line in documented():
        words = shlex.split(line)[1:]
        own = words[: words.index("--")] if "--" in words else words
        command = next((word for word in own if not word.startswith("-")), None)
        if command is not None and command not in COMMANDS:
            wrong.append(f"{where}: there is no command {command}")
        known = options_of(command) if command in COMMANDS else {"--help", "--version", "-h"}
        given = {word.partition("=")[0] for word in own if word.startswith("--")}
        wrong += [f"{where}: {command} has no option {option}" for option in sorted(given - known)]
    assert wrong == []
