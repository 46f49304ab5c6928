"""From a stack to a command: is it here, what has to be compiled, and what its program may know of its surroundings."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.stacks.probes import Mode
from harness.stacks.roster import PACKAGES, TOOLS, Language, Stack

#: Where the programs lie.
PROGRAMS = Path(__file__).with_name("programs")
#: How long a compiler, or a program that has nothing to do, may take.
_PATIENCE_S = 300.0
_TRUST = "noncense"

#: What a virtual machine is told when a stack's cures are applied.
_CURED_BY: Mapping[str, tuple[str, ...]] = {
    "java-connection": ("-Dsun.net.http.retryPost=false",),
    "java-client": ("-Djdk.httpclient.redirects.retrylimit=1",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A stack that can be measured: how its program is started, and what it says it is."""

    stack: Stack
    argv: tuple[str, ...]
    version: str
    runtime: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A stack that is not here: why, and what brings it."""

    stack: Stack
    reason: str
    install: str


class Bench:
    """Prepares programs in a folder of its own.

    Args:
        work: An empty folder for what is compiled, and for what programs write.
        ca_file: The authority that programs shall believe.
        installed: Where libraries were installed that the stacks come with; None for nowhere.
    """

    def __init__(self, work: Path, ca_file: str, installed: Path | None = None) -> None:
        self.work = work
        self._ca_file = ca_file
        self._installed = installed
        self._trusting = False

    def prepare(self, stack: Stack) -> Ready | Missing:
        """Compile a stack's program where that is needed, and ask it who it is."""
        lacking = [tool for tool in TOOLS[stack.language] if shutil.which(tool) is None]
        if lacking:
            return _missing(stack, f"there is no {', '.join(lacking)}")
        try:
            argv = self._command(stack)
        except (subprocess.SubprocessError, OSError) as problem:
            detail = getattr(problem, "stderr", None)
            return _missing(stack, _what_went_wrong(detail) or str(problem))
        try:
            asked = self.run((*argv, Mode.AS_IS))
        except (subprocess.SubprocessError, OSError) as problem:
            return _missing(stack, str(problem))
        try:
            hello = json.loads(asked.stdout.splitlines()[0])
            return Ready(stack=stack, argv=argv, version=str(hello["stack"]), runtime=str(hello["runtime"]))
        except (IndexError, ValueError, KeyError, TypeError):
            return _missing(stack, _what_went_wrong(asked.stderr) or "its program says nothing")

    def command(self, ready: Ready, mode: Mode) -> tuple[str, ...]:
        """Return the command that measures a stack in a mode; the calls come behind it."""
        told = _CURED_BY.get(ready.stack.name, ()) if mode is Mode.CURED else ()
        return (ready.argv[0], *told, *ready.argv[1:], mode)

    @property
    def environment(self) -> Mapping[str, str]:
        """What programs find around them: the authority, no proxy, and nothing of whoever started us."""
        found = {
            "PATH": os.environ.get("PATH", ""),
            "LANG": "C.UTF-8",
            "HOME": str(self.work),
            "TMPDIR": str(self.work),
            "NO_PROXY": "*",
            "SSL_CERT_FILE": self._ca_file,
            "REQUESTS_CA_BUNDLE": self._ca_file,
            "CURL_CA_BUNDLE": self._ca_file,
            "NODE_EXTRA_CA_CERTS": self._ca_file,
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        if self._installed is not None:
            found["PYTHONPATH"] = str(self._installed / "python")
        found["NONCENSE_STACKS_NODE"] = str(self._installed / "node" if self._installed is not None else self.work)
        return found

    def run(self, argv: tuple[str, ...], **additions: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, whatever its status."""
        return subprocess.run(  # noqa: S603 - the commands are ours
            argv,
            env={**self.environment, **additions},
            cwd=self.work,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE_S,
            check=False,
        )

    def _command(self, stack: Stack) -> tuple[str, ...]:
        program = str(PROGRAMS / stack.program)
        match stack.language:
            case Language.PYTHON:
                return (sys.executable, "-s", program)
            case Language.NODE:
                return ("node", program)
            case Language.PHP:
                trusted = (f"-dcurl.cainfo={self._ca_file}", f"-dopenssl.cafile={self._ca_file}")
                return ("php", *trusted, program)
            case Language.SHELL:
                return ("bash", program)
            case Language.RUBY:
                return ("ruby", program)
            case Language.GO:
                built = self.work / stack.name
                self._compile(("go", "build", "-o", str(built), program), GO111MODULE="off", GOFLAGS="")
                return (str(built),)
            case Language.JAVA:
                classes = self.work / "java"
                self._compile(("javac", "-nowarn", "-d", str(classes), program))
                store = self._trust_store()
                trusted = (f"-Djavax.net.ssl.trustStore={store}", f"-Djavax.net.ssl.trustStorePassword={_TRUST}")
                return ("java", "-XX:TieredStopAtLevel=1", *trusted, "-cp", str(classes), Path(program).stem)

    def _compile(self, argv: tuple[str, ...], **additions: str) -> None:
        done = self.run(argv, **additions)
        done.check_returncode()

    def _trust_store(self) -> Path:
        """Return a store from which Java learns whom to believe."""
        store = self.work / "trusted.p12"
        if not self._trusting:
            words = ("-importcert", "-noprompt", "-alias", _TRUST, "-file", self._ca_file, "-keystore", str(store))
            self._compile(("keytool", *words, "-storetype", "PKCS12", "-storepass", _TRUST))
            self._trusting = True
        return store


def _missing(stack: Stack, reason: str) -> Missing:
    install = f"apt-get install {PACKAGES[stack.language]}" if stack.language in PACKAGES else ""
    if stack.fetched:
        fetched = "noncense stacks --install FOLDER"
        install = f"{install}, then {fetched}" if "there is no " in reason and install else fetched
    return Missing(stack=stack, reason=reason, install=install)


def _what_went_wrong(text: object) -> str:
    """Return the line of a program's complaints that names the error; the last one where none does."""
    lines = [line.strip() for line in text.splitlines() if line.strip()] if isinstance(text, str) else []
    named = [line for line in lines if "Error: " in line]
    return (named or lines or [""])[-1]
