"""The ladder: the ways of leading a command to the exchange, from the gentlest to the one that nothing slips through.

`env` tells the command where the exchange is and whom to trust, and gives it a proxy that refuses all else. `preload`
puts a few lines into Python, Node, Ruby and PHP that lead connections there. `proxy` has that proxy lead the exchange's
own hosts. `namespace` takes the network away: real names and real ports, and there is no way out.

Unless one is asked for, the first three are combined, for they do not exclude each other; only for a program that none
of them is known to reach the last one is taken, where the machine allows it.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness.errors import UsageError
from harness.redirecting import preloading, variables
from harness.redirecting.doors import doors_of, proper, written_trust
from harness.redirecting.namespace import Namespace, forbidden
from harness.redirecting.program import reached_by
from harness.redirecting.proxy import LeadingProxy
from harness.redirecting.strays import Stray, Strays
from mockserver import MockExchange

#: The rungs, from the lowest.
RUNGS = ("env", "preload", "proxy", "namespace")
#: What is taken with each. What slips past the preloads is left to the proxy: better led than lost.
_TAKEN = {
    "env": ("env",),
    "preload": ("env", "preload", "proxy"),
    "proxy": ("env", "proxy"),
    "namespace": ("env", "namespace"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirection:
    """How one command is to be started.

    Attributes:
        rung: The rung that is taken: one of `RUNGS`.
        rungs: That one with those that are taken with it.
        argv: The command, perhaps wrapped.
        environment: All of its environment.
        declined: Rungs that were not taken, each with the reason in one line.
    """

    rung: str
    rungs: tuple[str, ...]
    argv: tuple[str, ...]
    environment: Mapping[str, str]
    declined: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """Return it in one line: which rungs, and why not the others."""
        return "; ".join([" + ".join(self.rungs), *(f"no {rung}: {why}" for rung, why in self.declined)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirected:
    """A command that may be started now.

    Attributes:
        redirection: How.
    """

    redirection: Redirection
    _strays: Strays
    _namespace: Namespace | None = None

    def troubles(self) -> tuple[str, ...]:
        """Return what went wrong in a network of the command's own, a line each: that it cannot be started, say."""
        return () if self._namespace is None else self._namespace.troubles

    def strays(self) -> tuple[Stray, ...]:
        """Return who tried to reach somebody else so far; ask once the command has ended, too."""
        return self._strays.all()


@contextmanager
def redirect(
    argv: Sequence[str],
    *,
    exchange: MockExchange,
    hosts: Iterable[str],
    key: variables.Keyed,
    rung: str | None = None,
    environment: Mapping[str, str],
    folder: Path,
    beside: Iterable[int] = (),
) -> Iterator[Redirected]:
    """Prepare everything that leads a command to an exchange, until the end of the `with`. Starting it is the caller's.

    Args:
        argv: The command.
        exchange: A running exchange.
        hosts: The names by which the command knows the original; its dialect's, as a rule.
        key: What it is given as its key.
        rung: One of `RUNGS`; None for the best that reaches it.
        environment: What it would inherit.
        folder: A folder of ours for files of ours; it exists, and is not emptied.
        beside: Other ports of this machine that the command may be sent to, such as a canary's: a network of its own
            has no others.

    Raises:
        UsageError: There is no such rung or no command, a host is no name, or this machine forbids what was asked for.
    """
    if not argv:
        raise UsageError("which command? It goes behind --")
    if rung is not None and rung not in RUNGS:
        raise UsageError(f"there is no rung {rung!r}; there are {', '.join(RUNGS)}")
    declined: tuple[tuple[str, str], ...] = ()
    if rung == "namespace" and (why := forbidden()) is not None:
        raise UsageError(f"this machine allows no network of its own ({why}); the next best is --redirect preload")
    if rung is None:
        rung, declined = _chosen(argv, environment)
    folder, names = folder.resolve(), proper(hosts)
    doors = doors_of(exchange, beside)
    trust = written_trust(doors.ca_file, folder)
    strays = Strays(folder / "strays.jsonl")
    whole = variables.bare(environment) | variables.told(doors.url, key) | variables.trusting(trust)
    namespace = None
    with ExitStack() as stack:
        if rung == "namespace":
            namespace = Namespace(doors, names, trust, strays, folder)
            stack.callback(namespace.close)
            argv = namespace.wrapped(argv)
            whole |= preloading.trusted(trust) | preloading.loading(whole)
            whole |= variables.java(whole, trust, proxy_port=None, hosts=None)
        else:
            proxy = LeadingProxy(doors, () if rung == "env" else names, strays)
            stack.callback(proxy.close)
            whole |= variables.proxied(proxy.url)
            whole |= variables.java(whole, trust, proxy_port=proxy.port, hosts=_java_hosts(folder, names))
            if rung == "preload":
                whole |= preloading.led(doors, names, trust, strays.file, proxy.url) | preloading.loading(whole)
            else:
                whole |= {"NODE_USE_ENV_PROXY": "1"}
        whole |= variables.php(whole, folder, trust, preloading.PREPENDED if rung == "preload" else None)
        yield Redirected(
            redirection=Redirection(
                rung=rung, rungs=_TAKEN[rung], argv=tuple(argv), environment=whole, declined=declined
            ),
            _strays=strays,
            _namespace=namespace,
        )


def _chosen(argv: Sequence[str], environment: Mapping[str, str]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the rung for a command of which nobody said which, and what was not taken."""
    program = Path(argv[0]).name
    known = reached_by(argv, environment)
    if known is not None:
        return "preload", (("namespace", f"not needed, {program} is reached by {known}"),)
    if (why := forbidden()) is not None:
        return "preload", (("namespace", f"{program} may slip past all else, but this machine allows none ({why})"),)
    return "namespace", (("preload", f"nobody knows what would reach {program}"),)


def _java_hosts(folder: Path, names: Iterable[str]) -> Path:
    """Write the only names that Java knows; the exchange's own are this machine too, so that none leads away."""
    file = folder / "java-hosts"
    known = ["localhost", socket.gethostname(), *names]
    file.write_text("".join(f"127.0.0.1 {name}\n" for name in known), encoding="utf-8")
    return file
