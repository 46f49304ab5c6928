"""`noncense demo`: a guided minute."""

from __future__ import annotations

import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.errors import HarnessError

if TYPE_CHECKING:
    from rich.console import Console

    from harness.events import RunSummary
    from mockserver import MockExchange

#: What is judged: how a request is signed, that nonces rise, and what becomes of an order whose answer is lost.
DIALECT = "poloniex"
REQUIREMENTS = ("SIGN-001", "NONCE-001", "CONC-001", "ERR-001", "RETRY-001")
#: The requirement that the wrong client breaks, and what is wrong with it.
BROKEN = "RETRY-001"
MISTAKE = "orders-sent-again"
#: One seed for everybody, so that the demonstration is the same everywhere.
SEED = 20261120
FOLDER = Path(".noncense") / "demo"

#: Where to go from here: a command, and what it does.
NEXT = (
    (f"explain {BROKEN}", "why that is a requirement"),
    (f"serve --dialect {DIALECT}", "the exchange, for any client"),
    ("test --dialect NAME -- PROGRAM", "judges your client"),
    ("--help", "all the rest"),
)


@click.command("demo")
def command() -> int:
    """A guided minute: an exchange that verifies, a right client, a subtly wrong one, and what is found."""
    from harness.mutants.mistakes import mistake_named
    from harness.reports.terminal import console_for

    console = console_for(sys.stdout)
    _say(
        console,
        "1  An exchange that verifies",
        "On this machine only. A signed request, and the same bytes once more:",
    )
    _replay(console)

    _say(console, "2  A right client", "Properties provoke it: bursts, lost answers, clocks that jump. It should hold.")
    right = _judge((), "right")
    wrong = mistake_named(MISTAKE)
    _say(console, "3  The same client, subtly wrong", f"{wrong.summary} Its own tests would be green.")
    found = _judge(("--mistake", wrong.name), "wrong")

    _say(
        console,
        "4  Now yours",
        f"The reports are in {FOLDER}: right and wrong, as .json, .md and .xml.\n\n"
        + "\n".join(f"  noncense {line:<34} {what}" for line, what in NEXT),
    )
    if right.exit_status != 0 or not any(result.finding for result in found.results):
        raise HarnessError("the demonstration did not go as it should: the right client is to hold, the wrong one not")
    return 0


def _replay(console: Console) -> None:
    """Show a request accepted, and the very same bytes refused."""
    from rich.text import Text

    from harness.reports.printable import one_line
    from mockserver import MockExchange
    from signer import Request, scheme_named, sign

    with MockExchange(DIALECT, seed=SEED) as exchange:
        key = exchange.create_key()
        request = Request(
            method="POST",
            target=b"/tradingApi",
            headers=((b"Content-Type", b"application/x-www-form-urlencoded"),),
            body=b"command=returnBalances",
        )
        signed = sign(scheme_named(DIALECT), request, key.credentials, nonce=1).request
        for words in ("first time", "second time"):
            status, answer = _send(exchange, signed.target, signed.headers, signed.body)
            short = one_line(answer, limit=60)
            style = "green" if status == 200 else "red"
            console.print(Text.assemble((f"  {words:<12}", "dim"), (f"{status}  ", style), short))


def _send(
    exchange: MockExchange, target: bytes, headers: tuple[tuple[bytes, bytes], ...], body: bytes
) -> tuple[int, str]:
    request = urllib.request.Request(  # noqa: S310  the address is our own exchange's
        exchange.url + target.decode(), data=body, headers={name.decode(): value.decode() for name, value in headers}
    )
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read().decode()


def _judge(arguments: tuple[str, ...], name: str) -> RunSummary:
    from harness.drivers import ProgramClient
    from harness.reports import report_for
    from harness.reports.terminal import TerminalReport
    from harness.run import RunSettings, run

    client = ProgramClient(argv=(sys.executable, "-m", "harness.mutants", *arguments))
    settings = RunSettings(dialect=DIALECT, seed=SEED, requirements=REQUIREMENTS)
    files = {"json": "json", "markdown": "md", "junit": "xml"}
    with TerminalReport(sys.stdout) as terminal:
        reports = [
            report_for(f"{kind}:{FOLDER / name}.{ending}", environment={}, out=sys.stdout)
            for kind, ending in files.items()
        ]
        return run(settings, client, [terminal, *reports])


def _say(console: Console, title: str, words: str) -> None:
    from rich.text import Text

    console.print(Text())
    console.print(Text(title, style="bold reverse" if console.is_terminal else "bold"))
    console.print(Text(words))
    console.print(Text())
