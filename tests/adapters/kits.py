"""The kits as programs: how each is built and started, and what is missing on this machine."""

import json
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KITS = ROOT / "adapters"
EVIL = Path(__file__).parent / "evil"

#: A build machine under load stalls for seconds; nobody waits so long for a test that passes.
PLENTY_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """One kit.

    Attributes:
        file: Where it is.
        tools: What has to be installed.
        build: What makes a program of the adapter in a folder; {folder}, {kit} and {into} are put in. Empty for none.
        run: How it is started.
    """

    file: str
    tools: tuple[str, ...]
    build: tuple[str, ...] = ()
    run: tuple[str, ...]

    def missing(self) -> list[str]:
        """Return the tools that there are not."""
        return [tool for tool in self.tools if shutil.which(tool) is None]

    def built(self, folder: Path, into: Path) -> tuple[str, ...]:
        """Build the adapter in a folder, and return the command that starts it."""
        places = {"folder": folder, "into": into, "kit": KITS / self.file, "python": sys.executable}
        if self.build:
            command = [part.format(**places) for part in self.build]
            subprocess.run(command, cwd=folder, check=True, capture_output=True)
        return tuple(part.format(**places) for part in self.run)


KITS_BY_LANGUAGE = {
    "python": Kit(file="python/noncense_adapter.py", tools=(), run=("{python}", "{folder}/adapter.py")),
    "node": Kit(file="node/noncense-adapter.js", tools=("node",), run=("node", "{folder}/adapter.js")),
    "php": Kit(file="php/noncense_adapter.php", tools=("php",), run=("php", "{folder}/adapter.php")),
    "shell": Kit(file="shell/noncense_adapter.bash", tools=("bash", "jq"), run=("bash", "{folder}/adapter.bash")),
    "go": Kit(
        file="go/noncense_adapter.go",
        tools=("go",),
        build=("go", "build", "-o", "{into}/adapter", "."),
        run=("{into}/adapter",),
    ),
    "java": Kit(
        file="java/NoncenseAdapter.java",
        tools=("java", "javac"),
        build=("javac", "-encoding", "UTF-8", "-d", "{into}", "{kit}", "{folder}/Adapter.java"),
        run=("java", "-XX:TieredStopAtLevel=1", "-cp", "{into}", "Adapter"),
    ),
    "ruby": Kit(file="ruby/noncense_adapter.rb", tools=("ruby",), run=("ruby", "{folder}/adapter.rb")),
}

#: Those whose tools a build machine seldom has are left out unless they are asked for.
LANGUAGES = [
    pytest.param(language, marks=[pytest.mark.languages] if language in ("go", "java", "ruby") else [])
    for language in KITS_BY_LANGUAGE
]


def kit_of(language: str) -> Kit:
    """Return a kit, or skip where it cannot run."""
    kit = KITS_BY_LANGUAGE[language]
    if missing := kit.missing():
        pytest.skip(f"{' and '.join(missing)} cannot be found on this machine")
    return kit


class Conversation:
    """One program at the end of a pipe, asked by hand: no driver of ours forgives anything here."""

    def __init__(self, argv: tuple[str, ...], stderr: Path) -> None:
        self._stderr = stderr
        with stderr.open("wb") as out:
            self._child = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=out)
        # A kit that hangs is a failed test and not a hung one.
        self._patience = threading.Timer(PLENTY_S, self._child.kill)
        self._patience.daemon = True
        self._patience.start()

    def say(self, line: bytes) -> None:
        """Write one line."""
        assert self._child.stdin is not None
        self._child.stdin.write(line + b"\n")
        self._child.stdin.flush()

    def hear(self) -> dict[str, object] | None:
        """Read one answer; None at the end."""
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        found: dict[str, object] | None = json.loads(line) if line else None
        return found

    def ask(self, number: int, method: str, **params: object) -> dict[str, object] | None:
        """Make one request, and read one answer."""
        self.say(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).encode())
        return self.hear()

    def end(self) -> tuple[int, str]:
        """Close its stdin, wait for it, and return its status and all that it wrote to stderr."""
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._child.stdin.close()
        rest = self._child.stdout.read()
        status = self._child.wait(PLENTY_S)
        self._child.stdout.close()
        assert rest == b"", rest[:200]
        return status, self._stderr.read_text(encoding="utf-8", errors="replace")

    def kill(self) -> None:
        """End it the hard way."""
        self._patience.cancel()
        self._child.kill()
        self._child.wait(PLENTY_S)
        for stream in (self._child.stdin, self._child.stdout):
            if stream is not None:
                stream.close()
